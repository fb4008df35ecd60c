//! Badges earned in the past, brought in by file (spec/badges.md 9.13 and 13.6).
//!
//! What a row is: its `sourceId` where the file has one; else badge, customer, instant and the
//! how-manieth of its kind in the file. Alike rows are real (somebody earned a badge twice in one
//! sweep), so four of them make four awards, and the same file again makes none.
//!
//! No claim, status or activity of the badge is asked, and no benefit is given: this is history. Limits
//! refuse no row, but count it from then on (`issuing::counts::adjust`). Known quirk: a file that names
//! one customer now by number and now by e-mail hides from the count that two rows are alike.

mod export;
mod export_store;
mod resolve;
mod row;
mod store;
mod undo_store;

use std::collections::HashMap;

use async_trait::async_trait;

pub use self::export::EarnedBadgesSheet;
use self::resolve::{Chunk, resolve};
use self::row::{BADGE_ID, BADGE_NAME, CUSTOMER_ID, EVENT, FIELDS, SOURCE_ID, WHO};
pub(super) use self::store::count;
use self::store::{Award, KnownAward};
pub(super) use self::store::{KnownBadge, badges as known_badges};
use crate::badges::issuing::{self, counts::Moved};
use crate::base::act::Act;
use crate::base::csv::importable::{Blocker, Entry, Field, Kind, Terms, Verdict};
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::error::Result;
use crate::base::ids::{BadgeId, ImportId};
use crate::base::permission::Permission;
use crate::base::problem::Fault;

/// The kind `earned-badges`.
pub struct EarnedBadgesKind;

/// What an award that is there already makes of a row.
fn compare(award: &Award, known: &KnownAward) -> Verdict {
    let same = (award.badge, award.customer, award.at) == (known.badge, known.customer, known.at);
    if !same {
        let why =
            "An award with this sourceId is there already, with another badge, customer or date";
        let problem = Fault::taken(why).on(FIELDS[SOURCE_ID].name);
        return Verdict::Refused(problem.into());
    }
    let moves = award.says_expiry && award.expires != known.expires;
    if moves { Verdict::Update } else { Verdict::Unchanged }
}

/// The verdicts in order; a place without one was found to be there already.
fn in_order(verdicts: Vec<Option<Verdict>>) -> Vec<Verdict> {
    verdicts.into_iter().map(|verdict| verdict.unwrap_or(Verdict::Unchanged)).collect()
}

#[async_trait]
impl Kind for EarnedBadgesKind {
    fn name(&self) -> &'static str {
        "earned-badges"
    }

    fn label(&self) -> &'static str {
        "Earned badges"
    }

    fn permission(&self) -> Permission {
        Permission::ImportHistory
    }

    fn fields(&self) -> &'static [Field] {
        &FIELDS
    }

    fn identity(&self, entry: &Entry<'_>, terms: &Terms, into: &mut Vec<u8>) {
        let mut put = |part: &[u8]| {
            into.extend_from_slice(part);
            into.push(0);
        };
        match entry.get(SOURCE_ID) {
            "" => {}
            source => return put(source.as_bytes()),
        }
        let Ok(at) = parse_instant(entry.get(EVENT), terms.zone, DayMeans::Start) else { return };
        put(&at.timestamp_micros().to_le_bytes());
        put(entry.get(BADGE_ID).to_lowercase().as_bytes());
        put(entry.get(BADGE_NAME).as_bytes());
        put(entry.get(CUSTOMER_ID).as_bytes());
        for (field, kind) in WHO {
            put(kind.key(entry.get(field)).as_bytes());
        }
    }

    async fn judge(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        let mut chunk = resolve(act, entries, terms).await?;
        let org = act.org();
        let known = store::known_awards(act.db(), org, &chunk.awards).await?;
        for (index, (award, place)) in chunk.awards.iter().zip(&chunk.places).enumerate() {
            let entry = &entries[*place];
            let repeated = award.source_id.is_some() && entry.nth > 0;
            chunk.verdicts[*place] = Some(match known.get(&index) {
                Some(known) => compare(award, known),
                None if repeated => Verdict::Unchanged,
                None => Verdict::Create,
            });
        }
        Ok(in_order(chunk.verdicts))
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        act.require(Permission::ImportHistory)?;
        let mut chunk = resolve(act, entries, terms).await?;
        let (org, now) = (act.org(), act.now());
        let added = store::insert(act.db(), org, terms.import, now, &chunk.awards).await?;
        let (mut counts, mut moves) = (HashMap::new(), Vec::with_capacity(added.len()));
        for index in added {
            chunk.verdicts[chunk.places[index]] = Some(Verdict::Create);
            let Award { badge, at: event, .. } = chunk.awards[index];
            *counts.entry(badge).or_insert(0) += 1;
            moves.push(Moved { badge, event, earned_on: now, by: 1 });
        }
        store::count(act.db(), org, &counts).await?;
        issuing::counts::adjust(act.db(), org, &moves).await?;
        self.move_ends(act, terms, &mut chunk).await?;
        Ok(in_order(chunk.verdicts))
    }

    async fn blockers(&self, act: &mut Act, import: ImportId, most: i64) -> Result<Vec<Blocker>> {
        let org = act.org();
        let revoked = undo_store::revoked(act.db(), org, import, most).await?;
        let why = "was revoked since; taking it back would lose that";
        Ok(revoked.into_iter().map(|label| Blocker { label, why }).collect())
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        act.require(Permission::ImportHistory)?;
        let org = act.org();
        let (gone, total) = undo_store::delete_imported(act.db(), org, import, most).await?;
        let mut back: HashMap<BadgeId, i64> = HashMap::new();
        for one in &gone {
            *back.entry(one.badge).or_insert(0) -= 1;
        }
        store::count(act.db(), org, &back).await?;
        issuing::counts::adjust(act.db(), org, &gone).await?;
        let moved = undo_store::restore_ends(act.db(), org, import, most).await?;
        Ok(total + moved)
    }
}

impl EarnedBadgesKind {
    /// Of the rows that were there already: those that say another end.
    async fn move_ends(&self, act: &mut Act, terms: &Terms, chunk: &mut Chunk) -> Result<()> {
        let org = act.org();
        let rest = chunk.places.iter().zip(&chunk.awards);
        let (places, there): (Vec<usize>, Vec<Award>) = rest
            .filter(|(place, award)| {
                let open = chunk.verdicts[**place].is_none();
                open && (award.says_expiry || award.source_id.is_some())
            })
            .map(|(place, award)| (*place, award.clone()))
            .unzip();
        if there.is_empty() {
            return Ok(());
        }
        let known = store::known_awards(act.db(), org, &there).await?;
        let mut ends = Vec::new();
        for (index, known) in &known {
            let verdict = compare(&there[*index], known);
            if verdict == Verdict::Update {
                ends.push((known.id, there[*index].expires));
            }
            chunk.verdicts[places[*index]] = Some(verdict);
        }
        store::move_ends(act.db(), org, terms.import, &ends).await?;
        Ok(())
    }
}
