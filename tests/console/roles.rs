//! Which role may open which page. Deeds ask again by themselves; this table is what a person meets.

use guerdon::base::permission::Role;

use crate::support::TestApp;

#[tokio::test]
async fn each_role_opens_its_pages_and_no_other() {
    let app = TestApp::new().await;
    let everyone = [
        (app.staff("Mina", Role::Admin).await, 0),
        (app.staff("Sam", Role::Support).await, 1),
        (app.staff("Marta", Role::Marketer).await, 2),
    ];
    for (path, may) in [
        ("/badges", [true, true, true]),
        ("/settings/custom-fields", [true, true, true]),
        ("/settings/groups", [true, true, true]),
        ("/customers", [true, true, true]),
        ("/imports", [true, false, true]),
        ("/exports", [true, true, true]),
        ("/activity", [true, true, false]),
        ("/staff", [true, false, false]),
        ("/settings/clients", [true, false, false]),
        ("/settings/tills", [true, false, false]),
        ("/settings/access-groups", [true, false, false]),
    ] {
        for (person, role) in &everyone {
            let expected = if may[*role] { 200 } else { 403 };
            let answer = person.get(path).await;
            assert_eq!(answer.status.as_u16(), expected, "{path} for role {role}");
        }
    }
}
