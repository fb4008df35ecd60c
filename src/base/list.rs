//! Lists, one page at a time, by the place of the last row and never by counting.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Rows on a console page.
pub const PAGE: usize = 50;

/// A page of a list and the place where the next one begins.
#[derive(Debug, Clone)]
pub struct Listing<T, C> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// The place of the last row, when there are more behind it.
    pub next: Option<C>,
}

impl<T, C> Listing<T, C> {
    /// `rows` holds one row more than `size` if there is a next page; that row is dropped.
    pub fn trim(mut rows: Vec<T>, size: usize, place: impl Fn(&T) -> C) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(place);
        Listing { items: rows, next }
    }
}

/// A place in a list as opaque text for an address.
pub fn cursor_text(place: &impl Serialize) -> String {
    serde_json::to_vec(place).map(|json| URL_SAFE_NO_PAD.encode(json)).unwrap_or_default()
}

/// Reads [`cursor_text`] back; text that is not ours is no place: the list starts at its head.
pub fn cursor<C: DeserializeOwned>(text: &str) -> Option<C> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
