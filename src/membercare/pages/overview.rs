//! The other views of a customer: who they are, and what was done about them.

use askama::Template;
use axum::extract::{Path, State};

use crate::activity::{self, History};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::permission::Permission;
use crate::customers::text_of;
use crate::membercare::category::Category;
use crate::membercare::pages::coupons::{Card, card};
use crate::membercare::pages::head::{Head, View, chrome, load, merged};
use crate::membercare::store::{self, Source, Which};
use crate::web::chrome::Chrome;
use crate::web::time::{Stamp, count};
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "membercare/overview.html")]
struct Overview {
    chrome: Chrome,
    head: Head,
    /// The four tabs: words, address, how many.
    counts: Vec<(&'static str, String, String)>,
    fields: Vec<(String, String)>,
    added: Stamp,
    import: Option<i64>,
    /// What can be redeemed today, for those who see coupons.
    coupons: Option<Card>,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> web::Result {
    staff.require(Permission::ReadPersonalData)?;
    let (mut db, customer) = load(&app, &staff, &id).await?;
    if let Some(survivor) = customer.merged_into {
        return merged(&staff, &customer, survivor);
    }
    let now = app.clock.now();
    let all = store::standings(&mut db, staff.org, customer.id, &Which::default()).await?;
    let counts = Category::ALL.map(|category| {
        let held = all.iter().filter(|one| Category::of(one, now) == Some(category)).count();
        let href = format!("/member-care/ui/{}?category={}", customer.id, category.word());
        (category.label(), href, count(i64::try_from(held).unwrap_or(i64::MAX)))
    });
    let coupons = match staff.may(Permission::ReadCoupons) {
        true => Some(card(&mut db, &staff, customer.id, now).await?),
        false => None,
    };
    let fields = &customer.profile.fields;
    html(Overview {
        chrome: chrome(&staff, &customer),
        head: Head::new(&staff, &customer, View::Overview, staff.zone),
        counts: counts.to_vec(),
        fields: fields.iter().map(|(name, value)| (name.clone(), text_of(value))).collect(),
        added: Stamp::new(customer.created_on, staff.zone),
        import: customer.import,
        coupons,
    })
}

#[derive(Template)]
#[template(path = "membercare/history.html")]
struct HistoryPage {
    chrome: Chrome,
    head: Head,
    history: Option<History>,
    sources: Vec<(Source, Stamp)>,
}

pub(super) async fn history(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> web::Result {
    staff.require(Permission::ReadActivity)?;
    let (mut db, customer) = load(&app, &staff, &id).await?;
    let subject = customer.id.to_string();
    let history = activity::history(&mut db, &staff, "customer", &subject).await?;
    let sources = store::sources(&mut db, staff.org, customer.id).await?;
    let stamped = |source: Source| (source.clone(), Stamp::new(source.at, staff.zone));
    html(HistoryPage {
        chrome: chrome(&staff, &customer),
        head: Head::new(&staff, &customer, View::History, staff.zone),
        history,
        sources: sources.into_iter().map(stamped).collect(),
    })
}
