//! What came back, asked by selector.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use scraper::{Html, Selector};

/// An answer, read to its end.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// Reads a response to its end.
    pub async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts the status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// Asserts a 303 and returns where it leads.
    #[track_caller]
    pub fn redirects(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
        self.header(header::LOCATION.as_str()).to_owned()
    }

    /// Asserts where a 303 leads.
    #[track_caller]
    pub fn redirects_to(&self, path: &str) {
        assert_eq!(self.redirects(), path);
    }

    /// The texts of all elements that match, with white space collapsed.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector)
            .map(|element| {
                let text: String = element.text().collect();
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    /// The values of an attribute on all elements that match.
    pub fn attributes(&self, selector: &str, attribute: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector)
            .filter_map(|element| element.value().attr(attribute).map(str::to_owned))
            .collect()
    }

    /// Asserts that an element matches and holds the text.
    #[track_caller]
    pub fn shows(&self, selector: &str, text: &str) -> &Self {
        let texts = self.texts(selector);
        let found = texts.iter().any(|found| found.contains(text));
        assert!(found, "{selector} should show {text:?}, shows {texts:?} ({})", self.status);
        self
    }

    /// Asserts that nothing matches.
    #[track_caller]
    pub fn lacks(&self, selector: &str) -> &Self {
        let texts = self.texts(selector);
        assert!(texts.is_empty(), "{selector} should be absent, shows {texts:?}");
        self
    }
}
