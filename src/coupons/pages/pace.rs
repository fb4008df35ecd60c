//! How fast background work goes, in words.

use chrono::{DateTime, Utc};

use crate::web::time::count;

/// "240,000 of 1,000,000 codes · 84,000 a second · about 9 s left". `began` is none while it waits.
pub fn words(
    (done, total): (i64, Option<i64>),
    noun: &str,
    began: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> String {
    let Some(began) = began else {
        let what = total.map_or_else(String::new, |total| format!("{} {noun} · ", count(total)));
        return format!("{what}waiting for a free worker");
    };
    let mut words = vec![match total {
        Some(total) => format!("{} of {} {noun}", count(done), count(total)),
        None => format!("{} {noun}", count(done)),
    }];
    let elapsed = (now - began).num_milliseconds();
    if elapsed > 1500 && done > 0 {
        words.push(format!("{} a second", count(done * 1000 / elapsed)));
        let left = total.map(|total| (total - done).max(0) * elapsed / done / 1000);
        words.extend(left.map(|left| match left {
            0..=1 => "nearly there".to_owned(),
            2..=119 => format!("about {left} s left"),
            _ => format!("about {} min left", left / 60),
        }));
    }
    words.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_pace_is_told_once_it_is_known() {
        let at = |text: &str| text.parse().unwrap();
        let now = at("2026-11-26T09:00:10Z");
        assert_eq!(
            words((0, Some(1000)), "codes", None, now),
            "1,000 codes · waiting for a free worker"
        );
        let began = Some(at("2026-11-26T09:00:00Z"));
        assert_eq!(
            words((2000, Some(8000)), "codes", began, now),
            "2,000 of 8,000 codes · 200 a second · about 30 s left"
        );
        assert_eq!(words((2000, None), "coupons", began, now), "2,000 coupons · 200 a second");
    }
}
