//! Bringing the schema up to date, as the owner, before anybody else gets a connection.

use graphile_worker::WorkerOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};

use crate::base::db::{Db, Patience};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database was migrated by a newer Guerdon.
    #[error(
        "the database has schema version {0}, which this version of Guerdon does not know: \
         it was used with a newer one; start that one instead"
    )]
    Newer(i64),
    /// The server refused or could not be reached.
    #[error("the database cannot be prepared: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration did not go through.
    #[error("the schema cannot be brought up to date: {0}")]
    Failed(sqlx::migrate::MigrateError),
    /// The job queue's own schema did not go through.
    #[error("the job queue cannot be prepared: {0}")]
    Queue(String),
}

/// Makes the app role, runs what is missing under the migrator's advisory lock, prepares the queue.
/// Running it again changes nothing.
pub async fn migrate(options: PgConnectOptions) -> Result<(), MigrateError> {
    let mut owner = PgConnection::connect_with(&options).await?;
    make_role(&mut owner).await?;
    MIGRATIONS.run(&mut owner).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::VersionMissing(version) => MigrateError::Newer(version),
        other => MigrateError::Failed(other),
    })?;
    prepare_queue(&mut owner, options).await?;
    Ok(owner.close().await?)
}

/// The role belongs to the whole server, so two databases may both want to make it; and an owner who
/// may not make roles goes on without.
async fn make_role(owner: &mut PgConnection) -> sqlx::Result<()> {
    owner
        .execute(sqlx::raw_sql(
            "do $$ begin
                 if not exists (select from pg_roles where rolname = 'guerdon_app') then
                     create role guerdon_app nologin;
                 end if;
                 if not pg_has_role(current_user, 'guerdon_app', 'member') then
                     grant guerdon_app to current_user;
                 end if;
             exception
                 when insufficient_privilege then raise notice 'working without the role guerdon_app';
                 when duplicate_object or unique_violation then null;
             end $$",
        ))
        .await
        .map(drop)
}

/// The queue's tables have row security and no policy, so the role that works with them must own
/// them; making them asks for a right on the database that is given for this moment only.
async fn prepare_queue(
    owner: &mut PgConnection,
    options: PgConnectOptions,
) -> Result<(), MigrateError> {
    owner
        .execute(sqlx::raw_sql(
            "do $$ begin
                 perform pg_advisory_xact_lock(7305112018);
                 if exists (select from pg_roles where rolname = 'guerdon_app') then
                     execute 'create schema if not exists graphile_worker authorization guerdon_app';
                     execute format('grant create on database %I to guerdon_app', current_database());
                 end if;
             end $$",
        ))
        .await?;
    let pool = Db::new(options, 2, Patience::BACKGROUND);
    let prepared = WorkerOptions::default()
        .pg_pool(pool.pool().clone())
        .listen_os_shutdown_signals(false)
        .init()
        .await
        .map_err(|error| MigrateError::Queue(error.to_string()));
    pool.pool().close().await;
    owner
        .execute(sqlx::raw_sql(
            "do $$ begin
                 if exists (select from pg_roles where rolname = 'guerdon_app') then
                     execute format('revoke create on database %I from guerdon_app', current_database());
                 end if;
             end $$",
        ))
        .await?;
    prepared.map(drop)
}
