//! The two lists as files. The file of holders names each issued badge, so that it can be cut down by
//! hand and brought in again to revoke what is left in it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::filter::{Asked, Filter, of_badge};
use super::holding::{Held, Holding, Place};
use super::issued_store::Of;
use super::store;
use crate::badges::owners::Owner;
use crate::base::csv::sheet::{Exportable, Request, Sheet};
use crate::base::csv::write::Cell;
use crate::base::error::Result;
use crate::base::ids::BadgeId;
use crate::base::permission::Permission;
use crate::customers::{self, Face, IdentifierKind};

/// Rows read at a time.
const BATCH: usize = 2_000;

/// The sheet `badge-holders`.
pub struct HoldersSheet;

/// The sheet `badge-enrolments`.
pub struct EnrolmentsSheet;

#[async_trait]
impl Exportable for HoldersSheet {
    fn name(&self) -> &'static str {
        "badge-holders"
    }

    fn label(&self) -> &'static str {
        "Holders of a badge"
    }

    fn about(&self) -> &'static str {
        "Every issue of one badge: to whom, when, how it stands, who revoked it and why. Taken out from the badge’s page."
    }

    fn permission(&self) -> Permission {
        Permission::ReadCustomers
    }

    fn whole(&self) -> bool {
        false
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        Ok(Box::new(Open::new(db, request, Held::Issued).await?))
    }
}

#[async_trait]
impl Exportable for EnrolmentsSheet {
    fn name(&self) -> &'static str {
        "badge-enrolments"
    }

    fn label(&self) -> &'static str {
        "Enrolments in a badge"
    }

    fn about(&self) -> &'static str {
        "Every enrolment in one badge: who, when, until when, who revoked it and why. Taken out from the badge’s page."
    }

    fn permission(&self) -> Permission {
        Permission::ReadCustomers
    }

    fn whole(&self) -> bool {
        false
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        Ok(Box::new(Open::new(db, request, Held::Enrolled).await?))
    }
}

struct Open {
    held: Held,
    /// Nothing where no badge is named, or none of this brand: an empty file.
    of: Option<Of>,
    name: String,
    asked: Asked,
    personal: bool,
    after: Option<Place>,
    done: bool,
}

const PERSONAL: [(&str, IdentifierKind); 3] = [
    ("externalId", IdentifierKind::ExternalId),
    ("mobile", IdentifierKind::Mobile),
    ("email", IdentifierKind::Email),
];

impl Open {
    async fn new(db: &mut PgConnection, request: &Request, held: Held) -> Result<Self> {
        let (badge, picked) = of_badge(&request.query);
        let filter = Filter::of_query(&request.query);
        let (mut asked, problems) = filter.read(request.zone);
        // A file of more than was asked for is no answer to a filter that cannot be read.
        problems.into_result()?;
        let personal = request.role.may(Permission::ReadPersonalData);
        if !filter.customer.trim().is_empty() {
            let found = customers::named(db, request.org, &filter.customer, personal).await?;
            asked.customers = Some(found);
        }
        asked.picked = picked;
        let known = match badge {
            Some(badge) => store::badge(db, request.org, badge).await?,
            None => None,
        };
        let of = |badge: BadgeId, ends: DateTime<Utc>| Of {
            org: request.org,
            badge,
            ends,
            now: request.now,
        };
        Ok(Open {
            held,
            of: badge.zip(known.as_ref()).map(|(badge, (_, ends))| of(badge, *ends)),
            name: known.map(|(name, _)| name).unwrap_or_default(),
            asked,
            personal,
            after: None,
            done: false,
        })
    }

    fn cells(&self, of: &Of, row: &Holding, face: Option<&Face>) -> Vec<Cell> {
        let mut cells = vec![
            Cell::plain(of.badge),
            Cell::Text(self.name.clone()),
            Cell::plain(row.customer),
            Cell::text(face.map(|face| face.label.as_str())),
        ];
        if self.personal {
            let value = |kind| face.and_then(|face| face.value(kind));
            cells.extend(PERSONAL.iter().map(|(_, kind)| Cell::text(value(*kind))));
        }
        let known: Option<Owner> = row.owner.parse().ok();
        let owner = known.map_or(row.owner.as_str(), |owner| owner.wire());
        cells.extend([
            Cell::instant(Some(row.event)),
            Cell::instant(Some(row.entered)),
            Cell::instant(Some(row.end(of.ends))),
            Cell::plain(row.state(of.ends, of.now).word()),
            Cell::plain(owner),
            Cell::text(row.reference.as_deref()),
            Cell::Plain(hex::encode(&row.id)),
            Cell::instant(row.revoked_on),
        ]);
        if self.held == Held::Issued {
            cells.push(Cell::plain(&row.source));
        }
        if self.personal {
            cells
                .extend([Cell::text(row.revoked_by.as_deref()), Cell::text(row.reason.as_deref())]);
        }
        cells
    }
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        let own: &[&str] = match self.held {
            Held::Issued => &[
                "earnEventDate",
                "earnedOn",
                "earnExpiresOn",
                "state",
                "module",
                "reference",
                "earnedBadgeId",
                "revokedOn",
                "source",
            ],
            Held::Enrolled => &[
                "issueEventDate",
                "issuedOn",
                "issueExpiresOn",
                "state",
                "module",
                "reference",
                "issuedId",
                "revokedOn",
            ],
        };
        let mut header = vec!["badgeMetaId", "badgeName", "customerId", "customerName"];
        if self.personal {
            header.extend(PERSONAL.iter().map(|(name, _)| *name));
        }
        header.extend(own);
        if self.personal {
            header.extend(["revokedBy", "revokeReason"]);
        }
        header.into_iter().map(str::to_owned).collect()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        let Some(of) = self.of else { return Ok(Vec::new()) };
        // A page that sifted may be empty and not the last.
        while !self.done {
            let after = self.after.clone();
            let page = store::page(db, (self.held, &of), &self.asked, after, BATCH).await?;
            self.done = page.next.is_none();
            self.after = page.next;
            if page.items.is_empty() {
                continue;
            }
            let ids: Vec<_> = page.items.iter().map(|row| row.customer).collect();
            let faces = customers::faces(db, of.org, &ids).await?;
            let rows = page.items.iter();
            return Ok(rows.map(|row| self.cells(&of, row, faces.get(&row.customer))).collect());
        }
        Ok(Vec::new())
    }
}
