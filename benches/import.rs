//! How fast rows come in, beside `psql \copy` of the same rows into the same indexed table, and how
//! much memory that takes.
//!
//! `cargo bench --bench import` runs on a Postgres of its own, with durable commits. `\copy` is given
//! rows that are resolved already (badge and customer by id); ours names them by name and external id,
//! checks every row, finds repeats and keeps verdicts. Rounds alternate, so that both see the same
//! machine. `GUERDON_BENCH_ROWS` sets the number of awards (200,000).
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_macros,
    reason = "a bench speaks on stdout and fails loudly"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use guerdon::base::act::Actor;
use guerdon::base::app::App;
use guerdon::base::clock::Clock;
use guerdon::base::db::embedded::{Embedded, Use};
use guerdon::base::db::{Db, Patience, migrate};
use guerdon::base::ids::OrgId;
use guerdon::base::secret::Hasher;
use guerdon::config::Config;
use guerdon::imports::{Manner, run_file};
use guerdon::orgs::{self, NewOrg};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

const ROUNDS: usize = 3;
const CUSTOMERS: usize = 20_000;
const BADGES: usize = 80;

fn rows() -> usize {
    std::env::var("GUERDON_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(200_000)
}

struct Bench {
    server: Embedded,
    app: App,
    org: OrgId,
    dir: tempfile::TempDir,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = Bench::start().await;
        bench.fill().await;
        bench.awards().await;
        bench.app.db.pool().close().await;
        bench.app.jobs.pool().close().await;
        bench.server.stop().unwrap();
    });
}

impl Bench {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = Embedded::start(dir.path(), Use::Command).unwrap();
        let options = server.options();
        migrate(options.clone()).await.unwrap();
        let mut config = Config::for_tests();
        config.data_dir = dir.path().join("out");
        let app = App {
            db: Db::new(options.clone(), 4, Patience::INTERACTIVE),
            jobs: Db::new(options, 4, Patience::BACKGROUND),
            clock: Clock::system(),
            config: Arc::new(config),
            hasher: Hasher::default(),
            deeds: Default::default(),
        };
        let new = NewOrg { name: "Bench".to_owned(), time_zone: "Europe/Berlin".to_owned() };
        let operator = Actor::operator(OrgId::new(0));
        let org = app
            .act(operator, |act| Box::pin(async move { orgs::create(act, &new).await }))
            .await
            .unwrap();
        Bench { server, app, org, dir }
    }

    fn options(&self) -> PgConnectOptions {
        self.server.options()
    }

    async fn sql(&self, sql: String) {
        let mut owner = PgConnection::connect_with(&self.options()).await.unwrap();
        owner.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        owner.close().await.unwrap();
    }

    /// Customers through the engine, badges by the shortest way; then the numbers both sides need.
    async fn fill(&self) {
        let mut file = "externalId,email,firstName,lastName\n".to_owned();
        for n in 0..CUSTOMERS {
            writeln!(file, "C{n},c{n}@example.org,First{n},Last{n}").unwrap();
        }
        let began = Instant::now();
        self.import("customers", &file).await;
        let speed = CUSTOMERS as f64 / began.elapsed().as_secs_f64();
        println!("customers: {speed:.0} rows/s from file to result file, two identifiers each");
        self.sql(format!(
            "insert into badges (org_id, id, numeric_id, name, name_key, start_on, expires_on, earn_type,
                earned_expiry, created_on, created_by_name, updated_on, updated_by_name)
             select {org}, substring(decode(md5(n::text), 'hex') for 12), n, 'Badge ' || n, 'badge ' || n,
                '2010-01-01', '2030-01-01', 'EARN', '{{\"expiryType\":\"NEVER\"}}', now(), 'b', now(), 'b'
             from generate_series(0, {BADGES} - 1) n",
            org = self.org
        ))
        .await;
    }

    async fn import(&self, kind: &str, file: &str) -> i64 {
        let path = self.dir.path().join("in.csv");
        std::fs::write(&path, file).unwrap();
        let actor = Actor::operator(self.org);
        let done = run_file(&self.app, &actor, kind, &path, Manner::default(), &|_| {}).await;
        let done = done.unwrap();
        assert_eq!(done.errors, 0);
        assert_eq!(done.created, i64::try_from(file.lines().count()).unwrap() - 1);
        done.import
    }

    /// The n-th award: who, what, when. Different for every n.
    fn award(n: usize) -> (usize, usize, i64) {
        let when = 1_300_000_000 + i64::try_from(n).unwrap() * 7;
        (n * 7919 % CUSTOMERS, n * 31 % BADGES, when)
    }

    async fn awards(&self) {
        let rows = rows();
        let mut ours = "externalId,badgeName,earnEventDate\n".to_owned();
        for n in 0..rows {
            let (customer, badge, when) = Self::award(n);
            writeln!(ours, "C{customer},Badge {badge},{when}").unwrap();
        }
        let resolved = self.dir.path().join("resolved.csv");
        self.resolve(&resolved, rows).await;
        let (mut copies, mut runs, mut wholes) = (vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            self.clear().await;
            let began = Instant::now();
            self.copy(&resolved);
            copies.push(began.elapsed());
            self.clear().await;
            let began = Instant::now();
            let import = self.import("earned-badges", &ours).await;
            wholes.push(began.elapsed());
            runs.push(self.run_time(import).await);
        }
        let (copy, run, whole) = (median(copies), median(runs), median(wholes));
        let speed = |took: Duration| rows as f64 / took.as_secs_f64();
        println!("psql \\copy:        {:>8.0} rows/s", speed(copy));
        println!(
            "the run:           {:>8.0} rows/s, {:.2} of \\copy",
            speed(run),
            ratio(copy, run)
        );
        println!(
            "upload to result:  {:>8.0} rows/s, {:.2} of \\copy",
            speed(whole),
            ratio(copy, whole)
        );
        println!(
            "peak memory:       {:>8} MiB, the file of {} MiB held by this bench included",
            peak() / 1024,
            ours.len() / 1_048_576
        );
    }

    async fn clear(&self) {
        self.sql("truncate badge_earns, badge_counters".to_owned()).await;
    }

    /// The same rows as `\copy` wants them: every column, ids in place of names.
    async fn resolve(&self, to: &Path, rows: usize) {
        self.sql("analyze".to_owned()).await;
        self.sql(format!(
            "create table bench_rows as
             select {org}::bigint as org_id, decode(lpad(to_hex(n), 24, '0'), 'hex') as id, b.id as badge_id,
                i.customer_id, to_timestamp(1300000000 + n::bigint * 7) as earn_event_date, 1 as import_nth,
                now() as earned_on, to_timestamp(1300000000 + n::bigint * 7) + interval '100 years' as expires_on,
                'IMPORT' as source, 'Historical_Import' as owner_type, 1::bigint as import_id
             from generate_series(0, {rows} - 1) n
             join badges b on b.org_id = {org} and b.name = 'Badge ' || (n::bigint * 31 % {BADGES})
             join customer_identifiers i on i.org_id = {org} and i.kind = 'externalId'
                and i.value_key = 'c' || (n::bigint * 7919 % {CUSTOMERS})
             order by n",
            org = self.org
        ))
        .await;
        let rows = format!("\\copy bench_rows to '{}' csv header", to.display());
        self.psql(&rows);
    }

    fn copy(&self, from: &Path) {
        self.psql(&format!(
            "\\copy badge_earns (org_id, id, badge_id, customer_id, earn_event_date, import_nth, earned_on, \
             expires_on, source, owner_type, import_id) from '{}' csv header",
            from.display()
        ));
    }

    fn psql(&self, command: &str) {
        let bin = self.server.bin_dir().map(|bin| bin.join("psql"));
        let done = Command::new(bin.filter(|psql| psql.exists()).unwrap_or_else(|| "psql".into()))
            .arg("-h")
            .arg(self.server.socket_dir())
            .args(["-U", self.options().get_username(), "-d", "guerdon", "-q", "-c", command])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    async fn run_time(&self, import: i64) -> Duration {
        let mut owner = PgConnection::connect_with(&self.options()).await.unwrap();
        let seconds: f64 = sqlx::query_scalar(
            "select extract(epoch from finished_at - phase_began_at)::float8 from imports where id = $1",
        )
        .bind(import)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        Duration::from_secs_f64(seconds)
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ratio(copy: Duration, ours: Duration) -> f64 {
    copy.as_secs_f64() / ours.as_secs_f64()
}

/// The most memory this process ever held, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
