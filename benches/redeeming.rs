//! How fast coupons are redeemed through HTTP, beside the same statements run by pgbench.
//!
//! `cargo bench --bench redeeming` runs on a Postgres of its own, with durable commits. Both sides keep the
//! same number of connections busy in turns, so that both see the same machine, and redeem single-use codes
//! that nobody used before. The statements are those of one call in their order: who it is, in one
//! transaction that only reads, then the redemption in another. `GUERDON_BENCH_SECONDS` sets the length of a
//! turn (10).
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_macros,
    reason = "a bench speaks on stdout and fails loudly"
)]

mod house;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use house::{CALLERS, CUSTOMERS, House, ROUNDS, Wire, median};

struct Bench {
    house: House,
    /// Codes in one turn of one of pgbench's clients; the calls through HTTP take those behind.
    share: u64,
    series: i64,
    calls: AtomicU64,
}

fn main() {
    house::run(async {
        let bench = Arc::new(Bench::start().await);
        bench.clone().redeeming().await;
        Arc::into_inner(bench).unwrap().house.stop().await;
    });
}

impl Bench {
    async fn start() -> Self {
        let house = House::start().await;
        let share = house::turn().as_secs().max(2) * 500;
        let mut bench = Bench { house, share, series: 0, calls: AtomicU64::new(0) };
        bench.fill().await;
        bench
    }

    /// The first code that is redeemed through HTTP.
    fn ours(&self) -> u64 {
        self.share * CALLERS as u64 * (ROUNDS as u64 + 1)
    }

    /// A series and its codes by the shortest way: code `B<n>` is customer n's, round and round.
    async fn fill(&mut self) {
        let org = self.house.org;
        self.house
            .sql(format!(
                "insert into coupon_series (org_id, series_code, description, name_key, discount_code,
                    discount_type, discount_value, valid_till, expiry_strategy, expiry_value, handling,
                    redemption_range, message, short_message, info, tag, terms, created_on,
                    created_by_name, updated_on, updated_by_name)
                 values ({org}, 'BENCH', 'Bench', 'bench', 'B', 'PERC', 10, '2099-12-31', 'SERIES_EXPIRY',
                    1, 'DISC_CODE', '{{\"dom\":[\"-1\"],\"dow\":[\"-1\"],\"hours\":[\"-1\"]}}', '', '', '', '',
                    '', now(), 'b', now(), 'b')"
            ))
            .await;
        self.series = self.house.ask("select max(id) from coupon_series".to_owned()).await;
        let (series, first, codes) = (self.series, self.house.first, self.ours() * 2);
        self.house
            .sql(format!(
                "insert into coupons (org_id, series_id, code, code_key, created_on, customer_id, issued_on,
                    issued_by_name, source)
                 select {org}, {series}, 'B' || n, 'B' || n, now(), {first} + n % {CUSTOMERS}, now(), 'b', 'API'
                 from generate_series(0, {codes} - 1) n;
                 insert into coupon_series_counters (org_id, series_id, slot, issued)
                 values ({org}, {series}, 0, {codes})"
            ))
            .await;
        self.house.sql("vacuum analyze".to_owned()).await;
    }

    /// Redeems through HTTP and by pgbench in turns, and their ratio.
    async fn redeeming(self: Arc<Self>) {
        // Once unmeasured: caches, plans and the till's password are warm on both sides.
        self.clone().http(Duration::from_secs(2)).await;
        self.pgbench(0, Duration::from_secs(2));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 1..=ROUNDS {
            ours.push(self.clone().http(house::turn()).await);
            theirs.push(self.pgbench(round as u64, house::turn()));
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!("pgbench, same statements: {theirs:>8.0} redemptions/s at {CALLERS} connections");
        println!(
            "through HTTP:             {ours:>8.0} redemptions/s, {:.2} of pgbench",
            ours / theirs
        );
    }

    /// Redemptions in a second over HTTP, each caller on a connection that stays.
    async fn http(self: Arc<Self>, turn: Duration) -> f64 {
        let began = Instant::now();
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..CALLERS {
            let bench = self.clone();
            callers.spawn(async move {
                let mut wire = Wire::open(&bench.house.address).await;
                let mut done = 0_u64;
                while began.elapsed() < turn {
                    let n = bench.ours() + bench.calls.fetch_add(1, Ordering::Relaxed);
                    let customer = bench.house.first as u64 + n % CUSTOMERS;
                    let body = format!(
                        r#"{{"redemptionRequestList":[{{"code":"B{n}"}}],"user":{{"id":{customer}}},"transactionNumber":"T{n}","billAmount":100}}"#
                    );
                    let (status, text) = wire.send("POST", "/v2/coupon/redeem", &body).await;
                    assert_eq!(status, 200, "{text}");
                    done += 1;
                }
                done
            });
        }
        let done: u64 = callers.join_all().await.into_iter().sum();
        done as f64 / began.elapsed().as_secs_f64()
    }

    /// The same by pgbench: each client counts up in a share of codes that is its own in this round.
    fn pgbench(&self, round: u64, turn: Duration) -> f64 {
        let names = [
            ("$SERIES", self.series.to_string()),
            ("$BASE", (round * self.share * CALLERS as u64).to_string()),
            ("$SHARE", self.share.to_string()),
        ];
        let script = self.house.script(include_str!("redeeming.sql"), &names);
        self.house.pgbench(&script, turn)
    }
}
