//! The main job on real input: the badges and awards of a community of Stack Exchange, brought in as
//! history. The data lie beside the repository; where they do not, there is nothing to test.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use guerdon::base::permission::Role;
use guerdon::imports::Manner;

use crate::imports::{badge, bring, counts, import};
use crate::support::TestApp;

fn data(name: &str) -> Option<Vec<u8>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/stackexchange");
    std::fs::read(root.join(name)).ok()
}

/// Rows by column name, read by another reader than the product's.
fn table(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

#[tokio::test]
async fn thirty_thousand_real_awards_come_in_once() {
    let (Some(badges), Some(earned)) = (data("badges.csv"), data("earned.csv")) else {
        eprintln!("skipped: no ../shared/data/stackexchange");
        return;
    };
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let (badges, awards) = (table(&badges), table(&earned));
    for row in &badges {
        badge(&app, &row["name"], r#"{"expiryType":"NEVER"}"#).await;
    }
    let people: BTreeSet<&String> = awards.iter().map(|row| &row["user_id"]).collect();
    let mut file = "externalId\n".to_owned();
    people.iter().for_each(|id| file.push_str(&format!("{id}\n")));
    assert_eq!(import(&app, "customers", &file).await, (12_316, 0, 0, 0));

    // The file's own headers map by themselves.
    let (first, result) = bring(&app, "earned-badges", &earned, Manner::default()).await;
    assert_eq!(counts(&first), (30_285, 0, 0, 0));
    assert_eq!(result.lines().count(), 30_286);
    let (again, _) = bring(&app, "earned-badges", &earned, Manner::default()).await;
    assert_eq!(counts(&again), (0, 0, 30_285, 0));
    assert_eq!(app.number("select count(*) from badge_earns").await, 30_285);
    // 19 rows are alike to the instant with one above them.
    assert_eq!(app.number("select count(*) from badge_earns where import_nth > 1").await, 19);

    // What the list shows of each badge is what the file says of it.
    let counted = app.number(
        "select count(*) from badge_counters c join badges b on b.org_id = c.org_id and b.id = c.badge_id
         where c.earned = (select count(*) from badge_earns e where e.org_id = c.org_id and e.badge_id = c.badge_id)",
    );
    assert_eq!(counted.await, 79);
    let out = mina.submit("/exports", &[("kind", "earned-badges")]).await.is(200);
    let out = table(&out.body[3..]);
    assert_eq!(out.len(), 30_285);
    for row in &badges {
        let issued = out.iter().filter(|award| award["badgeName"] == row["name"]).count();
        assert_eq!(issued.to_string(), row["awards"], "{}", row["name"]);
    }
}
