//! Tills, clients and groups as typed, and what may be stored of them.

use serde::Deserialize;

use crate::api::{Grants, Level, Resource};
use crate::base::ids::{AccessGroupId, TillId};
use crate::base::problem::{Fault, Problems};

/// Longest token life without the operator's say, in minutes.
const TOKEN_CEILING: i32 = 60;

/// A till as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct NewTill {
    /// What it signs in with: unique among all brands of this server.
    pub code: String,
    /// Its name; blank: the code.
    pub name: String,
    /// The store it stands in.
    pub store_code: String,
    /// That store's name.
    pub store_name: String,
    /// Its password in the clear; blank: one is made.
    pub password: String,
    /// The number of its access group; blank: full access.
    pub group: String,
    /// Calls a minute; blank: any number.
    pub rate: String,
}

/// A till that may be stored, but for its password.
#[derive(Debug, Clone)]
pub struct CheckedTill {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) store_code: String,
    pub(super) store_name: String,
    pub(super) group: Option<AccessGroupId>,
    pub(super) rate: Option<i32>,
}

impl NewTill {
    pub(super) fn check(&self) -> Result<CheckedTill, Problems> {
        let mut problems = Problems::default();
        let code = problems.check("code", code(&self.code));
        let name = if self.name.trim().is_empty() { &self.code } else { &self.name };
        let name = problems.check("name", short(name));
        let store_code = problems.check("store_code", optional(&self.store_code));
        let store_name = problems.check("store_name", optional(&self.store_name));
        let group = problems.check("group", number(&self.group));
        let rate = problems.check("rate", rate(&self.rate));
        match (code, name, store_code, store_name, group, rate) {
            (
                Some(code),
                Some(name),
                Some(store_code),
                Some(store_name),
                Some(group),
                Some(rate),
            ) => {
                let group = group.map(AccessGroupId::new);
                Ok(CheckedTill { code, name, store_code, store_name, group, rate })
            }
            _ => Err(problems),
        }
    }
}

/// An API client as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct NewClient {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How long its tokens are good, in minutes.
    pub token_minutes: String,
    /// The number of the till its deeds are said to happen at; blank: none.
    pub till: String,
    /// Whether that till also serves when a call names one we do not know.
    pub forgives_till: bool,
    /// The number of its access group; blank: full access.
    pub group: String,
    /// Calls a minute; blank: any number.
    pub rate: String,
}

/// A client that may be stored.
#[derive(Debug, Clone)]
pub struct CheckedClient {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) token_minutes: i32,
    pub(super) till: Option<TillId>,
    pub(super) forgives_till: bool,
    pub(super) group: Option<AccessGroupId>,
    pub(super) rate: Option<i32>,
}

impl NewClient {
    pub(super) fn check(&self) -> Result<CheckedClient, Problems> {
        let mut problems = Problems::default();
        let name = problems.check("name", short(&self.name));
        let description = problems.check("description", optional(&self.description));
        let minutes = problems.check("token_minutes", minutes(&self.token_minutes));
        let till = problems.check("till", number(&self.till));
        let group = problems.check("group", number(&self.group));
        let rate = problems.check("rate", rate(&self.rate));
        match (name, description, minutes, till, group, rate) {
            (
                Some(name),
                Some(description),
                Some(token_minutes),
                Some(till),
                Some(group),
                Some(rate),
            ) => Ok(CheckedClient {
                name,
                description,
                token_minutes,
                till: till.map(TillId::new),
                forgives_till: self.forgives_till,
                group: group.map(AccessGroupId::new),
                rate,
            }),
            _ => Err(problems),
        }
    }
}

/// An access group as typed: for each resource `none`, `read` or `write`.
#[derive(Debug, Default, Clone)]
pub struct GroupDraft {
    /// Its name.
    pub name: String,
    /// Resource and level, by their words.
    pub levels: Vec<(String, String)>,
}

impl GroupDraft {
    /// A form's pairs read; unknown keys are ignored.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut draft = GroupDraft::default();
        for (key, value) in pairs {
            match key.as_str() {
                "name" => draft.name = value,
                _ => draft.levels.push((key, value)),
            }
        }
        draft
    }

    /// The level typed for a resource.
    pub fn level(&self, resource: Resource) -> &str {
        let typed = self.levels.iter().find(|(key, _)| key == resource.word());
        typed.map_or("none", |(_, level)| level.as_str())
    }

    pub(super) fn check(&self) -> Result<(String, Grants), Problems> {
        let mut problems = Problems::default();
        let name = problems.check("name", short(&self.name));
        let mut grants = Grants::default();
        for resource in Resource::ALL {
            let level = match self.level(resource) {
                "none" => Ok(None),
                "read" => Ok(Some(Level::Read)),
                "write" => Ok(Some(Level::Write)),
                _ => Err(Fault::invalid("Choose none, read or write")),
            };
            if let Some(level) = problems.check(resource.word(), level) {
                grants.set(resource, level);
            }
        }
        match (name, problems.is_empty()) {
            (Some(name), true) => Ok((name, grants)),
            _ => Err(problems),
        }
    }
}

fn code(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() {
        Err(Fault::blank("Enter the till's code"))
    } else if text.len() > 100 || !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':')
    {
        // Basic authentication ends the name at the first colon.
        Err(Fault::invalid("Use at most 100 letters, digits and signs; no colon, no space"))
    } else {
        Ok(text.to_owned())
    }
}

fn short(text: &str) -> Result<String, Fault> {
    if text.trim().is_empty() { Err(Fault::blank("Enter a name")) } else { optional(text) }
}

fn optional(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    match text.chars().count() {
        0..=100 if !text.contains('\0') => Ok(text.to_owned()),
        _ => Err(Fault::new("too_long", "Use at most 100 characters")),
    }
}

fn number(text: &str) -> Result<Option<i64>, Fault> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Fault::invalid("Choose one of the list")),
    }
}

fn rate(text: &str) -> Result<Option<i32>, Fault> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(rate @ 1..=1_000_000) => Ok(Some(rate)),
            _ => Err(Fault::invalid("Enter a number from 1 to 1,000,000, or leave it empty")),
        },
    }
}

fn minutes(text: &str) -> Result<i32, Fault> {
    match text.trim() {
        "" => Ok(TOKEN_CEILING),
        text => match text.parse() {
            Ok(minutes) if (1..=TOKEN_CEILING).contains(&minutes) => Ok(minutes),
            _ => {
                Err(Fault::invalid(format!("Enter a number of minutes from 1 to {TOKEN_CEILING}")))
            }
        },
    }
}
