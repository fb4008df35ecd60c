//! A series' terms in words, section by section: its Configuration, and what the form shows before it
//! saves.

use chrono_tz::Tz;
use serde_json::Value;

use crate::base::calendar::day_of;
use crate::base::ids::SeriesId;
use crate::coupons::pages::words::{day, days, discount, kind, last_day, number};
use crate::coupons::series::{Audience, Handling, Place, Series, Strategy};
use crate::web::time::count;

/// One of the five sections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: &'static str,
    /// Its id, which the sections' links lead to.
    pub id: &'static str,
    /// What it says.
    pub rows: Vec<(String, String)>,
}

impl Section {
    fn new(title: &'static str, id: &'static str) -> Self {
        Section { title, id, rows: Vec::new() }
    }

    fn row(&mut self, term: impl Into<String>, value: impl Into<String>) {
        self.rows.push((term.into(), value.into()));
    }
}

/// What is known around a series: the brand's zone, and the names of offers it excludes.
#[derive(Debug)]
pub struct Around {
    /// The brand's zone.
    pub zone: Tz,
    /// Offers by number.
    pub names: Vec<(SeriesId, String)>,
}

impl Around {
    /// An offer by its number: its name where it is one of ours.
    fn name(&self, id: i64) -> String {
        let found = self.names.iter().find(|(series, _)| series.get() == id);
        found.map_or_else(|| format!("Offer {id}"), |(_, name)| name.clone())
    }
}

/// All five sections.
pub fn sections(series: &Series, around: &Around) -> Vec<Section> {
    vec![
        offer(series),
        of_discount(series),
        codes(series),
        issue(series, around),
        redeem(series, around.zone),
    ]
}

fn offer(series: &Series) -> Section {
    let mut section = Section::new("Offer name & expiry", "offer");
    section.row("Name", &series.description);
    let ends = if series.fixed_end { last_day(series) } else { runs_along() };
    section.row("Offer expires", ends);
    section.row("Point-of-sale identifier", &series.discount.code);
    section.row("Terms and conditions", &series.words.terms);
    for (name, value) in series.words.properties.iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        section.row(name, value);
    }
    section
}

fn runs_along() -> String {
    "Along with what uses it".to_owned()
}

fn of_discount(series: &Series) -> Section {
    let mut section = Section::new("Discount", "discount");
    section.row("Discount", discount(&series.discount));
    let products = products(&series.products);
    match products.is_empty() {
        true => section.row("Valid on", "All products"),
        false => products.into_iter().for_each(|(term, value)| section.row(term, value)),
    }
    section.row("Sale items", if series.redeem.sale_items { "Included" } else { "Excluded" });
    section
}

/// What a series is for, one line a kind of product.
fn products(value: &Value) -> Vec<(String, String)> {
    let label = |kind: &str| match kind {
        "SKU" => "Article numbers",
        "CATEGORY" => "Categories",
        "BRAND" => "Brands",
        _ => "Attributes",
    };
    let text = |one: &Value| one.as_str().map_or_else(|| one.to_string(), str::to_owned);
    let items = value.as_array().into_iter().flatten();
    items
        .map(|item| {
            let kind = item.get("productType").and_then(Value::as_str).unwrap_or_default();
            let lists = ["productIds", "productCodes"].into_iter().filter_map(|key| item.get(key));
            let all: Vec<String> = lists.filter_map(Value::as_array).flatten().map(text).collect();
            (format!("Only {}", label(kind).to_lowercase()), all.join(", "))
        })
        .collect()
}

fn codes(series: &Series) -> Section {
    let mut section = Section::new("Coupon codes", "codes");
    let through = if series.external { "A third party: we check and redeem" } else { "Us" };
    section.row("Issued through", through);
    section.row("Codes", kind(series));
    if let Some(code) = &series.generic_code {
        section.row("Common code", code);
    }
    if series.handling == Handling::Generated && !series.external {
        let picture = series.codes.pattern().map(|pattern| pattern.picture());
        let alphabet = series.codes.alphabet().label();
        section.row("Look", picture.unwrap_or_else(|_| "–".to_owned()));
        section.row("Made of", alphabet);
    }
    let whichever = "whichever is earlier, this or the offer’s end";
    let ends = match series.strategy {
        Strategy::WithSeries => series.strategy.to_string(),
        _ => format!("{}; {whichever}", series.strategy),
    };
    section.row("A coupon expires", ends);
    section
}

fn no_limit(limit: Option<i64>) -> String {
    limit.map_or_else(|| "No limit".to_owned(), count)
}

fn issue(series: &Series, around: &Around) -> Section {
    let mut section = Section::new("Issual & messages", "issue");
    let (limits, words) = (&series.issue, &series.words);
    if !series.external {
        let per = if limits.several { limits.per_customer.map(i64::from) } else { Some(1) };
        section.row("Most coupons of one customer", no_limit(per));
        section.row("Between two issues", limits.gap_days.map_or("No gap".to_owned(), days));
        let again = match limits.resend_existing {
            true => "Send the valid coupon they hold",
            false => "Do not send any coupon",
        };
        section.row("If the customer matches again", again);
        section.row("Most coupons in all", no_limit(limits.max));
        section.row(
            "Tell when so many are left",
            match series.notify_at {
                Some(at) => count(at),
                None => "A tenth".to_owned(),
            },
        );
        let excluded = series.excluded_ids();
        let names: Vec<String> = excluded.iter().map(|id| around.name(*id)).collect();
        let holders = if names.is_empty() { "Nobody".to_owned() } else { names.join(", ") };
        section.row("Not for holders of", holders);
    }
    let message = if words.message_off { "None is sent".to_owned() } else { words.message.clone() };
    section.row("Message", message);
    section.row("Short message", &words.short_message);
    section.row("Sending again", if words.resend_enabled { "Allowed" } else { "Not allowed" });
    section.row("Note for the till", &words.info);
    section.row("Tag", &words.tag);
    section
}

fn redeem(series: &Series, zone: Tz) -> Section {
    let mut section = Section::new("Redemption", "redeem");
    let terms = &series.redeem;
    let who = match (series.external, terms.any_user) {
        (true, _) => "Whoever brings a code",
        (false, true) => "Anyone, once it was issued to somebody",
        (false, false) => "Only the customer it was issued to",
    };
    section.row("Who can redeem", who);
    let often = match (terms.multiple_use, terms.same_customer) {
        (false, _) => "Once",
        (true, false) => "More than once, each customer once",
        (true, true) => "More than once, the same customer too",
    };
    section.row("How often one code", often);
    if let Some(limit) = terms.per_code {
        section.row("Most redemptions of one code", count(limit));
    }
    section.row("Most redemptions of one customer", no_limit(terms.per_customer.map(i64::from)));
    section.row("Most redemptions in all", no_limit(terms.max));
    section.row("Between two redemptions", terms.gap_days.map_or("No gap".to_owned(), days));
    section.row(
        "Redemption can start",
        match (terms.from, terms.after_days) {
            (None, 0) => "Right after issual".to_owned(),
            (Some(from), 0) => format!("From {}", day(from)),
            (None, after) => format!("{} after issual", days(after)),
            (Some(from), after) => {
                format!("{} after issual, not before {}", days(after), day(from))
            }
        },
    );
    section.row(
        "Bill",
        match (terms.min_bill, terms.max_bill) {
            (None, None) => "Any amount".to_owned(),
            (Some(least), None) => format!("From {}", number(least)),
            (None, Some(most)) => format!("Up to {}", number(most)),
            (Some(least), Some(most)) => format!("{} to {}", number(least), number(most)),
        },
    );
    when(&mut section, series);
    places(&mut section, &terms.places);
    section.row("For", terms.audience.map_or("Everybody".to_owned(), |all| audience(all, zone)));
    section
}

fn when(section: &mut Section, series: &Series) {
    let range = &series.redeem.range;
    let weekdays: Vec<&str> =
        range.weekdays().iter().filter_map(|day| WEEKDAYS.get(*day as usize).copied()).collect();
    let or_any = |list: String, any: &str| if list.is_empty() { any.to_owned() } else { list };
    section.row("Days of the week", or_any(weekdays.join(", "), "Any"));
    section.row("Days of the month", or_any(spans(range.days()), "Any"));
    let hours = spans(range.hours());
    let hours = if hours.is_empty() { hours } else { format!("{hours} (the whole hour each)") };
    section.row("Hours", or_any(hours, "Any"));
}

/// The days of a week from Sunday, as the wire numbers them.
pub const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Rising numbers with runs drawn together: `1–7, 15`.
pub fn spans(numbers: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let said = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}–{last}"),
    };
    runs.iter().map(said).collect::<Vec<_>>().join(", ")
}

/// The kinds of place: the wire's word and the screen's.
pub const PLACES: [(&str, &str); 4] =
    [("STORE", "Stores"), ("TILL", "Tills"), ("ZONE", "Zones"), ("CONCEPT", "Concepts")];

fn places(section: &mut Section, places: &[Place]) {
    if places.is_empty() {
        section.row("Where", "Everywhere");
    }
    for (kind, label) in PLACES {
        let mine = places.iter().filter(|place| place.kind == kind);
        let ids: Vec<String> = mine.map(|place| place.id.to_string()).collect();
        if !ids.is_empty() {
            section.row(format!("Only {}", label.to_lowercase()), ids.join(", "));
        }
    }
}

fn audience(audience: Audience, zone: Tz) -> String {
    let at = |millis: i64| {
        chrono::DateTime::from_timestamp_millis(millis)
            .filter(|_| millis > 0)
            .map(|at| day(day_of(at, zone)))
    };
    let registered = match (at(audience.registered_from), at(audience.registered_to)) {
        (None, None) => None,
        (Some(from), None) => Some(format!("registered from {from}")),
        (None, Some(to)) => Some(format!("registered until {to}")),
        (Some(from), Some(to)) => Some(format!("registered from {from} until {to}")),
    };
    let most = audience.most_transactions.map(|most| match most {
        0 => "without a transaction so far".to_owned(),
        most => format!("with at most {} transactions so far", count(most)),
    });
    let parts: Vec<String> = [registered, most].into_iter().flatten().collect();
    if parts.is_empty() {
        "Everybody".to_owned()
    } else {
        format!("Customers {}", parts.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::range::Range;
    use crate::coupons::samples;
    use serde_json::json;

    fn said(series: &Series, term: &str) -> String {
        let around =
            Around { zone: Tz::Europe__Berlin, names: vec![(SeriesId::new(3), "Spring".into())] };
        let rows = sections(series, &around).into_iter().flat_map(|section| section.rows);
        rows.into_iter().find(|(name, _)| name == term).map(|(_, value)| value).unwrap_or_default()
    }

    #[test]
    fn numbers_in_a_row_are_drawn_together() {
        assert_eq!(spans(&[1, 2, 3, 7, 15, 16]), "1–3, 7, 15–16");
        assert_eq!(spans(&[]), "");
    }

    #[test]
    fn terms_are_said_in_words() {
        let mut series = samples::series();
        assert_eq!(said(&series, "Where"), "Everywhere");
        assert_eq!(said(&series, "For"), "Everybody");
        assert_eq!(said(&series, "Valid on"), "All products");
        series.excluded = "[3, 9]".into();
        assert_eq!(said(&series, "Not for holders of"), "Spring, Offer 9");
        series.issue.several = false;
        assert_eq!(said(&series, "Most coupons of one customer"), "1");
        series.products = json!([{ "productType": "BRAND", "productIds": [4, 5] }]);
        assert_eq!(said(&series, "Only brands"), "4, 5");
        series.redeem.range = Range::of(&[], &[1, 2], &[9, 10]);
        assert_eq!(said(&series, "Days of the week"), "Monday, Tuesday");
        assert_eq!(said(&series, "Hours"), "9–10 (the whole hour each)");
        series.redeem.places = vec![Place { kind: "STORE".into(), id: 12 }];
        assert_eq!(said(&series, "Only stores"), "12");
        series.redeem.audience = Some(Audience {
            most_transactions: Some(0),
            registered_from: 1_793_493_840_000,
            registered_to: 0,
        });
        let shown = "Customers registered from 1 Nov 2026 and without a transaction so far";
        assert_eq!(said(&series, "For"), shown);
    }
}
