//! The database: two pools' worth of care, the brand wall, migrations, and constraint names as words.
//!
//! Why every transaction of a brand begins here: the wall (row-level security) is keyed by the setting
//! `app.org`, which must be set by a statement inside the transaction; one place formats that number,
//! and it is a parsed integer. Without a brand a page is empty, not wrong.
//!
//! Why the pool probes what comes back: when a client hangs up while `begin` is on its way, the
//! connection returns to the pool inside an open transaction, and the next borrower's plain statement
//! is lost although it was acknowledged (sqlx 0.9.0).

pub mod embedded;
mod migrate;

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor, PgConnection, PgPool, Postgres, Row, Transaction};

use crate::base::error::{Error, Result};
use crate::base::ids::OrgId;
use crate::base::problem::Problem;

pub use migrate::{MigrateError, migrate};

/// The role that every pool works as: it owns nothing and cannot look over the brand wall.
pub const APP_ROLE: &str = "guerdon_app";

/// How patient a pool's connections are.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The longest a statement may run.
    pub statement: Duration,
    /// The longest it may wait for a lock.
    pub lock: Duration,
}

impl Patience {
    /// For answering people: give up soon and say so.
    pub const INTERACTIVE: Patience =
        Patience { statement: Duration::from_secs(15), lock: Duration::from_secs(3) };
    /// For work in the background.
    pub const BACKGROUND: Patience =
        Patience { statement: Duration::from_secs(600), lock: Duration::from_secs(30) };
}

/// A pool of connections that work as the app role.
#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
}

impl Db {
    /// A pool of at most `size` connections; connects when first asked.
    pub fn new(options: PgConnectOptions, size: u32, patience: Patience) -> Self {
        let milliseconds = |limit: Duration| limit.as_millis().to_string();
        let options = options.application_name("guerdon").options([
            ("statement_timeout", milliseconds(patience.statement)),
            ("lock_timeout", milliseconds(patience.lock)),
            ("idle_in_transaction_session_timeout", "60000".to_owned()),
            ("timezone", "UTC".to_owned()),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(Duration::from_secs(5))
            .max_lifetime(Duration::from_secs(30 * 60))
            .idle_timeout(Duration::from_secs(10 * 60))
            .test_before_acquire(false)
            .after_connect(|connection, _| Box::pin(become_app(connection)))
            .after_release(|connection, _| Box::pin(is_clean(connection)))
            .connect_lazy_with(options);
        Db { pool }
    }

    /// The pool, for tables that stand outside the brand wall, and for the queue.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A transaction of one brand.
    pub async fn begin(&self, org: OrgId) -> sqlx::Result<Transaction<'static, Postgres>> {
        // The one place where a statement is put together: a parsed number, nothing else.
        let begin = format!("begin; set local app.org = '{}'", org.get());
        self.pool.begin_with(AssertSqlSafe(begin)).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> sqlx::Result<()> {
        self.pool.execute(sqlx::raw_sql("select 1")).await.map(drop)
    }
}

/// Puts a running transaction into a brand.
pub async fn enter(db: &mut PgConnection, org: OrgId) -> sqlx::Result<()> {
    let set = format!("set local app.org = '{}'", org.get());
    db.execute(sqlx::raw_sql(AssertSqlSafe(set))).await.map(drop)
}

/// Takes the app role where it exists. It is missing only on a foreign server whose owner may not
/// make roles; there the owner itself is held by the wall, which is forced.
async fn become_app(connection: &mut PgConnection) -> sqlx::Result<()> {
    connection
        .execute(sqlx::raw_sql(
            "select set_config('role', rolname, false) from pg_roles where rolname = 'guerdon_app' \
             and pg_has_role(current_user, oid, 'member')",
        ))
        .await
        .map(drop)
}

/// False for a connection that comes back inside a transaction: inside one, `now()` stands still.
async fn is_clean(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let row = connection.fetch_one(sqlx::raw_sql("select now() = statement_timestamp()")).await?;
    row.try_get(0)
}

/// Turns the violation of a named constraint into words for the person who caused it.
pub trait OrRefuse<T> {
    /// `problem` when exactly this constraint was violated; any other failure stays what it is.
    fn or_refuse(self, constraint: &str, problem: impl FnOnce() -> Problem) -> Result<T>;
}

impl<T> OrRefuse<T> for sqlx::Result<T> {
    fn or_refuse(self, constraint: &str, problem: impl FnOnce() -> Problem) -> Result<T> {
        self.map_err(|error| {
            if violates(&error, constraint) { Error::from(problem()) } else { Error::from(error) }
        })
    }
}

/// Whether a statement failed for this constraint. On a distributed server the name stands only in the
/// message, followed by the number of the shard.
pub fn violates(error: &sqlx::Error, constraint: &str) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    if !error.code().is_some_and(|code| code.starts_with("23")) {
        return false;
    }
    match error.constraint() {
        Some(name) => name == constraint,
        None => error.message().split('"').any(|word| {
            word.strip_prefix(constraint).is_some_and(|rest| {
                rest.is_empty()
                    || rest.strip_prefix('_').is_some_and(|shard| {
                        !shard.is_empty() && shard.bytes().all(|byte| byte.is_ascii_digit())
                    })
            })
        }),
    }
}
