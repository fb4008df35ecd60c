//! The only way to write: one transaction of one brand, by one actor, that leaves a trace.
//!
//! Why a deed's trace is a `record` call and not a database trigger: the entry says what was meant
//! ("retired", by import 41, because …), which a trigger cannot know; and triggers are refused on
//! distributed tables.

use chrono::{DateTime, Utc};
use graphile_worker::{JobSpec, Schema, TaskHandler};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::base::db::Db;
use crate::base::error::{Error, Result};
use crate::base::ids::{ActivityId, ImportId, OrgId};
use crate::base::permission::{Permission, Role};

/// Which door a deed came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A page of the console.
    Console,
    /// The JSON API.
    Api,
    /// A file brought in.
    Import,
    /// The command line.
    Cli,
}

impl Source {
    /// The word kept in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Source::Console => "CONSOLE",
            Source::Api => "API",
            Source::Import => "IMPORT",
            Source::Cli => "CLI",
        }
    }
}

/// The till something is done at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtTill {
    /// Its number.
    pub id: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// Who does something, in which brand, with what rights.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The brand it is done in.
    pub org: OrgId,
    /// What the actor may do.
    pub role: Role,
    /// `staff`, `client` or `operator`.
    pub kind: &'static str,
    /// The staff member's or client's number; none for the operator at the command line.
    pub id: Option<i64>,
    /// The name as it was, kept in the log.
    pub name: String,
    /// Which door.
    pub source: Source,
    /// Ties log lines and entries of one request together.
    pub request_id: String,
    /// The import on whose behalf it is done.
    pub import: Option<ImportId>,
    /// The till it is done at, where the caller named one or is one.
    pub till: Option<AtTill>,
}

impl Actor {
    /// The person at the machine's command line, who may do anything in the brand named.
    pub fn operator(org: OrgId) -> Self {
        Actor {
            org,
            role: Role::Admin,
            kind: "operator",
            id: None,
            name: "Operator".to_owned(),
            source: Source::Cli,
            request_id: uuid::Uuid::now_v7().simple().to_string(),
            import: None,
            till: None,
        }
    }

    /// The same actor, working for an import: "Mina, by import 41".
    #[must_use]
    pub fn by_import(mut self, import: ImportId) -> Self {
        self.import = Some(import);
        self.source = Source::Import;
        self
    }

    /// Whether the actor may do it.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    /// `Forbidden` unless the actor may do it.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

/// One line of the activity log, as a deed tells it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What was done, in the past tense: `created`, `disabled`.
    pub verb: &'static str,
    /// What kind of thing: `badge`, `badge_group`, `customer`.
    pub subject_kind: &'static str,
    /// Its id as text.
    pub subject_id: String,
    /// Its name as it was then.
    pub subject_label: String,
    /// Anything a reader may want besides.
    pub details: Value,
    /// The changed values before, by field.
    pub before: Option<Value>,
    /// The changed values after, by field.
    pub after: Option<Value>,
    /// Why, where the person was asked.
    pub reason: Option<String>,
}

impl Entry {
    /// An entry about one thing.
    pub fn new(
        verb: &'static str,
        subject_kind: &'static str,
        subject_id: impl ToString,
        subject_label: impl Into<String>,
    ) -> Self {
        Entry {
            verb,
            subject_kind,
            subject_id: subject_id.to_string(),
            subject_label: subject_label.into(),
            details: Value::Object(serde_json::Map::new()),
            before: None,
            after: None,
            reason: None,
        }
    }

    /// Adds further facts.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Adds the values that came to be.
    #[must_use]
    pub fn after(mut self, after: Value) -> Self {
        self.after = Some(after);
        self
    }

    /// Keeps only the fields that differ between two snapshots of the same thing.
    #[must_use]
    pub fn changed(mut self, before: &Value, after: &Value) -> Self {
        let (mut old, mut new) = (serde_json::Map::new(), serde_json::Map::new());
        if let (Value::Object(before), Value::Object(after)) = (before, after) {
            for key in before.keys().chain(after.keys().filter(|key| !before.contains_key(*key))) {
                let (was, is) = (before.get(key), after.get(key));
                if was != is {
                    old.insert(key.clone(), was.cloned().unwrap_or(Value::Null));
                    new.insert(key.clone(), is.cloned().unwrap_or(Value::Null));
                }
            }
        }
        self.before = Some(Value::Object(old));
        self.after = Some(Value::Object(new));
        self
    }

    /// Adds why.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason.filter(|text| !text.trim().is_empty());
        self
    }
}

/// One thing an [`Actor`] does. What is not recorded is not stored: committing an act that recorded
/// nothing rolls it back, so a deed that forgets its trace fails its first test.
#[derive(Debug)]
pub struct Act {
    tx: Transaction<'static, Postgres>,
    actor: Actor,
    now: DateTime<Utc>,
    entries: Vec<Entry>,
    bookkeeping: bool,
}

impl Act {
    /// Opens a transaction of the actor's brand.
    pub async fn begin(db: &Db, actor: Actor, now: DateTime<Utc>) -> Result<Self> {
        let tx = db.begin(actor.org).await?;
        Ok(Act { tx, actor, now, entries: Vec::new(), bookkeeping: false })
    }

    /// `Forbidden` unless the actor may do it.
    pub fn require(&self, permission: Permission) -> Result<()> {
        self.actor.require(permission)
    }

    /// The brand.
    pub fn org(&self) -> OrgId {
        self.actor.org
    }

    /// When it is done: the same instant for everything in one act.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Who does it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The transaction's connection, for the room's store.
    pub fn db(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Goes on in a brand that this very act created.
    pub async fn adopt(&mut self, org: OrgId) -> Result<()> {
        self.actor.org = org;
        Ok(crate::base::db::enter(&mut self.tx, org).await?)
    }

    /// Adds a task that exists only if this act is committed.
    pub async fn enqueue<T: TaskHandler + serde::Serialize>(
        &mut self,
        task: &T,
        spec: JobSpec,
    ) -> Result<()> {
        let payload = serde_json::to_value(task).map_err(Error::internal)?;
        graphile_worker::sql::add_job::single::add_job(
            &mut self.tx,
            Schema::default(),
            T::IDENTIFIER,
            payload,
            spec,
            false,
        )
        .await
        .map_err(Error::internal)?;
        Ok(())
    }

    /// Notes what was done.
    pub fn record(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// How many entries were noted so far: where [`Act::forget_since`] may go back to.
    pub fn mark(&self) -> usize {
        self.entries.len()
    }

    /// Drops the entries noted since `mark`: for a caller that rolled back to a savepoint.
    pub fn forget_since(&mut self, mark: usize) {
        self.entries.truncate(mark);
    }

    /// Says that what is written is the machine's own bookkeeping (how far an import has come), which
    /// is kept without an entry.
    pub fn bookkeeping(&mut self) {
        self.bookkeeping = true;
    }

    /// Writes the entries and commits; with nothing to keep, rolls back.
    pub async fn commit(mut self) -> Result<()> {
        if self.entries.is_empty() && !self.bookkeeping {
            return Ok(self.tx.rollback().await?);
        }
        let entries = std::mem::take(&mut self.entries);
        if !entries.is_empty() {
            store::insert(&mut self.tx, &self.actor, self.now, &entries).await?;
        }
        Ok(self.tx.commit().await?)
    }
}

mod store {
    use super::{ActivityId, Actor, DateTime, Entry, PgConnection, Utc, Value};

    /// Adds entries to the log, all in one statement: a deed may tell of hundreds of things.
    pub async fn insert(
        db: &mut PgConnection,
        actor: &Actor,
        now: DateTime<Utc>,
        entries: &[Entry],
    ) -> sqlx::Result<()> {
        let ids: Vec<Vec<u8>> =
            entries.iter().map(|_| ActivityId::fresh(now).bytes().to_vec()).collect();
        let texts = |part: fn(&Entry) -> &str| entries.iter().map(part).collect::<Vec<&str>>();
        let details: Vec<&Value> = entries.iter().map(|entry| &entry.details).collect();
        let before: Vec<Option<&Value>> =
            entries.iter().map(|entry| entry.before.as_ref()).collect();
        let after: Vec<Option<&Value>> = entries.iter().map(|entry| entry.after.as_ref()).collect();
        let reasons: Vec<Option<&str>> =
            entries.iter().map(|entry| entry.reason.as_deref()).collect();
        sqlx::query!(
            r#"
            insert into activity (org_id, id, at, source, actor_kind, actor_id, actor_name, verb,
                subject_kind, subject_id, subject_label, details, before, after, reason, request_id,
                import_id, till_id)
            select $1, n.id, $2, $3, $4, $5, $6, n.verb, n.kind, n.subject, n.label, n.details,
                n.before, n.after, n.reason, $7, $8, $18
            from unnest($9::bytea[], $10::text[], $11::text[], $12::text[], $13::text[],
                $14::jsonb[], $15::jsonb[], $16::jsonb[], $17::text[])
                as n (id, verb, kind, subject, label, details, before, after, reason)
            "#,
            actor.org.get(),
            now,
            actor.source.word(),
            actor.kind,
            actor.id,
            actor.name,
            actor.request_id,
            actor.import.map(crate::base::ids::ImportId::get),
            &ids,
            &texts(|entry| entry.verb) as _,
            &texts(|entry| entry.subject_kind) as _,
            &texts(|entry| &entry.subject_id) as _,
            &texts(|entry| &entry.subject_label) as _,
            &details as _,
            &before as _,
            &after as _,
            &reasons as _,
            actor.till.as_ref().map(|till| till.id),
        )
        .execute(db)
        .await?;
        Ok(())
    }
}
