//! What a row says, laid over a draft: blank cells leave the draft as it is.

use std::collections::BTreeMap;

use crate::badges::badge::ImageTag;
use crate::badges::draft::{BenefitDraft, Draft, ExpiryDraft, ImageDraft};
use crate::badges::fields::truthy;
use crate::badges::groups::Group;
use crate::badges::limits::Level;
use crate::badges::owners::bare;
use crate::badges::sheet::constraints;
use crate::base::csv::importable::CLEAR;
use crate::base::problem::{Fault, Problems};

/// A row's cells that say something, by header.
#[derive(Debug, Default, Clone)]
pub struct Cells<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Cells<'a> {
    /// Of headers and cells; blank ones say nothing.
    pub fn new(cells: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Cells(cells.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// A cell's text; blank where it is absent or says "clear this".
    pub fn get(&self, header: &str) -> String {
        self.0
            .get(header)
            .filter(|value| **value != CLEAR)
            .map(|value| (*value).to_owned())
            .unwrap_or_default()
    }

    /// A cell's text when it says something; blank when it says "clear this".
    fn said(&self, header: &str) -> Option<String> {
        self.0
            .get(header)
            .map(|value| if *value == CLEAR { String::new() } else { (*value).to_owned() })
    }

    /// All cells that say something.
    pub fn all(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().map(|(header, value)| (*header, *value))
    }
}

/// Lays a row over a draft. What cannot be read at all is a problem of its column; the rest is the
/// draft's own check.
pub fn overlay(cells: &Cells<'_>, groups: &[Group], draft: &mut Draft) -> Result<(), Problems> {
    let mut problems = Problems::default();
    let set = |header: &str, value: &mut String| {
        if let Some(said) = cells.said(header) {
            *value = said;
        }
    };
    set("name", &mut draft.name);
    set("description", &mut draft.description);
    set("earnType", &mut draft.earn_type);
    set("badgeRank", &mut draft.rank);
    set("defaultTillId", &mut draft.till);
    if let Some(start) = cells.said("startOn") {
        (draft.start, draft.start_time) = (start, String::new());
    }
    if let Some(end) = cells.said("expiresOn") {
        (draft.end, draft.end_time) = (end, String::new());
    }
    if let Some(group) = cells.said("badgeGroupId") {
        let named = groups.iter().find(|known| known.active && known.name == group);
        draft.group = named.map_or(group, |known| known.id.to_string());
    }
    if let Some(active) = cells.said("isActive") {
        problems.check("isActive", yes_or_no(&active)).into_iter().for_each(|on| draft.active = on);
    }
    if let Some(owners) = cells.said("restrictedToOwners") {
        draft.owners = owners.split(',').map(|owner| owner.trim().to_owned()).collect();
    }
    let earned = [
        "EarnexpiryType",
        "EarnBadgestype",
        "EarnexpiryWithBadgeMeta",
        "EarnExpiresOn",
        "relativeExpirytype",
        "value",
    ];
    overlay_expiry(cells, earned, &mut draft.earned, &mut problems);
    let issued = [
        "IssueexpiryType",
        "IssueBadgestype",
        "IssueexpiryWithBadgeMeta",
        "IssueExpiresOn",
        "IssuerelativeExpirytype",
        "Issuevalue",
    ];
    overlay_expiry(cells, issued, &mut draft.issued, &mut problems);
    for level in Level::ALL {
        if let Some(limit) = constraints::limit(level, cells, &mut problems) {
            *draft.limit_mut(level) = limit;
        }
    }
    let benefits = benefits(cells);
    if !benefits.is_empty() {
        draft.benefits = benefits;
    }
    overlay_rest(cells, draft);
    problems.into_result()
}

fn yes_or_no(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(Fault::invalid("Give TRUE or FALSE")),
    }
}

/// The six columns of an expiry rule; the rule is replaced when any of them says something.
fn overlay_expiry(
    cells: &Cells<'_>,
    headers: [&'static str; 6],
    draft: &mut ExpiryDraft,
    problems: &mut Problems,
) {
    let [kind, of, with, on, unit, value] = headers;
    if headers.iter().all(|header| cells.get(header).is_empty()) {
        return;
    }
    let (date, period) = (cells.get(on), cells.get(value));
    let along = truthy(&cells.get(with)) || bare(&cells.get(of)) == "withbadgemeta";
    let rule = match bare(&cells.get(kind)).as_str() {
        "never" => "never",
        "relative" => "period",
        "absolute" if along => "badge",
        "absolute" => "date",
        "" if along => "badge",
        "" if !date.is_empty() => "date",
        "" if !period.is_empty() => "period",
        _ => {
            problems.add(kind, Fault::invalid("The expiry must be ABSOLUTE, RELATIVE or NEVER"));
            return;
        }
    };
    *draft = ExpiryDraft { kind: rule.to_owned(), ..ExpiryDraft::default() };
    match rule {
        "date" => draft.date = date,
        "period" => (draft.unit, draft.value) = (cells.get(unit), period),
        _ => (),
    }
}

/// Benefits in order; the how-manieth of its kind a benefit is says which columns are its own.
fn benefits(cells: &Cells<'_>) -> Vec<BenefitDraft> {
    let mut seen: BTreeMap<String, u8> = BTreeMap::new();
    let mut all = Vec::new();
    for row in 1..=20 {
        let kind = cells.get(&format!("benefitType{row}"));
        if kind.is_empty() {
            continue;
        }
        let nth = seen.entry(bare(&kind)).and_modify(|count| *count += 1).or_insert(1);
        let columns = benefit_columns(&bare(&kind), *nth);
        let params = columns.into_iter().map(|(key, header)| (key.to_owned(), cells.get(&header)));
        let params = params.filter(|(_, value)| !value.is_empty()).collect();
        all.push(BenefitDraft { kind, params, extra: cells.get(&format!("benefit extra {row}")) });
    }
    all
}

/// The columns of the nth benefit of a kind, by key.
pub fn benefit_columns(kind: &str, nth: u8) -> Vec<(&'static str, String)> {
    match kind {
        "coupon" => vec![("seriesId", format!("couponseriesId{nth}"))],
        "loyaltypoints" => vec![
            ("points", format!("points{nth}")),
            ("programId", format!("program ID{nth} for points")),
            ("promotionId", format!("promotion ID{nth} for points")),
            ("allocationStrategyId", format!("allocationStrategyId{nth} for points")),
            ("expirationStrategyId", format!("expirationStrategyId{nth} for points")),
            ("defaultTillId", format!("till{nth} for points")),
        ],
        "cartpromotion" => vec![("promotionId", format!("promotionId{nth} for cart promotion"))],
        "giftvoucher" => vec![("promotionId", format!("promotionId{nth} for gift voucher"))],
        _ => Vec::new(),
    }
}

/// Tags, custom fields, addresses of pictures.
fn overlay_rest(cells: &Cells<'_>, draft: &mut Draft) {
    let tag =
        |row: u8| (cells.get(&format!("tag name {row}")), cells.get(&format!("tag value {row}")));
    let tags: Vec<(String, String)> =
        (1..=20).map(tag).filter(|(name, value)| !(name.is_empty() && value.is_empty())).collect();
    if !tags.is_empty() {
        draft.tags = tags;
    }
    for (header, value) in cells.all() {
        let value = if value == CLEAR { "" } else { value };
        if let Some(name) =
            header.strip_prefix("CF:").or_else(|| header.strip_prefix("customFields."))
        {
            draft.custom.insert(name.trim().to_owned(), value.to_owned());
        }
    }
    for tag in ImageTag::ALL {
        match cells.said(&format!("image {} url", tag.wire())) {
            Some(url) if url.is_empty() => drop(draft.images.remove(&tag)),
            // A picture that is ours already keeps its name and handle.
            Some(url) => {
                let slot = draft.images.entry(tag).or_default();
                if slot.url != url {
                    let file = url.strip_prefix("/files/").unwrap_or_default().to_owned();
                    *slot = ImageDraft { file, url, ..ImageDraft::default() };
                }
            }
            None => (),
        }
    }
}

/// The column that a problem of the form's box belongs to.
pub fn column_of(field: &str) -> String {
    let known = match field {
        "start" => "startOn",
        "end" => "expiresOn",
        "earn_type" => "earnType",
        "owner" => "restrictedToOwners",
        "group" => "badgeGroupId",
        "rank" => "badgeRank",
        "till" => "defaultTillId",
        "earned.kind" => "EarnexpiryType",
        "earned.date" => "EarnExpiresOn",
        "earned.unit" => "relativeExpirytype",
        "earned.value" => "value",
        "issued.kind" => "IssueexpiryType",
        "issued.date" => "IssueExpiresOn",
        "issued.unit" => "IssuerelativeExpirytype",
        "issued.value" => "Issuevalue",
        "customer.family" => "ConstraintType1 for Cx",
        "customer.overall" => "maxEarnLimit for Cx",
        "customer.period" => "Cx durationType",
        "customer.every" => "Cx refreshRate",
        "customer.weekday" => "Cx startDayOfTheWeek",
        "customer.window_max" => "Cx window maxEarnLimit",
        "customer.days.value" => "rollForDays for Cx",
        "customer.days.max" => "maxEarnForDays for Cx",
        "customer.weeks.value" => "rollForWeeks for Cx",
        "customer.weeks.max" => "maxEarnForWeeks for Cx",
        "customer.months.value" => "rollForMonths for Cx",
        "customer.months.max" => "maxEarnForMonths for Cx",
        "badge.family" => "badge constraintType1",
        "badge.overall" => "maxEarnLimit for badge",
        "badge.period" => "badge durationType",
        "badge.every" => "badge refreshRate",
        "badge.weekday" => "badge startDayOfTheWeek",
        "badge.window_max" => "badge window maxEarnLimit",
        "benefits" => "benefitType1",
        other => {
            return other
                .strip_prefix("cf.")
                .map_or_else(|| other.to_owned(), |name| format!("CF:{name}"));
        }
    };
    known.to_owned()
}
