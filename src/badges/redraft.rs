//! A stored badge as a form shows it.

use chrono_tz::Tz;

use crate::badges::badge::Badge;
use crate::badges::draft::{BenefitDraft, Draft, ExpiryDraft, ImageDraft, LimitDraft, RollDraft};
use crate::badges::expiry::Expiry;
use crate::badges::fields::Field;
use crate::badges::limits::{Level, LimitKind, Unit};
use crate::badges::revise::desired;
use crate::badges::times::{date_box, time_box};
use crate::badges::windows::day_wire;

impl Draft {
    /// A stored badge as a form shows it.
    pub fn of(badge: &Badge, fields: &[Field], zone: Tz) -> Self {
        let mut draft = Draft {
            name: badge.name.clone(),
            description: badge.description.clone().unwrap_or_default(),
            start: date_box(badge.start_on, zone),
            start_time: time_box(badge.start_on, zone),
            end: date_box(badge.expires_on, zone),
            end_time: time_box(badge.expires_on, zone),
            active: badge.active,
            group: badge.group.map(|id| id.to_string()).unwrap_or_default(),
            rank: text(badge.rank),
            earn_type: badge.earn_type.wire().to_owned(),
            till: text(badge.default_till),
            owners: badge.owners.iter().map(|owner| owner.wire().to_owned()).collect(),
            issued: ExpiryDraft::of(badge.issued_expiry, zone),
            earned: ExpiryDraft::of(Some(badge.earned_expiry), zone),
            tags: badge.tags.iter().map(|tag| (tag.name.clone(), tag.value.clone())).collect(),
            version: badge.version.to_string(),
            ..Draft::default()
        };
        for level in Level::ALL {
            *draft.limit_mut(level) = LimitDraft::of(badge, level);
        }
        for benefit in &badge.benefits {
            let params = benefit.kind.keys().iter();
            let params = params.map(|key| (key.wire.to_owned(), benefit.text(key.wire)));
            draft.benefits.push(BenefitDraft {
                kind: benefit.kind.wire().to_owned(),
                params: params.filter(|(_, value)| !value.is_empty()).collect(),
                extra: benefit.extra(),
            });
        }
        for field in fields.iter().filter(|field| field.active) {
            if let Some(value) = field.shown(&badge.values) {
                draft.custom.insert(field.name.clone(), value.to_owned());
            }
        }
        for image in &badge.images {
            let slot = ImageDraft {
                file: text(image.file),
                name: image.name.clone(),
                handle: image.handle.clone(),
                url: image.url.clone(),
            };
            draft.images.insert(image.tag, slot);
        }
        draft
    }
}

impl ExpiryDraft {
    fn of(rule: Option<Expiry>, zone: Tz) -> Self {
        let mut draft = ExpiryDraft::default();
        match rule {
            None => (),
            Some(Expiry::OnDate(at)) => {
                draft.kind = "date".to_owned();
                draft.date = date_box(at, zone);
                draft.time = time_box(at, zone);
            }
            Some(Expiry::After { unit, value }) => {
                draft.kind = "period".to_owned();
                draft.unit = unit.wire().to_owned();
                draft.value = value.to_string();
            }
            Some(Expiry::WithBadge) => draft.kind = "badge".to_owned(),
            Some(Expiry::Never) => draft.kind = "never".to_owned(),
        }
        draft
    }
}

impl LimitDraft {
    fn of(badge: &Badge, level: Level) -> Self {
        let mut draft = LimitDraft::default();
        if let Some(wanted) = desired(&badge.windows_of(level)) {
            draft.on = true;
            draft.family = "fixed".to_owned();
            draft.period = wanted.period.unit().wire().to_owned();
            draft.every = text(wanted.period.refresh_rate());
            draft.weekday = wanted.period.start_day().map(day_wire).unwrap_or_default().to_owned();
            draft.window_max = wanted.max.to_string();
        }
        for limit in badge.limits_of(level) {
            draft.on = true;
            draft.family = "moving".to_owned();
            match limit.kind {
                LimitKind::Overall => draft.overall = limit.max.to_string(),
                LimitKind::Rolling { unit, value } => {
                    let place = Unit::ALL.iter().position(|known| *known == unit).unwrap_or(0);
                    draft.rolls[place] =
                        RollDraft { value: value.to_string(), max: limit.max.to_string() };
                }
            }
        }
        draft
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
