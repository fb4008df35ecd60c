//! Lists as files: safe to open, complete, noted, and good to bring in again.

use guerdon::base::permission::Role;

use crate::imports::import;
use crate::support::TestApp;

#[tokio::test]
async fn what_goes_out_comes_in_again_and_nothing_is_run_on_the_way() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let file = "externalId,mobile,firstName,registeredOn,Note\n\
        1,+44 7700 900417,=HYPERLINK(\"http://x\"),2024-07-01T10:00:00Z,-5\n\
        2,,'@quoted,,\"two\nlines\"\n3,,\u{FF1D}wide,,@x\n";
    assert_eq!(import(&app, "customers", file).await, (3, 0, 0, 0));
    let out = mina.submit("/exports", &[("kind", "customers")]).await.is(200);
    assert!(out.header("content-disposition").contains("customers_20261126090000.csv"));
    let text = out.text();
    assert!(text.starts_with(
        "\u{FEFF}externalId,mobile,email,cardNumber,firstName,lastName,registeredOn,Note\r\n"
    ));
    for armed in ["'=HYPERLINK", "'+44 7700", "'-5", "''@quoted", "'\u{FF1D}wide", "'@x"] {
        assert!(text.contains(armed), "{armed}: {text}");
    }
    // Our own header says that marks are to be taken off: nothing differs.
    assert_eq!(import(&app, "customers", &text).await, (0, 0, 3, 0));

    let marketer = app.staff("Max", Role::Marketer).await;
    let plain = marketer.submit("/exports", &[("kind", "customers")]).await.is(200).text();
    assert!(plain.starts_with("\u{FEFF}customerId,firstName,lastName\r\n"), "{plain}");
    assert!(!plain.contains("7700"));
    marketer.submit("/exports", &[("kind", "activity")]).await.is(403);
    mina.submit("/exports", &[("kind", "nonsense")]).await.is(404);

    mina.get("/exports").await.is(200).shows("td", "Customers").shows("td", "Max");
    let log = mina.submit("/exports", &[("kind", "activity"), ("query", "kind=export")]).await;
    let lines = log.text().lines().count();
    assert_eq!(lines, 1 + 3, "{}", log.text());
    mina.submit("/settings/groups", &[("name", "=Gold"), ("rank", "1")]).await.redirects();
    let groups = mina.submit("/exports", &[("kind", "groups")]).await.is(200).text();
    assert!(groups.contains(",'=Gold,1,true\r\n"), "{groups}");
    mina.submit("/exports", &[("kind", "custom-fields")]).await.is(200);

    let chosen = mina.get("/exports?kind=customers&import=1").await;
    chosen.shows("#chosen p", "import 1");
    assert_eq!(chosen.attributes("#chosen input[name=query]", "value"), ["import=1"]);
    let none = mina.submit("/exports", &[("kind", "customers"), ("query", "import=99")]).await;
    assert_eq!(none.text().lines().count(), 1);
}
