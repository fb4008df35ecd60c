//! A schema as rows of a table: names indented by depth, kinds in words.

use serde_json::Value;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayItems, KnownFormat, Object, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{OpenApi, RefOr};

/// Levels shown; what lies deeper is in the document.
const DEEPEST: usize = 7;

/// One field.
#[derive(Default)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// How far inside others it stands.
    pub depth: usize,
    /// What it is: "text", "list of whole numbers".
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub about: String,
    /// The values it may take, where they are few.
    pub values: Vec<String>,
    /// Of a parameter: `path`, `query` or `header`.
    pub place: Option<&'static str>,
    /// Of a parameter: a value it may have.
    pub example: Option<String>,
}

/// A description without the marks that set words of code apart.
pub(super) fn unquoted(text: &str) -> String {
    text.replace('`', "")
}

/// What may be behind a reference: the schema, and whether null may stand in its place.
struct Known<'a> {
    schema: &'a Schema,
    nullable: bool,
}

/// The fields of a schema, each followed by those inside it.
pub fn fields(api: &OpenApi, schema: &RefOr<Schema>) -> Vec<Field> {
    let mut found = Vec::new();
    inside(api, schema, 0, &mut found);
    found
}

fn inside(api: &OpenApi, schema: &RefOr<Schema>, depth: usize, found: &mut Vec<Field>) {
    let Some(known) = resolve(api, schema) else { return };
    if depth > DEEPEST {
        return;
    }
    match known.schema {
        Schema::Object(object) => {
            for (name, property) in &object.properties {
                let mut field = describe(api, property, name, depth);
                field.required = object.required.contains(name);
                found.push(field);
                inside(api, property, depth + 1, found);
            }
            if let Some(AdditionalProperties::RefOr(value)) =
                object.additional_properties.as_deref()
            {
                found.push(describe(api, value, "(any name)", depth));
                inside(api, value, depth + 1, found);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &array.items {
                inside(api, items, depth, found);
            }
        }
        Schema::AllOf(parts) => parts.items.iter().for_each(|part| inside(api, part, depth, found)),
        Schema::OneOf(parts) => parts.items.iter().for_each(|part| inside(api, part, depth, found)),
        Schema::AnyOf(parts) => parts.items.iter().for_each(|part| inside(api, part, depth, found)),
        _ => {}
    }
}

/// One field by its schema.
pub fn describe(api: &OpenApi, schema: &RefOr<Schema>, name: &str, depth: usize) -> Field {
    let said = match schema {
        RefOr::Ref(reference) => reference.description.clone(),
        RefOr::T(schema) => about(schema),
    };
    let known = resolve(api, schema);
    let behind = known.as_ref().map(|known| about(known.schema)).unwrap_or_default();
    Field {
        name: name.to_owned(),
        depth,
        kind: kind(api, schema, false),
        about: unquoted(if said.is_empty() { &behind } else { &said }),
        values: known.map(|known| values(known.schema)).unwrap_or_default(),
        ..Field::default()
    }
}

/// Follows references and the pair "null or this".
fn resolve<'a>(api: &'a OpenApi, schema: &'a RefOr<Schema>) -> Option<Known<'a>> {
    let schema = follow(api, schema)?;
    let choices = match schema {
        Schema::OneOf(one) => &one.items,
        Schema::AnyOf(any) => &any.items,
        _ => return Some(Known { schema, nullable: is_nullable(schema) }),
    };
    let mut real = choices.iter().filter(|choice| !is_null(choice));
    match (real.next(), real.next()) {
        (Some(only), None) => Some(Known { nullable: true, ..resolve(api, only)? }),
        _ => Some(Known { schema, nullable: choices.iter().any(is_null) }),
    }
}

fn follow<'a>(api: &'a OpenApi, schema: &'a RefOr<Schema>) -> Option<&'a Schema> {
    let mut schema = schema;
    // A reference to a reference to a reference is somebody's mistake.
    for _ in 0..4 {
        match schema {
            RefOr::T(schema) => return Some(schema),
            RefOr::Ref(reference) => {
                let name = reference.ref_location.rsplit('/').next()?;
                schema = api.components.as_ref()?.schemas.get(name)?;
            }
        }
    }
    None
}

/// What stands behind a schema, for the sample.
pub(super) fn known<'a>(api: &'a OpenApi, schema: &'a RefOr<Schema>) -> Option<&'a Schema> {
    resolve(api, schema).map(|known| known.schema)
}

fn is_null(choice: &RefOr<Schema>) -> bool {
    let is = |of: &SchemaType| matches!(of, SchemaType::Type(Type::Null));
    matches!(choice, RefOr::T(Schema::Object(object)) if is(&object.schema_type))
}

fn is_nullable(schema: &Schema) -> bool {
    let of = match schema {
        Schema::Object(object) => &object.schema_type,
        Schema::Array(array) => &array.schema_type,
        _ => return false,
    };
    matches!(of, SchemaType::Array(types) if types.contains(&Type::Null))
}

fn kind(api: &OpenApi, schema: &RefOr<Schema>, many: bool) -> String {
    let Some(known) = resolve(api, schema) else { return "anything".to_owned() };
    let word = match known.schema {
        Schema::Object(object) => plain(object, many),
        Schema::Array(array) => match &array.items {
            ArrayItems::RefOrSchema(items) => format!("list of {}", kind(api, items, true)),
            ArrayItems::False => "empty list".to_owned(),
        },
        Schema::OneOf(one) => choices(api, &one.items),
        Schema::AnyOf(any) => choices(api, &any.items),
        _ => (if many { "objects" } else { "object" }).to_owned(),
    };
    if known.nullable && !many { format!("{word} or null") } else { word }
}

fn choices(api: &OpenApi, items: &[RefOr<Schema>]) -> String {
    let real = items.iter().filter(|choice| !is_null(choice));
    let mut words: Vec<String> = real.map(|choice| kind(api, choice, false)).collect();
    words.dedup();
    words.join(" or ")
}

fn plain(object: &Object, many: bool) -> String {
    let types = match &object.schema_type {
        SchemaType::Type(of) => std::slice::from_ref(of),
        SchemaType::Array(types) => types.as_slice(),
        SchemaType::AnyValue => return "anything".to_owned(),
    };
    let format = match &object.format {
        Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) => Some(("instant", "instants")),
        Some(SchemaFormat::KnownFormat(KnownFormat::Date)) => Some(("date", "dates")),
        _ => None,
    };
    let word = |of: &Type| match of {
        Type::String => format.unwrap_or(("text", "texts")),
        Type::Integer => ("whole number", "whole numbers"),
        Type::Number => ("number", "numbers"),
        Type::Boolean => ("true or false", "true or false"),
        Type::Array => ("list", "lists"),
        Type::Object => ("object", "objects"),
        Type::Null => ("null", "null"),
    };
    let real = types.iter().filter(|of| **of != Type::Null).map(word);
    real.map(|(one, more)| if many { more } else { one }).collect::<Vec<_>>().join(" or ")
}

fn about(schema: &Schema) -> String {
    let words = match schema {
        Schema::Object(object) => &object.description,
        Schema::Array(array) => &array.description,
        Schema::OneOf(one) => &one.description,
        Schema::AllOf(all) => &all.description,
        Schema::AnyOf(any) => &any.description,
        _ => &None,
    };
    words.clone().unwrap_or_default()
}

fn values(schema: &Schema) -> Vec<String> {
    let Schema::Object(object) = schema else { return Vec::new() };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    object.enum_values.iter().flatten().map(text).collect()
}
