//! A customer's coupons at the desk: the list, and one of them open; who may see what.

use guerdon::base::ids::{CouponId, CustomerId, SeriesId};
use guerdon::base::permission::Role;
use guerdon::coupons::{self, Coupon, Draft};
use guerdon::customers;

use crate::support::coupons::{redemption, terms};
use crate::support::{Answer, TestApp, User};

/// A customer with a mobile number, and their coupons.
pub struct Desk {
    pub app: TestApp,
    pub amara: CustomerId,
    pub sam: User,
}

impl Desk {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let draft = customers::Draft {
            first_name: "Amara".to_owned(),
            last_name: "Reyes".to_owned(),
            mobile: "+44 7700 900417".to_owned(),
            ..Default::default()
        };
        let made = app.act(|act| {
            Box::pin(async move { customers::create(act, &draft, chrono_tz::Tz::UTC).await })
        });
        let amara = made.await.unwrap();
        let sam = app.staff("Sam", Role::Support).await;
        Desk { app, amara, sam }
    }

    /// So much later that sessions have ended: Sam signs in again.
    pub async fn later(&mut self, at: &str) {
        self.app.set_clock(at);
        self.sam = User::sign_in(&self.app, "sam@northwind.test").await;
        // The library's own end of a session counts by the machine's clock, not by this one.
        self.app.sql("update sessions set expires_at = '2030-01-01Z'").await;
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/customers/{}/coupons{rest}", self.amara)
    }

    pub async fn series(&self, name: &str, but: impl FnOnce(Draft) -> Draft) -> SeriesId {
        self.app.series(but(terms().with("description", name))).await
    }

    pub async fn coupons(&self, series: SeriesId, count: i64) -> Vec<Coupon> {
        self.app.issue(series, self.amara, count).await.unwrap().coupons
    }

    pub async fn move_end(&self, ids: Vec<CouponId>, to: &str) {
        let to = to.parse().unwrap();
        let done = self.app.act(move |act| {
            Box::pin(async move { coupons::change_expiry_of(act, &ids, to, None).await })
        });
        assert!(done.await.unwrap().iter().all(|line| line.result.is_ok()));
    }

    pub async fn take(&self, ids: Vec<CouponId>) {
        let why = Some("Misuse".to_owned());
        let done = self
            .app
            .act(move |act| Box::pin(async move { coupons::revoke_of(act, &ids, why).await }));
        assert!(done.await.unwrap().iter().all(|line| line.result.is_ok()));
    }

    pub async fn entries_of(&self, verb: &str) -> usize {
        let verb = format!(" {verb} ");
        self.app.entries().await.iter().filter(|entry| entry.contains(&verb)).count()
    }
}

/// The codes of the rows, from the top.
pub fn codes(page: &Answer) -> Vec<String> {
    page.texts("tbody td a.name code")
}

/// What a form asks with several picks.
pub fn form(noun: &str, picks: &[&Coupon]) -> String {
    let picks: Vec<String> = picks.iter().map(|one| format!("pick={}", one.id)).collect();
    format!("/coupons/codes/{noun}?{}", picks.join("&"))
}

#[tokio::test]
async fn the_list_says_how_each_coupon_stands() {
    let mut desk = Desk::new().await;
    let empty = desk.sam.get(&desk.path("")).await.is(200);
    empty.shows(".empty h2", "No coupons yet").shows(".empty a", "Goodwill coupon");

    let plain = desk.series("Diwali", |d| d.with("isMultipleUseAllowed", false)).await;
    let many = desk
        .series("Autumn", |d| {
            d.with("isMultipleUseAllowed", true)
                .with("sameUserMultipleRedeem", true)
                .with("discountType", "PERC")
                .with("discountValue", 12)
                .with("discountUpto", 12)
        })
        .await;
    let later = desk.series("Later", |d| d.with("redemptionValidAfterDays", 3)).await;
    let held = desk.coupons(plain, 4).await;
    let often = desk.coupons(many, 1).await;
    let soon = desk.coupons(later, 1).await;
    desk.app.redeem(desk.amara, &[&held[0].code]).await;
    desk.app.redeem(desk.amara, &[&often[0].code]).await;
    desk.take(vec![held[1].id]).await;
    desk.move_end(vec![held[2].id], "2026-11-26T10:00:00Z").await;
    desk.later("2026-11-26T10:00:00Z").await;

    let page = desk.sam.get(&desk.path("")).await.is(200);
    page.shows(".tabs a[aria-current]", "Coupons");
    let row = |coupon: &Coupon| {
        let rows = page.texts("tbody tr");
        rows.into_iter().find(|row| row.contains(&coupon.code)).unwrap()
    };
    for (coupon, words) in [
        (&held[0], ["Diwali", "500", "31 Dec 2027, 23:59", "1 / 0", "Redeemed"]),
        (&held[1], ["Diwali", "500", "31 Dec 2027, 23:59", "0 / 1", "Revoked"]),
        (&held[2], ["Diwali", "26 Nov 2026, 11:00", "changed", "0 / 1", "Expired"]),
        (&held[3], ["Diwali", "26 Nov 2026, 10:00", "31 Dec 2027, 23:59", "0 / 1", "Active"]),
        (&often[0], ["Autumn", "12 % up to 12", "31 Dec 2027", "1 / ∞", "Partly redeemed"]),
        (&soon[0], ["Later", "0 / 1", "Active", "redeemable from", "29 Nov 2026, 00:00"]),
    ] {
        let row = row(coupon);
        words.iter().for_each(|word| assert!(row.contains(word), "{word} in {row}"));
    }
    page.shows(".pager", "6 in all · times in Europe/Berlin");
    let bulk = page.attributes(".more .pop a", "href");
    let expected = format!("/coupons/bulk/new?action=expiry&customer={}", desk.amara);
    assert_eq!(bulk[0], expected);
    // What cannot be done says why.
    let whys = page.attributes("tr button[aria-disabled]", "title");
    assert!(whys.contains(&"Revoke: It was redeemed.".to_owned()), "{whys:?}");
}

#[tokio::test]
async fn filters_orders_pages_and_letters_stand_in_the_address() {
    let mut desk = Desk::new().await;
    let diwali = desk.series("Diwali", |d| d).await;
    let autumn = desk.series("Autumn sale", |d| d.with("validTillDate", "2026-12-01")).await;
    let first = desk.coupons(diwali, 21).await;
    desk.later("2026-11-27T09:00:00Z").await;
    let last = desk.coupons(autumn, 2).await;
    desk.app.redeem(desk.amara, &[&first[0].code]).await;
    let get = async |query: &str| desk.sam.get(&desk.path(query)).await.is(200);

    let page = get("").await;
    assert_eq!(codes(&page).len(), 20);
    assert_eq!(codes(&page)[0], last[1].code);
    let next = page.attributes(".pager a[rel=next]", "href").pop().unwrap();
    let rest = desk.sam.get(&next).await.is(200);
    let mut wanted: Vec<&str> = first[..3].iter().map(|one| one.code.as_str()).collect();
    wanted.reverse();
    assert_eq!(codes(&rest), wanted);
    rest.shows(".pager a", "First").lacks(".pager a[rel=next]");

    for (query, count) in [
        ("?status=REDEEMED", 1),
        ("?status=REVOKED", 0),
        ("?status=REDEEMABLE&series=", 20),
        ("?type=GENERIC", 0),
        ("?from=2026-11-27", 2),
        ("?to=2026-11-26", 20),
        ("?expiring=4", 2),
        ("?expiring=3", 0),
        ("?q=SALE", 2),
    ] {
        assert_eq!(codes(&get(query).await).len(), count, "{query}");
    }
    let one = get(&format!("?q={}", last[0].code.to_lowercase())).await;
    assert_eq!(codes(&one), [last[0].code.clone()]);
    let none = get("?type=GENERIC&status=ACTIVE").await;
    none.shows(".empty h2", "No coupon fits").shows(".chips", "One common code").lacks("tbody");
    // A place nobody was given breaks nothing, however far away.
    let far = "eyJhdCI6Ii0yNjIxNDMtMDEtMDFUMDA6MDA6MDBaIiwiaWQiOjF9";
    get(&format!("?after={far}")).await;
    assert_eq!(codes(&get("?after=x").await).len(), 20);
    let wrong = get("?from=soon&expiring=x").await;
    wrong.shows(".note", "Write a day such as").shows(".note", "number of days");
    assert_eq!(wrong.attributes("#coupon-from", "value"), ["soon"]);

    // What ends first: those of the offer that ends first, by number.
    let page = get("?sort=expires&order=asc").await;
    assert_eq!(codes(&page)[..2], [last[0].code.clone(), last[1].code.clone()]);
    assert_eq!(page.attributes("th[aria-sort]", "aria-sort"), ["ascending"]);

    let small = get("?case=lower").await;
    assert_eq!(codes(&small)[0], last[1].code.to_lowercase());
    let copy = small.attributes("tbody [data-copy]", "data-copy");
    assert_eq!(copy[0], last[1].code.to_lowercase());
    small.shows(".pills a[aria-current]", "lower");
}

#[tokio::test]
async fn the_panel_tells_everything_about_a_coupon() {
    let desk = Desk::new().await;
    let series = desk
        .series("Diwali", |d| {
            d.with("isMultipleUseAllowed", true)
                .with("sameUserMultipleRedeem", true)
                .with("termsAndConditions", "Not on sale items")
        })
        .await;
    let coupon = desk.coupons(series, 1).await.remove(0);
    let kept = redemption(&desk.app.redeem(desk.amara, &[&coupon.code]).await);
    let back = redemption(&desk.app.redeem(desk.amara, &[&coupon.code]).await);
    let wrong = Some("Wrong bill".to_owned());
    desk.app
        .act(move |act| Box::pin(async move { coupons::reactivate(act, &[back], wrong).await }))
        .await
        .unwrap();
    desk.move_end(vec![coupon.id], "2026-12-24T17:30:00Z").await;

    let path = desk.path(&format!("/{}?status=ACTIVE", coupon.id));
    let page = desk.sam.get(&path).await.is(200);
    page.shows("tr[aria-current] code", &coupon.code);
    for (term, value) in [
        ("Code", coupon.code.as_str()),
        ("Status", "Partly redeemed"),
        ("Offer", "Diwali"),
        ("POS identifier", "XYZ123"),
        ("Redemptions", "1 used, ∞ left"),
        ("Now", "24 Dec 2026, 18:30 changed"),
        ("Natural", "31 Dec 2027, 23:59"),
        ("Offer ends", "31 Dec 2027, 23:59"),
        ("Issued by", "Operator"),
        ("Source", "API"),
        ("Transaction", "0"),
        ("T&C", "Not on sale items"),
    ] {
        let facts = page.texts("#panel .facts");
        assert!(facts.iter().any(|f| f.contains(&format!("{term}{value}"))), "{term}: {facts:?}");
    }
    let uses = page.texts("#redemptions article");
    assert_eq!(uses.len(), 2);
    assert!(uses[0].contains(&kept.to_string()) && uses[0].contains("T-1 · 100"), "{uses:?}");
    assert!(uses[1].contains("Wrong bill") && uses[1].contains("Taken back"), "{uses:?}");
    assert_eq!(page.attributes("#redemptions a[data-dialog]", "href").len(), 1);
    page.shows("#history li", "moved the expiry of").shows("#history li", "Wrong bill");

    // For htmx the desk alone; the list behind it keeps its filter.
    let desk_alone = desk.sam.get_region(&path, "desk").await.is(200);
    desk_alone.lacks("header.top").shows("#panel h2", &coupon.code);
    let close = desk_alone.attributes("#panel header .btn.icon", "href");
    assert_eq!(close, [desk.path("?status=ACTIVE")]);

    // Somebody else's coupon is not theirs, and nothing is a coupon of nobody.
    let ben = desk.app.customer("Ben").await;
    desk.sam.get(&format!("/customers/{ben}/coupons/{}", coupon.id)).await.is(404);
    desk.sam.get(&desk.path("/999999")).await.is(404);
    desk.sam.get(&desk.path("/x")).await.is(404);
}

#[tokio::test]
async fn a_badge_s_coupon_leads_to_its_badge() {
    let desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d).await;
    let coupon = desk.coupons(series, 1).await.remove(0);
    let (badge, earn) = (format!("{:0>24}", 7), format!("{:0>24}", 9));
    desk.app
        .sql(&format!(
            "insert into badges (org_id, id, numeric_id, name, name_key, start_on, expires_on,
                earn_type, earned_expiry, created_on, created_by_name, updated_on, updated_by_name)
             values ({org}, decode('{badge}', 'hex'), 7, 'Great Answer', 'great answer',
                '2026-01-01Z', '2026-12-31Z', 'EARN', '{{\"expiryType\":\"NEVER\"}}',
                '2026-01-01Z', 'Mina', '2026-01-01Z', 'Mina');
             insert into badge_earns (org_id, id, badge_id, customer_id, earn_event_date, earned_on,
                source, owner_type)
             values ({org}, decode('{earn}', 'hex'), decode('{badge}', 'hex'), {who},
                '2026-11-01Z', '2026-11-01Z', 'UI', 'Loyalty');
             update coupons set source = 'BADGE', source_reference = '{earn}'",
            org = desk.app.org,
            who = desk.amara,
        ))
        .await;
    let page = desk.sam.get(&desk.path(&format!("/{}", coupon.id))).await.is(200);
    page.shows("#panel .facts", "Badge: Great Answer");
    let href = format!("/member-care/ui/{}?badge={badge}", desk.amara);
    assert!(page.attributes("#panel .facts a", "href").contains(&href));
    desk.sam.get(&href).await.is(200).shows("#panel h2", "Great Answer");
}

#[tokio::test]
async fn marketers_see_codes_and_names_and_do_nothing() {
    let desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d).await;
    let coupon = desk.coupons(series, 1).await.remove(0);
    desk.app.redeem(desk.amara, &[&coupon.code]).await;
    let mina = desk.app.staff("Mina", Role::Marketer).await;
    for path in [
        desk.path(""),
        desk.path(&format!("/{}", coupon.id)),
        format!("/coupons/codes/{}", coupon.id),
    ] {
        let page = mina.get(&path).await.is(200);
        assert!(page.text().contains("Amara Reyes"), "{path}");
        for hidden in ["7700", "Operator", "T-1", "data-dialog>"] {
            assert!(!page.text().contains(hidden), "{hidden} on {path}");
        }
        page.lacks("[name=pick]").lacks("#history").lacks(".more .pop");
    }
    for noun in ["expiry", "revocation"] {
        mina.get(&form(noun, &[&coupon])).await.is(403);
        mina.submit(&form(noun, &[&coupon]), &[("until", "week")]).await.is(403);
    }
    let resending = format!("/coupons/codes/{}/resending", coupon.id);
    mina.submit(&resending, &[("last", "0")]).await.is(403);
}

#[tokio::test]
async fn another_brand_s_customers_and_coupons_are_not_there() {
    let desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d).await;
    let coupon = desk.coupons(series, 1).await.remove(0);
    let other = desk.app.brand("Contoso", "UTC").await;
    let eve = desk.app.staff_of(other, "Eve", Role::Admin).await;
    for path in [
        desk.path(""),
        desk.path(&format!("/{}", coupon.id)),
        format!("/coupons/codes/{}", coupon.id),
        format!("/coupons/codes/{}/resending", coupon.id),
        form("expiry", &[&coupon]),
        form("revocation", &[&coupon]),
    ] {
        eve.get(&path).await.is(404);
    }
    eve.submit(&form("revocation", &[&coupon]), &[("understood", "true")]).await.is(404);
}
