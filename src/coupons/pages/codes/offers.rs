//! What can be done with a coupon today, and if something cannot, why not.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::auth::Staff;
use crate::base::permission::Permission;
use crate::coupons::holdings::Holding;
use crate::web::address::address;

/// Something to do with a coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The button.
    pub label: &'static str,
    /// Its drawing.
    pub icon: &'static str,
    /// Whether it hurts.
    pub risk: bool,
    /// Its form.
    pub href: String,
    /// Why it cannot be done; empty: it can.
    pub why: &'static str,
}

impl Offer {
    /// Whether it can be done.
    pub fn open(&self) -> bool {
        self.why.is_empty()
    }
}

/// The address of a form about a coupon that leads back to a page.
pub fn form(noun: &str, holding: &Holding, back: &str) -> String {
    let id = holding.coupon.id.to_string();
    address(&format!("/coupons/codes/{noun}"), &[("pick", &id), ("back", back)])
}

/// What may be done with a coupon, by those who serve coupons; nothing for others.
pub fn offers(holding: &Holding, staff: &Staff, now: DateTime<Utc>, back: &str) -> Vec<Offer> {
    if !staff.may(Permission::ServeCoupons) {
        return Vec::new();
    }
    let id = holding.coupon.id;
    let offer = |label, icon, noun: &str, why: Option<&'static str>| Offer {
        label,
        icon,
        risk: noun == "revocation",
        href: match noun {
            "resending" => address(&format!("/coupons/codes/{id}/resending"), &[("back", back)]),
            noun => form(noun, holding, back),
        },
        why: why.unwrap_or_default(),
    };
    vec![
        offer("Change expiry", "clock", "expiry", no_expiry(holding, staff.zone, now)),
        offer("Resend", "up", "resending", no_resending(holding)),
        offer("Revoke", "power", "revocation", no_revocation(holding, staff.zone, now)),
    ]
}

/// Why the end cannot be moved.
pub fn no_expiry(holding: &Holding, zone: Tz, now: DateTime<Utc>) -> Option<&'static str> {
    match () {
        () if holding.coupon.revoked.is_some() => Some("It was revoked."),
        () if holding.coupon.issue.is_none() => Some("Nobody holds it yet."),
        () if holding.of_series(zone).passed(now) => Some("Its offer has ended."),
        () => None,
    }
}

/// Why it cannot be revoked.
pub fn no_revocation(holding: &Holding, zone: Tz, now: DateTime<Utc>) -> Option<&'static str> {
    match () {
        () if holding.coupon.revoked.is_some() => Some("It was revoked already."),
        () if holding.coupon.redeemed > 0 => Some("It was redeemed."),
        () if holding.of_series(zone).passed(now) => Some("Its offer has ended."),
        () => None,
    }
}

/// Why it cannot be sent again.
pub fn no_resending(holding: &Holding) -> Option<&'static str> {
    let words = &holding.series.words;
    match () {
        () if holding.coupon.revoked.is_some() => Some("It was revoked."),
        () if holding.coupon.issue.is_none() => Some("Nobody holds it yet."),
        () if holding.standing.expired => Some("It has expired."),
        () if holding.standing.left == Some(0) => Some("It is used up."),
        () if !words.resend_enabled || words.message_off => Some("Its offer sends no messages."),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::coupons::left::Uses;
    use crate::coupons::samples;
    use crate::coupons::state::standing;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn whys(change: impl FnOnce(&mut Holding), now: &str) -> [Option<&'static str>; 3] {
        let (issued, now) = (at("2026-11-01T09:00:00Z"), at(now));
        let (coupon, series) = (samples::coupon(issued), samples::series());
        let uses = Uses::default();
        let stands = standing(&coupon, &series, &uses, Tz::UTC, now);
        let mut holding = Holding { coupon, series: Arc::new(series), standing: stands, uses };
        change(&mut holding);
        let Holding { coupon, series, .. } = &holding;
        let uses = Uses { of_code: i64::from(coupon.redeemed), ..uses };
        holding.standing = standing(coupon, series, &uses, Tz::UTC, now);
        [
            no_expiry(&holding, Tz::UTC, now),
            no_resending(&holding),
            no_revocation(&holding, Tz::UTC, now),
        ]
    }

    #[test]
    fn a_button_that_is_off_says_why() {
        let day = "2026-11-26T09:00:00Z";
        assert_eq!(whys(|_| (), day), [None; 3]);
        let gone = whys(|one| one.coupon.revoked = Some(samples::revoked(at(day))), day);
        assert!(gone.iter().all(Option::is_some));
        // Used up: its end may still be moved (6.11), nothing else.
        let used = whys(|one| one.coupon.redeemed = 1, day);
        assert_eq!(used, [None, Some("It is used up."), Some("It was redeemed.")]);
        // Expired: it may be moved and revoked, not sent.
        let over = whys(|one| one.coupon.expiry_override = Some(at(day)), day);
        assert_eq!(over, [None, Some("It has expired."), None]);
        let ended = whys(|_| (), "2028-01-01T00:00:00Z");
        assert_eq!(ended[0], Some("Its offer has ended."));
        assert_eq!(ended[2], Some("Its offer has ended."));
        let quiet = |one: &mut Holding| {
            Arc::make_mut(&mut one.series).words.resend_enabled = false;
        };
        assert_eq!(whys(quiet, day), [None, Some("Its offer sends no messages."), None]);
    }
}
