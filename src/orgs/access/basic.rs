//! Basic credentials: a till's code and the MD5 of its password.
//!
//! Why a cache: argon2 takes 15 ms of a core, a call some two. What was found good once is remembered for
//! ten minutes as a keyed hash, together with the stored hash it was checked against, so that a new
//! password ends the memory of the old one at once. Callers with the same credentials wait for one
//! another's first check instead of filling the hasher's waiting room.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use sha2::Sha256;

use crate::api::{Fault, Trouble};
use crate::base::error::{Error, Result};
use crate::base::secret::Hasher;

/// How long a good check is remembered.
const REMEMBERED: Duration = Duration::minutes(10);
/// The most that is remembered; a flood of good credentials is not expected.
const MOST: usize = 20_000;
/// Wrong tries in a minute: of one code, from one address.
const WRONG_BY_CODE: u32 = 10;
const WRONG_BY_ADDRESS: u32 = 60;
/// Doors to wait at, so that few strangers share one.
const DOORS: usize = 64;

/// What a till sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Its code.
    pub code: String,
    /// 32 digits of hex, in lower case.
    pub digest: String,
}

impl Credentials {
    /// Reads an `Authorization` header.
    pub fn read(header: &str) -> Option<Self> {
        let (scheme, text) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
        let (code, digest) = text.split_once(':')?;
        let is_md5 = digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let good = is_md5 && !code.is_empty() && code.len() <= 100 && !code.contains('\0');
        good.then(|| Credentials { code: code.to_owned(), digest: digest.to_ascii_lowercase() })
    }
}

/// What was checked lately, in this process.
#[derive(Debug)]
pub struct Checks {
    key: [u8; 32],
    good: Mutex<HashMap<[u8; 32], Good>>,
    wrong: Mutex<(i64, HashMap<String, u32>)>,
    doors: Vec<tokio::sync::Mutex<()>>,
}

#[derive(Debug)]
struct Good {
    phc: String,
    until: DateTime<Utc>,
}

impl Default for Checks {
    fn default() -> Self {
        Checks {
            key: rand::rng().random(),
            good: Mutex::default(),
            wrong: Mutex::default(),
            doors: (0..DOORS).map(|_| tokio::sync::Mutex::default()).collect(),
        }
    }
}

impl Checks {
    /// Whether the credentials fit the stored hash. Without one (an unknown code) it takes as long and
    /// says no.
    pub async fn verify(
        &self,
        hasher: &Hasher,
        sent: &Credentials,
        phc: Option<&str>,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, Trouble> {
        let name = self.name(sent)?;
        if phc.is_some_and(|phc| self.knows(&name, phc, now)) {
            return Ok(true);
        }
        let _turn = self.doors[usize::from(name[0]) % DOORS].lock().await;
        if phc.is_some_and(|phc| self.knows(&name, phc, now)) {
            return Ok(true);
        }
        self.may_try(sent, address, now)?;
        let checked = hasher.verify(sent.digest.clone(), phc.map(str::to_owned)).await;
        match (checked, phc) {
            (Ok(true), Some(phc)) => {
                self.remember(name, phc, now);
                Ok(true)
            }
            (Ok(_), _) => {
                self.note_wrong(sent, address);
                Ok(false)
            }
            (Err(Error::Unavailable(_)), _) => Err(Trouble::unavailable()),
            (Err(error), _) => {
                tracing::error!(?error, "a till's password could not be checked");
                Err(Trouble::broken(500))
            }
        }
    }

    fn name(&self, sent: &Credentials) -> Result<[u8; 32], Trouble> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).map_err(|_| Trouble::broken(500))?;
        mac.update(sent.code.as_bytes());
        mac.update(&[0]);
        mac.update(sent.digest.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }

    fn knows(&self, name: &[u8; 32], phc: &str, now: DateTime<Utc>) -> bool {
        let good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.get(name).is_some_and(|good| good.phc == phc && good.until > now)
    }

    fn remember(&self, name: [u8; 32], phc: &str, now: DateTime<Utc>) {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        if good.len() >= MOST {
            good.clear();
        }
        good.insert(name, Good { phc: phc.to_owned(), until: now + REMEMBERED });
    }

    /// Guessing is slowed before it costs a hash; whoever was found good lately is not asked.
    fn may_try(
        &self,
        sent: &Credentials,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Trouble> {
        let minute = now.timestamp().div_euclid(60);
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.0 != minute {
            *wrong = (minute, HashMap::new());
        }
        let tries = |subject: &str| wrong.1.get(subject).copied().unwrap_or(0);
        let [code, address] = subjects(sent, address);
        if tries(&code) < WRONG_BY_CODE && tries(&address) < WRONG_BY_ADDRESS {
            return Ok(());
        }
        let fault = Fault::new(429, "Too many requests");
        let trouble = Trouble::new(axum::http::StatusCode::TOO_MANY_REQUESTS, fault);
        let left = u64::try_from(60 - now.timestamp().rem_euclid(60)).unwrap_or(60);
        Err(Trouble { retry_after: Some(left), ..trouble })
    }

    fn note_wrong(&self, sent: &Credentials, address: &str) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        for subject in subjects(sent, address) {
            *wrong.1.entry(subject).or_default() += 1;
        }
    }
}

fn subjects(sent: &Credentials, address: &str) -> [String; 2] {
    [format!("code:{}", sent.code), format!("address:{address}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_references_header_is_read() {
        let header = "Basic c3RvcmUuc2VydmVyOjhhMTZhNmI3MDUwNWViMWYxZmY3Y2RjMGNkNTU1OWE3";
        let sent = Credentials::read(header).unwrap();
        assert_eq!(sent.code, "store.server");
        assert_eq!(sent.digest, "8a16a6b70505eb1f1ff7cdc0cd5559a7");
        let upper = STANDARD.encode("store.server:8A16A6B70505EB1F1FF7CDC0CD5559A7");
        assert_eq!(Credentials::read(&format!("basic {upper}")), Some(sent));
        for text in [
            "x:plain",
            ":8a16a6b70505eb1f1ff7cdc0cd5559a7",
            "no colon",
            "a\0:8a16a6b70505eb1f1ff7cdc0cd5559a7",
        ] {
            assert_eq!(Credentials::read(&format!("Basic {}", STANDARD.encode(text))), None);
        }
        assert_eq!(Credentials::read("Basic %%%"), None);
        assert_eq!(Credentials::read("Bearer abc"), None);
    }
}
