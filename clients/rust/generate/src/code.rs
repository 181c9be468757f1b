//! The Rust text of a set of definitions.
use std::fmt::Write;

use schemars::schema::RootSchema;
use serde_json::{Map, Value, json};
use typify::{TypeSpace, TypeSpaceImpl, TypeSpacePatch, TypeSpaceSettings};

use crate::{
    Result,
    schema::{
        Definitions, branches, is_content, is_map, is_union, shared, tag, text, wants_default,
    },
};

const DERIVES: &str =
    "#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]";

/// The module for `definitions`; those that `known` (the client's messages) has already are taken from there.
pub fn types(source: &str, definitions: &Definitions, known: &Definitions) -> Result<String> {
    let mut settings = TypeSpaceSettings::default();
    settings
        .with_struct_builder(false)
        .with_derive("PartialEq".into())
        .with_map_type("::std::collections::BTreeMap");
    let shared = shared(definitions, known);
    let mut uses = String::new();
    let mut written_here = String::new();
    let mut replaced = Map::new();
    for (name, definition) in definitions {
        let replacement = if shared.contains(name) {
            write!(uses, "{name},")?;
            name.as_str()
        } else if is_union(definition) {
            written_here += &union(name, definition)?;
            name
        } else if is_content(definition) {
            written_here += &content(name, definition)?;
            name
        } else if is_map(definition) {
            "::std::collections::BTreeMap<String, String>"
        } else {
            if wants_default(definition, definitions) {
                settings.with_patch(name, TypeSpacePatch::default().with_derive("Default"));
            }
            replaced.insert(name.clone(), definition.clone());
            continue;
        };
        settings.with_replacement(name, replacement, std::iter::empty::<TypeSpaceImpl>());
        replaced.insert(name.clone(), json!({}));
    }
    if !uses.is_empty() {
        uses = format!("pub use crate::client_message::{{{uses}}};");
    }
    let root: RootSchema = serde_json::from_value(json!({ "$defs": replaced }))?;
    let mut space = TypeSpace::new(&settings);
    space.add_root_schema(root)?;
    let structs = space
        .to_stream()
        .to_string()
        .replace(":: std :: option :: Option <", "Option <")
        .replace(":: std :: vec :: Vec <", "Vec <")
        .replace(":: std :: string :: String", "String");
    let mut file = syn::parse_str(&format!("{uses}\n{structs}\n{written_here}"))?;
    drop_conversions(&mut file);
    let banner = format!(
        "// Generated from {source} by `npm run test:rust -- --write`; change the schema, not this file.\n"
    );
    Ok(banner + &without_schemas(&prettyplease::unparse(&file)))
}

/// The enum of a tagged union.
fn union(name: &str, definition: &Value) -> Result<String> {
    let tag = tag(definition)?;
    let mut code = String::new();
    writeln!(code, "#[doc = {:?}]", text(&definition["description"])?)?;
    writeln!(
        code,
        "{DERIVES}\n#[serde(tag = {tag:?}, deny_unknown_fields)]"
    )?;
    writeln!(code, "pub enum {name} {{")?;
    for branch in branches(definition)? {
        let value = text(&branch["properties"][&tag]["enum"][0])?;
        writeln!(code, "#[doc = {:?}]", text(&branch["description"])?)?;
        writeln!(code, "#[serde(rename = {value:?})]")?;
        writeln!(code, "{}({}),", pascal(&value), text(&branch["title"])?)?;
    }
    Ok(code + "}\n")
}

/// The enum of a message's content, and what becomes one by itself.
fn content(name: &str, definition: &Value) -> Result<String> {
    let part = text(&definition["items"]["$ref"])?;
    let part = part.trim_start_matches("#/$defs/");
    let about = text(&definition["description"])?;
    let mut code = format!(
        "#[doc = {about:?}]\n{DERIVES}\n#[serde(untagged)]\npub enum {name} {{
            #[doc = \"Short for one text part.\"]\nText(String),
            #[doc = \"Parts, in order.\"]\nParts(Vec<{part}>),
        }}
        impl Default for {name} {{ fn default() -> Self {{ Self::Parts(Vec::new()) }} }}\n"
    );
    for (from, to) in [
        ("&str".to_owned(), "Text(value.to_owned())"),
        ("String".to_owned(), "Text(value)"),
        (format!("Vec<{part}>"), "Parts(value)"),
    ] {
        writeln!(
            code,
            "impl From<{from}> for {name} {{ fn from(value: {from}) -> Self {{ Self::{to} }} }}"
        )?;
    }
    Ok(code)
}

/// Takes out typify's ways from strings to enums: serde has them.
fn drop_conversions(file: &mut syn::File) {
    file.items.retain(|item| match item {
        syn::Item::Mod(_) => false,
        syn::Item::Impl(item) => !item.trait_.as_ref().is_some_and(|(_, path, _)| {
            path.segments
                .last()
                .is_some_and(|last| last.ident == "TryFrom" || last.ident == "FromStr")
        }),
        _ => true,
    });
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
