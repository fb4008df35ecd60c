//! Addresses with a query: what a page's state is kept in.

/// `path?key=value&…` with values encoded; blank values are left out.
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let said = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = said.map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Percent-encodes a value of a query.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_survives_the_address() {
        let pairs = [("name", "Früh & „auf“"), ("owner", ""), ("sort", "rank")];
        let text = address("/member-care/ui/1", &pairs);
        assert_eq!(
            text,
            "/member-care/ui/1?name=Fr%C3%BCh%20%26%20%E2%80%9Eauf%E2%80%9C&sort=rank"
        );
        assert_eq!(address("/badges", &[]), "/badges");
    }
}
