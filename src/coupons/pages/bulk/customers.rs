//! Whose coupons of an offer are meant: identifiers, pasted or as a file.

use askama::Template;
use axum::extract::{Multipart, State};
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::coupons::bulk::{self, Action, Naming, Scope, require};
use crate::coupons::series::Series;
use crate::coupons::store;
use crate::web::chrome::{Chrome, Nav};
use crate::web::parts::{Choice, Tab};
use crate::web::{self, html, refused, see_other};

#[derive(Template)]
#[template(path = "coupons/bulk_customers.html")]
struct Page {
    chrome: Chrome,
    offer: String,
    ways: Vec<Tab>,
    series: String,
    kinds: Vec<Choice>,
    typed: Typed,
    problems: Problems,
}

/// What was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    series: String,
    kind: String,
    pasted: String,
    #[serde(skip)]
    file: Option<(String, Vec<u8>)>,
}

/// The form.
pub async fn show(State(app): State<App>, staff: Staff, Query(typed): Query<Typed>) -> web::Result {
    let series = find(&app, &staff, &typed).await?;
    html(page(&staff, &series, typed, Problems::none()))
}

/// Reads the list and leads to what would become of its customers' coupons.
pub async fn upload(State(app): State<App>, staff: Staff, form: Multipart) -> web::Result {
    let mut typed = Typed::default();
    let taken = take(form, &mut typed).await;
    let series = find(&app, &staff, &typed).await?;
    let kept = match taken.and_then(|()| read(&typed)) {
        Ok((name, listed)) => {
            let id = series.id;
            app.act(staff.actor(), move |act| {
                Box::pin(async move { bulk::keep_list(act, id, &name, listed).await })
            })
            .await
        }
        Err(problems) => Err(Error::Refused(problems)),
    };
    match kept {
        Ok(list) => {
            let id = series.id;
            see_other(&format!("/coupons/bulk/new?action=revoke&series={id}&list={list}"))
        }
        Err(Error::Refused(problems)) => refused(page(&staff, &series, typed, problems)),
        Err(error) => Err(error.into()),
    }
}

async fn find(app: &App, staff: &Staff, typed: &Typed) -> Result<Series> {
    staff.require(Permission::ReadCoupons)?;
    let id: SeriesId = typed.series.trim().parse().map_err(|_| Error::NotFound)?;
    let scope = Scope::series(id, "", "");
    require(|permission| staff.may(permission), Action::Revoke, &scope)?;
    let mut db = app.read(staff.org).await?;
    store::series::find(&mut *db, staff.org, id).await?.ok_or(Error::NotFound)
}

async fn take(mut form: Multipart, typed: &mut Typed) -> Result<(), Problems> {
    let broken = |_| {
        let why = "The list did not arrive whole, or is larger than 4 MB; send a smaller one";
        Problems::from(Fault::new("broken_upload", why).on("file"))
    };
    while let Some(part) = form.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "series" => typed.series = part.text().await.map_err(broken)?,
            "kind" => typed.kind = part.text().await.map_err(broken)?,
            "pasted" => typed.pasted = part.text().await.map_err(broken)?,
            "file" => {
                let file = part.file_name().unwrap_or_default().to_owned();
                let bytes = part.bytes().await.map_err(broken)?;
                typed.file = (!bytes.is_empty()).then(|| (file, bytes.to_vec()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The list, and what it is called: the file where there is one.
fn read(typed: &Typed) -> Result<(String, bulk::Listed), Problems> {
    let naming = Naming::of(&typed.kind)
        .ok_or_else(|| Fault::blank("Choose what the list holds").on("kind"))?;
    match &typed.file {
        Some((name, bytes)) => {
            let name = name.chars().filter(|c| !c.is_control()).take(120).collect();
            Ok((name, bulk::read_list(bytes, naming)?))
        }
        None if typed.pasted.trim().is_empty() => {
            let why = "Paste identifiers, one a line, or choose a file";
            Err(Fault::blank(why).on("pasted").into())
        }
        None => {
            let listed = bulk::read_list(typed.pasted.as_bytes(), naming);
            let listed = listed.map_err(|mut problem| {
                problem.field = Some("pasted".into());
                problem
            })?;
            Ok(("Pasted list".to_owned(), listed))
        }
    }
}

fn page(staff: &Staff, series: &Series, typed: Typed, problems: Problems) -> Page {
    let id = series.id;
    let base = format!("/coupons/bulk/new?action=revoke&series={id}&wanted=");
    let here = format!("/coupons/bulk/customers?series={id}");
    Page {
        chrome: Chrome::new(staff, Nav::Coupons)
            .title(Action::Revoke.title())
            .crumb("Bulk actions", "/coupons/bulk"),
        offer: series.description.clone(),
        ways: vec![
            Tab::new("All unredeemed", format!("{base}UNREDEEMED"), false),
            Tab::new("Only not issued", format!("{base}UNISSUED"), false),
            Tab::new("Specific customers", here, true),
        ],
        series: id.to_string(),
        kinds: Naming::ALL.map(|naming| Choice::new(naming.word(), naming.label())).to_vec(),
        typed,
        problems,
    }
}
