//! One badge of a customer, with its limits and everything the customer got of it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Caller, Gateway, Iso, Moment, Permit, Query, Resource, Result, Sides, gateway};
use crate::badges::api::BadgeCodes;
use crate::badges::api::customer::constraints::{ConstraintBlock, blocks, own_count, quotas};
use crate::badges::api::customer::list::Around;
use crate::badges::api::customer::{Read, who};
use crate::badges::api::shape::{BadgeClaim, BadgeImage, BadgeOwnership, BadgeTag, ExpiryRule};
use crate::badges::badge::Badge;
use crate::badges::holding::instance_state;
use crate::badges::issuing::counts::Counts;
use crate::badges::limits::Level;
use crate::badges::store::badges;
use crate::badges::store::customer_badges::{self, Instance};
use crate::base::app::{App, Reading};
use crate::base::error::Error;
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId, GroupId};

/// One badge of a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerBadgeDetail {
    id: BadgeId,
    name: String,
    description: Option<String>,
    created_on: Moment,
    #[serde(rename = "createdOnISO")]
    created_on_iso: Iso,
    last_updated_on: Moment,
    #[serde(rename = "lastUpdatedOnISO")]
    last_updated_on_iso: Iso,
    starts_on: Moment,
    #[serde(rename = "startsOnISO")]
    starts_on_iso: Iso,
    expires_on: Moment,
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Iso,
    /// `ACTIVATED` or `DE_ACTIVATED`.
    action: &'static str,
    /// `EARN` or `ISSUE_EARN`.
    badge_type: &'static str,
    /// `UPCOMING`, `LIVE` or `EXPIRED`.
    badge_status: &'static str,
    /// The modules that may use it.
    owner: Vec<&'static str>,
    /// Where modules do use it.
    claimed_by: Vec<BadgeClaim>,
    images: Vec<BadgeImage>,
    /// When an issued badge ends.
    earn_expiry: ExpiryRule,
    /// When an enrolment ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_expiry: Option<ExpiryRule>,
    tags: Vec<BadgeTag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge_group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge_group_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge_group_rank: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge_rank: Option<i32>,
    /// How many the customer holds now.
    active_earned_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_earned_on: Option<Moment>,
    #[serde(rename = "lastEarnedOnISO", skip_serializing_if = "Option::is_none")]
    last_earned_on_iso: Option<Iso>,
    /// Values by the names of custom fields.
    custom_fields: BTreeMap<String, String>,
    /// With `includeStatistics=true`: each customer's limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_constraints: Option<Vec<ConstraintBlock>>,
    /// With `includeStatistics=true`: limits across customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    badge_constraints: Option<Vec<ConstraintBlock>>,
    /// With `includeStatistics=true`: the customer's enrolments.
    #[serde(skip_serializing_if = "Option::is_none")]
    issual_details: Option<IssualDetails>,
    /// With `includeStatistics=true`: how the newest enrolment stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_status: Option<&'static str>,
    /// With `includeStatistics=true`: what the customer got.
    #[serde(skip_serializing_if = "Option::is_none")]
    earn_details: Option<EarnDetails>,
}

/// A customer's enrolments in a badge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssualDetails {
    /// Revoked ones too.
    issued_count: usize,
    issuals: Vec<IssualDetail>,
}

/// An enrolment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssualDetail {
    issued_on: Moment,
    #[serde(rename = "issuedOnISO")]
    issued_on_iso: Iso,
    /// `LIVE`, `EXPIRED` or `REVOKED`.
    issued_status: &'static str,
    issue_expires_on: Moment,
    #[serde(rename = "issueExpiresOnISO")]
    issue_expires_on_iso: Iso,
    issue_id: EnrolmentId,
    owner_type: Option<String>,
    owner_reference_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_on: Option<Moment>,
    issue_event_date: Moment,
    #[serde(rename = "issueEventDateISO")]
    issue_event_date_iso: Iso,
}

/// What a customer got of a badge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EarnDetails {
    /// Revoked ones too.
    earn_count: usize,
    earns: Vec<EarnDetail>,
}

/// An issued badge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EarnDetail {
    earned_on: Moment,
    #[serde(rename = "earnedOnISO")]
    earned_on_iso: Iso,
    /// `LIVE`, `EXPIRED` or `REVOKED`.
    earned_status: &'static str,
    earn_expires_on: Moment,
    #[serde(rename = "earnExpiresOnISO")]
    earn_expires_on_iso: Iso,
    earn_id: EarnId,
    owner_type: Option<String>,
    owner_reference_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_on: Option<Moment>,
    earn_event_date: Moment,
    #[serde(rename = "earnEventDateISO")]
    earn_event_date_iso: Iso,
    /// The enrolment it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_id: Option<EnrolmentId>,
}

/// One badge of a customer
///
/// With `includeStatistics=true` also its limits and how far they are used, the customer's enrolments and
/// what they got, newest first.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/management/{customerId}/badge/{badgeId}",
    operation_id = "getCustomerBadge",
    tag = "Customers' badges",
    params(
        ("customerId" = String, Path, description = "The customer's number, or what the header says.", example = "62090013"),
        ("badgeId" = String, Path, description = "The badge's id.", example = "662724bb8fe258516a88fde2"),
        ("X-CAP-CUSTOMER-IDENTIFIER" = Option<String>, Header, description = "mobile, email, externalId or cardNumber."),
        ("includeStatistics" = Option<bool>, Query, description = "Whether limits, enrolments and issued badges are told."),
    ),
    responses((status = 200, description = "The badge.", body = Gateway<CustomerBadgeDetail>))
)]
pub async fn detail(
    State(app): State<App>,
    caller: Caller,
    Path((customer, badge)): Path<(String, String)>,
    headers: HeaderMap,
    query: Query,
) -> Result<BadgeCodes> {
    let permit = caller.reads(Resource::Badges)?;
    let with_statistics = query.flag("includeStatistics")?.unwrap_or(false);
    let mut db = app.read(permit.org()).await?;
    let customer = who::customer(&mut db, &permit, &headers, &customer).await?;
    let badge: BadgeId = badge.parse().map_err(|_| Error::NotFound)?;
    let badge = badges::find(&mut db, permit.org(), badge).await?.ok_or(Error::NotFound)?;
    let (org, now, ends) = (permit.org(), app.clock.now(), badge.expires_on);
    let earns = customer_badges::earns(&mut db, org, customer, badge.id, ends).await?;
    let around = Around::read(&mut db, org, &[]).await?;
    let mut detail = told(&app, &permit, &badge, &around, &earns, now);
    if with_statistics {
        detail.add_statistics(&mut db, &permit, customer, &badge, now, &earns).await?;
    }
    Ok(gateway(detail, Sides::Empty))
}

fn told(
    app: &App,
    permit: &Permit,
    badge: &Badge,
    around: &Around,
    earns: &[Instance],
    now: DateTime<Utc>,
) -> CustomerBadgeDetail {
    let (lens, group) = (around.lens(app, permit, now), around.group(badge));
    let kept = |earn: &&Instance| earn.revoked_on.is_none();
    let last = earns.iter().find(kept).map(|earn| earn.event_on);
    let BadgeOwnership { restricted_to_owners, claims } = BadgeOwnership::of(badge);
    CustomerBadgeDetail {
        id: badge.id,
        name: badge.name.clone(),
        description: badge.description.clone(),
        created_on: Moment(badge.stamp.created_on),
        created_on_iso: Iso(badge.stamp.created_on),
        last_updated_on: Moment(badge.stamp.updated_on),
        last_updated_on_iso: Iso(badge.stamp.updated_on),
        starts_on: Moment(badge.start_on),
        starts_on_iso: Iso(badge.start_on),
        expires_on: Moment(badge.expires_on),
        expires_on_iso: Iso(badge.expires_on),
        action: if badge.active { "ACTIVATED" } else { "DE_ACTIVATED" },
        badge_type: badge.earn_type.wire(),
        badge_status: badge.status(now).wire(),
        owner: restricted_to_owners,
        claimed_by: claims,
        images: lens.images(badge),
        earn_expiry: ExpiryRule::of(badge.earned_expiry),
        issue_expiry: badge.issued_expiry.map(ExpiryRule::of),
        tags: badge.tags.iter().map(BadgeTag::from).collect(),
        badge_group_id: badge.group,
        badge_group_name: group.map(|group| group.name.clone()),
        badge_group_rank: group.map(|group| group.rank),
        badge_rank: badge.rank,
        active_earned_count: earns.iter().filter(kept).filter(|earn| now <= earn.ends_on).count(),
        last_earned_on: last.map(Moment),
        last_earned_on_iso: last.map(Iso),
        custom_fields: lens.custom_fields(badge),
        customer_constraints: None,
        badge_constraints: None,
        issual_details: None,
        issued_status: None,
        earn_details: None,
    }
}

impl CustomerBadgeDetail {
    /// Adds what `includeStatistics=true` asks for.
    async fn add_statistics(
        &mut self,
        db: &mut Reading,
        permit: &Permit,
        customer: CustomerId,
        badge: &Badge,
        now: DateTime<Utc>,
        earns: &[Instance],
    ) -> Read<()> {
        let (org, zone) = (permit.org(), permit.zone());
        let enrolments =
            customer_badges::enrolments(db, org, customer, badge.id, badge.expires_on).await?;
        let own = quotas(badge, Level::Customer, now, zone);
        let own: Vec<_> = own.into_iter().map(|quota| (quota, own_count(&quota, earns))).collect();
        let across = quotas(badge, Level::Badge, now, zone);
        let across = Counts::look(db, org, badge.id, &across).await?.all;
        self.customer_constraints = Some(blocks(badge, Level::Customer, &own, now, zone));
        self.badge_constraints = Some(blocks(badge, Level::Badge, &across, now, zone));
        self.issued_status = enrolments.first().map(|one| state(one, now));
        self.issual_details = Some(IssualDetails {
            issued_count: enrolments.len(),
            issuals: enrolments.into_iter().map(|one| issual(one, now)).collect(),
        });
        self.earn_details = Some(EarnDetails {
            earn_count: earns.len(),
            earns: earns.iter().map(|one| earn(one, now)).collect(),
        });
        Ok(())
    }
}

fn state(one: &Instance, now: DateTime<Utc>) -> &'static str {
    instance_state(one.revoked_on.is_some(), one.ends_on, now)
}

fn owner(one: &Instance) -> Option<String> {
    Some(one.owner.clone()).filter(|owner| !owner.is_empty())
}

fn issual(one: Instance, now: DateTime<Utc>) -> IssualDetail {
    IssualDetail {
        issued_on: Moment(one.made_on),
        issued_on_iso: Iso(one.made_on),
        issued_status: state(&one, now),
        issue_expires_on: Moment(one.ends_on),
        issue_expires_on_iso: Iso(one.ends_on),
        issue_id: EnrolmentId::from_bytes(one.id),
        owner_type: owner(&one),
        revoked_on: one.revoked_on.map(Moment),
        issue_event_date: Moment(one.event_on),
        issue_event_date_iso: Iso(one.event_on),
        owner_reference_id: one.reference,
    }
}

fn earn(one: &Instance, now: DateTime<Utc>) -> EarnDetail {
    EarnDetail {
        earned_on: Moment(one.made_on),
        earned_on_iso: Iso(one.made_on),
        earned_status: state(one, now),
        earn_expires_on: Moment(one.ends_on),
        earn_expires_on_iso: Iso(one.ends_on),
        earn_id: EarnId::from_bytes(one.id),
        owner_type: owner(one),
        owner_reference_id: one.reference.clone(),
        revoked_on: one.revoked_on.map(Moment),
        earn_event_date: Moment(one.event_on),
        earn_event_date_iso: Iso(one.event_on),
        issue_id: one.enrolment,
    }
}
