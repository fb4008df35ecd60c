//! Issual limits as sent: a list for each level in which both families may stand (spec/badges.md 6.1).

use crate::api::{Fault, Faults, Node};
use crate::badges::api::read::expiry::unit;
use crate::badges::api::read::{Paths, count};
use crate::badges::draft::{Draft, LimitDraft, RollDraft, WindowDraft};
use crate::badges::limits::{Level, Unit};
use crate::badges::windows::day_wire;

const CUSTOMER: &[&str] = &[
    "CUSTOMER_BADGE_FIXED_VALUE",
    "CUSTOMER_BADGE_ROLLING_WINDOW",
    "CUSTOMER_BADGE_FIXED_WINDOW",
    "CUSTOMER_BADGE_NO_LIMIT",
    "BADGE_NO_LIMIT",
];
const BADGE: &[&str] = &[
    "BADGE_FIXED_VALUE",
    "BADGE_ROLLING_WINDOW",
    "BADGE_FIXED_WINDOW",
    "BADGE_NO_LIMIT",
    "CUSTOMER_BADGE_NO_LIMIT",
];

/// Reads both lists into the draft.
pub fn read(root: &Node<'_>, draft: &mut Draft, faults: &mut Faults, paths: &mut Paths) {
    for level in Level::ALL {
        let list = root.get(match level {
            Level::Customer => "customerConstraints",
            Level::Badge => "badgeConstraints",
        });
        let mut reader = Reader { level, draft: draft.limit_mut(level), faults, paths };
        reader.list(&list);
    }
}

struct Reader<'a> {
    level: Level,
    draft: &'a mut LimitDraft,
    faults: &'a mut Faults,
    paths: &'a mut Paths,
}

impl Reader<'_> {
    fn list(&mut self, list: &Node<'_>) {
        for item in list.items(self.faults).iter().filter(|item| item.is_there()) {
            self.item(item);
        }
        let moving =
            !self.draft.overall.is_empty() || self.draft.rolls.iter().any(|roll| !blank(roll));
        let fixed = !self.draft.sent.is_empty();
        self.draft.on = moving || fixed;
        self.draft.family = if fixed { "fixed" } else { "moving" }.to_owned();
    }

    fn item(&mut self, item: &Node<'_>) {
        if item.entries(self.faults).is_empty() {
            return;
        }
        let word = item.get("constraintType");
        let words = if self.level == Level::Customer { CUSTOMER } else { BADGE };
        match word.choice(words, &[], self.faults) {
            Some("CUSTOMER_BADGE_FIXED_VALUE" | "BADGE_FIXED_VALUE") => self.overall(item),
            Some("CUSTOMER_BADGE_ROLLING_WINDOW") => self.pairs(item),
            Some("BADGE_ROLLING_WINDOW") => self.roll(item),
            Some("CUSTOMER_BADGE_FIXED_WINDOW" | "BADGE_FIXED_WINDOW") => self.window(item),
            Some(_) => (),
            None if word.is_there() => (),
            None => self.missing(&word),
        }
    }

    fn overall(&mut self, item: &Node<'_>) {
        let max = item.get("maxEarnLimit");
        if !self.draft.overall.is_empty() {
            self.again(item);
        }
        self.draft.overall = self.needed(&max);
        self.paths.put(format!("{}.overall", self.level.key()), &max);
    }

    /// A customer's rolling limits: up to three pairs in one object.
    fn pairs(&mut self, item: &Node<'_>) {
        let keys = [
            ("maxEarnForDays", "rollForDays"),
            ("maxEarnForWeeks", "rollForWeeks"),
            ("maxEarnForMonths", "rollForMonths"),
        ];
        let mut given = false;
        for (unit, (max, value)) in Unit::ALL.into_iter().zip(keys) {
            let (max, value) = (item.get(max), item.get(value));
            if max.is_there() || value.is_there() {
                given = true;
                self.pair(item, unit, &value, &max);
            }
        }
        if !given {
            self.missing(&item.get("maxEarnForDays"));
        }
    }

    /// One unit's rolling limit across customers.
    fn roll(&mut self, item: &Node<'_>) {
        let name = item.get("rollType");
        let Ok(unit) = unit(&name, self.faults).parse::<Unit>() else {
            if !name.is_there() {
                self.missing(&name);
            }
            return;
        };
        self.pair(item, unit, &item.get("rollValue"), &item.get("maxEarnLimit"));
    }

    fn pair(&mut self, item: &Node<'_>, unit: Unit, value: &Node<'_>, max: &Node<'_>) {
        let read = RollDraft { value: self.needed(value), max: self.needed(max) };
        let key = self.level.key();
        self.paths.put(format!("{key}.{unit}.value"), value);
        self.paths.put(format!("{key}.{unit}.max"), max);
        let place = Unit::ALL.iter().position(|known| *known == unit).unwrap_or(0);
        if !blank(&self.draft.rolls[place]) {
            self.again(item);
        }
        self.draft.rolls[place] = read;
    }

    fn window(&mut self, item: &Node<'_>) {
        let key = format!("{}.sent.{}", self.level.key(), self.draft.sent.len());
        let boxes = [
            ("period", "durationType"),
            ("every", "refreshRate"),
            ("weekday", "startDayOfTheWeek"),
            ("window_max", "maxEarnLimit"),
        ];
        for (part, name) in boxes {
            self.paths.put(format!("{key}.{part}"), &item.get(name));
        }
        let period = unit(&item.get("durationType"), self.faults);
        let every = match period.as_str() {
            "DAYS" => count(&item.get("refreshRate"), self.faults),
            _ => String::new(),
        };
        let weekday = match period.as_str() {
            "WEEKS" => self.weekday(&item.get("startDayOfTheWeek")),
            _ => String::new(),
        };
        let max = count(&item.get("maxEarnLimit"), self.faults);
        let past = item.get("cycleStatus").value().and_then(|word| word.as_str());
        let end = item.first(&["endDate", "endDateISO"]);
        let past = past.is_some_and(|word| word.eq_ignore_ascii_case("EXPIRED"));
        let end = end.value().map(ToString::to_string).unwrap_or_default();
        let end = end.trim_matches('"').to_owned();
        self.draft.sent.push(WindowDraft { period, every, weekday, max, past, end });
    }

    fn weekday(&mut self, node: &Node<'_>) -> String {
        use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        let words = [Mon, Tue, Wed, Thu, Fri, Sat, Sun].map(day_wire);
        let numbers = ["1", "2", "3", "4", "5", "6", "7"];
        let aliases: Vec<(&str, &str)> = numbers.into_iter().zip(words).collect();
        node.choice(&words, &aliases, self.faults).unwrap_or_default().to_owned()
    }

    /// A number that must be there.
    fn needed(&mut self, node: &Node<'_>) -> String {
        if !node.is_there() {
            self.missing(node);
        }
        count(node, self.faults)
    }

    fn missing(&mut self, node: &Node<'_>) {
        let words = format!("'{}' is mandatory.", node.path());
        self.faults.add(Fault::new(400, words).at(node.path().to_owned()));
    }

    fn again(&mut self, item: &Node<'_>) {
        let words = "Give each kind of limit at most once for each level.";
        self.faults.add(Fault::new(400, words).at(item.path().to_owned()));
    }
}

fn blank(roll: &RollDraft) -> bool {
    roll.value.is_empty() && roll.max.is_empty()
}
