//! What happened at Northwind Outfitters so far: badges earned, as the file of another system, and
//! enrolments.

use chrono::{DateTime, Days, NaiveTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::base::calendar;
use crate::base::error::{Error, Result};
use crate::demo::catalog::{BADGES, Recipe};
use crate::demo::people::{HOW_MANY, external_id};

/// One badge that somebody earned, or enrolled for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which badge.
    pub badge: &'static str,
    /// Which customer, by place in the file.
    pub customer: usize,
    /// When.
    pub at: DateTime<Utc>,
}

/// Everything earned until now, oldest first; the same every time but for the dates.
pub fn earned(now: DateTime<Utc>, zone: Tz) -> Vec<Event> {
    let mut random = StdRng::seed_from_u64(0x0706);
    let mut events = Vec::new();
    for recipe in &BADGES {
        for customer in 0..HOW_MANY {
            if random.random_range(0..100) >= recipe.share {
                continue;
            }
            // A few are very busy, most are not.
            let zeal = random.random_range(1..=100) * random.random_range(1..=100);
            let times = 1 + recipe.most.saturating_sub(1) * zeal / 10_000;
            events
                .extend((0..times).filter_map(|_| event(recipe, customer, now, zone, &mut random)));
        }
    }
    events.sort_by_key(|event| (event.at, event.customer));
    events
}

/// Everybody who enrolled, whether they got the badge in the end or not.
pub fn enrolled(now: DateTime<Utc>, zone: Tz) -> Vec<Event> {
    let mut random = StdRng::seed_from_u64(0x1812);
    let mut events = Vec::new();
    for recipe in BADGES.iter().filter(|recipe| recipe.enrols()) {
        for customer in 0..HOW_MANY {
            if random.random_range(0..100) < recipe.share + 12 {
                events.extend(event(recipe, customer, now, zone, &mut random));
            }
        }
    }
    events.sort_by_key(|event| (event.at, event.customer));
    events
}

/// Some moment of a day while the badge ran; none for one that has not begun.
fn event(
    recipe: &Recipe,
    customer: usize,
    now: DateTime<Utc>,
    zone: Tz,
    random: &mut StdRng,
) -> Option<Event> {
    let today = calendar::day_of(now, zone);
    let (start, end) = recipe.dates(today);
    let last = end.min(today.checked_sub_days(Days::new(1))?);
    let span = u64::try_from((last - start).num_days()).ok()?;
    let day = start.checked_add_days(Days::new(random.random_range(0..=span)))?;
    let (hour, minute) = (random.random_range(9..21), random.random_range(0..60));
    let time = NaiveTime::from_hms_opt(hour, minute, random.random_range(0..60))?;
    let at = calendar::instant(day.and_time(time), zone);
    Some(Event { badge: recipe.name, customer, at })
}

/// Earned badges as a file to import. Blank expiries follow each badge's own rule.
pub fn file(events: &[Event]) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let columns = ["badgeName", "externalId", "earnEventDate", "earnExpiresOn"];
    file.write_record(columns).map_err(Error::internal)?;
    for Event { badge, customer, at } in events {
        let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        file.write_record([*badge, &external_id(*customer), &at, ""]).map_err(Error::internal)?;
    }
    file.into_inner().map_err(|error| Error::internal(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_a_few_thousand_all_within_their_badges_and_before_now() {
        let now: DateTime<Utc> = "2026-11-26T09:00:00Z".parse().unwrap();
        let zone = Tz::Europe__Berlin;
        let events = earned(now, zone);
        assert!((2_000..5_000).contains(&events.len()), "{}", events.len());
        for event in events.iter().chain(&enrolled(now, zone)) {
            let recipe = BADGES.iter().find(|recipe| recipe.name == event.badge).unwrap();
            let (start, end) = recipe.dates(calendar::day_of(now, zone));
            let day = calendar::day_of(event.at, zone);
            assert!(start <= day && day <= end && event.at < now, "{event:?}");
        }
        assert_eq!(events, earned(now, zone), "the same every time");
    }
}
