//! The badges of a customer for support: four categories, filters, orders.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{
    Caller, Fault, Gateway, Iso, Moment, Page, Pagination, Permit, Query, Resource, Result, Sides,
    Trouble, gateway,
};
use crate::badges::api::BadgeCodes;
use crate::badges::api::customer::list::{Around, active, ascending, group, page_of};
use crate::badges::api::customer::who;
use crate::badges::api::shape::{BadgeImage, BadgeOwnership, Lens};
use crate::badges::badge::{Status, name_key};
use crate::badges::holding::{Holding, Kind, Order};
use crate::badges::owners::Owner;
use crate::badges::store::customer_badges::{self, Which};
use crate::badges::times;
use crate::base::app::App;
use crate::base::ids::{BadgeId, GroupId};

/// A badge and what the customer has of it, as support sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedBadge {
    name: String,
    description: Option<String>,
    badge_meta_id: BadgeId,
    badge_type: &'static str,
    badge_group_id: Option<GroupId>,
    badge_group_name: Option<String>,
    badge_group_rank: Option<i32>,
    badge_rank: Option<i32>,
    created_on: Moment,
    #[serde(rename = "createdOnISO")]
    created_on_iso: Iso,
    last_updated_on: Moment,
    #[serde(rename = "lastUpdatedOnISO")]
    last_updated_on_iso: Iso,
    images: Vec<BadgeImage>,
    badge_status: &'static str,
    last_earned_on: Option<Moment>,
    #[serde(rename = "lastEarnedOnISO")]
    last_earned_on_iso: Option<Iso>,
    starts_on: Moment,
    #[serde(rename = "startsOnISO")]
    starts_on_iso: Iso,
    expires_on: Moment,
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Iso,
    earn_count: i64,
    ownership: BadgeOwnership,
    issue_status: Option<&'static str>,
    last_earned_on_date: Option<Moment>,
    #[serde(rename = "lastEarnedOnDateISO")]
    last_earned_on_date_iso: Option<Iso>,
    last_earn_event_date: Option<Moment>,
    #[serde(rename = "lastEarnEventDateISO")]
    last_earn_event_date_iso: Option<Iso>,
    active: bool,
}

/// A page of a customer's badges, as support sees them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManagedBadges {
    customer_badges: Vec<ManagedBadge>,
    pagination: Pagination,
}

/// A date and which side of it is asked for. Strict: the date itself is on neither.
#[derive(Debug, Clone, Copy)]
struct Side {
    at: DateTime<Utc>,
    later: bool,
}

impl Side {
    fn holds(self, at: DateTime<Utc>) -> bool {
        if self.later { at > self.at } else { at < self.at }
    }
}

/// What a call asks of the list.
struct Asked {
    kind: Kind,
    status: Option<Status>,
    active: Option<bool>,
    name: String,
    which: Which,
    unknown_group: bool,
    starts: Option<Side>,
    ends: Option<Side>,
    order: Order,
    ascending: bool,
    page: Page,
}

const ORDERS: [&str; 7] = [
    "EXPIRES_ON",
    "LAST_MODIFIED_DATE",
    "LAST_ISSUED_DATE",
    "LAST_EXPIRED_BADGE",
    "LAST_EARNED_EVENT_DATE",
    "LAST_EARNED_ON_DATE",
    "RANK",
];

impl Asked {
    fn read(query: &Query, permit: &Permit) -> std::result::Result<Self, Trouble> {
        let kind = query.choice("badgeType", &Kind::WORDS, &[])?;
        let status =
            query.choice("badgeStatus", &Status::ALL.map(Status::wire), &[("ENDED", "EXPIRED")])?;
        let sort = query.choice("sortOn", &ORDERS, &[])?;
        let group = group(query);
        let which = Which {
            group: group.flatten(),
            owners: owners(query, "owner")?,
            claimed_by: owners(query, "claimedBy")?,
        };
        Ok(Asked {
            kind: kind.and_then(Kind::named).unwrap_or(Kind::AvailableToIssue),
            status: status.and_then(|word| word.parse().ok()),
            active: active(query)?,
            name: name_key(query.one(&["name"]).unwrap_or_default()),
            which,
            unknown_group: group == Some(None),
            starts: side(query, permit, "startOn", &["startOnOperator"], true)?,
            ends: side(query, permit, "expiresOn", &["expiresOnOperator", "endOnOperator"], false)?,
            order: sort.and_then(Order::named).unwrap_or(Order::ExpiresOn),
            ascending: ascending(query)?,
            page: query.page()?,
        })
    }

    fn admits(&self, one: &Holding, now: DateTime<Utc>) -> bool {
        one.is(self.kind, now)
            && self.status.is_none_or(|status| one.status(now) == status)
            && self.active.is_none_or(|active| one.active == active)
            && one.name_key.contains(&self.name)
            && self.starts.is_none_or(|side| side.holds(one.start_on))
            && self.ends.is_none_or(|side| side.holds(one.expires_on))
    }
}

/// Modules, by any of their spellings.
fn owners(query: &Query, name: &str) -> std::result::Result<Vec<&'static str>, Trouble> {
    let words = Owner::ALL.map(Owner::wire);
    query.choices(name, &words, &[("LOYALTY_PROMOTIONS", Owner::LoyaltyPromotion.wire())])
}

/// A date and its operator.
fn side(
    query: &Query,
    permit: &Permit,
    name: &'static str,
    operators: &[&'static str],
    later: bool,
) -> std::result::Result<Option<Side>, Trouble> {
    let mut word = None;
    for operator in operators {
        word = word.or(query.choice(operator, &["LESS_THAN", "GREATER_THAN"], &[])?);
    }
    let Some(text) = query.one(&[&name.to_ascii_lowercase()]) else { return Ok(None) };
    let read = times::read(text, permit.zone()).map_err(|_| {
        let words = format!("The value of '{name}' must be a date.");
        Trouble::bad(Fault::new(400, words).at(name))
    })?;
    let later = word.map_or(later, |word| word == "GREATER_THAN");
    Ok(Some(Side { at: read.start(permit.zone()), later }))
}

/// All badges of a customer
///
/// In four categories, which may overlap, with filters and orders; times are UTC.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/management/{customerId}",
    operation_id = "listCustomerBadges",
    tag = "Customers' badges",
    params(
        ("customerId" = String, Path, description = "The customer's number, or what the header says.", example = "62090013"),
        ("X-CAP-CUSTOMER-IDENTIFIER" = Option<String>, Header, description = "mobile, email, externalId or cardNumber."),
        ("badgeType" = Option<String>, Query, description = "AVAILABLE_TO_ISSUE, AVAILABLE, EARNED or EXPIRED; the first where nothing is said."),
        ("badgeStatus" = Option<String>, Query, description = "UPCOMING, LIVE or EXPIRED."),
        ("action" = Option<String>, Query, description = "ACTIVATED or DEACTIVATED."),
        ("name" = Option<String>, Query, description = "Part of the badge's name."),
        ("owner" = Option<String>, Query, description = "Badges this module may use."),
        ("claimedBy" = Option<String>, Query, description = "Badges this module does use."),
        ("groupId" = Option<String>, Query, description = "Only badges of this group."),
        ("startOn" = Option<String>, Query, description = "Epoch seconds or ISO 8601."),
        ("startOnOperator" = Option<String>, Query, description = "GREATER_THAN, where nothing is said, or LESS_THAN."),
        ("expiresOn" = Option<String>, Query, description = "Epoch seconds or ISO 8601."),
        ("expiresOnOperator" = Option<String>, Query, description = "LESS_THAN, where nothing is said, or GREATER_THAN."),
        ("sortOn" = Option<String>, Query, description = "EXPIRES_ON, LAST_MODIFIED_DATE, LAST_ISSUED_DATE, LAST_EXPIRED_BADGE, LAST_EARNED_EVENT_DATE, LAST_EARNED_ON_DATE or RANK."),
        ("order" = Option<String>, Query, description = "ASC or DESC; DESC where nothing is said. Means nothing to RANK."),
        ("page" = Option<i64>, Query, description = "Which page, from 0."),
        ("size" = Option<i64>, Query, description = "How many a page holds, at most 100; 10 where nothing is said. `limit` is the same."),
    ),
    responses((status = 200, description = "A page of badges.", body = Gateway<ManagedBadges>))
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(customer): Path<String>,
    headers: HeaderMap,
    query: Query,
) -> Result<BadgeCodes> {
    let permit = caller.reads(Resource::Badges)?;
    let asked = Asked::read(&query, &permit)?;
    let (org, now) = (permit.org(), app.clock.now());
    let mut db = app.read(org).await?;
    let customer = who::customer(&mut db, &permit, &headers, &customer).await?;
    let mut holdings = if asked.unknown_group {
        Vec::new()
    } else {
        customer_badges::holdings(&mut db, org, customer, &asked.which, now).await?
    };
    holdings.retain(|one| asked.admits(one, now));
    asked.order.sort(asked.ascending, &mut holdings);
    let total = i64::try_from(holdings.len()).unwrap_or(i64::MAX);
    let page = page_of(holdings, &asked.page);
    let around = Around::read(&mut db, org, &page).await?;
    let lens = around.lens(&app, &permit, now);
    let customer_badges: Vec<ManagedBadge> =
        page.iter().filter_map(|one| row(one, &around, &lens)).collect();
    let pagination = asked.page.told_by_rows(customer_badges.len(), total);
    Ok(gateway(ManagedBadges { customer_badges, pagination }, Sides::Empty))
}

fn row(one: &Holding, around: &Around, lens: &Lens<'_>) -> Option<ManagedBadge> {
    let badge = around.badge(one.badge)?;
    let (group, now) = (around.group(badge), lens.now);
    let (posted, event) =
        (one.last_earn.map(|last| last.posted_on), one.last_earn.map(|last| last.event_on));
    Some(ManagedBadge {
        name: badge.name.clone(),
        description: badge.description.clone(),
        badge_meta_id: badge.id,
        badge_type: badge.earn_type.wire(),
        badge_group_id: badge.group,
        badge_group_name: group.map(|group| group.name.clone()),
        badge_group_rank: group.map(|group| group.rank),
        badge_rank: badge.rank,
        created_on: Moment(badge.stamp.created_on),
        created_on_iso: Iso(badge.stamp.created_on),
        last_updated_on: Moment(badge.stamp.updated_on),
        last_updated_on_iso: Iso(badge.stamp.updated_on),
        images: lens.images(badge),
        badge_status: badge.status(now).wire(),
        last_earned_on: event.map(Moment),
        last_earned_on_iso: event.map(Iso),
        starts_on: Moment(badge.start_on),
        starts_on_iso: Iso(badge.start_on),
        expires_on: Moment(badge.expires_on),
        expires_on_iso: Iso(badge.expires_on),
        earn_count: one.earns,
        ownership: BadgeOwnership::of(badge),
        issue_status: one.newest_enrolment.map(|newest| newest.state(now)),
        last_earned_on_date: posted.map(Moment),
        last_earned_on_date_iso: posted.map(Iso),
        last_earn_event_date: event.map(Moment),
        last_earn_event_date_iso: event.map(Iso),
        active: badge.active,
    })
}
