//! A brand to look at: Northwind Outfitters with badges in every state, customers whose names a console
//! must bear, a year of history, and offers with codes of every kind. It enters where people's own data does: badges through the deeds,
//! customers and history through imports, so that the pages of both have something to show.
//!
//! Invariants
//! 1. Only an empty store is filled, or one where the filling broke off: the accounts come last, but for
//!    what these people did, and each step before them leaves alone what is there.
//! 2. The same data every time but for the dates, which lie around today.

mod accounts;
mod catalog;
mod goodwill;
mod history;
mod offers;
mod people;
mod picture;
mod store;

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::auth;
use crate::badges::fields::FieldDraft;
use crate::badges::groups::GroupDraft;
use crate::badges::{self, Draft, ImageDraft, ImageTag, Picture};
use crate::base::act::{Act, Actor, Entry};
use crate::base::app::App;
use crate::base::calendar;
use crate::base::error::{Error, Result};
use crate::base::ids::{OrgId, SeriesId};
use crate::base::problem::Problem;
use crate::imports::{self, Manner};
use crate::orgs::{self, NewOrg};

pub use accounts::Account;
use catalog::{BADGES, FIELDS, GROUPS, Recipe};

const NAME: &str = "Northwind Outfitters";
const ZONE: Tz = Tz::Europe__Berlin;

/// Fills an empty store and returns who may sign in; none when the store has data already.
pub async fn fill(app: &App) -> Result<Option<Vec<Account>>> {
    let brands = orgs::all(app.db.pool()).await?;
    let org = match brands.as_slice() {
        [] => found(app).await?,
        [only] if only.name == NAME && auth::members(app.db.pool(), only.id).await?.is_empty() => {
            only.id
        }
        _ => return Ok(None),
    };
    let (now, today) = (app.clock.now(), calendar::day_of(app.clock.now(), ZONE));
    app.act(Actor::operator(org), |act| Box::pin(fill_catalog(act))).await?;
    let earned = history::earned(now, ZONE);
    bring_in(app, org, "customers", "customers.csv", people::file(today)?, None).await?;
    let earned = history::file(&earned)?;
    bring_in(app, org, "earned-badges", "badges-earned.csv", earned, None).await?;
    app.act(Actor::operator(org), |act| Box::pin(fill_rest(act))).await?;
    app.act(Actor::operator(org), |act| Box::pin(offers::fill(act))).await?;
    if let Some(series) = unstocked(app, org).await? {
        let about = Some(series.get());
        bring_in(app, org, "coupons", "hut-vouchers.csv", offers::stock(), about).await?;
        let operator = Actor::operator(org);
        app.act(operator, move |act| Box::pin(offers::use_up(act, series))).await?;
    }
    let accounts = accounts::add(app, org).await?;
    goodwill::add(app, org).await?;
    Ok(Some(accounts))
}

async fn found(app: &App) -> Result<OrgId> {
    let new = NewOrg { name: NAME.to_owned(), time_zone: ZONE.name().to_owned() };
    let nowhere = Actor::operator(OrgId::new(0));
    app.act(nowhere, move |act| Box::pin(async move { orgs::create(act, &new).await })).await
}

/// Groups, custom fields and badges, all or none.
async fn fill_catalog(act: &mut Act) -> Result<()> {
    let org = act.org();
    if !badges::groups_of(act.db(), org).await?.is_empty() {
        return Ok(());
    }
    let mut groups = BTreeMap::new();
    for (name, rank) in GROUPS {
        let draft =
            GroupDraft { name: name.to_owned(), rank: rank.to_owned(), ..Default::default() };
        groups.insert(name, badges::create_group(act, &draft).await?.id.to_string());
    }
    for (name, data_type, default) in FIELDS {
        let draft = FieldDraft {
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            mandatory: default.is_some().to_string(),
            default_value: default.unwrap_or_default().to_owned(),
            ..Default::default()
        };
        badges::create_field(act, &draft).await?;
    }
    for recipe in &BADGES {
        let group = groups.get(recipe.group).map_or("", String::as_str);
        let today = calendar::day_of(act.now(), ZONE);
        let mut draft = Draft::from_pairs(&recipe.pairs(today, group));
        draft.images = pictures(act, recipe).await?;
        badges::create(act, &draft, ZONE, true).await?;
    }
    Ok(())
}

/// The picture of those who have the badge, and a grey one for the others.
async fn pictures(act: &mut Act, recipe: &Recipe) -> Result<BTreeMap<ImageTag, ImageDraft>> {
    let (colour, sign) = recipe.picture;
    let mut images = BTreeMap::new();
    if colour.is_empty() {
        return Ok(images);
    }
    for (tag, colour) in [(ImageTag::Issued, colour), (ImageTag::Unissued, "#8b949e")] {
        let drawn = picture::svg(colour, sign);
        let picture = Picture::read(drawn.as_bytes()).map_err(|fault| fault.on("image"))?;
        let name = format!("{}.svg", recipe.name);
        let file = badges::keep_picture(act, &name, &picture).await?;
        images.insert(tag, ImageDraft { file: file.to_string(), name, ..Default::default() });
    }
    Ok(images)
}

/// The offer that waits for its printed codes.
async fn unstocked(app: &App, org: OrgId) -> Result<Option<SeriesId>> {
    let mut db = app.read(org).await?;
    Ok(store::unstocked(&mut db, org, offers::STOCKED).await?)
}

/// Sends a file down the road of every import.
async fn bring_in(
    app: &App,
    org: OrgId,
    kind: &str,
    name: &str,
    file: Vec<u8>,
    about: Option<i64>,
) -> Result<()> {
    let folder = app.config.data_dir.join("demo");
    let path = folder.join(name);
    tokio::fs::create_dir_all(&folder).await.map_err(Error::internal)?;
    tokio::fs::write(&path, file).await.map_err(Error::internal)?;
    let actor = Actor::operator(org);
    let manner = Manner { migration: true, about, ..Manner::default() };
    let summary = imports::run_file(app, &actor, kind, &path, manner, &imports::silent).await?;
    if summary.errors > 0 {
        let words = format!("{} rows of {name} were refused", summary.errors);
        return Err(Problem::whole("demo_rows", words).into());
    }
    Ok(())
}

/// What no import brings yet: enrolments, and earned badges that were revoked.
async fn fill_rest(act: &mut Act) -> Result<()> {
    let (org, now) = (act.org(), act.now());
    if store::has_enrolments(act.db(), org).await? {
        return Ok(());
    }
    for recipe in BADGES.iter().filter(|recipe| recipe.enrols()) {
        let Some(id) = badges::named(act.db(), org, recipe.name).await? else { continue };
        let Some(badge) = badges::find(act.db(), org, id).await? else { continue };
        let Some(rule) = badge.issued_expiry else { continue };
        let events = history::enrolled(now, ZONE);
        let events: Vec<_> = events.into_iter().filter(|it| it.badge == recipe.name).collect();
        let ends = events.iter().map(|it| rule.instance_expiry(it.at, it.at, badge.expires_on));
        let ends: Vec<_> = ends.collect();
        let enrolled = store::enrol(act.db(), org, id, &events, &ends, now).await?;
        let entry = Entry::new("enrolled customers in", "badge", id, recipe.name);
        act.record(entry.with(serde_json::json!({ "customers": enrolled })));
    }
    let revoked = store::revoke_a_few(act.db(), org, now).await?;
    let entry = Entry::new("revoked badges of", "org", org, NAME);
    act.record(entry.with(serde_json::json!({ "badges": revoked })));
    Ok(())
}
