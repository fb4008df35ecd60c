//! The pages of a badge's form.

use askama::Template;
use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::badges::badge::{Badge, EarnType, Stamp, Status};
use crate::badges::benefits::{BenefitKind, MOST};
use crate::badges::check::Checked;
use crate::badges::context::Around;
use crate::badges::draft::{BenefitDraft, Draft};
use crate::badges::fields::{DataType, Field};
use crate::badges::limits::Level;
use crate::badges::pages::boxes::{
    BenefitBox, ExpiryBox, FieldBox, LimitBox, OwnerBox, expiry_box, field_box, limit_box,
    owner_boxes,
};
use crate::badges::pages::pictures::Slot;
use crate::badges::pages::view::{View, day_text};
use crate::badges::revise::{Frame, applies_from, desired};
use crate::base::ids::{BadgeId, SeriesId};
use crate::base::problem::{Problem, Problems};
use crate::web::chrome::{Chrome, Nav};
use crate::web::parts::Choice;

/// What all steps of one form share.
pub struct Flow {
    pub staff: Staff,
    pub existing: Option<Badge>,
    pub around: Around,
    /// Offers whose coupons can come with a badge, by number.
    pub offers: Vec<(SeriesId, String)>,
    pub now: DateTime<Utc>,
}

impl Flow {
    /// The draft judged as the deed will judge it.
    pub fn check(&self, draft: &Draft) -> Result<Checked, Problems> {
        let existing = self.existing.as_ref();
        draft.check(&self.around.context(self.now, self.staff.zone, existing, existing.is_none()))
    }

    /// Where the form posts to.
    pub fn action(&self) -> String {
        match &self.existing {
            Some(badge) => format!("{}/edit", badge.path()),
            None => "/badges/new".to_owned(),
        }
    }

    /// Where leaving the form leads.
    pub fn back(&self) -> String {
        self.existing.as_ref().map_or_else(|| "/badges".to_owned(), Badge::path)
    }

    /// The form's title.
    pub fn title(&self) -> String {
        match &self.existing {
            Some(badge) => format!("Edit {}", badge.name),
            None => "New badge".to_owned(),
        }
    }

    /// The shell.
    pub fn chrome(&self) -> Chrome {
        let chrome = Chrome::new(&self.staff, Nav::Badges).crumb("Badges", "/badges");
        match &self.existing {
            Some(badge) => chrome.crumb(&badge.name, badge.path()).title("Edit"),
            None => chrome.title("New badge"),
        }
    }

    /// Whether start and kind of limit can no longer change.
    pub fn begun(&self) -> bool {
        self.existing.as_ref().is_some_and(|badge| badge.status(self.now) != Status::Upcoming)
    }
}

/// The first step.
#[derive(Template)]
#[template(path = "badges/form_basics.html")]
pub struct Basics {
    chrome: Chrome,
    title: String,
    action: String,
    back: String,
    hidden: Vec<(String, String)>,
    draft: Draft,
    problems: Problems,
    id: String,
    start_locked: bool,
    type_locked: bool,
    groups: Vec<Choice>,
    types: Vec<Choice>,
}

/// The first step with a draft in it.
pub fn basics(flow: &Flow, draft: Draft, problems: Problems) -> Basics {
    let kept = flow.existing.as_ref().and_then(|badge| badge.group);
    let groups = flow.around.groups.iter().filter(|group| group.active || Some(group.id) == kept);
    let group = |group: &crate::badges::groups::Group| {
        let off = if group.active { "" } else { ", disabled" };
        Choice::new(group.id.to_string(), format!("{} (rank {}{off})", group.name, group.rank))
    };
    Basics {
        chrome: flow.chrome(),
        title: flow.title(),
        action: flow.action(),
        back: flow.back(),
        hidden: draft.details(),
        id: flow.existing.as_ref().map(|badge| badge.id.to_string()).unwrap_or_default(),
        start_locked: flow.begun(),
        type_locked: flow.existing.is_some(),
        groups: groups.map(group).collect(),
        types: vec![
            Choice::new(EarnType::Direct.wire(), "Directly issued without enrolment")
                .hint("A customer gets the badge as soon as a module issues it"),
            Choice::new(EarnType::Enrol.wire(), "Enrol and Issue")
                .hint("A customer joins first and gets the badge later"),
        ],
        draft,
        problems,
    }
}

/// The second step.
#[derive(Template)]
#[template(path = "badges/form_details.html", blocks = ["benefits", "fields"])]
pub struct Details {
    chrome: Chrome,
    title: String,
    action: String,
    back: String,
    hidden: Vec<(String, String)>,
    problems: Problems,
    owners: Vec<OwnerBox>,
    slots: Vec<Slot>,
    fields: Vec<FieldBox>,
    others: Vec<FieldBox>,
    answers: Vec<Choice>,
    enrol: Option<ExpiryBox>,
    expiry: ExpiryBox,
    limits: Vec<LimitBox>,
    benefits: Vec<BenefitBox>,
    kinds: [BenefitKind; 4],
    offers: Vec<Choice>,
    full: bool,
}

impl Details {
    /// Whether an optional custom field has a value.
    fn has_others(&self) -> bool {
        self.others.iter().any(|one| !one.value.is_empty() || self.problems.any(&one.key))
    }
}

/// The second step with a draft in it.
pub fn details(flow: &Flow, draft: Draft, problems: Problems) -> Details {
    let mut hidden = draft.basics();
    hidden.extend(draft.carried());
    let boxed = |field: &Field| field_box(field, &draft);
    let active = || flow.around.fields.iter().filter(|field| field.active);
    let enrol = draft.earn_type.parse::<EarnType>() == Ok(EarnType::Enrol);
    let benefit = |(row, draft): (usize, &BenefitDraft)| BenefitBox {
        row,
        kind: draft.kind.parse().ok(),
        draft: draft.clone(),
    };
    Details {
        chrome: flow.chrome(),
        title: flow.title(),
        action: flow.action(),
        back: flow.back(),
        owners: owner_boxes(flow, &draft),
        slots: Slot::all(&draft.images),
        fields: active().filter(|field| field.mandatory).map(boxed).collect(),
        others: active().filter(|field| !field.mandatory).map(boxed).collect(),
        answers: vec![Choice::new("true", "True"), Choice::new("false", "False")],
        enrol: enrol.then(|| expiry_box("issued", "Enrolment expires", &draft.issued)),
        expiry: expiry_box("earned", "An issued badge expires", &draft.earned),
        limits: Level::ALL.iter().map(|level| limit_box(flow, &draft, *level)).collect(),
        benefits: draft.benefits.iter().enumerate().map(benefit).collect(),
        kinds: BenefitKind::ALL,
        offers: flow.offers.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        full: draft.benefits.len() >= MOST,
        hidden,
        problems,
    }
}

/// The last step: everything in view mode.
#[derive(Template)]
#[template(path = "badges/form_preview.html")]
pub struct Preview {
    chrome: Chrome,
    title: String,
    action: String,
    back: String,
    hidden: Vec<(String, String)>,
    view: View,
    notes: Vec<String>,
}

/// What will be saved.
pub fn preview(flow: &Flow, draft: Draft, checked: Checked) -> Preview {
    let mut notes: Vec<String> =
        checked.notes().iter().map(|note: &Problem| note.message.to_string()).collect();
    let badge = match &flow.existing {
        Some(badge) => checked.onto(badge),
        None => checked.into_badge(BadgeId::fresh(flow.now), 0, nobody(flow)),
    };
    notes.extend(Level::ALL.iter().filter_map(|level| applies_note(flow, &badge, *level)));
    let (fields, groups) = (&flow.around.fields, &flow.around.groups);
    Preview {
        chrome: flow.chrome(),
        title: flow.title(),
        action: flow.action(),
        back: flow.back(),
        hidden: draft.pairs(),
        view: View::of(&badge, fields, groups, 0, flow.now, flow.staff.zone),
        notes,
    }
}

/// "Applies from": when a changed window of a badge that has begun takes over.
fn applies_note(flow: &Flow, changed: &Badge, level: Level) -> Option<String> {
    let old = flow.existing.as_ref().filter(|_| flow.begun())?;
    let wanted = desired(&changed.windows_of(level))?;
    let frame = Frame {
        now: flow.now,
        zone: flow.staff.zone,
        status: old.status(flow.now),
        start: changed.start_on,
        end: crate::badges::badge::windows_end(
            changed.earn_type,
            changed.issued_expiry,
            changed.expires_on,
        ),
    };
    let day = applies_from(&old.windows_of(level), wanted.period, &frame)?;
    let (label, zone) = (level.label(), flow.staff.zone.name());
    Some(format!(
        "{label}: the new window applies from {}, {zone}. The running window ends first.",
        day_text(day)
    ))
}

/// The stamp of a badge that is not there yet.
fn nobody(flow: &Flow) -> Stamp {
    Stamp {
        created_on: flow.now,
        created_by: None,
        created_by_name: String::new(),
        updated_on: flow.now,
        updated_by: None,
        updated_by_name: String::new(),
    }
}

/// What the form says beneath the name while it is typed.
#[derive(Template)]
#[template(path = "badges/_name_check.html")]
pub struct NameCheck {
    /// Nothing typed yet.
    pub blank: bool,
    /// Another badge has it.
    pub taken: bool,
}
