//! How the log's words are said on a page.

use serde_json::Value;

/// A longer value is cut on the page; the log keeps all of it.
const LONGEST: usize = 300;

/// A kind of thing: `badge_group` → "Badge group".
pub fn kind(word: &str) -> String {
    match word {
        "org" => "Brand".to_owned(),
        "staff" => "Staff member".to_owned(),
        "coupon_bulk" => "Bulk action on coupons".to_owned(),
        "coupon_series" => "Offer".to_owned(),
        _ => field(word),
    }
}

/// The page of a thing, where it has one.
pub fn page_of(kind: &str, id: &str) -> Option<String> {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match kind {
        "badge" if plain => Some(format!("/badges/{id}")),
        "coupon_series" if plain => Some(format!("/coupons/{id}")),
        "coupon" if plain => Some(format!("/coupons/codes/{id}")),
        "coupon_batch" if plain => Some(format!("/coupons/batches/{id}")),
        "coupon_bulk" if plain => Some(format!("/coupons/bulk/{id}")),
        "customer" if plain => Some(format!("/member-care/ui/{id}")),
        "approval_request" if plain => Some(format!("/requests/{id}")),
        "goodwill_request" if plain => Some(format!("/goodwill/{id}")),
        "import" if plain => Some(format!("/imports/{id}")),
        "badge_group" | "group" => Some("/settings/groups".to_owned()),
        "custom_field" | "badge_custom_field" | "field" => {
            Some("/settings/custom-fields".to_owned())
        }
        "export" => Some("/exports".to_owned()),
        "staff" => Some("/staff".to_owned()),
        _ => None,
    }
}

/// Which door a deed came through.
pub fn source(word: &str) -> &'static str {
    match word {
        "CONSOLE" => "Console",
        "API" => "API",
        "IMPORT" => "Import",
        "CLI" => "Command line",
        _ => "System",
    }
}

/// The dot of a timeline: what began is green, what ended is red.
pub fn mark(verb: &str) -> &'static str {
    match verb {
        "created" | "added" | "activated" | "enabled" | "issued" | "redeemed" => "live",
        "deleted"
        | "disabled"
        | "deactivated"
        | "revoked"
        | "took back a redemption of"
        | "undid" => "revoked",
        // "issued a badge to", "enrolled a customer in", "revoked an issual of"
        longer if longer.starts_with("issued ") || longer.starts_with("enrolled") => "live",
        longer if longer.starts_with("revoked ") => "revoked",
        _ => "",
    }
}

/// A field's key in words: `startsAt`, `starts_at` → "Starts at".
pub fn field(key: &str) -> String {
    let mut words = String::with_capacity(key.len() + 4);
    for c in key.chars() {
        match c {
            '_' | '-' | '.' => words.push(' '),
            c if words.is_empty() => words.extend(c.to_uppercase()),
            c if c.is_uppercase() => {
                words.push(' ');
                words.extend(c.to_lowercase());
            }
            c => words.push(c),
        }
    }
    words
}

/// A value in words; nothing for none.
pub fn value(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            let pairs =
                map.iter().map(|(key, one)| format!("{}: {}", field(key), self::value(one)));
            pairs.collect::<Vec<_>>().join("; ")
        }
        Value::Number(number) => number.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Percent-encodes a value for a query string.
pub fn encoded(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_and_values_are_said_in_words() {
        assert_eq!(
            ["startsAt", "starts_at", "name"].map(field),
            ["Starts at", "Starts at", "Name"]
        );
        let shown = value(&json!({ "isActive": true, "limits": [1, null], "to": null }));
        assert_eq!(shown, "Is active: Yes; Limits: 1, ; To: ");
        assert_eq!(value(&json!("x".repeat(400))).chars().count(), LONGEST + 1);
    }

    #[test]
    fn links_lead_only_to_pages_of_ours() {
        assert_eq!(page_of("customer", "17").as_deref(), Some("/member-care/ui/17"));
        assert_eq!(page_of("badge", "../x"), None);
        assert_eq!(page_of("weather", "1"), None);
    }
}
