//! Boxes read as a draft: the wire's fields, and what is wrong with boxes the wire does not know.
//!
//! What the wire packs into JSON is left as it is stored as long as nobody changed its boxes: a form can
//! then not spoil what a call has sent in more detail than boxes show.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::boxes::{Boxes, PLAIN, PRODUCTS, TICKS};
use super::lists;
use crate::base::calendar::{last_second_of_day, start_of_day};
use crate::base::problem::{Fault, Problem, Problems};
use crate::coupons::draft::Draft;
use crate::coupons::pages::view::PLACES;
use crate::coupons::range::Range;
use crate::coupons::series::Series;

/// What tills are told where nobody chose an identifier.
const NO_CODE: &str = "NO_VALUE";

/// The draft of these boxes, over what is stored; and what is wrong with the boxes themselves.
pub fn read(boxes: &Boxes, existing: Option<&Series>, zone: Tz) -> (Draft, Problems) {
    let mut reading = Reading {
        boxes,
        stored: existing.map(|series| Boxes::of(series, zone)),
        draft: Draft::default(),
        problems: Problems::none(),
    };
    reading.plain(existing);
    reading.affixes();
    reading.per_customer();
    reading.products();
    reading.places();
    reading.range();
    reading.audience(zone);
    reading.properties();
    reading.excluded();
    (reading.draft, reading.problems)
}

struct Reading<'a> {
    boxes: &'a Boxes,
    stored: Option<Boxes>,
    draft: Draft,
    problems: Problems,
}

impl Reading<'_> {
    fn plain(&mut self, existing: Option<&Series>) {
        for key in PLAIN.iter().chain(&["redemptionValidAfterDays"]) {
            self.draft.set(key, self.boxes.get(key).trim());
        }
        for key in TICKS {
            self.draft.set(key, self.boxes.is(key));
        }
        if self.draft.text("discountCode").is_empty() {
            self.draft.set("discountCode", NO_CODE);
        }
        let Some(series) = existing else { return };
        self.draft.set("version", self.boxes.get("version"));
        // A call may leave these out and so keep them; a person who empties the box means it.
        let needed = ["description", "validTillDate"];
        let needed = if series.fixed_end { &needed[..] } else { &needed[..1] };
        for key in needed.iter().filter(|key| self.boxes.get(key).trim().is_empty()) {
            self.problems.push(Problem {
                field: Some((*key).into()),
                code: "mandatory",
                message: "A value is mandatory".into(),
            });
        }
    }

    /// Whether the boxes of these names say something else than what is stored.
    fn changed(&self, keys: &[String]) -> bool {
        let said = |boxes: &Boxes, key: &str| -> Vec<String> {
            let all = boxes.all(key).into_iter().map(|text| text.trim().to_owned());
            let mut all: Vec<String> = all.filter(|text| !text.is_empty()).collect();
            // A page may show what was ticked in an order of its own; rows of pairs keep theirs.
            if !key.starts_with("prop.") {
                all.sort_unstable();
            }
            all
        };
        let Some(stored) = &self.stored else { return true };
        keys.iter().any(|key| said(self.boxes, key) != said(stored, key))
    }

    fn numbers(&mut self, key: &str) -> Vec<i64> {
        let read = lists::numbers(self.boxes.get(key));
        self.problems.check(key.to_owned(), read).unwrap_or_default()
    }

    /// One coupon each is a flag on the wire, more are a number.
    fn per_customer(&mut self) {
        const KEY: &str = "maxVouchersPerUser";
        if self.changed(&[KEY.to_owned()]) {
            let most = self.boxes.get(KEY).trim();
            self.draft.set("isMultipleVouchersPerUserAllowed", most != "1");
            self.draft.set(KEY, most);
        }
    }

    /// What stands before and behind the random part, each with a switch of its own on the wire.
    fn affixes(&mut self) {
        for (key, on) in [("couponPrefix", "isPrefixEnabled"), ("couponSuffix", "isSuffixEnabled")]
        {
            if self.changed(&[key.to_owned()]) {
                let text = self.boxes.get(key).trim();
                self.draft.set(key, text);
                self.draft.set(on, !text.is_empty());
            }
        }
    }

    fn products(&mut self) {
        let key = |kind: &str, part: &str| format!("products.{kind}.{part}");
        let keys: Vec<String> =
            PRODUCTS.iter().flat_map(|(kind, _)| [key(kind, "ids"), key(kind, "codes")]).collect();
        if !self.changed(&keys) {
            return;
        }
        let mut items = Vec::new();
        for (kind, _) in PRODUCTS {
            let ids = self.numbers(&key(kind, "ids"));
            let codes = lists::codes(self.boxes.get(&key(kind, "codes")));
            if !ids.is_empty() {
                items.push(json!({ "productType": kind, "productIds": ids }));
            }
            if !codes.is_empty() {
                items.push(json!({ "productType": kind, "productCodes": codes }));
            }
        }
        self.draft.set("productInfo", Value::Array(items));
    }

    fn places(&mut self) {
        let keys: Vec<String> = PLACES.iter().map(|(kind, _)| format!("places.{kind}")).collect();
        if !self.changed(&keys) {
            return;
        }
        let mut places = Vec::new();
        for ((kind, _), key) in PLACES.iter().zip(&keys) {
            let ids = self.numbers(key).into_iter();
            places.extend(
                ids.map(|id| json!({ "redemptionOrgEntityType": kind, "orgEntityId": id })),
            );
        }
        self.draft.set("redemptionOrgEntityDetails", Value::Array(places));
    }

    fn range(&mut self) {
        let keys = ["range.weekdays", "range.days", "range.hours"].map(str::to_owned);
        if !self.changed(&keys) {
            return;
        }
        let boxes = self.boxes;
        let weekdays = lists::runs(&boxes.all("range.weekdays").join(","), 0, 6);
        let days = lists::runs(boxes.get("range.days"), 1, 31);
        let hours = lists::runs(boxes.get("range.hours"), 0, 23);
        let weekdays = self.problems.check("range.weekdays", weekdays);
        let days = self.problems.check("range.days", days);
        let hours = self.problems.check("range.hours", hours);
        if let (Some(weekdays), Some(days), Some(hours)) = (weekdays, days, hours) {
            self.draft.set("redemptionRange", Range::of(&days, &weekdays, &hours).text());
        }
    }

    fn audience(&mut self, zone: Tz) {
        let keys = ["audience.most", "audience.from", "audience.to"].map(str::to_owned);
        if !self.changed(&keys) {
            return;
        }
        let most = match self.boxes.get("audience.most").trim() {
            "" => None,
            text => {
                let read = text.parse::<i64>().ok().filter(|most| *most >= 0);
                let read = read.ok_or_else(|| Fault::invalid("Write a whole number, or nothing"));
                self.problems.check("audience.most", read)
            }
        };
        let (from, to) = (self.day("audience.from"), self.day("audience.to"));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            let fault = Fault::invalid("The last day must not be before the first");
            self.problems.add("audience.to", fault);
        }
        let mut map = Map::new();
        if let Some(most) = most {
            map.insert("validMaxUserTransactionLimit".to_owned(), json!(most));
        }
        if let Some(from) = from {
            let at = start_of_day(from, zone).timestamp_millis();
            map.insert("validUserRegistrationStartTime".to_owned(), json!(at));
        }
        if let Some(to) = to {
            let at = last_second_of_day(to, zone).timestamp_millis();
            map.insert("validUserRegistrationEndTime".to_owned(), json!(at));
        }
        let said = if map.is_empty() { String::new() } else { Value::Object(map).to_string() };
        self.draft.set("targetUserDetails", said);
    }

    fn day(&mut self, key: &'static str) -> Option<NaiveDate> {
        match self.boxes.get(key).trim() {
            "" => None,
            text => {
                let read = text.parse().map_err(|_| Fault::invalid("Give a date"));
                self.problems.check(key, read)
            }
        }
    }

    fn properties(&mut self) {
        if !self.changed(&["prop.name", "prop.value"].map(str::to_owned)) {
            return;
        }
        let mut map = Map::new();
        for (name, value) in self.boxes.properties() {
            let (name, value) = (name.trim(), value.trim());
            let fault = match (name.is_empty(), value.is_empty()) {
                (true, true) => continue,
                (true, false) => Some(Fault::blank(format!("“{value}” needs a name"))),
                (false, _) if map.contains_key(name) => {
                    Some(Fault::taken(format!("“{name}” stands here twice")))
                }
                _ => None,
            };
            if let Some(fault) = fault {
                self.problems.add("customPropertyMap", fault);
            }
            map.insert(name.to_owned(), json!(value));
        }
        self.draft.set("customPropertyMap", Value::Object(map));
    }

    fn excluded(&mut self) {
        if !self.changed(&["excluded", "excluded.others"].map(str::to_owned)) {
            return;
        }
        let ticked = lists::numbers(&self.boxes.all("excluded").join(","));
        let mut ids = self.problems.check("excluded", ticked).unwrap_or_default();
        ids.extend(self.numbers("excluded.others"));
        self.draft.set("mutualExclusiveSeriesIds", json!(ids));
    }
}
