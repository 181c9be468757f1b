//! The golden examples of the protocol, which the daemon's tests read too, hold for these types.
use beluna_gateway_client::{client_message::ClientMessage, gateway_event::GatewayEvent};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

fn examples(name: &str) -> Vec<Value> {
    let path = format!(
        "{}/../../schemas/examples/{name}.ndjson",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).expect(&path);
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

/// Whole numbers are equal however they are written (1 and 1.0).
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// A line becomes a `T` and the same JSON again.
fn assert_round_trips<T: DeserializeOwned + Serialize>(examples: &[Value], field: &str) {
    for example in examples {
        let line = example[field].to_string();
        let value: T = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{}: {error}", example["name"]));
        let again = serde_json::to_value(value).expect("serializes");
        assert!(
            same(&again, &example[field]),
            "{}: {again}",
            example["name"]
        );
    }
}

/// What breaks the shape is refused; what only the daemon checks is taken.
fn assert_refuses<T: DeserializeOwned>(examples: &[Value], field: &str) {
    for example in examples
        .iter()
        .filter(|example| example["refused_by"] != "line")
    {
        let taken = serde_json::from_str::<T>(&example[field].to_string()).is_ok();
        assert_eq!(
            taken,
            example["refused_by"] != "types",
            "{}",
            example["name"]
        );
    }
}

#[test]
fn every_valid_message_round_trips() {
    assert_round_trips::<ClientMessage>(&examples("client-message.valid"), "message");
}

#[test]
fn every_message_of_a_wrong_shape_is_refused() {
    assert_refuses::<ClientMessage>(&examples("client-message.invalid"), "message");
}

#[test]
fn every_valid_event_round_trips() {
    assert_round_trips::<GatewayEvent>(&examples("gateway-event.valid"), "event");
}

#[test]
fn every_event_of_a_wrong_shape_is_refused() {
    assert_refuses::<GatewayEvent>(&examples("gateway-event.invalid"), "event");
}

#[test]
fn an_answer_is_taken_back_as_a_message() {
    for example in examples("gateway-event.valid") {
        if let Some(message) = example["event"]
            .get("message")
            .filter(|message| !message.is_null())
        {
            let request = serde_json::json!({ "type": "infer", "messages": [message] });
            assert!(
                serde_json::from_value::<ClientMessage>(request).is_ok(),
                "{}",
                example["name"]
            );
        }
    }
}
