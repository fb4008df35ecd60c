//! The form of one customer: new, and change.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Form;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::base::problem::{Problem, Problems};
use crate::customers::customer::{Customer, label, path};
use crate::customers::draft::{Draft, field_key};
use crate::customers::identifier::{Identifier, IdentifierKind};
use crate::customers::{actions, store};
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::{self, html, refused, see_other, see_other_saying};

/// Empty rows offered for custom fields.
const SPARE: usize = 2;

#[derive(Template)]
#[template(path = "customers/form.html")]
struct FormPage {
    chrome: Chrome,
    action: String,
    back: String,
    verb: &'static str,
    draft: Draft,
    rows: Vec<FieldRow>,
    problems: Problems,
    /// Who has what was typed: label and page.
    others: Vec<(String, String)>,
}

/// One row of custom fields.
struct FieldRow {
    key: String,
    name: String,
    value: String,
}

impl FormPage {
    fn new(staff: &Staff, draft: Draft) -> Self {
        let chrome = Chrome::new(staff, Nav::Customers).title("New customer");
        FormPage {
            chrome: chrome.crumb("Customers", "/customers"),
            action: "/customers".to_owned(),
            back: "/customers".to_owned(),
            verb: "Add customer",
            rows: rows(&draft),
            draft,
            problems: Problems::none(),
            others: Vec::new(),
        }
    }

    fn edit(staff: &Staff, customer: &Customer, draft: Draft) -> Self {
        let name = customer.label();
        let chrome = Chrome::new(staff, Nav::Customers).title(format!("Change {name}"));
        FormPage {
            chrome: chrome.crumb("Customers", "/customers").crumb(name, path(customer.id)),
            action: format!("/customers/{}/edit", customer.id),
            back: path(customer.id),
            verb: "Save customer",
            ..FormPage::new(staff, draft)
        }
    }

    /// With what was wrong, and links to those who have what was typed.
    async fn with(
        mut self,
        app: &App,
        staff: &Staff,
        except: Option<CustomerId>,
        problems: Problems,
    ) -> Result<Self> {
        let clashes =
            |kind: &IdentifierKind| problems.on(kind.word()).any(|problem| problem.code == "taken");
        let typed: Vec<Identifier> = IdentifierKind::TYPED
            .into_iter()
            .filter(clashes)
            .filter_map(|kind| Identifier::parse(kind, self.draft.typed(kind)).ok())
            .collect();
        if !typed.is_empty() {
            let mut db = app.read(staff.org).await?;
            for (_, id) in store::taken(&mut db, staff.org, &typed, except).await? {
                let found = store::find(&mut db, staff.org, id).await?;
                let name = found.map(|other| other.label()).unwrap_or_else(|| label("", id));
                self.others.push((name, path(id)));
            }
            self.others.dedup();
        }
        self.problems = problems;
        Ok(self)
    }
}

fn rows(draft: &Draft) -> Vec<FieldRow> {
    let row = |(at, (name, value))| FieldRow { key: field_key(at).into_owned(), name, value };
    draft.rows(SPARE).into_iter().enumerate().map(row).collect()
}

pub(super) async fn new(staff: Staff) -> web::Result {
    staff.require(Permission::EditCustomers)?;
    html(FormPage::new(&staff, Draft::default()))
}

pub(super) async fn create(
    State(app): State<App>,
    staff: Staff,
    Form(draft): Form<Draft>,
) -> web::Result {
    let (typed, zone) = (draft.clone(), staff.zone);
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::create(act, &typed, zone).await })
        })
        .await;
    match deed {
        Ok(id) => see_other_saying(&path(id), Flash::done("The customer was added.")),
        Err(Error::Refused(problems)) => {
            refused(FormPage::new(&staff, draft).with(&app, &staff, None, problems).await?)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn edit(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> web::Result {
    let customer = load(&app, &staff, &id).await?;
    if let Some(survivor) = customer.merged_into {
        return see_other(&format!("/customers/{survivor}/edit"));
    }
    let draft = Draft::of(&customer, staff.zone);
    html(FormPage::edit(&staff, &customer, draft))
}

pub(super) async fn update(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(draft): Form<Draft>,
) -> web::Result {
    let customer = load(&app, &staff, &id).await?;
    let (id, zone, typed) = (customer.id, staff.zone, draft.clone());
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::update(act, id, &typed, zone).await })
        })
        .await;
    match deed {
        Ok(()) => see_other_saying(&path(id), Flash::done("The customer was saved.")),
        Err(Error::Stale) => {
            let draft = Draft { version: customer.version.to_string(), ..draft };
            let words = "Somebody else changed this customer while you were at it. Open their page \
                         to compare; saving again keeps what stands here.";
            let page = FormPage::edit(&staff, &customer, draft);
            let problem = Problem::whole("stale", words);
            refused(page.with(&app, &staff, Some(id), problem.into()).await?)
        }
        Err(Error::Refused(problems)) => {
            let page = FormPage::edit(&staff, &customer, draft);
            refused(page.with(&app, &staff, Some(id), problems).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The customer, if this person may change customers and they are this brand's.
async fn load(app: &App, staff: &Staff, id: &str) -> Result<Customer> {
    staff.require(Permission::EditCustomers)?;
    let id: CustomerId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    let found = store::find(&mut db, staff.org, id).await?;
    found.filter(|customer| !customer.deleted).ok_or(Error::NotFound)
}
