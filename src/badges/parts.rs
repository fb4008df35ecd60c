//! The parts of a [`Draft`](crate::badges::draft::Draft): expiry, limit, benefit and picture as typed.

use std::collections::BTreeMap;

use crate::badges::badge::Family;
use crate::badges::fields::truthy;
use crate::badges::limits::Unit;

/// An expiry rule as typed: `kind` is `date`, `period`, `badge` or `never`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ExpiryDraft {
    /// Which rule.
    pub kind: String,
    /// The date of `date`.
    pub date: String,
    /// Its time; blank for 23:59:59.
    pub time: String,
    /// The unit of `period`.
    pub unit: String,
    /// How many of them.
    pub value: String,
}

/// A level's limit as typed: `family` is `fixed` or `moving`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct LimitDraft {
    /// Whether the level is limited.
    pub on: bool,
    /// Which family.
    pub family: String,
    /// Fixed: the wire's word for the unit.
    pub period: String,
    /// Fixed: every so many days.
    pub every: String,
    /// Fixed: the week's first day.
    pub weekday: String,
    /// Fixed: how many in each window.
    pub window_max: String,
    /// Fixed, as a program sends them: several, in place of the four boxes above.
    pub sent: Vec<WindowDraft>,
    /// Moving: for days, weeks and months, "so many in the last so many".
    pub rolls: [RollDraft; 3],
    /// Moving: how many over the whole life.
    pub overall: String,
}

/// A fixed window as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct WindowDraft {
    /// The wire's word for the unit.
    pub period: String,
    /// Every so many days.
    pub every: String,
    /// The week's first day.
    pub weekday: String,
    /// How many in each window.
    pub max: String,
    /// Sent back with the mark that it is over.
    pub past: bool,
    /// The end it was sent back with.
    pub end: String,
}

/// "At most `max` in the last `value` units" as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RollDraft {
    /// How many units.
    pub value: String,
    /// How many badges.
    pub max: String,
}

/// A benefit as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct BenefitDraft {
    /// The wire's word for what it gives.
    pub kind: String,
    /// Its known keys.
    pub params: BTreeMap<String, String>,
    /// Unknown keys as JSON, carried along.
    pub extra: String,
}

/// A picture as a form carries it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ImageDraft {
    /// The id of the stored file.
    pub file: String,
    /// What it is called.
    pub name: String,
    /// The wire's handle.
    pub handle: String,
    /// Where it is served, when it is kept elsewhere.
    pub url: String,
}

/// Pairs of a form; blank values are left out, as an absent box reads as blank.
#[derive(Default)]
pub(super) struct Pairs(pub(super) Vec<(String, String)>);

impl Pairs {
    pub(super) fn add(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.0.push((key.to_owned(), value.to_owned()));
        }
    }
}

impl ExpiryDraft {
    pub(super) fn put(&mut self, part: &str, value: String) {
        match part {
            "kind" => self.kind = value,
            "date" => self.date = value,
            "time" => self.time = value,
            "unit" => self.unit = value,
            "value" => self.value = value,
            _ => (),
        }
    }

    pub(super) fn list(&self, prefix: &str, out: &mut Pairs) {
        out.add(&format!("{prefix}.kind"), &self.kind);
        out.add(&format!("{prefix}.date"), &self.date);
        out.add(&format!("{prefix}.time"), &self.time);
        out.add(&format!("{prefix}.unit"), &self.unit);
        out.add(&format!("{prefix}.value"), &self.value);
    }
}

impl LimitDraft {
    pub(super) fn put(&mut self, part: &str, value: String) {
        let roll = |unit: &str| Unit::ALL.iter().position(|known| known.label() == unit);
        match part.split_once('.') {
            None => match part {
                "on" => self.on = truthy(&value),
                "family" => self.family = value,
                "period" => self.period = value,
                "every" => self.every = value,
                "weekday" => self.weekday = value,
                "window_max" => self.window_max = value,
                "overall" => self.overall = value,
                _ => (),
            },
            Some((unit, "value")) => {
                if let Some(place) = roll(unit) {
                    self.rolls[place].value = value;
                }
            }
            Some((unit, "max")) => {
                if let Some(place) = roll(unit) {
                    self.rolls[place].max = value;
                }
            }
            Some(_) => (),
        }
    }

    pub(super) fn list(&self, prefix: &str, out: &mut Pairs) {
        out.add(&format!("{prefix}.on"), if self.on { "on" } else { "" });
        out.add(&format!("{prefix}.family"), &self.family);
        out.add(&format!("{prefix}.period"), &self.period);
        out.add(&format!("{prefix}.every"), &self.every);
        out.add(&format!("{prefix}.weekday"), &self.weekday);
        out.add(&format!("{prefix}.window_max"), &self.window_max);
        for (unit, roll) in Unit::ALL.iter().zip(&self.rolls) {
            out.add(&format!("{prefix}.{unit}.value"), &roll.value);
            out.add(&format!("{prefix}.{unit}.max"), &roll.max);
        }
        out.add(&format!("{prefix}.overall"), &self.overall);
    }

    /// Its fixed windows, each with the name of its boxes.
    pub(super) fn windows(&self, key: &str) -> Vec<(String, WindowDraft)> {
        if self.sent.is_empty() {
            let boxes = WindowDraft {
                period: self.period.clone(),
                every: self.every.clone(),
                weekday: self.weekday.clone(),
                max: self.window_max.clone(),
                past: false,
                end: String::new(),
            };
            return vec![(key.to_owned(), boxes)];
        }
        let name = |(place, window): (usize, &WindowDraft)| {
            (format!("{key}.sent.{place}"), window.clone())
        };
        self.sent.iter().enumerate().map(name).collect()
    }

    /// Whether a program sent limits of both families; of a form only the chosen one counts.
    pub(super) fn is_mixed(&self) -> bool {
        let moving = |roll: &RollDraft| !roll.max.is_empty() || !roll.value.is_empty();
        let moving = !self.overall.is_empty() || self.rolls.iter().any(moving);
        moving && !self.sent.is_empty()
    }

    /// The family chosen, if any.
    pub fn family(&self) -> Option<Family> {
        match self.family.as_str() {
            "fixed" => Some(Family::Fixed),
            "moving" => Some(Family::Moving),
            _ => None,
        }
    }
}

impl BenefitDraft {
    pub(super) fn put(&mut self, part: &str, value: String) {
        match part {
            "type" => self.kind = value,
            "extra" => self.extra = value,
            _ if value.is_empty() => (),
            _ => {
                self.params.insert(part.to_owned(), value);
            }
        }
    }

    /// A known key's value as typed.
    pub fn value(&self, key: &str) -> &str {
        self.params.get(key).map_or("", String::as_str)
    }
}

impl ImageDraft {
    pub(super) fn put(&mut self, part: &str, value: String) {
        match part {
            "file" => self.file = value,
            "name" => self.name = value,
            "handle" => self.handle = value,
            "url" => self.url = value,
            _ => (),
        }
    }
}
