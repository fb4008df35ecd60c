//! What addresses of a customer's coupons say and lead to.

use super::*;

const AMARA: CustomerId = CustomerId::new(7);

#[test]
fn an_address_is_kept_as_typed() {
    let asked = Asked::of_query("status=ACTIVE&q=10%25+off&from=soon&case=upper&z=1&after=x");
    assert_eq!((asked.q.as_str(), asked.from.as_str()), ("10% off", "soon"));
    let here = "/customers/7/coupons?status=ACTIVE&from=soon&q=10%25%20off&case=upper&after=x";
    assert_eq!(asked.here(AMARA), here);
    assert!(asked.filter().1.any("from"));
    assert_eq!(asked.spelling().show("abAB"), "ABAB");
    assert_eq!(Asked::of_query("").here(AMARA), "/customers/7/coupons");
}

#[test]
fn heads_turn_round_and_start_where_one_looks() {
    let hrefs = |query: &str, key| Asked::of_query(query).heads(AMARA).sort_href(key);
    assert_eq!(hrefs("", "issued"), "/customers/7/coupons?sort=issued&order=asc");
    assert_eq!(hrefs("", "expires"), "/customers/7/coupons?sort=expires&order=asc");
    let back = "/customers/7/coupons?sort=expires";
    assert_eq!(hrefs("sort=expires&order=asc", "expires"), back);
    let heads = Asked::of_query("sort=expires&order=asc").heads(AMARA);
    assert_eq!((heads.sort_state("expires"), heads.sort_state("issued")), ("ascending", ""));
}

#[test]
fn bulk_work_is_told_the_filter_and_nothing_else() {
    let asked = Asked::of_query("status=EXPIRED&from=soon&case=upper&after=x");
    let bulk = asked.bulk(AMARA, "expiry");
    assert_eq!(bulk, "/coupons/bulk/new?action=expiry&customer=7&status=EXPIRED");
    assert_eq!(
        Asked::default().bulk(AMARA, "revoke"),
        "/coupons/bulk/new?action=revoke&customer=7"
    );
}

#[test]
fn each_chip_leads_to_the_list_without_its_filter() {
    let asked = Asked::of_query("status=EXPIRED&series=4&expiring=7&sort=expires");
    let chips = asked.chips(AMARA, &[(SeriesId::new(4), "Diwali".to_owned())]);
    let said: Vec<_> = chips.iter().map(|c| (&*c.label, &*c.value, &*c.href)).collect();
    let base = "/customers/7/coupons?";
    let hrefs = [
        format!("{base}series=4&expiring=7&sort=expires"),
        format!("{base}status=EXPIRED&expiring=7&sort=expires"),
        format!("{base}status=EXPIRED&series=4&sort=expires"),
    ];
    let expected = [
        ("Status", "Expired", &*hrefs[0]),
        ("Offer", "Diwali", &*hrefs[1]),
        ("Expires", "within 7 days", &*hrefs[2]),
    ];
    assert_eq!(said, expected);
}
