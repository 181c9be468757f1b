//! The client against a real daemon and a simulated model server, both from this checkout.
mod house;

use beluna_gateway_client::{
    Client, Error, ErrorKind, FinalEvent, GatewayEvent, InferRequest, Message, ProbeRequest, Tool,
    ToolPart, client_message::ToolChoice, gateway_event::CompletedEventFinishReason,
};
use house::House;
use serde_json::json;

fn ask(model: &str, text: &str) -> InferRequest {
    InferRequest {
        model: Some(model.into()),
        ..InferRequest::new([Message::user(text)])
    }
}

#[tokio::test]
async fn an_answer_streams_and_its_deltas_are_its_text() {
    let Some(house) = House::open().await else {
        return;
    };
    let client = house.client().await;
    let mut answer = client.infer(ask("sim-words-5000", "Tell a long story"));
    let mut text = String::new();
    while let Some(event) = answer.next().await {
        if let GatewayEvent::OutputTextDelta(event) = event.unwrap() {
            text += &event.delta;
        }
    }
    let end = answer.finish().await.unwrap().completed().unwrap();
    assert_eq!(end.finish_reason, CompletedEventFinishReason::Stop);
    assert!(text.ends_with("word4999 "), "{text}");
    assert_eq!(end.message.text(), text);
}

#[tokio::test]
async fn many_requests_share_a_connection() {
    let Some(house) = House::open().await else {
        return;
    };
    let client = house.client().await;
    let answers: Vec<_> = (0..40)
        .map(|n| client.infer(ask("sim-text", &format!("number {n}"))))
        .collect();
    for (n, answer) in answers.into_iter().enumerate() {
        let end = answer.finish().await.unwrap().completed().unwrap();
        let text = end.message.text();
        assert!(text.contains(&format!("number {n}”")), "{text}");
    }
}

#[tokio::test]
async fn a_dropped_request_ends_at_the_provider_too() {
    let Some(house) = House::start().await else {
        return;
    };
    let client = house.client().await;
    let mut answer = client.infer(ask("sim-words-100000+slow-10", "Tell a long story"));
    let started = answer.next().await.unwrap().unwrap();
    assert!(matches!(started, GatewayEvent::Started(_)), "{started:?}");
    let output = answer.next().await.unwrap().unwrap();
    assert!(
        matches!(output, GatewayEvent::OutputTextDelta(_)),
        "{output:?}"
    );
    drop(answer);
    assert!(house.simulator_says("(the caller left)").await);
}

#[tokio::test]
async fn a_tool_call_is_answered_in_the_next_turn() {
    let Some(house) = House::open().await else {
        return;
    };
    let client = house.client().await;
    let schema = json!({ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] });
    let weather = Tool {
        name: "weather".into(),
        input_schema: serde_json::from_value(schema).unwrap(),
        ..Tool::default()
    };
    let mut history = vec![Message::user("What is the weather in Oslo?")];
    let request = |messages: &[Message], choice| InferRequest {
        tools: vec![weather.clone()],
        tool_choice: Some(choice),
        ..InferRequest::new(messages.to_vec())
    };
    let mut answer = client.infer(request(&history, ToolChoice::Name("weather".into())));
    let mut calls = Vec::new();
    while let Some(event) = answer.next().await {
        if let GatewayEvent::ToolCallReady(event) = event.unwrap() {
            calls.push(event.call);
        }
    }
    let end = answer.finish().await.unwrap().completed().unwrap();
    assert_eq!(end.finish_reason, CompletedEventFinishReason::ToolCalls);
    history.push(end.message.into());
    for call in &calls {
        assert_eq!(call.arguments_json, r#"{"city":"Oslo"}"#);
        let content = vec![ToolPart::json(json!({ "celsius": 7 }))];
        history.push(Message::tool_result(call, content));
    }
    let end = client
        .infer(request(&history, ToolChoice::Auto))
        .finish()
        .await;
    let text = end.unwrap().completed().unwrap().message.text();
    assert_eq!(text, r#"The tools say: {"celsius":7}"#);
}

#[tokio::test]
async fn a_failure_is_an_event_with_what_had_come() {
    let Some(house) = House::open().await else {
        return;
    };
    let client = house.client().await;
    let cut = client.infer(ask("sim-words-900+cut-9000", "Tell a long story"));
    let FinalEvent::Failed(event) = cut.finish().await.unwrap() else {
        panic!("it did not fail");
    };
    assert_eq!(event.error.kind, ErrorKind::Transport);
    assert!(event.message.unwrap().text().starts_with("word0 word1 "));
    let nowhere = InferRequest {
        target: Some("nowhere".into()),
        ..ask("m", "hi")
    };
    match client.infer(nowhere).finish().await.unwrap().completed() {
        Err(Error::Failed(event)) => {
            assert_eq!(event.error.code.as_deref(), Some("unknown_target"))
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_daemon_tells_its_status_and_probes_its_targets() {
    let Some(house) = House::open().await else {
        return;
    };
    let client = house.client().await;
    let status = client.status().await.unwrap();
    assert_eq!(status.default_target.as_deref(), Some("local"));
    let probed = client.probe(ProbeRequest::new("local")).await.unwrap();
    assert_eq!(probed.target, "local");
    match client.probe(ProbeRequest::new("nowhere")).await {
        Err(Error::Failed(event)) => assert_eq!(event.error.kind, ErrorKind::NotFound),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_line_too_long_fails_and_the_connection_lives_on() {
    let Some(house) = House::open().await else {
        return;
    };
    let client = house.client().await;
    let long = client.infer(ask("sim-text", &"long ".repeat(house::MAX_LINE_BYTES / 5)));
    let FinalEvent::Failed(event) = long.finish().await.unwrap() else {
        panic!("it did not fail");
    };
    assert_eq!(event.error.code.as_deref(), Some("line_too_long"));
    assert!(
        client
            .infer(ask("sim-text", "hi"))
            .finish()
            .await
            .unwrap()
            .completed()
            .is_ok()
    );
}

#[tokio::test]
async fn exit_stops_the_daemon_and_another_connection_finds_nobody() {
    let Some(mut house) = House::start().await else {
        return;
    };
    let client = house.client().await;
    client.exit().await.unwrap();
    assert!(matches!(client.status().await, Err(Error::Lost { .. })));
    house.wait_until_stopped();
    assert!(matches!(
        Client::connect(house.socket()).await,
        Err(Error::Connect { .. })
    ));
}

#[tokio::test]
async fn the_example_asks() {
    let Some(house) = House::open().await else {
        return;
    };
    let asked = house.example("ask", &["Say hi"]);
    assert_eq!(asked, (true, "A simulated answer to “Say hi”.\n".into()));
    assert_eq!(
        house.example("ask", &["Say hi", "nowhere"]),
        (false, "\n".into())
    );
}
