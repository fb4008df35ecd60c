//! What a room says about the files it gives out.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use sqlx::PgConnection;

use super::write::Cell;
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::permission::{Permission, Role};

/// Whose list, and how it is looked at.
#[derive(Debug, Clone)]
pub struct Request {
    /// The brand.
    pub org: OrgId,
    /// When it is taken out: what has ended by then is over.
    pub now: DateTime<Utc>,
    /// Its zone, for filters by day.
    pub zone: Tz,
    /// What the asker may see: columns of personal data stay out otherwise.
    pub role: Role,
    /// The list's query string as it stands in the address: filter and order.
    pub query: String,
}

impl Request {
    /// The filter of the query, as the list itself reads it; what cannot be read does not filter.
    pub fn filter<T: DeserializeOwned + Default>(&self) -> T {
        let pairs = pairs(&self.query);
        let pairs = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        T::deserialize(MapDeserializer::<_, serde::de::value::Error>::new(pairs))
            .unwrap_or_default()
    }
}

/// The keys and values of a query string.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.trim_start_matches('?').split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decoded(key), decoded(value))
        })
        .collect()
}

/// Undoes percent-encoding; what is no encoding stays as it is.
fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let escaped = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        match (byte, escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (_, Some(escaped)) => {
                out.push(escaped);
                at += 3;
                continue;
            }
            (b'+', None) => out.push(b' '),
            (byte, None) => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A list that can be taken out as a file. Its header names are those an import maps by itself.
#[async_trait]
pub trait Exportable: Send + Sync {
    /// Its word in addresses and on the command line.
    fn name(&self) -> &'static str;

    /// Its words on the screen.
    fn label(&self) -> &'static str;

    /// What is in it, in one sentence.
    fn about(&self) -> &'static str;

    /// What one may do who takes it out, besides exporting at all.
    fn permission(&self) -> Permission;

    /// Whether it can be had whole; else a filter must say of what it is.
    fn whole(&self) -> bool {
        true
    }

    /// Opens it for one reading.
    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>>;
}

/// An open list: rows come in batches, each picking up where the one before ended.
#[async_trait]
pub trait Sheet: Send {
    /// The header.
    fn header(&self) -> Vec<String>;

    /// The next rows; none at the end.
    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default)]
    struct Filter {
        q: String,
        import: String,
    }

    #[test]
    fn a_query_is_read_as_the_list_reads_it() {
        let request = |query: &str| Request {
            org: OrgId::new(1),
            now: DateTime::UNIX_EPOCH,
            zone: Tz::UTC,
            role: Role::Admin,
            query: query.to_owned(),
        };
        let want = Filter { q: "Köln & 100%".to_owned(), import: "7".to_owned() };
        assert_eq!(request("?q=K%C3%B6ln+%26%20100%&import=7&x=1").filter::<Filter>(), want);
        assert_eq!(request("").filter::<Filter>(), Filter::default());
    }
}
