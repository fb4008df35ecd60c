//! A series' page: Configuration, Information, History.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::activity::{self, History};
use crate::auth::Staff;
use crate::base::app::{App, Reading};
use crate::base::error::Result;
use crate::base::permission::Permission;
use crate::coupons::list::claimant;
use crate::coupons::pages::days::{self, Days};
use crate::coupons::pages::head::{self, Figure, Head, Loaded, View};
use crate::coupons::pages::view::{self, Around, Section};
use crate::coupons::series::{Handling, Series, Totals};
use crate::coupons::store;
use crate::web::chrome::Chrome;
use crate::web::time::{Stamp, count};
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "coupons/show.html")]
struct Show {
    chrome: Chrome,
    head: Head,
    figures: Vec<Figure>,
    sections: Vec<Section>,
    info: Option<Info>,
    days: Option<Days>,
    history: Option<History>,
}

/// What the Information tab says.
struct Info {
    id: String,
    code: String,
    created: Stamp,
    created_by: String,
    updated: Stamp,
    updated_by: String,
    issued: Option<Stamp>,
    redeemed: Option<Stamp>,
    claimed: Option<String>,
    claimed_until: Option<Stamp>,
    uploads: Option<String>,
    version: i64,
}

impl Info {
    fn new(series: &Series, totals: &Totals, staff: &Staff) -> Self {
        let at = |at: DateTime<Utc>| Stamp::new(at, staff.zone);
        let stocked = totals.uploaded > 0 || series.handling == Handling::Uploaded;
        let claim = &series.claim;
        let claimed = claimant(&claim.by).map(|by| match claim.id {
            id if id > 0 => format!("{by}, number {id}"),
            _ => by,
        });
        let until = DateTime::from_timestamp_millis(claim.validity);
        Info {
            id: series.id.to_string(),
            code: series.series_code.clone(),
            created: at(series.stamp.created_on),
            created_by: series.stamp.created_by_name.clone(),
            updated: at(series.stamp.updated_on),
            updated_by: series.stamp.updated_by_name.clone(),
            issued: totals.last_issued_on.map(at),
            redeemed: totals.last_redeemed_on.map(at),
            claimed_until: until.filter(|_| claimed.is_some() && claim.validity > 0).map(at),
            claimed,
            uploads: stocked.then(|| {
                let waiting = count(totals.unissued.max(0));
                format!("{}, of which {waiting} wait to be issued", count(totals.uploaded))
            }),
            version: series.version,
        }
    }
}

/// Which tab.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    tab: String,
}

/// The page of a series.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let tab = match asked.tab.as_str() {
        "information" => View::Information,
        "history" if staff.may(Permission::ReadActivity) => View::History,
        _ => View::Configuration,
    };
    let now = app.clock.now();
    let Loaded { mut db, series, totals, head } = head::load(&app, &staff, &id, tab).await?;
    let mut page = Show {
        chrome: head::chrome(&staff, &series.description),
        figures: head::figures(&series, &totals),
        sections: Vec::new(),
        info: None,
        days: None,
        history: None,
        head,
    };
    match tab {
        View::Information => {
            page.info = Some(Info::new(&series, &totals, &staff));
            page.days = Some(days::of(&mut db, &staff, series.id, now).await?);
        }
        View::History => {
            let about = series.id.to_string();
            page.history = activity::history(&mut db, &staff, "coupon_series", &about).await?;
        }
        _ => page.sections = sections(&mut db, &staff, &series).await?,
    }
    html(page)
}

/// The terms of a series in words, with the names of the offers it excludes.
pub async fn sections(db: &mut Reading, staff: &Staff, series: &Series) -> Result<Vec<Section>> {
    let excluded = series.excluded_ids();
    let names = match excluded.is_empty() {
        true => Vec::new(),
        false => store::list::names_of(&mut **db, staff.org, &excluded).await?,
    };
    Ok(view::sections(series, &Around { zone: staff.zone, names }))
}
