//! Pages of holdings, whichever list, and whichever statement serves the filter.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::filter::Asked;
use super::holding::{Held, Holding, Place, State};
use super::issued_store::Of;
use super::{enrolled_store as enrolled, issued_store as issued};
use crate::base::ids::{BadgeId, OrgId};
use crate::base::list::Listing;

/// Holdings a page looks at when only some of them are wanted. The next page goes on behind them.
pub const LOOKED_AT: i64 = 10_000;

/// The name of a badge and what its holdings end by: what an export or a selection needs of it.
pub async fn badge(
    db: &mut PgConnection,
    org: OrgId,
    id: BadgeId,
) -> sqlx::Result<Option<(String, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "select name, expires_on from badges where org_id = $1 and id = $2",
        org.get(),
        id.bytes()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.name, row.expires_on)))
}

/// The next page. It may hold fewer than `size` rows and still have a next one: then it looked at
/// [`LOOKED_AT`] holdings and kept few.
pub async fn page(
    db: &mut PgConnection,
    (held, of): (Held, &Of),
    asked: &Asked,
    after: Option<Place>,
    size: usize,
) -> sqlx::Result<Listing<Holding, Place>> {
    let span = asked.span(after);
    let most = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let trim = |rows| Listing::trim(rows, size, Holding::place);
    if let Some(ids) = &asked.picked {
        let rows = match held {
            Held::Issued => issued::picked(db, of, &span, ids, most).await?,
            Held::Enrolled => enrolled::picked(db, of, &span, ids, most).await?,
        };
        return Ok(trim(rows));
    }
    if let Some(customers) = &asked.customers {
        return Ok(trim(match held {
            Held::Issued => issued::of_customers(db, of, asked, &span, customers, most).await?,
            Held::Enrolled => enrolled::of_customers(db, of, asked, &span, customers, most).await?,
        }));
    }
    if asked.states == [State::Revoked.word()] {
        return Ok(trim(match held {
            Held::Issued => issued::revoked(db, of, asked, &span, most).await?,
            Held::Enrolled => enrolled::revoked(db, of, asked, &span, most).await?,
        }));
    }
    let look = if asked.sifts() { LOOKED_AT.max(most) } else { most };
    let rows = match held {
        Held::Issued => issued::by_event(db, of, asked, &span, look, most).await?,
        Held::Enrolled => enrolled::by_event(db, of, asked, &span, look, most).await?,
    };
    let mut page = trim(rows);
    if page.next.is_none() && asked.sifts() {
        page.next = match held {
            Held::Issued => issued::reached(db, of, &span, look).await?,
            Held::Enrolled => enrolled::reached(db, of, &span, look).await?,
        };
    }
    Ok(page)
}
