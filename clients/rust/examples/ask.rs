//! Asks a running daemon and prints the answer as it streams: `cargo run --example ask -- SOCKET "Say hi" [TARGET]`.
use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use beluna_gateway_client::{Client, FinalEvent, GatewayEvent, InferRequest, Message};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(socket), Some(prompt)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: ask SOCKET PROMPT [TARGET]");
        return Ok(ExitCode::from(2));
    };
    let client = Client::connect(socket).await?;
    let mut answer = client.infer(InferRequest {
        target: arguments.next(),
        ..InferRequest::new([Message::user(prompt)])
    });
    while let Some(event) = answer.next().await {
        match event? {
            GatewayEvent::OutputTextDelta(event) => {
                print!("{}", event.delta);
                io::stdout().flush()?;
            }
            GatewayEvent::Retrying(event) => {
                eprintln!("{}; again in {} ms", event.error.message, event.delay_ms);
            }
            _ => {}
        }
    }
    println!();
    Ok(match answer.finish().await? {
        FinalEvent::Completed(_) => ExitCode::SUCCESS,
        FinalEvent::Failed(event) => {
            eprintln!("{}: {}", event.error.kind, event.error.message);
            ExitCode::FAILURE
        }
        FinalEvent::Cancelled(_) => ExitCode::FAILURE,
    })
}
