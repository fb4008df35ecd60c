//! A badge as typed. Everything is still text, so a form can show it again as it was; names of the
//! form's boxes are the keys of [`Draft::pairs`], and problems are told on the same keys.
//!
//! Why pairs and not serde: custom fields and benefit rows have keys made at run time, and a form that
//! can never be rejected before [`Draft::check`] loses nothing a person typed.

use std::collections::BTreeMap;

use crate::badges::badge::ImageTag;
use crate::badges::fields::{Field, truthy};
use crate::badges::limits::Level;
use crate::badges::parts::Pairs;
pub use crate::badges::parts::{
    BenefitDraft, ExpiryDraft, ImageDraft, LimitDraft, RollDraft, WindowDraft,
};

/// Rows and parts a form may number; more are somebody's joke.
const MOST_ROWS: usize = 50;

/// A badge as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// The start: a date for `start_time`, or any instant as text.
    pub start: String,
    /// The time of the start; blank for the beginning of the day.
    pub start_time: String,
    /// The end, likewise.
    pub end: String,
    /// The time of the end; blank for 23:59:59.
    pub end_time: String,
    /// Whether it may be issued.
    pub active: bool,
    /// The id of its group.
    pub group: String,
    /// Its rank.
    pub rank: String,
    /// `EARN` or `ISSUE_EARN`.
    pub earn_type: String,
    /// The till issuances are attributed to.
    pub till: String,
    /// Modules that may use it.
    pub owners: Vec<String>,
    /// When an enrolment ends.
    pub issued: ExpiryDraft,
    /// When an issued badge ends.
    pub earned: ExpiryDraft,
    /// The limit of each customer.
    pub customer: LimitDraft,
    /// The limit across customers.
    pub badge: LimitDraft,
    /// Benefits in order.
    pub benefits: Vec<BenefitDraft>,
    /// Values of custom fields by the field's name.
    pub custom: BTreeMap<String, String>,
    /// Legacy tags in order.
    pub tags: Vec<(String, String)>,
    /// Pictures by tag.
    pub images: BTreeMap<ImageTag, ImageDraft>,
    /// The version it was read at, when it is edited.
    pub version: String,
}

impl Draft {
    /// An empty form: active, as every new badge is unless said otherwise.
    pub fn fresh() -> Self {
        Draft { active: true, ..Draft::default() }
    }

    /// A form's pairs read. Unknown keys are ignored.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        let mut draft = Draft::default();
        for (key, value) in pairs {
            draft.put(key, value.clone());
        }
        draft.benefits.retain(|row| *row != BenefitDraft::default());
        draft.tags.retain(|(name, value)| !(name.is_empty() && value.is_empty()));
        draft
    }

    fn put(&mut self, key: &str, value: String) {
        match key.split_once('.') {
            None => self.put_plain(key, value),
            Some(("issued", part)) => self.issued.put(part, value),
            Some(("earned", part)) => self.earned.put(part, value),
            Some(("customer", part)) => self.customer.put(part, value),
            Some(("badge", part)) => self.badge.put(part, value),
            Some(("cf", name)) => {
                self.custom.insert(name.to_owned(), value);
            }
            Some(("benefit", part)) => {
                if let Some((row, part)) = row_of(&mut self.benefits, part) {
                    row.put(part, value);
                }
            }
            Some(("tag", part)) => match row_of(&mut self.tags, part) {
                Some((row, "name")) => row.0 = value,
                Some((row, "value")) => row.1 = value,
                _ => (),
            },
            Some(("image", part)) => {
                let Some((tag, part)) = part.split_once('.') else { return };
                let Ok(tag) = tag.parse() else { return };
                self.images.entry(tag).or_default().put(part, value);
            }
            Some(_) => (),
        }
    }

    fn put_plain(&mut self, key: &str, value: String) {
        match key {
            "name" => self.name = value,
            "description" => self.description = value,
            "start" => self.start = value,
            "start_time" => self.start_time = value,
            "end" => self.end = value,
            "end_time" => self.end_time = value,
            "active" => self.active = truthy(&value),
            "group" => self.group = value,
            "rank" => self.rank = value,
            "earn_type" => self.earn_type = value,
            "till" => self.till = value,
            "owner" => self.owners.push(value),
            "version" => self.version = value,
            _ => (),
        }
    }

    /// The boxes of the form's first step.
    pub fn basics(&self) -> Vec<(String, String)> {
        let mut out = Pairs::default();
        out.add("name", &self.name);
        out.add("description", &self.description);
        out.add("start", &self.start);
        out.add("start_time", &self.start_time);
        out.add("end", &self.end);
        out.add("end_time", &self.end_time);
        out.add("active", if self.active { "on" } else { "" });
        out.add("group", &self.group);
        out.add("rank", &self.rank);
        out.add("earn_type", &self.earn_type);
        out.0
    }

    /// The boxes of its second step, and what it only carries along.
    pub fn details(&self) -> Vec<(String, String)> {
        let mut out = Pairs::default();
        for owner in &self.owners {
            out.add("owner", owner);
        }
        self.issued.list("issued", &mut out);
        self.earned.list("earned", &mut out);
        self.customer.list("customer", &mut out);
        self.badge.list("badge", &mut out);
        for (row, benefit) in self.benefits.iter().enumerate() {
            out.add(&format!("benefit.{row}.type"), &benefit.kind);
            for (key, value) in &benefit.params {
                out.add(&format!("benefit.{row}.{key}"), value);
            }
        }
        for (name, value) in &self.custom {
            out.add(&format!("cf.{name}"), value);
        }
        for (tag, image) in &self.images {
            out.add(&format!("image.{}.name", tag.wire()), &image.name);
        }
        out.0.extend(self.carried());
        out.0
    }

    /// What no step shows in a box but both must carry.
    pub fn carried(&self) -> Vec<(String, String)> {
        let mut out = Pairs::default();
        out.add("till", &self.till);
        out.add("version", &self.version);
        for (row, benefit) in self.benefits.iter().enumerate() {
            out.add(&format!("benefit.{row}.extra"), &benefit.extra);
        }
        for (row, (name, value)) in self.tags.iter().enumerate() {
            out.add(&format!("tag.{row}.name"), name);
            out.add(&format!("tag.{row}.value"), value);
        }
        for (tag, image) in &self.images {
            out.add(&format!("image.{}.file", tag.wire()), &image.file);
            out.add(&format!("image.{}.handle", tag.wire()), &image.handle);
            out.add(&format!("image.{}.url", tag.wire()), &image.url);
        }
        out.0
    }

    /// Everything: reading it back gives the same draft.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut all = self.basics();
        all.extend(self.details());
        all
    }

    /// A level's limit.
    pub fn limit(&self, level: Level) -> &LimitDraft {
        match level {
            Level::Customer => &self.customer,
            Level::Badge => &self.badge,
        }
    }

    /// A level's limit, to be changed.
    pub fn limit_mut(&mut self, level: Level) -> &mut LimitDraft {
        match level {
            Level::Customer => &mut self.customer,
            Level::Badge => &mut self.badge,
        }
    }

    /// Leaves out values that only repeat a mandatory field's default, so that such a badge follows
    /// the default when it changes.
    pub fn without_defaults(mut self, fields: &[Field]) -> Self {
        self.custom.retain(|name, value| {
            let repeats = |field: &Field| {
                field.active
                    && field.mandatory
                    && field.name == *name
                    && field.default_value.as_deref() == Some(value.trim())
            };
            !fields.iter().any(repeats)
        });
        self
    }
}

/// The row that `3.name` is about, made if need be, and the part.
fn row_of<'a, 'b, T: Default + Clone>(
    rows: &'a mut Vec<T>,
    part: &'b str,
) -> Option<(&'a mut T, &'b str)> {
    let (row, part) = part.split_once('.')?;
    let row: usize = row.parse().ok().filter(|row| *row < MOST_ROWS)?;
    if rows.len() <= row {
        rows.resize(row + 1, T::default());
    }
    rows.get_mut(row).map(|row| (row, part))
}
