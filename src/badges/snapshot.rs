//! A badge as the activity log keeps it: what people can read, by the words of the screen.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use crate::badges::badge::Badge;
use crate::badges::context::Around;
use crate::badges::expiry::Expiry;
use crate::badges::limits::Level;
use crate::badges::windows::WindowConfig;

/// The badge in words.
pub fn snapshot(badge: &Badge, around: &Around) -> Value {
    let mut all = Map::new();
    let mut add = |key: &str, value: Value| {
        all.insert(key.to_owned(), value);
    };
    add("name", json!(badge.name));
    add("description", json!(badge.description));
    add("start", json!(iso(badge.start_on)));
    add("end", json!(iso(badge.expires_on)));
    add("issue type", json!(badge.earn_type.label()));
    add("issue expiry", json!(expiry(badge.earned_expiry)));
    add("enrolment expiry", json!(badge.issued_expiry.map(expiry)));
    add("active", json!(badge.active));
    let group = around.groups.iter().find(|group| Some(group.id) == badge.group);
    add("group", json!(group.map(|group| group.name.as_str())));
    add("rank", json!(badge.rank));
    add("till", json!(badge.default_till));
    add("owners", json!(badge.owners.iter().map(|owner| owner.label()).collect::<Vec<_>>()));
    for level in Level::ALL {
        add(&level.label().to_lowercase(), json!(limits(badge, level)));
    }
    add("benefits", json!(badge.benefits.iter().map(|one| one.sentence()).collect::<Vec<_>>()));
    let tag = |tag: &crate::badges::badge::Tag| format!("{}: {}", tag.name, tag.value);
    add("tags", json!(badge.tags.iter().map(tag).collect::<Vec<_>>()));
    let picture = |image: &crate::badges::badge::Image| {
        format!("{}: {} ({})", image.tag.label(), image.name, image.url)
    };
    add("pictures", json!(badge.images.iter().map(picture).collect::<Vec<_>>()));
    for field in &around.fields {
        if let Some(value) = badge.values.get(&field.id) {
            add(&format!("custom field “{}”", field.name), json!(value));
        }
    }
    Value::Object(all)
}

fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// An expiry rule in the words of the screen.
fn expiry(rule: Expiry) -> String {
    match rule {
        Expiry::OnDate(at) => format!("On fixed date: {}", iso(at)),
        Expiry::WithBadge => "Along with badge end date".to_owned(),
        Expiry::After { unit, value } => format!("After {}", unit.count(value)),
        Expiry::Never => "Never expires".to_owned(),
    }
}

fn limits(badge: &Badge, level: Level) -> Vec<String> {
    let moving = badge.limits_of(level).map(|limit| limit.sentence());
    let fixed = badge.windows_of(level);
    let fixed = fixed.iter().map(|config: &WindowConfig| {
        let end = config.end_at.map(|at| format!(" to {}", iso(at))).unwrap_or_default();
        format!("{} {}, from {}{end}", config.max, config.period.sentence(), iso(config.start_at))
    });
    moving.chain(fixed).collect()
}
