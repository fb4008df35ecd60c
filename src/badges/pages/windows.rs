//! `/badges/{id}/windows`: each level's fixed windows, and the cycles that have begun with their counts.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::auth::Staff;
use crate::badges::badge::Badge;
use crate::badges::begun::{Cycle, begun};
use crate::badges::limits::Level;
use crate::badges::pages::head::{self, Head, View};
use crate::badges::pages::view::day_text;
use crate::badges::store::cycles::{self as counts, MOST_COUNTED};
use crate::badges::windows::{self, WindowConfig};
use crate::base::app::{App, Reading};
use crate::base::calendar::day_of;
use crate::base::error::Result;
use crate::base::ids::CustomerId;
use crate::base::list::PAGE;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::customers;
use crate::web::address::address;
use crate::web::chrome::Chrome;
use crate::web::hx::Hx;
use crate::web::parts::Tab;
use crate::web::time::count;
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "badges/windows.html", blocks = ["results"])]
struct Page {
    chrome: Chrome,
    head: Head,
    base: String,
    levels: Vec<LevelView>,
    /// The level whose cycles are listed.
    level: &'static str,
    pills: Vec<Tab>,
    /// Whether a customer may be named: the level counts each alone.
    each: bool,
    customer: String,
    /// Whose counts these are.
    whose: Option<(String, String)>,
    problems: Problems,
    cycles: Vec<Line>,
    counted: bool,
    first: Option<String>,
    next: Option<String>,
    note: String,
}

/// A level with its configs.
struct LevelView {
    label: &'static str,
    configs: Vec<ConfigView>,
    moving: Vec<String>,
}

/// One config.
struct ConfigView {
    look: &'static str,
    state: &'static str,
    rule: String,
    max: String,
    from: String,
    to: String,
    reference: String,
}

/// One cycle.
struct Line {
    days: String,
    rule: String,
    max: String,
    count: Option<String>,
    full: bool,
    current: bool,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    level: String,
    customer: String,
    before: String,
}

/// The page, or its cycles.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let (mut db, badge, head) = head::load(&app, &staff, &id, View::Windows).await?;
    let level = level(&badge, &asked.level);
    let before: Option<NaiveDate> = asked.before.parse().ok();
    let configs = badge.windows_of(level);
    let mut found = begun(&configs, before, app.clock.now(), staff.zone, PAGE + 1);
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let mut problems = Problems::none();
    let whose = whose(&mut db, &staff, level, &asked.customer, &mut problems).await?;
    let held = held(&mut db, &staff, &badge, level, whose.as_ref().map(|(id, _)| *id), &found);
    let held = held.await?;
    let base = format!("{}/windows", head.path);
    let place = |before: &str| {
        address(
            &base,
            &[("level", level.key()), ("customer", asked.customer.trim()), ("before", before)],
        )
    };
    let today = day_of(app.clock.now(), staff.zone);
    let lines = found.iter().enumerate().map(|(at, cycle)| {
        Line::new(cycle, held.as_ref().and_then(|held| held.get(at).copied()), today)
    });
    let page = Page {
        chrome: head::chrome(&staff, &badge),
        levels: Level::ALL.iter().map(|level| level_view(&badge, *level, &app, &staff)).collect(),
        pills: pills(&base, level),
        level: level.key(),
        each: level == Level::Customer && staff.may(Permission::ReadCustomers),
        whose: whose.map(|(id, name)| (name, customers::path(id))),
        cycles: lines.collect(),
        counted: held.is_some(),
        first: before.map(|_| place("")),
        next: found.last().filter(|_| more).map(|last| place(&last.window.first.to_string())),
        note: format!("Newest first · days of {}", staff.zone.name()),
        customer: asked.customer.clone(),
        head,
        base,
        problems,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

/// The level asked for; without one, that which has windows.
fn level(badge: &Badge, asked: &str) -> Level {
    let named = Level::ALL.into_iter().find(|level| level.key() == asked);
    let with = |level: &Level| !badge.windows_of(*level).is_empty();
    named.unwrap_or_else(|| {
        [Level::Badge, Level::Customer].into_iter().find(with).unwrap_or(Level::Badge)
    })
}

fn pills(base: &str, current: Level) -> Vec<Tab> {
    let pill = |level: Level| {
        let href = address(base, &[("level", level.key())]);
        Tab::new(level.label(), href, level == current)
    };
    Level::ALL.map(pill).to_vec()
}

/// The customer whose counts are wanted, by what was typed.
async fn whose(
    db: &mut Reading,
    staff: &Staff,
    level: Level,
    typed: &str,
    problems: &mut Problems,
) -> Result<Option<(CustomerId, String)>> {
    let may = staff.may(Permission::ReadCustomers) && level == Level::Customer;
    if typed.trim().is_empty() || !may {
        return Ok(None);
    }
    let personal = staff.may(Permission::ReadPersonalData);
    let found = customers::named(db, staff.org, typed, personal).await?;
    let [only] = found.as_slice() else {
        let why = match found.is_empty() {
            true => "No customer goes by this",
            false => "Several customers go by this; give a customer id",
        };
        problems.add("customer", Fault::new("unknown_customer", why));
        return Ok(None);
    };
    let faces = customers::faces(db, staff.org, &[*only]).await?;
    let label = faces.get(only).map_or_else(|| customers::label("", *only), |f| f.label.clone());
    Ok(Some((*only, label)))
}

/// How many were issued in each cycle: to everybody, or to the customer named; nothing where each
/// customer is counted alone and none is named.
async fn held(
    db: &mut Reading,
    staff: &Staff,
    badge: &Badge,
    level: Level,
    whose: Option<CustomerId>,
    cycles: &[Cycle],
) -> Result<Option<Vec<i64>>> {
    let stretch = |cycle: &Cycle| {
        (cycle.config.seq, cycle.window.start(staff.zone), cycle.window.end(staff.zone))
    };
    let stretches: Vec<_> = cycles.iter().map(stretch).collect();
    Ok(match (level, whose) {
        (Level::Badge, _) => Some(counts::of_everybody(db, staff.org, badge.id, &stretches).await?),
        (Level::Customer, Some(customer)) => {
            Some(counts::of_customer(db, staff.org, badge.id, customer, &stretches).await?)
        }
        (Level::Customer, None) => None,
    })
}

impl Line {
    fn new(cycle: &Cycle, held: Option<i64>, today: NaiveDate) -> Self {
        let window = cycle.window;
        let shown = |number: i64| match number > MOST_COUNTED {
            true => format!("over {}", count(MOST_COUNTED)),
            false => count(number),
        };
        Line {
            days: match window.first == window.last {
                true => day_text(window.first),
                false => format!("{} – {}", day_text(window.first), day_text(window.last)),
            },
            rule: cycle.config.period.sentence(),
            max: count(cycle.config.max),
            full: held.is_some_and(|held| held >= cycle.config.max),
            count: held.map(shown),
            current: window.first <= today && today <= window.last,
        }
    }
}

fn level_view(badge: &Badge, level: Level, app: &App, staff: &Staff) -> LevelView {
    let now = app.clock.now();
    let mut configs = badge.windows_of(level);
    configs.sort_by_key(|config| std::cmp::Reverse(config.start_at));
    let view = |config: &WindowConfig| {
        let (look, state) = match config.cycle(now, staff.zone) {
            windows::Cycle::Upcoming => ("upcoming", "Upcoming"),
            windows::Cycle::Active => ("live", "Active"),
            windows::Cycle::Expired => ("ended", "Expired"),
        };
        ConfigView {
            look,
            state,
            rule: config.period.sentence(),
            max: count(config.max),
            from: day_text(config.first_day(staff.zone)),
            to: config.last_day(staff.zone).map_or_else(|| "No end".to_owned(), day_text),
            reference: config.period.reference_id(level).to_string(),
        }
    };
    LevelView {
        label: level.label(),
        configs: configs.iter().map(view).collect(),
        moving: badge.limits_of(level).map(|limit| limit.sentence()).collect(),
    }
}
