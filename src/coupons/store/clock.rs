//! The clock as it stands after the locks.

use chrono::Duration;
use sqlx::PgConnection;

/// How long ago the transaction began, by the database's clock.
pub async fn waited(db: &mut PgConnection) -> sqlx::Result<Duration> {
    let micros = sqlx::query_scalar!(
        r#"select (extract(epoch from clock_timestamp() - now()) * 1000000)::bigint as "micros!""#
    )
    .fetch_one(db)
    .await?;
    Ok(Duration::microseconds(micros.max(0)))
}
