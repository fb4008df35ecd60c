//! Constraint objects (spec/badges.md 6.1) as a row spells them, turned into a level's limit.

use std::collections::BTreeMap;

use crate::badges::draft::{LimitDraft, RollDraft};
use crate::badges::limits::{Level, Unit};
use crate::badges::owners::bare;
use crate::badges::sheet::read::Cells;
use crate::base::problem::{Fault, Problems};

/// One constraint object: its type and its keys.
#[derive(Debug, Default, Clone)]
struct Constraint {
    kind: String,
    keys: BTreeMap<String, String>,
}

impl Constraint {
    fn get(&self, key: &str) -> String {
        self.keys.get(key).cloned().unwrap_or_default()
    }
}

/// What a row says about a level's limit; none when it says nothing.
pub fn limit(level: Level, cells: &Cells<'_>, problems: &mut Problems) -> Option<LimitDraft> {
    let mut all = by_paths(level, cells);
    if all.is_empty() {
        all = by_columns(level, cells);
    }
    if all.is_empty() {
        return None;
    }
    let mut draft = LimitDraft::default();
    for constraint in &all {
        let fits = take(level, constraint, &mut draft);
        let column = match level {
            Level::Customer => "ConstraintType1 for Cx",
            Level::Badge => "badge constraintType1",
        };
        problems.check(column, fits);
    }
    draft.on = !draft.family.is_empty();
    Some(draft)
}

/// `customerConstraints[0].maxEarnLimit` and the like.
fn by_paths(level: Level, cells: &Cells<'_>) -> Vec<Constraint> {
    let prefix = match level {
        Level::Customer => "customerConstraints[",
        Level::Badge => "badgeConstraints[",
    };
    let mut found: BTreeMap<u8, Constraint> = BTreeMap::new();
    for (header, value) in cells.all() {
        let Some((place, key)) = header.strip_prefix(prefix).and_then(|rest| rest.split_once("]."))
        else {
            continue;
        };
        let Ok(place) = place.parse() else { continue };
        let constraint = found.entry(place).or_default();
        match key {
            "constraintType" => constraint.kind = value.to_owned(),
            _ => drop(constraint.keys.insert(key.to_owned(), value.to_owned())),
        }
    }
    found.into_values().collect()
}

/// The template's columns: types in order, each taking the values that belong to it. Without types the
/// values speak for themselves.
fn by_columns(level: Level, cells: &Cells<'_>) -> Vec<Constraint> {
    let (types, overall, rolling): (Vec<String>, String, Vec<Constraint>) = match level {
        Level::Customer => {
            let types = (1..=2).map(|n| cells.get(&format!("ConstraintType{n} for Cx")));
            let mut keys = BTreeMap::new();
            for key in [
                "rollForDays",
                "maxEarnForDays",
                "rollForWeeks",
                "maxEarnForWeeks",
                "rollForMonths",
                "maxEarnForMonths",
            ] {
                let value = cells.get(&format!("{key} for Cx"));
                if !value.is_empty() {
                    keys.insert(key.to_owned(), value);
                }
            }
            let kind = "CUSTOMER_BADGE_ROLLING_WINDOW".to_owned();
            let rolling = if keys.is_empty() { vec![] } else { vec![Constraint { kind, keys }] };
            (types.collect(), cells.get("maxEarnLimit for Cx"), rolling)
        }
        Level::Badge => {
            let types = (1..=4).map(|n| cells.get(&format!("badge constraintType{n}")));
            let overall = match cells.get("maxEarnLimit for badge") {
                text if text.is_empty() => cells.get("badge max earn limit4"),
                text => text,
            };
            (types.collect(), overall, (1..=3).filter_map(|n| roll(n, cells)).collect())
        }
    };
    let types: Vec<String> = types.into_iter().filter(|kind| !kind.is_empty()).collect();
    let mut rolling = rolling.into_iter();
    let fixed = fixed(level, cells);
    let value = |kind: &str| Constraint {
        kind: kind.to_owned(),
        keys: [("maxEarnLimit".to_owned(), overall.clone())].into(),
    };
    if types.is_empty() {
        let total = (!overall.is_empty()).then(|| value("FIXED_VALUE"));
        return total.into_iter().chain(rolling).chain(fixed).collect();
    }
    let object = |kind: String| match family(&kind) {
        "FIXEDVALUE" => value(&kind),
        "ROLLINGWINDOW" => rolling.next().unwrap_or(Constraint { kind, ..Constraint::default() }),
        "FIXEDWINDOW" => fixed.clone().unwrap_or(Constraint { kind, ..Constraint::default() }),
        _ => Constraint { kind, ..Constraint::default() },
    };
    types.into_iter().map(object).collect()
}

fn roll(set: u8, cells: &Cells<'_>) -> Option<Constraint> {
    let cell = |header: &str| cells.get(&format!("badge {header}{set}"));
    let keys: BTreeMap<String, String> = [
        ("rollType", cell("rolltype")),
        ("rollValue", cell("rollvalue")),
        ("maxEarnLimit", cell("max earn limit")),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    (!keys.is_empty()).then(|| Constraint { kind: "BADGE_ROLLING_WINDOW".to_owned(), keys })
}

fn fixed(level: Level, cells: &Cells<'_>) -> Option<Constraint> {
    let prefix = if level == Level::Customer { "Cx" } else { "badge" };
    let keys: BTreeMap<String, String> = [
        ("durationType", "durationType"),
        ("refreshRate", "refreshRate"),
        ("startDayOfTheWeek", "startDayOfTheWeek"),
        ("maxEarnLimit", "window maxEarnLimit"),
    ]
    .into_iter()
    .map(|(key, header)| (key.to_owned(), cells.get(&format!("{prefix} {header}"))))
    .filter(|(_, value)| !value.is_empty())
    .collect();
    (!keys.is_empty()).then(|| Constraint { kind: level.window_type().to_owned(), keys })
}

/// The part of a type that says what it is, whatever its level and spelling.
fn family(kind: &str) -> &'static str {
    let kind = bare(kind);
    ["FIXEDVALUE", "ROLLINGWINDOW", "FIXEDWINDOW", "NOLIMIT"]
        .into_iter()
        .find(|family| kind.ends_with(&family.to_lowercase()))
        .unwrap_or("")
}

/// Puts one object into the limit.
fn take(level: Level, constraint: &Constraint, draft: &mut LimitDraft) -> Result<(), Fault> {
    let family = family(&constraint.kind);
    let wanted = match family {
        "NOLIMIT" => return Ok(()),
        "FIXEDWINDOW" => "fixed",
        "FIXEDVALUE" | "ROLLINGWINDOW" => "moving",
        _ => {
            let text = format!("“{}” is no kind of limit", constraint.kind);
            return Err(Fault::invalid(text));
        }
    };
    if !draft.family.is_empty() && draft.family != wanted {
        return Err(Fault::invalid("Fixed and moving windows cannot be mixed on one level"));
    }
    let again = || Err(Fault::invalid("A kind of limit stands there twice"));
    let first = draft.family.is_empty();
    wanted.clone_into(&mut draft.family);
    match family {
        "FIXEDVALUE" if !draft.overall.is_empty() => return again(),
        "FIXEDVALUE" => draft.overall = constraint.get("maxEarnLimit"),
        "FIXEDWINDOW" if !first => return again(),
        "FIXEDWINDOW" => {
            draft.period = constraint.get("durationType");
            draft.every = constraint.get("refreshRate");
            draft.weekday = constraint.get("startDayOfTheWeek");
            draft.window_max = constraint.get("maxEarnLimit");
        }
        _ if level == Level::Customer => {
            for (roll, unit) in draft.rolls.iter_mut().zip(["Days", "Weeks", "Months"]) {
                roll.value = constraint.get(&format!("rollFor{unit}"));
                roll.max = constraint.get(&format!("maxEarnFor{unit}"));
            }
        }
        _ => {
            let unit: Unit = constraint.get("rollType").parse()?;
            let place = Unit::ALL.iter().position(|known| *known == unit).unwrap_or(0);
            if draft.rolls[place] != RollDraft::default() {
                return again();
            }
            draft.rolls[place] = RollDraft {
                value: constraint.get("rollValue"),
                max: constraint.get("maxEarnLimit"),
            };
        }
    }
    Ok(())
}
