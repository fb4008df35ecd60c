//! What every handler is given: the pools, the clock, the settings. It decides nothing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sqlx::{Postgres, Transaction};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::base::act::{Act, Actor};
use crate::base::clock::Clock;
use crate::base::db::Db;
use crate::base::error::{Error, Result};
use crate::base::ids::OrgId;
use crate::base::secret::Hasher;
use crate::config::Config;

/// The running product.
#[derive(Debug, Clone)]
pub struct App {
    /// The pool that answers people.
    pub db: Db,
    /// The pool that works in the background.
    pub jobs: Db,
    /// The time.
    pub clock: Clock,
    /// Settings, checked at start.
    pub config: Arc<Config>,
    /// Passwords, a few at a time.
    pub hasher: Hasher,
    /// Deeds under way, waited for at shutdown.
    pub deeds: TaskTracker,
}

/// A transaction of one brand that only reads: what a page opens once and asks everything of.
pub type Reading = Transaction<'static, Postgres>;

/// A deed as [`App::act`] takes it. The box is the price of a future that may be sent to a task.
pub type Deed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl App {
    /// A transaction of one brand, to read a page's worth from.
    pub async fn read(&self, org: OrgId) -> Result<Reading> {
        Ok(self.db.begin(org).await?)
    }

    /// Runs the deed in a task that a disconnect cannot drop; commits when it says yes.
    pub async fn act<T: Send + 'static>(
        &self,
        actor: Actor,
        deed: impl for<'a> FnOnce(&'a mut Act) -> Deed<'a, T> + Send + 'static,
    ) -> Result<T> {
        let (db, now) = (self.db.clone(), self.clock.now());
        let work = async move {
            let mut act = Act::begin(&db, actor, now).await?;
            let done = deed(&mut act).await?;
            act.commit().await?;
            Ok(done)
        };
        self.deeds.spawn(work.in_current_span()).await.map_err(Error::internal)?
    }
}
