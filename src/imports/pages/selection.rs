//! `/imports/selections/{kind}`: what is asked before rows picked from a list are dealt with. Nothing is
//! written here; the form leads to the check of an import.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::{Form, Query};

use crate::auth::Staff;
use crate::badges::{Offer, Picker};
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::problem::Problems;
use crate::imports::selection::Selection;
use crate::web::address::address;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::{self, html, refused, see_other};

/// The fields of a form or a query, repeated keys and all.
type Pairs = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "imports/selection.html", blocks = ["pick"])]
struct Page {
    chrome: Chrome,
    action: String,
    title: String,
    /// What is meant, in words: "12 ticked", "All that match: state REVOKED".
    what: String,
    hidden: Pairs,
    picker: Option<Picker>,
    asks: Vec<Ask>,
    back: String,
    problems: Problems,
}

/// A field asked once for all rows.
struct Ask {
    name: String,
    label: &'static str,
    help: &'static str,
    value: String,
    moment: bool,
    needed: bool,
}

/// The form; what was picked stands in its address.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(kind): Path<String>,
    Query(pairs): Query<Pairs>,
) -> web::Result {
    let selection = Selection::read(&kind, &pairs, uuid::Uuid::new_v4())?;
    selection.require(&staff)?;
    let page = page(&app, &staff, &selection, &pairs, Problems::none()).await?;
    if hx.wants("picker") { html(page.as_pick()) } else { html(page) }
}

/// Begins the check of what was picked.
pub async fn begin(
    State(app): State<App>,
    staff: Staff,
    Path(kind): Path<String>,
    Form(pairs): Form<Pairs>,
) -> web::Result {
    let selection = Selection::read(&kind, &pairs, uuid::Uuid::new_v4())?;
    match selection.begin(&app, &staff).await {
        Ok(id) => see_other(&format!("/imports/{id}")),
        Err(Error::Refused(problems)) => {
            refused(page(&app, &staff, &selection, &pairs, problems).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    app: &App,
    staff: &Staff,
    selection: &Selection,
    pairs: &Pairs,
    problems: Problems,
) -> Result<Page> {
    let words = selection.kind.words();
    let action = format!("/imports/selections/{}", selection.kind.name());
    let take = if selection.all { "all" } else { "picked" };
    let mut hidden: Pairs =
        [("list", selection.list.name()), ("take", take), ("once", &selection.once.to_string())]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .to_vec();
    hidden.extend(selection.pairs().cloned());
    Ok(Page {
        chrome: Chrome::new(staff, Nav::Imports)
            .title(words.verb)
            .crumb(selection.list.label(), back(selection)),
        title: format!("{}: {}", words.verb, selection.list.label().to_lowercase()),
        what: what(selection),
        picker: picker(app, staff, selection, pairs, &action).await?,
        asks: asks(selection),
        back: back(selection),
        hidden,
        action,
        problems,
    })
}

/// The badges to choose from, where one is asked for.
async fn picker(
    app: &App,
    staff: &Staff,
    selection: &Selection,
    pairs: &Pairs,
    action: &str,
) -> Result<Option<Picker>> {
    let asked = selection.asks();
    let Some((_, chosen)) = asked.iter().find(|(field, _)| field.name == "badgeMetaId") else {
        return Ok(None);
    };
    let offer = match selection.kind.name() {
        "badge-enrol" => Offer::to_enrol(),
        _ => Offer::to_issue(),
    };
    let find = pairs.iter().find(|(key, _)| key == "find").map_or("", |(_, find)| find.as_str());
    let mut db = app.read(staff.org).await?;
    let when = (app.clock.now(), staff.zone);
    let picker = Picker::load(&mut db, staff.org, offer, (find, chosen), when).await?;
    let name = "constant.badgeMetaId";
    Ok(Some(Picker { name, at: action.to_owned(), ..picker }))
}

fn asks(selection: &Selection) -> Vec<Ask> {
    let asked = selection.asks().into_iter().filter(|(field, _)| field.name != "badgeMetaId");
    asked
        .map(|(field, value)| {
            let moment = field.name.ends_with("Date");
            Ask {
                name: format!("constant.{}", field.name),
                label: if moment { "Event date" } else { "Reason" },
                help: if moment {
                    "When the customers qualified. Left blank, it is the moment each row is dealt with."
                } else {
                    "Stands in each customer’s timeline."
                },
                moment,
                needed: selection.picks.needs.contains(&field.name),
                value,
            }
        })
        .collect()
}

/// What is meant, in words.
fn what(selection: &Selection) -> String {
    if !selection.all {
        return match selection.ticked {
            1 => "The one row ticked.".to_owned(),
            number => format!("The {number} rows ticked."),
        };
    }
    let said = selection.filter().filter(|(key, _)| key != "badge");
    let words: Vec<String> = said.map(|(key, value)| format!("{key} {value}")).collect();
    match words.is_empty() {
        true => "All rows of the list. How many there are, the check will say.".to_owned(),
        false => format!(
            "All rows that match {}. How many there are, the check will say.",
            words.join(", ")
        ),
    }
}

/// The list the rows were picked from.
fn back(selection: &Selection) -> String {
    let badge = selection.filter().find(|(key, _)| key == "badge");
    let badge = badge.and_then(|(_, id)| id.parse::<crate::base::ids::BadgeId>().ok());
    let path = match (selection.list.name(), badge) {
        ("badge-holders", Some(badge)) => format!("/badges/{badge}/holders"),
        ("badge-enrolments", Some(badge)) => format!("/badges/{badge}/enrolments"),
        ("customers", _) => "/customers".to_owned(),
        _ => "/badges".to_owned(),
    };
    let rest = selection.filter().filter(|(key, _)| key != "badge");
    let rest: Vec<(&str, &str)> = rest.map(|(key, value)| (key.as_str(), value.as_str())).collect();
    address(&path, &rest)
}
