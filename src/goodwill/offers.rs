//! Offers that are given out of goodwill: those whose series goodwill has claimed for itself.

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{OrgId, SeriesId};
use crate::base::permission::Permission;
use crate::coupons::list::SeriesFilter;
use crate::coupons::series::Claim;
use crate::coupons::{self, Series};
use crate::goodwill::ask::CLAIM;
use crate::goodwill::refusal::problem;

/// The most offers that are shown to choose from.
pub const MOST: usize = 200;

/// The offers of goodwill; those alone that have not ended by that day, where one is given.
pub async fn claimed(
    db: &mut PgConnection,
    org: OrgId,
    live_on: Option<NaiveDate>,
) -> sqlx::Result<Vec<Series>> {
    let claimed_by = Some(CLAIM.to_owned());
    let filter = SeriesFilter { claimed_by, live_on, ..SeriesFilter::default() };
    let page = coupons::series_page(db, org, &filter, MOST).await?;
    Ok(page.items.into_iter().map(|row| row.series).collect())
}

/// Offers that nobody has claimed and that have not ended by that day, by a part of their name; and whether
/// there are more.
pub async fn free(
    db: &mut PgConnection,
    org: OrgId,
    named: &str,
    live_on: NaiveDate,
    most: usize,
) -> sqlx::Result<(Vec<Series>, bool)> {
    let filter = SeriesFilter {
        search: Some(named.to_owned()),
        claimed_by: Some("NONE".to_owned()),
        live_on: Some(live_on),
        ..SeriesFilter::default()
    };
    let page = coupons::series_page(db, org, &filter, most).await?;
    let more = page.next.is_some();
    Ok((page.items.into_iter().map(|row| row.series).collect(), more))
}

/// Claims an unclaimed offer for goodwill: no other module may issue from it.
pub async fn claim_offer(act: &mut Act, id: SeriesId) -> Result<Series> {
    act.require(Permission::EditSettings)?;
    coupons::claim(act, id, claim(CLAIM)).await
}

/// Gives an offer of goodwill back. Requests for it that wait can be approved once it is claimed again.
pub async fn release_offer(act: &mut Act, id: SeriesId) -> Result<Series> {
    act.require(Permission::EditSettings)?;
    let org = act.org();
    let series = coupons::find(&mut *act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if series.claim.by != CLAIM {
        return Err(problem("not_goodwill").into());
    }
    // Claiming what is ours changes nothing, but holds the series: it cannot become another's any more.
    coupons::claim(act, id, series.claim).await?;
    coupons::claim(act, id, claim("NONE")).await
}

fn claim(by: &str) -> Claim {
    Claim { by: by.to_owned(), id: -1, validity: 0 }
}
