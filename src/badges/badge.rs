//! A badge and what follows from it alone.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::badges::benefits::Benefit;
use crate::badges::expiry::Expiry;
use crate::badges::limits::{Level, Limit};
use crate::badges::owners::{Claim, Owner, bare};
use crate::badges::windows::{Cycle, WindowConfig};
use crate::base::calendar;
use crate::base::ids::{BadgeId, FieldId, FileId, GroupId};
use crate::base::problem::Fault;

/// A badge definition: every field of spec/badges.md 4.
#[derive(Debug, Clone, PartialEq)]
pub struct Badge {
    /// Its id.
    pub id: BadgeId,
    /// The brand's running number.
    pub numeric_id: i64,
    /// Unique in the brand, letter by letter, whatever the badge's status.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// From when on it can be earned.
    pub start_on: DateTime<Utc>,
    /// The last instant whose events can earn it.
    pub expires_on: DateTime<Utc>,
    /// Given directly, or to the enrolled alone; never changes.
    pub earn_type: EarnType,
    /// When an issued badge ends.
    pub earned_expiry: Expiry,
    /// When an enrolment ends.
    pub issued_expiry: Option<Expiry>,
    /// The switch beside the status.
    pub active: bool,
    /// Its group, if any.
    pub group: Option<GroupId>,
    /// Its rank in the group, or alone.
    pub rank: Option<i32>,
    /// The till that issuances are attributed to.
    pub default_till: Option<i64>,
    /// Whether it came in with past dates.
    pub migrated: bool,
    /// At most one for each tag.
    pub images: Vec<Image>,
    /// The modules that may use it, in order.
    pub owners: Vec<Owner>,
    /// Where modules do use it.
    pub claims: Vec<Claim>,
    /// Limits of the moving family.
    pub limits: Vec<Limit>,
    /// Fixed windows, past ones as well, by level.
    pub windows: Vec<(Level, WindowConfig)>,
    /// What comes with it.
    pub benefits: Vec<Benefit>,
    /// Legacy free tags.
    pub tags: Vec<Tag>,
    /// Values of its own for custom fields.
    pub values: BTreeMap<FieldId, String>,
    /// Rises with each change.
    pub version: i64,
    /// Who made and last changed it.
    pub stamp: Stamp,
}

impl Badge {
    /// Where it stands now.
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        Status::at(now, self.start_on, self.expires_on)
    }

    /// Its address.
    pub fn path(&self) -> String {
        format!("/badges/{}", self.id)
    }

    /// The image of a tag.
    pub fn image(&self, tag: ImageTag) -> Option<&Image> {
        self.images.iter().find(|image| image.tag == tag)
    }

    /// The fixed windows of a level, in order.
    pub fn windows_of(&self, level: Level) -> Vec<WindowConfig> {
        self.windows.iter().filter(|(of, _)| *of == level).map(|(_, config)| *config).collect()
    }

    /// The moving limits of a level.
    pub fn limits_of(&self, level: Level) -> impl Iterator<Item = &Limit> {
        self.limits.iter().filter(move |limit| limit.level == level)
    }

    /// Whether a module uses it, so that it cannot be taken from the owners.
    pub fn is_claimed_by(&self, owner: Owner) -> bool {
        self.claims.iter().any(|claim| claim.active && claim.owner == owner)
    }

    /// The claims of a module that stand.
    pub fn claims_of(&self, owner: Owner) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(move |claim| claim.active && claim.owner == owner)
    }

    /// Which family limits a level: moving, fixed, or none.
    pub fn family(&self, level: Level, now: DateTime<Utc>, zone: Tz) -> Option<Family> {
        if self.limits_of(level).next().is_some() {
            return Some(Family::Moving);
        }
        let standing = |config: &WindowConfig| {
            config.superseded_at.is_none() || config.cycle(now, zone) != Cycle::Expired
        };
        self.windows_of(level).iter().any(standing).then_some(Family::Fixed)
    }
}

/// The two families of limits; one level has one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Calendar windows by the event's date.
    Fixed,
    /// The last days, weeks or months before each issue, or the whole life.
    Moving,
}

/// Where a badge stands in time: derived, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Not begun.
    Upcoming,
    /// Running.
    Live,
    /// Over: the wire's `EXPIRED`.
    Ended,
}

impl Status {
    /// All three.
    pub const ALL: [Status; 3] = [Status::Upcoming, Status::Live, Status::Ended];

    /// Where a badge of these dates stands.
    pub fn at(now: DateTime<Utc>, start_on: DateTime<Utc>, expires_on: DateTime<Utc>) -> Self {
        if now < start_on {
            Status::Upcoming
        } else if now <= expires_on {
            Status::Live
        } else {
            Status::Ended
        }
    }

    /// As sent.
    pub const fn wire(self) -> &'static str {
        match self {
            Status::Upcoming => "UPCOMING",
            Status::Live => "LIVE",
            Status::Ended => "EXPIRED",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Status::Upcoming => "Upcoming",
            Status::Live => "Live",
            Status::Ended => "Ended",
        }
    }

    /// The style sheet's name for its shape and colour.
    pub const fn look(self) -> &'static str {
        match self {
            Status::Upcoming => "upcoming",
            Status::Live => "live",
            Status::Ended => "ended",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Status {
    type Err = Fault;

    /// `ENDED` and `EXPIRED` are one.
    fn from_str(text: &str) -> Result<Self, Fault> {
        match bare(text).as_str() {
            "upcoming" => Ok(Status::Upcoming),
            "live" => Ok(Status::Live),
            "ended" | "expired" => Ok(Status::Ended),
            _ => Err(Fault::invalid("Choose Upcoming, Live or Ended")),
        }
    }
}

/// How customers come by a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarnType {
    /// Directly issued without enrolment.
    Direct,
    /// Enrol first, then issue.
    Enrol,
}

impl EarnType {
    /// Both.
    pub const ALL: [EarnType; 2] = [EarnType::Direct, EarnType::Enrol];

    /// As stored and sent. The reference's tables have the two the wrong way round; its samples and
    /// its error 811 do not.
    pub const fn wire(self) -> &'static str {
        match self {
            EarnType::Direct => "EARN",
            EarnType::Enrol => "ISSUE_EARN",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            EarnType::Direct => "Directly issued without enrolment",
            EarnType::Enrol => "Enrol & Issue",
        }
    }
}

impl fmt::Display for EarnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for EarnType {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        match bare(text).as_str() {
            "earn" => Ok(EarnType::Direct),
            "issueearn" => Ok(EarnType::Enrol),
            _ => Err(Fault::new(
                "earn_type_invalid",
                "The badge issue type must be EARN or ISSUE_EARN",
            )),
        }
    }
}

/// Which face of a badge a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageTag {
    /// Not got yet.
    Unissued,
    /// Enrolled.
    InProgress,
    /// Got.
    Issued,
}

impl ImageTag {
    /// All three, in the order of the screen.
    pub const ALL: [ImageTag; 3] = [ImageTag::Unissued, ImageTag::InProgress, ImageTag::Issued];

    /// As stored and sent.
    pub const fn wire(self) -> &'static str {
        match self {
            ImageTag::Unissued => "UN_EARNED",
            ImageTag::InProgress => "IN_PROGRESS",
            ImageTag::Issued => "EARNED",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            ImageTag::Unissued => "Unissued",
            ImageTag::InProgress => "In progress",
            ImageTag::Issued => "Issued",
        }
    }
}

impl FromStr for ImageTag {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        ImageTag::ALL
            .into_iter()
            .find(|tag| bare(tag.wire()) == bare(text))
            .ok_or_else(|| Fault::invalid("Choose UN_EARNED, IN_PROGRESS or EARNED"))
    }
}

/// A picture of a badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Which face.
    pub tag: ImageTag,
    /// What people call it; also its text where it cannot be seen.
    pub name: String,
    /// The wire's `fileSvcHandle`: whatever the file service called it.
    pub handle: String,
    /// Where it is served.
    pub url: String,
    /// Our copy; none where a client named a picture kept elsewhere.
    pub file: Option<FileId>,
}

/// A legacy free tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Who made a thing and who changed it last: the number of a staff member, a till or a client; none
/// for the operator. Names are as they were then, and tell which of the three it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When it was made.
    pub created_on: DateTime<Utc>,
    /// The number of whoever did it: of staff, a till or a client; the name says which.
    pub created_by: Option<i64>,
    /// Their name.
    pub created_by_name: String,
    /// When it was changed last.
    pub updated_on: DateTime<Utc>,
    /// The number of whoever did it.
    pub updated_by: Option<i64>,
    /// Their name.
    pub updated_by_name: String,
}

/// The last instant that fixed windows may cover (7.1): where enrolments outlive the badge, so do the
/// windows; none where enrolments never end.
pub fn windows_end(
    earn_type: EarnType,
    issued: Option<Expiry>,
    expires_on: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match (earn_type, issued) {
        (EarnType::Enrol, Some(Expiry::OnDate(at))) => Some(at),
        (EarnType::Enrol, Some(Expiry::After { unit, value })) => {
            Some(unit.after(expires_on, value))
        }
        (EarnType::Enrol, Some(Expiry::Never)) => None,
        _ => Some(expires_on),
    }
}

/// A badge's name for sorting: folded, so that case does not tear a list apart.
pub fn name_key(name: &str) -> String {
    caseless::default_case_fold_str(name)
}

/// Dates as the list shows them: whole days of the zone.
pub fn duration_text(start: DateTime<Utc>, end: DateTime<Utc>, zone: Tz) -> String {
    let show = |at| calendar::day_of(at, zone).format("%-d %b %Y").to_string();
    format!("{} – {}", show(start), show(end))
}
