//! Badges by file: in by the 53-column template, out again, and back to nothing.

use guerdon::base::permission::Role;
use guerdon::imports::Manner;

use crate::imports::{bring, counts, import};
use crate::support::{TestApp, User};

/// The template's header and its sample row, the earnType column twice as in the original.
const TEMPLATE: &str = "name,description,isActive,startOn,expiresOn,earnType,EarnexpiryType,EarnexpiryWithBadgeMeta,EarnBadgestype,restrictedToOwners,ConstraintType1 for Cx,ConstraintType2 for Cx,maxEarnLimit for Cx,rollForDays for Cx,maxEarnForDays for Cx,rollForWeeks for Cx,maxEarnForWeeks for Cx,rollForMonths for Cx,maxEarnForMonths for Cx,maxEarnLimit for badge,badge constraintType1,badge constraintType2,badge constraintType3,badge constraintType4,badge rolltype1,badge rollvalue1,badge max earn limit1,badge rolltype2,badge rollvalue2,badge max earn limit2,badge rolltype3,badge rollvalue3,badge max earn limit3,badge max earn limit4,earnType,benefitType1,benefitType2,benefitType3,points1,program ID1 for points,promotion ID1 for points,allocationStrategyId1 for points,expirationStrategyId1 for points,couponseriesId2,couponseriesId1,tag name 1,tag value 1,tag name 2,tag value 2,tag name 3,badgeRank,badgeGroupId,tag value 3
test34567,Purchase 5 pet products,TRUE,1757777926,1799632870,EARN,ABSOLUTE,TRUE,WITH_BADGE_META,\"Loyalty,Milestones\",CUSTOMER_BADGE_FIXED_VALUE,CUSTOMER_BADGE_ROLLING_WINDOW,100,1,1,1,2,1,10,100000,BADGE_ROLLING_WINDOW,BADGE_FIXED_VALUE,BADGE_ROLLING_WINDOW,BADGE_ROLLING_WINDOW,DAYS,1,100,WEEKS,1,2000,MONTHS,1,5000,10000,EARN,COUPON,LOYALTY_POINTS,COUPON,100,626,80332,1489,3843,234,136,Type1,Birthday,Type2,name,Type3,3,Gold,mnp
";

const MIGRATION: Manner = Manner { dry_run: false, migration: true, about: None };

/// The list as a file, as far as a filter keeps it.
async fn take(mina: &User, query: &str) -> String {
    mina.submit("/exports", &[("kind", "badges"), ("query", query)]).await.is(200).text()
}

#[tokio::test]
async fn the_template_maps_by_itself_and_a_second_time_changes_nothing() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    mina.submit("/settings/groups", &[("name", "Gold"), ("rank", "1")]).await.redirects();
    // Without the switch the past start is refused, on its own column and in the form's words.
    let (summary, result) = bring(&app, "badges", TEMPLATE.as_bytes(), Manner::default()).await;
    assert_eq!(counts(&summary), (0, 0, 0, 1));
    assert!(result.contains("Start Date cannot be past date"), "{result}");
    let (summary, _) = bring(&app, "badges", TEMPLATE.as_bytes(), MIGRATION).await;
    assert_eq!(counts(&summary), (1, 0, 0, 0));
    let (summary, _) = bring(&app, "badges", TEMPLATE.as_bytes(), MIGRATION).await;
    assert_eq!(counts(&summary), (0, 0, 1, 0));
    let path = mina.get("/badges").await.attributes("tbody a.name", "href").remove(0);
    let page = mina.get(&path).await;
    page.shows("dd", "100000 overall").shows("dd", "Gold (rank 1)").shows("dd", "Birthday");
    page.shows("li", "Programme id 626");
    assert_eq!(
        app.number("select count(*) from badges where migrated and import_id is not null").await,
        1
    );
    assert_eq!(app.number("select count(*) from badge_limits").await, 8);
}

#[tokio::test]
async fn rows_stand_alone_and_blank_cells_leave_things_as_they_are() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let head =
        "name,startOn,expiresOn,earnType,EarnexpiryType,restrictedToOwners,description,badgeRank\n";
    let file = format!(
        "{head}One,2026-12-01,2026-12-31,EARN,NEVER,Loyalty,First,1\n\
         Two,2026-12-01,2026-11-30,EARN,NEVER,Weather,,\n\
         Three,2026-12-01,2026-12-31,earn,never,\"Loyalty, Journeys\",,\n"
    );
    let (summary, result) = bring(&app, "badges", file.as_bytes(), Manner::default()).await;
    assert_eq!(counts(&summary), (2, 0, 0, 1));
    assert!(result.contains("Owner type is not allowed."), "{result}");
    assert!(result.contains("Start Date should be before End Date"), "{result}");
    // Known by its name: one cell changes, blanks stay, the marker clears.
    let change = format!("{head}One,,,,,,<clear>,7\nThree,,,,,,,\n");
    assert_eq!(import(&app, "badges", &change).await, (0, 1, 1, 0));
    assert_eq!(
        app.number(
            "select count(*) from badges where description is null and rank = 7 and name = 'One'"
        )
        .await,
        1
    );
    // Known by its id: it may be renamed. A stranger's id is nobody's.
    let path = mina.get("/badges?q=One").await.attributes("tbody a.name", "href").remove(0);
    let id = path.rsplit('/').next().unwrap();
    let rename = format!("id,name\n{id},Uno\n000000000000000000000000,Nobody\n");
    let (summary, result) = bring(&app, "badges", rename.as_bytes(), Manner::default()).await;
    assert_eq!(counts(&summary), (0, 1, 0, 1));
    assert!(result.contains("Passed badge is not found"), "{result}");
    mina.get(&path).await.shows("h1", "Uno");
    // The refused row left nothing behind: numbers have no gap.
    assert_eq!(app.number("select max(numeric_id) from badges").await, 2);
}

#[tokio::test]
async fn what_is_taken_out_comes_in_again_unchanged() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    mina.submit("/settings/groups", &[("name", "Gold"), ("rank", "1")]).await.redirects();
    let field = [
        ("name", "Colour"),
        ("data_type", "STRING"),
        ("mandatory", "true"),
        ("default_value", "red"),
    ];
    mina.submit("/settings/custom-fields", &field).await.redirects();
    bring(&app, "badges", TEMPLATE.as_bytes(), MIGRATION).await;
    let more = "name,startOn,expiresOn,earnType,EarnexpiryType,restrictedToOwners,CF:Colour,Cx durationType,Cx window maxEarnLimit\n\
        =Sum,2026-12-01,2026-12-31,ISSUE_EARN,NEVER,Loyalty,blue,MONTHS,2\n";
    let more = more
        .replace("EarnexpiryType", "IssueexpiryType,EarnexpiryType")
        .replace("NEVER", "NEVER,NEVER");
    assert_eq!(import(&app, "badges", &more).await, (1, 0, 0, 0));
    let file = take(&mina, "").await;
    assert!(file.contains("'=Sum"), "{file}");
    let (summary, result) = bring(&app, "badges", file.as_bytes(), Manner::default()).await;
    assert_eq!(counts(&summary), (0, 0, 2, 0), "{result}");
    let filtered = take(&mina, "status=LIVE").await;
    assert!(filtered.contains("test34567") && !filtered.contains("=Sum"));
}
