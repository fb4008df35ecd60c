//! What a call for audits is answered.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::audit_store::{Made, Row};
use super::asked::{Asked, Entity};
use super::event::{self, AuditChange, AuditEvent, Said};
use crate::base::ids::{ImportId, OrgId};

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditListAnswer {
    /// The entries.
    pub data: Vec<Audit>,
    /// Which page.
    pub pagination: AuditPage,
}

/// Which page of entries.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// How many entries there are.
    total_elements: i64,
    /// How many pages.
    total_pages: i64,
    /// How many entries this page has.
    number_of_elements: usize,
    /// Which page this is, from 0.
    number: i64,
}

impl AuditPage {
    /// Of so many entries, of which so many are on the page.
    pub fn of(asked: &Asked, total: i64, here: usize) -> Self {
        let pages = total / asked.limit + i64::from(total % asked.limit > 0);
        AuditPage {
            total_elements: total,
            total_pages: pages,
            number_of_elements: here,
            number: asked.number,
        }
    }
}

/// One entry: what somebody did in one go.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    /// Who it was.
    #[schema(required)]
    updated_by_user: Option<AuditUser>,
    /// Their number; -1 for nobody in particular.
    updated_by: i64,
    /// The brand.
    org_id: OrgId,
    /// `CUSTOMER`, `CARD`, `COUPON` or `COUPON_SERIES`.
    entity_type: &'static str,
    /// Its number; of a card its number as text where it is none.
    entity_id: Value,
    /// When, in milliseconds since 1970.
    created_on: i64,
    /// Of which call or page.
    request_id: String,
    /// At which till; null where it was at none.
    #[schema(required)]
    till: Option<AuditPlace>,
    /// In which store; null where it was in none.
    #[schema(required)]
    store: Option<AuditPlace>,
    /// Nothing.
    #[schema(value_type = Option<Object>, required)]
    user_context_details: Option<()>,
    /// Nothing.
    #[schema(value_type = Option<Object>, required)]
    victim_user_details: Option<()>,
    /// Nothing.
    #[schema(value_type = Option<Object>, required)]
    survivor_user_details: Option<()>,
    /// `INSTORE`.
    source: &'static str,
    /// Through which door: `API`, `MEMBER_CARE`, `IMPORT`, `CLI`.
    updated_by_mode: String,
    /// When, in milliseconds since 1970.
    auto_update_time: i64,
    /// What changed.
    events: Vec<AuditEvent>,
}

/// Who did something, as they were called.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditUser {
    /// Their number; -1 for nobody in particular.
    id: i64,
    /// Their name as it was.
    name: String,
    /// `ADMIN_USER`, `TILL`, `CLIENT` or `OPERATOR`.
    #[serde(rename = "type")]
    kind: &'static str,
}

/// A till or a store.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPlace {
    /// Its code.
    code: String,
    /// Its name.
    name: String,
}

impl AuditPlace {
    fn of(code: Option<String>, name: Option<String>) -> Option<Self> {
        let code = code.filter(|code| !code.is_empty())?;
        Some(AuditPlace { code, name: name.unwrap_or_default() })
    }
}

/// Tells entries about one thing.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    /// The brand.
    pub org: OrgId,
    /// About what.
    pub entity: &'a Asked,
}

impl Teller<'_> {
    /// An entry of the log.
    pub fn entry(self, row: Row) -> Audit {
        let events = event::events(Said {
            entity: self.entity.entity,
            verb: &row.verb,
            before: row.before.as_ref(),
            after: row.after.as_ref(),
            details: &row.details,
            reason: row.reason.as_deref(),
            import: row.import_id.map(ImportId::get),
        });
        let user = user(&row.actor_kind, row.actor_id, row.actor_name);
        let mode = if row.source == "CONSOLE" { "MEMBER_CARE".to_owned() } else { row.source };
        Audit {
            request_id: row.request_id,
            till: AuditPlace::of(row.till_code, row.till_name),
            store: AuditPlace::of(row.store_code, row.store_name),
            ..self.audit(user, mode, row.at.timestamp_millis(), events)
        }
    }

    /// The making of a code, which its batch tells.
    pub fn making(self, made: Made) -> Audit {
        let change = AuditChange {
            previous_value: "NA".to_owned(),
            current_value: "UNISSUED".to_owned(),
            reason: None,
            redemption_id: None,
            transaction_number: None,
            import_id: made.import.map(|id| id.to_string()),
            batch_id: Some(made.batch.to_string()),
        };
        let kind = if made.by.is_some() { "staff" } else { "operator" };
        let mode = if made.kind == "GENERATED" { "MEMBER_CARE" } else { "IMPORT" };
        let events = vec![AuditEvent::of("CouponCreate", "status", change)];
        let user = user(kind, made.by, made.by_name);
        self.audit(user, mode.to_owned(), made.on.timestamp_millis(), events)
    }

    fn audit(self, user: AuditUser, mode: String, at: i64, events: Vec<AuditEvent>) -> Audit {
        let id = &self.entity.id;
        let number = id.trim().parse::<i64>().ok().filter(|_| self.entity.entity != Entity::Card);
        Audit {
            updated_by: user.id,
            updated_by_user: Some(user),
            org_id: self.org,
            entity_type: self.entity.entity.word(),
            entity_id: number.map_or_else(|| Value::from(id.as_str()), Value::from),
            created_on: at,
            request_id: String::new(),
            till: None,
            store: None,
            user_context_details: None,
            victim_user_details: None,
            survivor_user_details: None,
            source: "INSTORE",
            updated_by_mode: mode,
            auto_update_time: at,
            events,
        }
    }
}

fn user(kind: &str, id: Option<i64>, name: String) -> AuditUser {
    let kind = match kind {
        "till" => "TILL",
        "client" => "CLIENT",
        "staff" => "ADMIN_USER",
        _ => "OPERATOR",
    };
    AuditUser { id: id.unwrap_or(-1), name, kind }
}
