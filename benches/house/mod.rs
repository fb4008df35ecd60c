//! What benches through HTTP stand on: the product over a Postgres of its own with durable commits, a
//! till that calls, and pgbench beside it on the same server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guerdon::base::act::Actor;
use guerdon::base::app::App;
use guerdon::base::clock::Clock;
use guerdon::base::db::embedded::{Embedded, Use};
use guerdon::base::db::{Db, Patience, migrate};
use guerdon::base::ids::OrgId;
use guerdon::base::secret::Hasher;
use guerdon::config::Config;
use guerdon::orgs::access::{self, NewTill};
use guerdon::orgs::{self, NewOrg};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How many turns each side has.
pub const ROUNDS: usize = 3;
/// How many connections each side keeps busy.
pub const CALLERS: usize = 8;
/// The customers there are.
pub const CUSTOMERS: u64 = 20_000;
/// The MD5 a till sends for the password below.
const DIGEST: &str = "8a16a6b70505eb1f1ff7cdc0cd5559a7";
const PASSWORD: &str = "server123";

/// A number from the environment.
pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// How long a turn lasts.
pub fn turn() -> Duration {
    Duration::from_secs(number("GUERDON_BENCH_SECONDS", 10))
}

/// The middle one.
pub fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Runs a bench on as many threads as the machine has.
pub fn run(bench: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(bench);
}

/// The product, listening.
pub struct House {
    server: Embedded,
    app: App,
    /// The brand.
    pub org: OrgId,
    /// Where it listens.
    pub address: String,
    /// The first customer's number.
    pub first: i64,
    dir: tempfile::TempDir,
}

impl House {
    /// With a brand, a till and customers.
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = Embedded::start(dir.path(), Use::Command).unwrap();
        let options = server.options();
        migrate(options.clone()).await.unwrap();
        let app = App {
            db: Db::new(options.clone(), CALLERS as u32, Patience::INTERACTIVE),
            jobs: Db::new(options, 2, Patience::BACKGROUND),
            clock: Clock::system(),
            config: Arc::new(Config::for_tests()),
            hasher: Hasher::default(),
            deeds: Default::default(),
        };
        let new = NewOrg { name: "Bench".to_owned(), time_zone: "Europe/Berlin".to_owned() };
        let operator = Actor::operator(OrgId::new(0));
        let made = app.act(operator, |act| Box::pin(async move { orgs::create(act, &new).await }));
        let org = made.await.unwrap();
        let hasher = app.hasher.clone();
        let till = app.act(Actor::operator(org), |act| {
            Box::pin(async move {
                let till = NewTill { code: "bench".to_owned(), ..NewTill::default() };
                let password = access::till_password(&hasher, PASSWORD).await?;
                access::add_till(act, &till, &password).await
            })
        });
        till.await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = guerdon::app::router(app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let mut house = House { server, app, org, address, first: 0, dir };
        house.people().await;
        house
    }

    /// Lets the server go.
    pub async fn stop(self) {
        self.app.db.pool().close().await;
        self.app.jobs.pool().close().await;
        self.server.stop().unwrap();
    }

    async fn people(&mut self) {
        let org = self.org;
        self.sql(format!(
            "insert into customers (org_id, first_name, last_name, name_key, created_on, created_by, updated_on, updated_by)
             select {org}, 'First' || n, 'Last' || n, 'first' || n || ' last' || n, now(), 'b', now(), 'b'
             from generate_series(1, {CUSTOMERS}) n;
             insert into customer_identifiers (org_id, customer_id, kind, value, value_key)
             select {org}, id, 'externalId', 'C' || id, 'c' || id from customers;"
        ))
        .await;
        self.first = self.ask(format!("select min(id) from customers where org_id = {org}")).await;
    }

    fn options(&self) -> PgConnectOptions {
        self.server.options()
    }

    /// Statements of the database's owner.
    pub async fn sql(&self, sql: String) {
        let mut owner = PgConnection::connect_with(&self.options()).await.unwrap();
        owner.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        owner.close().await.unwrap();
    }

    /// One number, asked by the database's owner.
    pub async fn ask(&self, sql: String) -> i64 {
        let mut owner = PgConnection::connect_with(&self.options()).await.unwrap();
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap()
    }

    /// A script for pgbench, its names replaced.
    pub fn script(&self, text: &str, names: &[(&str, String)]) -> PathBuf {
        let path = self.dir.path().join("script.sql");
        let text = text
            .replace("$ORG", &self.org.to_string())
            .replace("$FIRST", &self.first.to_string())
            .replace("$CUSTOMERS", &CUSTOMERS.to_string());
        let text = names.iter().fold(text, |text, (name, value)| text.replace(name, value));
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Transactions a second of a script.
    pub fn pgbench(&self, script: &Path, turn: Duration) -> f64 {
        let bin = self.server.bin_dir().map(|bin| bin.join("pgbench"));
        let done = Command::new(bin.filter(|it| it.exists()).unwrap_or_else(|| "pgbench".into()))
            .arg("-h")
            .arg(self.server.socket_dir())
            .args([
                "-U",
                self.options().get_username(),
                "-n",
                "-M",
                "prepared",
                "-j",
                "2",
                "-D",
                "n=0",
            ])
            .args(["-c", &CALLERS.to_string(), "-T", &turn.as_secs().to_string(), "-f"])
            .arg(script)
            .arg("guerdon")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&done.stdout);
        let failed = text.contains("aborted") || !done.status.success();
        let rate = text.lines().find_map(|line| {
            line.strip_prefix("tps = ")?.split_whitespace().next()?.parse::<f64>().ok()
        });
        rate.filter(|_| !failed)
            .unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&done.stderr)))
    }
}

/// A connection that stays open, spoken to by hand: what a client costs is not what is measured.
pub struct Wire {
    stream: TcpStream,
    head: String,
}

impl Wire {
    /// To the product, as its till.
    pub async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let basic = STANDARD.encode(format!("bench:{DIGEST}"));
        let head = format!(
            "host: {address}\r\nauthorization: Basic {basic}\r\ncontent-type: application/json\r\n"
        );
        Wire { stream, head }
    }

    /// Status and body of an answer.
    pub async fn send(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        let head = &self.head;
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.1\r\n{head}content-length: {length}\r\n\r\n{body}");
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut got = Vec::with_capacity(4096);
        loop {
            assert!(self.stream.read_buf(&mut got).await.unwrap() > 0, "the server hung up");
            let Some(end) = got.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&got[..end]).to_lowercase();
            let status = head[9..12].parse().unwrap();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            if let Some(length) = head.split("content-length: ").nth(1) {
                let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
                if got.len() >= end + 4 + length {
                    return (status, text(&got[end + 4..]));
                }
            } else if got.ends_with(b"0\r\n\r\n") {
                return (status, text(&got[end + 4..]));
            }
        }
    }
}
