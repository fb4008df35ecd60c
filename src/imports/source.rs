//! Reading a stored file as rows. Decoding and splitting run on a thread of their own, a few
//! thousand rows ahead, so that the database and the reader work at the same time.

use std::io::{self, Read};

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::import::Import;
use crate::base::csv::dialect::Dialect;
use crate::base::csv::read::{Header, Place, Reader, Row};
use crate::base::db::Db;
use crate::base::error::{Error, Result};
use crate::base::files::{self, PART};
use crate::base::ids::{FileId, OrgId};
use crate::base::problem::Problem;

/// Rows handed over at a time.
const BATCH: usize = 1000;

/// A stored file as a stream of bytes; belongs on a thread that may block.
struct Stored {
    db: Db,
    org: OrgId,
    file: FileId,
    part: i32,
    at: usize,
    bytes: Vec<u8>,
    handle: Handle,
}

impl Stored {
    fn open(db: &Db, org: OrgId, file: FileId, byte: u64) -> io::Result<Self> {
        let part = i32::try_from(byte / PART as u64).map_err(io::Error::other)?;
        let mut stored = Stored {
            db: db.clone(),
            org,
            file,
            part,
            at: 0,
            bytes: Vec::new(),
            handle: Handle::current(),
        };
        stored.fetch()?;
        stored.at = usize::try_from(byte % PART as u64).unwrap_or(0).min(stored.bytes.len());
        Ok(stored)
    }

    fn fetch(&mut self) -> io::Result<()> {
        let (db, org, file, part) = (&self.db, self.org, self.file, self.part);
        let fetched = self.handle.block_on(async {
            let mut tx = db.begin(org).await?;
            files::part(&mut *tx, org, file, part).await
        });
        self.bytes = fetched.map_err(io::Error::other)?.unwrap_or_default();
        (self.at, self.part) = (0, self.part + 1);
        Ok(())
    }
}

impl Read for Stored {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.bytes.len() && !self.bytes.is_empty() {
            self.fetch()?;
        }
        let length = into.len().min(self.bytes.len() - self.at);
        into[..length].copy_from_slice(&self.bytes[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// What the reading thread sends.
type Batch = io::Result<Vec<Row>>;

/// The rows of a stored file, in order.
pub struct Rows {
    batches: mpsc::Receiver<Batch>,
    ahead: std::vec::IntoIter<Row>,
    next: Option<Row>,
}

impl Rows {
    /// The rows of an import from `at` on; from the head of the file when there is no place.
    pub async fn of(db: &Db, org: OrgId, import: &Import, at: Option<Place>) -> Result<Self> {
        let (file, dialect) = (import.file, import.dialect);
        let width = import.mapping.columns.len();
        let (db, (sender, batches)) = (db.clone(), mpsc::channel(3));
        tokio::task::spawn_blocking(move || {
            let opened = match at {
                Some(at) => Stored::open(&db, org, file, at.byte)
                    .map(|source| Reader::resume(source, dialect, width, at)),
                None => Stored::open(&db, org, file, 0)
                    .and_then(|source| Reader::open(source, dialect))
                    .and_then(|opened| opened.map_err(|problem| io::Error::other(problem.message)))
                    .map(|(reader, _)| reader),
            };
            match opened {
                Ok(reader) => send_rows(reader, &sender),
                Err(error) => drop(sender.blocking_send(Err(error))),
            }
        });
        Ok(Rows { batches, ahead: Vec::new().into_iter(), next: None })
    }

    async fn pull(&mut self) -> Result<Option<Row>> {
        if let Some(row) = self.ahead.next() {
            return Ok(Some(row));
        }
        match self.batches.recv().await {
            Some(batch) => self.ahead = batch.map_err(Error::internal)?.into_iter(),
            None => return Ok(None),
        }
        Ok(self.ahead.next())
    }

    /// The next row.
    pub async fn next(&mut self) -> Result<Option<Row>> {
        match self.next.take() {
            Some(row) => Ok(Some(row)),
            None => self.pull().await,
        }
    }

    /// Where the next row begins, blank lines skipped; nothing at the end.
    pub async fn peek(&mut self) -> Result<Option<Place>> {
        if self.next.is_none() {
            self.next = self.pull().await?;
        }
        Ok(self.next.as_ref().map(|row| row.start))
    }

    /// At most `most` rows; none at the end.
    pub async fn take(&mut self, most: usize) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        while rows.len() < most {
            let Some(row) = self.next().await? else { break };
            rows.push(row);
        }
        Ok(rows)
    }
}

/// Sends rows until the file ends, cannot be read, or nobody listens any more.
fn send_rows<R: Read>(mut reader: Reader<R>, sender: &mpsc::Sender<Batch>) {
    loop {
        let mut rows = Vec::with_capacity(BATCH);
        while rows.len() < BATCH {
            match reader.next_row() {
                Ok(Some(row)) => rows.push(row),
                Ok(None) => break,
                Err(error) => return drop(sender.blocking_send(Err(error))),
            }
        }
        if rows.is_empty() || sender.blocking_send(Ok(rows)).is_err() {
            return;
        }
    }
}

/// A file's header and first rows, for guessing and for showing.
pub async fn head(
    db: &Db,
    org: OrgId,
    file: FileId,
    dialect: Dialect,
    rows: usize,
) -> Result<Result<(Header, Vec<Row>), Problem>> {
    let db = db.clone();
    let read = move || -> io::Result<Result<(Header, Vec<Row>), Problem>> {
        let source = Stored::open(&db, org, file, 0)?;
        let (mut reader, header) = match Reader::open(source, dialect)? {
            Ok(opened) => opened,
            Err(problem) => return Ok(Err(problem)),
        };
        let mut found = Vec::with_capacity(rows);
        while found.len() < rows {
            let Some(row) = reader.next_row()? else { break };
            found.push(row);
        }
        Ok(Ok((header, found)))
    };
    tokio::task::spawn_blocking(read).await.map_err(Error::internal)?.map_err(Error::internal)
}
