//! `/member-care/ui/{id}`: the badges of a customer under four tabs, the open one beside them.
//!
//! Regions: `desk` (tabs, cards, panel) for filters and tabs, `panel` for another badge (the cards come
//! along out of band, so that the open one is marked), `timeline` for its pages.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::badges::owners::Owner;
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::permission::Permission;
use crate::customers::Customer;
use crate::membercare::category::{Category, Standing};
use crate::membercare::filter::Filter;
use crate::membercare::pages::card::Card;
use crate::membercare::pages::head::{Head, View, chrome, load, merged};
use crate::membercare::pages::panel::Panel;
use crate::membercare::pages::waiting::{Waiting, waiting};
use crate::membercare::sort::Sort;
use crate::membercare::store::{self, Reading};
use crate::membercare::timeline::module_label;
use crate::web::chrome::Chrome;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::parts::{Choice, Tab};
use crate::web::{self, html};

/// Cards on a page.
const CARDS: usize = 48;

#[derive(Template)]
#[template(path = "membercare/badges.html", blocks = ["desk", "selected"])]
pub(super) struct Badges {
    chrome: Chrome,
    head: Head,
    filter: Filter,
    category: Category,
    owners: Vec<Choice>,
    groups: Vec<Choice>,
    sorts: Vec<Choice>,
    pills: Vec<Tab>,
    cards: Vec<Card>,
    first: Option<String>,
    next: Option<String>,
    panel: Option<Panel>,
    /// Whether only the panel is wanted: the cards are sent along.
    alone: bool,
    /// Where badges are, when this tab has none.
    elsewhere: Option<(String, String)>,
    /// What waits for a second person.
    waiting: Vec<Waiting>,
    /// What was just done, in an answer that renews the desk.
    said: Option<Flash>,
}

/// A page of the timeline alone. A template of its own: a block inside an `if` renders to nothing.
#[derive(Template)]
#[template(path = "membercare/timeline.html")]
struct Timeline {
    head: Head,
    panel: Panel,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(filter): Query<Filter>,
) -> web::Result {
    staff.require(Permission::ReadBadges)?;
    let (mut db, customer) = load(&app, &staff, &id).await?;
    if let Some(survivor) = customer.merged_into {
        return merged(&staff, &customer, survivor);
    }
    let mut page = Badges::load(&mut db, &staff, &customer, filter, app.clock.now()).await?;
    if hx.wants("panel") {
        page.alone = true;
        return html(page.as_selected());
    }
    match page.panel {
        Some(panel) if hx.wants("timeline") => html(Timeline { head: page.head, panel }),
        _ if hx.wants("desk") => html(page.as_desk()),
        _ => html(page),
    }
}

impl Badges {
    /// Reads the page.
    pub(super) async fn load(
        db: &mut Reading,
        staff: &Staff,
        customer: &Customer,
        filter: Filter,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let all = store::standings(db, staff.org, customer.id, &filter.which()).await?;
        let mut tabs = sorted_into_tabs(all, &filter, now);
        let category = chosen(&tabs, &filter);
        let pills = pills(&tabs, &filter, customer.id, category);
        let elsewhere = elsewhere(&tabs, &filter, customer.id);
        let standings = &mut tabs[at(category)];
        filter.order().order(category, standings);
        let (shown, next) = page_of(standings, &filter);
        let ids: Vec<BadgeId> = shown.iter().map(|standing| standing.badge).collect();
        let faces = store::faces(db, staff.org, &ids).await?;
        let open = filter.open().or_else(|| ids.first().copied());
        let panel = match open {
            Some(badge) => {
                Panel::load(db, staff, customer.id, (badge, category), &filter, now).await?
            }
            None => None,
        };
        let card = |standing: &Standing| Card {
            href: filter.to_badge(customer.id, category, standing.badge),
            current: open == Some(standing.badge),
            ..Card::new(standing, faces.get(&standing.badge), category, now, staff.zone)
        };
        Ok(Badges {
            chrome: chrome(staff, customer),
            head: Head::new(staff, customer, View::Badges, staff.zone),
            category,
            owners: owners(),
            groups: groups(db, staff).await?,
            sorts: Sort::ALL.map(|sort| Choice::new(sort.word(), sort.label())).to_vec(),
            pills,
            cards: shown.iter().map(card).collect(),
            first: (!filter.after.is_empty()).then(|| filter.to_page(customer.id, category, "")),
            next: next.map(|last| filter.to_page(customer.id, category, &last.to_string())),
            panel,
            alone: false,
            elsewhere,
            waiting: waiting(db, staff, customer.id).await?,
            said: None,
            filter,
        })
    }
}

impl Badges {
    /// The desk after a deed, with what was done.
    pub(super) fn renewed(mut self, said: Flash) -> web::Result {
        self.said = Some(said);
        html(self.as_desk())
    }
}

/// The place of a tab among the four.
fn at(category: Category) -> usize {
    Category::ALL.iter().position(|one| *one == category).unwrap_or_default()
}

fn sorted_into_tabs(
    standings: Vec<Standing>,
    filter: &Filter,
    now: DateTime<Utc>,
) -> [Vec<Standing>; 4] {
    let mut tabs: [Vec<Standing>; 4] = Default::default();
    for standing in standings.into_iter().filter(|standing| filter.admits(standing)) {
        if let Some(category) = Category::of(&standing, now) {
            tabs[at(category)].push(standing);
        }
    }
    tabs
}

/// The tab the address names; without one, that of the open badge.
fn chosen(tabs: &[Vec<Standing>; 4], filter: &Filter) -> Category {
    let open = filter.open().filter(|_| filter.category.is_empty());
    let holds = |category: &Category| {
        open.is_some_and(|badge| tabs[at(*category)].iter().any(|one| one.badge == badge))
    };
    Category::ALL.into_iter().find(holds).unwrap_or_else(|| Category::named(&filter.category))
}

fn pills(
    tabs: &[Vec<Standing>; 4],
    filter: &Filter,
    customer: CustomerId,
    current: Category,
) -> Vec<Tab> {
    let tab = |category: Category| {
        let held = i64::try_from(tabs[at(category)].len()).unwrap_or(i64::MAX);
        let href = filter.to_category(customer, category);
        Tab::new(category.label(), href, category == current).count(held)
    };
    Category::ALL.map(tab).to_vec()
}

/// The first tab that has badges: what an empty one points to.
fn elsewhere(
    tabs: &[Vec<Standing>; 4],
    filter: &Filter,
    customer: CustomerId,
) -> Option<(String, String)> {
    let filled = |category: &Category| !tabs[at(*category)].is_empty();
    let category = Category::ALL.into_iter().rev().find(filled)?;
    let count = tabs[at(category)].len();
    let label = format!("{}: {count}", category.label());
    Some((filter.to_category(customer, category), label))
}

/// The cards of a page, and the last of them when there are more.
fn page_of<'a>(standings: &'a [Standing], filter: &Filter) -> (&'a [Standing], Option<BadgeId>) {
    let after: Option<BadgeId> = filter.after.parse().ok();
    let seen = |last: BadgeId| standings.iter().position(|standing| standing.badge == last);
    let start = after.and_then(seen).map_or(0, |place| place + 1);
    let rest = &standings[start..];
    let shown = &rest[..rest.len().min(CARDS)];
    (shown, shown.last().filter(|_| rest.len() > CARDS).map(|last| last.badge))
}

fn owners() -> Vec<Choice> {
    let choice = |owner: Owner| Choice::new(owner.wire(), module_label(owner.wire()));
    Owner::ALL.map(choice).to_vec()
}

async fn groups(db: &mut Reading, staff: &Staff) -> Result<Vec<Choice>> {
    let groups = store::groups(db, staff.org).await?;
    Ok(groups.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect())
}
