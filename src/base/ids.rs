//! Ids: one newtype for each table, so that a badge's id cannot be passed for a group's.
//!
//! Two kinds, as the wire format asks (spec/badges.md 2.6): 64-bit integers given by the database, and
//! 24-hex time-ordered ids given by us. A 24-hex id is stored as its 12 bytes: 4 bytes of creation
//! second, 5 random bytes of this process, a 3-byte counter; byte order is creation order.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use rand::RngExt;

/// Five bytes that no other process has, and where the counter starts.
static PROCESS: LazyLock<([u8; 5], AtomicU32)> = LazyLock::new(|| {
    let mut random = rand::rng();
    (random.random(), AtomicU32::new(random.random_range(0..0x0080_0000)))
});

/// The twelve bytes of a fresh time-ordered id.
pub fn fresh_bytes(now: DateTime<Utc>) -> [u8; 12] {
    let (process, counter) = &*PROCESS;
    let second = u32::try_from(now.timestamp()).unwrap_or(0);
    let count = counter.fetch_add(1, Ordering::Relaxed);
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&second.to_be_bytes());
    bytes[4..9].copy_from_slice(process);
    bytes[9..].copy_from_slice(&count.to_be_bytes()[1..]);
    bytes
}

/// Text that is not an id of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

/// Declares a 24-hex, time-ordered id.
#[macro_export]
macro_rules! hex_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, utoipa::ToSchema,
        )]
        #[sqlx(transparent)]
        #[schema(
            value_type = String, pattern = "^[0-9a-f]{24}$", example = "6654579f0a1b2c3d4e5f6071"
        )]
        pub struct $name([u8; 12]);

        impl $name {
            /// A fresh id; ids made later sort later.
            pub fn fresh(now: chrono::DateTime<chrono::Utc>) -> Self {
                $name($crate::base::ids::fresh_bytes(now))
            }

            /// The twelve bytes the database keeps.
            pub fn bytes(&self) -> &[u8] {
                &self.0
            }

            /// From the twelve bytes the database keeps.
            pub const fn from_bytes(bytes: [u8; 12]) -> Self {
                $name(bytes)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::base::ids::NotAnId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut bytes = [0; 12];
                hex::decode_to_slice(text, &mut bytes).map_err(|_| $crate::base::ids::NotAnId)?;
                Ok($name(bytes))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Declares a 64-bit integer id that the database gives.
#[macro_export]
macro_rules! int_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The number itself.
            pub const fn get(self) -> i64 {
                self.0
            }

            /// From the number itself.
            pub const fn new(number: i64) -> Self {
                $name(number)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::base::ids::NotAnId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name).map_err(|_| $crate::base::ids::NotAnId)
            }
        }
    };
}

int_id! {
    /// A brand.
    OrgId
}
int_id! {
    /// A person who signs in to the console.
    StaffId
}
int_id! {
    /// A customer of a brand.
    CustomerId
}
int_id! {
    /// One file brought in.
    ImportId
}
int_id! {
    /// A till that may call in.
    TillId
}
int_id! {
    /// An API client.
    ClientId
}
int_id! {
    /// One of a client's secrets.
    SecretId
}
int_id! {
    /// What tills and clients may touch.
    AccessGroupId
}
int_id! {
    /// A coupon series: an offer and the terms of its codes.
    SeriesId
}
int_id! {
    /// One coupon: a code of a series.
    CouponId
}
int_id! {
    /// Codes made or brought in together.
    BatchId
}
int_id! {
    /// One deed on many coupons.
    BulkRunId
}
int_id! {
    /// Customers listed for bulk work.
    BulkListId
}
int_id! {
    /// One use of a coupon.
    RedemptionId
}
int_id! {
    /// A coupon asked for out of goodwill.
    GoodwillId
}
hex_id! {
    /// A badge definition.
    BadgeId
}
hex_id! {
    /// A badge group.
    GroupId
}
hex_id! {
    /// A badge custom field.
    FieldId
}
hex_id! {
    /// A brand's legacy declaration of badge tags.
    OrgMetaId
}
hex_id! {
    /// One enrolment of a customer (the API's `issuedId`).
    EnrolmentId
}
hex_id! {
    /// One badge a customer got (the API's `earnedBadgeId`).
    EarnId
}
hex_id! {
    /// One line of the activity log.
    ActivityId
}
hex_id! {
    /// A stored file: a picture, an upload, a result.
    FileId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_creation_and_survive_text() {
        let now = DateTime::from_timestamp(1_716_803_487, 0).unwrap();
        let ids: Vec<BadgeId> = (0..1000).map(|_| BadgeId::fresh(now)).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[7].to_string().parse(), Ok(ids[7]));
        assert!(ids[0].to_string().starts_with("6654579f"));
        assert_eq!("6654579f".parse::<BadgeId>(), Err(NotAnId));
    }
}
