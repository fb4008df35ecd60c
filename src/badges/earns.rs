//! Badges earned in the past, brought in by file (spec/badges.md 9.13 and 13.6).
//!
//! What a row is: its `sourceId` where the file has one; else badge, customer, instant and the
//! how-manieth of its kind in the file. Alike rows are real (somebody earned a badge twice in one
//! sweep), so four of them make four awards, and the same file again makes none.
//!
//! No limit, claim, status or activity of the badge is asked, and no benefit is given: this is
//! history. Known quirk: a file that names one customer now by number and now by e-mail hides from
//! the count that two rows are alike.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::badges::earns_store::{self as store, Award, KnownAward, KnownBadge};
use crate::badges::expiry::Expiry;
use crate::base::act::Act;
use crate::base::calendar::add_months;
use crate::base::csv::importable::{Blocker, Entry, Field, Kind, Looks, Terms, Verdict};
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId, ImportId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::customers::{self, Identifier, IdentifierKind};

const BADGE_ID: usize = 0;
const CUSTOMER_ID: usize = 1;
const EVENT: usize = 2;
const EXPIRES: usize = 3;
const BADGE_NAME: usize = 4;
const SOURCE_ID: usize = 8;
/// The columns that name a customer, and as what.
const WHO: [(usize, IdentifierKind); 3] =
    [(5, IdentifierKind::ExternalId), (6, IdentifierKind::Mobile), (7, IdentifierKind::Email)];

const FIELDS: [Field; 9] = [
    Field::text(
        "badgeMetaId",
        "663df210d4e8ad163b1bfaaa",
        "The badge, by its id; or give badgeName",
    )
    .or(&["badgeId", "badge meta id"]),
    Field::text(
        "customerId",
        "382442802",
        "The customer, by number; or give externalId, mobile or email",
    ),
    Field::text(
        "earnEventDate",
        "1674292011",
        "When it was earned: ISO 8601 or seconds since 1970",
    )
    .or(&["earnedOn", "awardedAt", "eventDate"])
    .needed()
    .like(Looks::Moment),
    Field::text("earnExpiresOn", "1705828011", "When it ends; blank: as the badge's own rule says")
        .or(&["expiresOn", "earnedBadgeExpiresOn"]),
    Field::text("badgeName", "Great Answer", "The badge, by its name, letter by letter")
        .or(&["badge", "badge name"]),
    Field::text("externalId", "C-10281", "The customer, by your own id").or(&[
        "external customer id",
        "customerExternalId",
        "user_id",
    ]),
    Field::text("mobile", "+44 7700 900417", "The customer, by mobile number").like(Looks::Phone),
    Field::text("email", "amara@example.org", "The customer, by e-mail address")
        .or(&["e-mail", "mail"])
        .like(Looks::Email),
    Field::text(
        "sourceId",
        "award-77",
        "Its id where it came from, if it has one; then this is what it is known by",
    ),
];

/// The kind `earned-badges`.
pub struct EarnedBadgesKind;

/// A row as far as it can be read alone.
struct Parsed<'a> {
    badge_id: Option<BadgeId>,
    badge_name: &'a str,
    customer_id: Option<i64>,
    identifiers: Vec<(usize, Identifier)>,
    at: DateTime<Utc>,
    expires: Option<DateTime<Utc>>,
    source_id: Option<String>,
}

fn parse<'a>(entry: &Entry<'a>, terms: &Terms, now: DateTime<Utc>) -> Result<Parsed<'a>, Problems> {
    let mut problems = Problems::none();
    let name = |field: usize| FIELDS[field].name;
    let (badge_id, badge_name) = (entry.get(BADGE_ID), entry.get(BADGE_NAME));
    if badge_id.is_empty() && badge_name.is_empty() {
        problems
            .add(name(BADGE_ID), Fault::blank("Say which badge: give badgeMetaId or badgeName"));
    }
    let badge_id = optional(badge_id, |text| text.to_lowercase().parse::<BadgeId>().ok())
        .ok_or_else(|| Fault::invalid("A badge id is 24 digits and letters a to f"));
    let badge_id = problems.check(name(BADGE_ID), badge_id).flatten();
    let customer_id = optional(entry.get(CUSTOMER_ID), |text| text.parse::<i64>().ok())
        .ok_or_else(|| Fault::invalid("A customer id is a whole number"));
    let customer_id = problems.check(name(CUSTOMER_ID), customer_id).flatten();
    let mut identifiers = Vec::new();
    for (field, kind) in WHO {
        let text = entry.get(field);
        if !text.is_empty() {
            let read = problems.check(name(field), Identifier::parse(kind, text));
            identifiers.extend(read.map(|identifier| (field, identifier)));
        }
    }
    let named = WHO.iter().any(|(field, _)| !entry.get(*field).is_empty());
    if entry.get(CUSTOMER_ID).is_empty() && !named {
        let why = "Say which customer: give customerId, externalId, mobile or email";
        problems.add(name(CUSTOMER_ID), Fault::blank(why));
    }
    let at = match entry.get(EVENT) {
        "" => Err(Fault::blank("Say when it was earned")),
        text => parse_instant(text, terms.zone, DayMeans::Start),
    };
    let at = problems.check(name(EVENT), at);
    if at.is_some_and(|at| at > now) {
        problems
            .add(name(EVENT), Fault::new("in_future", "It cannot have been earned in the future"));
    }
    let expires = match entry.get(EXPIRES) {
        "" => Ok(None),
        text => parse_instant(text, terms.zone, DayMeans::End).map(Some),
    };
    let expires = problems.check(name(EXPIRES), expires).flatten();
    if let (Some(at), Some(expires)) = (at, expires)
        && expires < at
    {
        problems
            .add(name(EXPIRES), Fault::new("before_event", "It must not end before it was earned"));
    }
    let source_id = entry.get(SOURCE_ID);
    if source_id.chars().count() > 200 {
        problems.add(name(SOURCE_ID), Fault::new("too_long", "Use at most 200 characters"));
    }
    problems.into_result()?;
    let at = at.ok_or_else(Problems::none)?;
    let source_id = (!source_id.is_empty()).then(|| source_id.to_owned());
    Ok(Parsed { badge_id, badge_name, customer_id, identifiers, at, expires, source_id })
}

/// Blank is nothing; anything else must be read.
fn optional<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

/// When an award ends that the file says nothing about: by the badge's own rule, counted from the
/// award. `None`: with the badge, wherever its end moves.
fn own_expiry(rule: &serde_json::Value, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let rule: Expiry = serde_json::from_value(rule.clone()).map_err(Error::internal)?;
    Ok(match rule {
        Expiry::OnDate(end) => Some(end),
        Expiry::WithBadge => None,
        Expiry::After { unit, value } => Some(unit.after(at, value)),
        Expiry::Never => Some(add_months(at, 1200)),
    })
}

/// What the rows of a chunk name, as the store knows it.
struct Names {
    badges: HashMap<BadgeId, KnownBadge>,
    by_name: HashMap<String, BadgeId>,
    customers: HashSet<CustomerId>,
    by_key: HashMap<(IdentifierKind, String), CustomerId>,
}

impl Names {
    async fn of(act: &mut Act, rows: &[Parsed<'_>]) -> Result<Self> {
        let org = act.org();
        let ids: HashSet<BadgeId> = rows.iter().filter_map(|row| row.badge_id).collect();
        let names: HashSet<&str> =
            rows.iter().map(|row| row.badge_name).filter(|name| !name.is_empty()).collect();
        let (ids, names): (Vec<_>, Vec<_>) =
            (ids.into_iter().collect(), names.into_iter().collect());
        let badges = store::badges(act.db(), org, &ids, &names).await?;
        let numbers: HashSet<i64> = rows.iter().filter_map(|row| row.customer_id).collect();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let customers = match numbers.as_slice() {
            [] => HashSet::new(),
            numbers => customers::existing(act.db(), org, numbers).await?,
        };
        let mut by_key = HashMap::new();
        for (_, kind) in WHO {
            let keys: HashSet<&String> = rows
                .iter()
                .flat_map(|row| &row.identifiers)
                .filter(|(_, identifier)| identifier.kind == kind)
                .map(|(_, identifier)| &identifier.key)
                .collect();
            if keys.is_empty() {
                continue;
            }
            let keys: Vec<String> = keys.into_iter().cloned().collect();
            let found = customers::resolve_identifiers(act.db(), org, kind, &keys).await?;
            by_key.extend(found.into_iter().map(|(key, id)| ((kind, key), id)));
        }
        let by_name = badges.iter().map(|badge| (badge.name.clone(), badge.id)).collect();
        let badges = badges.into_iter().map(|badge| (badge.id, badge)).collect();
        Ok(Names { badges, by_name, customers, by_key })
    }

    fn badge(&self, row: &Parsed<'_>) -> Result<&KnownBadge, (usize, Fault)> {
        let by_id = row.badge_id.map(|id| self.badges.get(&id));
        let by_name = || self.by_name.get(row.badge_name).and_then(|id| self.badges.get(id));
        match by_id {
            Some(Some(badge)) if row.badge_name.is_empty() || row.badge_name == badge.name => {
                Ok(badge)
            }
            Some(Some(_)) => {
                let why = "The badge of this id has another name; leave one of the two blank";
                Err((BADGE_NAME, Fault::new("two_badges", why)))
            }
            Some(None) => Err((BADGE_ID, Fault::new("unknown_badge", "No badge with this id"))),
            None => by_name()
                .ok_or((BADGE_NAME, Fault::new("unknown_badge", "No badge with this name"))),
        }
    }

    fn customer(&self, row: &Parsed<'_>) -> Result<CustomerId, (usize, Fault)> {
        let number = row.customer_id.map(CustomerId::new);
        if let Some(number) = number
            && !self.customers.contains(&number)
        {
            return Err((
                CUSTOMER_ID,
                Fault::new("unknown_customer", "No customer with this number"),
            ));
        }
        let mut found = number;
        for (field, identifier) in &row.identifiers {
            let key = (identifier.kind, identifier.key.clone());
            match (self.by_key.get(&key), found) {
                (Some(one), Some(other)) if *one != other => {
                    let why = "This row names two different customers";
                    return Err((*field, Fault::new("two_customers", why)));
                }
                (Some(one), _) => found = Some(*one),
                (None, _) => {}
            }
        }
        found.ok_or_else(|| {
            let (field, noun) = row
                .identifiers
                .first()
                .map_or((CUSTOMER_ID, "number"), |(field, id)| (*field, id.kind.noun()));
            (field, Fault::new("unknown_customer", format!("No customer with this {noun}")))
        })
    }
}

/// Rows read and resolved: verdicts of those refused, and the awards of the others with their places.
struct Chunk {
    verdicts: Vec<Option<Verdict>>,
    places: Vec<usize>,
    awards: Vec<Award>,
}

async fn resolve(act: &mut Act, entries: &[Entry<'_>], terms: &Terms) -> Result<Chunk> {
    let now = act.now();
    let mut verdicts: Vec<Option<Verdict>> = Vec::with_capacity(entries.len());
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    for (place, entry) in entries.iter().enumerate() {
        match parse(entry, terms, now) {
            Ok(row) => {
                rows.push(row);
                places.push(place);
                verdicts.push(None);
            }
            Err(problems) => verdicts.push(Some(Verdict::Refused(problems))),
        }
    }
    let names = Names::of(act, &rows).await?;
    let (mut kept, mut awards) = (Vec::new(), Vec::new());
    for (row, place) in rows.into_iter().zip(places) {
        match award(&names, &row, &entries[place])? {
            Ok(award) => {
                awards.push(award);
                kept.push(place);
            }
            Err(problems) => verdicts[place] = Some(Verdict::Refused(problems)),
        }
    }
    Ok(Chunk { verdicts, places: kept, awards })
}

fn award(names: &Names, row: &Parsed<'_>, entry: &Entry<'_>) -> Result<Result<Award, Problems>> {
    let mut problems = Problems::none();
    let on = |(field, fault): (usize, Fault)| fault.on(FIELDS[field].name);
    let badge = names.badge(row).map_err(|fault| problems.push(on(fault))).ok();
    let customer = names.customer(row).map_err(|fault| problems.push(on(fault))).ok();
    if row.source_id.is_some() && entry.nth > 0 && !entry.alike {
        let first = entry.first.unwrap_or_default();
        let why = format!("The same sourceId stands on line {first} with other values");
        problems.add(FIELDS[SOURCE_ID].name, Fault::new("twice_in_file", why));
    }
    let (Some(badge), Some(customer)) = (badge, customer) else { return Ok(Err(problems)) };
    let expires = match row.expires {
        Some(end) => Some(end),
        None => own_expiry(&badge.earned_expiry, row.at)?,
    };
    if expires.is_some_and(|end| end < row.at) {
        let why = "By the badge's own rule it would end before it was earned; give earnExpiresOn";
        problems.add(FIELDS[EXPIRES].name, Fault::new("before_event", why));
    }
    let nth = i32::try_from(entry.nth).unwrap_or(i32::MAX - 1) + 1;
    Ok(problems.into_result().map(|()| Award {
        badge: badge.id,
        customer,
        at: row.at,
        nth: row.source_id.is_none().then_some(nth),
        expires,
        says_expiry: row.expires.is_some(),
        source_id: row.source_id.clone(),
    }))
}

/// What an award that is there already makes of a row.
fn compare(award: &Award, known: &KnownAward) -> Verdict {
    let same = (award.badge, award.customer, award.at) == (known.badge, known.customer, known.at);
    if !same {
        let why =
            "An award with this sourceId is there already, with another badge, customer or date";
        let problem = Fault::taken(why).on(FIELDS[SOURCE_ID].name);
        return Verdict::Refused(problem.into());
    }
    let moves = award.says_expiry && award.expires != known.expires;
    if moves { Verdict::Update } else { Verdict::Unchanged }
}

/// The verdicts in order; a place without one was found to be there already.
fn in_order(verdicts: Vec<Option<Verdict>>) -> Vec<Verdict> {
    verdicts.into_iter().map(|verdict| verdict.unwrap_or(Verdict::Unchanged)).collect()
}

#[async_trait]
impl Kind for EarnedBadgesKind {
    fn name(&self) -> &'static str {
        "earned-badges"
    }

    fn label(&self) -> &'static str {
        "Earned badges"
    }

    fn permission(&self) -> Permission {
        Permission::ImportHistory
    }

    fn fields(&self) -> &'static [Field] {
        &FIELDS
    }

    fn identity(&self, entry: &Entry<'_>, terms: &Terms, into: &mut Vec<u8>) {
        let mut put = |part: &[u8]| {
            into.extend_from_slice(part);
            into.push(0);
        };
        match entry.get(SOURCE_ID) {
            "" => {}
            source => return put(source.as_bytes()),
        }
        let Ok(at) = parse_instant(entry.get(EVENT), terms.zone, DayMeans::Start) else { return };
        put(&at.timestamp_micros().to_le_bytes());
        put(entry.get(BADGE_ID).to_lowercase().as_bytes());
        put(entry.get(BADGE_NAME).as_bytes());
        put(entry.get(CUSTOMER_ID).as_bytes());
        for (field, kind) in WHO {
            put(kind.key(entry.get(field)).as_bytes());
        }
    }

    async fn judge(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        let mut chunk = resolve(act, entries, terms).await?;
        let org = act.org();
        let known = store::known_awards(act.db(), org, &chunk.awards).await?;
        for (index, (award, place)) in chunk.awards.iter().zip(&chunk.places).enumerate() {
            let entry = &entries[*place];
            let repeated = award.source_id.is_some() && entry.nth > 0;
            chunk.verdicts[*place] = Some(match known.get(&index) {
                Some(known) => compare(award, known),
                None if repeated => Verdict::Unchanged,
                None => Verdict::Create,
            });
        }
        Ok(in_order(chunk.verdicts))
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        act.require(Permission::ImportHistory)?;
        let mut chunk = resolve(act, entries, terms).await?;
        let (org, now) = (act.org(), act.now());
        let added = store::insert(act.db(), org, terms.import, now, &chunk.awards).await?;
        let mut counts = HashMap::new();
        for index in added {
            chunk.verdicts[chunk.places[index]] = Some(Verdict::Create);
            *counts.entry(chunk.awards[index].badge).or_insert(0) += 1;
        }
        store::count(act.db(), org, &counts).await?;
        self.move_ends(act, terms, &mut chunk).await?;
        Ok(in_order(chunk.verdicts))
    }

    async fn blockers(&self, act: &mut Act, import: ImportId, most: i64) -> Result<Vec<Blocker>> {
        let org = act.org();
        let revoked = store::revoked(act.db(), org, import, most).await?;
        let why = "was revoked since; taking it back would lose that";
        Ok(revoked.into_iter().map(|label| Blocker { label, why }).collect())
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        act.require(Permission::ImportHistory)?;
        let org = act.org();
        let (gone, total) = store::delete_imported(act.db(), org, import, most).await?;
        let back: HashMap<BadgeId, i64> = gone.into_iter().map(|(id, by)| (id, -by)).collect();
        store::count(act.db(), org, &back).await?;
        let moved = store::restore_ends(act.db(), org, import, most).await?;
        Ok(total + moved)
    }
}

impl EarnedBadgesKind {
    /// Of the rows that were there already: those that say another end.
    async fn move_ends(&self, act: &mut Act, terms: &Terms, chunk: &mut Chunk) -> Result<()> {
        let org = act.org();
        let rest = chunk.places.iter().zip(&chunk.awards);
        let (places, there): (Vec<usize>, Vec<Award>) = rest
            .filter(|(place, award)| {
                let open = chunk.verdicts[**place].is_none();
                open && (award.says_expiry || award.source_id.is_some())
            })
            .map(|(place, award)| (*place, award.clone()))
            .unzip();
        if there.is_empty() {
            return Ok(());
        }
        let known = store::known_awards(act.db(), org, &there).await?;
        let mut ends = Vec::new();
        for (index, known) in &known {
            let verdict = compare(&there[*index], known);
            if verdict == Verdict::Update {
                ends.push((known.id, there[*index].expires));
            }
            chunk.verdicts[places[*index]] = Some(verdict);
        }
        store::move_ends(act.db(), org, terms.import, &ends).await?;
        Ok(())
    }
}
