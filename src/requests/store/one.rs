//! One request: put down, held, ended; and the savepoint its call is carried out behind.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use crate::badges::owners::Owner;
use crate::base::ids::{BadgeId, CustomerId, OrgId};
use crate::requests::request::{Call, End, Kind, Request, Sent, State, Who};

/// A request as it is stored.
pub(super) struct Row {
    pub id: Uuid,
    pub kind: String,
    pub state: String,
    pub badge_id: BadgeId,
    pub customer_ids: Vec<i64>,
    pub request_id: String,
    pub event_on: Option<DateTime<Utc>>,
    pub owner_type: Option<String>,
    pub reference_id: Option<String>,
    pub till_id: Option<String>,
    pub store_id: Option<String>,
    pub zone_id: Option<String>,
    pub concept_id: Option<String>,
    pub sent: Option<Value>,
    pub maker_kind: String,
    pub maker_id: Option<i64>,
    pub maker_name: String,
    pub made_on: DateTime<Utc>,
    pub checker_kind: Option<String>,
    pub checker_id: Option<i64>,
    pub checker_name: Option<String>,
    pub ended_on: Option<DateTime<Utc>>,
    pub message: Option<String>,
    pub outcome: Option<Value>,
    pub reason: Option<String>,
}

impl From<Row> for Request {
    fn from(row: Row) -> Self {
        // The table's checks leave no other words.
        let kind = Kind::named(&row.kind).unwrap_or(Kind::Issue);
        let state = State::named(&row.state).unwrap_or(State::Failed);
        let checker = row.checker_kind.zip(row.checker_name);
        Request {
            id: row.id,
            call: Call {
                kind,
                badge: row.badge_id,
                customers: row.customer_ids.into_iter().map(CustomerId::new).collect(),
                request_id: row.request_id,
                event: row.event_on,
                owner: row.owner_type.and_then(|word| word.parse::<Owner>().ok()),
                reference: row.reference_id,
            },
            sent: Sent {
                till: row.till_id,
                store: row.store_id,
                zone: row.zone_id,
                concept: row.concept_id,
                frame: row.sent,
            },
            maker: Who { kind: row.maker_kind, id: row.maker_id, name: row.maker_name },
            made_on: row.made_on,
            end: row.ended_on.map(|on| End {
                state,
                checker: checker.map(|(kind, name)| Who { kind, id: row.checker_id, name }),
                on,
                message: row.message,
                outcome: row.outcome,
                reason: row.reason,
            }),
        }
    }
}

/// Puts a request down; `false` when one waits under this name already.
pub async fn insert(db: &mut PgConnection, org: OrgId, request: &Request) -> sqlx::Result<bool> {
    let Request { call, sent, maker, .. } = request;
    let customers: Vec<i64> = call.customers.iter().map(|id| id.get()).collect();
    let done = sqlx::query!(
        r#"
        insert into approval_requests (org_id, id, kind, badge_id, customer_ids, request_id, event_on,
            owner_type, reference_id, till_id, store_id, zone_id, concept_id, sent, maker_kind, maker_id,
            maker_name, made_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        on conflict (org_id, request_id) where state = 'AdminTask' do nothing
        "#,
        org.get(),
        request.id,
        call.kind.word(),
        call.badge.bytes(),
        &customers,
        call.request_id,
        call.event,
        call.owner.map(Owner::wire),
        call.reference,
        sent.till,
        sent.store,
        sent.zone,
        sent.concept,
        sent.frame,
        maker.kind,
        maker.id,
        maker.name,
        request.made_on,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// One request.
pub async fn find(db: &mut PgConnection, org: OrgId, id: Uuid) -> sqlx::Result<Option<Request>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id, kind, state, badge_id as "badge_id: BadgeId", customer_ids, request_id, event_on, owner_type,
            reference_id, till_id, store_id, zone_id, concept_id, sent, maker_kind, maker_id, maker_name,
            made_on, checker_kind, checker_id, checker_name, ended_on, message, outcome, reason
        from approval_requests where org_id = $1 and id = $2
        "#,
        org.get(),
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Request::from))
}

/// One request, held until the act ends: of two who decide, the second sees how it ended.
pub async fn lock(db: &mut PgConnection, org: OrgId, id: Uuid) -> sqlx::Result<Option<Request>> {
    let held = sqlx::query_scalar!(
        "select id from approval_requests where org_id = $1 and id = $2 for update",
        org.get(),
        id
    )
    .fetch_optional(&mut *db)
    .await?;
    match held {
        Some(id) => find(db, org, id).await,
        None => Ok(None),
    }
}

/// The request that waits under this name.
pub async fn waiting_as(
    db: &mut PgConnection,
    org: OrgId,
    request_id: &str,
) -> sqlx::Result<Option<Request>> {
    let id = sqlx::query_scalar!(
        "select id from approval_requests where org_id = $1 and request_id = $2 and state = 'AdminTask'",
        org.get(),
        request_id
    )
    .fetch_optional(&mut *db)
    .await?;
    match id {
        Some(id) => find(db, org, id).await,
        None => Ok(None),
    }
}

/// Writes how a request ended; it was held for it.
pub async fn end(db: &mut PgConnection, org: OrgId, id: Uuid, end: &End) -> sqlx::Result<()> {
    let checker = end.checker.as_ref();
    sqlx::query!(
        r#"
        update approval_requests set state = $3, checker_kind = $4, checker_id = $5, checker_name = $6,
            ended_on = $7, message = $8, outcome = $9, reason = $10
        where org_id = $1 and id = $2 and state = 'AdminTask'
        "#,
        org.get(),
        id,
        end.state.word(),
        checker.map(|who| &who.kind) as Option<&String>,
        checker.and_then(|who| who.id),
        checker.map(|who| &who.name) as Option<&String>,
        end.on,
        end.message,
        end.outcome,
        end.reason,
    )
    .execute(db)
    .await
    .map(drop)
}

/// What a badge is called.
pub async fn badge_name(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select name from badges where org_id = $1 and id = $2",
        org.get(),
        badge.bytes()
    )
    .fetch_optional(db)
    .await
}

/// Where a call that comes to nothing goes back to.
pub async fn set_savepoint(db: &mut PgConnection) -> sqlx::Result<()> {
    db.execute(sqlx::raw_sql("savepoint approval")).await.map(drop)
}

/// Keeps what was done since.
pub async fn release_savepoint(db: &mut PgConnection) -> sqlx::Result<()> {
    db.execute(sqlx::raw_sql("release savepoint approval")).await.map(drop)
}

/// Takes back what was done since.
pub async fn roll_back(db: &mut PgConnection) -> sqlx::Result<()> {
    db.execute(sqlx::raw_sql("rollback to savepoint approval; release savepoint approval"))
        .await
        .map(drop)
}
