//! The windows of a badge's fixed limits, past and future, one page at a time (spec/badges.md 9.6).

use axum::extract::State;
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{
    Caller, Fault, Gateway, Iso, Moment, Pagination, Permit, Query, Resource, Result as Answered,
    Sides, Trouble, gateway,
};
use crate::badges::api::BadgeCodes;
use crate::badges::api::badge::{found, read_id};
use crate::badges::api::read::{query_instant, refusal};
use crate::badges::badge::Badge;
use crate::badges::cycles::{self, Cycle};
use crate::badges::limits::Level;
use crate::badges::store;
use crate::badges::windows::WindowConfig;
use crate::base::app::App;
use crate::base::calendar;
use crate::base::error::Error;
use crate::base::ids::CustomerId;

/// The call for windows.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(details))
        .route("/v1/badges/badgeMeta/getFixedWindowDetails", get(details))
}

/// A page of a badge's windows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WindowListAnswer {
    badge_meta_id: String,
    org_id: i64,
    /// From when on windows are told: as asked, or the badge's start.
    start_date: Moment,
    #[serde(rename = "startDateISO")]
    start_date_iso: Iso,
    /// Until when: as asked, or the badge's end.
    end_date: Moment,
    #[serde(rename = "endDateISO")]
    end_date_iso: Iso,
    /// The customer asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<i64>,
    fixed_window_cycles: Vec<WindowListRow>,
    pagination: Pagination,
}

/// A window: midnight of its first and of its last day, both included.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WindowListRow {
    #[schema(example = "e6791ec9-e92f-34af-bdc3-be2607fdf82c")]
    fixed_window_cycle_reference_id: String,
    start_date: Moment,
    #[serde(rename = "startDateISO")]
    start_date_iso: Iso,
    end_date: Moment,
    #[serde(rename = "endDateISO")]
    end_date_iso: Iso,
    /// How many were issued by the date of their event, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    earn_count: Option<i64>,
    /// `CUSTOMER_BADGE_FIXED_WINDOW` or `BADGE_FIXED_WINDOW`.
    constraint_type: &'static str,
}

/// List the windows of a badge
///
/// Windows of all definitions the badge has had, in order of time.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/badgeMeta/getFixedWindowDetails",
    operation_id = "getFixedWindowDetails",
    tag = "Badges",
    params(
        ("badgeMetaId" = String, Query, description = "The badge.", example = "661d019d35bc684e9e727585"),
        ("constraintType" = Option<String>, Query, description = "`CUSTOMER`, `BADGE` or `ALL`."),
        ("customerId" = Option<i64>, Query, description = "Whose badges are counted in windows of `CUSTOMER`."),
        ("fixedWindowCycleReferenceId" = Option<String>, Query, description = "Only windows of this definition."),
        ("includeEarnCount" = Option<bool>, Query, description = "Adds how many were issued in each."),
        ("startDate" = Option<String>, Query, description = "Windows that end then or later: ISO 8601 or epoch seconds."),
        ("endDate" = Option<String>, Query, description = "Windows that begin then or earlier."),
        ("size" = Option<i64>, Query, description = "How many on a page: 10, at most 100."),
        ("page" = Option<i64>, Query, description = "From 0."),
    ),
    responses((status = 200, description = "A page of windows.", body = Gateway<WindowListAnswer>))
)]
async fn details(State(app): State<App>, caller: Caller, query: Query) -> Answered<BadgeCodes> {
    let permit = caller.reads(Resource::BadgeConfig)?;
    let asked = Asked::read(&query, &permit)?;
    let page = query.page()?;
    let badge = found(&app, &permit, read_id(&asked.badge)).await?;
    let zone = permit.zone();
    let (from, to) = (asked.from.unwrap_or(badge.start_on), asked.to.unwrap_or(badge.expires_on));
    let days = (calendar::day_of(from, zone), calendar::day_of(to, zone));
    let configs: Vec<(Level, WindowConfig)> = badge
        .windows
        .iter()
        .filter(|(level, config)| asked.wants(*level, config))
        .copied()
        .collect();
    let (total, cycles) = cycles::page(&configs, days, zone, (page.offset(), page.size));
    let counts = match asked.counted {
        true => counts(&app, &permit, &badge, asked.customer, &cycles).await?,
        false => Vec::new(),
    };
    let counts = counts.into_iter().map(Some).chain(std::iter::repeat(None));
    let rows = cycles.iter().zip(counts).map(|(cycle, count)| row(cycle, count, &permit));
    let answer = WindowListAnswer {
        badge_meta_id: badge.id.to_string(),
        org_id: permit.org().get(),
        start_date: Moment(from),
        start_date_iso: Iso(from),
        end_date: Moment(to),
        end_date_iso: Iso(to),
        customer_id: asked.customer.map(CustomerId::get),
        fixed_window_cycles: rows.collect(),
        pagination: page.told(total),
    };
    Ok(gateway(answer, Sides::Empty))
}

fn row(cycle: &Cycle, earn_count: Option<i64>, permit: &Permit) -> WindowListRow {
    let zone = permit.zone();
    let (first, last) = (cycle.window.start(zone), calendar::start_of_day(cycle.window.last, zone));
    WindowListRow {
        fixed_window_cycle_reference_id: cycle.period.reference_id(cycle.level).to_string(),
        start_date: Moment(first),
        start_date_iso: Iso(first),
        end_date: Moment(last),
        end_date_iso: Iso(last),
        earn_count,
        constraint_type: cycle.level.window_type(),
    }
}

/// What is asked of the windows.
struct Asked {
    badge: String,
    level: Option<Level>,
    customer: Option<CustomerId>,
    reference: Option<String>,
    counted: bool,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

impl Asked {
    fn read(query: &Query, permit: &Permit) -> Result<Self, Trouble> {
        let badge = query.one(&["badgemetaid"]).map(str::to_owned);
        let badge =
            badge.ok_or_else(|| Trouble::bad(refusal("badge_id_blank").at("badgeMetaId")))?;
        let level = match query.choice("constraintType", &["BADGE", "CUSTOMER", "ALL"], &[])? {
            Some("BADGE") => Some(Level::Badge),
            Some("CUSTOMER") => Some(Level::Customer),
            _ => None,
        };
        let customer = match query.one(&["customerid"]) {
            None => None,
            Some(_) => Some(CustomerId::new(query.number(&["customerid"], 0, 0)?)),
        };
        let counted = query.flag("includeEarnCount")?.unwrap_or(false);
        if counted && level != Some(Level::Badge) && customer.is_none() {
            let fault = Fault::new(812, "CustomerId information is missing.").at("customerId");
            return Err(Trouble::bad(fault));
        }
        Ok(Asked {
            badge,
            level,
            customer,
            reference: query.one(&["fixedwindowcyclereferenceid"]).map(str::to_owned),
            counted,
            from: query_instant(query, "startDate", permit.zone())?,
            to: query_instant(query, "endDate", permit.zone())?,
        })
    }

    fn wants(&self, level: Level, config: &WindowConfig) -> bool {
        let reference = || config.period.reference_id(level).to_string();
        self.level.is_none_or(|wanted| wanted == level)
            && self
                .reference
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(&reference()))
    }
}

/// How many were issued in each window: of the customer, or of all.
async fn counts(
    app: &App,
    permit: &Permit,
    badge: &Badge,
    customer: Option<CustomerId>,
    cycles: &[Cycle],
) -> Result<Vec<i64>, Error> {
    let zone = permit.zone();
    let mut db = app.read(permit.org()).await?;
    let mut counts = vec![0; cycles.len()];
    for level in Level::ALL {
        let places: Vec<usize> =
            (0..cycles.len()).filter(|place| cycles[*place].level == level).collect();
        let stretches: Vec<_> = places
            .iter()
            .map(|place| (cycles[*place].window.start(zone), cycles[*place].window.end(zone)))
            .collect();
        let whose = customer.filter(|_| level == Level::Customer);
        if stretches.is_empty() {
            continue;
        }
        let found =
            store::calls::issued_in(&mut db, permit.org(), badge.id, whose, &stretches).await?;
        for (place, count) in places.into_iter().zip(found) {
            counts[place] = count;
        }
    }
    Ok(counts)
}
