//! What a body looks like: the example where the document has one, else a made-up one in the order of
//! its fields.

use serde_json::Value;
use utoipa::openapi::schema::{ArrayItems, Object, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Content, OpenApi, RefOr};

use super::schema::known;

/// Levels written out; what lies deeper is left empty.
const DEEPEST: usize = 8;

/// As indented text.
pub fn of(api: &OpenApi, content: &Content) -> Option<String> {
    if let Some(example) = &content.example {
        return serde_json::to_string_pretty(example).ok();
    }
    let mut text = String::new();
    write(api, content.schema.as_ref()?, 0, &mut text);
    Some(text)
}

fn write(api: &OpenApi, schema: &RefOr<Schema>, depth: usize, to: &mut String) {
    let Some(schema) = known(api, schema).filter(|_| depth < DEEPEST) else {
        to.push_str("null");
        return;
    };
    if let Some(example) = example(schema) {
        let text = serde_json::to_string_pretty(example).unwrap_or_default();
        to.push_str(&text.replace('\n', &format!("\n{}", "  ".repeat(depth))));
        return;
    }
    match schema {
        Schema::Object(object) if !object.properties.is_empty() => members(api, object, depth, to),
        Schema::Object(object) => to.push_str(plain(object)),
        Schema::Array(array) => match &array.items {
            ArrayItems::RefOrSchema(items) => {
                to.push('[');
                write(api, items, depth, to);
                to.push(']');
            }
            ArrayItems::False => to.push_str("[]"),
        },
        Schema::OneOf(one) => first(api, &one.items, depth, to),
        Schema::AnyOf(any) => first(api, &any.items, depth, to),
        Schema::AllOf(all) => first(api, &all.items, depth, to),
        _ => to.push_str("null"),
    }
}

fn first(api: &OpenApi, items: &[RefOr<Schema>], depth: usize, to: &mut String) {
    match items.first() {
        Some(item) => write(api, item, depth + 1, to),
        None => to.push_str("null"),
    }
}

fn members(api: &OpenApi, object: &Object, depth: usize, to: &mut String) {
    to.push('{');
    for (place, (name, property)) in object.properties.iter().enumerate() {
        if place > 0 {
            to.push(',');
        }
        to.push('\n');
        to.push_str(&"  ".repeat(depth + 1));
        to.push_str(&Value::String(name.clone()).to_string());
        to.push_str(": ");
        write(api, property, depth + 1, to);
    }
    to.push('\n');
    to.push_str(&"  ".repeat(depth));
    to.push('}');
}

fn example(schema: &Schema) -> Option<&Value> {
    match schema {
        Schema::Object(object) => {
            let given = object.example.as_ref().or(object.examples.first());
            given.or(object.default.as_ref()).or(object.enum_values.iter().flatten().next())
        }
        Schema::Array(array) => array.example.as_ref().or(array.examples.first()),
        _ => None,
    }
}

fn plain(object: &Object) -> &'static str {
    let of = match &object.schema_type {
        SchemaType::Type(of) => of,
        SchemaType::Array(types) => types.first().unwrap_or(&Type::Null),
        SchemaType::AnyValue => &Type::Null,
    };
    match of {
        Type::String => match &object.format {
            Some(SchemaFormat::KnownFormat(_)) => r#""2026-11-26T09:00:00Z""#,
            _ => r#""text""#,
        },
        Type::Integer => "1",
        Type::Number => "1.5",
        Type::Boolean => "true",
        Type::Array => "[]",
        Type::Object => "{}",
        Type::Null => "null",
    }
}
