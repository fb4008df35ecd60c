//! A series' batches, and the form that begins another.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::list::{PAGE, cursor, cursor_text};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::coupons::batches::{self, Batch, Draft, MOST_CODES, store};
use crate::coupons::codes::{Alphabet, Pattern};
use crate::coupons::pages::head::{self, Head, Loaded, View};
use crate::coupons::series::{Handling, Series};
use crate::web::chrome::Chrome;
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::time::{Stamp, count};
use crate::web::{self, html, refused, see_other};

/// A row of the list.
struct Line {
    path: String,
    label: String,
    kind: &'static str,
    look: &'static str,
    state: &'static str,
    made: String,
    wanted: String,
    who: String,
    at: Stamp,
}

impl Line {
    fn new(batch: &Batch, staff: &Staff) -> Self {
        Line {
            path: batch.path(),
            label: batch.label(),
            kind: batch.kind.label(),
            look: batch.state.look(),
            state: batch.state.label(),
            made: count(batch.made),
            wanted: count(batch.wanted),
            who: batch.created_by_name.clone(),
            at: Stamp::new(batch.created_on, staff.zone),
        }
    }
}

/// The form that begins a batch.
struct StartForm {
    draft: Draft,
    alphabets: Vec<Choice>,
    /// What the codes would look like and how many there could be.
    hint: String,
    most: String,
}

impl StartForm {
    fn new(draft: Draft) -> Self {
        let alphabets = Alphabet::ALL.into_iter();
        let alphabet = Alphabet::from_word(&draft.alphabet).unwrap_or(Alphabet::Alphanumeric);
        let length = draft.length.trim().parse().unwrap_or(0);
        let pattern = Pattern::new(&draft.prefix, &draft.suffix, alphabet, length).ok();
        let hint = pattern.map_or_else(String::new, |pattern| {
            let advised = pattern.advised(1_000_000);
            let advised = advised.map_or_else(String::new, |length| {
                format!(" A million codes are hard to guess from {length} characters on.")
            });
            format!("{} makes {} codes.{advised}", pattern.picture(), pattern.space())
        });
        StartForm {
            draft,
            alphabets: alphabets.map(|one| Choice::new(one.word(), one.label())).collect(),
            hint,
            most: format!("At most {} in one batch.", count(MOST_CODES)),
        }
    }
}

#[derive(Template)]
#[template(path = "coupons/batches.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    path: String,
    head: Head,
    form: Option<StartForm>,
    /// Why there is no form.
    no_form: Option<&'static str>,
    problems: Problems,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

/// Where the list begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    before: String,
}

/// The batches of a series.
pub async fn index(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(place): Query<Place>,
) -> web::Result {
    let loaded = head::load(&app, &staff, &id, View::Batches).await?;
    let page = build(&staff, loaded, &place, None).await?;
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

async fn build(
    staff: &Staff,
    Loaded { mut db, series, head, .. }: Loaded,
    place: &Place,
    typed: Option<(Draft, Problems)>,
) -> Result<Index> {
    let before = cursor::<store::Before>(&place.before);
    let found = store::page(&mut *db, staff.org, series.id, before, PAGE).await?;
    let no_form = match &series {
        Series { external: true, .. } => Some("The codes of this offer are made elsewhere."),
        Series { handling: Handling::Generic, .. } => {
            Some("This offer has one common code for everybody: there is nothing to make ahead.")
        }
        _ => None,
    };
    let may = staff.may(Permission::EditCoupons) && no_form.is_none();
    let (draft, problems) = typed.unwrap_or_else(|| (Draft::of(&series), Problems::none()));
    let path = format!("{}/batches", head.path);
    Ok(Index {
        chrome: head::chrome(staff, &series.description),
        form: may.then(|| StartForm::new(draft)),
        no_form,
        problems,
        lines: found.items.iter().map(|batch| Line::new(batch, staff)).collect(),
        first: before.map(|_| path.clone()),
        next: found.next.map(|last| format!("{path}?before={}", cursor_text(&last))),
        path,
        head,
    })
}

/// Begins a batch.
pub async fn start(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(draft): Form<Draft>,
) -> web::Result {
    let loaded = head::load(&app, &staff, &id, View::Batches).await?;
    let (of, typed) = (loaded.series.id, draft.clone());
    let begun = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { batches::start(act, of, &typed).await })
        })
        .await;
    match begun {
        Ok(batch) => see_other(&format!("/coupons/batches/{batch}")),
        Err(Error::Refused(problems)) => {
            let typed = Some((draft, problems));
            refused(build(&staff, loaded, &Place::default(), typed).await?)
        }
        Err(error) => Err(error.into()),
    }
}
