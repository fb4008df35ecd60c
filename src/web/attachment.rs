//! Answers that the browser saves as a file.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// A CSV the browser saves under a name. The name is ours or was cleaned when it came; whatever could
/// end the quoted part of the header is left out, and letters beyond ASCII are sent besides.
pub fn csv(name: &str, body: Body) -> Response {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | ';') { c } else { '_' })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let answer = csv("a\"; x=1 é.csv", Body::empty());
        let header = answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(
            header,
            "attachment; filename=\"a___x=1__.csv\"; filename*=UTF-8''a%22%3B%20x%3D1%20%C3%A9.csv"
        );
    }
}
