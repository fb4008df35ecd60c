//! Deeds on people: adding, changing roles, barring, passwords.

use chrono::Duration;
use serde::Deserialize;
use serde_json::json;

use crate::auth::store;
use crate::base::act::{Act, Entry};
use crate::base::app::App;
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::StaffId;
use crate::base::permission::{Permission, Role};
use crate::base::problem::{Fault, Problem, Problems};
use crate::base::secret;

/// How long a one-time link is good.
const LINK_HOURS: i64 = 24;

/// A colleague as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct NewMember {
    /// E-mail address: what they sign in with.
    pub email: String,
    /// Their name; the address serves while there is none.
    pub name: String,
    /// The role's word.
    pub role: String,
}

impl NewMember {
    fn check(&self) -> Result<(String, String, Role), Problems> {
        let mut problems = Problems::default();
        let email = problems.check("email", email(&self.email));
        let role = problems.check("role", self.role.parse::<Role>().map_err(Fault::invalid));
        let name = match self.name.trim() {
            "" => self.email.trim(),
            name => name,
        };
        let name = problems.check(
            "name",
            match name.chars().count() {
                0..=100 => Ok(name.to_owned()),
                _ => Err(Fault::new("too_long", "Use at most 100 characters")),
            },
        );
        match (email, role, name) {
            (Some(email), Some(role), Some(name)) => Ok((email, name, role)),
            _ => Err(problems),
        }
    }
}

fn email(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    let plausible = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    });
    if text.is_empty() {
        Err(Fault::blank("Enter an e-mail address"))
    } else if text.chars().count() > 254 || !plausible || text.contains(char::is_whitespace) {
        Err(Fault::invalid("Enter an e-mail address such as name@example.org"))
    } else {
        Ok(text.to_owned())
    }
}

/// What adding somebody came to.
#[derive(Debug, Clone)]
pub struct Added {
    /// Who.
    pub staff: StaffId,
    /// The token of the one-time link, for people who have no account yet. Shown once.
    pub token: Option<String>,
}

/// Adds somebody to the brand. A known address joins with the account it has; a new one gets a link.
pub async fn add_member(act: &mut Act, new: &NewMember) -> Result<Added> {
    act.require(Permission::ManageStaff)?;
    let (email, name, role) = new.check()?;
    let (org, now, email_key) = (act.org(), act.now(), email.to_lowercase());
    let (staff, name, is_new) = match store::find_by_email(act.db(), &email_key).await? {
        Some((staff, name)) => (staff, name, false),
        None => (store::insert_staff(act.db(), &email, &email_key, &name, now).await?, name, true),
    };
    store::add_membership(act.db(), org, staff, role.word(), now)
        .await
        .or_refuse("memberships_pkey", || {
            Fault::taken("Already works for this brand").on("email")
        })?;
    let token = if is_new { Some(link(act, staff).await?) } else { None };
    let after = json!({ "email": email, "role": role.word() });
    act.record(Entry::new("added", "staff", staff, name).after(after));
    Ok(Added { staff, token })
}

async fn link(act: &mut Act, staff: StaffId) -> Result<String> {
    let (token, now) = (secret::token(), act.now());
    let until = now + Duration::hours(LINK_HOURS);
    store::insert_invite(act.db(), &secret::digest(&token), staff, now, until).await?;
    Ok(token)
}

/// A one-time link to choose a new password. Refused for people who also work for other brands: the
/// link would open those too.
pub async fn password_link(act: &mut Act, staff: StaffId) -> Result<String> {
    act.require(Permission::ManageStaff)?;
    let org = act.org();
    let (name, ..) = store::membership(act.db(), org, staff).await?.ok_or(Error::NotFound)?;
    if store::works_elsewhere(act.db(), org, staff).await? {
        return Err(Problem::whole(
            "works_elsewhere",
            "This person also works for another brand; only the operator can give them a new password",
        )
        .into());
    }
    let token = link(act, staff).await?;
    act.record(Entry::new("gave a password link to", "staff", staff, name));
    Ok(token)
}

/// Changes somebody's role here.
pub async fn set_role(act: &mut Act, staff: StaffId, role: Role) -> Result<()> {
    act.require(Permission::ManageStaff)?;
    not_oneself(act, staff)?;
    let org = act.org();
    let (name, was, _) = store::membership(act.db(), org, staff).await?.ok_or(Error::NotFound)?;
    if was == role.word() {
        return Ok(());
    }
    store::set_membership_role(act.db(), org, staff, role.word()).await?;
    act.record(
        Entry::new("changed the role of", "staff", staff, name)
            .changed(&json!({ "role": was }), &json!({ "role": role.word() })),
    );
    Ok(())
}

/// Bars somebody from this brand, at once and everywhere they are signed in.
pub async fn disable(act: &mut Act, staff: StaffId) -> Result<()> {
    act.require(Permission::ManageStaff)?;
    not_oneself(act, staff)?;
    let (org, now) = (act.org(), act.now());
    let (name, _, disabled) =
        store::membership(act.db(), org, staff).await?.ok_or(Error::NotFound)?;
    if disabled.is_none() {
        store::set_disabled(act.db(), org, staff, Some(now)).await?;
        act.record(Entry::new("disabled", "staff", staff, name));
    }
    Ok(())
}

/// Lets somebody in again.
pub async fn enable(act: &mut Act, staff: StaffId) -> Result<()> {
    act.require(Permission::ManageStaff)?;
    let org = act.org();
    let (name, _, disabled) =
        store::membership(act.db(), org, staff).await?.ok_or(Error::NotFound)?;
    if disabled.is_some() {
        store::set_disabled(act.db(), org, staff, None).await?;
        act.record(Entry::new("enabled", "staff", staff, name));
    }
    Ok(())
}

/// Signs somebody out everywhere.
pub async fn end_sessions(act: &mut Act, staff: StaffId) -> Result<u64> {
    act.require(Permission::ManageStaff)?;
    let org = act.org();
    let (name, ..) = store::membership(act.db(), org, staff).await?.ok_or(Error::NotFound)?;
    let ended = store::end_sessions_of(act.db(), staff, None).await?;
    act.record(Entry::new("signed out", "staff", staff, name).with(json!({ "sessions": ended })));
    Ok(ended)
}

/// An admin who bars or demotes themselves would lock the brand.
fn not_oneself(act: &Act, staff: StaffId) -> Result<()> {
    if act.actor().kind == "staff" && act.actor().id == Some(staff.get()) {
        let words = "You cannot change your own role or access; ask another admin";
        return Err(Problem::whole("oneself", words).into());
    }
    Ok(())
}

/// Sets a password for somebody of the brand: the operator's deed, from the command line.
pub async fn set_password(act: &mut Act, staff: StaffId, phc: &str) -> Result<()> {
    if act.actor().kind != "operator" {
        return Err(Error::Forbidden);
    }
    let (org, now) = (act.org(), act.now());
    let (name, ..) = store::membership(act.db(), org, staff).await?.ok_or(Error::NotFound)?;
    store::put_password(act.db(), staff, phc, now).await?;
    store::end_sessions_of(act.db(), staff, None).await?;
    act.record(Entry::new("set the password of", "staff", staff, name));
    Ok(())
}

/// Chooses a password through a one-time link, which is used up; ends all sessions of that person.
pub async fn choose_password(app: &App, token: &str, password: &str) -> Result<()> {
    let (now, hash) = (app.clock.now(), secret::digest(token));
    let (staff, email) =
        store::find_invite(app.db.pool(), &hash, now).await?.ok_or(Error::NotFound)?;
    let name = email.split('@').next().unwrap_or_default();
    secret::acceptable(password, &[&email, name]).map_err(|fault| fault.on("password"))?;
    let phc = app.hasher.hash(password.to_owned()).await?;
    let mut tx = app.db.pool().begin().await?;
    if store::take_invite(&mut *tx, &hash, now).await? != Some(staff) {
        return Err(Error::NotFound);
    }
    store::put_password(&mut *tx, staff, &phc, now).await?;
    store::end_sessions_of(&mut *tx, staff, None).await?;
    Ok(tx.commit().await?)
}
