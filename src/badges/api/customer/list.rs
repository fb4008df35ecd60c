//! The badges of a customer for the customer's own eyes: an app's or a web site's page.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{
    Caller, Gateway, Iso, Moment, Page, Pagination, Permit, Query, Resource, Result, Sides,
    Trouble, gateway,
};
use crate::badges::api::BadgeCodes;
use crate::badges::api::customer::{Read, who};
use crate::badges::api::shape::{
    BadgeConstraint, BadgeImage, BadgeOwnership, BadgeTag, BenefitAnswer, Cycles, Lens,
};
use crate::badges::badge::Badge;
use crate::badges::fields::Field;
use crate::badges::groups::Group;
use crate::badges::holding::{Holding, Kind, Order};
use crate::badges::limits::Level;
use crate::badges::store::customer_badges::Which;
use crate::badges::store::{badges, customer_badges, fields, groups};
use crate::base::app::{App, Reading};
use crate::base::ids::{BadgeId, GroupId, OrgId};
use crate::orgs;

/// A badge and what the customer has of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerBadge {
    badge_meta_id: BadgeId,
    org_id: OrgId,
    name: String,
    description: Option<String>,
    start_on: Moment,
    #[serde(rename = "startOnISO")]
    start_on_iso: Iso,
    expires_on: Moment,
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Iso,
    images: Vec<BadgeImage>,
    tags: Vec<BadgeTag>,
    badge_group_id: Option<GroupId>,
    badge_group_name: Option<String>,
    badge_group_rank: Option<i32>,
    badge_rank: Option<i32>,
    ownership: BadgeOwnership,
    earn_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    benefits: Option<Vec<BenefitAnswer>>,
    customer_constraints: Vec<BadgeConstraint>,
    badge_constraints: Vec<BadgeConstraint>,
    earned_count: Option<i64>,
    last_earned_on_date: Option<Moment>,
    #[serde(rename = "lastEarnedOnDateISO")]
    last_earned_on_date_iso: Option<Iso>,
    last_earn_event_date: Option<Moment>,
    #[serde(rename = "lastEarnEventDateISO")]
    last_earn_event_date_iso: Option<Iso>,
    custom_fields: BTreeMap<String, String>,
    active: bool,
}

/// A page of a customer's badges.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerBadges {
    badges: Vec<CustomerBadge>,
    pagination: Pagination,
}

/// What a call asks of the list.
struct Asked {
    kind: Option<Kind>,
    active: Option<bool>,
    order: Order,
    ascending: bool,
    with_ended: bool,
    group: Option<Option<GroupId>>,
    page: Page,
}

/// The aliases of a badge's switch.
pub const SWITCH: [&str; 2] = ["ACTIVATED", "DE_ACTIVATED"];
/// See [`SWITCH`].
pub const SWITCH_ALIASES: [(&str, &str); 1] = [("DEACTIVATED", "DE_ACTIVATED")];

impl Asked {
    fn read(query: &Query) -> std::result::Result<Self, Trouble> {
        let words = ["RANK", "LAST_EARNED_ON_DATE", "LAST_EARNED_EVENT_DATE"];
        let sort = query.choice("sortOn", &words, &[])?;
        Ok(Asked {
            kind: query.choice("badgeType", &Kind::WORDS, &[])?.and_then(Kind::named),
            active: active(query)?,
            order: sort.and_then(Order::named).unwrap_or(Order::Id),
            ascending: ascending(query)?,
            with_ended: query.flag("includeExpired")?.unwrap_or(false),
            group: group(query),
            page: query.page()?,
        })
    }
}

/// Reads `action`: which way the badge's switch must stand.
pub fn active(query: &Query) -> std::result::Result<Option<bool>, Trouble> {
    let word = query.choice("action", &SWITCH, &SWITCH_ALIASES)?;
    Ok(word.map(|word| word == "ACTIVATED"))
}

/// Reads `order`.
pub fn ascending(query: &Query) -> std::result::Result<bool, Trouble> {
    Ok(query.choice("order", &["ASC", "DESC"], &[])? == Some("ASC"))
}

/// Reads `groupId`: `Some(None)` is a group nobody has.
pub fn group(query: &Query) -> Option<Option<GroupId>> {
    query.one(&["groupid"]).map(|text| text.parse().ok())
}

/// Badges of a customer
///
/// Those the customer can get and those the customer has, for an app or a web site.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/customer/{customerId}",
    operation_id = "listBadgesForCustomer",
    tag = "Customers' badges",
    params(
        ("customerId" = String, Path, description = "The customer's number, or what the header says.", example = "62090013"),
        ("X-CAP-CUSTOMER-IDENTIFIER" = Option<String>, Header, description = "mobile, email, externalId or cardNumber."),
        ("badgeType" = Option<String>, Query, description = "AVAILABLE, EARNED, AVAILABLE_TO_ISSUE or EXPIRED; available and earned ones where nothing is said."),
        ("action" = Option<String>, Query, description = "ACTIVATED or DE_ACTIVATED."),
        ("includeExpired" = Option<bool>, Query, description = "Whether ended badges and expired earned ones are told too."),
        ("groupId" = Option<String>, Query, description = "Only badges of this group."),
        ("sortOn" = Option<String>, Query, description = "RANK, LAST_EARNED_ON_DATE or LAST_EARNED_EVENT_DATE; newest badge first where nothing is said."),
        ("order" = Option<String>, Query, description = "ASC or DESC; DESC where nothing is said. Means nothing to RANK."),
        ("page" = Option<i64>, Query, description = "Which page, from 0."),
        ("size" = Option<i64>, Query, description = "How many a page holds, at most 100; 10 where nothing is said. `limit` is the same."),
    ),
    responses((status = 200, description = "A page of badges.", body = Gateway<CustomerBadges>))
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(customer): Path<String>,
    headers: HeaderMap,
    query: Query,
) -> Result<BadgeCodes> {
    let permit = caller.reads(Resource::Badges)?;
    let asked = Asked::read(&query)?;
    let (org, now) = (permit.org(), app.clock.now());
    let mut db = app.read(org).await?;
    let customer = who::customer(&mut db, &permit, &headers, &customer).await?;
    let mut holdings = match asked.group {
        Some(None) => Vec::new(),
        group => {
            let which = Which { group: group.flatten(), ..Which::default() };
            customer_badges::holdings(&mut db, org, customer, &which, now).await?
        }
    };
    holdings.retain(|one| {
        asked.active.is_none_or(|active| one.active == active)
            && one.is_shown(asked.kind, asked.with_ended, now)
    });
    asked.order.sort(asked.ascending, &mut holdings);
    let total = i64::try_from(holdings.len()).unwrap_or(i64::MAX);
    let page = page_of(holdings, &asked.page);
    let around = Around::read(&mut db, org, &page).await?;
    let lens = around.lens(&app, &permit, now);
    let badges: Vec<CustomerBadge> =
        page.iter().filter_map(|one| row(one, &around, &lens)).collect();
    let pagination = asked.page.told_by_rows(badges.len(), total);
    Ok(gateway(CustomerBadges { badges, pagination }, Sides::Empty))
}

/// The rows of a page.
pub fn page_of(holdings: Vec<Holding>, page: &Page) -> Vec<Holding> {
    let before = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size).unwrap_or(0);
    holdings.into_iter().skip(before).take(size).collect()
}

/// What rows need besides holdings: the badges whole, the brand's groups, custom fields and rules.
pub struct Around {
    badges: Vec<Badge>,
    groups: Vec<Group>,
    fields: Vec<Field>,
    benefits: bool,
}

impl Around {
    /// Of the badges of a page.
    pub async fn read(db: &mut Reading, org: OrgId, page: &[Holding]) -> Read<Self> {
        let ids: Vec<BadgeId> = page.iter().map(|one| one.badge).collect();
        Ok(Around {
            badges: badges::load(db, org, &ids).await?,
            groups: groups::all(&mut **db, org).await?,
            fields: fields::all(&mut **db, org).await?,
            benefits: orgs::settings(db, org).await?.badge_benefits,
        })
    }

    /// One badge of the page.
    pub fn badge(&self, id: BadgeId) -> Option<&Badge> {
        self.badges.iter().find(|badge| badge.id == id)
    }

    /// A badge's group, while the group is in use.
    pub fn group(&self, badge: &Badge) -> Option<&Group> {
        self.groups.iter().find(|group| group.active && Some(group.id) == badge.group)
    }

    /// What badges are told with.
    pub fn lens<'a>(&'a self, app: &'a App, permit: &Permit, now: DateTime<Utc>) -> Lens<'a> {
        Lens {
            org: permit.org(),
            zone: permit.zone(),
            now,
            fields: &self.fields,
            public_url: app.config.public_url.as_deref(),
            benefits: self.benefits,
        }
    }
}

fn row(one: &Holding, around: &Around, lens: &Lens<'_>) -> Option<CustomerBadge> {
    let badge = around.badge(one.badge)?;
    let (group, last) = (around.group(badge), one.last_earn);
    Some(CustomerBadge {
        badge_meta_id: badge.id,
        org_id: lens.org,
        name: badge.name.clone(),
        description: badge.description.clone(),
        start_on: Moment(badge.start_on),
        start_on_iso: Iso(badge.start_on),
        expires_on: Moment(badge.expires_on),
        expires_on_iso: Iso(badge.expires_on),
        images: lens.images(badge),
        tags: badge.tags.iter().map(BadgeTag::from).collect(),
        badge_group_id: badge.group,
        badge_group_name: group.map(|group| group.name.clone()),
        badge_group_rank: group.map(|group| group.rank),
        badge_rank: badge.rank,
        ownership: BadgeOwnership::of(badge),
        earn_type: badge.earn_type.wire(),
        benefits: lens.benefits(badge),
        customer_constraints: lens.constraints(badge, Level::Customer, Cycles::Untold),
        badge_constraints: lens.constraints(badge, Level::Badge, Cycles::Untold),
        earned_count: (one.earns > 0).then_some(one.earns),
        last_earned_on_date: last.map(|last| Moment(last.posted_on)),
        last_earned_on_date_iso: last.map(|last| Iso(last.posted_on)),
        last_earn_event_date: last.map(|last| Moment(last.event_on)),
        last_earn_event_date_iso: last.map(|last| Iso(last.event_on)),
        custom_fields: lens.custom_fields(badge),
        active: badge.active,
    })
}
