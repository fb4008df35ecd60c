//! Outcomes in words. Most are refusals of the room; a few only bulk work knows.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::base::ids::CouponId;
use crate::coupons::coupon::Coupon;
use crate::coupons::refusal;

/// The outcome of a coupon that was dealt with.
pub(super) const DONE: &str = "DONE";
/// It no longer is what was asked for.
pub(super) const CHANGED: &str = "changed";
/// It is not there.
pub(super) const GONE: &str = "gone";

/// It has no redemption that could be taken back.
pub(super) const UNREDEEMED: &str = "unredeemed";

/// Words that one coupon's calls never say, or say too shortly for a list, and their sentences.
const OWN: &[(&str, &str)] = &[
    (CHANGED, "No longer among what was asked for"),
    (GONE, "Not there any more"),
    (UNREDEEMED, "Not redeemed"),
    ("unissued", "Not issued to anybody yet"),
    ("moved_since", "Its expiry was changed again since"),
    ("send_failed", "Error in sending coupon through SMS: the customer has no mobile number"),
];

/// An outcome in words: those of the room's refusals, begun as a sentence is.
pub fn sentence(word: &str) -> Cow<'static, str> {
    if let Some((_, text)) = OWN.iter().find(|(own, _)| *own == word) {
        return Cow::Borrowed(text);
    }
    let Some(word) = refusal::known(word) else { return Cow::Owned(word.to_owned()) };
    let text = refusal::sentence(word);
    let mut letters = text.trim().chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    Cow::Owned(first + letters.as_str())
}

/// What a coupon was when it was locked, as far as outcomes tell of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Was {
    /// Which.
    pub(super) id: CouponId,
    /// Its moved end.
    pub(super) moved: Option<DateTime<Utc>>,
    revoked: bool,
    unissued: bool,
    redeemed: bool,
}

impl Was {
    /// Of a coupon.
    pub(super) fn of(coupon: &Coupon) -> Self {
        Was {
            id: coupon.id,
            moved: coupon.expiry_override,
            revoked: coupon.revoked.is_some(),
            unissued: coupon.issue.is_none(),
            redeemed: coupon.redeemed > 0,
        }
    }

    /// Why it is left alone, told apart more finely than the wire does, which calls revoked and unissued
    /// codes unknown.
    pub(super) fn finer(self, word: &'static str) -> &'static str {
        let vague =
            matches!(word, "code_invalid" | "coupon_unknown" | "code_unknown" | "not_holder");
        match () {
            () if vague && self.revoked => "revoked",
            () if vague && self.unissued => "unissued",
            () => word,
        }
    }

    /// Why it is no longer meant, although it was when the run was asked for.
    pub(super) const fn left(self) -> &'static str {
        match self {
            Was { revoked: true, .. } => "revoked",
            Was { redeemed: true, .. } => "redeemed",
            _ => CHANGED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    #[test]
    fn the_screen_says_more_than_the_wire() {
        let now = "2026-11-26T09:00:00Z".parse().unwrap();
        let mut coupon = samples::coupon(now);
        assert_eq!(Was::of(&coupon).finer("redeemed"), "redeemed");
        assert_eq!(Was::of(&coupon).left(), CHANGED);
        coupon.issue = None;
        assert_eq!(Was::of(&coupon).finer("code_invalid"), "unissued");
        coupon.revoked = Some(samples::revoked(now));
        assert_eq!(Was::of(&coupon).finer("coupon_unknown"), "revoked");
        assert_eq!(sentence("coupon_unknown"), "Coupon not found");
        assert_eq!(
            sentence("expiry_beyond_series"),
            "Coupon code expiry date cannot be set beyond series expiry"
        );
    }
}
