//! Issuing around midnight: days, gaps and ends are the brand's, from −11 to +14 and where clocks change
//! (spec/coupons.md 4.1, 4.4).

use chrono::{NaiveDate, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::contract::coupon_series::{SERIES, body};
use crate::support::caller::Caller;
use crate::support::{Answer, TestApp};

/// A brand's zone and a day of it; of the last two, one has 25 hours and one 23.
const DAYS: &[(&str, &str)] = &[
    ("Pacific/Pago_Pago", "2026-11-26"),
    ("Pacific/Kiritimati", "2026-11-26"),
    ("Asia/Kathmandu", "2026-12-31"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2027-03-14"),
];

struct Shop {
    app: TestApp,
    till: Caller,
    zone: Tz,
    day: NaiveDate,
    customer: i64,
}

impl Shop {
    async fn open(zone: &str, day: &str) -> Shop {
        let app = TestApp::new().await;
        let org = app.brand("Elsewhere", zone).await;
        let till = Caller::till_of(&app, org, "elsewhere").await;
        let profile = json!({ "source": "INSTORE", "firstName": "Tom",
            "identifiers": [{ "type": "externalId", "value": "t" }] });
        let made = till.post("/v2/customers", json!({ "profiles": [profile] })).await.is(200);
        let customer = made.json()["createdId"].as_i64().unwrap();
        let (zone, day) = (zone.parse().unwrap(), day.parse().unwrap());
        Shop { app, till, zone, day, customer }
    }

    /// It is this time of the clock, so many days after the day.
    fn at(&self, days: i64, time: &str) {
        let day = self.day + chrono::Duration::days(days);
        let local = day.and_time(time.parse().unwrap());
        let at = self.zone.from_local_datetime(&local).earliest().unwrap();
        self.app.set_clock(&at.with_timezone(&Utc).to_rfc3339());
    }

    async fn series(&self, fields: Value) -> i64 {
        let made = self.till.post(SERIES, body(fields)).await.is(200).json();
        made["id"].as_i64().unwrap()
    }

    async fn issue(&self, series: i64) -> Answer {
        let call = json!({ "seriesId": series, "customer": { "id": self.customer } });
        self.till.post("/v2/coupon/issue", call).await
    }

    /// The first instant of a day, as the wire tells it.
    fn start(&self, days: i64) -> Value {
        let day = self.day + chrono::Duration::days(days);
        let local = day.and_hms_opt(0, 0, 0).unwrap();
        let at = self.zone.from_local_datetime(&local).earliest().unwrap();
        json!(at.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

#[track_caller]
fn refused(answer: Answer) -> i64 {
    answer.is(400).json()["errors"][0]["code"].as_i64().unwrap()
}

#[tokio::test]
async fn a_gap_of_a_day_ends_at_midnight_of_the_brand() {
    for (zone, day) in DAYS {
        let shop = Shop::open(zone, day).await;
        let series = shop.series(json!({ "minDaysBetweenVouchers": 1 })).await;
        let two = shop.series(json!({ "minDaysBetweenVouchers": 2 })).await;
        shop.at(0, "00:00:00");
        shop.issue(series).await.is(200);
        shop.at(0, "23:59:58");
        assert_eq!(refused(shop.issue(series).await), 709, "{zone}");
        shop.issue(two).await.is(200);
        shop.at(1, "00:00:00");
        shop.issue(series).await.is(200);
        shop.at(1, "23:59:58");
        assert_eq!(refused(shop.issue(two).await), 709, "{zone}");
        shop.at(2, "00:00:00");
        shop.issue(two).await.is(200);
    }
}

#[tokio::test]
async fn a_series_issues_through_its_last_day_and_coupons_end_with_days_of_the_brand() {
    for (zone, day) in DAYS {
        let shop = Shop::open(zone, day).await;
        let last = shop.series(json!({ "validTillDate": day })).await;
        let days = json!({ "expiryStrategyType": "DAYS", "expiryStrategyValue": 1 });
        let days = shop.series(days).await;
        let month = json!({ "expiryStrategyType": "MONTHS_END", "expiryStrategyValue": 0 });
        let month = shop.series(month).await;
        shop.at(0, "23:59:58");
        let told = shop.issue(last).await.is(200).json();
        assert_eq!(told["validTill"], shop.start(0), "{zone}");
        let told = shop.issue(days).await.is(200).json();
        assert_eq!(told["validTill"], shop.start(1), "{zone}");
        let told = shop.issue(month).await.is(200).json();
        let end = told["validTill"].as_str().unwrap();
        let next = chrono::DateTime::parse_from_rfc3339(end).unwrap().date_naive().succ_opt();
        assert_eq!(next.unwrap().format("%d").to_string(), "01", "{zone}: {end}");
        assert!(end.starts_with(&day[..7]), "{zone}: {end}");
        shop.at(1, "00:00:00");
        assert_eq!(refused(shop.issue(last).await), 713, "{zone}");
    }
}
