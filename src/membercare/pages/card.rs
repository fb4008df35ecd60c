//! A badge as a card.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::badges::{EarnType, ImageTag};
use crate::membercare::category::{Category, Group, Standing};
use crate::membercare::store::Face;
use crate::membercare::timeline::left;
use crate::web::time::{Stamp, count};

/// A badge under a tab.
pub struct Card {
    /// Its id.
    pub id: String,
    /// The address that opens it.
    pub href: String,
    /// Whether it is open.
    pub current: bool,
    /// The metal of its medal.
    pub tone: &'static str,
    /// Its picture, if we keep one.
    pub image: String,
    /// Whether it is greyed.
    pub off: bool,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// "Direct issue · Gold · rank 1".
    pub kind: String,
    /// From when.
    pub start: Stamp,
    /// Until when.
    pub end: Stamp,
    /// How often it was issued: "6 times issued"; empty when never.
    pub earned: String,
    /// When last.
    pub last: Option<Stamp>,
    /// What to know about its end: "78 days left".
    pub left: String,
    /// Whether that is soon.
    pub soon: bool,
}

/// From how near on an end is shown as near.
const SOON_DAYS: i64 = 7;

impl Card {
    /// The card of a standing.
    pub fn new(
        standing: &Standing,
        face: Option<&Face>,
        category: Category,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> Self {
        let ends = standing.ends(category);
        Card {
            id: standing.badge.to_string(),
            href: String::new(),
            current: false,
            tone: tone(standing.group.as_ref()),
            image: face.map(|face| image(face, standing, now)).unwrap_or_default(),
            off: category == Category::Expired,
            name: standing.name.clone(),
            description: face.map(|face| face.description.clone()).unwrap_or_default(),
            kind: kind(standing),
            start: Stamp::new(standing.start_on, zone),
            end: Stamp::new(standing.expires_on, zone),
            earned: times_issued(standing.earns),
            last: standing.last_earned.map(|at| Stamp::new(at, zone)),
            left: end_words(standing, category, now),
            soon: category != Category::Expired && (ends - now).num_days() < SOON_DAYS,
        }
    }
}

impl Card {
    /// The style sheet's name for how near the end is.
    pub fn look(&self) -> &'static str {
        match (self.off, self.soon) {
            (true, _) => "ended",
            (false, true) => "warn",
            (false, false) => "plain",
        }
    }
}

fn end_words(standing: &Standing, category: Category, now: DateTime<Utc>) -> String {
    let enrolled = category == Category::ToIssue && standing.earn_type == EarnType::Enrol;
    match left(now, standing.ends(category)) {
        Some(words) if enrolled => format!("enrolled, {words}"),
        Some(words) => words,
        None if standing.held_until.is_some() => "expired".to_owned(),
        None => "ended".to_owned(),
    }
}

/// "Direct issue · Gold · rank 1".
pub fn kind(standing: &Standing) -> String {
    let mut parts = vec![type_label(standing.earn_type).to_owned()];
    parts.extend(standing.group.as_ref().map(|group| group.name.clone()));
    parts.extend(standing.rank.map(|rank| format!("rank {rank}")));
    parts.join(" · ")
}

/// What the desk calls the ways to get a badge (spec/badges.md 18).
pub const fn type_label(earn_type: EarnType) -> &'static str {
    match earn_type {
        EarnType::Direct => "Direct issue",
        EarnType::Enrol => "Enrol and issue",
    }
}

/// "Once issued", "6 times issued"; empty when never.
pub fn times_issued(earns: i64) -> String {
    match earns {
        0 => String::new(),
        1 => "Once issued".to_owned(),
        many => format!("{} times issued", count(many)),
    }
}

/// The metal of a medal, by the name of its group.
pub fn tone(group: Option<&Group>) -> &'static str {
    let name = group.map(|group| group.name.to_lowercase()).unwrap_or_default();
    ["gold", "silver", "bronze"].into_iter().find(|metal| name.contains(metal)).unwrap_or("")
}

/// The picture for how the customer stands: got, enrolled, not got.
pub fn image(face: &Face, standing: &Standing, now: DateTime<Utc>) -> String {
    let wanted = if standing.earns > 0 {
        [ImageTag::Issued, ImageTag::InProgress, ImageTag::Unissued]
    } else if standing.is_enrolled(now) {
        [ImageTag::InProgress, ImageTag::Unissued, ImageTag::Issued]
    } else {
        [ImageTag::Unissued, ImageTag::InProgress, ImageTag::Issued]
    };
    let of = |tag: &ImageTag| face.images.iter().find(|(word, _)| word == tag.wire());
    wanted.iter().find_map(of).map(|(_, url)| url.clone()).unwrap_or_default()
}
