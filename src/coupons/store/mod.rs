//! Every SQL statement of the room.

pub mod bulk;
pub mod bulk_items;
pub mod bulk_lists;
pub mod bulk_progress;
pub mod bulk_scan;
pub mod clock;
pub mod codes_page;
pub mod coupons;
pub mod expiry;
pub mod give;
pub mod holders;
pub mod holdings;
pub mod list;
pub mod messages;
pub mod places;
pub mod redeem;
pub mod redemptions;
pub mod replies;
pub mod revoke;
pub mod row;
pub mod series;
pub mod series_row;
pub mod statistics;
pub mod stock;
pub mod totals;

/// What a page reads through.
pub type Reading = sqlx::PgConnection;
