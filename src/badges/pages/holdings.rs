//! `/badges/{id}/holders` and `/badges/{id}/enrolments`: who got the badge, who is enrolled in it.

use askama::Template;
use axum::extract::{Path, State as Extract};
use axum_extra::extract::Query;

use crate::auth::Staff;
use crate::badges::badge::Badge;
use crate::badges::holders::{
    Asked, Filter, Held, Holding, LOOKED_AT, Of, Place, SOURCES, STATES, State, source_label, store,
};
use crate::badges::owners::Owner;
use crate::badges::pages::head::{self, Head, View};
use crate::base::app::{App, Reading};
use crate::base::error::Result;
use crate::base::list::{Listing, PAGE, cursor_text};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::customers::{self, Face};
use crate::web::address::address;
use crate::web::chrome::Chrome;
use crate::web::hx::Hx;
use crate::web::parts::{Chip, Choice};
use crate::web::time::{Stamp, count};
use crate::web::{self, html};

/// The end of an instance that never ends is a hundred years off.
const NEVER_YEARS: i64 = 90;

#[derive(Template)]
#[template(path = "badges/holdings.html", blocks = ["results"])]
struct Page {
    chrome: Chrome,
    head: Head,
    base: String,
    issued: bool,
    filter: Filter,
    states: Vec<Choice>,
    sources: Vec<Choice>,
    problems: Problems,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    note: String,
    export: String,
    /// The list and badge a selection names.
    list: &'static str,
    badge: String,
    personal: bool,
    may_export: bool,
    may_bulk: bool,
    fragment: bool,
}

/// One issued badge or enrolment as the list shows it.
struct Row {
    id: String,
    customer: String,
    href: String,
    number: String,
    primary: Option<(&'static str, String)>,
    event: Stamp,
    entered: Stamp,
    ends: Option<Stamp>,
    state: State,
    source: String,
    module: String,
    reference: Option<String>,
    import: Option<i64>,
    revoked: Option<Stamp>,
    revoked_by: Option<String>,
    reason: Option<String>,
}

/// Issued badges.
pub async fn holders(
    app: Extract<App>,
    staff: Staff,
    hx: Hx,
    id: Path<String>,
    filter: Query<Filter>,
) -> web::Result {
    show(app, staff, hx, id, filter, Held::Issued).await
}

/// Enrolments.
pub async fn enrolments(
    app: Extract<App>,
    staff: Staff,
    hx: Hx,
    id: Path<String>,
    filter: Query<Filter>,
) -> web::Result {
    show(app, staff, hx, id, filter, Held::Enrolled).await
}

async fn show(
    Extract(app): Extract<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(filter): Query<Filter>,
    held: Held,
) -> web::Result {
    staff.require(Permission::ReadCustomers)?;
    let view = if held == Held::Issued { View::Holders } else { View::Enrolments };
    let (mut db, badge, head) = head::load(&app, &staff, &id, view).await?;
    let personal = staff.may(Permission::ReadPersonalData);
    let (mut asked, problems) = filter.read(staff.zone);
    if !filter.customer.trim().is_empty() {
        let found = customers::named(&mut db, staff.org, &filter.customer, personal).await?;
        asked.customers = Some(found);
    }
    let of = Of { org: staff.org, badge: badge.id, ends: badge.expires_on, now: app.clock.now() };
    let listing = store::page(&mut db, (held, &of), &asked, filter.place(), PAGE).await?;
    let rows = rows(&mut db, &staff, &of, &listing.items).await?;
    let page = Page::new(&staff, &badge, head, (held, filter), &asked, problems, &listing, rows);
    let fragment = hx.wants("results");
    let page = Page { fragment, ..page };
    if fragment { html(page.as_results()) } else { html(page) }
}

async fn rows(db: &mut Reading, staff: &Staff, of: &Of, items: &[Holding]) -> Result<Vec<Row>> {
    let ids: Vec<_> = items.iter().map(|item| item.customer).collect();
    let faces = customers::faces(db, staff.org, &ids).await?;
    Ok(items.iter().map(|item| Row::new(item, faces.get(&item.customer), staff, of)).collect())
}

impl Row {
    fn new(item: &Holding, face: Option<&Face>, staff: &Staff, of: &Of) -> Self {
        let stamp = |at| Stamp::new(at, staff.zone);
        let personal = staff.may(Permission::ReadPersonalData);
        let end = item.end(of.ends);
        let never = (end - item.entered).num_days() > NEVER_YEARS * 365;
        let primary = face.and_then(Face::primary).filter(|_| personal);
        Row {
            id: hex::encode(&item.id),
            customer: face
                .map_or_else(|| customers::label("", item.customer), |face| face.label.clone()),
            href: address(&customers::path(item.customer), &[("badge", &of.badge.to_string())]),
            number: item.customer.to_string(),
            primary: primary.map(|known| (known.kind.label(), known.value.clone())),
            event: stamp(item.event),
            entered: stamp(item.entered),
            ends: (!never).then(|| stamp(end)),
            state: item.state(of.ends, of.now),
            source: source_label(&item.source).to_owned(),
            module: item
                .owner
                .parse::<Owner>()
                .map_or_else(|_| item.owner.clone(), |owner| owner.label().to_owned()),
            reference: item.reference.clone(),
            import: item.import.filter(|_| staff.may(Permission::ReadImports)),
            revoked: item.revoked_on.map(stamp),
            revoked_by: item.revoked_by.clone().filter(|_| personal),
            reason: item.reason.clone().filter(|_| personal),
        }
    }
}

impl Page {
    #[expect(clippy::too_many_arguments, reason = "the page's own parts, each used once")]
    fn new(
        staff: &Staff,
        badge: &Badge,
        head: Head,
        (held, filter): (Held, Filter),
        asked: &Asked,
        problems: Problems,
        listing: &Listing<Holding, Place>,
        rows: Vec<Row>,
    ) -> Self {
        let issued = held == Held::Issued;
        let (tail, list) =
            if issued { ("holders", "badge-holders") } else { ("enrolments", "badge-enrolments") };
        let base = format!("{}/{tail}", head.path);
        let next = listing.next.as_ref().map(|place| filter.href(&base, &cursor_text(place)));
        let export = format!("/exports?kind={list}&badge={}&{}", badge.id, filter.query());
        Page {
            chrome: head::chrome(staff, badge),
            states: STATES.map(|state| Choice::new(state.word(), state.label())).to_vec(),
            sources: SOURCES.map(|(word, label)| Choice::new(word, label)).to_vec(),
            chips: chips(&filter, &base, issued),
            first: (!filter.after.is_empty()).then(|| filter.href(&base, "")),
            note: note(staff, asked, listing, filter.is_on()),
            export: export.trim_end_matches('&').to_owned(),
            list,
            badge: badge.id.to_string(),
            personal: staff.may(Permission::ReadPersonalData),
            may_export: staff.may(Permission::Export),
            may_bulk: staff.may(Permission::IssueBadges) && staff.may(Permission::ReadImports),
            fragment: false,
            head,
            base,
            issued,
            filter,
            problems,
            rows,
            next,
        }
    }

    /// Whether everything this page sifted through was left out, and there is more.
    fn looks_on(&self) -> bool {
        self.rows.is_empty() && self.next.is_some()
    }
}

/// What is seen, and how far it was looked.
fn note(staff: &Staff, asked: &Asked, listing: &Listing<Holding, Place>, on: bool) -> String {
    let short = listing.next.is_some() && listing.items.len() < PAGE && asked.sifts() && on;
    let looked = match short {
        true => format!("Looked through {} so far · ", count(LOOKED_AT)),
        false => String::new(),
    };
    format!("{looked}Newest event first · times in {}", staff.zone.name())
}

/// The filters that are on, each with the list without it.
fn chips(filter: &Filter, base: &str, issued: bool) -> Vec<Chip> {
    let state = |word: &String| {
        let known = STATES.iter().find(|state| state.word().eq_ignore_ascii_case(word));
        known.map(|state| state.label().to_owned())
    };
    let states: Vec<String> = filter.state.iter().filter_map(state).collect();
    let sources: Vec<&str> = filter.source.iter().map(|word| source_label(word)).collect();
    let mut chips = Vec::new();
    let mut add = |label: &str, value: String, href: String| {
        if !value.is_empty() {
            chips.push(Chip::new(label, value, href));
        }
    };
    let customer = filter.customer.trim().to_owned();
    add("Customer", customer, filter.with(base, |f| f.customer.clear()));
    add("State", states.join(", "), filter.with(base, |f| f.state.clear()));
    if issued {
        add("Source", sources.join(", "), filter.with(base, |f| f.source.clear()));
    }
    add("From", filter.from.trim().to_owned(), filter.with(base, |f| f.from.clear()));
    add("To", filter.to.trim().to_owned(), filter.with(base, |f| f.to.clear()));
    chips
}
