//! Sessions in Postgres, so that people can see and end them, and a restart ends none.
//!
//! Why our own store: the published one saves with an upsert, and a slow page that saves its session
//! during sign-out brings it back to life. Here a save only updates.
//! Why idle and absolute end are decided in `load`: the library moves an inactivity expiry only when the
//! session is saved, and reading pages saves nothing.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{SessionStore, cookie::time::OffsetDateTime};

use crate::auth::sign_in::SESSION_STAFF;
use crate::auth::store;
use crate::base::clock::Clock;
use crate::base::db::Db;

/// The session store.
#[derive(Debug, Clone)]
pub struct PgSessions {
    db: Db,
    clock: Clock,
}

impl PgSessions {
    /// A store over this pool and clock.
    pub fn new(db: Db, clock: Clock) -> Self {
        PgSessions { db, clock }
    }
}

/// What the table keeps of a session's id.
pub(super) fn id_hash(id: &Id) -> [u8; 32] {
    Sha256::digest(id.to_string().as_bytes()).into()
}

fn chrono_time(at: OffsetDateTime) -> DateTime<Utc> {
    DateTime::from_timestamp(at.unix_timestamp(), at.nanosecond())
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn library_time(at: DateTime<Utc>) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.timestamp_micros()) * 1_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

/// A record as the table wants it.
fn row(record: &Record, now: DateTime<Utc>) -> Result<store::NewSession> {
    let text = |key: &str| {
        record.data.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    };
    Ok(store::NewSession {
        id_hash: id_hash(&record.id),
        staff_id: record.data.get(SESSION_STAFF).and_then(serde_json::Value::as_i64),
        org_id: record.data.get("org").and_then(serde_json::Value::as_i64),
        address: text("address"),
        agent: text("agent"),
        data: serde_json::to_value(&record.data)
            .map_err(|error| Error::Encode(error.to_string()))?,
        expires_at: chrono_time(record.expiry_date),
        now,
    })
}

#[async_trait]
impl SessionStore for PgSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let new = row(record, self.clock.now())?;
            if store::insert_session(self.db.pool(), &new).await.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let new = row(record, self.clock.now())?;
        store::update_session(self.db.pool(), &new).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = store::load_session(self.db.pool(), &id_hash(id), self.clock.now())
            .await
            .map_err(backend)?;
        found
            .map(|(data, expires_at)| {
                let data = serde_json::from_value(data)
                    .map_err(|error| Error::Decode(error.to_string()))?;
                Ok(Record { id: *id, data, expiry_date: library_time(expires_at) })
            })
            .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        store::delete_session(self.db.pool(), &id_hash(id)).await.map_err(backend)
    }
}
