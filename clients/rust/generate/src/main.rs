//! Writes `src/client_message.rs` and `src/gateway_event.rs` from the wire schemas; with `--check` it only says which are out of date.
//!
//! typify makes the structs. The unions are written here, so that each variant holds a struct of its own that refuses unknown
//! fields (typify alone gives either untagged enums or variants without a type). Lengths, patterns and bounds stay out of the
//! types: the daemon checks those and says precisely what is wrong.
mod code;
mod schema;

use std::{fs, path::Path, process::ExitCode};

use schema::Definitions;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .ok_or("no repository")?;
    let checking = std::env::args().any(|argument| argument == "--check");
    let mut current = true;
    let mut known = Definitions::new();
    for (schema, output) in [
        ("client-message", "client_message"),
        ("gateway-event", "gateway_event"),
    ] {
        let name = format!("schemas/{schema}.schema.json");
        let path = root.join(format!("clients/rust/src/{output}.rs"));
        let parsed = serde_json::from_str(&fs::read_to_string(root.join(&name))?)?;
        let definitions = schema::definitions(parsed)?;
        let text = code::types(&name, &definitions, &known)?;
        known.extend(definitions);
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
