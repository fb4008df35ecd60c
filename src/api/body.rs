//! Reading a JSON body that anybody may have written: unknown keys are nobody's business, numbers may
//! come as text, and nothing in it can break us.
//!
//! Why not serde structs: they stop at the first wrong type, and the wire wants every violation in one
//! answer, each with the path it is about.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use crate::api::envelope::Family;
use crate::api::failure::{Fault, Trouble};

/// The largest body a call may bring.
const LIMIT: usize = 1024 * 1024;

/// A JSON body, read whole.
#[derive(Debug, Clone)]
pub struct Body(Value);

impl Body {
    /// Its outermost value.
    pub fn root(&self) -> Node<'_> {
        Node { value: Some(&self.0), path: String::new() }
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Trouble;

    async fn from_request(request: Request, _: &S) -> Result<Self, Trouble> {
        let family = Family::of(request.uri().path());
        if !brings_json(request.headers()) {
            return Err(Trouble::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let read = to_bytes(request.into_body(), LIMIT).await;
        let bytes = read.map_err(|_| Trouble::of_status(StatusCode::PAYLOAD_TOO_LARGE))?;
        let value = parse(&bytes).map_err(|words| malformed(family, &words))?;
        Ok(Body(value))
    }
}

fn brings_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

fn parse(bytes: &[u8]) -> Result<Value, String> {
    // The parser gives up at 128 levels and at numbers no float can hold.
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if has_nul(&value) { Err("a text holds the character NUL".to_owned()) } else { Ok(value) }
}

/// Postgres keeps no NUL in a text; found here, it is the caller's mistake and not our failure.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(key, item)| key.contains('\0') || has_nul(item)),
        _ => false,
    }
}

fn malformed(family: Family, words: &str) -> Trouble {
    let message = match family {
        Family::Gateway => format!("JSON parse error: {words}"),
        _ => "Invalid input. Please check request body parameters or input xml/json.".to_owned(),
    };
    Trouble::bad(Fault::new(400, message))
}

/// A value somewhere in a body, which may be absent; `null` counts as absent.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    value: Option<&'a Value>,
    path: String,
}

impl<'a> Node<'a> {
    /// The value under a key.
    pub fn get(&self, key: &str) -> Node<'a> {
        let path =
            if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        let value = self.value.and_then(|value| value.get(key));
        Node { value: value.filter(|value| !value.is_null()), path }
    }

    /// The value under the first of these keys that is there: a field and its aliases.
    pub fn first(&self, keys: &[&str]) -> Node<'a> {
        let found = keys.iter().map(|key| self.get(key)).find(|node| node.is_there());
        found.unwrap_or_else(|| self.get(keys.first().copied().unwrap_or_default()))
    }

    /// Whether there is a value.
    pub fn is_there(&self) -> bool {
        self.value.is_some()
    }

    /// The path of the value, as a violation names it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The value itself.
    pub fn value(&self) -> Option<&'a Value> {
        self.value
    }

    /// As text; blank when absent. Numbers and booleans are taken as they are written.
    pub fn text(&self, faults: &mut Faults) -> String {
        match self.value {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(flag)) => flag.to_string(),
            Some(_) => {
                faults.wrong(self, "a single value");
                String::new()
            }
        }
    }

    /// As yes or no.
    pub fn flag(&self, faults: &mut Faults) -> Option<bool> {
        let word = match self.value? {
            Value::Bool(flag) => return Some(*flag),
            Value::String(text) => text.to_ascii_lowercase(),
            _ => String::new(),
        };
        match word.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                faults.wrong(self, "true or false");
                None
            }
        }
    }

    /// As a whole number, which may be written as text or with a fraction of nothing.
    pub fn integer(&self, faults: &mut Faults) -> Option<i64> {
        let read = match self.value? {
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if read.is_none() {
            faults.wrong(self, "a whole number");
        }
        read
    }

    /// Its items; none when absent.
    pub fn items(&self, faults: &mut Faults) -> Vec<Node<'a>> {
        match self.value {
            None => Vec::new(),
            Some(Value::Array(items)) => items
                .iter()
                .enumerate()
                .map(|(place, item)| Node {
                    value: Some(item).filter(|item| !item.is_null()),
                    path: format!("{}[{place}]", self.path),
                })
                .collect(),
            Some(_) => {
                faults.wrong(self, "a list");
                Vec::new()
            }
        }
    }

    /// Its keys and their values; none when absent.
    pub fn entries(&self, faults: &mut Faults) -> Vec<(&'a str, Node<'a>)> {
        match self.value {
            None => Vec::new(),
            Some(Value::Object(map)) => {
                map.keys().map(|key| (key.as_str(), self.get(key))).collect()
            }
            Some(_) => {
                faults.wrong(self, "an object");
                Vec::new()
            }
        }
    }

    /// As one of `words`, matched in any case and with `aliases`; the canonical word.
    pub fn choice(
        &self,
        words: &[&'static str],
        aliases: &[(&str, &'static str)],
        faults: &mut Faults,
    ) -> Option<&'static str> {
        if !self.is_there() {
            return None;
        }
        let text = self.text(faults);
        let found = choose(&text, words, aliases);
        if found.is_none() {
            faults.add(enum_fault(&text, &self.path, words).at(self.path.clone()));
        }
        found
    }
}

fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// The canonical word for a text: in any case, by an alias.
pub fn choose(
    text: &str,
    words: &[&'static str],
    aliases: &[(&str, &'static str)],
) -> Option<&'static str> {
    let text = text.trim();
    let alias = aliases.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(text));
    alias
        .map(|(_, word)| *word)
        .or_else(|| words.iter().copied().find(|word| word.eq_ignore_ascii_case(text)))
}

/// The reference's sentence for a word that is none of those allowed.
pub fn enum_fault(value: &str, path: &str, words: &[&'static str]) -> Fault {
    Fault::new(
        400,
        format!(
            "Invalid enum value: '{value}' for the field: '{path}'. The value must be one of: [{}].",
            words.join(", ")
        ),
    )
}

/// Violations found while reading, all of them.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes one.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    fn wrong(&mut self, node: &Node<'_>, wanted: &str) {
        let words = format!("The value of '{}' must be {wanted}.", node.path);
        self.add(Fault::new(400, words).at(node.path.clone()));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order they were found.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// 400 with all of them, if there are any.
    pub fn into_result(self) -> Result<(), Trouble> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Trouble { status: StatusCode::BAD_REQUEST, faults: self.0, retry_after: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_wrong_type_is_told_with_its_path() {
        let body =
            Body(json!({ "a": { "b": [1, "x"] }, "n": "12", "f": 3.5, "t": "TRUE", "z": null }));
        let (root, mut faults) = (body.root(), Faults::default());
        assert_eq!(root.get("n").integer(&mut faults), Some(12));
        assert_eq!(root.get("t").flag(&mut faults), Some(true));
        assert_eq!(root.get("n").text(&mut faults), "12");
        assert!(!root.get("z").is_there());
        assert!(root.get("a").get("b").items(&mut faults)[1].integer(&mut faults).is_none());
        assert_eq!(root.get("f").integer(&mut faults), None);
        assert_eq!(root.get("a").text(&mut faults), "");
        let paths: Vec<_> = faults.0.iter().map(|fault| fault.reference.clone().unwrap()).collect();
        assert_eq!(paths, ["a.b[1]", "f", "a"]);
    }

    #[test]
    fn hostile_bodies_are_the_callers_mistake() {
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
        assert!(parse(b"1e999999").is_err());
        assert!(parse(br#"{"a":"\u0000"}"#).is_err());
        assert!(parse(b"\xff").is_err());
        assert!(parse(b"").is_err());
        assert!(parse(b"123456789012345678901234567890").is_ok());
    }

    #[test]
    fn words_are_matched_in_any_case_and_by_alias() {
        let words = ["DAYS", "WEEKS"];
        assert_eq!(choose("weeks", &words, &[]), Some("WEEKS"));
        assert_eq!(choose("daily", &words, &[("DAILY", "DAYS")]), Some("DAYS"));
        let fault = enum_fault("x", "rollType", &words);
        assert_eq!(
            fault.message,
            "Invalid enum value: 'x' for the field: 'rollType'. The value must be one of: [DAYS, WEEKS]."
        );
    }
}
