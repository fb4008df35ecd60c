//! What waits for a second person, as the customer's page shows it.

use crate::auth::Staff;
use crate::base::error::Result;
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::membercare::store::{self, Pending, Reading};
use crate::requests::{Kind, path};
use crate::web::time::Stamp;

/// A request that waits.
pub struct Waiting {
    /// "Issue", "Enrol".
    pub verb: &'static str,
    /// The badge's name.
    pub badge: String,
    /// Who asked.
    pub maker: String,
    /// When.
    pub made: Stamp,
    /// When the customer qualified, where that was said.
    pub event: Option<Stamp>,
    /// Its page, for those who may open it.
    pub href: Option<String>,
}

/// Those about a customer.
pub async fn waiting(
    db: &mut Reading,
    staff: &Staff,
    customer: CustomerId,
) -> Result<Vec<Waiting>> {
    if !staff.may(Permission::IssueBadges) {
        return Ok(Vec::new());
    }
    let found = store::pending(db, staff.org, customer).await?;
    let ours = |one: &Pending| one.maker_kind == "staff" && one.maker_id == Some(staff.id.get());
    let opens = |one: &Pending| staff.may(Permission::ApproveRequests) || ours(one);
    let waiting = found.into_iter().map(|one| Waiting {
        verb: Kind::named(&one.kind).map_or("Give", Kind::label),
        href: opens(&one).then(|| path(one.id)),
        badge: one.badge,
        maker: one.maker,
        made: Stamp::new(one.made_on, staff.zone),
        event: one.event.map(|at| Stamp::new(at, staff.zone)),
    });
    Ok(waiting.collect())
}
