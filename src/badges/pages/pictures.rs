//! A badge's pictures: the page to set them, and where they are served.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use uuid::Uuid;

use crate::auth::Staff;
use crate::badges::actions;
use crate::badges::badge::{Badge, ImageTag};
use crate::badges::draft::{Draft, ImageDraft};
use crate::badges::pages::sent::Sent;
use crate::badges::pages::show::badge_id;
use crate::badges::pictures::Picture;
use crate::badges::store;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::FileId;
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::{self, html, refused, see_other_saying};

#[derive(Template)]
#[template(path = "badges/images.html", blocks = ["dialog"])]
struct Page {
    chrome: Chrome,
    name: String,
    back: String,
    action: String,
    slots: Vec<Slot>,
    problems: Problems,
}

/// One of the three places.
pub struct Slot {
    /// The wire's tag, part of the form's keys.
    pub tag: &'static str,
    /// What the screen calls it.
    pub label: &'static str,
    /// The picture in it.
    pub image: ImageDraft,
}

impl Slot {
    /// The three places of a form.
    pub fn all(images: &BTreeMap<ImageTag, ImageDraft>) -> Vec<Slot> {
        let slot = |tag: &ImageTag| Slot {
            tag: tag.wire(),
            label: tag.label(),
            image: images.get(tag).cloned().unwrap_or_default(),
        };
        ImageTag::ALL.iter().map(slot).collect()
    }

    /// The key of one of its boxes.
    pub fn at(&self, part: &str) -> String {
        format!("image.{}.{part}", self.tag)
    }

    /// The key its problems are told on.
    pub fn key(&self) -> String {
        format!("image.{}", self.tag)
    }

    /// Where the picture is served, if there is one of ours.
    pub fn src(&self) -> String {
        match self.image.file.as_str() {
            "" => String::new(),
            id => format!("/files/{id}"),
        }
    }

    /// What choosing a file does.
    pub fn verb(&self) -> &'static str {
        if self.is_filled() { "Replace" } else { "Add" }
    }

    /// Whether there is a picture, ours or kept elsewhere.
    pub fn is_filled(&self) -> bool {
        !self.image.file.is_empty() || !self.image.url.is_empty()
    }
}

fn page(staff: &Staff, badge: &Badge, draft: &Draft, problems: Problems) -> Page {
    Page {
        chrome: Chrome::new(staff, Nav::Badges)
            .crumb("Badges", "/badges")
            .crumb(&badge.name, badge.path())
            .title("Pictures"),
        name: badge.name.clone(),
        back: badge.path(),
        action: format!("{}/images", badge.path()),
        slots: Slot::all(&draft.images),
        problems,
    }
}

async fn found(app: &App, staff: &Staff, id: &str) -> Result<Badge> {
    staff.require(Permission::EditBadges)?;
    let id = badge_id(id)?;
    let mut db = app.read(staff.org).await?;
    store::badges::find(&mut db, staff.org, id).await?.ok_or(Error::NotFound)
}

/// The three places with what is in them.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    let badge = found(&app, &staff, &id).await?;
    let draft = Draft::of(&badge, &[], staff.zone);
    let page = page(&staff, &badge, &draft, Problems::none());
    if hx.wants("dialog") { html(page.as_dialog()) } else { html(page) }
}

/// Keeps what was uploaded and puts it on the badge.
pub async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    sent: Sent,
) -> web::Result {
    let badge = found(&app, &staff, &id).await?;
    let mut draft = Draft::from_pairs(&sent.pairs);
    let mut problems = Problems::default();
    take_uploads(&app, &staff, &sent, &mut draft, &mut problems).await?;
    if !problems.is_empty() {
        return refused(page(&staff, &badge, &draft, problems));
    }
    let (badge_id, slots) = (badge.id, draft.images.clone());
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::set_images(act, badge_id, &slots).await })
        })
        .await;
    match deed {
        Ok(badge) => see_other_saying(&badge.path(), Flash::done("Saved the pictures")),
        Err(Error::Refused(problems)) => refused(page(&staff, &badge, &draft, problems)),
        Err(error) => Err(error.into()),
    }
}

/// Keeps uploads and empties places as the form says; what is wrong is noted against the place.
pub async fn take_uploads(
    app: &App,
    staff: &Staff,
    sent: &Sent,
    draft: &mut Draft,
    problems: &mut Problems,
) -> Result<()> {
    staff.require(Permission::EditBadges)?;
    for tag in ImageTag::ALL {
        if !sent.get(&format!("image.{}.remove", tag.wire())).is_empty() {
            draft.images.remove(&tag);
        }
        let key = format!("image.{}.upload", tag.wire());
        let Some(upload) = sent.files.iter().find(|upload| upload.field == key) else { continue };
        let picture = Picture::read(&upload.bytes);
        let Some(picture) = problems.check(format!("image.{}", tag.wire()), picture) else {
            continue;
        };
        let name = upload.name.clone();
        let file = app
            .act(staff.actor(), move |act| {
                Box::pin(async move { actions::keep_picture(act, &name, &picture).await })
            })
            .await?;
        let slot = draft.images.entry(tag).or_default();
        slot.file = file.to_string();
        slot.handle = Uuid::new_v4().to_string();
        slot.url.clear();
    }
    Ok(())
}

/// A stored picture. It can do nothing but be seen: no script, no embedding elsewhere, no guessing of
/// its type; and only its own brand sees it.
pub async fn serve(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    staff.require(Permission::ReadBadges)?;
    let id: FileId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    let stored = store::files::find(&mut *db, staff.org, id).await?.ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, stored.media_type),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox".to_owned(),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, stored.bytes).into_response())
}
