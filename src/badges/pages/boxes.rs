//! The boxes of the second step: what each of its parts needs to be drawn.

use crate::badges::badge::Family;
use crate::badges::benefits::{BenefitKind, Key};
use crate::badges::draft::{BenefitDraft, Draft, ExpiryDraft, LimitDraft, RollDraft};
use crate::badges::fields::{DataType, Field};
use crate::badges::limits::{Level, Unit};
use crate::badges::owners::Owner;
use crate::badges::pages::steps::Flow;
use crate::badges::pages::view::View;
use crate::badges::windows::{day_label, day_wire};
use crate::web::parts::Choice;

pub struct OwnerBox {
    pub value: &'static str,
    pub label: &'static str,
    pub on: bool,
    pub claimed: bool,
}

pub struct FieldBox {
    pub id: String,
    pub key: String,
    pub label: String,
    pub value: String,
    pub hint: String,
    pub kind: DataType,
    pub mandatory: bool,
}

impl FieldBox {
    pub fn html_id(&self) -> String {
        format!("cf-{}", self.id)
    }
}

pub struct ExpiryBox {
    pub key: &'static str,
    pub legend: &'static str,
    pub draft: ExpiryDraft,
    pub kinds: Vec<Choice>,
    pub units: Vec<Choice>,
}

impl ExpiryBox {
    pub fn at(&self, part: &str) -> String {
        format!("{}.{part}", self.key)
    }
}

pub struct LimitBox {
    pub level: Level,
    pub draft: LimitDraft,
    pub families: Vec<Choice>,
    pub periods: Vec<Choice>,
    pub days: Vec<Choice>,
    pub locked: bool,
    pub notes: Vec<String>,
}

impl LimitBox {
    pub fn at(&self, part: &str) -> String {
        format!("{}.{part}", self.level.key())
    }

    pub fn rolls(&self) -> Vec<(String, String, Unit, String, String)> {
        let row = |(unit, roll): (&Unit, &RollDraft)| {
            let at = |part: &str| self.at(&format!("{unit}.{part}"));
            (at("max"), at("value"), *unit, roll.max.clone(), roll.value.clone())
        };
        Unit::ALL.iter().zip(&self.draft.rolls).map(row).collect()
    }
}

pub struct BenefitBox {
    pub row: usize,
    pub draft: BenefitDraft,
    pub kind: Option<BenefitKind>,
}

impl BenefitBox {
    pub fn at(&self, part: &str) -> String {
        format!("benefit.{}.{part}", self.row)
    }

    pub fn label(&self) -> &'static str {
        self.kind.map_or("Unknown benefit", BenefitKind::label)
    }

    pub fn keys(&self) -> &'static [Key] {
        self.kind.map_or(&[], BenefitKind::keys)
    }
}

pub fn owner_boxes(flow: &Flow, draft: &Draft) -> Vec<OwnerBox> {
    let typed: Vec<Owner> = draft.owners.iter().filter_map(|text| text.parse().ok()).collect();
    let claimed = |owner| flow.existing.as_ref().is_some_and(|badge| badge.is_claimed_by(owner));
    Owner::ALL
        .iter()
        .map(|owner| OwnerBox {
            value: owner.wire(),
            label: owner.label(),
            on: typed.contains(owner),
            claimed: claimed(*owner),
        })
        .collect()
}

pub fn field_box(field: &Field, draft: &Draft) -> FieldBox {
    let fallback = field.default_value.clone().filter(|_| field.mandatory).unwrap_or_default();
    let typed = draft.custom.get(&field.name).filter(|value| !value.trim().is_empty());
    let hint = match (&field.default_value, field.mandatory) {
        (Some(value), true) => format!("{} · mandatory · default {value}", field.data_type),
        _ => format!("{} · optional", field.data_type),
    };
    FieldBox {
        id: field.id.to_string(),
        key: format!("cf.{}", field.name),
        label: field.name.clone(),
        value: typed.cloned().unwrap_or(fallback),
        hint,
        kind: field.data_type,
        mandatory: field.mandatory,
    }
}

pub fn expiry_box(key: &'static str, legend: &'static str, draft: &ExpiryDraft) -> ExpiryBox {
    let (after, hint) = match key {
        "issued" => ("After specific period", "Enrolled 5 April, 10 days: until 15 April"),
        _ => ("After specific period from badge issual", "Counted from the moment it is issued"),
    };
    ExpiryBox {
        key,
        legend,
        draft: draft.clone(),
        kinds: vec![
            Choice::new("period", after).hint(hint),
            Choice::new("badge", "Along with badge end date").hint("Moves when the end date moves"),
            Choice::new("date", "On fixed date").hint("The same for everybody"),
            Choice::new("never", "Never expires"),
        ],
        units: unit_choices(),
    }
}

fn unit_choices() -> Vec<Choice> {
    Unit::ALL.iter().map(|unit| Choice::new(unit.wire(), unit.label())).collect()
}

pub fn limit_box(flow: &Flow, draft: &Draft, level: Level) -> LimitBox {
    let had =
        flow.existing.as_ref().and_then(|badge| badge.family(level, flow.now, flow.staff.zone));
    let days = (0..7u8).filter_map(|day| chrono::Weekday::try_from(day).ok());
    let day = |day| Choice::new(day_wire(day), day_label(day));
    let mut draft = draft.limit(level).clone();
    if draft.weekday.is_empty() {
        draft.weekday = "MONDAY".to_owned();
    }
    LimitBox {
        level,
        draft,
        families: vec![
            Choice::new("fixed", "Fixed window")
                .hint("Calendar windows, judged by the event's date"),
            Choice::new("moving", "Moving window")
                .hint("The last days, weeks or months before each issue, or overall"),
        ],
        periods: vec![
            Choice::new(Unit::Days.wire(), "Specific no. of days"),
            Choice::new(Unit::Weeks.wire(), "Week"),
            Choice::new(Unit::Months.wire(), "Calendar month"),
        ],
        days: days.map(day).collect(),
        locked: flow.begun() && had.is_some(),
        notes: limit_notes(flow, level, had),
    }
}

/// What stands now, for a badge that has begun: changes of a definition wait for the running window.
fn limit_notes(flow: &Flow, level: Level, had: Option<Family>) -> Vec<String> {
    let (Some(badge), true, Some(Family::Fixed)) = (&flow.existing, flow.begun(), had) else {
        return Vec::new();
    };
    let (fields, groups) = (&flow.around.fields, &flow.around.groups);
    let view = View::of(badge, fields, groups, 0, flow.now, flow.staff.zone);
    let mut lines: Vec<String> = view
        .limits
        .into_iter()
        .filter(|limit| limit.label == level.label())
        .flat_map(|limit| limit.lines)
        .collect();
    lines.push(
        "A new period applies when the running window has ended; a new maximum applies at once."
            .to_owned(),
    );
    lines
}
