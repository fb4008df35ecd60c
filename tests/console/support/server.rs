//! One Postgres for the whole test binary, one database for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use guerdon::base::db::embedded::{ThrowAway, throw_away};
use guerdon::base::db::migrate;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

static SERVER: OnceCell<Server> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The server tests share. Options only: a connection belongs to the runtime of the test that made it.
struct Server {
    ours: Option<ThrowAway>,
    given: Option<PgConnectOptions>,
    prefix: String,
}

impl Server {
    fn options(&self, database: &str) -> PgConnectOptions {
        match (&self.ours, &self.given) {
            (Some(server), _) => server.options(database),
            (None, Some(given)) => given.clone().database(database),
            (None, None) => unreachable!("one of the two is there"),
        }
    }
}

async fn start() -> Server {
    let given = std::env::var("DATABASE_URL").ok().map(|url| url.parse().expect("DATABASE_URL"));
    let ours = given.is_none().then(|| throw_away().expect("Postgres' server binaries"));
    let server = Server { ours, given, prefix: format!("t{}", std::process::id()) };
    let template = format!("{}_template", server.prefix);
    run(&server, &format!("create database {template}")).await;
    migrate(server.options(&template)).await.expect("the migrations run on an empty database");
    server
}

async fn run(server: &Server, sql: &str) {
    let mut owner = PgConnection::connect_with(&server.options("postgres")).await.unwrap();
    owner.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    owner.close().await.unwrap();
}

/// A clone of the migrated template.
pub async fn fresh_database() -> PgConnectOptions {
    let server = SERVER.get_or_init(start).await;
    let name = format!("{}_{}", server.prefix, NEXT.fetch_add(1, Ordering::Relaxed));
    run(server, &format!("create database {name} template {}_template", server.prefix)).await;
    server.options(&name)
}
