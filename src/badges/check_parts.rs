//! The parts of a draft checked: expiry, limits, benefits, values of custom fields, pictures.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use md5::{Digest, Md5};
use serde_json::{Map, Value};

use crate::badges::badge::{Family, Image, ImageTag, Status};
use crate::badges::benefits::{Benefit, BenefitKind, MOST};
use crate::badges::codes;
use crate::badges::context::Context;
use crate::badges::draft::{BenefitDraft, ExpiryDraft, ImageDraft, LimitDraft, WindowDraft};
use crate::badges::expiry::Expiry;
use crate::badges::fields::Field;
use crate::badges::limits::{Level, Limit, LimitKind, Unit, positive};
use crate::badges::revise::{Frame, Wanted, revise, still_wanted};
use crate::badges::times::{read, read_pair};
use crate::badges::windows::{Period, WindowConfig, read_day};
use crate::base::ids::FieldId;
use crate::base::problem::{Fault, Problem, Problems};

/// An expiry rule; none only where it may be left out and was.
pub(super) fn check_expiry(
    draft: &ExpiryDraft,
    prefix: &str,
    required: bool,
    zone: Tz,
    problems: &mut Problems,
) -> Option<Option<Expiry>> {
    let at = |part: &str| format!("{prefix}.{part}");
    match draft.kind.as_str() {
        "" if required => {
            let what = if prefix == "issued" { "an enrolment" } else { "an issued badge" };
            problems.add(at("kind"), Fault::blank(format!("Choose when {what} expires")));
            None
        }
        "" => Some(None),
        "badge" => Some(Some(Expiry::WithBadge)),
        "never" => Some(Some(Expiry::Never)),
        "date" => {
            let typed = if draft.date.trim().is_empty() {
                Err(Fault::blank("Give the date"))
            } else {
                read_pair(&draft.date, &draft.time, zone)
            };
            problems.check(at("date"), typed).map(|typed| Some(Expiry::OnDate(typed.end(zone))))
        }
        "period" => {
            let value = problems.check(at("value"), positive::<u32>(&draft.value, "The period"));
            let value = value.and_then(|value| {
                let fits = value <= 100_000;
                let fault = Fault::invalid("The period can be at most 100000");
                problems.check(at("value"), fits.then_some(value).ok_or(fault))
            });
            let unit = problems.check(at("unit"), draft.unit.parse::<Unit>());
            value.zip(unit).map(|(value, unit)| Some(Expiry::After { unit, value }))
        }
        _ => {
            problems.add(at("kind"), Fault::invalid("Choose one of the four kinds of expiry"));
            None
        }
    }
}

/// A level's limits: moving ones, and fixed windows as they will stand.
pub(super) fn check_level(
    draft: &LimitDraft,
    level: Level,
    context: &Context<'_>,
    frame: &Frame,
    problems: &mut Problems,
    notes: &mut Vec<Problem>,
) -> (Vec<Limit>, Vec<WindowConfig>) {
    let key = level.key();
    let mut moving = Vec::new();
    let mut sent = Vec::new();
    let existing = context.existing.map(|badge| badge.windows_of(level)).unwrap_or_default();
    match draft.family() {
        _ if !draft.on => (),
        None => {
            problems.add(format!("{key}.family"), Fault::blank("Choose fixed or moving window"))
        }
        Some(Family::Fixed) => {
            if draft.is_mixed() {
                let text = "Fixed windows and moving limits cannot be mixed on one level";
                problems.add(format!("{key}.family"), Fault::invalid(text));
            }
            for (at, window) in draft.windows(key) {
                let checked = check_window(&window, &at, problems);
                let wanted =
                    checked.filter(|wanted| !is_leaving(&window, wanted, &existing, frame));
                sent.extend(wanted.map(|wanted| (wanted, window.past)));
            }
        }
        Some(Family::Moving) => moving = check_moving(draft, level, problems),
    }
    if let Some(badge) = context.existing {
        let had = badge.family(level, context.now, context.zone);
        let changed = had.zip(draft.family()).is_some_and(|(had, now)| had != now);
        if draft.on && changed && badge.status(context.now) != Status::Upcoming {
            problems.add(format!("{key}.family"), codes::fault("window_family_locked"));
        }
    }
    let revised = revise(&existing, &still_wanted(&existing, &sent, frame), frame);
    let fixed = problems.check(format!("{key}.family"), revised).unwrap_or_default();
    let never = |config: &WindowConfig| frame.end.is_some_and(|end| config.start_at > end);
    if fixed.iter().any(never) {
        notes.push(Problem {
            field: Some(format!("{key}.family").into()),
            code: "window_never",
            message: "The badge ends before the new window begins: it will never apply.".into(),
        });
    }
    (moving, fixed)
}

/// Whether a window sent back was taken away before and only runs to its end, which it names: then it is
/// not asked for again.
fn is_leaving(
    window: &WindowDraft,
    wanted: &Wanted,
    existing: &[WindowConfig],
    frame: &Frame,
) -> bool {
    let second = |at: DateTime<Utc>| at.timestamp();
    let end = read(&window.end, frame.zone).ok().map(|typed| second(typed.start(frame.zone)));
    let last = existing.iter().max_by_key(|config| config.seq);
    last.is_some_and(|config| {
        let leaving = config.superseded_at.is_some_and(|at| at > frame.now);
        let same = config.period == wanted.period && end == config.end_at.map(second);
        leaving && same && end.is_some()
    })
}

fn check_window(draft: &WindowDraft, at: &str, problems: &mut Problems) -> Option<Wanted> {
    let unit = match draft.period.trim() {
        "" => Err(Fault::blank("Choose a period")),
        text => text.parse::<Unit>(),
    };
    let unit = problems.check(format!("{at}.period"), unit);
    let max = positive::<i64>(&draft.max, "The maximum");
    let max = problems.check(format!("{at}.window_max"), max);
    let period = match unit? {
        Unit::Days => {
            let days = positive::<u32>(&draft.every, "The number of days").and_then(|days| {
                let fits = days <= 36_525;
                fits.then_some(days)
                    .ok_or_else(|| Fault::invalid("A window has at most 36525 days"))
            });
            Period::Days(problems.check(format!("{at}.every"), days)?)
        }
        Unit::Weeks if draft.weekday.trim().is_empty() => Period::Weeks(chrono::Weekday::Mon),
        Unit::Weeks => {
            Period::Weeks(problems.check(format!("{at}.weekday"), read_day(&draft.weekday))?)
        }
        Unit::Months => Period::Months,
    };
    max.map(|max| Wanted { period, max })
}

fn check_moving(draft: &LimitDraft, level: Level, problems: &mut Problems) -> Vec<Limit> {
    let key = level.key();
    let mut limits = Vec::new();
    let before = problems.len();
    for (unit, roll) in Unit::ALL.into_iter().zip(&draft.rolls) {
        if roll.max.trim().is_empty() && roll.value.trim().is_empty() {
            continue;
        }
        let max = positive::<i64>(&roll.max, "The maximum");
        let value = positive::<u32>(&roll.value, "The number").and_then(|value| {
            let fits = value <= 36_525;
            fits.then_some(value).ok_or_else(|| Fault::invalid("The number can be at most 36525"))
        });
        let max = problems.check(format!("{key}.{unit}.max"), max);
        let value = problems.check(format!("{key}.{unit}.value"), value);
        if let Some((max, value)) = max.zip(value) {
            limits.push(Limit { level, kind: LimitKind::Rolling { unit, value }, max });
        }
    }
    if !draft.overall.trim().is_empty() {
        let max = positive::<i64>(&draft.overall, "The overall maximum");
        if let Some(max) = problems.check(format!("{key}.overall"), max) {
            limits.push(Limit { level, kind: LimitKind::Overall, max });
        }
    }
    if limits.is_empty() && problems.len() == before {
        let text = "Give a maximum for a duration or overall, or switch the limit off";
        problems.add(format!("{key}.family"), Fault::blank(text));
    }
    limits
}

/// Benefits in order; unknown keys are kept as they came.
pub(super) fn check_benefits(drafts: &[BenefitDraft], problems: &mut Problems) -> Vec<Benefit> {
    if drafts.len() > MOST {
        let text = "A badge has at most 10 benefits";
        problems.add("benefits", Fault::new("benefits_too_many", text));
    }
    let check = |(row, draft): (usize, &BenefitDraft)| {
        let at = |part: &str| format!("benefit.{row}.{part}");
        let kind: BenefitKind = problems.check(at("type"), draft.kind.parse())?;
        let mut params = match draft.extra.is_empty() {
            true => Map::new(),
            false => {
                let extra = serde_json::from_str(&draft.extra);
                problems
                    .check(at("extra"), extra.map_err(|_| Fault::invalid("Not a JSON object")))?
            }
        };
        for key in kind.keys() {
            let value: Option<Value> =
                problems.check(at(key.wire), key.read(draft.value(key.wire)))?;
            params.extend(value.map(|value| (key.wire.to_owned(), value)));
        }
        Some(Benefit { kind, params })
    };
    drafts.iter().take(MOST).enumerate().filter_map(check).collect()
}

/// Values of active fields; blank ones are left to the default.
pub(super) fn check_values(
    typed: &BTreeMap<String, String>,
    fields: &[Field],
    problems: &mut Problems,
) -> BTreeMap<FieldId, String> {
    let mut values = BTreeMap::new();
    for (name, value) in typed.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let at = format!("cf.{name}");
        let Some(field) = fields.iter().find(|field| field.active && field.name == *name) else {
            let text = format!("There is no custom field “{name}”");
            problems.add(at, Fault::new("field_unknown", text));
            continue;
        };
        if let Some(value) = problems.check(at, field.data_type.check(value)) {
            values.insert(field.id, value);
        }
    }
    values
}

/// Pictures that are there, by tag.
pub(super) fn check_images(
    slots: &BTreeMap<ImageTag, ImageDraft>,
    problems: &mut Problems,
) -> Vec<Image> {
    let check = |(tag, slot): (&ImageTag, &ImageDraft)| {
        let at = format!("image.{}", tag.wire());
        let file = match slot.file.trim() {
            "" => None,
            id => Some(problems.check(at.clone(), id.parse().map_err(|_| bad_image()))?),
        };
        let url = match file {
            Some(id) => format!("/files/{id}"),
            None if slot.url.trim().is_empty() => return None,
            None => slot.url.trim().to_owned(),
        };
        problems.check(at, is_picture_address(&url).then_some(()).ok_or_else(bad_image))?;
        let handle = match slot.handle.trim() {
            "" => handle_of(&url),
            handle => handle.chars().take(255).collect(),
        };
        let name = slot.name.trim().chars().take(255).collect();
        Some(Image { tag: *tag, name, handle, url, file })
    };
    slots.iter().filter_map(check).collect()
}

fn bad_image() -> Fault {
    Fault::invalid("This picture cannot be used: upload it again")
}

/// Ours, somewhere on the web, or a name that only the client can make sense of; nothing that runs.
fn is_picture_address(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let safe = scheme.is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https"));
    safe && url.len() <= 4096
}

/// A handle for a picture that came without one.
fn handle_of(url: &str) -> String {
    let hash: [u8; 16] = Md5::digest(url.as_bytes()).into();
    uuid::Builder::from_md5_bytes(hash).into_uuid().to_string()
}
