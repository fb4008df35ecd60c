//! An entry as it is read, and what one may ask for. Pure: no SQL, no page.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

use super::words;
use crate::base::calendar;
use crate::base::ids::{ActivityId, ImportId};
use crate::web::parts::Chip;
use crate::web::time::Stamp;

/// What is asked for, as it stands in the address.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// What kind of thing: `badge`.
    pub kind: String,
    /// One thing's id; with `kind`.
    pub subject: String,
    /// The actor's name as it was.
    pub who: String,
    /// What was done: `created`.
    pub verb: String,
    /// One import's number.
    pub import: String,
    /// The first day, in the brand's zone.
    pub from: String,
    /// The last day, in the brand's zone.
    pub to: String,
    /// The last entry of the page before.
    pub after: String,
}

/// What is asked for, as the store takes it.
#[derive(Debug, Default)]
pub struct Bounds {
    /// What kind of thing.
    pub kind: Option<String>,
    /// One thing's id.
    pub subject: Option<String>,
    /// The actor's name.
    pub who: Option<String>,
    /// What was done.
    pub verb: Option<String>,
    /// One import.
    pub import: Option<ImportId>,
    /// Ids from here on (a second's first bytes).
    pub since: Option<Vec<u8>>,
    /// Ids before this.
    pub before: Option<Vec<u8>>,
}

impl Filter {
    /// Everything about one thing.
    pub fn about(kind: &str, id: &str) -> Self {
        Filter { kind: kind.to_owned(), subject: id.to_owned(), ..Filter::default() }
    }

    /// For the store. What cannot be read (a day that is none) does not filter; no chip shows it.
    pub fn bounds(&self, zone: Tz) -> Bounds {
        let text = |value: &str| Some(value.trim().to_owned()).filter(|text| !text.is_empty());
        let after: Option<Vec<u8>> =
            self.after.parse::<ActivityId>().ok().map(|id| id.bytes().to_vec());
        let until = day(&self.to).map(|day| {
            // The first second behind the day: ids hold whole seconds.
            second(calendar::end_of_day(day, zone) + chrono::Duration::microseconds(1))
        });
        Bounds {
            kind: text(&self.kind),
            subject: text(&self.subject),
            who: text(&self.who),
            verb: text(&self.verb),
            import: self.import.parse().ok(),
            since: day(&self.from).map(|day| second(calendar::start_of_day(day, zone))),
            before: match (after, until) {
                (Some(after), Some(until)) => Some(after.min(until)),
                (after, until) => after.or(until),
            },
        }
    }

    /// The address of what is asked for.
    pub fn href(&self) -> String {
        let pairs = [
            ("kind", &self.kind),
            ("subject", &self.subject),
            ("who", &self.who),
            ("verb", &self.verb),
            ("import", &self.import),
            ("from", &self.from),
            ("to", &self.to),
            ("after", &self.after),
        ];
        let says = |(key, value): &(&str, &String)| match *key {
            "from" | "to" => day(value).is_some(),
            _ => !value.is_empty(),
        };
        let query: Vec<String> = pairs
            .into_iter()
            .filter(says)
            .map(|(key, value)| format!("{key}={}", words::encoded(value)))
            .collect();
        if query.is_empty() {
            "/activity".to_owned()
        } else {
            format!("/activity?{}", query.join("&"))
        }
    }

    /// The same, from the top or from behind a place.
    pub fn at(&self, after: Option<ActivityId>) -> Self {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        Filter { after, ..self.clone() }
    }

    /// The filters that are on, each with the address without it.
    pub fn chips(&self) -> Vec<Chip> {
        let mut chips = Vec::new();
        let mut add = |label: &str, value: String, off: &dyn Fn(&mut Filter)| {
            let mut without = self.at(None);
            off(&mut without);
            chips.push(Chip::new(label, value, without.href()));
        };
        if !self.kind.is_empty() {
            let off = |filter: &mut Filter| {
                filter.kind.clear();
                filter.subject.clear();
            };
            add("What", words::kind(&self.kind), &off);
        }
        if !self.subject.is_empty() {
            add("Id", self.subject.clone(), &|filter| filter.subject.clear());
        }
        if !self.who.is_empty() {
            add("Who", self.who.clone(), &|filter| filter.who.clear());
        }
        if !self.verb.is_empty() {
            add("Did", self.verb.clone(), &|filter| filter.verb.clear());
        }
        if self.import.parse::<ImportId>().is_ok() {
            add("Import", self.import.clone(), &|filter| filter.import.clear());
        }
        if let Some(from) = day(&self.from) {
            add("From", from.format("%-d %b %Y").to_string(), &|filter| filter.from.clear());
        }
        if let Some(to) = day(&self.to) {
            add("To", to.format("%-d %b %Y").to_string(), &|filter| filter.to.clear());
        }
        chips
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    text.trim().parse().ok()
}

/// The first bytes of every id made in this second. A second beyond what ids hold is their end.
pub(super) fn second(at: DateTime<Utc>) -> Vec<u8> {
    u32::try_from(at.timestamp().max(0)).unwrap_or(u32::MAX).to_be_bytes().to_vec()
}

/// An entry, off the table.
#[derive(Debug)]
pub struct Row {
    /// Its id.
    pub id: ActivityId,
    /// When.
    pub at: DateTime<Utc>,
    /// Which door: `CONSOLE`, `IMPORT`.
    pub source: String,
    /// Who, as they were called.
    pub actor_name: String,
    /// What was done.
    pub verb: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: String,
    /// Its name as it was.
    pub subject_label: String,
    /// Further facts.
    pub details: Value,
    /// The changed values before.
    pub before: Option<Value>,
    /// The changed values after.
    pub after: Option<Value>,
    /// Why.
    pub reason: Option<String>,
    /// Of which request.
    pub request_id: String,
    /// By which import.
    pub import_id: Option<ImportId>,
}

/// One value that changed, in words.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub field: String,
    /// Before; empty when there was none.
    pub before: String,
    /// After; empty when there is none.
    pub after: String,
}

/// An entry as a page shows it.
#[derive(Debug)]
pub struct Line {
    /// When.
    pub at: Stamp,
    /// Who.
    pub who: String,
    /// What was done.
    pub verb: String,
    /// The kind of thing, in words.
    pub kind: String,
    /// Its name as it was.
    pub label: String,
    /// Its page, where it has one.
    pub href: Option<String>,
    /// Which door, in words.
    pub source: &'static str,
    /// The import's number.
    pub import: Option<ImportId>,
    /// Why.
    pub reason: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
    /// Further facts.
    pub facts: Vec<(String, String)>,
    /// Of which request.
    pub request: String,
    /// The dot of a timeline.
    pub mark: &'static str,
}

impl Line {
    /// In words, in the brand's zone.
    pub fn new(row: Row, zone: Tz) -> Self {
        Line {
            at: Stamp::new(row.at, zone),
            kind: words::kind(&row.subject_kind),
            href: words::page_of(&row.subject_kind, &row.subject_id),
            source: words::source(&row.source),
            mark: words::mark(&row.verb),
            changes: changes(row.before.as_ref(), row.after.as_ref()),
            facts: facts(&row.details),
            who: row.actor_name,
            verb: row.verb,
            label: row.subject_label,
            import: row.import_id,
            reason: row.reason,
            request: row.request_id,
        }
    }
}

fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
    let empty = serde_json::Map::new();
    let old = before.and_then(Value::as_object).unwrap_or(&empty);
    let new = after.and_then(Value::as_object).unwrap_or(&empty);
    let keys = new.keys().chain(old.keys().filter(|key| !new.contains_key(*key)));
    keys.map(|key| Change {
        field: words::field(key),
        before: old.get(key).map(words::value).unwrap_or_default(),
        after: new.get(key).map(words::value).unwrap_or_default(),
    })
    .filter(|change| change.before != change.after)
    .collect()
}

fn facts(details: &Value) -> Vec<(String, String)> {
    let pairs = details.as_object().into_iter().flatten();
    pairs
        .map(|(key, value)| (words::field(key), words::value(value)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_day_is_a_day_of_the_brands_zone() {
        let filter = Filter {
            from: "2026-10-25".into(),
            to: "2026-10-25".into(),
            after: "x".into(),
            ..Filter::default()
        };
        let bounds = filter.bounds(Tz::Europe__Berlin);
        // The clocks go back on this day: it has 25 hours.
        let at = |text: &str| Some(second(text.parse().unwrap()));
        assert_eq!(bounds.since, at("2026-10-24T22:00:00Z"));
        assert_eq!(bounds.before, at("2026-10-25T23:00:00Z"));
        assert_eq!(Filter { to: "soon".into(), ..filter }.bounds(Tz::UTC).before, None);
    }

    #[test]
    fn a_place_and_a_last_day_meet_at_the_earlier() {
        let id = ActivityId::fresh("2026-11-20T00:00:00Z".parse().unwrap());
        let filter =
            |to: &str| Filter { to: to.into(), after: id.to_string(), ..Filter::default() };
        assert_eq!(filter("2026-11-30").bounds(Tz::UTC).before, Some(id.bytes().to_vec()));
        assert!(filter("2026-11-01").bounds(Tz::UTC).before < Some(id.bytes().to_vec()));
    }

    #[test]
    fn each_chip_leads_to_the_list_without_its_filter() {
        let filter = Filter {
            kind: "badge".into(),
            subject: "1".into(),
            who: "Mina & Sam".into(),
            from: "never".into(),
            after: "aa".into(),
            ..Filter::default()
        };
        let chips = filter.chips();
        let hrefs: Vec<&str> = chips.iter().map(|chip| chip.href.as_str()).collect();
        assert_eq!(
            hrefs,
            [
                "/activity?who=Mina%20%26%20Sam",
                "/activity?kind=badge&who=Mina%20%26%20Sam",
                "/activity?kind=badge&subject=1"
            ]
        );
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let (before, after) = (
            json!({ "name": "A", "startsAt": null, "same": 1 }),
            json!({ "name": "B", "same": 1, "owners": ["Loyalty", "Milestones"] }),
        );
        let shown = changes(Some(&before), Some(&after));
        let words: Vec<_> = shown.iter().map(|c| (&*c.field, &*c.before, &*c.after)).collect();
        assert_eq!(words, [("Name", "A", "B"), ("Owners", "", "Loyalty, Milestones")]);
    }
}
