//! From a badge as typed to one that may be stored: every rule of spec/badges.md 4, 5.2 and 6, all
//! faults told at once.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;

use crate::badges::badge::{Badge, EarnType, Image, Stamp, Status, Tag, windows_end};
use crate::badges::benefits::Benefit;
use crate::badges::check_parts::{
    check_benefits, check_expiry, check_images, check_level, check_values,
};
use crate::badges::codes::fault;
use crate::badges::context::Context;
use crate::badges::draft::Draft;
use crate::badges::expiry::Expiry;
use crate::badges::limits::{Level, Limit};
use crate::badges::owners::Owner;
use crate::badges::revise::Frame;
use crate::badges::times::{Typed, date_box, read_pair, time_box};
use crate::badges::windows::WindowConfig;
use crate::base::calendar;
use crate::base::ids::{BadgeId, FieldId, GroupId};
use crate::base::problem::{Fault, Problem, Problems};

/// The most tags a badge may carry.
const MOST_TAGS: usize = 100;

/// A badge that may be stored. Only [`Draft::check`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    name: String,
    description: Option<String>,
    start_on: DateTime<Utc>,
    expires_on: DateTime<Utc>,
    earn_type: EarnType,
    earned_expiry: Expiry,
    issued_expiry: Option<Expiry>,
    active: bool,
    group: Option<GroupId>,
    rank: Option<i32>,
    default_till: Option<i64>,
    migrated: bool,
    images: Vec<Image>,
    owners: Vec<Owner>,
    limits: Vec<Limit>,
    windows: Vec<(Level, WindowConfig)>,
    benefits: Vec<Benefit>,
    tags: Vec<Tag>,
    values: BTreeMap<FieldId, String>,
    notes: Vec<Problem>,
}

impl Checked {
    /// What the person should know although it is no fault: past dates, a window that never begins.
    pub fn notes(&self) -> &[Problem] {
        &self.notes
    }

    /// A new badge. Claims are made elsewhere.
    pub fn into_badge(self, id: BadgeId, numeric_id: i64, stamp: Stamp) -> Badge {
        Badge {
            id,
            numeric_id,
            name: self.name,
            description: self.description,
            start_on: self.start_on,
            expires_on: self.expires_on,
            earn_type: self.earn_type,
            earned_expiry: self.earned_expiry,
            issued_expiry: self.issued_expiry,
            active: self.active,
            group: self.group,
            rank: self.rank,
            default_till: self.default_till,
            migrated: self.migrated,
            images: self.images,
            owners: self.owners,
            claims: Vec::new(),
            limits: self.limits,
            windows: self.windows,
            benefits: self.benefits,
            tags: self.tags,
            values: self.values,
            version: 1,
            stamp,
        }
    }

    /// The badge after the change; ids, claims, version and stamp survive.
    pub fn onto(self, badge: &Badge) -> Badge {
        let migrated = badge.migrated;
        let mut changed = self.into_badge(badge.id, badge.numeric_id, badge.stamp.clone());
        changed.claims = badge.claims.clone();
        changed.version = badge.version;
        changed.migrated = migrated;
        changed
    }
}

impl Draft {
    /// Checks everything and tells all faults at once.
    pub fn check(&self, context: &Context<'_>) -> Result<Checked, Problems> {
        let mut problems = Problems::default();
        let mut notes = Vec::new();
        let name = problems.check("name", self.check_name(context));
        let description = problems.check("description", self.check_description());
        let dates = self.check_dates(context, &mut problems, &mut notes);
        let earn_type = problems.check("earn_type", self.check_earn_type(context));
        let group = problems.check("group", self.check_group(context));
        let rank = problems.check("rank", optional(&self.rank, "The rank", 1, i64::from(i32::MAX)));
        let till = problems.check("till", optional(&self.till, "The till", 1, i64::MAX));
        let owners = self.check_owners(context, &mut problems);
        let earned = check_expiry(&self.earned, "earned", true, context.zone, &mut problems);
        let enrol_first = earn_type == Some(EarnType::Enrol);
        let issued = check_expiry(&self.issued, "issued", enrol_first, context.zone, &mut problems);
        let frame = self.frame(context, dates, earn_type, issued.flatten());
        let mut limits = Vec::new();
        let mut windows = Vec::new();
        for level in Level::ALL {
            let draft = self.limit(level);
            let (moving, fixed) =
                check_level(draft, level, context, &frame, &mut problems, &mut notes);
            limits.extend(moving);
            windows.extend(fixed.into_iter().map(|config| (level, config)));
        }
        limits.sort();
        let benefits = check_benefits(&self.benefits, &mut problems);
        self.check_tags(context, &mut problems);
        let values = check_values(&self.custom, context.fields, &mut problems);
        let images = check_images(&self.images, &mut problems);
        problems.into_result()?;
        let (Some(name), Some(description), Some((start_on, expires_on)), Some(earn_type)) =
            (name, description, dates, earn_type)
        else {
            return Err(Problems::none());
        };
        let Some((Some(earned_expiry), issued_expiry)) = earned.zip(issued) else {
            return Err(Problems::none());
        };
        let tags =
            self.tags.iter().map(|(name, value)| Tag { name: name.clone(), value: value.clone() });
        Ok(Checked {
            name,
            description,
            start_on,
            expires_on,
            earn_type,
            earned_expiry,
            issued_expiry,
            active: self.active,
            group: group.flatten(),
            rank: rank.flatten().and_then(|rank| i32::try_from(rank).ok()),
            default_till: till.flatten(),
            migrated: start_on < context.now,
            images,
            owners,
            limits,
            windows,
            benefits,
            tags: tags.collect(),
            values,
            notes,
        })
    }

    fn check_name(&self, context: &Context<'_>) -> Result<String, Fault> {
        match self.name.trim() {
            "" => Err(Fault::blank("Badge name is mandatory")),
            name if name.chars().count() > 255 => {
                Err(Fault::new("too_long", "A name has at most 255 characters"))
            }
            name if name.contains('\0') => Err(Fault::invalid("A name cannot hold this character")),
            _ if context.name_taken => Err(fault("name_taken")),
            name => Ok(name.to_owned()),
        }
    }

    fn check_description(&self) -> Result<Option<String>, Fault> {
        match self.description.trim() {
            "" => Ok(None),
            text if text.chars().count() > 2000 => {
                Err(Fault::new("too_long", "A description has at most 2000 characters"))
            }
            text if text.contains('\0') => {
                Err(Fault::invalid("A description cannot hold this character"))
            }
            text => Ok(Some(text.to_owned())),
        }
    }

    fn check_dates(
        &self,
        context: &Context<'_>,
        problems: &mut Problems,
        notes: &mut Vec<Problem>,
    ) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let start = problems.check("start", self.check_start(context));
        let end = problems.check("end", self.check_end(context));
        let (start, end) = start.zip(end)?;
        // A new badge must last; an old one may be cut to its start.
        if end < start || (end == start && context.existing.is_none()) {
            problems.add("end", fault("start_not_before_end"));
            return None;
        }
        if context.existing.is_none() && start < context.now {
            let (code, text) = match end < context.now {
                true => ("both_past", "The badge's start and end date are in the past."),
                false => ("start_past", "The badge's start date is in the past."),
            };
            notes.push(Problem { field: Some("start".into()), code, message: text.into() });
        }
        Some((start, end))
    }

    fn check_start(&self, context: &Context<'_>) -> Result<DateTime<Utc>, Fault> {
        let (now, zone) = (context.now, context.zone);
        if self.start.trim().is_empty() {
            return Err(Fault::blank("The start date is mandatory"));
        }
        let typed = read_pair(&self.start, &self.start_time, zone)?;
        if let Some(badge) = context.existing {
            let old = badge.start_on;
            if same(typed, &self.start_time, old, zone)
                || typed == Typed::Day(calendar::day_of(old, zone))
            {
                return Ok(old);
            }
        }
        // "Today" means from now on, with five minutes to finish the form.
        let at = match typed {
            Typed::Day(day) if day == calendar::day_of(now, zone) => {
                now + chrono::Duration::minutes(5)
            }
            typed => typed.start(zone),
        };
        if at < now - chrono::Duration::days(36_525) {
            return Err(Fault::new("start_too_old", "The start cannot be more than 100 years ago"));
        }
        match context.existing {
            Some(badge) if badge.status(now) != Status::Upcoming => Err(fault("start_locked")),
            None if !context.migration && at < now - chrono::Duration::minutes(5) => {
                Err(fault("start_past"))
            }
            _ => Ok(at),
        }
    }

    fn check_end(&self, context: &Context<'_>) -> Result<DateTime<Utc>, Fault> {
        if self.end.trim().is_empty() {
            return Err(Fault::blank("The end date is mandatory"));
        }
        let typed = read_pair(&self.end, &self.end_time, context.zone)?;
        let at = typed.end(context.zone);
        match context.existing {
            Some(badge)
                if at == badge.expires_on
                    || same(typed, &self.end_time, badge.expires_on, context.zone) =>
            {
                Ok(badge.expires_on)
            }
            Some(_) if at < context.now => Err(fault("end_past")),
            None if at < context.now && !context.migration => Err(fault("end_past")),
            _ => Ok(at),
        }
    }

    fn check_earn_type(&self, context: &Context<'_>) -> Result<EarnType, Fault> {
        if self.earn_type.trim().is_empty() {
            return Err(Fault::blank("Choose how the badge is issued"));
        }
        let earn_type: EarnType = self.earn_type.parse()?;
        let locked = context.existing.is_some_and(|badge| badge.earn_type != earn_type);
        if locked { Err(fault("earn_type_locked")) } else { Ok(earn_type) }
    }

    fn check_group(&self, context: &Context<'_>) -> Result<Option<GroupId>, Fault> {
        if self.group.trim().is_empty() {
            return Ok(None);
        }
        let id: Option<GroupId> = self.group.trim().parse().ok();
        // A group that was disabled later stays where it is.
        let kept = |id: GroupId| context.existing.is_some_and(|badge| badge.group == Some(id));
        let usable =
            |id: &GroupId| context.groups.iter().any(|group| group.id == *id && group.active);
        id.filter(|id| usable(id) || kept(*id))
            .map(Some)
            .ok_or_else(|| Fault::new("group_unknown", "Choose an active badge group"))
    }

    fn check_owners(&self, context: &Context<'_>, problems: &mut Problems) -> Vec<Owner> {
        let mut owners: Vec<Owner> =
            self.owners.iter().filter_map(|text| problems.check("owner", text.parse())).collect();
        owners.sort();
        owners.dedup();
        if owners.is_empty() {
            problems.add("owner", fault("owners_empty"));
        }
        let claimed = context.existing.into_iter().flat_map(|badge| &badge.claims);
        if claimed.filter(|claim| claim.active).any(|claim| !owners.contains(&claim.owner)) {
            problems.add("owner", fault("owner_claimed"));
        }
        owners
    }

    /// A few, and those the brand's legacy declaration asks for.
    fn check_tags(&self, context: &Context<'_>, problems: &mut Problems) {
        if self.tags.len() > MOST_TAGS {
            let text = format!("A badge has at most {MOST_TAGS} tags");
            problems.add("tags", Fault::new("tags_too_many", text));
        }
        let has = |key: &String| {
            self.tags.iter().any(|(name, value)| name == key && !value.trim().is_empty())
        };
        for key in context.asked_tags.iter().filter(|key| !has(key)) {
            problems.add("tags", Fault::blank(format!("The tag “{key}” is mandatory")));
        }
    }

    fn frame(
        &self,
        context: &Context<'_>,
        dates: Option<(DateTime<Utc>, DateTime<Utc>)>,
        earn_type: Option<EarnType>,
        issued: Option<Expiry>,
    ) -> Frame {
        // Where the dates are wrong the windows do not matter: the draft is refused anyway.
        let (start, end) = dates.unwrap_or((context.now, context.now));
        Frame {
            now: context.now,
            zone: context.zone,
            status: context.existing.map_or(Status::Upcoming, |badge| badge.status(context.now)),
            start,
            end: windows_end(earn_type.unwrap_or(EarnType::Direct), issued, end),
        }
    }
}

/// Whether the boxes still say what they were filled with: they, and the wire's ISO twins, have no
/// fractions of a second, and an hour that occurs twice has one text.
fn same(typed: Typed, time: &str, old: DateTime<Utc>, zone: Tz) -> bool {
    let boxes = (date_box(old, zone), time_box(old, zone));
    typed == Typed::Instant(old)
        || typed == Typed::Instant(old.trunc_subsecs(0))
        || (time.trim() == boxes.1
            && matches!(typed, Typed::Instant(at) if date_box(at, zone) == boxes.0 && time_box(at, zone) == boxes.1))
}

/// A whole number that may be left out.
fn optional(text: &str, what: &str, least: i64, most: i64) -> Result<Option<i64>, Fault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.trim().parse().ok().filter(|number| (least..=most).contains(number)).map(Some).ok_or_else(
        || Fault::invalid(format!("{what} must be a whole number from {least} to {most}")),
    )
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
