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

mod house;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use house::{CALLERS, CUSTOMERS, House, ROUNDS, Wire, median, number};

const BADGES: usize = 80;

struct Bench {
    house: House,
    calls: AtomicU64,
}

fn main() {
    house::run(async {
        let bench = Arc::new(Bench::start().await);
        bench.clone().earning().await;
        bench.clone().listing().await;
        Arc::into_inner(bench).unwrap().house.stop().await;
    });
}

impl Bench {
    async fn start() -> Self {
        let bench = Bench { house: House::start().await, calls: AtomicU64::new(0) };
        bench.fill().await;
        bench
    }

    /// Badges by the shortest way; every one is claimed by Loyalty as `626`.
    async fn fill(&self) {
        let org = self.house.org;
        self.house.sql(format!(
            "insert into badges (org_id, id, numeric_id, name, name_key, start_on, expires_on, earn_type,
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
    }

    /// Earns through HTTP and by pgbench in turns, and their ratio.
    async fn earning(self: Arc<Self>) {
        let turn = house::turn();
        let badges = [("$BADGES", BADGES.to_string())];
        let script = self.house.script(include_str!("issuing.sql"), &badges);
        // Once unmeasured: caches, plans and the till's password are warm on both sides.
        self.clone().http(Duration::from_secs(2)).await;
        self.house.pgbench(&script, Duration::from_secs(2));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(self.clone().http(turn).await);
            theirs.push(self.house.pgbench(&script, turn));
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
                let mut wire = Wire::open(&bench.house.address).await;
                let mut done = 0_u64;
                while began.elapsed() < turn {
                    let n = bench.calls.fetch_add(1, Ordering::Relaxed);
                    let customer = bench.house.first as u64 + n * 7919 % CUSTOMERS;
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
        let org = self.house.org;
        if from == 0 {
            self.house.sql("truncate badge_earns cascade".to_owned()).await;
        }
        self.house.sql(format!(
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
        self.house.sql("vacuum analyze badge_earns".to_owned()).await;
        self.house.sql("analyze customers".to_owned()).await;
    }

    async fn p99(&self) -> Duration {
        let last =
            self.house.ask("select max(customer_id) from badge_earns".to_owned()).await as u64;
        let first =
            self.house.ask("select min(customer_id) from badge_earns".to_owned()).await as u64;
        let mut wire = Wire::open(&self.house.address).await;
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
