//! The row that says a badge, in the columns [`super::read`] reads.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::badges::badge::{Badge, ImageTag};
use crate::badges::expiry::Expiry;
use crate::badges::fields::Field;
use crate::badges::limits::{Level, LimitKind, Unit};
use crate::badges::owners::bare;
use crate::badges::revise::desired;
use crate::badges::sheet::columns::FIELDS;
use crate::badges::sheet::read::benefit_columns;
use crate::badges::windows::day_wire;

/// A badge's cells by header; blank ones left out.
pub fn row(badge: &Badge, fields: &[Field]) -> BTreeMap<String, String> {
    let mut out = Out::default();
    out.put("id", badge.id);
    out.put("name", &badge.name);
    out.put("description", badge.description.as_deref().unwrap_or_default());
    out.put("isActive", if badge.active { "TRUE" } else { "FALSE" });
    out.put("startOn", iso(badge.start_on));
    out.put("expiresOn", iso(badge.expires_on));
    out.put("earnType", badge.earn_type.wire());
    let owners: Vec<&str> = badge.owners.iter().map(|owner| owner.wire()).collect();
    out.put("restrictedToOwners", owners.join(","));
    out.maybe("badgeRank", badge.rank);
    out.maybe("badgeGroupId", badge.group);
    out.maybe("defaultTillId", badge.default_till);
    out.expiry(
        badge.earned_expiry,
        [
            "EarnexpiryType",
            "EarnBadgestype",
            "EarnexpiryWithBadgeMeta",
            "EarnExpiresOn",
            "relativeExpirytype",
            "value",
        ],
    );
    if let Some(rule) = badge.issued_expiry {
        out.expiry(
            rule,
            [
                "IssueexpiryType",
                "IssueBadgestype",
                "IssueexpiryWithBadgeMeta",
                "IssueExpiresOn",
                "IssuerelativeExpirytype",
                "Issuevalue",
            ],
        );
    }
    out.customer_limit(badge);
    out.badge_limit(badge);
    out.benefits(badge);
    for (place, tag) in badge.tags.iter().enumerate() {
        out.put(&format!("tag name {}", place + 1), &tag.name);
        out.put(&format!("tag value {}", place + 1), &tag.value);
    }
    for field in fields.iter().filter(|field| field.active) {
        out.maybe(&format!("CF:{}", field.name), badge.values.get(&field.id));
    }
    for tag in ImageTag::ALL {
        out.maybe(&format!("image {} url", tag.wire()), badge.image(tag).map(|image| &image.url));
    }
    out.0
}

/// How much of what repeats a brand's badges have at most.
#[derive(Debug, Default, Clone)]
pub struct Widths {
    /// Benefits of a badge.
    pub benefits: u8,
    /// Benefits of one kind of a badge, by the kind's word.
    pub kinds: Vec<(String, u8)>,
    /// Tags of a badge.
    pub tags: u8,
}

/// The columns behind the fixed ones that the brand's badges need: its custom fields, pictures, and
/// what repeats more often than the template foresees.
pub fn extra_headers(fields: &[Field], widths: &Widths) -> Vec<String> {
    let custom =
        fields.iter().filter(|field| field.active).map(|field| format!("CF:{}", field.name));
    let pictures = ImageTag::ALL.iter().map(|tag| format!("image {} url", tag.wire()));
    let mut all: Vec<String> = custom.chain(pictures).collect();
    for row in 1..=widths.benefits {
        all.extend([format!("benefitType{row}"), format!("benefit extra {row}")]);
    }
    for (kind, most) in &widths.kinds {
        for nth in 1..=*most {
            all.extend(benefit_columns(&bare(kind), nth).into_iter().map(|(_, header)| header));
        }
    }
    for row in 1..=widths.tags {
        all.extend([format!("tag name {row}"), format!("tag value {row}")]);
    }
    all.retain(|header| FIELDS.iter().all(|field| field.name != header));
    all
}

fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[derive(Default)]
struct Out(BTreeMap<String, String>);

impl Out {
    fn put(&mut self, header: &str, value: impl ToString) {
        let value = value.to_string();
        if !value.is_empty() {
            self.0.insert(header.to_owned(), value);
        }
    }

    fn maybe(&mut self, header: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.put(header, value);
        }
    }

    fn expiry(&mut self, rule: Expiry, headers: [&str; 6]) {
        let [kind, of, with, on, unit, value] = headers;
        match rule {
            Expiry::OnDate(at) => {
                self.put(kind, "ABSOLUTE");
                self.put(of, "FIXED_DATE");
                self.put(with, "FALSE");
                self.put(on, iso(at));
            }
            Expiry::WithBadge => {
                self.put(kind, "ABSOLUTE");
                self.put(of, "WITH_BADGE_META");
                self.put(with, "TRUE");
            }
            Expiry::After { unit: of_time, value: count } => {
                self.put(kind, "RELATIVE");
                self.put(unit, of_time.wire());
                self.put(value, count);
            }
            Expiry::Never => self.put(kind, "NEVER"),
        }
    }

    fn customer_limit(&mut self, badge: &Badge) {
        let mut types = Vec::new();
        for limit in badge.limits_of(Level::Customer) {
            match limit.kind {
                LimitKind::Overall => {
                    types.push("CUSTOMER_BADGE_FIXED_VALUE");
                    self.put("maxEarnLimit for Cx", limit.max);
                }
                LimitKind::Rolling { unit, value } => {
                    types.push("CUSTOMER_BADGE_ROLLING_WINDOW");
                    let unit = match unit {
                        Unit::Days => "Days",
                        Unit::Weeks => "Weeks",
                        Unit::Months => "Months",
                    };
                    self.put(&format!("rollFor{unit} for Cx"), value);
                    self.put(&format!("maxEarnFor{unit} for Cx"), limit.max);
                }
            }
        }
        types.dedup();
        types.extend(self.window(badge, Level::Customer));
        for (place, kind) in types.iter().enumerate() {
            self.put(&format!("ConstraintType{} for Cx", place + 1), kind);
        }
    }

    fn badge_limit(&mut self, badge: &Badge) {
        let mut types = Vec::new();
        let mut set = 0;
        for limit in badge.limits_of(Level::Badge) {
            match limit.kind {
                LimitKind::Overall => {
                    types.push("BADGE_FIXED_VALUE");
                    self.put("maxEarnLimit for badge", limit.max);
                }
                LimitKind::Rolling { unit, value } => {
                    types.push("BADGE_ROLLING_WINDOW");
                    set += 1;
                    self.put(&format!("badge rolltype{set}"), unit.wire());
                    self.put(&format!("badge rollvalue{set}"), value);
                    self.put(&format!("badge max earn limit{set}"), limit.max);
                }
            }
        }
        types.extend(self.window(badge, Level::Badge));
        for (place, kind) in types.iter().enumerate() {
            self.put(&format!("badge constraintType{}", place + 1), kind);
        }
    }

    fn window(&mut self, badge: &Badge, level: Level) -> Option<&'static str> {
        let wanted = desired(&badge.windows_of(level))?;
        let prefix = if level == Level::Customer { "Cx" } else { "badge" };
        self.put(&format!("{prefix} durationType"), wanted.period.unit().wire());
        self.maybe(&format!("{prefix} refreshRate"), wanted.period.refresh_rate());
        self.maybe(&format!("{prefix} startDayOfTheWeek"), wanted.period.start_day().map(day_wire));
        self.put(&format!("{prefix} window maxEarnLimit"), wanted.max);
        Some(level.window_type())
    }

    fn benefits(&mut self, badge: &Badge) {
        let mut seen: BTreeMap<&str, u8> = BTreeMap::new();
        for (place, benefit) in badge.benefits.iter().enumerate() {
            let kind = benefit.kind.wire();
            let nth = *seen.entry(kind).and_modify(|count| *count += 1).or_insert(1);
            self.put(&format!("benefitType{}", place + 1), kind);
            self.put(&format!("benefit extra {}", place + 1), benefit.extra());
            for (key, header) in benefit_columns(&bare(kind), nth) {
                self.put(&header, benefit.text(key));
            }
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
