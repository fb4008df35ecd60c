//! A form as it was sent, with or without files. Reading it never refuses a field: rules do that.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;

use crate::base::app::App;
use crate::base::error::Error;
use crate::base::problem::Problem;
use crate::web::Failure;

/// A form's pairs and files, in the order they came.
#[derive(Debug, Default)]
pub struct Sent {
    /// Keys and values.
    pub pairs: Vec<(String, String)>,
    /// Files that were chosen.
    pub files: Vec<Upload>,
}

/// One file of a form.
#[derive(Debug)]
pub struct Upload {
    /// The field it was chosen in.
    pub field: String,
    /// What it is called where it came from.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Sent {
    /// The first value of a key.
    pub fn get(&self, key: &str) -> &str {
        self.pairs.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a key.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let multipart = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
        if !multipart {
            let form = Form::<Vec<(String, String)>>::from_request(request, app).await;
            let Form(pairs) = form.map_err(IntoResponse::into_response)?;
            return Ok(Sent { pairs, files: Vec::new() });
        }
        let body = Multipart::from_request(request, app).await;
        let mut body = body.map_err(IntoResponse::into_response)?;
        let mut sent = Sent::default();
        while let Some(part) = body.next_field().await.map_err(broken)? {
            let field = part.name().unwrap_or_default().to_owned();
            let Some(name) = part.file_name().map(str::to_owned) else {
                sent.pairs.push((field, part.text().await.map_err(broken)?));
                continue;
            };
            let bytes = part.bytes().await.map_err(broken)?.to_vec();
            if !bytes.is_empty() {
                sent.files.push(Upload { field, name, bytes });
            }
        }
        Ok(sent)
    }
}

fn broken(error: axum::extract::multipart::MultipartError) -> Response {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return error.into_response();
    }
    let text = "The form did not arrive whole. Send it again.";
    Failure(Error::from(Problem::whole("broken_form", text))).into_response()
}
