//! The built program under strace, and the system calls it made read back in the order in which they were done.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{Server, command};

/// `serve` under strace, which writes `strace.log`.
pub fn traced(folder: &Path, options: &[&str]) -> Command {
    let program = command(folder);
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "--seccomp-bpf", "-y", "-o", "strace.log"])
        .args(options)
        .arg(program.get_program())
        .args(["--config", "langnghe.toml", "serve"])
        .current_dir(folder);
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    strace
}

/// The process that strace started: killing strace would leave it running.
pub fn traced_id(strace: &Server) -> u32 {
    let id = strace.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    children.trim().parse().unwrap()
}

pub fn signal(name: &str, id: u32) {
    let done = Command::new("kill")
        .args([name, &id.to_string()])
        .status()
        .unwrap();
    assert!(done.success());
}

/// A system call; where it stands in the list says when it was done.
pub struct Call {
    pub name: String,
    /// Everything behind the opening bracket.
    pub rest: String,
    /// How many calls were done before it was begun.
    pub begun: usize,
}

/// Reads what strace wrote.
pub fn calls(log: &str) -> Vec<Call> {
    let mut under_way = HashMap::new();
    let mut all = Vec::new();
    for line in log.lines() {
        let Some((thread, said)) = line.split_once(' ') else {
            continue;
        };
        let said = said.trim_start();
        if let Some(beginning) = said.strip_suffix("<unfinished ...>") {
            under_way.insert(thread, (beginning.to_owned(), all.len()));
            continue;
        }
        let (whole, begun) = match said.strip_prefix("<... ") {
            Some(end) => {
                let (beginning, begun) = under_way.remove(thread).unwrap_or_default();
                let end = end.split_once('>').map_or("", |(_, rest)| rest);
                (format!("{beginning}{end}"), begun)
            }
            None => (said.to_owned(), all.len()),
        };
        if let Some((name, rest)) = whole.split_once('(') {
            all.push(Call {
                name: name.to_owned(),
                rest: rest.to_owned(),
                begun,
            });
        }
    }
    all
}

/// What is between quotation marks where everything is written in hexadecimal (`-xx`).
pub fn quoted(rest: &str) -> Vec<Vec<u8>> {
    let parts = rest.split('"').skip(1).step_by(2);
    parts.map(bytes).collect()
}

/// What `\x6c\x6e` stands for.
pub fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.split("\\x").skip(1);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}
