//! A series' batches, and the form that begins another.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::base::list::{PAGE, cursor, cursor_text};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::coupons::batches::{self, Batch, Draft, MOST_CODES, store};
use crate::coupons::codes::{Alphabet, Pattern};
use crate::coupons::pool::{self, Pool};
use crate::coupons::series::{Handling, Series};
use crate::coupons::store as room;
use crate::web::chrome::{Chrome, Nav};
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
    offer: String,
    pool: Option<Pool>,
    form: Option<StartForm>,
    /// Why there is no form.
    no_form: Option<&'static str>,
    may_import: bool,
    import: String,
    problems: Problems,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

impl Index {
    /// What the banner says of the pool.
    fn alert(&self) -> Option<(&'static str, &'static str, String)> {
        let pool = self.pool.as_ref()?;
        let alert = pool.alert?;
        Some((alert.note(), alert.label(), pool::words(pool)?))
    }
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
    let series = find(&app, &staff, &id).await?;
    let page = build(&app, &staff, &series, &place, None).await?;
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

async fn find(app: &App, staff: &Staff, id: &str) -> Result<Series> {
    staff.require(Permission::ReadCoupons)?;
    let id: SeriesId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    room::series::find(&mut *db, staff.org, id).await?.ok_or(Error::NotFound)
}

async fn build(
    app: &App,
    staff: &Staff,
    series: &Series,
    place: &Place,
    typed: Option<(Draft, Problems)>,
) -> Result<Index> {
    let mut db = app.read(staff.org).await?;
    let before = cursor::<store::Before>(&place.before);
    let found = store::page(&mut *db, staff.org, series.id, before, PAGE).await?;
    let totals = room::totals::totals(&mut *db, staff.org, &[series.id]).await?;
    let totals = totals.get(&series.id).copied().unwrap_or_default();
    let no_form = match series {
        Series { external: true, .. } => Some("The codes of this offer are made elsewhere."),
        Series { handling: Handling::Generic, .. } => {
            Some("This offer has one common code for everybody: there is nothing to make ahead.")
        }
        _ => None,
    };
    let may = staff.may(Permission::EditCoupons) && no_form.is_none();
    let (draft, problems) = typed.unwrap_or((Draft::of(series), Problems::none()));
    let path = format!("/coupons/{}/batches", series.id);
    Ok(Index {
        chrome: Chrome::new(staff, Nav::Coupons).title("Batches of codes"),
        offer: series.description.clone(),
        pool: pool::of(series, &totals, app.clock.now(), staff.zone),
        form: may.then(|| StartForm::new(draft)),
        no_form,
        may_import: staff.may(Permission::EditCoupons) && staff.may(Permission::ReadImports),
        import: format!("/imports?kind=coupons&about={}", series.id),
        problems,
        lines: found.items.iter().map(|batch| Line::new(batch, staff)).collect(),
        first: before.map(|_| path.clone()),
        next: found.next.map(|last| format!("{path}?before={}", cursor_text(&last))),
        path,
    })
}

/// Begins a batch.
pub async fn start(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(draft): Form<Draft>,
) -> web::Result {
    let series = find(&app, &staff, &id).await?;
    let (of, typed) = (series.id, draft.clone());
    let begun = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { batches::start(act, of, &typed).await })
        })
        .await;
    match begun {
        Ok(batch) => see_other(&format!("/coupons/batches/{batch}")),
        Err(Error::Refused(problems)) => {
            let typed = Some((draft, problems));
            refused(build(&app, &staff, &series, &Place::default(), typed).await?)
        }
        Err(error) => Err(error.into()),
    }
}
