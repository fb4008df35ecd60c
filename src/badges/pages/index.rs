//! The list of badges, and the two lists of loyalty.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;

use crate::auth::Staff;
use crate::badges::badge::{EarnType, Status, duration_text};
use crate::badges::list::{BadgeRow, Filter};
use crate::badges::owners::Owner;
use crate::badges::pages::view::{expiry_text, tone};
use crate::badges::store;
use crate::base::app::App;
use crate::base::list::PAGE;
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::{Chip, Choice, Tab};
use crate::web::time::{Stamp, count};
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "badges/index.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    lead: &'static str,
    lists: Vec<Tab>,
    filter: Filter,
    groups: Vec<Group>,
    none: Problems,
    chips: Vec<Chip>,
    rows: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
    note: String,
    export: String,
    fragment: bool,
    may_edit: bool,
    may_import: bool,
    may_export: bool,
}

/// One filter with its choices.
struct Group {
    legend: &'static str,
    name: &'static str,
    choices: Vec<Choice>,
    values: Vec<String>,
}

/// A row as the page shows it.
struct Line {
    path: String,
    name: String,
    tone: &'static str,
    image: String,
    owners: String,
    claims: Vec<String>,
    duration: String,
    status: Status,
    active: bool,
    group: String,
    expiry: String,
    benefits: Vec<String>,
    earned: String,
    updated: Stamp,
    by: String,
}

impl Line {
    fn of(row: BadgeRow, now: chrono::DateTime<chrono::Utc>, zone: chrono_tz::Tz) -> Self {
        let labels: Vec<&str> = row.owners.iter().map(|owner| owner.label()).collect();
        let claims = row.claims.iter().map(|(owner, reference)| format!("{owner}: {reference}"));
        let group = row.group.as_ref().map(|(name, _)| name.as_str());
        let rank = row.rank.map(|rank| rank.to_string());
        let issued = row.images.iter().find(|(tag, _)| tag == "EARNED").or(row.images.first());
        Line {
            path: format!("/badges/{}", row.id),
            tone: tone(group),
            image: issued
                .map(|(_, url)| url.clone())
                .filter(|url| url.starts_with('/'))
                .unwrap_or_default(),
            owners: labels.join(", "),
            claims: claims.collect(),
            duration: duration_text(row.start_on, row.expires_on, zone),
            status: Status::at(now, row.start_on, row.expires_on),
            active: row.active,
            group: [group.map(str::to_owned), rank]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · "),
            expiry: expiry_text(row.earned_expiry, zone, "issual"),
            benefits: row.benefits,
            earned: count(row.earned),
            updated: Stamp::new(row.updated_on, zone),
            by: row.updated_by,
            name: row.name,
        }
    }

    /// Whether there is something to deactivate.
    fn may_deactivate(&self) -> bool {
        self.active && self.status != Status::Ended
    }
}

/// All badges.
pub async fn index(
    app: State<App>,
    staff: Staff,
    hx: Hx,
    Query(filter): Query<Filter>,
) -> web::Result {
    list(app, staff, hx, filter, None).await
}

/// What loyalty workflows may issue: the badges that Loyalty owns.
pub async fn loyalty_workflows(
    app: State<App>,
    staff: Staff,
    hx: Hx,
    Query(filter): Query<Filter>,
) -> web::Result {
    list(app, staff, hx, filter, Some(Owner::Loyalty)).await
}

/// What loyalty promotions may issue: the badges that Loyalty Promotion owns.
pub async fn loyalty_promotions(
    app: State<App>,
    staff: Staff,
    hx: Hx,
    Query(filter): Query<Filter>,
) -> web::Result {
    list(app, staff, hx, filter, Some(Owner::LoyaltyPromotion)).await
}

/// The list; with an owner, only the badges tagged with it.
async fn list(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    mut filter: Filter,
    owner: Option<Owner>,
) -> web::Result {
    staff.require(Permission::ReadBadges)?;
    let (base, title, lead) = match owner {
        Some(Owner::Loyalty) => (
            "/badges/loyalty-workflows",
            "Loyalty workflows",
            "Badges that the workflows of loyalty programmes may issue: those owned by Loyalty.",
        ),
        Some(_) => (
            "/badges/loyalty-promotions",
            "Loyalty promotions",
            "Badges that loyalty promotions may issue: those owned by Loyalty Promotion.",
        ),
        None => ("/badges", "Badges", "What your customers can earn."),
    };
    filter.base = base;
    let mut asked = filter.clone();
    if let Some(owner) = owner {
        asked.owner = vec![owner.wire().to_owned()];
    }
    let now = app.clock.now();
    let mut db = app.read(staff.org).await?;
    let listing = store::list::page(&mut *db, staff.org, &asked, PAGE, now).await?;
    let shown = match listing.items.len() {
        1 => "1 badge".to_owned(),
        number => format!("{number} badges"),
    };
    let chrome = match owner {
        None => Chrome::new(&staff, Nav::Badges),
        Some(_) => Chrome::new(&staff, Nav::Badges).crumb("Badges", "/badges").title(title),
    };
    let page = Index {
        chrome,
        lead,
        lists: tabs(base),
        groups: groups(&filter, owner.is_some()),
        none: Problems::none(),
        chips: chips(&filter),
        first: filter.first_href(),
        next: listing.next.as_ref().map(|place| filter.next_href(place)),
        note: format!("{shown} on this page · times in {}", staff.zone.name()),
        export: export_href(&asked),
        fragment: hx.wants("results"),
        rows: listing.items.into_iter().map(|row| Line::of(row, now, staff.zone)).collect(),
        may_edit: staff.may(Permission::EditBadges),
        may_import: staff.may(Permission::ReadImports),
        may_export: staff.may(Permission::Export),
        filter,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

/// Where the list, as far as its filter keeps it, is taken out as a file.
fn export_href(asked: &Filter) -> String {
    let query = asked.with(|filter| filter.sort.clear());
    match query.split_once('?') {
        Some((_, query)) => format!("/exports?kind=badges&{query}"),
        None => "/exports?kind=badges".to_owned(),
    }
}

fn tabs(base: &str) -> Vec<Tab> {
    [
        ("All badges", "/badges"),
        ("Loyalty workflows", "/badges/loyalty-workflows"),
        ("Loyalty promotions", "/badges/loyalty-promotions"),
    ]
    .into_iter()
    .map(|(label, href)| Tab::new(label, href, href == base))
    .collect()
}

/// What may be filtered, with what is on.
fn groups(filter: &Filter, owned: bool) -> Vec<Group> {
    let statuses = Status::ALL.iter().map(|status| Choice::new(status.wire(), status.label()));
    let types = EarnType::ALL.iter().map(|kind| Choice::new(kind.wire(), kind.label()));
    let owner = |owner: &Owner| Choice::new(owner.wire(), owner.label());
    let owners: Vec<Choice> = Owner::ALL.iter().map(owner).collect();
    let activation = vec![Choice::new("active", "Active"), Choice::new("inactive", "Inactive")];
    let group = |legend, name, choices, values: &[String]| Group {
        legend,
        name,
        choices,
        values: values.to_vec(),
    };
    let mut all = vec![
        group("Status", "status", statuses.collect(), &filter.statuses()),
        group("Activation status", "active", activation, &filter.active),
        group("Badge issue type", "type", types.collect(), &filter.types()),
    ];
    if !owned {
        all.push(group("Owned by", "owner", owners.clone(), &filter.owners()));
    }
    all.push(group("Claimed by", "claimed", owners, &filter.claimants()));
    all
}

/// The filters that are on, each with the list without it.
fn chips(filter: &Filter) -> Vec<Chip> {
    let labels = |words: Vec<String>| -> String {
        let label = |word: &String| {
            let status = word.parse::<Status>().map(|one| one.label());
            let kind = word.parse::<EarnType>().map(|one| one.label());
            status
                .or(kind)
                .or_else(|_| word.parse::<Owner>().map(|one| one.label()))
                .unwrap_or_default()
        };
        words.iter().map(label).collect::<Vec<_>>().join(", ")
    };
    let mut chips = Vec::new();
    let mut add = |label: &str, value: String, href: String| {
        if !value.is_empty() {
            chips.push(Chip::new(label, value, href));
        }
    };
    add("Name or id", filter.q.trim().to_owned(), filter.with(|f| f.q.clear()));
    add("Status", labels(filter.statuses()), filter.with(|f| f.status.clear()));
    let activation = match filter.activation() {
        Some(true) => "Active",
        Some(false) => "Inactive",
        None => "",
    };
    add("Activation", activation.to_owned(), filter.with(|f| f.active.clear()));
    add("Issue type", labels(filter.types()), filter.with(|f| f.earn_type.clear()));
    add("Owned by", labels(filter.owners()), filter.with(|f| f.owner.clear()));
    add("Claimed by", labels(filter.claimants()), filter.with(|f| f.claimed.clear()));
    chips
}
