//! The OpenAPI document (3.1), made from the code: its head, the shapes all calls share, and what is
//! added to every operation. Served at `/api/openapi.json`; `crate::reference` shows it to people.
//!
//! How a call gets into it, by the token endpoint (`orgs::access::token`):
//!
//! ```text
//! /// Fetch a token                                   the first line is the operation's summary,
//! ///                                                 the rest its description
//! #[utoipa::path(
//!     post,
//!     path = "/v3/oauth/token/generate",              the vendor's path, whole
//!     operation_id = "generateToken",                 camelCase, one operation's in the document
//!     tag = "Tokens",                                 one of TAGS
//!     params(("badgeId" = String, Path, description = "…", example = "65…")),
//!     request_body = TokenRequest,                    a ToSchema struct that only describes the body
//!     responses((status = 200, description = "…", body = Gateway<BadgeGroup>))
//! )]
//! async fn generate(…) -> Response
//!
//! pub fn calls() -> OpenApiRouter<App> {
//!     OpenApiRouter::default()
//!         .routes(routes!(list, create))              handlers of the same path together
//!         .route("/v1/badges/…", get(list))           an alias: served, named in the description only
//! }
//! ```
//!
//! and one line in `app::calls`. What every call may answer (401, 403, 429, 500 and the refusals of 400
//! and 404), the security it asks for and the headers it takes come from [`complete`]: a handler says
//! what is its own. `tests/console/openapi.rs` compares router and document, replays the vendor's
//! examples against the schemas, and sends nonsense to every operation.
//!
//! Schemas share one namespace: two structs of one name are one schema, so name them by their noun
//! (`BadgeGroupAnswer`, never `Body`). A field that may be absent or null is an `Option`; one that is
//! always there but may be null says `#[schema(required)]` besides.
//!
//! Why the document asks for no sign-in: it tells what the product can do, which its source tells
//! too, and nothing of any brand; generators of clients fetch it without a browser's session.

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr,
    ResponseBuilder, Server,
};
use utoipa::{PartialSchema, ToSchema};

use crate::api::envelope::Family;
use crate::api::v11::Flag;

/// The sections of the reference, in its order: name and what stands in it.
pub const TAGS: &[(&str, &str)] = &[
    ("Tokens", "A client's key and secret for a token that signs its calls."),
    ("Badges", "What badges are: create, change, look up, activate, claim."),
    ("Badge groups", "Groups that rank badges."),
    ("Badge custom fields", "Fields of the brand's own on badges."),
    ("Badge settings", "What holds for all badges of a brand."),
    (
        "Enrol and issue",
        "Give badges to customers and take them back. The wire says issue for enrol and earn for issue.",
    ),
    ("Customers' badges", "What a customer may enrol for, may get, has and had."),
    ("Customers", "Add, change, look up and search customers."),
    ("Coupon series", "What coupons are: value, rules, expiry."),
    ("Coupons", "Issue, redeem, move the expiry of and revoke coupons."),
    ("Coupon uploads", "Ready-made codes and redemptions as files."),
    ("Approval requests", "Enrolments and issues that wait for a second person."),
    ("Goodwill requests", "Coupons asked for out of goodwill, and their approval."),
    ("Audits", "Who changed what."),
];

const ABOUT: &str = "\
The API of a Guerdon server, compatible with the paths, bodies and codes of the incentives API it stands in for.\n\n\
Sign each call with a till's code and the MD5 of its password (Basic), or with a token fetched with a client's key \
and secret. What a till or client may touch is said by its access group.\n\n\
Unknown fields and parameters are ignored; numbers may come as text; every violation found is told in one answer. \
Send X-CAP-REQUEST-ID to name a call: the answer's X-Cap-Requestid repeats it, and a v2 call that issues or redeems \
coupons, sent again within a day under the same id, is answered again and not done again. Calls beyond a till's or \
client's rate are answered 429 with Retry-After.\n\n\
X-CAP-API-ATTRIBUTION-ENTITY-TYPE and -ENTITY-CODE say at which till or store a call happens.";

/// One violation, as the badge family says it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Violation {
    /// The number of the violation.
    #[schema(example = 725)]
    pub code: u32,
    /// What is wrong, in words.
    #[schema(example = "Badge name cannot be duplicate")]
    pub message: String,
    /// The JSON path it is about; null when it is about the whole call.
    #[schema(example = "name")]
    pub reference: Option<String>,
}

/// A badge call that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct GatewayRefusal {
    /// Nothing.
    #[schema(value_type = Option<Object>)]
    pub data: Option<()>,
    /// Every violation found.
    #[schema(min_items = 1)]
    pub errors: Vec<Violation>,
    /// Nothing.
    pub warnings: Option<Vec<Violation>>,
}

/// What happened, as the v2 family says it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusCodeEntry {
    /// Whether it went well; `false` in errors and warnings.
    #[schema(example = false)]
    pub status: bool,
    /// Its number.
    #[schema(example = 400)]
    pub code: u32,
    /// Its words.
    pub message: String,
}

/// A v2 call that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct V2Refusal {
    /// Every violation found.
    #[schema(min_items = 1)]
    pub errors: Vec<StatusCodeEntry>,
    /// Nothing.
    pub warnings: Vec<StatusCodeEntry>,
    /// `false`.
    #[schema(example = false)]
    pub success: bool,
}

/// A v1.1 call that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct V1Refusal {
    /// The one member of every v1.1 answer.
    pub response: V1RefusalResponse,
}

/// What stands in a refused v1.1 answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct V1RefusalResponse {
    /// The outcome of the call.
    pub status: V1Status,
}

/// The outcome of a v1.1 call.
#[derive(Debug, Serialize, ToSchema)]
pub struct V1Status {
    /// `"true"` or `"false"`; a truth in the answers of some endpoints.
    #[schema(value_type = Flag, example = "false")]
    pub success: String,
    /// Its number.
    #[schema(example = 500)]
    pub code: u32,
    /// Its words.
    pub message: String,
}

/// A token that was not given.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenRefusal {
    /// Nothing.
    #[schema(value_type = Option<Object>)]
    pub data: Option<()>,
    /// Why.
    #[schema(min_items = 1)]
    pub errors: Vec<TokenRefusalEntry>,
}

/// Why a token was not given.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenRefusalEntry {
    /// Its number.
    #[schema(example = 401)]
    pub code: u32,
    /// Its words.
    #[schema(example = "Failed to generate OAuth token")]
    pub message: String,
}

/// Name of the schema a family refuses in.
const fn refusal(family: Family) -> &'static str {
    match family {
        Family::Gateway => "GatewayRefusal",
        Family::V2 => "V2Refusal",
        Family::V1 => "V1Refusal",
        Family::Token => "TokenRefusal",
    }
}

/// What any call may be answered, whatever it is about.
const COMMON: &[(&str, &str)] = &[
    ("400", "Refused: the call says something that cannot be. Every violation is listed."),
    ("401", "No credentials, or wrong ones."),
    ("403", "The access group does not go that far."),
    ("404", "No such thing in this brand."),
    ("429", "More calls than the rate allows; Retry-After says when to come again."),
    ("500", "Ours to mend; nothing was written."),
];

/// The document before any room has added its calls.
pub fn head() -> OpenApi {
    let tag = |(name, words): &(&str, &str)| {
        TagBuilder::new().name(*name).description(Some(*words)).build()
    };
    let info = InfoBuilder::new()
        .title("Guerdon API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .tags(Some(TAGS.iter().map(tag)))
        .components(Some(shared()))
        .security(Some([signed("basic"), signed("token")]))
        .build()
}

fn signed(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new(scheme, Vec::<String>::new())
}

/// Schemas, answers and ways to sign that all calls share.
fn shared() -> Components {
    let mut shared = Components::new();
    let mut schemas = Vec::new();
    for family in
        [keep::<GatewayRefusal>, keep::<V2Refusal>, keep::<V1Refusal>, keep::<TokenRefusal>]
    {
        family(&mut schemas);
    }
    shared.schemas.extend(schemas);
    for family in [Family::Gateway, Family::V2, Family::V1, Family::Token] {
        for (status, words) in COMMON {
            let schema = Ref::from_schema_name(refusal(family));
            let content = ContentBuilder::new().schema(Some(schema)).build();
            let response =
                ResponseBuilder::new().description(*words).content("application/json", content);
            shared.responses.insert(common(family, status), response.build().into());
        }
    }
    let basic = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("A till's code, and the MD5 of its password in lower-case hex."))
        .build();
    let token = ApiKeyValue::with_description(
        "X-CAP-API-OAUTH-TOKEN",
        "A token from /v3/oauth/token/generate; `Authorization: Bearer` carries it too.",
    );
    let schemes = [
        ("basic", SecurityScheme::Http(basic)),
        ("token", SecurityScheme::ApiKey(ApiKey::Header(token))),
    ];
    for (name, scheme) in schemes {
        shared.security_schemes.insert(name.to_owned(), scheme.into());
    }
    shared
}

type Schemas = Vec<(String, RefOr<utoipa::openapi::Schema>)>;

fn keep<T: ToSchema + PartialSchema>(schemas: &mut Schemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

fn common(family: Family, status: &str) -> String {
    format!("{}{status}", refusal(family))
}

/// Numbers of refusals with their sentences, as the calls of some tags give them.
pub type Codes<'a> = (&'a [&'a str], Vec<(u32, &'a str)>);

/// The key under which a tag holds its [`Codes`].
pub const CODES: &str = "x-codes";

/// Adds to every operation what it shares with all others of its family, and to tags their numbers.
#[must_use]
pub fn complete(mut document: OpenApi, codes: &[Codes<'_>]) -> OpenApi {
    for tag in document.tags.iter_mut().flatten() {
        let known = codes.iter().filter(|(tags, _)| tags.contains(&tag.name.as_str()));
        let all: Vec<Value> = known
            .flat_map(|(_, codes)| codes)
            .map(|(code, words)| json!({ "code": code, "message": words }))
            .collect();
        if !all.is_empty() {
            tag.extensions = Some(Extensions::from_iter([(CODES, Value::Array(all))]));
        }
    }
    for (path, item) in &mut document.paths.paths {
        let family = Family::of(path);
        for operation in operations(item) {
            for (status, _) in COMMON {
                let shared = Ref::from_response_name(common(family, status));
                let answers = &mut operation.responses.responses;
                answers.entry((*status).to_owned()).or_insert(RefOr::Ref(shared));
            }
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// The finished document, as text for programs and as it is for the reference page.
#[derive(Clone)]
pub struct Document {
    /// What the reference page reads.
    pub api: Arc<OpenApi>,
    json: Option<Bytes>,
}

impl Document {
    /// Of a document that is complete.
    pub fn new(api: OpenApi) -> Self {
        let json = api.to_pretty_json().map(Bytes::from);
        let json = json.inspect_err(|error| tracing::error!(%error, "the API has no document"));
        Document { api: Arc::new(api), json: json.ok() }
    }
}

/// `/api/openapi.json`.
pub fn routes<S: Clone + Send + Sync + 'static>(document: &Document) -> Router<S> {
    let json = document.json.clone();
    Router::new().route("/api/openapi.json", get(move || async move { as_text(json) }))
}

fn as_text(json: Option<Bytes>) -> Response {
    match json {
        Some(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
