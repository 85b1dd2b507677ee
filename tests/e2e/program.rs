//! The built program, run or started.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Gold part A, which ships with the tests.
pub const GOLD_A: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/fixtures/gold/part_a.jsonl"
);

/// What a run of the program gave.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Fails the test with everything that was said unless the exit code is this.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout: {}\nstderr: {}",
            self.stdout, self.stderr
        );
        self
    }

    /// The lines of stdout as JSON.
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// A command of the program in a folder of its own.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_langnghe"));
    command
        .current_dir(folder)
        .env_remove("LANGNGHE_CONFIG")
        // Tests ask far more often than people do; limits have tests of their own.
        .env("LANGNGHE_API__ANONYMOUS_PER_MINUTE", "1000000")
        // Yesterday's digest is due at any hour at which the tests run.
        .env("LANGNGHE_SCHEDULE__DIGEST_AT", "00:00")
        .env("LANGNGHE_LOG", "info");
    command
}

/// Runs the program to its end.
pub fn run(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Run {
    run_with(folder, &[], arguments, stdin)
}

/// The same with variables of the environment.
pub fn run_with(
    folder: &Path,
    environment: &[(&str, &str)],
    arguments: &[&str],
    stdin: &[u8],
) -> Run {
    let mut child = command(folder)
        .envs(environment.iter().copied())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_vec();
    // A program that refuses its input early closes the pipe; that is its right.
    let feeder = std::thread::spawn(move || pipe.write_all(&input).ok());
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A process that is stopped when the test ends, whatever way it ends.
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts a process.
    pub fn start(command: &mut Command) -> Self {
        Self {
            child: command.spawn().unwrap(),
        }
    }

    /// Starts `serve` or `demo` and waits for the address it announces.
    pub fn announced(command: &mut Command) -> (Self, String) {
        let mut server = Self::start(command.stdout(Stdio::piped()));
        let lines = BufReader::new(server.child.stdout.take().unwrap()).lines();
        let addresses = lines.map_while(Result::ok).filter_map(|line| {
            let at = line.find("http://")?;
            Some(line[at..].trim_end_matches('/').to_owned())
        });
        let address = addresses.take(1).last().expect("an address is announced");
        (server, address)
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for it to end by itself.
    pub fn wait(&mut self) {
        self.child.wait().unwrap();
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop and waits for it; gives the exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until an answer comes, or fails after the time given.
pub fn wait_for<T>(what: &str, at_most: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < at_most, "waited {at_most:?} for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Does some work, and fails when it takes longer: a test that hangs says so.
pub fn within(at_most: Duration, work: impl FnOnce() + Send + 'static) {
    let (done, waiting) = std::sync::mpsc::channel();
    let worker = std::thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    match waiting.recv_timeout(at_most) {
        Ok(()) => {}
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("took longer than {at_most:?}"),
        // It panicked: its words are the test's.
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

/// GET over loopback: status and body.
pub fn get(url: &str) -> Option<(u16, String)> {
    let output = Command::new("curl")
        .args(["-s", "--max-time", "20", "-w", "\n%{http_code}", url])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (body, status) = text.rsplit_once('\n')?;
    let status = status.parse::<u16>().ok().filter(|status| *status > 0)?;
    Some((status, body.to_owned()))
}

/// GET that must answer 200 with JSON.
#[track_caller]
pub fn get_json(url: &str) -> serde_json::Value {
    let (status, body) = get(url).unwrap();
    assert_eq!(status, 200, "{url}: {body}");
    serde_json::from_str(&body).unwrap()
}
