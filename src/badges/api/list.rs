//! The list of badges, by offset and with its total as the reference has it (spec/badges.md 9.5).

use std::collections::{BTreeMap, HashMap};

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{
    Caller, Gateway, Iso, Moment, Pagination, Permit, Query, Resource, Result as Answered, Sides,
    Trouble, gateway,
};
use crate::badges::api::BadgeCodes;
use crate::badges::api::badge::lens;
use crate::badges::api::read::{OWNERS, owner_words, query_instant};
use crate::badges::api::shape::{
    BadgeImage, BadgeOwnership, BadgeTag, BenefitAnswer, ExpiryRule, Lens, StampAnswer,
};
use crate::badges::badge::{Badge, EarnType, Status};
use crate::badges::groups::Group;
use crate::badges::store;
use crate::badges::store::calls::{Asked, By};
use crate::base::app::App;
use crate::base::ids::BadgeId;
use crate::orgs;

/// A page of badges.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeListAnswer {
    meta_basic_details: Vec<BadgeListRow>,
    pagination: Pagination,
}

/// A badge as the list tells it: without its limits, with its counts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeListRow {
    #[schema(example = "662749408fe258516a88fe89")]
    id: String,
    org_id: i64,
    name: String,
    #[schema(required)]
    badge_group_id: Option<String>,
    /// The group's name, while the group is active.
    #[schema(required)]
    badge_group_name: Option<String>,
    #[schema(required)]
    badge_rank: Option<i32>,
    #[schema(required)]
    description: Option<String>,
    start_on: Moment,
    #[serde(rename = "startOnISO")]
    start_on_iso: Iso,
    expires_on: Moment,
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Iso,
    /// `UPCOMING`, `LIVE` or `EXPIRED`.
    status: &'static str,
    images: Vec<BadgeImage>,
    tags: Vec<BadgeTag>,
    /// `EARN` or `ISSUE_EARN`.
    earn_type: &'static str,
    earned_badge_expiry: ExpiryRule,
    ownership: BadgeOwnership,
    /// Left out where the brand gives no benefits.
    #[serde(skip_serializing_if = "Option::is_none")]
    benefits: Option<Vec<BenefitAnswer>>,
    /// How many were enrolled and not revoked.
    issued_count: i64,
    /// How many were issued and not revoked.
    earned_count: i64,
    #[serde(flatten)]
    stamp: StampAnswer,
    custom_fields: BTreeMap<String, String>,
    active: bool,
}

/// List badges
///
/// All filters must hold. Newest first unless asked otherwise.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/badgeMeta",
    operation_id = "listBadges",
    tag = "Badges",
    params(
        ("status" = Option<String>, Query, description = "`LIVE`, `UPCOMING`, `EXPIRED` (or `ENDED`), separated by commas."),
        ("earnType" = Option<String>, Query, description = "`EARN` or `ISSUE_EARN`."),
        ("badgeType" = Option<String>, Query, description = "The same; both must match."),
        ("action" = Option<String>, Query, description = "`ACTIVATED` or `DE_ACTIVATED`."),
        ("owner" = Option<String>, Query, description = "Modules that may use it, separated by commas."),
        ("claimedBy" = Option<String>, Query, description = "Modules that do, separated by commas."),
        ("unclaimed" = Option<bool>, Query, description = "Only those nobody uses."),
        ("name" = Option<String>, Query, description = "Part of the name, in any case."),
        ("startOn" = Option<String>, Query, description = "Starting then or later: ISO 8601 or epoch seconds."),
        ("expiresOn" = Option<String>, Query, description = "Ending then or earlier."),
        ("sortOn" = Option<String>, Query, description = "`ID`, `NAME` or `START_DATE`."),
        ("order" = Option<String>, Query, description = "`ASC` or `DESC`."),
        ("size" = Option<i64>, Query, description = "How many on a page: 10, at most 100; `limit` is the same."),
        ("page" = Option<i64>, Query, description = "From 0."),
    ),
    responses((status = 200, description = "A page of badges.", body = Gateway<BadgeListAnswer>))
)]
pub async fn list(State(app): State<App>, caller: Caller, query: Query) -> Answered<BadgeCodes> {
    let permit = caller.reads(Resource::BadgeConfig)?;
    let (asked, page) = (asked(&query, &permit)?, query.page()?);
    let (org, now) = (permit.org(), app.clock.now());
    let mut db = app.read(org).await?;
    let place = (page.offset(), page.size);
    let (total, ids) = store::calls::page(&mut *db, org, &asked, now, place).await?;
    let mut badges: HashMap<BadgeId, Badge> = store::badges::load(&mut db, org, &ids)
        .await?
        .into_iter()
        .map(|badge| (badge.id, badge))
        .collect();
    let counts = store::calls::counts(&mut *db, org, &ids).await?;
    let around = store::around::around(&mut db, org, "").await?;
    let benefits = orgs::settings(&mut db, org).await?.badge_benefits;
    let lens = lens(&app, &permit, &around, benefits);
    let row = |id: &BadgeId| {
        let badge = badges.remove(id)?;
        Some(lens.row(&badge, counts.get(id).copied().unwrap_or_default(), &around.groups))
    };
    let meta_basic_details = ids.iter().filter_map(row).collect();
    let answer = BadgeListAnswer { meta_basic_details, pagination: page.told(total) };
    Ok(gateway(answer, Sides::Empty))
}

fn asked(query: &Query, permit: &Permit) -> Result<Asked, Trouble> {
    let statuses = Status::ALL.map(Status::wire);
    let types = EarnType::ALL.map(EarnType::wire);
    let kind = |name| query.choice(name, &types, &[("ISSUE EARN", "ISSUE_EARN")]);
    let action = query.choice(
        "action",
        &["ACTIVATED", "DE_ACTIVATED"],
        &[("DEACTIVATED", "DE_ACTIVATED")],
    )?;
    let by = match query.choice("sortOn", &["ID", "NAME", "START_DATE"], &[])? {
        Some("NAME") => By::Name,
        Some("START_DATE") => By::Start,
        _ => By::Id,
    };
    Ok(Asked {
        name: query.one(&["name"]).map(str::to_owned),
        statuses: query.choices("status", &statuses, &[("ENDED", "EXPIRED")])?,
        active: action.map(|word| word == "ACTIVATED"),
        types: [kind("earnType")?, kind("badgeType")?],
        owners: query.choices("owner", &owner_words(), OWNERS)?,
        claimants: query.choices("claimedBy", &owner_words(), OWNERS)?,
        unclaimed: query.flag("unclaimed")?.unwrap_or(false),
        from: query_instant(query, "startOn", permit.zone())?,
        to: query_instant(query, "expiresOn", permit.zone())?,
        by,
        down: query.choice("order", &["ASC", "DESC"], &[])? != Some("ASC"),
    })
}

impl Lens<'_> {
    fn row(&self, badge: &Badge, (issued, earned): (i64, i64), groups: &[Group]) -> BadgeListRow {
        let group = groups.iter().find(|group| Some(group.id) == badge.group && group.active);
        BadgeListRow {
            id: badge.id.to_string(),
            org_id: self.org.get(),
            name: badge.name.clone(),
            badge_group_id: badge.group.map(|id| id.to_string()),
            badge_group_name: group.map(|group| group.name.clone()),
            badge_rank: badge.rank,
            description: badge.description.clone(),
            start_on: Moment(badge.start_on),
            start_on_iso: Iso(badge.start_on),
            expires_on: Moment(badge.expires_on),
            expires_on_iso: Iso(badge.expires_on),
            status: badge.status(self.now).wire(),
            images: self.images(badge),
            tags: badge.tags.iter().map(BadgeTag::from).collect(),
            earn_type: badge.earn_type.wire(),
            earned_badge_expiry: ExpiryRule::of(badge.earned_expiry),
            ownership: BadgeOwnership::of(badge),
            benefits: self.benefits(badge),
            issued_count: issued,
            earned_count: earned,
            stamp: StampAnswer::from(&badge.stamp),
            custom_fields: self.custom_fields(badge),
            active: badge.active,
        }
    }
}
