//! What a draft is judged by: the time, the badge it changes, and what the brand has around its badges.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::badges::badge::Badge;
use crate::badges::fields::Field;
use crate::badges::groups::Group;
use crate::base::ids::BadgeId;

/// What a draft is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Now.
    pub now: DateTime<Utc>,
    /// The brand's zone.
    pub zone: Tz,
    /// The badge that is changed; none when a new one is made.
    pub existing: Option<&'a Badge>,
    /// The brand's custom fields; disabled ones are ignored.
    pub fields: &'a [Field],
    /// The brand's groups, disabled ones included.
    pub groups: &'a [Group],
    /// Tags the brand's legacy declaration makes mandatory.
    pub asked_tags: &'a [String],
    /// Whether another badge has the draft's name.
    pub name_taken: bool,
    /// Whether past dates are welcome: the console, and files with the migration switch.
    pub migration: bool,
}

/// What a brand has around its badges, as far as a draft is judged by it.
#[derive(Debug, Clone)]
pub struct Around {
    /// Its custom fields, disabled ones included.
    pub fields: Vec<Field>,
    /// Its groups, disabled ones included.
    pub groups: Vec<Group>,
    /// Tags its legacy declaration makes mandatory, where the draft comes from a program: no form has
    /// a box for them.
    pub asked_tags: Vec<String>,
    /// The badge that has the draft's name.
    pub name_owner: Option<BadgeId>,
}

impl Around {
    /// For judging a draft.
    pub fn context<'a>(
        &'a self,
        now: DateTime<Utc>,
        zone: Tz,
        existing: Option<&'a Badge>,
        migration: bool,
    ) -> Context<'a> {
        let other = |owner: BadgeId| existing.is_none_or(|badge| badge.id != owner);
        Context {
            now,
            zone,
            existing,
            fields: &self.fields,
            groups: &self.groups,
            asked_tags: &self.asked_tags,
            name_taken: self.name_owner.is_some_and(other),
            migration,
        }
    }
}
