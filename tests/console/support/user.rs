//! A person at a browser: keeps cookies, sends what a browser would send.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use tower::ServiceExt;

use super::{Answer, PASSWORD, TestApp};

/// Somebody at a browser.
pub struct User {
    router: Router,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl User {
    /// Somebody without a session.
    pub fn visitor(app: &TestApp) -> User {
        User { router: app.router.clone(), cookies: RefCell::default() }
    }

    /// Signs in through the form.
    pub async fn sign_in(app: &TestApp, email: &str) -> User {
        let user = User::visitor(app);
        let form = [("email", email), ("password", PASSWORD)];
        user.submit("/sign-in", &form).await.redirects();
        user
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Asks for one region of a page, as htmx does.
    pub async fn get_region(&self, path: &str, region: &str) -> Answer {
        let request = Request::get(path).header("hx-request", "true").header("hx-target", region);
        self.send(request, Body::empty()).await
    }

    /// Sends a form.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(path), Body::from(encode(fields))).await
    }

    /// Sends a form as htmx does.
    pub async fn submit_hx(&self, path: &str, region: &str, fields: &[(&str, &str)]) -> Answer {
        let request = form(path).header("hx-request", "true").header("hx-target", region);
        self.send(request, Body::from(encode(fields))).await
    }

    /// Sends a form with a file.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (field, name, media_type, bytes): (&str, &str, &str, &[u8]),
    ) -> Answer {
        let mut body = Vec::new();
        for (key, value) in fields {
            let head = format!("--xyz\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n");
            body.extend_from_slice(format!("{head}{value}\r\n").as_bytes());
        }
        let head = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: {media_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--xyz--\r\n");
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz");
        self.send(request, Body::from(body)).await
    }

    /// Sends a request as it is, with this person's cookies and nothing else a browser would add.
    pub async fn raw(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.exchange(request, Body::empty()).await
    }

    /// The value of one of this person's cookies.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Gives the person a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        self.exchange(request.header("sec-fetch-site", "same-origin"), body).await
    }

    async fn exchange(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let jar = {
            let cookies = self.cookies.borrow();
            let pairs = cookies.iter().map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join("; ")
        };
        let mut request = request.header(header::HOST, "console.test");
        if !jar.is_empty() {
            request = request.header(header::COOKIE, jar);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let text = set.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        Answer::read(response).await
    }
}

fn form(path: &str) -> axum::http::request::Builder {
    Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}
