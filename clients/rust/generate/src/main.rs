//! Writes `src/client_message.rs` and `src/gateway_event.rs` from the wire schemas; with `--check` it only says which are out of date.
//!
//! typify makes the structs. The unions are written here, so that each variant holds a struct of its own that refuses unknown
//! fields (typify alone gives either untagged enums or variants without a type). Lengths, patterns and bounds stay out of the
//! types: the daemon checks those and says precisely what is wrong.
use std::{fmt::Write, fs, path::Path, process::ExitCode};

use schemars::schema::RootSchema;
use serde_json::{Map, Value, json};
use typify::{TypeSpace, TypeSpaceImpl, TypeSpaceSettings};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .ok_or("no repository")?;
    let checking = std::env::args().any(|argument| argument == "--check");
    let mut current = true;
    for (schema, output) in [
        ("client-message", "client_message"),
        ("gateway-event", "gateway_event"),
    ] {
        let name = format!("schemas/{schema}.schema.json");
        let text = types(
            &name,
            serde_json::from_str(&fs::read_to_string(root.join(&name))?)?,
        )?;
        let path = root.join(format!("clients/rust/src/{output}.rs"));
        if fs::read_to_string(&path).unwrap_or_default() == text {
            continue;
        }
        if checking {
            eprintln!(
                "{} is out of date with {name}: run `npm run test:rust -- --write`",
                path.display()
            );
            current = false;
        } else {
            fs::write(&path, text)?;
        }
    }
    Ok(if current {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn types(source: &str, mut schema: Value) -> Result<String> {
    relax(&mut schema);
    let mut definitions = match schema["$defs"].take() {
        Value::Object(definitions) => definitions,
        _ => Map::new(),
    };
    let title = text(&schema["title"])?;
    definitions.insert(title, schema);
    let mut settings = TypeSpaceSettings::default();
    settings
        .with_struct_builder(false)
        .with_derive("PartialEq".into())
        .with_map_type("::std::collections::BTreeMap");
    let mut enums = String::new();
    for (name, definition) in definitions.clone() {
        if definition["discriminator"].is_object() {
            enums += &union(&name, &definition, &mut definitions)?;
            definitions.insert(name.clone(), json!({}));
            settings.with_replacement(&name, &name, std::iter::empty::<TypeSpaceImpl>());
        }
    }
    let root: RootSchema = serde_json::from_value(json!({ "$defs": definitions }))?;
    let mut space = TypeSpace::new(&settings);
    space.add_root_schema(root)?;
    let file = syn::parse_str(&format!("{}\n{enums}", space.to_stream()))?;
    let banner = format!(
        "// Generated from {source} by `npm run test:rust -- --write`; change the schema, not this file.\n"
    );
    Ok(banner + &without_schemas(&prettyplease::unparse(&file)))
}

/// The enum of a tagged union; its variants become definitions without the tag.
fn union(name: &str, definition: &Value, definitions: &mut Map<String, Value>) -> Result<String> {
    let tag = text(&definition["discriminator"]["propertyName"])?;
    let mut code = String::new();
    writeln!(code, "#[doc = {:?}]", text(&definition["description"])?)?;
    writeln!(
        code,
        "#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]"
    )?;
    writeln!(
        code,
        "#[serde(tag = {tag:?}, deny_unknown_fields)]\npub enum {name} {{"
    )?;
    for branch in definition["oneOf"].as_array().ok_or("no branches")? {
        let mut branch = branch.clone();
        let title = text(&branch["title"])?;
        let value = branch["properties"]
            .as_object_mut()
            .and_then(|fields| fields.remove(&tag))
            .ok_or("no tag")?;
        if let Some(required) = branch["required"].as_array_mut() {
            required.retain(|field| *field != json!(tag));
        }
        let value = text(&value["enum"][0])?;
        writeln!(
            code,
            "#[doc = {:?}]\n#[serde(rename = {value:?})]",
            text(&branch["description"])?
        )?;
        writeln!(code, "{}({title}),", pascal(&value))?;
        definitions.insert(title, branch);
    }
    code += "}\n";
    Ok(code)
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

/// typify repeats each schema in the documentation; the schemas stand beside this crate.
fn without_schemas(code: &str) -> String {
    let mut inside = false;
    let kept = code.lines().filter(|line| {
        let text = line.trim_start().trim_start_matches('/').trim_start();
        inside |= text.starts_with("<details>");
        let keep = !inside && line.trim() != "///";
        inside &= !text.starts_with("</details>");
        keep
    });
    kept.map(|line| format!("{line}\n")).collect()
}

fn pascal(name: &str) -> String {
    let words = name
        .split('_')
        .map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}

fn text(value: &Value) -> Result<String> {
    Ok(value
        .as_str()
        .ok_or_else(|| format!("a string is missing: {value}"))?
        .to_owned())
}
