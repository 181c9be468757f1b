//! A daemon and a simulator of this checkout, in a directory of their own, for as long as a test holds them.
use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Weak,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use beluna_gateway_client::Client;
use serde_json::json;
use tokio::{
    sync::{Mutex, mpsc},
    time::timeout,
};

pub const MAX_LINE_BYTES: usize = 1 << 20;
/// For what happens at once unless it never does.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct House {
    directory: PathBuf,
    daemon: Process,
    simulator: Process,
}

impl House {
    /// One that tests share; `None`, and a line on stderr, where the checkout has no Node.
    pub async fn open() -> Option<Arc<House>> {
        static SHARED: Mutex<Weak<House>> = Mutex::const_new(Weak::new());
        let mut shared = SHARED.lock().await;
        let house = match shared.upgrade() {
            Some(house) => house,
            None => Arc::new(House::start().await?),
        };
        *shared = Arc::downgrade(&house);
        Some(house)
    }

    /// One for a test alone.
    pub async fn start() -> Option<House> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let node = root.join("node_modules/.bin/node");
        if !node.exists() {
            // Past the test harness, which keeps what passing tests print.
            let _ = writeln!(io::stderr(), "skipped: no {}", node.display());
            return None;
        }
        let name = format!(
            "beluna-rust-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let directory = std::env::temp_dir().join(name);
        fs::create_dir(&directory).unwrap();
        let run = |arguments: &[&str]| {
            let mut command = Command::new(&node);
            command
                .arg(root.join("bin/beluna-gateway"))
                .args(arguments)
                .current_dir(&directory);
            command
        };
        let simulator = Process::start(run(&["simulate", "--port", "0"]));
        let announced = simulator
            .says("http://")
            .await
            .expect("the simulator's address");
        let port = announced.rsplit(':').next().unwrap_or_default();
        let config = json!({
            "socket_path": "gateway.sock",
            "default_target": "local",
            "drain_timeout_ms": 5_000,
            "limits": { "max_line_bytes": MAX_LINE_BYTES, "max_message_bytes": MAX_LINE_BYTES / 2 },
            "targets": {
                "local": {
                    "dialect": "openai_responses",
                    "endpoint": format!("http://127.0.0.1:{port}/v1"),
                    "credential": "none",
                    "any_model": true,
                    "default_model": "sim",
                },
            },
        });
        fs::write(directory.join("config.json"), config.to_string()).unwrap();
        let daemon = Process::start(run(&["serve", "--config", "config.json"]));
        let house = House {
            directory,
            daemon,
            simulator,
        };
        assert!(house.daemon.says("listening").await.is_some(), "no daemon");
        Some(house)
    }

    pub fn socket(&self) -> PathBuf {
        self.directory.join("gateway.sock")
    }

    pub async fn client(&self) -> Client {
        Client::connect(self.socket()).await.unwrap()
    }

    /// Waits for a line with these words.
    pub async fn simulator_says(&self, words: &str) -> bool {
        self.simulator.says(words).await.is_some()
    }

    pub fn wait_until_stopped(&mut self) {
        self.daemon.child.wait().unwrap();
    }

    /// Runs an example of this crate against the daemon: whether it succeeded, and what it printed.
    pub fn example(&self, name: &str, arguments: &[&str]) -> (bool, String) {
        let test = std::env::current_exe().unwrap();
        let built = test.ancestors().nth(2).unwrap().join("examples").join(name);
        let output = Command::new(built)
            .arg(self.socket())
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
        )
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.daemon.stop();
        self.simulator.stop();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A child of ours, and the lines that it prints.
struct Process {
    child: Child,
    lines: Mutex<mpsc::UnboundedReceiver<String>>,
}

impl Process {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::unbounded_channel();
        let output: [Box<dyn io::Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for stream in output {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    // Read to the end even where nobody listens, so that the child never waits.
                    let _ = sender.send(line);
                }
            });
        }
        Process {
            child,
            lines: Mutex::new(lines),
        }
    }

    /// The next line with these words; `None` where the process ends or dawdles before it.
    async fn says(&self, words: &str) -> Option<String> {
        let mut lines = self.lines.lock().await;
        let said = async {
            loop {
                let line = lines.recv().await?;
                if line.contains(words) {
                    return Some(line);
                }
            }
        };
        timeout(PATIENCE, said).await.ok().flatten()
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
