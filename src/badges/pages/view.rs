//! A badge in the words of the screen: for its page and for the preview before it is saved.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::badges::badge::{Badge, ImageTag};
use crate::badges::expiry::Expiry;
use crate::badges::fields::Field;
use crate::badges::groups::Group;
use crate::badges::limits::Level;
use crate::badges::windows::{Cycle, Window, WindowConfig};
use crate::web::time::{Stamp, count};

/// A badge as its Configuration shows it.
pub struct View {
    pub name: String,
    pub description: Option<String>,
    pub start: Stamp,
    pub end: Stamp,
    pub earn_type: &'static str,
    pub enrolment_expiry: Option<String>,
    pub owners: Vec<OwnerView>,
    pub group: Option<String>,
    pub rank: Option<i32>,
    pub fields: Vec<FieldView>,
    pub expiry: String,
    pub issued: String,
    pub limits: Vec<LimitView>,
    pub benefits: Vec<String>,
    pub pictures: Vec<PictureView>,
    pub tags: Vec<(String, String)>,
    pub till: Option<i64>,
}

/// An owner and where it uses the badge.
pub struct OwnerView {
    pub label: &'static str,
    pub claims: Vec<String>,
}

/// A custom field's value.
pub struct FieldView {
    pub name: String,
    pub value: String,
    pub is_default: bool,
}

/// A level's limit: what holds now, and what will.
pub struct LimitView {
    pub label: &'static str,
    pub family: &'static str,
    pub lines: Vec<String>,
}

/// A picture or the place where one could be.
pub struct PictureView {
    pub label: &'static str,
    pub url: String,
    pub name: String,
}

impl View {
    /// A badge as this brand reads it now; `issued` is its live count.
    pub fn of(
        badge: &Badge,
        fields: &[Field],
        groups: &[Group],
        issued: i64,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> Self {
        let group = groups.iter().find(|group| Some(group.id) == badge.group && group.active);
        let owner = |owner: &crate::badges::owners::Owner| OwnerView {
            label: owner.label(),
            claims: badge.claims_of(*owner).map(|claim| claim.reference.clone()).collect(),
        };
        let field = |field: &Field| {
            let value = field.shown(&badge.values)?.to_owned();
            let is_default = !badge.values.contains_key(&field.id);
            Some(FieldView { name: field.name.clone(), value, is_default })
        };
        View {
            name: badge.name.clone(),
            description: badge.description.clone(),
            start: Stamp::new(badge.start_on, zone),
            end: Stamp::new(badge.expires_on, zone),
            earn_type: badge.earn_type.label(),
            enrolment_expiry: badge.issued_expiry.map(|rule| expiry_text(rule, zone, "enrolment")),
            owners: badge.owners.iter().map(owner).collect(),
            group: group.map(|group| format!("{} (rank {})", group.name, group.rank)),
            rank: badge.rank,
            fields: fields.iter().filter(|field| field.active).filter_map(field).collect(),
            expiry: expiry_text(badge.earned_expiry, zone, "issual"),
            issued: count(issued),
            limits: Level::ALL.iter().map(|level| limit(badge, *level, now, zone)).collect(),
            benefits: badge.benefits.iter().map(|benefit| benefit.sentence()).collect(),
            pictures: ImageTag::ALL.iter().map(|tag| picture(badge, *tag)).collect(),
            tags: badge.tags.iter().map(|tag| (tag.name.clone(), tag.value.clone())).collect(),
            till: badge.default_till,
        }
    }

    /// Whether any module uses it.
    pub fn claimed(&self) -> bool {
        self.owners.iter().any(|owner| !owner.claims.is_empty())
    }
}

fn picture(badge: &Badge, tag: ImageTag) -> PictureView {
    let image = badge.image(tag);
    PictureView {
        label: tag.label(),
        url: image.map(|image| image.url.clone()).unwrap_or_default(),
        name: match image {
            Some(image) if image.name.is_empty() => tag.label().to_owned(),
            image => image.map(|image| image.name.clone()).unwrap_or_default(),
        },
    }
}

fn limit(badge: &Badge, level: Level, now: DateTime<Utc>, zone: Tz) -> LimitView {
    let mut lines: Vec<String> = badge.limits_of(level).map(|limit| limit.sentence()).collect();
    let moving = !lines.is_empty();
    for config in badge.windows_of(level) {
        lines.extend(window_lines(&config, now, zone));
    }
    let family = match (moving, lines.is_empty()) {
        (true, _) => "Moving window",
        (false, false) => "Fixed window",
        (false, true) => "",
    };
    LimitView { label: level.label(), family, lines }
}

/// What a config means for people: in force with its window of today, waiting with its first day.
fn window_lines(config: &WindowConfig, now: DateTime<Utc>, zone: Tz) -> Vec<String> {
    let rule = format!("{} {}", config.max, config.period.sentence());
    match config.cycle(now, zone) {
        Cycle::Expired => Vec::new(),
        Cycle::Upcoming => vec![format!("{rule}, from {}", day_text(config.first_day(zone)))],
        Cycle::Active => {
            let window = config.window_at(now, zone);
            let current = window.map(|window| format!("Current window: {}", window_text(window)));
            let last = config.superseded_at.and(config.last_day(zone));
            let until = last.map(|day| format!(", until {}", day_text(day))).unwrap_or_default();
            [Some(format!("{rule}{until}")), current].into_iter().flatten().collect()
        }
    }
}

/// A day in words: `24 Nov 2026`.
pub fn day_text(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

fn window_text(window: Window) -> String {
    if window.first == window.last {
        return day_text(window.first);
    }
    format!("{} – {}", day_text(window.first), day_text(window.last))
}

/// An expiry rule in words; `from` is what a period counts from.
pub fn expiry_text(rule: Expiry, zone: Tz, from: &str) -> String {
    match rule {
        Expiry::OnDate(at) => format!("On {}", Stamp::new(at, zone)),
        Expiry::After { unit, value } => format!("{} after {from}", unit.count(value)),
        Expiry::WithBadge => "Along with badge end date".to_owned(),
        Expiry::Never => "Never expires".to_owned(),
    }
}

/// The medal's metal, where a group is named after one.
pub fn tone(group: Option<&str>) -> &'static str {
    let name = group.unwrap_or_default().to_lowercase();
    ["gold", "silver", "bronze"].into_iter().find(|metal| name.contains(metal)).unwrap_or("")
}
