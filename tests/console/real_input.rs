//! The main job on real input: the badges and awards of a community of Stack Exchange, brought in as
//! history. The data lie beside the repository; where they do not, there is nothing to test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use guerdon::base::permission::Role;
use guerdon::imports::Manner;

use crate::imports::{bring, counts, import};
use crate::support::TestApp;

fn data(name: &str) -> Option<Vec<u8>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/stackexchange");
    std::fs::read(root.join(name)).ok()
}

/// Rows by column name, read by another reader than the product's.
fn table(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

/// The community's classes by their number, as groups with ranks.
const CLASSES: [(&str, &str); 3] = [("Gold", "1"), ("Silver", "2"), ("Bronze", "3")];

#[tokio::test]
async fn thirty_thousand_real_awards_come_in_once() {
    let (Some(badges), Some(earned)) = (data("badges.csv"), data("earned.csv")) else {
        eprintln!("skipped: no ../shared/data/stackexchange");
        return;
    };
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let (badges, awards) = (table(&badges), table(&earned));
    // The community's three classes are groups; a badge began when it was first awarded.
    for (name, rank) in CLASSES {
        mina.submit("/settings/groups", &[("name", name), ("rank", rank)]).await.redirects();
    }
    let mut file = "name,startOn,expiresOn,earnType,EarnexpiryType,restrictedToOwners,badgeGroupId,badgeRank\n"
        .to_owned();
    for row in &badges {
        let class: usize = row["class"].parse().unwrap();
        let (name, since) = (&row["name"], &row["first_awarded_at"]);
        let group = CLASSES[class - 1].0;
        writeln!(file, "{name},{since},2030-12-31,EARN,NEVER,Loyalty,{group},{class}").unwrap();
    }
    let past = Manner { migration: true, ..Manner::default() };
    let refused = bring(&app, "badges", file.as_bytes(), Manner::default()).await.0;
    assert_eq!(counts(&refused), (0, 0, 0, 79), "past dates need the switch");
    let (made, result) = bring(&app, "badges", file.as_bytes(), past).await;
    assert_eq!(counts(&made), (79, 0, 0, 0), "{result}");
    assert_eq!(counts(&bring(&app, "badges", file.as_bytes(), past).await.0), (0, 0, 79, 0));
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

    // What the pages show of each badge is what the file says of it.
    let mut shown = BTreeMap::new();
    let mut page = Some("/badges".to_owned());
    while let Some(path) = page {
        let list = mina.get(&path).await.is(200);
        let numbers = list.texts("tbody td:nth-child(6)");
        shown.extend(list.texts("tbody .name").into_iter().zip(numbers));
        page = list.attributes("a[rel=next]", "href").pop();
    }
    assert_eq!(shown.len(), 79);
    for row in &badges {
        let issued = shown[&row["name"]].replace(',', "");
        assert_eq!(issued, row["awards"], "{}", row["name"]);
    }

    // And a support agent finds the badges of the busiest customer.
    let mut held: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &awards {
        held.entry(&row["user_id"]).or_default().push(&row["badge_name"]);
    }
    // One whose id is no number of a customer: the search opens an only exact match at once.
    held.retain(|id, _| id.parse::<u32>().unwrap() > 12_316);
    let (id, names) = held.iter().max_by_key(|(_, names)| names.len()).unwrap();
    let names: BTreeSet<&&str> = names.iter().collect();
    let sam = app.staff("Sam", Role::Support).await;
    let desk = sam.get(&format!("/customers?q={id}")).await.redirects();
    let page = sam.get(&desk).await.is(200);
    assert_eq!(page.texts(".pills b")[2], names.len().to_string(), "badges issued to {id}");

    let out = mina.submit("/exports", &[("kind", "earned-badges")]).await.is(200);
    let out = table(&out.body[3..]);
    assert_eq!(out.len(), 30_285);
    for row in &badges {
        let issued = out.iter().filter(|award| award["badgeName"] == row["name"]).count();
        assert_eq!(issued.to_string(), row["awards"], "{}", row["name"]);
    }
}
