//! A PostgreSQL server of a test's own, in a folder that goes away with it. Tests of the record use it too.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server that ends with the value.
pub struct Database {
    process: Child,
    folder: TempDir,
    options: Vec<String>,
    port: String,
    owner: Option<(u32, u32)>,
}

impl Database {
    /// One that listens on a socket in its folder.
    pub fn start() -> Self {
        Self::start_with(|_, _| vec!["-c".to_owned(), "listen_addresses=".to_owned()])
    }

    /// One with options of the test's choice, which may put files into its folder; they belong to its user.
    pub fn start_with(options: impl FnOnce(&Path, &dyn Fn(&Path)) -> Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        // PostgreSQL refuses to run as root; Debian's package has a user for it.
        let is_root = fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0);
        let owner = is_root.then(|| user("postgres"));
        let give = |path: &Path| {
            if let Some((uid, gid)) = owner {
                chown(path, Some(uid), Some(gid)).unwrap();
            }
        };
        if owner.is_some() {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
            give(folder.path());
            give(&data);
        }
        let copied = shell(owner, "cp")
            .arg("-r")
            .arg(new_cluster(owner).join("."))
            .arg(&data)
            .status()
            .unwrap();
        assert!(copied.success());
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        let options = options(folder.path(), &give);
        let port = options
            .iter()
            .find_map(|option| option.strip_prefix("port="));
        let server = Self {
            process: postmaster(owner, folder.path(), &options),
            port: port.unwrap_or("5432").to_owned(),
            folder,
            options,
            owner,
        };
        server.wait();
        server
    }

    /// Its address, by the socket.
    pub fn address(&self) -> String {
        format!(
            "postgres:///postgres?user=langnghe&host={}&port={}",
            self.folder.path().display(),
            self.port
        )
    }

    /// Where its files are.
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs statements; gives the lines of the answer.
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub fn sql(&self, statements: &str) -> String {
        let done = self.psql(statements);
        assert!(
            done.status.success(),
            "{statements}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        String::from_utf8(done.stdout).unwrap()
    }

    fn psql(&self, statements: &str) -> std::process::Output {
        command(self.owner, "psql")
            .args([
                "-At", "-U", "langnghe", "-d", "postgres", "-p", &self.port, "-h",
            ])
            .arg(self.folder.path())
            .args(["-c", statements])
            .stdout(Stdio::piped())
            .output()
            .unwrap()
    }

    /// Ends every connection of the program, and waits until they are gone.
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub fn cut_connections(&self) {
        self.sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND application_name = 'langnghe'",
        );
    }

    /// Stops it as a crash would: nothing is finished, nothing is written down.
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub fn crash(&mut self) {
        let done = command(self.owner, "pg_ctl")
            .args(["stop", "-m", "immediate", "-D"])
            .arg(self.folder.path().join("data"))
            .status()
            .unwrap();
        assert!(done.success());
        self.process.wait().unwrap();
    }

    /// Starts it again.
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub fn start_again(&mut self) {
        self.process = postmaster(self.owner, self.folder.path(), &self.options);
        self.wait();
    }

    fn wait(&self) {
        let begun = Instant::now();
        while !self.psql("SELECT 1").status.success() {
            assert!(
                begun.elapsed() < Duration::from_mins(1),
                "PostgreSQL does not start"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Its children watch it and end when it does.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn postmaster(owner: Option<(u32, u32)>, folder: &Path, options: &[String]) -> Child {
    command(owner, "postgres")
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .args(["-c", "fsync=off"])
        .args(options)
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A cluster that was just made, which costs a second: made once for all tests of a machine, and copied.
fn new_cluster(owner: Option<(u32, u32)>) -> PathBuf {
    let programs = programs();
    let release = programs.parent().and_then(Path::file_name).unwrap();
    let (uid, _) = owner.unwrap_or_default();
    let name = format!("langnghe-tests-cluster-{}-{uid}", release.display());
    let made = std::env::temp_dir().join(name);
    if made.join("PG_VERSION").is_file() {
        return made;
    }
    let draft = tempfile::tempdir().unwrap();
    if let Some((uid, gid)) = owner {
        chown(draft.path(), Some(uid), Some(gid)).unwrap();
    }
    let cluster = draft.path().join("cluster");
    let output = command(owner, "initdb")
        .args(["--no-sync", "--auth=trust", "--username=langnghe"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "-D"])
        .arg(&cluster)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // Another test may have been faster; its cluster is as good.
    if fs::rename(&cluster, &made).is_err() {
        assert!(made.join("PG_VERSION").is_file(), "{}", made.display());
    }
    made
}

/// Where Debian puts the programs of PostgreSQL, the newest release first.
fn programs() -> PathBuf {
    let found = fs::read_dir("/usr/lib/postgresql").unwrap();
    let mut releases = found.map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    releases.sort();
    releases.pop().unwrap().join("bin")
}

/// Number of a user and its group.
fn user(name: &str) -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line = users
        .lines()
        .find(|line| line.starts_with(&format!("{name}:")));
    let fields = line.unwrap().split(':').collect::<Vec<_>>();
    (fields[2].parse().unwrap(), fields[3].parse().unwrap())
}

fn command(owner: Option<(u32, u32)>, program: &str) -> Command {
    shell(owner, programs().join(program))
}

fn shell(owner: Option<(u32, u32)>, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    if let Some((uid, gid)) = owner {
        command.uid(uid).gid(gid);
    }
    command.stdout(Stdio::null()).current_dir("/");
    command
}
