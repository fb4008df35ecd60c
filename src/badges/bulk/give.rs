//! Enrolling and issuing, many at a time.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::hold;
use super::row::{self, GIVE, Read};
use super::undo_store;
use crate::badges::issuing::{self, Declined, EnrolCall, IssueCall, Trigger};
use crate::badges::names::Names;
use crate::badges::owners::Owner;
use crate::badges::store::rows as savepoint;
use crate::base::act::Act;
use crate::base::csv::importable::{Blocker, Entry, Field, Kind, Picks, Terms, Verdict, Words};
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId, ImportId};
use crate::base::permission::Permission;
use crate::base::problem::{Problem, Problems};

/// Rows of one transaction: while it runs, other issuers of a badge limited across customers wait.
const CHUNK: usize = 250;

/// What undo takes back in one transaction.
const UNDO: i64 = 250;

/// The kind `badge-issue`.
pub struct BulkIssueKind;

/// The kind `badge-enrol`.
pub struct BulkEnrolKind;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Issue,
    Enrol,
}

/// Rows that ask for the same: one call of the engine.
struct Group {
    badge: BadgeId,
    event: Option<DateTime<Utc>>,
    line: u64,
    rows: Vec<(usize, CustomerId)>,
}

/// What may be picked for either.
const PICKS: Picks = Picks {
    lists: &["customers", "badge-holders", "badge-enrolments"],
    columns: &["customerId"],
    asks: &["badgeMetaId", row::EVENT],
    needs: &["badgeMetaId"],
};

/// Rows as groups, by badge; their customers are held. Rows that cannot be dealt with have a verdict.
async fn grouped(
    act: &mut Act,
    entries: &[Entry<'_>],
    terms: &Terms,
    verdicts: &mut [Option<Verdict>],
) -> Result<Vec<Group>> {
    let mut rows: Vec<(usize, Read<'_>)> = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        match row::read(entry, &GIVE, terms) {
            Ok(read) => rows.push((place, read)),
            Err(problems) => verdicts[place] = Some(Verdict::Refused(problems)),
        }
    }
    let named: Vec<_> = rows.iter().map(|(_, read)| &read.named).collect();
    let names = Names::of(act, &named).await?;
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<(BadgeId, Option<DateTime<Utc>>), usize> = HashMap::new();
    for (place, read) in &rows {
        let mut problems = Problems::none();
        let mut on = |(field, fault): (&'static str, crate::base::problem::Fault)| {
            problems.push(fault.on(field));
        };
        let badge = names.badge(&read.named).map_err(&mut on).ok();
        let customer = names.customer(&read.named).map_err(&mut on).ok();
        let (Some(badge), Some(customer)) = (badge, customer) else {
            verdicts[*place] = Some(Verdict::Refused(problems));
            continue;
        };
        let at = *known.entry((badge.id, read.event)).or_insert_with(|| {
            let line = entries[*place].line();
            groups.push(Group { badge: badge.id, event: read.event, line, rows: Vec::new() });
            groups.len() - 1
        });
        if groups[at].rows.iter().any(|(_, one)| *one == customer) {
            let why = "The same customer stands further up with this badge and date";
            verdicts[*place] = Some(Verdict::Refused(Problem::whole("twice_in_file", why).into()));
        } else {
            groups[at].rows.push((*place, customer));
        }
    }
    groups.sort_by_key(|group| group.badge);
    let customers: Vec<CustomerId> =
        groups.iter().flat_map(|group| &group.rows).map(|(_, customer)| *customer).collect();
    hold(act, &customers).await?;
    Ok(groups)
}

/// What became of one row.
fn verdict<T>(result: std::result::Result<T, Declined>) -> Verdict {
    match result {
        Ok(_) => Verdict::Create,
        Err(declined) => Verdict::Refused(declined.problem.into()),
    }
}

impl What {
    /// One call of the engine: what became of each customer.
    async fn call(
        self,
        act: &mut Act,
        group: &Group,
        import: ImportId,
    ) -> Result<HashMap<CustomerId, Verdict>> {
        let customers: Vec<CustomerId> = group.rows.iter().map(|(_, id)| *id).collect();
        let request_id = Some(format!("import-{import}-line-{}", group.line));
        let trigger =
            Trigger { owner: Some(Owner::Membercare), reference: Some(format!("import-{import}")) };
        let (badge, event) = (group.badge, group.event);
        Ok(match self {
            What::Issue => {
                let by_support = true;
                let call = IssueCall { badge, customers, request_id, event, trigger, by_support };
                let answer = issuing::issue(act, &call).await?;
                let each = answer.outcomes.into_iter();
                each.map(|one| (one.customer, verdict(one.result))).collect()
            }
            What::Enrol => {
                let call = EnrolCall { badge, customers, request_id, event, trigger };
                let answer = issuing::enrol(act, &call).await?;
                let each = answer.outcomes.into_iter();
                each.map(|one| (one.customer, verdict(one.result))).collect()
            }
        })
    }

    /// Deals with a chunk. A call that is refused as a whole refuses its rows and leaves no trace.
    async fn write(
        self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        act.require(Permission::IssueBadges)?;
        let mut verdicts: Vec<Option<Verdict>> = entries.iter().map(|_| None).collect();
        for group in grouped(act, entries, terms, &mut verdicts).await? {
            let mark = act.mark();
            savepoint::save(act.db()).await?;
            match self.call(act, &group, terms.import).await {
                Ok(mut each) => {
                    savepoint::keep(act.db()).await?;
                    for (place, customer) in group.rows {
                        verdicts[place] = each.remove(&customer);
                    }
                }
                Err(Error::Refused(problems)) => {
                    savepoint::back(act.db()).await?;
                    act.forget_since(mark);
                    for (place, _) in group.rows {
                        verdicts[place] = Some(Verdict::Refused(problems.clone()));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(verdicts.into_iter().map(|verdict| verdict.unwrap_or(Verdict::Unchanged)).collect())
    }
}

#[async_trait]
impl Kind for BulkIssueKind {
    fn name(&self) -> &'static str {
        "badge-issue"
    }

    fn label(&self) -> &'static str {
        "Badges to be issued"
    }

    fn permission(&self) -> Permission {
        Permission::IssueBadges
    }

    fn fields(&self) -> &'static [Field] {
        &GIVE
    }

    fn words(&self) -> Words {
        Words {
            verb: "Issue",
            doing: "Issuing",
            will: ["Will be issued", ""],
            did: ["Issued", ""],
            again: "Taken again, it issues again, as far as the limits allow.",
            undo: ["badges it issued are revoked", ""],
        }
    }

    fn picks(&self) -> Option<Picks> {
        Some(PICKS)
    }

    fn chunk(&self) -> usize {
        CHUNK
    }

    fn identity(&self, entry: &Entry<'_>, terms: &Terms, into: &mut Vec<u8>) {
        row::identity(entry, &GIVE, terms, into);
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        What::Issue.write(act, entries, terms).await
    }

    async fn blockers(&self, _: &mut Act, _: ImportId, _: i64) -> Result<Vec<Blocker>> {
        Ok(Vec::new())
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        act.require(Permission::IssueBadges)?;
        let org = act.org();
        let given = undo_store::issued(act.db(), org, import, most.min(UNDO)).await?;
        let why = format!("Import {import} was undone");
        let customers: Vec<CustomerId> = given.iter().map(|(_, customer, _)| *customer).collect();
        hold(act, &customers).await?;
        let mut badges: BTreeMap<BadgeId, Vec<_>> = BTreeMap::new();
        for (badge, customer, earn) in &given {
            badges.entry(*badge).or_default().push((*customer, *earn));
        }
        for (badge, which) in badges {
            issuing::revoke_many(act, badge, &which, Some(&why)).await?;
        }
        Ok(given.len() as u64)
    }
}

#[async_trait]
impl Kind for BulkEnrolKind {
    fn name(&self) -> &'static str {
        "badge-enrol"
    }

    fn label(&self) -> &'static str {
        "Customers to be enrolled"
    }

    fn permission(&self) -> Permission {
        Permission::IssueBadges
    }

    fn fields(&self) -> &'static [Field] {
        &GIVE
    }

    fn words(&self) -> Words {
        Words {
            verb: "Enrol",
            doing: "Enrolling",
            will: ["Will be enrolled", ""],
            did: ["Enrolled", ""],
            again: "Taken again, it enrols those who are not enrolled by then.",
            undo: ["enrolments it made are revoked; badges issued on them stay", ""],
        }
    }

    fn picks(&self) -> Option<Picks> {
        Some(PICKS)
    }

    fn chunk(&self) -> usize {
        CHUNK
    }

    fn identity(&self, entry: &Entry<'_>, terms: &Terms, into: &mut Vec<u8>) {
        row::identity(entry, &GIVE, terms, into);
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        What::Enrol.write(act, entries, terms).await
    }

    async fn blockers(&self, _: &mut Act, _: ImportId, _: i64) -> Result<Vec<Blocker>> {
        Ok(Vec::new())
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        act.require(Permission::IssueBadges)?;
        let org = act.org();
        let made = undo_store::enrolled(act.db(), org, import, most.min(UNDO)).await?;
        let why = format!("Import {import} was undone");
        let customers: Vec<CustomerId> = made.iter().map(|(_, customer, _)| *customer).collect();
        hold(act, &customers).await?;
        let mut badges: BTreeMap<BadgeId, Vec<_>> = BTreeMap::new();
        for (badge, customer, enrolment) in &made {
            badges.entry(*badge).or_default().push((*customer, *enrolment));
        }
        for (badge, which) in badges {
            let which = issuing::RevokeWhich::Enrolments(which);
            issuing::revoke_enrolments(act, badge, &which, Some(&why)).await?;
        }
        Ok(made.len() as u64)
    }
}
