//! Revoking issued badges, many at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use serde_json::json;

use super::hold;
use super::row::{self, EARN_ID, Read, TAKE};
use super::undo_store::{self as store, Known};
use crate::badges::issuing;
use crate::badges::names::Names;
use crate::base::act::{Act, Entry as Said};
use crate::base::csv::importable::{Blocker, Entry, Field, Kind, Picks, Terms, Verdict, Words};
use crate::base::error::Result;
use crate::base::ids::{BadgeId, CustomerId, EarnId, ImportId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};

/// Rows of one transaction.
const CHUNK: usize = 250;

/// What undo gives back in one transaction.
const UNDO: i64 = 100;

/// The kind `badge-revoke`.
pub struct BulkRevokeKind;

/// What the rows of a chunk may revoke.
struct Issues {
    by_id: HashMap<EarnId, Known>,
    held: HashMap<(BadgeId, CustomerId), Vec<Known>>,
    names: Names,
}

impl Issues {
    async fn of(act: &mut Act, rows: &[(usize, Read<'_>)]) -> Result<Self> {
        let org = act.org();
        let named: Vec<_> = rows.iter().map(|(_, read)| &read.named).collect();
        let names = Names::of(act, &named).await?;
        let ids: Vec<EarnId> = rows.iter().filter_map(|(_, read)| read.earn).collect();
        let by_id = store::by_ids(act.db(), org, &ids).await?;
        let pair = |read: &Read<'_>| {
            let badge = names.badge(&read.named).ok()?.id;
            Some((badge, names.customer(&read.named).ok()?))
        };
        let without = rows.iter().filter(|(_, read)| read.earn.is_none());
        let pairs: Vec<_> = without.filter_map(|(_, read)| pair(read)).collect();
        let mut held: HashMap<_, Vec<Known>> = HashMap::new();
        for known in store::held(act.db(), org, &pairs).await? {
            held.entry((known.badge, known.customer)).or_default().push(known);
        }
        let by_id = by_id.into_iter().map(|known| (known.id, known)).collect();
        Ok(Issues { by_id, held, names })
    }

    /// The issue a row means, or what is wrong.
    fn meant(&self, read: &Read<'_>) -> Result<Known, Problems> {
        let on = |(field, fault): (&'static str, Fault)| Problems::from(fault.on(field));
        let says_badge = read.named.badge_id.is_some() || !read.named.badge_name.is_empty();
        let says_customer = read.named.customer_id.is_some() || !read.named.identifiers.is_empty();
        let badge = match says_badge {
            true => Some(self.names.badge(&read.named).map_err(on)?.id),
            false => None,
        };
        let customer = match says_customer {
            true => Some(self.names.customer(&read.named).map_err(on)?),
            false => None,
        };
        let Some(id) = read.earn else { return self.only(badge.zip(customer)) };
        let known = self.by_id.get(&id).copied();
        let unknown = || Fault::new("unknown_issue", "No issue with this id").on(EARN_ID);
        let known = known.ok_or_else(unknown)?;
        if badge.is_some_and(|badge| badge != known.badge) {
            let why = "This issue is of another badge";
            return Err(Fault::new("other_badge", why).on(EARN_ID).into());
        }
        if customer.is_some_and(|customer| customer != known.customer) {
            let why = "This issue is of another customer";
            return Err(Fault::new("other_customer", why).on(EARN_ID).into());
        }
        Ok(known)
    }

    /// The only one a customer holds of a badge.
    fn only(&self, pair: Option<(BadgeId, CustomerId)>) -> Result<Known, Problems> {
        let held = pair.and_then(|pair| self.held.get(&pair)).map_or(&[][..], Vec::as_slice);
        match held {
            [only] => Ok(*only),
            [] => {
                let why = "The customer does not hold this badge";
                Err(Fault::new("no_active_earn", why).on(EARN_ID).into())
            }
            _ => {
                let why = "The customer holds this badge more than once; give earnedBadgeId";
                Err(Fault::new("several", why).on(EARN_ID).into())
            }
        }
    }
}

#[async_trait]
impl Kind for BulkRevokeKind {
    fn name(&self) -> &'static str {
        "badge-revoke"
    }

    fn label(&self) -> &'static str {
        "Issued badges to be revoked"
    }

    fn permission(&self) -> Permission {
        Permission::IssueBadges
    }

    fn fields(&self) -> &'static [Field] {
        &TAKE
    }

    fn words(&self) -> Words {
        Words {
            verb: "Revoke",
            doing: "Revoking",
            will: ["", "Will be revoked"],
            did: ["", "Revoked"],
            again: "Taken again, it changes nothing: what is revoked stays so.",
            undo: ["", "badges it revoked count again, as far as the limits allow"],
        }
    }

    fn picks(&self) -> Option<Picks> {
        Some(Picks {
            lists: &["badge-holders"],
            columns: &["badgeMetaId", "customerId", EARN_ID],
            asks: &[row::REASON],
            needs: &[row::REASON],
        })
    }

    fn chunk(&self) -> usize {
        CHUNK
    }

    fn identity(&self, entry: &Entry<'_>, terms: &Terms, into: &mut Vec<u8>) {
        row::identity(entry, &TAKE, terms, into);
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        act.require(Permission::IssueBadges)?;
        let mut verdicts: Vec<Option<Verdict>> = entries.iter().map(|_| None).collect();
        let mut rows = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            match row::read(entry, &TAKE, terms) {
                Ok(read) => rows.push((place, read)),
                Err(problems) => verdicts[place] = Some(Verdict::Refused(problems)),
            }
        }
        let issues = Issues::of(act, &rows).await?;
        // By badge, and within it by reason: one call of the engine each, badges in one order.
        let mut wanted: BTreeMap<(BadgeId, &str), Vec<(usize, Known)>> = BTreeMap::new();
        let mut seen = HashSet::new();
        for (place, read) in &rows {
            match issues.meant(read) {
                Err(problems) => verdicts[*place] = Some(Verdict::Refused(problems)),
                Ok(known) if known.revoked || !seen.insert(known.id) => {}
                Ok(known) => {
                    wanted.entry((known.badge, read.reason)).or_default().push((*place, known));
                }
            }
        }
        let customers: Vec<CustomerId> =
            wanted.values().flatten().map(|(_, known)| known.customer).collect();
        hold(act, &customers).await?;
        let mut done = Vec::new();
        for ((badge, reason), rows) in wanted {
            let which: Vec<_> = rows.iter().map(|(_, known)| (known.customer, known.id)).collect();
            let reason = Some(reason).filter(|text| !text.is_empty());
            let answers = issuing::revoke_many(act, badge, &which, reason).await?;
            for ((place, known), answer) in rows.iter().zip(answers) {
                verdicts[*place] = Some(match answer {
                    Ok(()) => Verdict::Update,
                    Err(problem) => Verdict::Refused(problem.into()),
                });
                done.extend(
                    verdicts[*place].iter().filter(|v| **v == Verdict::Update).map(|_| known.id),
                );
            }
        }
        let org = act.org();
        store::note(act.db(), org, terms.import, &done).await?;
        Ok(verdicts.into_iter().map(|verdict| verdict.unwrap_or(Verdict::Unchanged)).collect())
    }

    async fn blockers(&self, _: &mut Act, _: ImportId, _: i64) -> Result<Vec<Blocker>> {
        Ok(Vec::new())
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        act.require(Permission::IssueBadges)?;
        let org = act.org();
        let noted = store::take_notes(act.db(), org, import, most.min(UNDO)).await?;
        let known = store::by_ids(act.db(), org, &noted).await?;
        let customers: Vec<CustomerId> = known.iter().map(|known| known.customer).collect();
        hold(act, &customers).await?;
        let mut by_badge: BTreeMap<BadgeId, Vec<(CustomerId, EarnId)>> = BTreeMap::new();
        for known in known.iter().filter(|known| known.revoked) {
            by_badge.entry(known.badge).or_default().push((known.customer, known.id));
        }
        let mut left = 0;
        for (badge, which) in by_badge {
            let answers = issuing::restore_issued(act, badge, &which).await?;
            left += answers.iter().filter(|answer| answer.is_err()).count();
        }
        if left > 0 {
            let facts = json!({ "rows": left, "why": "a limit of the badge is reached" });
            let label = self.label();
            act.record(Said::new("left revoked", "import", import, label).with(facts));
        }
        Ok(noted.len() as u64)
    }
}
