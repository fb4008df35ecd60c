//! Passwords and tokens.
//!
//! Why hashing waits in line: a hash takes 19 MiB and some 15 ms of a core. Unbounded, 64 people signing
//! in at once take gigabytes and stop every other page; one permit per two cores and a bounded waiting
//! room keep the rest of the house quick.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::base::error::{Error, Result};
use crate::base::problem::Fault;

/// Shortest password we take (characters).
pub const PASSWORD_MIN: usize = 12;
/// Longest password we take (characters).
pub const PASSWORD_MAX: usize = 128;
/// How many may wait for the hasher before we say "try again".
const WAITING_ROOM: usize = 32;

/// Hashes and checks passwords, a few at a time, off the async threads.
#[derive(Debug, Clone)]
pub struct Hasher {
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let working = (cores / 2).max(1);
        Hasher {
            waiting: Arc::new(Semaphore::new(WAITING_ROOM + working)),
            working: Arc::new(Semaphore::new(working)),
        }
    }
}

impl Hasher {
    /// The PHC string of a password. `Unavailable` when too many wait.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || {
            argon()?
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| Error::internal(anyhow::anyhow!("hashing: {error}")))
        })
        .await
    }

    /// Whether a password fits a PHC string. Without one it hashes all the same and says no, so that
    /// unknown people cannot be told by the time it takes.
    pub async fn verify(&self, password: String, phc: Option<String>) -> Result<bool> {
        self.run(move || {
            let Some(phc) = phc else {
                let _ = argon()?.hash_password(password.as_bytes());
                return Ok(false);
            };
            let hash = PasswordHash::new(&phc)
                .map_err(|error| Error::internal(anyhow::anyhow!("stored hash: {error}")))?;
            Ok(argon()?.verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let full = || Error::Unavailable(anyhow::anyhow!("too many people are signing in"));
        let _waiting = self.waiting.clone().try_acquire_owned().map_err(|_| full())?;
        let _working = self.working.clone().acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

/// OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
fn argon() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None)
        .map_err(|error| Error::internal(anyhow::anyhow!("argon2: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A password somebody may choose: long enough, not one everybody tries, not their own name.
pub fn acceptable(password: &str, about: &[&str]) -> Result<(), Fault> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(Fault::new("too_short", format!("Use at least {PASSWORD_MIN} characters")));
    }
    if length > PASSWORD_MAX {
        return Err(Fault::new("too_long", format!("Use at most {PASSWORD_MAX} characters")));
    }
    let folded = password.to_lowercase();
    let distinct = folded.chars().collect::<std::collections::HashSet<_>>().len();
    let walk = |row: &str| row.contains(&folded) || row.repeat(4).contains(&folded);
    let guessable = distinct < 5
        || ["qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz", "01234567890123456789"]
            .iter()
            .any(|row| walk(row))
        || ["password", "guerdon", "letmein", "welcome"].iter().any(|word| {
            folded.starts_with(word)
                && folded[word.len()..].bytes().all(|b| b.is_ascii_digit() || b == b'!')
        })
        || about.iter().any(|word| {
            word.chars().count() >= 4 && {
                let rest = folded.replace(&word.to_lowercase(), "");
                rest.chars().count() < PASSWORD_MIN / 2
            }
        });
    if guessable {
        return Err(Fault::new("guessable", "This is among the first passwords anybody would try"));
    }
    Ok(())
}

/// A random token for an address or a cookie: 256 bits as text.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>())
}

/// A random password a person can type: four groups of five letters and digits, about 100 bits.
pub fn password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut random = rand::rng();
    let mut group = || -> String {
        (0..5).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
    };
    [group(), group(), group(), group()].join("-")
}

/// What the database keeps of a token.
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_everybody_tries_are_refused() {
        let refused = |password: &str| acceptable(password, &["mina@example.org", "mina"]).is_err();
        for password in ["short", "aaaaaaaaaaaa", "password12345", "abcdefghijklmn", "123456789012"]
        {
            assert!(refused(password), "{password}");
        }
        assert!(refused(&"x1y2z3".repeat(30)));
        assert!(refused("mina@example.org1"));
        assert!(!refused("correct horse battery"));
        assert!(!refused(&password()));
    }
}
