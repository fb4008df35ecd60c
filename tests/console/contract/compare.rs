//! Two answers side by side: every field of the documented one must be in ours with the same value, and
//! nothing beside it that the reference does not know somewhere.

use guerdon::base::ids::OrgId;
use serde_json::Value;

/// Lists without an order of their own (spec/badges.md says so of each).
const UNORDERED: &[&str] =
    &["restrictedToOwners", "customerConstraints", "badgeConstraints", "errors", "tags"];

/// Keys that newer revisions of the reference add to older samples, or leave out of newer ones; the
/// group's rank is promised by a release note and stands in no sample (19, 31).
const ADDITIVE: &[&str] = &["badgeNumericId", "benefits", "tags", "images", "badgeGroupRank"];

/// Who did it: a number of the vendor's staff there, of ours here.
const PEOPLE: &[&str] = &["createdBy", "lastUpdatedBy"];

/// A documented answer and ours, with what may differ.
#[must_use]
pub struct Comparison {
    name: String,
    org: OrgId,
    expected: (u16, Value),
    actual: (u16, Value),
    exceptions: Vec<(&'static str, &'static str)>,
    unordered: Vec<&'static str>,
}

impl Comparison {
    /// Of two answers: status and body.
    pub fn new(name: &str, org: OrgId, expected: (u16, Value), actual: (u16, Value)) -> Self {
        let (exceptions, unordered) = (Vec::new(), UNORDERED.to_vec());
        Comparison { name: name.to_owned(), org, expected, actual, exceptions, unordered }
    }

    /// A field that may differ, and why. `data.rows[].name` is that field of all rows.
    pub fn except(mut self, path: &'static str, why: &'static str) -> Self {
        assert!(!why.is_empty());
        self.exceptions.push((path, why));
        self
    }

    /// A list whose order does not matter here, and why.
    pub fn in_any_order(mut self, key: &'static str, why: &'static str) -> Self {
        assert!(!why.is_empty());
        self.unordered.push(key);
        self
    }

    /// A page that the sample shows the first rows of: the counts are of the vendor's whole list.
    pub fn cut(self) -> Self {
        let why = "the sample's list is cut; the counts are of all of it";
        let pages = |(_, body): &(u16, Value)| body["data"]["pagination"]["totalPages"].clone();
        let more = pages(&self.expected) != pages(&self.actual);
        let cut = self.except("data.pagination.total", why);
        if more { cut.except("data.pagination.totalPages", why) } else { cut }
    }

    /// Asserts that nothing else differs and that every exception is needed.
    #[track_caller]
    pub fn holds(self) {
        let mut found = Vec::new();
        if self.expected.0 != self.actual.0 {
            found.push(("status".to_owned(), format!("{} ≠ {}", self.expected.0, self.actual.0)));
        }
        self.differ("", "", &self.expected.1, &self.actual.1, &mut found);
        for (path, why) in &self.exceptions {
            let needed = found.iter().any(|(at, _)| covers(path, at));
            assert!(needed, "{}: the exception {path} ({why}) is not needed", self.name);
        }
        let told: Vec<_> = found
            .iter()
            .filter(|(at, _)| !self.exceptions.iter().any(|(path, _)| covers(path, at)))
            .map(|(at, what)| format!("  {at}: {what}"))
            .collect();
        let (name, body) = (&self.name, &self.actual.1);
        assert!(told.is_empty(), "{name} differs:\n{}\nanswer: {body}", told.join("\n"));
    }

    fn differ(
        &self,
        at: &str,
        key: &str,
        theirs: &Value,
        ours: &Value,
        found: &mut Vec<(String, String)>,
    ) {
        let mut note = |at: String, what: String| found.push((at, what));
        match (theirs, ours) {
            (Value::Object(wanted), Value::Object(given)) => {
                for name in given.keys().filter(|name| !wanted.contains_key(*name)) {
                    if !name.ends_with("ISO") && !ADDITIVE.contains(&name.as_str()) {
                        note(path(at, name), "not in the reference".to_owned());
                    }
                }
                for (name, theirs) in wanted {
                    match given.get(name) {
                        Some(ours) => self.differ(&path(at, name), name, theirs, ours, found),
                        None => found.push((path(at, name), "missing".to_owned())),
                    }
                }
            }
            (Value::Array(wanted), Value::Array(given)) if wanted.len() == given.len() => {
                let mut left: Vec<&Value> = given.iter().collect();
                for (place, theirs) in wanted.iter().enumerate() {
                    let same = |ours: &&Value| {
                        let mut quiet = Vec::new();
                        self.differ("", "", theirs, ours, &mut quiet);
                        quiet.is_empty()
                    };
                    let free = self.unordered.contains(&key);
                    let at_place = left.iter().position(same).filter(|_| free).unwrap_or(0);
                    let ours = left.remove(at_place);
                    self.differ(&format!("{at}[{place}]"), "", theirs, ours, found);
                }
            }
            (Value::Array(wanted), Value::Array(given)) => {
                note(at.to_owned(), format!("{} rows ≠ {}", wanted.len(), given.len()));
            }
            (Value::Number(theirs), Value::Number(ours)) if PEOPLE.contains(&key) => {
                assert!(theirs.is_i64() && ours.is_i64());
            }
            (Value::Number(_), Value::Number(ours)) if key == "orgId" => {
                assert_eq!(ours.as_i64(), Some(self.org.get()));
            }
            // Some samples print an instant to the microsecond, others to the millisecond.
            (Value::Number(theirs), Value::Number(ours))
                if (theirs.as_f64().unwrap() - ours.as_f64().unwrap()).abs() < 0.001 => {}
            (theirs, ours) if theirs == ours => {}
            (theirs, ours) => note(at.to_owned(), format!("{theirs} ≠ {ours}")),
        }
    }
}

fn path(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

/// Whether a path, in which `[]` stands for every row, is this place or lies around it.
fn covers(path: &str, place: &str) -> bool {
    let mut plain = String::new();
    let mut inside = false;
    for c in place.chars() {
        inside = (inside || c == '[') && c != ']';
        if !inside || c == '[' {
            plain.push(c);
        }
    }
    plain
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
}

#[test]
fn differences_are_found_and_unneeded_exceptions_too() {
    use serde_json::json;
    let org = OrgId::new(7);
    let theirs =
        json!({ "data": { "rows": [{ "a": 1.0 }, { "a": 2 }], "tags": [1, 2], "orgId": 1 } });
    let compare = |ours: Value| Comparison::new("x", org, (200, theirs.clone()), (200, ours));
    let same = json!({ "data": { "rows": [{ "a": 1 }, { "a": 2, "aISO": "z" }], "tags": [2, 1], "orgId": 7 } });
    compare(same.clone()).holds();
    let fails = |comparison: Comparison| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| comparison.holds())).is_err()
    };
    assert!(fails(compare(same.clone()).except("data.rows", "nothing differs there")));
    for ours in [
        json!({ "data": { "rows": [{ "a": 1 }, { "a": 3 }], "tags": [2, 1], "orgId": 7 } }),
        json!({ "data": { "rows": [{ "a": 1 }, {}], "tags": [2, 1], "orgId": 7 } }),
        json!({ "data": { "rows": [{ "a": 1 }, { "a": 2, "b": 1 }], "tags": [2, 1], "orgId": 7 } }),
        json!({ "data": { "rows": [{ "a": 2 }, { "a": 1 }], "tags": [2, 1], "orgId": 7 } }),
        json!({ "data": { "rows": [{ "a": 1 }], "tags": [2, 1], "orgId": 7 } }),
    ] {
        assert!(fails(compare(ours.clone())), "{ours}");
        compare(ours).except("data.rows", "differs on purpose").holds();
    }
}
