//! The query string, leniently: names in any case, lists repeated or separated by commas, unknown names
//! ignored; and the pages of the badge family (spec/badges.md 2.7).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::Query as Pairs;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body::{choose, enum_fault};
use crate::api::failure::{Fault, Trouble};

/// The largest page of the badge family; more is clamped.
const LARGEST: i64 = 100;

/// A query string, read whole.
#[derive(Debug, Default, Clone)]
pub struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = Pairs::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map(|Pairs(pairs)| pairs).unwrap_or_default();
        let lower = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
        Ok(Query(pairs.into_iter().map(lower).collect()))
    }
}

impl Query {
    /// The first value that is not blank under any of these names (in lower case).
    pub fn one(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let mut values = self.0.iter().filter(|(known, _)| known == name);
            values.find_map(|(_, value)| Some(value.trim()).filter(|value| !value.is_empty()))
        })
    }

    /// All values of a name, commas taken apart.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let values = self.0.iter().filter(|(known, _)| known == name);
        values
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// Yes or no.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Trouble> {
        match self.one(&[&name.to_ascii_lowercase()]) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(wrong(name, "true or false")),
        }
    }

    /// A whole number of at least `least`.
    pub fn number(&self, names: &[&str], default: i64, least: i64) -> Result<i64, Trouble> {
        let Some(text) = self.one(names) else { return Ok(default) };
        let read = text.parse().ok().filter(|number| *number >= least);
        read.ok_or_else(|| {
            wrong(names.first().copied().unwrap_or_default(), "a number that is not negative")
        })
    }

    /// One of `words`, in any case.
    pub fn choice(
        &self,
        name: &str,
        words: &[&'static str],
        aliases: &[(&str, &'static str)],
    ) -> Result<Option<&'static str>, Trouble> {
        let Some(text) = self.one(&[&name.to_ascii_lowercase()]) else { return Ok(None) };
        match choose(text, words, aliases) {
            Some(word) => Ok(Some(word)),
            None => Err(Trouble::bad(enum_fault(text, name, words).at(name.to_owned()))),
        }
    }

    /// Some of `words`, in any case; none given means no filter.
    pub fn choices(
        &self,
        name: &str,
        words: &[&'static str],
        aliases: &[(&str, &'static str)],
    ) -> Result<Vec<&'static str>, Trouble> {
        let read = self.list(&name.to_ascii_lowercase()).into_iter().map(|text| {
            choose(text, words, aliases)
                .ok_or_else(|| Trouble::bad(enum_fault(text, name, words).at(name.to_owned())))
        });
        read.collect()
    }

    /// Which page of a badge list.
    pub fn page(&self) -> Result<Page, Trouble> {
        let size = self.number(&["size", "limit"], 10, 1)?;
        let number = self.number(&["page"], 0, 0)?;
        Ok(Page { number, asked: size, size: size.min(LARGEST) })
    }
}

fn wrong(name: &str, wanted: &str) -> Trouble {
    let words = format!("The value of '{name}' must be {wanted}.");
    Trouble::bad(Fault::new(400, words).at(name.to_owned()))
}

/// A page of a list, by its number from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: i64,
    asked: i64,
    /// How many rows it holds at most.
    pub size: i64,
}

impl Page {
    /// How many rows lie before it.
    pub fn offset(&self) -> i64 {
        self.number.saturating_mul(self.size)
    }

    /// The rows of it, of a list that is a handful.
    pub fn cut<'a, T>(&self, rows: &'a [T]) -> &'a [T] {
        let clamped = |number: i64| usize::try_from(number).unwrap_or(usize::MAX).min(rows.len());
        let begin = clamped(self.offset());
        &rows[begin..clamped(self.offset().saturating_add(self.size))]
    }

    /// How many there are of such a list.
    pub fn total<T>(&self, rows: &[T]) -> i64 {
        i64::try_from(rows.len()).unwrap_or(i64::MAX)
    }

    /// What the answer says about it: the size asked for, as configuration lists do.
    pub fn told(&self, total: i64) -> Pagination {
        self.told_as(self.asked.min(self.size), total)
    }

    /// What the answer says about it: how many rows it holds, as customer lists do (a documented quirk).
    pub fn told_by_rows(&self, rows: usize, total: i64) -> Pagination {
        self.told_as(i64::try_from(rows).unwrap_or(self.size), total)
    }

    fn told_as(&self, size: i64, total: i64) -> Pagination {
        let total_pages = total.div_euclid(self.size) + i64::from(total.rem_euclid(self.size) > 0);
        Pagination { page: self.number, size, total, total_pages }
    }
}

/// The block `pagination` of the badge family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// Which page, from 0.
    #[schema(example = 0)]
    page: i64,
    /// How many rows a page holds; in lists of a customer's badges, how many this one does.
    #[schema(example = 10)]
    size: i64,
    /// How many rows there are.
    #[schema(example = 122)]
    total: i64,
    /// How many pages.
    #[schema(example = 13)]
    total_pages: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        Query(pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect())
    }

    #[test]
    fn pages_are_clamped_counted_and_refused() {
        let page = query("Page=2&Limit=1000").page().unwrap();
        assert_eq!((page.size, page.offset()), (100, 200));
        let told = query("size=10").page().unwrap().told(122);
        assert_eq!(told, Pagination { page: 0, size: 10, total: 122, total_pages: 13 });
        assert_eq!(query("").page().unwrap().told(0).total_pages, 0);
        assert_eq!(query("").page().unwrap().told_by_rows(5, 5).size, 5);
        for bad in ["page=-1", "size=0", "size=x", "page=99999999999999999999"] {
            assert!(query(bad).page().is_err(), "{bad}");
        }
        assert!(query("page=9223372036854775807").page().unwrap().offset() > 0);
    }

    #[test]
    fn lists_come_repeated_or_with_commas() {
        let words = ["LIVE", "EXPIRED"];
        let read = query("status=live,ended&STATUS=LIVE");
        let found = read.choices("status", &words, &[("ENDED", "EXPIRED")]).unwrap();
        assert_eq!(found, ["LIVE", "EXPIRED", "LIVE"]);
        assert!(query("status=gone").choices("status", &words, &[]).is_err());
    }
}
