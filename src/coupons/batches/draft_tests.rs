use super::*;
use crate::coupons::samples;

fn draft(wanted: &str, length: &str) -> Draft {
    Draft { wanted: wanted.into(), length: length.into(), ..Draft::of(&samples::series()) }
}

fn around(issued: i64, unissued: i64, promised: i64, alike: i64) -> Around {
    let totals = Totals { issued, unissued, ..Totals::default() };
    Around { totals, promised, alike }
}

fn codes(problems: Result<(), Problems>) -> Vec<(String, &'static str)> {
    let found = problems.err().into_iter().flatten();
    found.map(|p| (p.field.unwrap_or_default().into_owned(), p.code)).collect()
}

#[test]
fn all_that_cannot_be_read_is_said_at_once() {
    let bad = Draft {
        name: "n".repeat(81),
        wanted: "many".into(),
        alphabet: "runes".into(),
        length: "long".into(),
        prefix: "10 %".into(),
        ..Draft::default()
    };
    let found = codes(bad.check().map(drop));
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["name", "wanted", "alphabet", "prefix", "length"]);
    for wanted in ["0", "-5", "5,000,001", "1.5", "99999999999999999999", ""] {
        let found = codes(draft(wanted, "12").check().map(drop));
        assert_eq!(found, [("wanted".to_owned(), "invalid")], "{wanted}");
    }
    assert_eq!(draft("1,000 000", "12").check().unwrap().wanted, 1_000_000);
}

#[test]
fn room_counts_what_exists_what_is_promised_and_what_looks_alike() {
    let series = samples::series();
    let mut checked = draft("1000", "4").check().unwrap();
    // 36⁴ / 1,000: 1,679 codes may be live.
    checked.short_codes = true;
    assert_eq!(codes(checked.fits(&series, &around(100, 200, 300, 79))), []);
    let full = checked.fits(&series, &around(100, 200, 300, 80));
    assert_eq!(codes(full), [("length".to_owned(), "no_room")]);
    // Counters that lag a moment below zero are no room.
    let full = checked.fits(&series, &around(680, -5, 0, 0));
    assert_eq!(codes(full), [("length".to_owned(), "no_room")]);
}

#[test]
fn codes_that_can_be_guessed_want_a_yes() {
    let series = samples::series();
    let mut checked = draft("1000000", "8").check().unwrap();
    let weak = checked.fits(&series, &around(0, 0, 0, 0));
    assert_eq!(codes(weak), [("length".to_owned(), "weak_codes")]);
    checked.short_codes = true;
    assert_eq!(codes(checked.fits(&series, &around(0, 0, 0, 0))), []);
    let strong = draft("1000000", "12").check().unwrap();
    assert_eq!(codes(strong.fits(&series, &around(0, 0, 0, 0))), []);
}

#[test]
fn no_more_stock_than_may_ever_be_issued() {
    let mut series = samples::series();
    series.issue.max = Some(1_000);
    let checked = draft("500", "12").check().unwrap();
    assert_eq!(codes(checked.fits(&series, &around(300, 100, 100, 9_999))), []);
    let refused = checked.fits(&series, &around(300, 100, 101, 0));
    assert_eq!(codes(refused), [("wanted".to_owned(), "beyond_limit")]);
    let words = checked.fits(&series, &around(300, 100, 101, 0)).unwrap_err();
    assert!(
        words
            .iter()
            .any(|p| p.message.contains("501 are issued") && p.message.contains("at most 499"))
    );
}

#[test]
fn a_common_code_and_an_outside_series_have_no_batches() {
    let checked = draft("10", "12").check().unwrap();
    let mut series = samples::series();
    series.external = true;
    assert_eq!(codes(checked.fits(&series, &around(0, 0, 0, 0))), [(String::new(), "external")]);
    series.handling = Handling::Generic;
    assert_eq!(codes(checked.fits(&series, &around(0, 0, 0, 0))), [(String::new(), "generic")]);
}
