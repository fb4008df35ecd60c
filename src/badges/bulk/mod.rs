//! Bulk work on customers' badges, by file or by selection: enrol, issue, revoke. Each row goes through
//! the engine's own deeds, so that limits, dates and expiry rules are judged where they always are; no
//! claim is asked, as on the support console.
//!
//! Invariants:
//! 1. A row has its effect once, however often the run dies: a chunk's rows and the place where the next
//!    one begins are one transaction (`imports::run`), and every call carries a request id made of the
//!    import and the line, which the engine takes once.
//! 2. Undo takes back what this import gave and nothing else: what it gave carries its number
//!    (`undo_store`), what it revoked is noted before.
//!
//! Known quirks: the check judges limits as they stand, chunk by chunk, so a limit that a file exhausts
//! half-way shows in the run and not before; a customer named now by number and now by e-mail on far
//! apart lines is not recognised as the same.

mod give;
mod row;
mod take;
mod undo_store;

pub use give::{BulkEnrolKind, BulkIssueKind};
pub use take::BulkRevokeKind;

use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::CustomerId;
use crate::customers::{self, Hold};

/// Holds all customers of a chunk before the first badge is dealt with: acts that deal with several
/// badges must not wait for each other in a ring.
async fn hold(act: &mut Act, customers: &[CustomerId]) -> Result<()> {
    let org = act.org();
    customers::people(act.db(), org, customers, Hold::Alone).await?;
    Ok(())
}
