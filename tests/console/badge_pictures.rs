//! Pictures of badges: what is taken, what is kept, who sees it.

use guerdon::base::permission::Role;

use crate::badges::{BADGE, make, with};
use crate::support::TestApp;

/// A square picture as a browser would send it.
fn png(side: (u32, u32)) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::DynamicImage::new_rgb8(side.0, side.1);
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn pictures_are_checked_kept_and_served_to_their_brand_alone() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = make(&mina, BADGE).await;
    let images = format!("{path}/images");
    mina.get(&images).await.is(200).shows("main form b", "Unissued");
    let upload = async |name: &str, kind: &str, bytes: &[u8]| {
        mina.upload(&images, &[], ("image.EARNED.upload", name, kind, bytes)).await
    };
    upload("wide.png", "image/png", &png((8, 9))).await.is(422).shows(".why li", "must be square");
    upload("x.png", "image/png", b"GIF89a").await.is(422).shows(".why li", "JPEG, PNG or SVG");
    let big = vec![0; 2 * 1024 * 1024 + 1];
    upload("x.png", "image/png", &big).await.is(422).shows(".why li", "larger than 2 MB");
    upload("medal.png", "image/png", &png((8, 8))).await.redirects_to(&path);
    let page = mina.get(&path).await;
    let src = page.attributes(".faces img", "src").pop().unwrap();
    let served = mina.get(&src).await.is(200);
    assert_eq!(served.header("content-type"), "image/png");
    assert_eq!(
        served.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    );
    assert_eq!(served.header("x-content-type-options"), "nosniff");

    let evil = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' onload='alert(1)'><script>alert(2)</script><path d='M0 0h9'/></svg>";
    upload("drawing.svg", "image/svg+xml", evil).await.redirects();
    let src = mina.get(&path).await.attributes(".faces img", "src").pop().unwrap();
    let drawing = mina.get(&src).await.is(200);
    assert!(!drawing.text().contains("script") && !drawing.text().contains("onload"));

    let south = app.brand("Southwind", "UTC").await;
    let omar = app.staff_of(south, "Omar", Role::Admin).await;
    omar.get(&src).await.is(404);
    app.visitor().get(&src).await.redirects();
    // Nor can another brand put it on a badge of its own.
    let file = src.rsplit('/').next().unwrap().to_owned();
    let stolen = with(BADGE, &[("image.EARNED.file", &file), ("go", "save")]);
    omar.submit("/badges/new", &stolen).await.is(422).shows(".why li", "cannot be used");
    let gone =
        mina.submit(&images, &[("image.EARNED.file", &file), ("image.EARNED.remove", "yes")]).await;
    gone.redirects();
    mina.get(&path).await.lacks(".faces img");
}

#[tokio::test]
async fn a_picture_may_come_with_the_form() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let form = with(BADGE, &[("go", "preview")]);
    let picture = ("image.EARNED.upload", "medal.png", "image/png", &png((8, 8))[..]);
    let preview = mina.upload("/badges/new", &form, picture).await.is(200);
    assert_eq!(preview.attributes(".faces img", "src").len(), 1);
    let bad = ("image.EARNED.upload", "x.png", "image/png", &b"nothing"[..]);
    let refused = mina.upload("/badges/new", &form, bad).await.is(422);
    refused.shows("main p", "Step 2 of 2").shows(".why li", "JPEG, PNG or SVG");
    assert_eq!(refused.attributes("input[type=hidden][name=name]", "value"), ["Early bird"]);
}
