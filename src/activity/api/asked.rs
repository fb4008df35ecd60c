//! What a call asks of the log.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::audit_store as store;
use super::super::entry::second;
use crate::api::{Fault, Query, Trouble};
use crate::base::dates::{DayMeans, parse_instant};

/// The largest page.
const LARGEST: i64 = 100;

/// What a reference can be, with the key it stands under among an entry's facts.
const REFERENCES: &[&str] =
    &["requestId", "importId", "redemptionId", "transactionNumber", "customerId"];

/// What the log is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// A customer.
    Customer,
    /// A card, by what happened to it on its holder.
    Card,
    /// One code.
    Coupon,
    /// A series of them.
    CouponSeries,
}

impl Entity {
    const WORDS: &[&str] = &["CUSTOMER", "CARD", "COUPON", "COUPON_SERIES"];

    /// Reads `entityType`.
    pub fn of(query: &Query) -> Result<Self, Trouble> {
        let word = query.choice("entityType", Entity::WORDS, &[])?;
        match word {
            Some("CUSTOMER") => Ok(Entity::Customer),
            Some("CARD") => Ok(Entity::Card),
            Some("COUPON") => Ok(Entity::Coupon),
            Some(_) => Ok(Entity::CouponSeries),
            None => Err(mandatory("entityType")),
        }
    }

    /// As on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Entity::Customer => "CUSTOMER",
            Entity::Card => "CARD",
            Entity::Coupon => "COUPON",
            Entity::CouponSeries => "COUPON_SERIES",
        }
    }

    /// As the log calls it.
    const fn kind(self) -> &'static str {
        match self {
            Entity::Customer | Entity::Card => "customer",
            Entity::Coupon => "coupon",
            Entity::CouponSeries => "coupon_series",
        }
    }
}

/// A call, read.
#[derive(Debug)]
pub struct Asked {
    /// About what.
    pub entity: Entity,
    /// Its id as it was sent.
    pub id: String,
    /// For the store.
    pub wanted: store::Asked,
    /// Whether the list begins with the oldest.
    pub oldest_first: bool,
    /// How many on a page.
    pub limit: i64,
    /// Which page.
    pub number: i64,
    other_source: bool,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl Asked {
    /// Reads the rest of the query.
    pub fn of(entity: Entity, query: &Query, zone: Tz) -> Result<Self, Trouble> {
        let id = query.one(&["entityid"]).ok_or_else(|| mandatory("entityId"))?.to_owned();
        let since = instant(query, "startDate", zone, DayMeans::Start)?;
        let until = instant(query, "endDate", zone, DayMeans::End)?;
        query.choice("sortBy", &["autoUpdateTime", "createdOn"], &[])?;
        let order = query.choice("sortOrder", &["DESC", "ASC"], &[])?;
        let source = query.one(&["source"]).unwrap_or("INSTORE");
        let mut wanted = store::Asked {
            kind: entity.kind(),
            id: match entity {
                Entity::Card => card_key(&id),
                _ => number(&id),
            },
            fields: (entity == Entity::Card)
                .then(|| vec!["cardNumber".to_owned(), "cardExternalId".to_owned()]),
            since: since.map(second),
            before: until.map(|at| second(at + chrono::Duration::seconds(1))),
            ..store::Asked::default()
        };
        refer(query, &mut wanted)?;
        Ok(Asked {
            entity,
            id,
            wanted,
            oldest_first: order == Some("ASC"),
            limit: query.number(&["limit"], 10, 1)?.min(LARGEST),
            number: query.number(&["pageno"], 0, 0)?,
            other_source: !["INSTORE", "ALL"].iter().any(|one| source.eq_ignore_ascii_case(one)),
            since,
            until,
        })
    }

    /// The coupon whose making may be told too: nothing but its time says anything about it.
    pub fn coupon(&self) -> Option<i64> {
        let referred = self.wanted.request.is_some()
            || self.wanted.import.is_some()
            || self.wanted.detail.is_some();
        let plain = self.entity == Entity::Coupon && !referred && !self.other_source;
        self.id.trim().parse().ok().filter(|_| plain)
    }

    /// Whether an instant lies within the times asked for.
    pub fn admits(&self, at: DateTime<Utc>) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until)
    }

    /// Whether nothing in the log can be meant.
    pub fn nothing(&self) -> bool {
        self.other_source || self.wanted.id.is_empty()
    }

    /// The page as a stretch of the list that begins with the newest.
    pub fn stretch(&self, total: i64) -> (i64, i64) {
        let from = self.number.saturating_mul(self.limit).min(total);
        let to = from.saturating_add(self.limit).min(total);
        if self.oldest_first { (total - to, total - from) } else { (from, to) }
    }
}

fn refer(query: &Query, wanted: &mut store::Asked) -> Result<(), Trouble> {
    let kind = query.choice("referenceType", REFERENCES, &[])?;
    let (Some(kind), Some(value)) = (kind, query.one(&["referencevalue"])) else { return Ok(()) };
    match kind {
        "requestId" => wanted.request = Some(value.to_owned()),
        // No import has the number 0: a text that is no number finds nothing.
        "importId" => wanted.import = Some(value.parse().unwrap_or(0)),
        key => wanted.detail = Some((key.to_owned(), value.to_owned())),
    }
    Ok(())
}

fn instant(
    query: &Query,
    name: &'static str,
    zone: Tz,
    day: DayMeans,
) -> Result<Option<DateTime<Utc>>, Trouble> {
    let Some(text) = query.one(&[&name.to_ascii_lowercase()]) else { return Ok(None) };
    let read = parse_instant(text, zone, day);
    read.map(Some).map_err(|fault| Trouble::bad(Fault::new(400, fault.message).at(name)))
}

fn mandatory(name: &'static str) -> Trouble {
    Trouble::bad(Fault::new(400, format!("{name} is mandatory")).at(name))
}

/// A number as the log keeps it; nothing for what is none.
fn number(text: &str) -> String {
    text.trim().parse::<i64>().map(|number| number.to_string()).unwrap_or_default()
}

/// A card's number as it is compared.
fn card_key(text: &str) -> String {
    text.trim().to_lowercase().chars().filter(|c| !matches!(c, ' ' | '-')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(oldest_first: bool, number: i64) -> Asked {
        Asked {
            entity: Entity::Coupon,
            id: "1".to_owned(),
            wanted: store::Asked::default(),
            oldest_first,
            limit: 10,
            number,
            other_source: false,
            since: None,
            until: None,
        }
    }

    #[test]
    fn oldest_first_is_the_same_list_from_its_other_end() {
        assert_eq!(asked(false, 0).stretch(23), (0, 10));
        assert_eq!(asked(false, 2).stretch(23), (20, 23));
        assert_eq!(asked(false, 3).stretch(23), (23, 23));
        assert_eq!(asked(true, 0).stretch(23), (13, 23));
        assert_eq!(asked(true, 2).stretch(23), (0, 3));
        assert_eq!(asked(true, i64::MAX).stretch(23), (0, 0));
    }

    #[test]
    fn what_is_no_number_is_nobodys() {
        assert_eq!(number(" 042 "), "42");
        assert_eq!(number("99999999999999999999"), "");
        assert_eq!(card_key(" AB-12 3"), "ab123");
    }
}
