//! `/settings/clients`, `/settings/tills`, `/settings/access-groups`: for brand admins.

mod clients;
mod groups;
mod tills;

use axum::Router;

use super::store;
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::parts::{Choice, Tab};
use crate::web::{self, see_other_saying};

/// The settings pages of this part of the room.
pub fn routes() -> Router<App> {
    Router::new().merge(clients::routes()).merge(tills::routes()).merge(groups::routes())
}

const CLIENTS: &str = "/settings/clients";
const TILLS: &str = "/settings/tills";
const GROUPS: &str = "/settings/access-groups";

fn chrome(staff: &Staff, title: &str) -> Chrome {
    Chrome::new(staff, Nav::Access).title(title)
}

/// The pages about programs that call in, for those who may manage their access.
pub fn tabs(at: &str) -> Vec<Tab> {
    let pages = [
        ("API clients", CLIENTS),
        ("Tills", TILLS),
        ("Access groups", GROUPS),
        ("API reference", "/api/reference"),
    ];
    pages.into_iter().map(|(label, href)| Tab::new(label, href, href == at)).collect()
}

/// The groups a form offers; full access is the blank one.
async fn group_choices(app: &App, staff: &Staff) -> Result<Vec<Choice>> {
    let groups = store::groups::all(app.db.pool(), staff.org).await?;
    Ok(groups.into_iter().map(|group| Choice::new(group.id.to_string(), group.name)).collect())
}

/// What came of a deed on somebody, said on the list.
fn said(done: Result<String>, back: &str) -> web::Result {
    match done {
        Ok(words) => see_other_saying(back, Flash::done(words)),
        Err(Error::Refused(problems)) => {
            let words: Vec<String> =
                problems.into_iter().map(|problem| problem.message.into_owned()).collect();
            see_other_saying(back, Flash::trouble(words.join(" ")))
        }
        Err(error) => Err(error.into()),
    }
}
