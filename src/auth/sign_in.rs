//! Signing in and out.
//!
//! Attempt limits live in Postgres, so that neither a restart nor a second server resets them. An
//! account is slowed down, never locked: after five failures each further try costs 1, 2, 4 … 60 s. An
//! address may fail thirty times in ten minutes. Both are asked before hashing, so that the dummy hash for
//! unknown people is no lever.

use serde::Deserialize;
use tower_sessions::Session;

use crate::auth::{Visitor, store};
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::StaffId;
use crate::base::problem::{Fault, Problem};

/// The session's key for the person's number.
pub const SESSION_STAFF: &str = "staff";

/// What the sign-in form sends.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Credentials {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Where to go afterwards.
    pub next: String,
}

/// Checks the credentials and makes the session this person's. One answer for a wrong password, an
/// unknown address, a disabled person, and a person without a brand.
pub async fn sign_in(
    app: &App,
    session: &Session,
    visitor: &Visitor,
    credentials: &Credentials,
) -> Result<StaffId> {
    let email_key = credentials.email.trim().to_lowercase();
    let subjects = [format!("account:{email_key}"), format!("address:{}", visitor.address)];
    let now = app.clock.now();
    if let Some(until) = store::blocked_until(app.db.pool(), &subjects, now).await? {
        let seconds = (until - now).num_seconds().max(1);
        let words = format!("Too many attempts. Try again in {seconds} s.");
        return Err(Problem::whole("slow_down", words).into());
    }
    let known = store::password_of(app.db.pool(), &email_key).await?;
    let (id, phc) = known.map_or((None, None), |(id, phc)| (Some(id), phc));
    let right = app.hasher.verify(credentials.password.clone(), phc).await?;
    let (Some(id), true) = (id, right) else {
        store::note_failure(app.db.pool(), &subjects[0], now, 5, 1).await?;
        store::note_failure(app.db.pool(), &subjects[1], now, 30, 60).await?;
        return Err(Fault::new("wrong", "E-mail or password is wrong.").on("password").into());
    };
    store::forget_failures(app.db.pool(), &subjects[0]).await?;
    let org = store::brands(app.db.pool(), id).await?.first().map(|brand| brand.id);
    // A new id for the new rights; whatever the browser came with is worth nothing. (`flush` alone
    // would store the new record under the id the browser came with.)
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    let put = async {
        session.insert(SESSION_STAFF, id.get()).await?;
        session.insert("org", org).await?;
        session.insert("address", visitor.address.to_string()).await?;
        session.insert("agent", &visitor.agent).await
    };
    put.await.map_err(Error::internal)?;
    Ok(id)
}

/// Ends the session.
pub async fn sign_out(session: &Session) -> Result<()> {
    session.flush().await.map_err(Error::internal)
}
