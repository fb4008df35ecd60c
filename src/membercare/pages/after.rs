//! What follows a deed on a customer's page: the page again, or for htmx its desk with the tabs, their
//! counts, the timeline, and a word on what was done.

use askama::Template;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::BadgeId;
use crate::customers::Customer;
use crate::membercare::filter::Filter;
use crate::membercare::pages::badges::Badges;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::{self, see_other_saying};

/// The customer's page with the badge open, under whichever tab it stands now.
pub async fn after(
    app: &App,
    staff: &Staff,
    hx: &Hx,
    customer: &Customer,
    (filter, badge): (Filter, BadgeId),
    said: Flash,
) -> web::Result {
    let address = filter.to_open(customer.id, badge);
    if !hx.wants("desk") {
        return see_other_saying(&address, said);
    }
    let mut db = app.read(staff.org).await?;
    let filter = filter.opening(badge);
    let page = Badges::load(&mut db, staff, customer, filter, app.clock.now()).await?;
    let mut answer = page.renewed(said)?;
    put(&mut answer, "hx-replace-url", &address)?;
    Ok(answer)
}

/// A form in the dialog that is refused comes back into the dialog, whatever it meant to renew.
pub fn refuse(dialog: impl Template) -> web::Result {
    let mut answer = web::refused(dialog)?;
    put(&mut answer, "hx-retarget", "#dialog")?;
    put(&mut answer, "hx-reswap", "innerHTML")?;
    Ok(answer)
}

fn put(answer: &mut Response, name: &'static str, value: &str) -> Result<(), Error> {
    let value = HeaderValue::from_str(value).map_err(Error::internal)?;
    answer.headers_mut().insert(HeaderName::from_static(name), value);
    Ok(())
}
