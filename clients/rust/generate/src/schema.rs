//! What the schemas say, as far as types can say it.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::Result;

/// Named schemas: a union's branches stand beside it, without their tag.
pub type Definitions = BTreeMap<String, Value>;

pub fn definitions(mut schema: Value) -> Result<Definitions> {
    relax(&mut schema);
    let mut found = Definitions::new();
    if let Value::Object(definitions) = schema["$defs"].take() {
        found.extend(definitions);
    }
    found.insert(text(&schema["title"])?, schema);
    let unions: Vec<Value> = found.values().filter(|d| is_union(d)).cloned().collect();
    for union in unions {
        let tag = tag(&union)?;
        for branch in branches(&union)? {
            let mut branch = branch.clone();
            if let Some(fields) = branch["properties"].as_object_mut() {
                fields.remove(&tag);
            }
            if let Some(required) = branch["required"].as_array_mut() {
                required.retain(|field| *field != json!(tag));
            }
            found.insert(text(&branch["title"])?, branch);
        }
    }
    let contents: Vec<(String, Value)> = found
        .iter_mut()
        .filter_map(|(name, definition)| {
            let content = definition.get_mut("properties")?.get_mut("content")?;
            if content["type"] != json!(["string", "array"]) {
                return None;
            }
            let name = format!("{name}Content");
            let reference = json!({ "$ref": format!("#/$defs/{name}") });
            Some((name, std::mem::replace(content, reference)))
        })
        .collect();
    found.extend(contents);
    Ok(found)
}

pub fn is_union(definition: &Value) -> bool {
    definition["discriminator"].is_object()
}

/// Text or parts.
pub fn is_content(definition: &Value) -> bool {
    definition["type"] == json!(["string", "array"])
}

/// Any names, one kind of values.
pub fn is_map(definition: &Value) -> bool {
    definition["additionalProperties"].is_object() && definition["properties"].is_null()
}

pub fn tag(union: &Value) -> Result<String> {
    text(&union["discriminator"]["propertyName"])
}

pub fn branches(union: &Value) -> Result<&Vec<Value>> {
    Ok(union["oneOf"].as_array().ok_or("no branches")?)
}

pub fn text(value: &Value) -> Result<String> {
    Ok(value
        .as_str()
        .ok_or_else(|| format!("a string is missing: {value}"))?
        .to_owned())
}

/// The names that mean the same in both, down to the last of what they refer to.
pub fn shared(definitions: &Definitions, known: &Definitions) -> BTreeSet<String> {
    let mut shared: BTreeSet<String> = definitions
        .iter()
        .filter(|(name, definition)| known.get(*name) == Some(definition))
        .map(|(name, _)| name.clone())
        .collect();
    loop {
        let before = shared.len();
        let kept = shared.clone();
        shared.retain(|name| references(&definitions[name]).is_subset(&kept));
        if shared.len() == before {
            return shared;
        }
    }
}

fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(fields) => match reference(fields) {
            Some(name) => BTreeSet::from([name]),
            None => fields.values().flat_map(references).collect(),
        },
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

fn reference(fields: &Map<String, Value>) -> Option<String> {
    let target = fields.get("$ref")?.as_str()?;
    Some(target.rsplit('/').next().unwrap_or_default().to_owned())
}

/// An object with required fields, all of which can be empty. (typify itself sees to those without required fields.)
pub fn wants_default(definition: &Value, definitions: &Definitions) -> bool {
    let required = definition["required"].as_array();
    required.is_some_and(|fields| !fields.is_empty()) && can_be_empty(definition, definitions)
}

fn can_be_empty(definition: &Value, definitions: &Definitions) -> bool {
    if let Some(name) = definition.as_object().and_then(reference) {
        return definitions
            .get(&name)
            .is_some_and(|definition| can_be_empty(definition, definitions));
    }
    if is_union(definition) || definition["enum"].is_array() {
        return false;
    }
    let required = definition["required"].as_array();
    is_content(definition)
        || matches!(
            definition["type"].as_str(),
            Some("string" | "array" | "object")
        ) && required.is_none_or(|fields| {
            fields.iter().all(|field| {
                let field = &definition["properties"][field.as_str().unwrap_or_default()];
                can_be_empty(field, definitions)
            })
        })
}

/// Takes out what a type cannot say.
fn relax(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.retain(|name, value| match name.as_str() {
                "pattern" | "minLength" | "minItems" | "maxProperties" | "maximum" => {
                    value.is_object()
                }
                "const" => value.is_string() || value.is_object(),
                _ => true,
            });
            match fields.get("minimum").and_then(Value::as_i64) {
                Some(minimum) if minimum < 0 || fields["type"] == "number" => {
                    drop(fields.remove("minimum"))
                }
                Some(_) => drop(fields.insert("minimum".into(), json!(0))),
                None => {}
            }
            if let Some(value) = fields.remove("const") {
                fields.insert("enum".into(), json!([value]));
            }
            // typify keeps unknown fields only where a schema stands for them
            if fields.get("additionalProperties") == Some(&json!(true))
                && fields.contains_key("properties")
            {
                fields.insert("additionalProperties".into(), json!({}));
            }
            fields.values_mut().for_each(relax);
        }
        Value::Array(items) => items.iter_mut().for_each(relax),
        _ => {}
    }
}
