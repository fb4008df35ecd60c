//! How fast codes are made, beside `psql \copy` of ready-made codes into the same indexed table.
//!
//! `cargo bench --bench codes` runs on a Postgres of its own, with durable commits. `\copy` is given
//! codes that were drawn and checked beforehand, as one transaction; ours draws them, leaves out what
//! exists, counts and commits every 20,000 of them so that it can be stopped and killed. Rounds
//! alternate on an emptied table, so that both see the same machine. `GUERDON_BENCH_CODES` sets the
//! number (1,000,000).
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
use guerdon::base::ids::{OrgId, SeriesId};
use guerdon::base::secret::Hasher;
use guerdon::config::Config;
use guerdon::coupons::batches::{self, Draft};
use guerdon::coupons::codes::{Alphabet, Pattern};
use guerdon::orgs::{self, NewOrg};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

const ROUNDS: usize = 3;

fn wanted() -> usize {
    let asked = std::env::var("GUERDON_BENCH_CODES").ok().and_then(|n| n.parse().ok());
    asked.unwrap_or(1_000_000)
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
        bench.codes().await;
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
        let app = App {
            db: Db::new(options.clone(), 4, Patience::INTERACTIVE),
            jobs: Db::new(options, 4, Patience::BACKGROUND),
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
        Bench { server, app, org, dir }
    }

    fn options(&self) -> PgConnectOptions {
        self.server.options()
    }

    async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.options()).await.unwrap()
    }

    async fn sql(&self, sql: String) {
        let mut owner = self.owner().await;
        owner.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        owner.close().await.unwrap();
    }

    /// A series by the shortest way.
    async fn series(&self) -> i64 {
        self.sql(format!(
            "insert into coupon_series (org_id, series_code, description, name_key, discount_code,
                discount_type, discount_value, valid_till, expiry_strategy, expiry_value, handling,
                redemption_range, message, short_message, info, tag, terms, created_on,
                created_by_name, updated_on, updated_by_name)
             values ({}, 'BENCH', 'Bench', 'bench', 'B', 'PERC', 10, '2099-12-31', 'SERIES_EXPIRY', 1,
                'DISC_CODE', '{{\"dom\":[\"-1\"],\"dow\":[\"-1\"],\"hours\":[\"-1\"]}}', '', '', '', '', '', now(),
                'b', now(), 'b')",
            self.org
        ))
        .await;
        let mut owner = self.owner().await;
        sqlx::query_scalar("select max(id) from coupon_series").fetch_one(&mut owner).await.unwrap()
    }

    async fn codes(&self) {
        let (wanted, series) = (wanted(), self.series().await);
        let ready = self.dir.path().join("ready.csv");
        self.ready(&ready, series, wanted);
        let (mut copies, mut batches) = (vec![], vec![]);
        for _ in 0..ROUNDS {
            self.clear().await;
            let began = Instant::now();
            self.copy(&ready);
            copies.push(began.elapsed());
            assert_eq!(self.count().await, wanted);
            self.clear().await;
            let began = Instant::now();
            self.batch(series, wanted).await;
            batches.push(began.elapsed());
            assert_eq!(self.count().await, wanted);
        }
        let (copy, batch) = (median(copies), median(batches));
        let speed = |took: Duration| wanted as f64 / took.as_secs_f64();
        println!("{wanted} codes, median of {ROUNDS} rounds");
        println!("psql \\copy of ready codes: {:>8.0} codes/s", speed(copy));
        println!(
            "a batch, begin to done:    {:>8.0} codes/s, {:.2} of \\copy",
            speed(batch),
            copy.as_secs_f64() / batch.as_secs_f64()
        );
    }

    /// Codes as `\copy` wants them.
    fn ready(&self, to: &Path, series: i64, wanted: usize) {
        let pattern = Pattern::new("", "", Alphabet::Clear, 14).unwrap();
        let mut file = String::with_capacity(wanted * 80);
        for code in pattern.many(wanted) {
            writeln!(file, "{},{series},{code},{code},2026-11-26T09:00:00Z,BATCH,1", self.org)
                .unwrap();
        }
        std::fs::write(to, file).unwrap();
    }

    fn copy(&self, from: &Path) {
        let command = format!(
            "\\copy coupons (org_id, series_id, code, code_key, created_on, source, batch_id) from \
             '{}' csv",
            from.display()
        );
        let bin = self.server.bin_dir().map(|bin| bin.join("psql"));
        let done = Command::new(bin.filter(|psql| psql.exists()).unwrap_or_else(|| "psql".into()))
            .arg("-h")
            .arg(self.server.socket_dir())
            .args(["-U", self.options().get_username(), "-d", "guerdon", "-q", "-c", &command])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// A batch as the console begins it and the worker makes it.
    async fn batch(&self, series: i64, wanted: usize) {
        let draft = Draft {
            wanted: wanted.to_string(),
            alphabet: "clear".into(),
            length: "14".into(),
            ..Draft::default()
        };
        let series = SeriesId::new(series);
        let begin = self.app.act(Actor::operator(self.org), move |act| {
            Box::pin(async move { batches::start(act, series, &draft).await })
        });
        begin.await.unwrap();
        let worker = guerdon::worker::worker(&self.app, 2).init().await.unwrap();
        worker.run_once().await.unwrap();
    }

    async fn count(&self) -> usize {
        let mut owner = self.owner().await;
        let count: i64 =
            sqlx::query_scalar("select count(*) from coupons").fetch_one(&mut owner).await.unwrap();
        usize::try_from(count).unwrap()
    }

    async fn clear(&self) {
        self.sql("truncate coupons, coupon_batches cascade".to_owned()).await;
        self.sql("update coupon_series_counters set unissued = 0, uploaded = 0".to_owned()).await;
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
