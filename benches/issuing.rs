//! How fast badges are issued through HTTP, beside the same statements run by pgbench; and how long a
//! customer's badge list takes as awards grow.
//!
//! `cargo bench --bench issuing` runs on a Postgres of its own, with durable commits. Both sides keep the
//! same number of connections busy in turns, so that both see the same machine; the statements are those of
//! one earn of a badge without limits, in their order, in one transaction. `GUERDON_BENCH_SECONDS` sets the
//! length of a turn (10), `GUERDON_BENCH_AWARDS` how many awards the larger list is asked at (1,000,000).
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_macros,
    reason = "a bench speaks on stdout and fails loudly"
)]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

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

const ROUNDS: usize = 3;
const CUSTOMERS: u64 = 20_000;
const BADGES: usize = 80;
const CALLERS: usize = 8;
/// The MD5 a till sends for the password below.
const PASSWORD: &str = "server123";
const DIGEST: &str = "8a16a6b70505eb1f1ff7cdc0cd5559a7";

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

struct Bench {
    server: Embedded,
    app: App,
    org: OrgId,
    dir: tempfile::TempDir,
    address: String,
    first: i64,
    calls: AtomicU64,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = Arc::new(Bench::start().await);
        bench.clone().earning().await;
        bench.clone().listing().await;
        bench.app.db.pool().close().await;
        bench.app.jobs.pool().close().await;
        let bench = Arc::into_inner(bench).unwrap();
        bench.server.stop().unwrap();
    });
}

impl Bench {
    async fn start() -> Self {
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
        let org = app
            .act(operator, |act| Box::pin(async move { orgs::create(act, &new).await }))
            .await
            .unwrap();
        let hasher = app.hasher.clone();
        app.act(Actor::operator(org), |act| {
            Box::pin(async move {
                let till = NewTill { code: "bench".to_owned(), ..NewTill::default() };
                let password = access::till_password(&hasher, PASSWORD).await?;
                access::add_till(act, &till, &password).await
            })
        })
        .await
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = guerdon::app::router(app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let mut bench =
            Bench { server, app, org, dir, address, first: 0, calls: AtomicU64::new(0) };
        bench.fill().await;
        bench
    }

    fn options(&self) -> PgConnectOptions {
        self.server.options()
    }

    async fn sql(&self, sql: String) {
        let mut owner = PgConnection::connect_with(&self.options()).await.unwrap();
        owner.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        owner.close().await.unwrap();
    }

    async fn ask(&self, sql: String) -> i64 {
        let mut owner = PgConnection::connect_with(&self.options()).await.unwrap();
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap()
    }

    /// Customers and badges by the shortest way; every badge is claimed by Loyalty as `626`.
    async fn fill(&mut self) {
        let org = self.org;
        self.sql(format!(
            "insert into customers (org_id, first_name, last_name, name_key, created_on, created_by, updated_on, updated_by)
             select {org}, 'First' || n, 'Last' || n, 'first' || n || ' last' || n, now(), 'b', now(), 'b'
             from generate_series(1, {CUSTOMERS}) n;
             insert into customer_identifiers (org_id, customer_id, kind, value, value_key)
             select {org}, id, 'externalId', 'C' || id, 'c' || id from customers;
             insert into badges (org_id, id, numeric_id, name, name_key, start_on, expires_on, earn_type,
                earned_expiry, created_on, created_by_name, updated_on, updated_by_name)
             select {org}, decode(lpad(to_hex(n), 24, '0'), 'hex'), n, 'Badge ' || n, 'badge ' || n,
                '2010-01-01', '2040-01-01', 'EARN', '{{\"expiryType\":\"NEVER\"}}', now(), 'b', now(), 'b'
             from generate_series(1, {BADGES}) n;
             insert into badge_owners (org_id, badge_id, owner) select org_id, id, 'Loyalty' from badges;
             insert into badge_claims (org_id, badge_id, owner_type, reference_id, created_on)
             select org_id, id, 'Loyalty', '626', now() from badges;
             analyze"
        ))
        .await;
        self.first = self.ask(format!("select min(id) from customers where org_id = {org}")).await;
    }

    /// Earns through HTTP and by pgbench in turns, and their ratio.
    async fn earning(self: Arc<Self>) {
        let turn = Duration::from_secs(number("GUERDON_BENCH_SECONDS", 10));
        let script = self.script();
        // Once unmeasured: caches, plans and the till's password are warm on both sides.
        self.clone().http(Duration::from_secs(2)).await;
        self.pgbench(&script, Duration::from_secs(2));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(self.clone().http(turn).await);
            theirs.push(self.pgbench(&script, turn));
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!("pgbench, same statements: {theirs:>8.0} earns/s at {CALLERS} connections");
        println!("through HTTP:             {ours:>8.0} earns/s, {:.2} of pgbench", ours / theirs);
    }

    /// Earns in a second over HTTP, each caller on a connection that stays.
    async fn http(self: Arc<Self>, turn: Duration) -> f64 {
        let began = Instant::now();
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..CALLERS {
            let bench = self.clone();
            callers.spawn(async move {
                let mut wire = Wire::open(&bench.address).await;
                let mut done = 0_u64;
                while began.elapsed() < turn {
                    let n = bench.calls.fetch_add(1, Ordering::Relaxed);
                    let customer = bench.first as u64 + n * 7919 % CUSTOMERS;
                    let badge = n % BADGES as u64 + 1;
                    let body = format!(
                        r#"{{"badgeMetaId":"{badge:024x}","customerId":{customer},"requestId":"b{n}","triggeredBy":{{"ownerType":"Loyalty","referenceId":"626"}}}}"#
                    );
                    let (status, text) =
                        wire.send("POST", "/api_gateway/v1/badges/customer/earn", &body).await;
                    assert_eq!(status, 200, "{text}");
                    done += 1;
                }
                done
            });
        }
        let done: u64 = callers.join_all().await.into_iter().sum();
        done as f64 / began.elapsed().as_secs_f64()
    }

    /// The statements of one earn, as the engine sends them.
    fn script(&self) -> PathBuf {
        let path = self.dir.path().join("earn.sql");
        let script = include_str!("issuing.sql");
        let script = script
            .replace("$ORG", &self.org.to_string())
            .replace("$FIRST", &self.first.to_string())
            .replace("$CUSTOMERS", &CUSTOMERS.to_string())
            .replace("$BADGES", &BADGES.to_string());
        std::fs::write(&path, script).unwrap();
        path
    }

    fn pgbench(&self, script: &std::path::Path, turn: Duration) -> f64 {
        let bin = self.server.bin_dir().map(|bin| bin.join("pgbench"));
        let done = Command::new(bin.filter(|it| it.exists()).unwrap_or_else(|| "pgbench".into()))
            .arg("-h")
            .arg(self.server.socket_dir())
            .args(["-U", self.options().get_username(), "-n", "-M", "prepared", "-j", "2"])
            .args(["-c", &CALLERS.to_string(), "-T", &turn.as_secs().to_string(), "-f"])
            .arg(script)
            .arg("guerdon")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&done.stdout);
        let rate = text.lines().find_map(|line| {
            line.strip_prefix("tps = ")?.split_whitespace().next()?.parse::<f64>().ok()
        });
        rate.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&done.stderr)))
    }

    /// The 99th percentile of a customer's list at 100 thousand awards and at more.
    async fn listing(self: Arc<Self>) {
        let most = number("GUERDON_BENCH_AWARDS", 1_000_000).max(100_000);
        let (mut first, mut begin) = (None, 0_u64);
        for awards in [100_000, most] {
            self.award(begin, awards).await;
            begin = awards;
            let p99 = self.p99().await;
            let ratio = first.map_or(String::new(), |small: Duration| {
                format!(", {:.2} of that at 100,000", p99.as_secs_f64() / small.as_secs_f64())
            });
            println!("a customer's list, p99 at {awards:>9} awards: {p99:.2?}{ratio}");
            first.get_or_insert(p99);
        }
    }

    /// Awards from number `from` to number `to`: the same customers hold fifty times more badges only
    /// where there are as many more customers, so customers grow along.
    async fn award(&self, from: u64, to: u64) {
        let org = self.org;
        if from == 0 {
            self.sql("truncate badge_earns cascade".to_owned()).await;
        }
        self.sql(format!(
            "with people as (
                 insert into customers (org_id, first_name, created_on, created_by, updated_on, updated_by)
                 select {org}, 'More' || n, now(), 'b', now(), 'b'
                 from generate_series({from} / 5, {to} / 5 - 1) n returning id)
             insert into badge_earns (org_id, id, badge_id, customer_id, earn_event_date, earned_on, expires_on,
                source, owner_type)
             select {org}, decode(lpad(to_hex({from} + row_number() over ()), 24, '0'), 'hex'),
                decode(lpad(to_hex(p.id * 31 % {BADGES} + 1), 24, '0'), 'hex'), p.id,
                timestamptz '2024-01-01' + make_interval(secs => p.id * 7 + k), now(), '2039-01-01', 'API', 'Loyalty'
             from people p cross join generate_series(1, 5) k"
        ))
        .await;
        self.sql("vacuum analyze badge_earns".to_owned()).await;
        self.sql("analyze customers".to_owned()).await;
    }

    async fn p99(&self) -> Duration {
        let last = self.ask("select max(customer_id) from badge_earns".to_owned()).await as u64;
        let first = self.ask("select min(customer_id) from badge_earns".to_owned()).await as u64;
        let mut wire = Wire::open(&self.address).await;
        let mut times = Vec::new();
        for n in 0..2_200_u64 {
            let customer = first + n * 7919 % (last - first + 1);
            let path = format!("/api_gateway/v1/badges/customer/{customer}?badgeType=EARNED");
            let began = Instant::now();
            let (status, text) = wire.send("GET", &path, "").await;
            assert_eq!(status, 200, "{text}");
            if n >= 200 {
                times.push(began.elapsed());
            }
        }
        times.sort_unstable();
        times[times.len() * 99 / 100]
    }
}

/// A connection that stays open, spoken to by hand: what a client costs is not what is measured.
struct Wire {
    stream: TcpStream,
    head: String,
}

impl Wire {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let basic = STANDARD.encode(format!("bench:{DIGEST}"));
        let head = format!(
            "host: {address}\r\nauthorization: Basic {basic}\r\ncontent-type: application/json\r\n"
        );
        Wire { stream, head }
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
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

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
