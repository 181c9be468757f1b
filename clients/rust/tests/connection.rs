//! What the client does with a connection, held against a daemon that these tests play themselves.
use std::{future::Future, time::Duration};

use beluna_gateway_client::{
    Client, Error, FinalEvent, GatewayEvent, InferRequest, Inference, Message, ProbeRequest,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::yield_now,
    time::timeout,
};

/// For what happens at once unless it never does.
const PATIENCE: Duration = Duration::from_secs(20);

/// The daemon's side.
struct Peer {
    input: BufReader<OwnedReadHalf>,
    output: OwnedWriteHalf,
}

fn connected() -> (Client, Peer) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let (input, output) = theirs.into_split();
    let input = BufReader::new(input);
    (Client::from_stream(ours), Peer { input, output })
}

impl Peer {
    /// The next line; null at the end of the input.
    async fn line(&mut self) -> Value {
        let mut line = String::new();
        let read = timeout(PATIENCE, self.input.read_line(&mut line)).await;
        read.expect("the client says nothing").unwrap();
        serde_json::from_str(&line).unwrap_or(Value::Null)
    }

    async fn id(&mut self) -> String {
        self.line().await["request_id"].as_str().unwrap().to_owned()
    }

    async fn tell(&mut self, event: Value) {
        self.output
            .write_all(format!("{event}\n").as_bytes())
            .await
            .unwrap();
    }
}

fn say(text: &str) -> InferRequest {
    InferRequest::new([Message::user(text)])
}

fn delta(request_id: &str, delta: &str) -> Value {
    json!({ "type": "output_text_delta", "request_id": request_id, "part": 0, "delta": delta })
}

fn ending(kind: &str, request_id: Value, own: Value) -> Value {
    let mut event = json!({
        "type": kind, "request_id": request_id, "target": null, "model": null, "message": null, "usage": null,
        "cost": null, "timing": null, "attempts": [], "warnings": [], "provider_metadata": null, "metadata": {},
    });
    event
        .as_object_mut()
        .unwrap()
        .extend(own.as_object().unwrap().clone());
    event
}

fn completed(request_id: &str, text: &str) -> Value {
    let message = json!({ "role": "assistant", "content": [{ "type": "text", "text": text }] });
    ending(
        "completed",
        json!(request_id),
        json!({ "finish_reason": "stop", "message": message }),
    )
}

fn cancelled(request_id: &str) -> Value {
    ending(
        "cancelled",
        json!(request_id),
        json!({ "reason": "client_cancel" }),
    )
}

fn failed(request_id: Value, code: &str) -> Value {
    let error = json!({
        "kind": "invalid_request", "code": code, "message": "no", "retryable": false, "retry_after_ms": null,
        "pointer": null, "target": null, "model": null, "provider": null,
    });
    ending("failed", request_id, json!({ "error": error }))
}

/// The deltas up to the end, and the end.
async fn read(mut answer: Inference) -> (String, Result<FinalEvent, Error>) {
    let mut text = String::new();
    while let Some(event) = answer.next().await {
        if let Ok(GatewayEvent::OutputTextDelta(event)) = event {
            text += &event.delta;
        }
    }
    (text, answer.finish().await)
}

fn text_of(end: Result<FinalEvent, Error>) -> String {
    end.unwrap().completed().unwrap().message.text()
}

/// Lets everything run that can.
async fn settle() {
    for _ in 0..100 {
        yield_now().await;
    }
}

#[tokio::test]
async fn each_request_gets_its_own_events_in_their_order() {
    let (client, mut peer) = connected();
    let answers = [client.infer(say("one")), client.infer(say("two"))];
    let ids = [peer.id().await, peer.id().await];
    assert_eq!(
        ids,
        answers
            .each_ref()
            .map(|answer| answer.request_id().to_owned())
    );
    assert_ne!(ids[0], ids[1]);
    for event in [
        delta(&ids[1], "b1 "),
        delta(&ids[0], "a1 "),
        delta(&ids[0], "a2"),
        completed(&ids[0], "a"),
        delta(&ids[1], "b2"),
        completed(&ids[1], "b"),
    ] {
        peer.tell(event).await;
    }
    let [one, two] = answers;
    let (text, end) = read(one).await;
    assert_eq!((text.as_str(), text_of(end).as_str()), ("a1 a2", "a"));
    let (text, end) = read(two).await;
    assert_eq!((text.as_str(), text_of(end).as_str()), ("b1 b2", "b"));
}

#[tokio::test]
async fn a_request_goes_out_as_it_is_written_with_an_id() {
    let (client, mut peer) = connected();
    let own = InferRequest {
        request_id: Some("mine".into()),
        ..say("hi")
    };
    let (_made, _own) = (client.infer(say("hi")), client.infer(own));
    let messages = json!([{ "role": "user", "content": "hi" }]);
    let line = json!({ "type": "infer", "request_id": "auto.1", "messages": messages });
    assert_eq!(peer.line().await, line);
    let line = json!({ "type": "infer", "request_id": "mine", "messages": messages });
    assert_eq!(peer.line().await, line);
}

#[tokio::test]
async fn ids_that_cannot_be_used_are_refused_here_and_free_again_after_the_end() {
    let (client, mut peer) = connected();
    let own = |id: &str| {
        client.infer(InferRequest {
            request_id: Some(id.into()),
            ..say("hi")
        })
    };
    let first = own("mine");
    for id in ["mine", "", "with blank", "ä", "auto.7", &"x".repeat(129)] {
        let (_, end) = read(own(id)).await;
        assert!(matches!(end, Err(Error::NotSent { .. })), "{id}: {end:?}");
    }
    peer.tell(completed("mine", "one")).await;
    assert_eq!(text_of(read(first).await.1), "one");
    let second = own("mine");
    peer.tell(completed("mine", "two")).await;
    assert_eq!(text_of(second.finish().await), "two");
}

#[tokio::test]
async fn dropping_a_running_request_cancels_it_once_and_an_ended_one_not_at_all() {
    let (client, mut peer) = connected();
    let (running, ended) = (client.infer(say("one")), client.infer(say("two")));
    let ids = [peer.id().await, peer.id().await];
    peer.tell(delta(&ids[0], "a")).await;
    peer.tell(completed(&ids[1], "b")).await;
    settle().await;
    drop(ended);
    drop(running);
    assert_eq!(
        peer.line().await,
        json!({ "type": "cancel", "request_id": ids[0] })
    );
    peer.tell(delta(&ids[0], "late")).await;
    peer.tell(cancelled(&ids[0])).await;
    drop(client);
    assert_eq!(peer.line().await, Value::Null);
}

#[tokio::test]
async fn a_stream_dropped_late_leaves_a_later_request_of_the_same_id_alone() {
    let (client, mut peer) = connected();
    let own = || {
        client.infer(InferRequest {
            request_id: Some("mine".into()),
            ..say("hi")
        })
    };
    let first = own();
    peer.id().await;
    peer.tell(completed("mine", "one")).await;
    settle().await;
    let second = own();
    peer.id().await;
    drop(first);
    peer.tell(completed("mine", "two")).await;
    assert_eq!(text_of(second.finish().await), "two");
    drop(client);
    assert_eq!(peer.line().await, Value::Null);
}

#[tokio::test]
async fn a_cancelled_request_still_tells_what_there_was() {
    let (client, mut peer) = connected();
    let answer = client.infer(say("hi"));
    let id = peer.id().await;
    answer.cancel();
    assert_eq!(
        peer.line().await,
        json!({ "type": "cancel", "request_id": id })
    );
    peer.tell(cancelled(&id)).await;
    let end = answer.finish().await.unwrap();
    assert_eq!(end.message(), None);
    assert!(matches!(end.completed(), Err(Error::Cancelled(_))));
}

#[tokio::test]
async fn the_end_is_there_again_after_it_has_been_read() {
    let (client, mut peer) = connected();
    let mut answer = client.infer(say("hi"));
    let id = peer.id().await;
    peer.tell(completed(&id, "hi")).await;
    assert!(matches!(
        answer.next().await,
        Some(Ok(GatewayEvent::Completed(_)))
    ));
    assert!(answer.next().await.is_none());
    assert_eq!(text_of(answer.finish().await), "hi");
}

/// Writes `count` deltas, then `last`, as fast as they are taken; the counter says how far it is.
async fn flood(
    mut peer: Peer,
    id: String,
    count: usize,
    last: Value,
    told: &std::cell::Cell<usize>,
) -> Peer {
    for _ in 0..count {
        peer.tell(delta(&id, &"word ".repeat(200))).await;
        told.set(told.get() + 1);
    }
    peer.tell(last).await;
    peer
}

#[tokio::test]
async fn a_slow_reader_holds_the_daemon_back_and_loses_nothing() {
    const COUNT: usize = 6_000;
    // What is unread, and what the socket and one buffer hold.
    const MOST_AHEAD: usize = COUNT / 2;
    let (client, mut peer) = connected();
    let mut answer = client.infer(say("much"));
    let id = peer.id().await;
    let told = std::cell::Cell::new(0);
    let end = completed(&id, "end");
    let reading = async {
        let (mut count, mut ahead) = (0, 0);
        while let Some(event) = answer.next().await {
            if let GatewayEvent::OutputTextDelta(_) = event.unwrap() {
                count += 1;
                ahead = ahead.max(told.get() - count);
                yield_now().await;
                yield_now().await;
            }
        }
        (count, ahead)
    };
    let ((count, ahead), _peer) = tokio::join!(reading, flood(peer, id, COUNT, end, &told));
    assert_eq!(count, COUNT);
    assert!(
        ahead < MOST_AHEAD,
        "{ahead} events were taken ahead of the reader"
    );
}

/// One stream lies unread, full; `release` decides what becomes of it while the other waits for its end.
async fn blocked_until<F: Future>(release: impl FnOnce(Inference) -> F) -> String {
    let (client, mut peer) = connected();
    let (unread, mut other) = (client.infer(say("much")), client.infer(say("little")));
    let ids = [peer.id().await, peer.id().await];
    let told = std::cell::Cell::new(0);
    let last = completed(&ids[1], "little");
    let flooding = async {
        let mut peer = flood(peer, ids[0].clone(), 3_000, last, &told).await;
        peer.tell(cancelled(&ids[0])).await;
        peer
    };
    let reading = async {
        let unheard = tokio::select! {
            biased;
            event = other.next() => Err(event),
            () = async { for _ in 0..20 { settle().await } } => Ok(()),
        };
        assert!(
            unheard.is_ok(),
            "the other stream was not held back: {unheard:?}"
        );
        let (_, end) = tokio::join!(release(unread), other.finish());
        text_of(end)
    };
    tokio::join!(reading, flooding).0
}

#[tokio::test]
async fn an_unread_stream_holds_the_others_back_until_it_is_dropped() {
    assert_eq!(
        blocked_until(|unread| async { drop(unread) }).await,
        "little"
    );
}

#[tokio::test]
async fn an_unread_stream_holds_the_others_back_until_it_is_read() {
    assert_eq!(blocked_until(|unread| unread.finish()).await, "little");
}

#[tokio::test]
async fn a_lost_connection_ends_every_stream_after_what_had_come() {
    let (client, mut peer) = connected();
    let answer = client.infer(say("hi"));
    let id = peer.id().await;
    peer.tell(delta(&id, "so far")).await;
    drop(peer);
    let (text, end) = read(answer).await;
    assert_eq!(text, "so far");
    assert!(matches!(end, Err(Error::Lost { .. })), "{end:?}");
    assert!(matches!(
        client.infer(say("hi")).finish().await,
        Err(Error::Lost { .. })
    ));
    assert!(matches!(client.status().await, Err(Error::Lost { .. })));
    assert!(matches!(client.exit().await, Err(Error::Lost { .. })));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_ends_its_own_request_alone() {
    let (client, mut peer) = connected();
    let (spoilt, other) = (client.infer(say("one")), client.infer(say("two")));
    let ids = [peer.id().await, peer.id().await];
    let mut event = delta(&ids[0], "a");
    event["unknown"] = json!(true);
    peer.tell(event).await;
    assert_eq!(
        peer.line().await,
        json!({ "type": "cancel", "request_id": ids[0] })
    );
    peer.tell(completed(&ids[1], "two")).await;
    assert!(matches!(read(spoilt).await.1, Err(Error::Malformed { .. })));
    assert_eq!(text_of(other.finish().await), "two");
}

#[tokio::test]
async fn a_line_that_is_no_event_ends_the_connection() {
    let (client, mut peer) = connected();
    let answer = client.infer(say("hi"));
    peer.id().await;
    peer.output
        .write_all(b"HTTP/1.1 400 Bad Request\r\n")
        .await
        .unwrap();
    assert!(matches!(
        answer.finish().await,
        Err(Error::Malformed { .. })
    ));
    assert!(matches!(
        client.status().await,
        Err(Error::Malformed { .. })
    ));
}

#[tokio::test]
async fn a_line_too_long_for_the_daemon_fails_the_request_that_it_was() {
    let (client, mut peer) = connected();
    let running = client.infer(say(&"long, but taken ".repeat(20)));
    let answers = [
        client.infer(say("hi")),
        client.infer(say(&"long ".repeat(20))),
    ];
    let id = peer.id().await;
    peer.tell(delta(&id, "a")).await;
    let small = peer.id().await;
    peer.tell(failed(Value::Null, "line_too_long")).await;
    peer.tell(completed(&small, "small")).await;
    peer.tell(completed(&id, "running")).await;
    let [small, long] = answers;
    let long_id = long.request_id().to_owned();
    match long.finish().await {
        Ok(FinalEvent::Failed(event)) => assert_eq!(event.request_id, Some(long_id)),
        other => panic!("{other:?}"),
    }
    assert_eq!(text_of(small.finish().await), "small");
    assert_eq!(text_of(running.finish().await), "running");
}

#[tokio::test]
async fn a_refused_connection_says_why() {
    let (client, mut peer) = connected();
    peer.tell(failed(Value::Null, "too_many_connections")).await;
    drop(peer);
    match client.infer(say("hi")).finish().await {
        Err(Error::Refused(event)) => {
            assert_eq!(event.error.code.as_deref(), Some("too_many_connections"));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn streams_outlive_the_client_and_the_last_one_closes_the_connection() {
    let (client, mut peer) = connected();
    let answer = client.infer(say("hi"));
    drop(client);
    let id = peer.id().await;
    peer.tell(completed(&id, "hi")).await;
    assert_eq!(text_of(answer.finish().await), "hi");
    assert_eq!(peer.line().await, Value::Null);
}

#[tokio::test]
async fn a_probe_that_is_given_up_is_cancelled() {
    let (client, mut peer) = connected();
    let probe = client.probe(ProbeRequest::new("local"));
    let id = tokio::select! {
        biased;
        id = peer.id() => id,
        answer = probe => panic!("{answer:?}"),
    };
    assert_eq!(
        peer.line().await,
        json!({ "type": "cancel", "request_id": id })
    );
}

#[tokio::test]
async fn a_refused_exit_is_an_error_and_a_granted_one_is_done_when_the_connection_closes() {
    let (client, mut peer) = connected();
    let (refused, _) = tokio::join!(client.exit(), async {
        let id = peer.id().await;
        peer.tell(failed(json!(id), "permission")).await;
    });
    assert!(matches!(refused, Err(Error::Failed(_))), "{refused:?}");
    let (granted, _) = tokio::join!(client.exit(), async {
        assert_eq!(peer.line().await["type"], "exit");
        drop(peer);
    });
    assert!(granted.is_ok(), "{granted:?}");
}

#[tokio::test]
async fn no_daemon_is_an_error_that_names_the_socket() {
    match Client::connect("/nonexistent/gateway.sock").await {
        Err(error @ Error::Connect { .. }) => {
            assert!(
                error.to_string().contains("/nonexistent/gateway.sock"),
                "{error}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn clients_and_streams_go_between_threads() {
    fn is_shareable<T: Send + Sync + Unpin>() {}
    is_shareable::<Client>();
    is_shareable::<Inference>();
    is_shareable::<Error>();
}
