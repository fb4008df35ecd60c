//! What the document holds, in the order people look for it: sections, operations, their parts.

use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{Content, OpenApi, PathItem, Ref, RefOr, Required, Response};

use super::sample;
use super::schema::{self, Field, unquoted};
use crate::api::docs::CODES;

/// Operations of one tag.
pub struct Section {
    /// The tag.
    pub name: String,
    /// What stands in it.
    pub about: String,
    /// Its operations, at least one.
    pub entries: Vec<Entry>,
}

impl Section {
    /// Its place on the overview.
    pub fn anchor(&self) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        self.name.chars().map(letter).collect()
    }
}

/// One operation in a list.
pub struct Entry {
    /// Its id, and the last part of its address.
    pub id: String,
    /// Its method.
    pub method: &'static str,
    /// Its path.
    pub path: String,
    /// What it does, in a line.
    pub summary: String,
}

/// One operation with everything said about it.
pub struct Detail {
    /// Which it is.
    pub entry: Entry,
    /// Its section.
    pub section: String,
    /// What it does, in paragraphs.
    pub about: Vec<String>,
    /// Whether it asks for credentials.
    pub signed: bool,
    /// Parts of the path, the query and the head.
    pub params: Vec<Field>,
    /// What its body holds.
    pub body: Vec<Field>,
    /// What the body looks like.
    pub body_sample: Option<String>,
    /// What it may answer.
    pub answers: Vec<Answer>,
    /// The numbers refusals of its section carry, with their sentences.
    pub codes: Vec<(String, String)>,
    /// The path with examples in its open parts.
    pub called: String,
}

/// One status an operation may answer.
pub struct Answer {
    /// `200`.
    pub status: String,
    /// When.
    pub about: String,
    /// What the answer holds.
    pub fields: Vec<Field>,
    /// What it looks like.
    pub sample: Option<String>,
}

impl Answer {
    /// Whether all went well.
    pub fn good(&self) -> bool {
        self.status.starts_with('2')
    }
}

/// All operations, by tag in the order of the document.
pub fn sections(api: &OpenApi) -> Vec<Section> {
    let tags = api.tags.iter().flatten();
    let section = |tag: &utoipa::openapi::Tag| Section {
        name: tag.name.clone(),
        about: tag.description.clone().unwrap_or_default(),
        entries: all(api)
            .filter(|(_, _, operation)| tagged(operation) == tag.name)
            .map(|(path, method, operation)| entry(path, method, operation))
            .collect(),
    };
    tags.map(section).filter(|section| !section.entries.is_empty()).collect()
}

/// One operation by its id.
pub fn find(api: &OpenApi, id: &str) -> Option<Detail> {
    let (path, method, operation) =
        all(api).find(|(_, _, operation)| operation.operation_id.as_deref() == Some(id))?;
    let content = operation.request_body.as_ref().and_then(|body| match body {
        RefOr::T(body) => json(body.content.iter()),
        RefOr::Ref(_) => None,
    });
    let params = params(api, operation);
    Some(Detail {
        entry: entry(path, method, operation),
        called: called(path, &params),
        codes: codes(api, tagged(operation)),
        section: tagged(operation).to_owned(),
        about: paragraphs(operation.description.as_deref()),
        signed: operation.security.is_none(),
        params,
        body: fields(api, content),
        body_sample: content.and_then(|content| sample::of(api, content)),
        answers: operation
            .responses
            .responses
            .iter()
            .filter_map(|(status, response)| answer(api, status, response))
            .collect(),
    })
}

fn all(api: &OpenApi) -> impl Iterator<Item = (&str, &'static str, &Operation)> {
    api.paths.paths.iter().flat_map(|(path, item)| {
        let PathItem { get, post, put, patch, delete, .. } = item;
        let methods =
            [("GET", get), ("POST", post), ("PUT", put), ("PATCH", patch), ("DELETE", delete)];
        methods.into_iter().filter_map(move |(method, operation)| {
            operation.as_ref().map(|operation| (path.as_str(), method, operation))
        })
    })
}

fn tagged(operation: &Operation) -> &str {
    operation.tags.iter().flatten().next().map_or("", String::as_str)
}

fn entry(path: &str, method: &'static str, operation: &Operation) -> Entry {
    Entry {
        id: operation.operation_id.clone().unwrap_or_default(),
        method,
        path: path.to_owned(),
        summary: operation.summary.clone().unwrap_or_default(),
    }
}

/// The text's paragraphs, line breaks inside them undone.
pub fn paragraphs(text: Option<&str>) -> Vec<String> {
    let text = unquoted(text.unwrap_or_default());
    let parts =
        text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    parts.filter(|part| !part.is_empty()).collect()
}

/// The path as one would call it.
fn called(path: &str, params: &[Field]) -> String {
    let filled = params.iter().filter(|field| field.place == Some("path"));
    filled.fold(path.to_owned(), |path, field| {
        path.replace(&format!("{{{}}}", field.name), field.example.as_deref().unwrap_or("1"))
    })
}

fn codes(api: &OpenApi, tag: &str) -> Vec<(String, String)> {
    let known = api.tags.iter().flatten().find(|known| known.name == tag);
    let codes = known.and_then(|tag| tag.extensions.as_ref()?.get(CODES)?.as_array());
    let one = |code: &Value| {
        (code["code"].to_string(), code["message"].as_str().unwrap_or_default().to_owned())
    };
    codes.into_iter().flatten().map(one).collect()
}

fn params(api: &OpenApi, operation: &Operation) -> Vec<Field> {
    let params = operation.parameters.iter().flatten().filter_map(|param| match param {
        RefOr::T(param) => Some(param),
        RefOr::Ref(_) => None,
    });
    params
        .map(|param| {
            let place = match param.parameter_in {
                ParameterIn::Path => "path",
                ParameterIn::Header => "header",
                ParameterIn::Cookie => "cookie",
                _ => "query",
            };
            let mut field = param.schema.as_ref().map_or_else(Field::default, |schema| {
                schema::describe(api, schema, &param.name, 0)
            });
            field.required = param.required == Required::True;
            field.place = Some(place);
            field.example = example(param);
            if let Some(words) = &param.description {
                field.about = unquoted(words);
            }
            field
        })
        .collect()
}

/// The parameter's example; its place in the library's type is private, its place in the document is not.
fn example(param: &Parameter) -> Option<String> {
    let said = serde_json::to_value(param).ok()?;
    match said.get("example")? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn json<'a>(
    content: impl IntoIterator<Item = (&'a String, &'a RefOr<Content>)>,
) -> Option<&'a Content> {
    content.into_iter().find_map(|(_, content)| match content {
        RefOr::T(content) => Some(content),
        RefOr::Ref(_) => None,
    })
}

fn fields(api: &OpenApi, content: Option<&Content>) -> Vec<Field> {
    let schema = content.and_then(|content| content.schema.as_ref());
    schema.map(|schema| schema::fields(api, schema)).unwrap_or_default()
}

fn answer(api: &OpenApi, status: &str, response: &RefOr<Response>) -> Option<Answer> {
    let response = match response {
        RefOr::T(response) => response,
        RefOr::Ref(reference) => shared(api, reference)?,
    };
    let content = json(response.content.iter());
    Some(Answer {
        status: status.to_owned(),
        about: response.description.clone(),
        fields: fields(api, content),
        sample: content.and_then(|content| sample::of(api, content)),
    })
}

fn shared<'a>(api: &'a OpenApi, reference: &Ref) -> Option<&'a Response> {
    let name = reference.ref_location.rsplit('/').next()?;
    match api.components.as_ref()?.responses.get(name)? {
        RefOr::T(response) => Some(response),
        RefOr::Ref(_) => None,
    }
}
