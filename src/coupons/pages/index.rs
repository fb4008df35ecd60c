//! The list of offers: what the brand's coupons are issued from.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::calendar::day_of;
use crate::base::list::{PAGE, cursor_text};
use crate::base::permission::Permission;
use crate::coupons::list::{CLAIMANTS, SeriesAsked, SeriesRow, claimant};
use crate::coupons::pages::head::{Head, View, alert};
use crate::coupons::pages::words;
use crate::coupons::pool::{self, Pool};
use crate::coupons::series::Handling;
use crate::coupons::store;
use crate::web::address::address;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::{Chip, Choice};
use crate::web::time::{Stamp, count};
use crate::web::{self, html};

/// Series whose codes run out that the banner names; others are marked in the list.
const BANNERS: usize = 5;
/// Series that are looked at for it.
const LOOKED_AT: i64 = 60;

/// The list's address with everything asked of it.
fn href(asked: &SeriesAsked) -> String {
    let pairs = [
        ("q", asked.q.trim()),
        ("active", asked.active.as_str()),
        ("codes", asked.codes.as_str()),
        ("claimed", asked.claimed.as_str()),
        ("sort", asked.sort.as_str()),
        ("after", asked.after.as_str()),
    ];
    address("/coupons", &pairs)
}

/// The same list with a change, from its head.
fn with(asked: &SeriesAsked, change: impl FnOnce(&mut SeriesAsked)) -> String {
    let mut changed = SeriesAsked { after: String::new(), ..asked.clone() };
    change(&mut changed);
    href(&changed)
}

/// Where the list, as far as its filter keeps it, is taken out as a file.
fn export(asked: &SeriesAsked) -> String {
    let pairs = [
        ("kind", "coupon-series"),
        ("q", asked.q.trim()),
        ("active", asked.active.as_str()),
        ("codes", asked.codes.as_str()),
        ("claimed", asked.claimed.as_str()),
    ];
    address("/exports", &pairs)
}

/// The filters that are on, each with the list without it.
fn chips(asked: &SeriesAsked) -> Vec<Chip> {
    let mut chips = Vec::new();
    let q = asked.q.trim();
    if !q.is_empty() {
        chips.push(Chip::new("Name", q, with(asked, |asked| asked.q.clear())));
    }
    if !asked.active.is_empty() {
        chips.push(Chip::new("Only", "Active", with(asked, |asked| asked.active.clear())));
    }
    if let Ok(handling) = asked.codes.parse::<Handling>() {
        let href = with(asked, |asked| asked.codes.clear());
        chips.push(Chip::new("Codes", handling.label(), href));
    }
    if let Some(word) = asked.claimant() {
        let label = claimant(word).unwrap_or_else(|| "Nobody".to_owned());
        chips.push(Chip::new("Used by", label, with(asked, |asked| asked.claimed.clear())));
    }
    chips
}

/// A row as the page shows it.
struct Line {
    head: Head,
    discount: String,
    most: Option<String>,
    expires: String,
    used_by: Option<String>,
    issued: String,
    redeemed: String,
    left: String,
    pool: Option<Pool>,
    at: Stamp,
    by: String,
}

impl Line {
    fn new(row: &SeriesRow, staff: &Staff, by_creation: bool, now: DateTime<Utc>) -> Self {
        let (series, totals) = (&row.series, &row.totals);
        let pool = pool::of(series, totals, now, staff.zone);
        let stamp = &series.stamp;
        let (at, by) = match by_creation {
            true => (stamp.created_on, &stamp.created_by_name),
            false => (stamp.updated_on, &stamp.updated_by_name),
        };
        Line {
            head: Head::new(staff, series, totals, View::Configuration, now),
            discount: words::taken_off(&series.discount),
            most: (series.discount.upto > 0.0)
                .then(|| format!("at most {}", words::number(series.discount.upto))),
            expires: words::last_day(series),
            used_by: claimant(&series.claim.by),
            issued: count(totals.issued),
            redeemed: count(totals.redeemed),
            left: match pool {
                Some(pool) => count(pool.left),
                None if totals.unissued > 0 => count(totals.unissued),
                None => "–".to_owned(),
            },
            pool,
            at: Stamp::new(at, staff.zone),
            by: by.clone(),
        }
    }

    /// The tag of a pool somebody should hear of: its look and its words.
    fn alert(&self) -> Option<(&'static str, &'static str)> {
        let alert = self.pool.as_ref()?.alert?;
        Some((alert.look(), alert.label()))
    }
}

/// An offer whose codes run out, as the banner names it.
struct Banner {
    path: String,
    name: String,
    words: String,
}

#[derive(Template)]
#[template(path = "coupons/index.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    asked: SeriesAsked,
    kinds: Vec<Choice>,
    claimants: Vec<Choice>,
    sorts: Vec<Choice>,
    chips: Vec<Chip>,
    banners: Vec<Banner>,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
    note: String,
    export: String,
    fragment: bool,
    may_edit: bool,
    may_export: bool,
}

/// The list.
pub async fn index(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Query(asked): Query<SeriesAsked>,
) -> web::Result {
    staff.require(Permission::ReadCoupons)?;
    let (now, fragment) = (app.clock.now(), hx.wants("results"));
    let filter = asked.filter(day_of(now, staff.zone));
    let mut db = app.read(staff.org).await?;
    let found = store::list::page(&mut db, staff.org, &filter, PAGE).await?;
    let banners = match fragment || filter.after.is_some() {
        true => Vec::new(),
        false => banners(&mut db, &staff, now).await?,
    };
    let by_creation = asked.by_creation();
    let line = |row: &SeriesRow| Line::new(row, &staff, by_creation, now);
    let shown = match found.items.len() {
        1 => "1 offer".to_owned(),
        number => format!("{number} offers"),
    };
    let page = Index {
        chrome: Chrome::new(&staff, Nav::Coupons),
        kinds: Handling::ALL.iter().map(|one| Choice::new(one.wire(), one.label())).collect(),
        claimants: claimants(),
        sorts: vec![Choice::new("", "Last modified first"), Choice::new("created", "Newest first")],
        chips: chips(&asked),
        banners,
        lines: found.items.iter().map(line).collect(),
        first: filter.after.map(|_| with(&asked, |_| ())),
        next: found.next.map(|place| with(&asked, |asked| asked.after = cursor_text(&place))),
        note: format!("{shown} on this page · times in {}", staff.zone.name()),
        export: export(&asked),
        fragment,
        may_edit: staff.may(Permission::EditCoupons),
        may_export: staff.may(Permission::Export),
        asked,
    };
    if fragment { html(page.as_results()) } else { html(page) }
}

fn claimants() -> Vec<Choice> {
    let nobody = std::iter::once(Choice::new("NONE", "Nobody"));
    nobody.chain(CLAIMANTS.iter().map(|(word, label)| Choice::new(*word, *label))).collect()
}

/// Offers of the whole brand whose codes run out, the emptiest first.
async fn banners(
    db: &mut crate::base::app::Reading,
    staff: &Staff,
    now: DateTime<Utc>,
) -> crate::base::error::Result<Vec<Banner>> {
    let today = day_of(now, staff.zone);
    let short = store::list::short(&mut *db, staff.org, today, LOOKED_AT).await?;
    let banner = |row: &SeriesRow| {
        let pool = pool::of(&row.series, &row.totals, now, staff.zone)?;
        let (_, label, words) = alert(&pool)?;
        Some(Banner {
            path: crate::coupons::pages::head::path(row.series.id),
            name: row.series.description.clone(),
            words: format!("{label}. {words}"),
        })
    };
    Ok(short.iter().filter_map(banner).take(BANNERS).collect())
}
