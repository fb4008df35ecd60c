//! What a message about a coupon says: the series' text with its tags filled in (spec/coupons.md 3).
//!
//! Sending is not this room's: a message is noted with the deed that wants it, and exists only if the
//! deed does.

use chrono_tz::Tz;

use crate::base::calendar::day_of;
use crate::coupons::coupon::Coupon;
use crate::coupons::customer::Holder;
use crate::coupons::expiry;
use crate::coupons::series::Series;

/// The text of the resend message: the code and how long it is good, nothing else.
const AGAIN: &str = "Your code is {{voucher}}, valid until {{valid_till}}";

/// The message of an issue; none where the series sends none or the text is empty.
pub fn issued(series: &Series, coupon: &Coupon, holder: &Holder, zone: Tz) -> Option<String> {
    let text = &series.words.message;
    (!series.words.message_off && !text.is_empty())
        .then(|| filled(text, series, coupon, holder, zone))
}

/// The message that sends a code again.
pub fn again(series: &Series, coupon: &Coupon, holder: &Holder, zone: Tz) -> String {
    filled(AGAIN, series, coupon, holder, zone)
}

/// One pass over the text: a tag's value is never read as a tag again, whatever a name holds.
fn filled(text: &str, series: &Series, coupon: &Coupon, holder: &Holder, zone: Tz) -> String {
    let end = expiry::of_coupon(coupon, series, zone).shown;
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((tag, after)) = behind.split_once("}}") else {
            out.push_str("{{");
            rest = behind;
            continue;
        };
        match tag.trim() {
            "first_name" => out.push_str(&holder.first_name),
            "last_name" => out.push_str(&holder.last_name),
            "fullname" | "cust_name" => {
                let name = format!("{} {}", holder.first_name, holder.last_name);
                out.push_str(name.trim());
            }
            "voucher" | "voucher_code" => out.push_str(&coupon.code),
            "valid_till" => out.push_str(&day_of(end, zone).to_string()),
            "valid_days_from_create" => {
                let from = coupon.issue.as_ref().map_or(coupon.created_on, |issue| issue.on);
                let days = day_of(end, zone).signed_duration_since(day_of(from, zone)).num_days();
                out.push_str(&days.to_string());
            }
            "offer_name" => out.push_str(&series.description),
            "optout" => {}
            unknown => {
                out.push_str("{{");
                out.push_str(unknown);
                out.push_str("}}");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    #[test]
    fn tags_are_filled_once() {
        let mut series = samples::series();
        series.words.message =
            "Hi {{first_name}}, {{ voucher }} for {{offer_name}} ({{valid_days_from_create}} d) {{x}} {{".into();
        let holder = Holder { first_name: "{{voucher}}".into(), ..samples::holder() };
        let coupon = samples::coupon("2027-12-30T09:00:00Z".parse().unwrap());
        let text = issued(&series, &coupon, &holder, Tz::UTC).unwrap();
        assert_eq!(text, "Hi {{voucher}}, abAB123 for Autumn (1 d) {{x}} {{");
        assert_eq!(
            again(&series, &coupon, &holder, Tz::UTC),
            "Your code is abAB123, valid until 2027-12-31"
        );
        series.words.message_off = true;
        assert_eq!(issued(&series, &coupon, &holder, Tz::UTC), None);
    }
}
