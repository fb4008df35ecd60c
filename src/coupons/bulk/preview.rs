//! What a run would do, before anybody asks for it: the first coupons of its scope, judged by the rules
//! the run itself will ask.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::action::Action;
use super::judge::Judge;
use super::run::Place;
use super::scope::Scope;
use super::words::sentence;
use crate::base::error::Result;
use crate::base::ids::{CouponId, OrgId};
use crate::coupons::coupon::Coupon;
use crate::coupons::store::{self, bulk_scan};

/// Coupons read at a time.
const CHUNK: i64 = 2_000;
/// The most that are judged while a person waits; beyond, the page says "at least".
const MOST: i64 = 20_000;
/// Coupons shown for each reason.
const EXAMPLES: usize = 5;

/// Coupons with one fate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Why they are left alone.
    pub why: String,
    /// How many.
    pub count: i64,
    /// The first few.
    pub examples: Vec<(CouponId, String)>,
}

impl Group {
    fn add(&mut self, coupon: &Coupon) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push((coupon.id, coupon.code.clone()));
        }
    }
}

/// What would be done, what would be left alone and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Coupons looked at.
    pub looked: i64,
    /// Those that would be done.
    pub done: Group,
    /// The rest, by reason, the largest first.
    pub skipped: Vec<Group>,
    /// Whether there are more than were looked at.
    pub more: bool,
}

impl Preview {
    /// How many would be left alone.
    pub fn left_alone(&self) -> i64 {
        self.skipped.iter().map(|group| group.count).sum()
    }

    fn skip(&mut self, word: &'static str, coupon: &Coupon) {
        let why = sentence(word);
        let group = self.skipped.iter_mut().find(|group| group.why == why);
        match group {
            Some(group) => group.add(coupon),
            None => {
                let mut group = Group { why: why.into_owned(), ..Group::default() };
                group.add(coupon);
                self.skipped.push(group);
            }
        }
    }
}

/// Looks at what a run would do. `moved_to` may be left open: then it is judged whether ends could be
/// moved at all.
pub async fn look(
    db: &mut PgConnection,
    org: OrgId,
    (action, scope): (Action, &Scope),
    moved_to: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<Preview> {
    let mut judge = Judge::new(action, scope, moved_to, now, zone);
    let (mut preview, mut place) = (Preview::default(), Place::default());
    while preview.looked < MOST {
        let (ids, next) = bulk_scan::next(db, org, scope, now, &place, CHUNK).await?;
        if ids.is_empty() {
            break;
        }
        let coupons = store::coupons::load(&mut *db, org, &ids).await?;
        judge.learn(db, org, &coupons).await?;
        for coupon in &coupons {
            preview.looked += 1;
            match judge.of(coupon) {
                Ok(()) => preview.done.add(coupon),
                Err(word) => preview.skip(word, coupon),
            }
        }
        place = next;
    }
    if preview.looked >= MOST {
        preview.more = !bulk_scan::next(db, org, scope, now, &place, 1).await?.0.is_empty();
    }
    preview.skipped.sort_by_key(|group| std::cmp::Reverse(group.count));
    Ok(preview)
}
