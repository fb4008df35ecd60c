//! A badge as issuing needs it: the terms alone, read in one statement.

use chrono::{DateTime, Utc};

use crate::badges::badge::{EarnType, Status};
use crate::badges::benefits::Benefit;
use crate::badges::expiry::Expiry;
use crate::badges::issuing::quota::Key;
use crate::badges::limits::{Level, Limit};
use crate::badges::windows::WindowConfig;
use crate::base::ids::BadgeId;

/// What a badge is issued by.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Which badge.
    pub id: BadgeId,
    /// Its name.
    pub name: String,
    /// From when on it can be earned.
    pub start_on: DateTime<Utc>,
    /// The last instant whose events can earn it.
    pub expires_on: DateTime<Utc>,
    /// Given directly, or to the enrolled alone.
    pub earn_type: EarnType,
    /// When an issued badge ends.
    pub earned_expiry: Expiry,
    /// When an enrolment ends.
    pub issued_expiry: Option<Expiry>,
    /// The switch beside the status.
    pub active: bool,
    /// The till that issuances are attributed to.
    pub default_till: Option<i64>,
    /// Whether the trigger asked about has a claim that stands.
    pub claimed: bool,
    /// Limits of the moving family.
    pub limits: Vec<Limit>,
    /// Fixed windows, past ones as well.
    pub windows: Vec<(Level, WindowConfig)>,
    /// What comes with it.
    pub benefits: Vec<Benefit>,
    /// Counts across customers that exist for the event asked about.
    pub counted: Vec<Key>,
}

impl Terms {
    /// Where it stands now.
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        Status::at(now, self.start_on, self.expires_on)
    }

    /// The fixed windows of a level, in order.
    pub fn windows_of(&self, level: Level) -> Vec<WindowConfig> {
        self.windows.iter().filter(|(of, _)| *of == level).map(|(_, config)| *config).collect()
    }

    /// Whether anything limits a level.
    pub fn limits_level(&self, level: Level) -> bool {
        self.limits.iter().any(|limit| limit.level == level)
            || self.windows.iter().any(|(of, _)| *of == level)
    }

    /// When a badge issued now ends, as stored (none: with the badge, wherever its end moves) and as it
    /// stands today.
    pub fn earn_end(&self, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, DateTime<Utc>) {
        self.end(self.earned_expiry, now, now)
    }

    /// When an enrolment of this event ends, as stored and as it stands today.
    pub fn enrolment_end(
        &self,
        event: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> (Option<DateTime<Utc>>, DateTime<Utc>) {
        self.end(self.issued_expiry.unwrap_or(Expiry::WithBadge), event, now)
    }

    fn end(
        &self,
        rule: Expiry,
        base: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> (Option<DateTime<Utc>>, DateTime<Utc>) {
        let end = rule.instance_expiry(base, now, self.expires_on);
        (Some(end).filter(|_| rule != Expiry::WithBadge), end)
    }
}
