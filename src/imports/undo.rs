//! Taking back what an import brought, some thousands at a time.

use serde_json::json;

use super::check::Ended;
use super::import::State;
use super::store;
use super::work::Work;
use crate::base::act::{Actor, Entry};
use crate::base::error::Result;

/// Things taken back in one transaction.
const AT_A_TIME: i64 = 5_000;

impl Work<'_> {
    /// Takes everything back. Broken off, it goes on with what is left.
    pub async fn undo(&self, actor: &Actor) -> Result<Ended> {
        let id = self.import.id;
        loop {
            let mut act = self.act(actor).await?;
            let now = act.now();
            let ours = store::beat(act.db(), self.org, id, self.import.attempt, now).await?;
            if !ours || !self.claim(&mut act).await? {
                return Ok(Ended::Given);
            }
            let taken = self.kind.undo(&mut act, id, AT_A_TIME).await?;
            if taken == 0 {
                // Let go of the import's row before ending: that is another act.
                act.bookkeeping();
                act.commit().await?;
                return self.end(actor, State::Undone, None, None).await;
            }
            let facts = json!({ "kind": self.kind.name(), "rows": taken });
            act.record(Entry::new("took back", "import", id, &self.import.file_name).with(facts));
            act.commit().await?;
        }
    }
}
