//! Everything about one coupon, in the words of the screen: `templates/coupons/_code.html` shows it, on
//! the coupon's own page and in the panel of its holder's page.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::offers::{Offer, offers};
use super::uses::{Known, Person, Use};
use crate::auth::Staff;
use crate::base::error::Result;
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::coupons::coupon::Source;
use crate::coupons::holdings::Holding;
use crate::coupons::series::{Discount, DiscountKind};
use crate::coupons::store::{Reading, redemptions};
use crate::customers::text_of;
use crate::web::time::{Stamp, count};

/// Redemptions shown; a code of many uses has more.
const SHOWN: i64 = 50;

/// Everything about one coupon.
pub struct Facts {
    /// Its number.
    pub id: String,
    /// Its code, as stored.
    pub code: String,
    /// Its own page.
    pub href: String,
    /// The style sheet's name and the word for how it stands.
    pub state: (&'static str, &'static str),
    /// From when it may be redeemed, where that is to come.
    pub starts: Option<Stamp>,
    /// The series: name, number, page, its own code.
    pub series: (String, String, String, String),
    /// What the till shows.
    pub till_code: String,
    /// What is taken off.
    pub discount: String,
    /// How its codes come about.
    pub kind: &'static str,
    /// Who holds it.
    pub holder: Option<Person>,
    /// When it was issued, …
    pub issued: Option<Stamp>,
    /// … where, …
    pub place: String,
    /// … and by whom.
    pub issued_by: Option<String>,
    /// How it came about.
    pub source: &'static str,
    /// The number of what it came from.
    pub reference: Option<String>,
    /// What it came from, where that has a page: words and address. The desk that knows fills it in.
    pub origin: Option<(String, String)>,
    /// What the caller said about it.
    pub metadata: Vec<(String, String)>,
    /// The transaction it was issued with; 0 where there was none.
    pub transaction: String,
    /// When it would end by itself.
    pub natural: Stamp,
    /// When it ends.
    pub ends: Stamp,
    /// Whether somebody moved its end.
    pub moved: bool,
    /// When its series ends.
    pub series_ends: Stamp,
    /// "2 used, 3 left".
    pub used: String,
    /// Uses that count, newest first.
    pub uses: Vec<Use>,
    /// Uses that were taken back, newest first.
    pub reversed: Vec<Use>,
    /// Whether there are more uses than are shown.
    pub more: bool,
    /// When it was revoked, …
    pub revoked: Option<Stamp>,
    /// … by whom, …
    pub revoked_by: Option<String>,
    /// … and why.
    pub revoke_reason: Option<String>,
    /// Custom properties of the series.
    pub properties: Vec<(String, String)>,
    /// Terms and conditions.
    pub terms: String,
    /// What can be done.
    pub offers: Vec<Offer>,
}

/// "500", "12 % up to 12".
pub fn discount(discount: &Discount) -> String {
    let value = amount(discount.value);
    let cap = match discount.upto > 0.0 {
        true => format!(" up to {}", amount(discount.upto)),
        false => String::new(),
    };
    match discount.kind {
        DiscountKind::Amount => format!("{value}{cap}"),
        DiscountKind::Percent => format!("{value} %{cap}"),
    }
}

/// An amount without idle zeros: `1,500`, `12.5`.
pub fn amount(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { count(value as i64) } else { value.to_string() }
}

/// "2 used, 3 left", "2 used, ∞ left".
pub fn used(holding: &Holding) -> (String, String) {
    let left = holding.standing.left.map_or_else(|| "∞".to_owned(), count);
    (count(holding.coupon.redeemed), left)
}

impl Facts {
    /// Whether something cannot be done, so that it is said why.
    pub fn shut(&self) -> bool {
        self.offers.iter().any(|offer| !offer.open())
    }

    /// About a coupon, as this person may see it; its forms lead back to a page.
    pub async fn load(
        db: &mut Reading,
        staff: &Staff,
        holding: &Holding,
        (now, back): (DateTime<Utc>, &str),
    ) -> Result<Self> {
        let coupon = &holding.coupon;
        let found = redemptions::newest_of(&mut *db, staff.org, coupon.id, SHOWN + 1).await?;
        let more = i64::try_from(found.len()).unwrap_or(i64::MAX) > SHOWN;
        let found = &found[..found.len().min(usize::try_from(SHOWN).unwrap_or(usize::MAX))];
        let tills: Vec<i64> = found
            .iter()
            .filter_map(|one| one.till)
            .chain(coupon.issue.as_ref().and_then(|issue| issue.till))
            .collect();
        let people: Vec<CustomerId> =
            found.iter().map(|one| one.customer).chain(coupon.holder()).collect();
        let known = Known::load(db, staff, &tills, &people).await?;
        let (reversed, uses) = found
            .iter()
            .map(|one| known.usage(staff, holding, one, back))
            .partition(|one: &Use| one.reversed.is_some());
        let mut facts = Facts::plain(staff, holding, now);
        (facts.uses, facts.reversed, facts.more) = (uses, reversed, more);
        facts.holder = coupon.holder().map(|id| known.person(id));
        facts.place = known.place(coupon.issue.as_ref().and_then(|issue| issue.till));
        facts.offers = offers(holding, staff, now, back);
        Ok(facts)
    }

    /// What the coupon and its series say by themselves.
    fn plain(staff: &Staff, holding: &Holding, now: DateTime<Utc>) -> Self {
        let (coupon, series, zone) = (&holding.coupon, &holding.series, staff.zone);
        let stamp = |at| Stamp::new(at, zone);
        let personal = staff.may(Permission::ReadPersonalData);
        let by = |name: &str| Some(name.to_owned()).filter(|name| personal && !name.is_empty());
        let (used, left) = used(holding);
        let revoked = coupon.revoked.as_ref();
        let said = coupon.metadata.as_ref().filter(|_| personal);
        let starts = holding.starts(zone).filter(|at| *at > now && holding.standing.redeemable);
        let state = holding.standing.state;
        Facts {
            id: coupon.id.to_string(),
            code: coupon.code.clone(),
            href: format!("/coupons/codes/{}", coupon.id),
            state: (state.look(), state.label()),
            starts: starts.map(stamp),
            series: (
                series.description.clone(),
                series.id.to_string(),
                format!("/coupons/{}", series.id),
                series.series_code.clone(),
            ),
            till_code: series.discount.code.clone(),
            discount: discount(&series.discount),
            kind: series.handling.label(),
            holder: None,
            issued: coupon.issue.as_ref().map(|issue| stamp(issue.on)),
            place: String::new(),
            issued_by: coupon.issue.as_ref().and_then(|issue| by(&issue.by_name)),
            source: coupon.source.label(),
            reference: coupon.source_reference.clone(),
            origin: coupon
                .batch
                .filter(|_| coupon.source == Source::Batch)
                .map(|id| (format!("Batch {id}"), format!("/coupons/batches/{id}"))),
            metadata: said.map(pairs).unwrap_or_default(),
            transaction: coupon.transaction_number.clone().unwrap_or_else(|| "0".to_owned()),
            natural: stamp(holding.natural(zone).shown),
            ends: stamp(holding.standing.end.shown),
            moved: coupon.expiry_override.is_some(),
            series_ends: stamp(holding.of_series(zone).shown),
            used: format!("{used} used, {left} left"),
            uses: Vec::new(),
            reversed: Vec::new(),
            more: false,
            revoked: revoked.map(|revoked| stamp(revoked.on)),
            revoked_by: revoked.and_then(|revoked| by(&revoked.by_name)),
            revoke_reason: revoked.and_then(|one| one.reason.clone()).filter(|_| personal),
            properties: series
                .words
                .properties
                .clone()
                .map(|map| properties(&Value::Object(map)))
                .unwrap_or_default(),
            terms: series.words.terms.clone(),
            offers: Vec::new(),
        }
    }
}

/// Names and values of an object, in words; a list of one-key objects reads alike.
pub fn pairs(value: &Value) -> Vec<(String, String)> {
    let pair = |(name, value): (&String, &Value)| (name.clone(), text_of(value));
    match value {
        Value::Object(map) => {
            let said = map.iter().map(pair);
            said.filter(|(_, value)| !value.is_empty()).collect()
        }
        Value::Array(items) => items.iter().flat_map(pairs).collect(),
        _ => Vec::new(),
    }
}

/// Custom properties; the reference's own are named in words: `standard_image_1` is "Image 1".
fn properties(value: &Value) -> Vec<(String, String)> {
    let named = |(name, value): (String, String)| match name.strip_prefix("standard_") {
        None => (name, value),
        Some(rest) => {
            let words = rest.replace('_', " ");
            let mut letters = words.chars();
            let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
            (first.unwrap_or_default() + letters.as_str(), value)
        }
    };
    pairs(value).into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::coupons::samples;

    #[test]
    fn a_discount_is_said_as_on_the_till() {
        let said = |kind, value, upto| {
            discount(&Discount { kind, value, upto, ..samples::series().discount })
        };
        assert_eq!(said(DiscountKind::Amount, 500.0, 0.0), "500");
        assert_eq!(said(DiscountKind::Percent, 12.0, 12.0), "12 % up to 12");
        assert_eq!(said(DiscountKind::Percent, 7.5, 0.0), "7.5 %");
        assert_eq!(said(DiscountKind::Amount, 1500.0, 0.0), "1,500");
    }

    #[test]
    fn what_was_said_is_read_in_every_shape() {
        let all = json!([{ "shop": "Pune" }, { "lane": 4, "none": null }]);
        let words = |value: &Value| {
            pairs(value).into_iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>()
        };
        let mut said = words(&all);
        said.sort();
        assert_eq!(said, ["lane=4", "shop=Pune"]);
        assert!(pairs(&json!("x")).is_empty());
        let named = properties(&json!({ "standard_terms_and_conditions": "x" }));
        assert_eq!(named, [("Terms and conditions".to_owned(), "x".to_owned())]);
    }
}
