//! A row of `coupon_series` and the series it stands for.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use crate::base::ids::SeriesId;
use crate::coupons::range::Range;
use crate::coupons::series::{
    Claim, CodeShape, Discount, IssueLimits, RedeemLimits, Series, Stamp, Strategy, Words,
};

/// A row as it is stored.
pub struct Row {
    pub id: SeriesId,
    pub series_code: String,
    pub description: String,
    pub discount_code: String,
    pub discount_type: String,
    pub discount_value: f64,
    pub discount_upto: f64,
    pub discount_on: String,
    pub valid_till: NaiveDate,
    pub fixed_end: bool,
    pub expiry_strategy: String,
    pub expiry_value: i32,
    pub handling: String,
    pub generic_code: Option<String>,
    pub external: bool,
    pub any_user: bool,
    pub max_issued: Option<i64>,
    pub max_redeemed: Option<i64>,
    pub max_per_customer: Option<i32>,
    pub min_days_between_issues: Option<i32>,
    pub several_per_customer: bool,
    pub resend_existing: bool,
    pub max_per_code: Option<i32>,
    pub multiple_use: bool,
    pub same_customer_again: bool,
    pub max_per_customer_redeemed: Option<i32>,
    pub min_days_between_uses: Option<i32>,
    pub redeemable_from: Option<NaiveDate>,
    pub redeemable_after_days: i32,
    pub redemption_range: String,
    pub min_bill: Option<f64>,
    pub max_bill: Option<f64>,
    pub sale_items: bool,
    pub products: Value,
    pub places: Value,
    pub audience: Option<Value>,
    pub excluded_series: String,
    pub alphanumeric: bool,
    pub random_length: i32,
    pub code_prefix: Option<String>,
    pub code_suffix: Option<String>,
    pub message: String,
    pub short_message: String,
    pub message_off: bool,
    pub resend_enabled: bool,
    pub info: String,
    pub tag: String,
    pub terms: String,
    pub custom_properties: Option<Value>,
    pub extra: Value,
    pub owned_by: String,
    pub owner_id: i64,
    pub owner_validity: i64,
    pub notify_at: Option<i64>,
    pub reminders: Value,
    pub version: i64,
    pub created_on: DateTime<Utc>,
    pub created_by: Option<i64>,
    pub created_by_name: String,
    pub updated_on: DateTime<Utc>,
    pub updated_by_name: String,
}

impl Row {
    /// The series; a word the program does not know is a failure, not a default.
    pub fn into_series(self) -> sqlx::Result<Series> {
        let strategy = Strategy::of(&self.expiry_strategy, self.expiry_value)
            .ok_or_else(|| unknown(&self.expiry_strategy))?;
        Ok(Series {
            id: self.id,
            series_code: self.series_code,
            description: self.description,
            discount: Discount {
                code: self.discount_code,
                kind: self.discount_type.parse().map_err(|_| unknown(&self.discount_type))?,
                value: self.discount_value,
                upto: self.discount_upto,
                on: self.discount_on,
            },
            valid_till: self.valid_till,
            fixed_end: self.fixed_end,
            strategy,
            handling: self.handling.parse().map_err(|_| unknown(&self.handling))?,
            generic_code: self.generic_code,
            external: self.external,
            issue: IssueLimits {
                max: self.max_issued,
                per_customer: self.max_per_customer,
                gap_days: self.min_days_between_issues,
                several: self.several_per_customer,
                resend_existing: self.resend_existing,
            },
            redeem: RedeemLimits {
                any_user: self.any_user,
                max: self.max_redeemed,
                per_code: self.max_per_code,
                multiple_use: self.multiple_use,
                same_customer: self.same_customer_again,
                per_customer: self.max_per_customer_redeemed,
                gap_days: self.min_days_between_uses,
                from: self.redeemable_from,
                after_days: self.redeemable_after_days,
                range: Range::parse(&self.redemption_range)
                    .map_err(|_| unknown(&self.redemption_range))?,
                min_bill: self.min_bill,
                max_bill: self.max_bill,
                sale_items: self.sale_items,
                places: read(self.places)?,
                audience: self.audience.map(read).transpose()?,
            },
            products: self.products,
            excluded: self.excluded_series,
            codes: CodeShape {
                alphanumeric: self.alphanumeric,
                random_length: self.random_length,
                prefix: self.code_prefix,
                suffix: self.code_suffix,
            },
            words: Words {
                message: self.message,
                short_message: self.short_message,
                message_off: self.message_off,
                resend_enabled: self.resend_enabled,
                info: self.info,
                tag: self.tag,
                terms: self.terms,
                properties: self.custom_properties.map(map),
            },
            extra: map(self.extra),
            claim: Claim { by: self.owned_by, id: self.owner_id, validity: self.owner_validity },
            notify_at: self.notify_at,
            reminders: self.reminders,
            version: self.version,
            stamp: Stamp {
                created_on: self.created_on,
                created_by: self.created_by,
                created_by_name: self.created_by_name,
                updated_on: self.updated_on,
                updated_by_name: self.updated_by_name,
            },
        })
    }
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> sqlx::Result<T> {
    serde_json::from_value(value).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn unknown(word: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("“{word}” is not a word of coupon series").into())
}
