//! The golden examples of the protocol, which the daemon's tests read too, hold for these types.
use beluna_gateway_client::{
    Message,
    client_message::ClientMessage,
    gateway_event::{AssistantMessage, GatewayEvent},
};
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
fn an_answer_goes_back_as_it_came() {
    for example in examples("gateway-event.valid") {
        let came = &example["event"]["message"];
        if came.is_null() {
            continue;
        }
        let answer: AssistantMessage = serde_json::from_value(came.clone()).expect("an answer");
        let back = serde_json::to_string(&Message::from(answer)).expect("serializes");
        let back: Value = serde_json::from_str(&back).expect("JSON");
        assert!(same(&back, came), "{}: {back}", example["name"]);
    }
}

#[test]
fn foreign_json_keeps_the_order_of_its_keys_and_the_last_bit_of_its_numbers() {
    let line = r#"{"type":"infer","messages":[{"role":"tool","tool_call_id":"c","tool_name":"t","content":[{"type":"json","value":{"z":[1e-7,0.1,9007199254740993,-0.0],"a":1.7976931348623157e+308,"m":31.245270191439438}}]}]}"#;
    let message: ClientMessage = serde_json::from_str(line).expect("a message");
    let again = serde_json::to_string(&message).expect("serializes");
    let value = |line: &str| {
        line.split_once("\"value\":")
            .map(|(_, rest)| rest.split_once("}]").map(|(value, _)| value.to_owned()))
    };
    assert_eq!(value(&again), value(line));
}
