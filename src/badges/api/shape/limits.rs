//! Issual limits as the wire spells them: one list for each level, both families (spec/badges.md 6.1).

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Iso, Moment};
use crate::badges::api::shape::{Cycles, Lens};
use crate::badges::badge::Badge;
use crate::badges::limits::{Level, Limit, LimitKind, Unit};
use crate::badges::windows::{Cycle, WindowConfig, day_wire};
use crate::base::calendar;

/// A limit. Which keys there are depends on `constraintType`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BadgeConstraint {
    /// So many over the badge's life, or in the last so many days, weeks or months.
    Moving(MovingConstraint),
    /// In the last days, weeks and months: all pairs given must pass.
    Rolling(RollingConstraint),
    /// So many in each calendar window.
    Window(WindowConstraint),
}

/// `CUSTOMER_BADGE_FIXED_VALUE`, `BADGE_FIXED_VALUE` or `BADGE_ROLLING_WINDOW`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovingConstraint {
    constraint_type: &'static str,
    /// `DAYS`, `WEEKS` or `MONTHS`; left out over the badge's life.
    #[serde(skip_serializing_if = "Option::is_none")]
    roll_type: Option<&'static str>,
    /// How many of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    roll_value: Option<u32>,
    /// How many badges at most.
    max_earn_limit: i64,
}

/// `CUSTOMER_BADGE_ROLLING_WINDOW`: up to three pairs, the others null.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RollingConstraint {
    constraint_type: &'static str,
    #[schema(required)]
    max_earn_for_days: Option<i64>,
    #[schema(required)]
    roll_for_days: Option<u32>,
    #[schema(required)]
    max_earn_for_weeks: Option<i64>,
    #[schema(required)]
    roll_for_weeks: Option<u32>,
    #[schema(required)]
    max_earn_for_months: Option<i64>,
    #[schema(required)]
    roll_for_months: Option<u32>,
}

/// `CUSTOMER_BADGE_FIXED_WINDOW` or `BADGE_FIXED_WINDOW`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WindowConstraint {
    constraint_type: &'static str,
    /// The same for the same definition, on every badge.
    #[schema(example = "e6791ec9-e92f-34af-bdc3-be2607fdf82c")]
    reference_id: String,
    /// `DAYS`, `WEEKS` or `MONTHS`.
    duration_type: &'static str,
    /// Of `DAYS`: how many in a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_rate: Option<u32>,
    /// Of `WEEKS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_day_of_the_week: Option<&'static str>,
    /// How many badges in each window.
    max_earn_limit: i64,
    /// `UPCOMING`, `ACTIVE` or `EXPIRED`.
    cycle_status: &'static str,
    /// From when on it counts.
    start_date: Moment,
    /// The same as ISO 8601.
    #[serde(rename = "startDateISO")]
    start_date_iso: Iso,
    /// Its last instant; left out where enrolments never end.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<Moment>,
    /// The same as ISO 8601.
    #[serde(rename = "endDateISO", skip_serializing_if = "Option::is_none")]
    end_date_iso: Option<Iso>,
    /// The window that is running; only of one badge asked for by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_cycle: Option<CurrentCycle>,
}

/// A window: midnight of its first and of its last day, both included.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CurrentCycle {
    start_date: Moment,
    #[serde(rename = "startDateISO")]
    start_date_iso: Iso,
    end_date: Moment,
    #[serde(rename = "endDateISO")]
    end_date_iso: Iso,
}

impl Lens<'_> {
    /// The limits of a level: moving ones, then fixed windows by their start.
    pub fn constraints(&self, badge: &Badge, level: Level, cycles: Cycles) -> Vec<BadgeConstraint> {
        let moving: Vec<Limit> = badge.limits_of(level).copied().collect();
        let mut all: Vec<BadgeConstraint> = match level {
            Level::Customer => customer_moving(&moving),
            Level::Badge => moving.iter().map(badge_moving).collect(),
        };
        let mut windows = badge.windows_of(level);
        windows.sort_by_key(|config| (config.start_at, config.seq));
        all.extend(windows.iter().map(|config| self.window(level, config, cycles)));
        all
    }

    fn window(&self, level: Level, config: &WindowConfig, cycles: Cycles) -> BadgeConstraint {
        let cycle = config.cycle(self.now, self.zone);
        let told = cycles == Cycles::Told && cycle == Cycle::Active;
        let current = config.window_at(self.now, self.zone).filter(|_| told);
        BadgeConstraint::Window(WindowConstraint {
            constraint_type: level.window_type(),
            reference_id: config.period.reference_id(level).to_string(),
            duration_type: config.period.unit().wire(),
            refresh_rate: config.period.refresh_rate(),
            start_day_of_the_week: config.period.start_day().map(day_wire),
            max_earn_limit: config.max,
            cycle_status: cycle.wire(),
            start_date: Moment(config.start_at),
            start_date_iso: Iso(config.start_at),
            end_date: config.end_at.map(Moment),
            end_date_iso: config.end_at.map(Iso),
            current_cycle: current.map(|window| {
                let (first, last) =
                    (window.start(self.zone), calendar::start_of_day(window.last, self.zone));
                CurrentCycle {
                    start_date: Moment(first),
                    start_date_iso: Iso(first),
                    end_date: Moment(last),
                    end_date_iso: Iso(last),
                }
            }),
        })
    }
}

/// The pairs of a customer's moving limits share one object.
fn customer_moving(limits: &[Limit]) -> Vec<BadgeConstraint> {
    let mut all = Vec::new();
    let mut rolling = RollingConstraint {
        constraint_type: "CUSTOMER_BADGE_ROLLING_WINDOW",
        ..RollingConstraint::default()
    };
    for limit in limits {
        let (slot, max) = match limit.kind {
            LimitKind::Overall => {
                all.push(BadgeConstraint::Moving(MovingConstraint {
                    constraint_type: "CUSTOMER_BADGE_FIXED_VALUE",
                    roll_type: None,
                    roll_value: None,
                    max_earn_limit: limit.max,
                }));
                continue;
            }
            LimitKind::Rolling { unit: Unit::Days, value } => {
                rolling.roll_for_days = Some(value);
                (&mut rolling.max_earn_for_days, limit.max)
            }
            LimitKind::Rolling { unit: Unit::Weeks, value } => {
                rolling.roll_for_weeks = Some(value);
                (&mut rolling.max_earn_for_weeks, limit.max)
            }
            LimitKind::Rolling { unit: Unit::Months, value } => {
                rolling.roll_for_months = Some(value);
                (&mut rolling.max_earn_for_months, limit.max)
            }
        };
        *slot = Some(max);
    }
    let pairs = [rolling.roll_for_days, rolling.roll_for_weeks, rolling.roll_for_months];
    if pairs.iter().any(Option::is_some) {
        all.push(BadgeConstraint::Rolling(rolling));
    }
    all
}

fn badge_moving(limit: &Limit) -> BadgeConstraint {
    let (constraint_type, roll) = match limit.kind {
        LimitKind::Overall => ("BADGE_FIXED_VALUE", None),
        LimitKind::Rolling { unit, value } => ("BADGE_ROLLING_WINDOW", Some((unit, value))),
    };
    BadgeConstraint::Moving(MovingConstraint {
        constraint_type,
        roll_type: roll.map(|(unit, _)| unit.wire()),
        roll_value: roll.map(|(_, value)| value),
        max_earn_limit: limit.max,
    })
}
