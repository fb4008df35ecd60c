//! A badge to be chosen, wherever one is: by name, with duration, status, what comes with it and a link
//! to its configuration. A page holds a [`Picker`] in a field `picker` and includes
//! `badges/_picker.html` in a region `#picker` inside its form; the search sends the form's own state to
//! the page's own address, so it works without a script.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::badges::badge::{EarnType, Status, duration_text};
use crate::badges::list::{BadgeRow, Filter};
use crate::badges::owners::Owner;
use crate::badges::pages::view::{expiry_text, tone};
use crate::badges::store;
use crate::base::app::Reading;
use crate::base::error::Result;
use crate::base::ids::OrgId;

/// Badges offered at a time.
const SHOWN: usize = 20;

/// Which badges may be chosen (spec/badges.md 12).
#[derive(Debug, Clone, Copy, Default)]
pub struct Offer {
    /// Only those this module owns.
    pub owner: Option<Owner>,
    /// Only those of this type.
    pub earn_type: Option<EarnType>,
    /// Those not begun as well.
    pub upcoming: bool,
}

impl Offer {
    /// What support may issue: any owner, any type, live.
    pub const fn to_issue() -> Self {
        Offer { owner: None, earn_type: None, upcoming: false }
    }

    /// What customers can be enrolled in.
    pub const fn to_enrol() -> Self {
        Offer { earn_type: Some(EarnType::Enrol), ..Offer::to_issue() }
    }

    fn filter(self, search: &str) -> Filter {
        let mut status = vec![Status::Live.wire().to_owned()];
        if self.upcoming {
            status.push(Status::Upcoming.wire().to_owned());
        }
        Filter {
            q: search.trim().to_owned(),
            status,
            active: vec!["active".to_owned()],
            earn_type: self.earn_type.map(|kind| kind.wire().to_owned()).into_iter().collect(),
            owner: self.owner.map(|owner| owner.wire().to_owned()).into_iter().collect(),
            sort: "name".to_owned(),
            ..Filter::default()
        }
    }
}

/// Badges to choose one of.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// The name of the field.
    pub name: &'static str,
    /// Where the search asks: the page's own address.
    pub at: String,
    /// What is searched for; the field `find`.
    pub find: String,
    /// The id that is chosen; may be blank.
    pub chosen: String,
    /// What is offered, the chosen one always among them.
    pub options: Vec<PickerRow>,
    /// Whether more match than are shown.
    pub more: bool,
}

/// A badge that may be chosen.
#[derive(Debug, Clone)]
pub struct PickerRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The medal's metal.
    pub tone: &'static str,
    /// Its picture, where there is one of ours.
    pub image: String,
    /// From when to when it can be earned.
    pub duration: String,
    /// Where it stands in time.
    pub status: Status,
    /// How customers come by it.
    pub kind: &'static str,
    /// When an issued one ends.
    pub expiry: String,
    /// What comes with it.
    pub benefits: Vec<String>,
    /// Its page.
    pub path: String,
}

impl PickerRow {
    fn of(row: BadgeRow, now: DateTime<Utc>, zone: Tz) -> Self {
        let group = row.group.as_ref().map(|(name, _)| name.as_str());
        let issued = row.images.iter().find(|(tag, _)| tag == "EARNED").or(row.images.first());
        let image = issued.map(|(_, url)| url.clone()).filter(|url| url.starts_with('/'));
        PickerRow {
            id: row.id.to_string(),
            path: format!("/badges/{}", row.id),
            tone: tone(group),
            image: image.unwrap_or_default(),
            duration: duration_text(row.start_on, row.expires_on, zone),
            status: Status::at(now, row.start_on, row.expires_on),
            kind: row.earn_type.label(),
            expiry: expiry_text(row.earned_expiry, zone, "issual"),
            benefits: row.benefits,
            name: row.name,
        }
    }
}

impl Picker {
    /// The badges of an offer whose names contain `find`, and the chosen one as far as it is offered.
    pub async fn load(
        db: &mut Reading,
        org: OrgId,
        offer: Offer,
        (find, chosen): (&str, &str),
        (now, zone): (DateTime<Utc>, Tz),
    ) -> Result<Self> {
        let found = store::list::page(&mut **db, org, &offer.filter(find), SHOWN, now).await?;
        let more = found.next.is_some();
        let mut rows = found.items;
        let absent = !chosen.is_empty() && rows.iter().all(|row| row.id.to_string() != chosen);
        if absent {
            let own = store::list::page(&mut **db, org, &offer.filter(chosen), 1, now).await?;
            let own = own.items.into_iter().filter(|row| row.id.to_string() == chosen);
            rows.splice(0..0, own);
        }
        Ok(Picker {
            chosen: chosen.to_owned(),
            find: find.trim().to_owned(),
            options: rows.into_iter().map(|row| PickerRow::of(row, now, zone)).collect(),
            more,
            ..Picker::default()
        })
    }

    /// Whether the chosen badge is one that is offered.
    pub fn is_offered(&self) -> bool {
        self.options.iter().any(|row| row.id == self.chosen)
    }
}
