//! E1: the envelope of the v1.1 actions (spec/api-conventions.md 4), and how their bodies are read.
//!
//! ```text
//! let item = ItemStatus::good(Style::Words, 700, "Coupon Resent");
//! answer(Verdict::of([&item]).status(Style::Words), Coupons { … })
//! {"response":{"status":{"success":"true","code":200,"message":"Success"},"coupons":{…}}}
//! ```
//!
//! Known quirks, kept because clients read them: the JSON was XML once, so a flag is a text in most
//! answers and a truth in some ([`Style`], each endpoint as in its example); one item is an object and
//! several are a list ([`OneOrMany`]), but for the lists that are always lists; a POST of which every
//! item failed leaves with HTTP 500, a GET with 200.

use std::borrow::Cow;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::api::body::{Body, Faults, Node};
use crate::api::failure::{Fault, Trouble};

/// The most items of one call.
const MOST_ITEMS: usize = 100;

/// How an endpoint writes flags and numbers of statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `true` and `200`.
    Typed,
    /// `"true"` and `200`.
    Words,
    /// `"true"` and `"200"`.
    Texts,
}

/// A flag in the style of its endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(bool, Style);

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Style::Typed => to.serialize_bool(self.0),
            Style::Words | Style::Texts => to.serialize_str(word(self.0)),
        }
    }
}

/// A flag as most v1.1 answers write it.
pub const fn word(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

/// A status number in the style of its endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number(u32, Style);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Style::Texts => to.collect_str(&self.0),
            Style::Typed | Style::Words => to.serialize_u32(self.0),
        }
    }
}

/// Text or something typed: what a reader has to be ready for.
fn text_or(kind: Type) -> RefOr<Schema> {
    let of = |kind| ObjectBuilder::new().schema_type(kind).build();
    OneOfBuilder::new().item(of(Type::String)).item(of(kind)).into()
}

impl PartialSchema for Flag {
    fn schema() -> RefOr<Schema> {
        text_or(Type::Boolean)
    }
}

impl ToSchema for Flag {
    fn name() -> Cow<'static, str> {
        "V11Flag".into()
    }
}

impl PartialSchema for Number {
    fn schema() -> RefOr<Schema> {
        text_or(Type::Integer)
    }
}

impl ToSchema for Number {
    fn name() -> Cow<'static, str> {
        "V11Number".into()
    }
}

/// One item is an object, several are a list; none is an empty list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several, or none.
    Many(Vec<T>),
}

impl<T> From<Vec<T>> for OneOrMany<T> {
    fn from(mut items: Vec<T>) -> Self {
        match (items.len(), items.pop()) {
            (1, Some(one)) => OneOrMany::One(one),
            (_, last) => {
                items.extend(last);
                OneOrMany::Many(items)
            }
        }
    }
}

/// How a call went as a whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = V11CallStatus)]
pub struct CallStatus {
    /// Whether anything was done; a text in most answers.
    success: Flag,
    /// The same once more, where the reference has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Flag>,
    /// 200, 201 when some items failed, 500 when all did.
    code: Number,
    /// In words.
    message: &'static str,
    /// How many items there are, where the reference has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<String>,
    /// How many of them went well.
    #[serde(skip_serializing_if = "Option::is_none")]
    success_count: Option<String>,
}

/// How one item went.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = V11ItemStatus)]
pub struct ItemStatus {
    /// Whether it went well; a text in most answers.
    pub success: Flag,
    /// The same once more, where the reference has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Flag>,
    /// The reference's number.
    pub code: Number,
    /// In words.
    pub message: Cow<'static, str>,
    /// What else the caller should know, where the reference has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warnings: Option<ItemWarnings>,
}

/// What the caller should know although the item went well.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = V11ItemWarnings)]
pub struct ItemWarnings {
    /// Each of them.
    pub warning: Vec<ItemWarning>,
}

/// One such thing.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = V11ItemWarning)]
pub struct ItemWarning {
    /// The reference's number.
    pub code: u32,
    /// In words.
    pub message: Cow<'static, str>,
}

impl ItemStatus {
    /// It went well.
    pub fn good(style: Style, code: u32, message: &'static str) -> Self {
        ItemStatus::new(style, true, code, message.into())
    }

    /// It did not.
    pub fn bad(style: Style, code: u32, message: impl Into<Cow<'static, str>>) -> Self {
        ItemStatus::new(style, false, code, message.into())
    }

    fn new(style: Style, success: bool, code: u32, message: Cow<'static, str>) -> Self {
        let (success, code) = (Flag(success, style), Number(code, style));
        ItemStatus { success, status: None, code, message, warnings: None }
    }

    /// With the flag said twice, as some endpoints do.
    #[must_use]
    pub fn twice(self) -> Self {
        ItemStatus { status: Some(self.success), ..self }
    }

    /// With a place for warnings, as customer endpoints have it.
    #[must_use]
    pub fn warned(self, warning: Vec<ItemWarning>) -> Self {
        ItemStatus { warnings: Some(ItemWarnings { warning }), ..self }
    }

    /// Whether it went well.
    pub fn is_good(&self) -> bool {
        self.success.0
    }
}

/// How the items of a call went together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    total: usize,
    good: usize,
}

impl Verdict {
    /// Of the items' statuses.
    pub fn of<'a>(items: impl IntoIterator<Item = &'a ItemStatus>) -> Self {
        let (mut total, mut good) = (0, 0);
        for item in items {
            total += 1;
            good += usize::from(item.is_good());
        }
        Verdict { total, good }
    }

    /// Whatever became of the items, the call went well.
    pub const fn fine() -> Self {
        Verdict { total: 1, good: 1 }
    }

    /// What a POST leaves with: 500 when all items failed.
    pub fn http(self) -> StatusCode {
        if self.all_failed() { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
    }

    fn all_failed(self) -> bool {
        self.total > 0 && self.good == 0
    }

    /// The status of the call, in an endpoint's style.
    pub fn status(self, style: Style) -> CallStatus {
        let (code, message) = if self.all_failed() {
            (500, "All requests have failed due to errors")
        } else if self.good < self.total {
            (201, "One or more requests have failed due to errors")
        } else {
            (200, "Success")
        };
        let (success, code) = (Flag(!self.all_failed(), style), Number(code, style));
        CallStatus { success, status: None, code, message, total: None, success_count: None }
    }

    /// The same with the counts, as customer endpoints have it.
    pub fn counted(self, style: Style) -> CallStatus {
        let (total, good) = (self.total.to_string(), self.good.to_string());
        CallStatus { total: Some(total), success_count: Some(good), ..self.status(style) }
    }
}

impl CallStatus {
    /// With the flag said twice, as some endpoints do.
    #[must_use]
    pub fn twice(self) -> Self {
        CallStatus { status: Some(self.success), ..self }
    }

    /// With the message in capitals, as older endpoints have it.
    #[must_use]
    pub fn loud(mut self) -> Self {
        if self.message == "Success" {
            self.message = "SUCCESS";
        }
        self
    }
}

/// A v1.1 answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = V11Answer)]
pub struct Answer<T> {
    /// The one member.
    response: AnswerBody<T>,
}

/// What stands in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = V11AnswerBody)]
pub struct AnswerBody<T> {
    /// How the call went as a whole.
    status: CallStatus,
    /// The items.
    #[serde(flatten)]
    items: T,
}

/// A v1.1 answer with HTTP 200.
pub fn answer(status: CallStatus, items: impl Serialize) -> Response {
    Json(Answer { response: AnswerBody { status, items } }).into_response()
}

/// The answer to a POST: HTTP 500 when every item failed.
pub fn answer_to_post(verdict: Verdict, status: CallStatus, items: impl Serialize) -> Response {
    (verdict.http(), answer(status, items)).into_response()
}

/// An instant as v1.1 writes it: `2026-01-31 18:30:00`, in the brand's zone and without an offset.
pub fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The items of `{"root":{"<entity>":[…]}}`, at least one; a single object stands for a list of one.
pub fn items_of<'a>(body: &'a Body, entity: &str) -> Result<Vec<Node<'a>>, Trouble> {
    let mut faults = Faults::default();
    let node = body.root().get("root").get(entity);
    let items = match node.value() {
        Some(value) if value.is_object() => vec![node.clone()],
        _ => node.items(&mut faults),
    };
    faults.into_result()?;
    if items.is_empty() {
        let words = "Invalid input. Please check request body parameters or input xml/json.";
        return Err(Trouble::bad(Fault::new(400, words)));
    }
    if items.len() > MOST_ITEMS {
        return Err(Trouble::bad(Fault::new(1060, "Batch limit size exceeded")));
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wire(value: impl Serialize) -> serde_json::Value {
        serde_json::to_value(value).unwrap()
    }

    #[test]
    fn one_is_an_object_and_several_are_a_list() {
        assert_eq!(wire(OneOrMany::from(vec![1])), json!(1));
        assert_eq!(wire(OneOrMany::from(vec![1, 2])), json!([1, 2]));
        assert_eq!(wire(OneOrMany::from(Vec::<u8>::new())), json!([]));
    }

    #[test]
    fn a_call_is_as_good_as_its_items() {
        let good = ItemStatus::good(Style::Words, 700, "Fine");
        let bad = ItemStatus::bad(Style::Words, 701, "Nobody");
        let told = |items: &[&ItemStatus]| {
            let verdict = Verdict::of(items.iter().copied());
            (verdict.http().as_u16(), wire(verdict.status(Style::Words))["code"].clone())
        };
        assert_eq!(told(&[&good, &good]), (200, json!(200)));
        assert_eq!(told(&[&good, &bad]), (200, json!(201)));
        assert_eq!(told(&[&bad, &bad]), (500, json!(500)));
        assert_eq!(told(&[]), (200, json!(200)));
    }

    #[test]
    fn each_endpoint_keeps_its_style() {
        let told = |style| wire(Verdict::fine().status(style));
        let of = |success, code| json!({ "success": success, "code": code, "message": "Success" });
        assert_eq!(told(Style::Typed), of(json!(true), json!(200)));
        assert_eq!(told(Style::Words), of(json!("true"), json!(200)));
        assert_eq!(told(Style::Texts), of(json!("true"), json!("200")));
        let counted = wire(Verdict::fine().counted(Style::Words));
        assert_eq!((&counted["total"], &counted["success_count"]), (&json!("1"), &json!("1")));
    }
}
