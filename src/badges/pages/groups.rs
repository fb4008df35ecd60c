//! Settings › Groups: a list whose rows are edited in place.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Form;

use crate::auth::Staff;
use crate::badges::group_actions as actions;
use crate::badges::groups::{Group, GroupDraft};
use crate::badges::store;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::GroupId;
use crate::base::permission::Permission;
use crate::base::problem::{Problem, Problems};
use crate::web::chrome::{Chrome, Nav};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::time::{Stamp, count};
use crate::web::{self, html, refused, see_other_saying};

const PATH: &str = "/settings/groups";

#[derive(Template)]
#[template(path = "settings/groups.html", blocks = ["groups"])]
struct Page {
    chrome: Chrome,
    rows: Vec<Row>,
    fresh: GroupDraft,
    fresh_problems: Problems,
    editing: Option<Editing>,
    said: Option<Flash>,
    may_edit: bool,
}

struct Row {
    id: String,
    name: String,
    rank: i32,
    badges: String,
    active: bool,
    updated: Stamp,
    by: String,
}

struct Editing {
    id: String,
    draft: GroupDraft,
    problems: Problems,
}

impl Page {
    /// The row in its editor, if it is this one.
    fn editor(&self, id: &str) -> Option<&Editing> {
        self.editing.as_ref().filter(|editing| editing.id == id)
    }

    fn answer(self, hx: &Hx) -> web::Result {
        if hx.wants("groups") { html(self.as_groups()) } else { html(self) }
    }

    fn refuse(self, hx: &Hx) -> web::Result {
        if hx.wants("groups") { refused(self.as_groups()) } else { refused(self) }
    }
}

async fn page(app: &App, staff: &Staff) -> Result<Page> {
    staff.require(Permission::ReadBadges)?;
    let mut db = app.read(staff.org).await?;
    let groups = store::groups::all(&mut *db, staff.org).await?;
    let sizes = store::groups::sizes(&mut *db, staff.org).await?;
    let row = |group: Group| Row {
        badges: count(
            sizes.iter().find(|(id, _)| *id == group.id).map_or(0, |(_, badges)| *badges),
        ),
        id: group.id.to_string(),
        name: group.name,
        rank: group.rank,
        active: group.active,
        updated: Stamp::new(group.stamp.updated_on, staff.zone),
        by: group.stamp.updated_by_name,
    };
    Ok(Page {
        chrome: Chrome::new(staff, Nav::Groups),
        rows: groups.into_iter().map(row).collect(),
        fresh: GroupDraft::default(),
        fresh_problems: Problems::none(),
        editing: None,
        said: None,
        may_edit: staff.may(Permission::EditBadges),
    })
}

fn group_id(text: &str) -> Result<GroupId> {
    text.parse().map_err(|_| Error::NotFound)
}

async fn found(app: &App, staff: &Staff, id: GroupId) -> Result<Group> {
    let mut db = app.read(staff.org).await?;
    let all = store::groups::all(&mut *db, staff.org).await?;
    all.into_iter().find(|group| group.id == id).ok_or(Error::NotFound)
}

/// All groups.
pub async fn index(State(app): State<App>, staff: Staff, hx: Hx) -> web::Result {
    page(&app, &staff).await?.answer(&hx)
}

/// All groups, one of them in its editor.
pub async fn edit(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    staff.require(Permission::EditBadges)?;
    let group = found(&app, &staff, group_id(&id)?).await?;
    let mut page = page(&app, &staff).await?;
    let draft = GroupDraft::of(&group);
    page.editing = Some(Editing { id: group.id.to_string(), draft, problems: Problems::none() });
    page.answer(&hx)
}

/// The list again after a deed: a page of its own without a script, the region with a toast else.
async fn done(app: &App, staff: &Staff, hx: &Hx, flash: Flash) -> web::Result {
    if !hx.wants("groups") {
        return see_other_saying(PATH, flash);
    }
    let mut page = page(app, staff).await?;
    page.said = Some(flash);
    page.answer(hx)
}

/// Makes a group.
pub async fn create(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Form(draft): Form<GroupDraft>,
) -> web::Result {
    let typed = draft.clone();
    let deed = app
        .act(staff.actor(), |act| Box::pin(async move { actions::create_group(act, &typed).await }))
        .await;
    match deed {
        Ok(group) => {
            done(&app, &staff, &hx, Flash::done(format!("Created “{}”", group.name))).await
        }
        Err(Error::Refused(problems)) => {
            let mut page = page(&app, &staff).await?;
            page.fresh = draft;
            page.fresh_problems = problems;
            page.refuse(&hx)
        }
        Err(error) => Err(error.into()),
    }
}

/// Changes a group.
pub async fn update(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Form(mut draft): Form<GroupDraft>,
) -> web::Result {
    let (id, typed) = (group_id(&id)?, draft.clone());
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::update_group(act, id, &typed).await })
        })
        .await;
    let problems = match deed {
        Ok(group) => {
            return done(&app, &staff, &hx, Flash::done(format!("Saved “{}”", group.name))).await;
        }
        Err(Error::Refused(problems)) => problems,
        Err(Error::Stale) => {
            let now = found(&app, &staff, id).await?;
            draft.version = now.version.to_string();
            let who = &now.stamp.updated_by_name;
            let text = format!(
                "{who} changed this group meanwhile: it is now “{}”, rank {}. Save again to replace that.",
                now.name, now.rank
            );
            Problem::whole("stale", text).into()
        }
        Err(error) => return Err(error.into()),
    };
    let mut page = page(&app, &staff).await?;
    page.editing = Some(Editing { id: id.to_string(), draft, problems });
    page.refuse(&hx)
}

/// Asks before a group counts for nothing.
pub async fn ask_disable(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    staff.require(Permission::EditBadges)?;
    let group = found(&app, &staff, group_id(&id)?).await?;
    Confirm {
        chrome: Chrome::new(&staff, Nav::Groups)
            .crumb("Groups & ranks", PATH)
            .title("Disable group"),
        title: format!("Disable the group “{}”?", group.name),
        verb: "Disable group".to_owned(),
        risk: true,
        action: format!("{PATH}/{}/disabling", group.id),
        happens: vec![
            "Its badges count as ungrouped: where badges are ordered by group, they come last."
                .to_owned(),
            "No badge can be put into it any more.".to_owned(),
            "Its name is free for another group.".to_owned(),
        ],
        stays: vec!["Badges keep it, so enabling it again puts everything back.".to_owned()],
        reason: None,
        hidden: Vec::new(),
        back: PATH.to_owned(),
        problems: Problems::none(),
    }
    .show(&hx)
}

/// Disables a group.
pub async fn disable(app: State<App>, staff: Staff, hx: Hx, id: Path<String>) -> web::Result {
    switch(app, staff, hx, id, false).await
}

/// Enables a group again, if its name is still free.
pub async fn enable(app: State<App>, staff: Staff, hx: Hx, id: Path<String>) -> web::Result {
    switch(app, staff, hx, id, true).await
}

async fn switch(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    active: bool,
) -> web::Result {
    let id = group_id(&id)?;
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::set_group_active(act, id, active).await })
        })
        .await;
    match deed {
        Ok(group) => {
            let verb = if active { "Enabled" } else { "Disabled" };
            done(&app, &staff, &hx, Flash::done(format!("{verb} “{}”", group.name))).await
        }
        Err(Error::Refused(_)) => {
            let text = "Another group has its name now. Rename one of the two first.";
            done(&app, &staff, &hx, Flash::trouble(text)).await
        }
        Err(error) => Err(error.into()),
    }
}
