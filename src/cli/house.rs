//! Opens the house: the database, ours or the one that was named, its schema, the pools.

use std::str::FromStr;
use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::task::TaskTracker;

use crate::base::app::App;
use crate::base::clock::Clock;
use crate::base::db::embedded::{Embedded, Use};
use crate::base::db::{Db, Patience, migrate};
use crate::base::ids::OrgId;
use crate::base::secret::Hasher;
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::orgs;

/// How many jobs run at once.
pub const JOBS_AT_ONCE: usize = 2;

/// Connections that answer people.
const FOR_PEOPLE: u32 = 20;
/// Connections for jobs: each has one to listen, and may hold two while it works.
const FOR_JOBS: u32 = 8;

/// The running product and the database under it.
pub struct House {
    /// What every handler is given.
    pub app: App,
    embedded: Option<Embedded>,
}

impl House {
    /// Finds or starts the database and brings its schema up to date.
    pub async fn open(config: Config, wanted: Use) -> Result<House, Failure> {
        let (options, embedded) = match config.database_url.as_deref().filter(|url| !url.is_empty())
        {
            Some(url) => (named(url)?, None),
            None => {
                let embedded = start(&config, wanted).await?;
                (embedded.options(), Some(embedded))
            }
        };
        migrate(options.clone()).await?;
        let app = App {
            db: Db::new(options.clone(), FOR_PEOPLE, Patience::INTERACTIVE),
            jobs: Db::new(options, FOR_JOBS, Patience::BACKGROUND),
            clock: Clock::system(),
            config: Arc::new(config),
            hasher: Hasher::default(),
            deeds: TaskTracker::new(),
        };
        Ok(House { app, embedded })
    }

    /// Lets running deeds end, closes the pools, stops our Postgres if nobody else uses it.
    pub async fn close(self) -> Result<(), Failure> {
        self.app.deeds.close();
        self.app.deeds.wait().await;
        self.app.db.pool().close().await;
        self.app.jobs.pool().close().await;
        match self.embedded {
            Some(embedded) => blocking(move || embedded.stop()).await,
            None => Ok(()),
        }
    }

    /// Runs a command's work; Ctrl-C breaks it off, so that the house can still be closed in order.
    pub async fn unless_interrupted<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut term = signal(SignalKind::terminate())?;
        tokio::select! {
            done = work => done,
            _ = tokio::signal::ctrl_c() => Err(Failure::new("interrupted")),
            _ = term.recv() => Err(Failure::new("interrupted")),
        }
    }

    /// The brand of this number, or words that say there is none.
    pub async fn org(&self, number: i64) -> Result<orgs::Org, Failure> {
        let found = orgs::find(self.app.db.pool(), OrgId::new(number)).await?;
        found.ok_or_else(|| {
            Failure::new(format_args!("there is no brand {number}; `guerdon org add` makes one"))
        })
    }
}

fn named(url: &str) -> Result<PgConnectOptions, Failure> {
    PgConnectOptions::from_str(url)
        .map_err(|error| Failure::new(format_args!("DATABASE_URL cannot be read: {error}")))
}

async fn start(config: &Config, wanted: Use) -> Result<Embedded, Failure> {
    let folder = config.data_dir.clone();
    blocking(move || Embedded::start(&folder, wanted)).await
}

/// Starting and stopping a server waits on processes and files.
async fn blocking<T: Send + 'static, E: Into<Failure> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::new)?.map_err(Into::into)
}
