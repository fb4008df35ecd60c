//! Stored files: pictures, uploads, results. A file is cut into parts of 1 MiB kept in the database, so
//! that a backup holds everything, several servers see the same, and nobody holds a whole one in memory.

mod store;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{FileId, OrgId};

/// Bytes of every part but the last.
pub const PART: usize = 1024 * 1024;

/// What is known of a stored file.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its id.
    pub id: FileId,
    /// What it is for: `badge_image`, `import`.
    pub purpose: String,
    /// The name it came with.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its length in bytes.
    pub bytes: i64,
}

/// A file being stored, piece by piece. Write it in one transaction; dropped half-way with it, nothing
/// is left.
#[derive(Debug)]
pub struct Writer {
    org: OrgId,
    id: FileId,
    part: i32,
    buffer: Vec<u8>,
    bytes: i64,
    hash: Sha256,
}

impl Writer {
    /// Begins a file of a brand.
    pub async fn begin(
        db: &mut PgConnection,
        org: OrgId,
        purpose: &str,
        name: &str,
        media_type: &str,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Self> {
        let id = FileId::fresh(now);
        store::insert(db, org, id, purpose, name, media_type, now).await?;
        Ok(Writer { org, id, part: 0, buffer: Vec::new(), bytes: 0, hash: Sha256::new() })
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> i64 {
        self.bytes
    }

    /// Adds bytes.
    pub async fn push(&mut self, db: &mut PgConnection, mut bytes: &[u8]) -> sqlx::Result<()> {
        self.hash.update(bytes);
        self.bytes += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        while self.buffer.len() + bytes.len() >= PART {
            let (head, tail) = bytes.split_at(PART - self.buffer.len());
            self.buffer.extend_from_slice(head);
            self.flush(db).await?;
            bytes = tail;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    async fn flush(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        store::insert_part(db, self.org, self.id, self.part, &self.buffer).await?;
        self.part += 1;
        self.buffer.clear();
        Ok(())
    }

    /// Writes what is left; returns the id and the SHA-256 of the whole.
    pub async fn finish(mut self, db: &mut PgConnection) -> sqlx::Result<(FileId, [u8; 32])> {
        if !self.buffer.is_empty() {
            self.flush(db).await?;
        }
        let hash: [u8; 32] = self.hash.finalize().into();
        store::finish(db, self.org, self.id, self.bytes, &hash).await?;
        Ok((self.id, hash))
    }
}

/// What is known of a file of this brand.
pub async fn head(db: impl PgExecutor<'_>, org: OrgId, id: FileId) -> sqlx::Result<Option<Head>> {
    store::head(db, org, id).await
}

/// One part of a file; none past its end.
pub async fn part(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: FileId,
    part: i32,
) -> sqlx::Result<Option<Vec<u8>>> {
    store::part(db, org, id, part).await
}

/// Removes a file and its parts.
pub async fn remove(db: impl PgExecutor<'_>, org: OrgId, id: FileId) -> sqlx::Result<()> {
    store::delete(db, org, id).await
}
