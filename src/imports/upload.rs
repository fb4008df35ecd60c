//! Taking a file in: hashed, looked at and cut into parts as it streams by.

use super::store::StoredFile;
use crate::base::act::{Act, Actor};
use crate::base::app::App;
use crate::base::csv::dialect::Probe;
use crate::base::error::Result;
use crate::base::files::{self, PART};
use crate::base::problem::Problem;

/// The largest file.
pub const MOST_BYTES: u64 = 1024 * 1024 * 1024;

/// A file on its way in. Each part is kept in a transaction of its own: a slow sender must not hold
/// one open, and a file that breaks off is swept away later.
pub struct Upload {
    app: App,
    actor: Actor,
    writer: files::Writer,
    name: String,
    probe: Probe,
    bytes: u64,
    pending: Vec<u8>,
}

impl Upload {
    /// Begins.
    pub async fn begin(app: &App, actor: &Actor, name: &str) -> Result<Self> {
        let name = clean_name(name);
        let mut act = act(app, actor).await?;
        let (org, now) = (actor.org, act.now());
        let writer = files::Writer::begin(act.db(), org, "import", &name, "text/csv", now).await?;
        act.commit().await?;
        Ok(Upload {
            app: app.clone(),
            actor: actor.clone(),
            writer,
            name,
            probe: Probe::default(),
            bytes: 0,
            pending: Vec::with_capacity(PART),
        })
    }

    /// Takes the next bytes.
    pub async fn push(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        if self.bytes > MOST_BYTES {
            return Err(Problem::whole("too_large", "The file is larger than 1 GiB").into());
        }
        self.probe.push(bytes);
        while !bytes.is_empty() {
            let room = PART - self.pending.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
            if self.pending.len() == PART {
                self.keep_part().await?;
            }
        }
        Ok(())
    }

    async fn keep_part(&mut self) -> Result<()> {
        let mut act = act(&self.app, &self.actor).await?;
        self.writer.push(act.db(), &self.pending).await?;
        self.pending.clear();
        act.commit().await
    }

    /// Ends: the file is whole.
    pub async fn finish(mut self) -> Result<StoredFile> {
        if self.bytes == 0 {
            return Err(Problem::whole("empty", "The file is empty; choose another").into());
        }
        self.keep_part().await?;
        let mut act = act(&self.app, &self.actor).await?;
        let (id, sha256) = self.writer.finish(act.db()).await?;
        act.commit().await?;
        let dialect = self.probe.finish();
        Ok(StoredFile { id, name: self.name, sha256, bytes: self.bytes, dialect })
    }
}

/// How far a file has come is bookkeeping; the import made of it is what the log tells of.
async fn act(app: &App, actor: &Actor) -> Result<Act> {
    let mut act = Act::begin(&app.db, actor.clone(), app.clock.now()).await?;
    act.bookkeeping();
    Ok(act)
}

/// A file's name without folders and control characters, cut to what a page can show.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    if name.trim().is_empty() { "upload.csv".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn a_name_is_a_name_and_no_path() {
        assert_eq!(clean_name("C:\\Users\\mina\\a b.csv"), "a b.csv");
        assert_eq!(clean_name("../../etc/x\r\n.csv"), "x.csv");
        assert_eq!(clean_name("dir/"), "upload.csv");
    }
}
