//! The limits of a badge with how far they are used: one block for each.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Iso, Moment};
use crate::badges::badge::Badge;
use crate::badges::issuing::quota::{Quota, Span, back};
use crate::badges::limits::{Level, LimitKind, Unit};
use crate::badges::store::customer_badges::Instance;
use crate::badges::windows::{Cycle, WindowConfig, day_wire};
use crate::base::calendar;

/// A limit and how far it is used; what does not apply is null.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConstraintBlock {
    /// `CUSTOMER` or `BADGE`.
    constraint_level: &'static str,
    /// `OVERALL`, `ROLLING_WINDOW` or `FIXED_WINDOW`.
    constraint_type: &'static str,
    /// The unit of a moving window across customers.
    roll_type: Option<&'static str>,
    /// How many days a fixed window of days has.
    refresh_rate: Option<u32>,
    /// The unit of a fixed window.
    duration_type: Option<&'static str>,
    /// `ACTIVE` or `UPCOMING`, of a fixed window.
    cycle_status: Option<&'static str>,
    /// The first day of a fixed window of a week.
    start_day_of_the_week: Option<&'static str>,
    /// How many units a moving window across customers has.
    roll_value: Option<u32>,
    /// How many at most; null where `rollingWindowLimits` says it.
    max_earn_limit: Option<i64>,
    /// How far it is used.
    earn_constraint_block_statistics: ConstraintStatistics,
    /// The fixed window around now.
    fixed_window_cycle: Option<ConstraintCycle>,
    /// The id of a fixed window's definition.
    fixed_window_reference_id: Option<String>,
    /// The moving windows of one customer.
    rolling_window_limits: Option<RollingLimits>,
}

/// How far a limit is used.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConstraintStatistics {
    current_earn_count: Option<i64>,
    current_earn_count_days: Option<i64>,
    current_earn_count_weeks: Option<i64>,
    current_earn_count_months: Option<i64>,
}

/// A fixed window: whole days, the last of them included.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConstraintCycle {
    start_date: Moment,
    #[serde(rename = "startDateISO")]
    start_date_iso: Iso,
    end_date: Moment,
    #[serde(rename = "endDateISO")]
    end_date_iso: Iso,
}

/// The moving windows of one customer: up to three pairs, the others null.
#[derive(Debug, Default, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RollingLimits {
    /// How many in so many days.
    max_earn_for_days: Option<i64>,
    /// So many days.
    roll_for_days: Option<u32>,
    /// How many in so many weeks.
    max_earn_for_weeks: Option<i64>,
    /// So many weeks.
    roll_for_weeks: Option<u32>,
    /// How many in so many months.
    max_earn_for_months: Option<i64>,
    /// So many months.
    roll_for_months: Option<u32>,
}

impl RollingLimits {
    /// Of a badge's limits for one customer; none where none moves.
    fn of(badge: &Badge) -> Option<Self> {
        let mut all = RollingLimits::default();
        for limit in badge.limits_of(Level::Customer) {
            let LimitKind::Rolling { unit, value } = limit.kind else { continue };
            let (max, roll) = (Some(limit.max), Some(value));
            match unit {
                Unit::Days => (all.max_earn_for_days, all.roll_for_days) = (max, roll),
                Unit::Weeks => (all.max_earn_for_weeks, all.roll_for_weeks) = (max, roll),
                Unit::Months => (all.max_earn_for_months, all.roll_for_months) = (max, roll),
            }
        }
        (all != RollingLimits::default()).then_some(all)
    }
}

/// The limits of a level as they stand now: what counts them, and the fixed windows that wait.
pub fn quotas(badge: &Badge, level: Level, now: DateTime<Utc>, zone: Tz) -> Vec<Quota> {
    let moving = badge.limits_of(level).map(|limit| {
        let span = match limit.kind {
            LimitKind::Overall => Span::Overall,
            LimitKind::Rolling { unit, value } => {
                Span::Rolling { unit, value, edge: back(now, unit, value) }
            }
        };
        Quota { level, span, max: limit.max }
    });
    let windows = badge.windows_of(level);
    let fixed = windows.iter().filter_map(|config| {
        let window = config.window_at(now, zone)?;
        let last = calendar::start_of_day(window.last, zone);
        let (from, to) = (window.start(zone), window.end(zone));
        let span = Span::Fixed { config: *config, window, from, to, last };
        (config.cycle(now, zone) == Cycle::Active).then_some(Quota { level, span, max: config.max })
    });
    moving.chain(fixed).collect()
}

/// How often a customer's own earns count in a quota.
pub fn own_count(quota: &Quota, earns: &[Instance]) -> i64 {
    let counts = |earn: &&Instance| {
        earn.revoked_on.is_none()
            && match quota.span {
                Span::Overall => true,
                Span::Rolling { edge, .. } => earn.made_on > edge,
                Span::Fixed { from, to, .. } => from <= earn.event_on && earn.event_on < to,
            }
    };
    i64::try_from(earns.iter().filter(counts).count()).unwrap_or(i64::MAX)
}

/// The blocks of a level: overall, moving, fixed in force, fixed to come.
pub fn blocks(
    badge: &Badge,
    level: Level,
    counted: &[(Quota, i64)],
    now: DateTime<Utc>,
    zone: Tz,
) -> Vec<ConstraintBlock> {
    let mut blocks = Vec::new();
    for (quota, count) in counted {
        match quota.span {
            Span::Overall => blocks.push(ConstraintBlock {
                max_earn_limit: Some(quota.max),
                ..block(level, "OVERALL", Some(*count))
            }),
            Span::Rolling { unit, value, .. } if level == Level::Badge => {
                blocks.push(ConstraintBlock {
                    roll_type: Some(unit.wire()),
                    roll_value: Some(value),
                    max_earn_limit: Some(quota.max),
                    ..block(level, "ROLLING_WINDOW", Some(*count))
                });
            }
            Span::Rolling { .. } | Span::Fixed { .. } => {}
        }
    }
    if level == Level::Customer {
        blocks.extend(own_moving(badge, counted));
    }
    for config in badge.windows_of(level) {
        let current = counted.iter().find_map(|(quota, count)| match quota.span {
            Span::Fixed { config: of, from, last, .. } if of == config => {
                Some((from, last, *count))
            }
            _ => None,
        });
        if current.is_some() || config.cycle(now, zone) == Cycle::Upcoming {
            blocks.push(fixed(level, &config, current, config.cycle(now, zone)));
        }
    }
    blocks
}

fn block(level: Level, constraint_type: &'static str, count: Option<i64>) -> ConstraintBlock {
    ConstraintBlock {
        constraint_level: level.wire(),
        constraint_type,
        earn_constraint_block_statistics: ConstraintStatistics {
            current_earn_count: count,
            ..ConstraintStatistics::default()
        },
        ..ConstraintBlock::default()
    }
}

/// The moving windows of one customer, all in one block.
fn own_moving(badge: &Badge, counted: &[(Quota, i64)]) -> Option<ConstraintBlock> {
    let rolling = RollingLimits::of(badge)?;
    let of = |wanted: Unit| {
        counted.iter().find_map(|(quota, count)| match quota.span {
            Span::Rolling { unit, .. } if unit == wanted => Some(*count),
            _ => None,
        })
    };
    let statistics = ConstraintStatistics {
        current_earn_count: None,
        current_earn_count_days: of(Unit::Days),
        current_earn_count_weeks: of(Unit::Weeks),
        current_earn_count_months: of(Unit::Months),
    };
    Some(ConstraintBlock {
        earn_constraint_block_statistics: statistics,
        rolling_window_limits: Some(rolling),
        ..block(Level::Customer, "ROLLING_WINDOW", None)
    })
}

fn fixed(
    level: Level,
    config: &WindowConfig,
    current: Option<(DateTime<Utc>, DateTime<Utc>, i64)>,
    cycle: Cycle,
) -> ConstraintBlock {
    ConstraintBlock {
        duration_type: Some(config.period.unit().wire()),
        refresh_rate: config.period.refresh_rate(),
        start_day_of_the_week: config.period.start_day().map(day_wire),
        cycle_status: Some(cycle.wire()),
        max_earn_limit: Some(config.max),
        fixed_window_reference_id: Some(config.period.reference_id(level).to_string()),
        fixed_window_cycle: current.map(|(from, last, _)| ConstraintCycle {
            start_date: Moment(from),
            start_date_iso: Iso(from),
            end_date: Moment(last),
            end_date_iso: Iso(last),
        }),
        ..block(level, "FIXED_WINDOW", current.map(|(.., count)| count))
    }
}
