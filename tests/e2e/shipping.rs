//! What a package takes along: the unit and what the program says to its manager, completions, man pages.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

use crate::hooks::city;
use crate::program::{Server, command, run};

#[test]
fn the_service_manager_is_told_that_it_is_ready_lives_and_stops() {
    let folder = city();
    let folder = folder.path();
    let path = folder.join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_mins(1)))
        .unwrap();
    let mut serve = command(folder);
    serve
        .args(["--config", "langnghe.toml", "serve"])
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "1000000");
    let (mut server, _site) = Server::announced(&mut serve);
    let said = || {
        let mut words = [0; 512];
        let n = socket.recv(&mut words).unwrap();
        String::from_utf8_lossy(&words[..n]).trim().to_owned()
    };
    assert_eq!(said(), "READY=1");
    for _ in 0..3 {
        assert_eq!(said(), "WATCHDOG=1");
    }
    assert_eq!(server.stop(), Some(0));
    let mut last = said();
    while last == "WATCHDOG=1" {
        last = said();
    }
    assert_eq!(last, "STOPPING=1");
}

#[test]
fn the_unit_is_sound_and_hardened() {
    let folder = tempfile::tempdir().unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    // The program stands elsewhere than on an installed machine.
    let unit = fs::read_to_string(format!("{root}/ops/systemd/langnghe.service")).unwrap();
    let unit = unit
        .replace("/usr/bin/langnghe", env!("CARGO_BIN_EXE_langnghe"))
        .replace("Documentation=man:langnghe(1)\n", "");
    let path = folder.path().join("langnghe.service");
    fs::write(&path, unit).unwrap();
    let verified = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    let about_us = said
        .lines()
        .filter(|line| line.contains("langnghe.service"));
    let about_us = about_us
        .filter(|line| !line.contains("user langnghe"))
        .collect::<Vec<_>>();
    assert!(about_us.is_empty(), "{about_us:?}");
    let graded = Command::new("systemd-analyze")
        .args(["security", "--offline=yes", "--threshold=20", "--no-pager"])
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&graded.stdout);
    assert!(
        graded.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&graded.stderr)
    );
}

#[test]
fn shells_and_man_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (shell, check) in [("bash", "bash"), ("zsh", ""), ("fish", "")] {
        let script = run(folder, &["completions", shell], b"").expect(0).stdout;
        assert!(
            script.contains("restore") && script.contains("doctor"),
            "{shell}"
        );
        if !check.is_empty() {
            fs::write(folder.join("script"), &script).unwrap();
            let parsed = Command::new(check)
                .args(["-n", "script"])
                .current_dir(folder)
                .status();
            assert!(parsed.unwrap().success());
        }
    }
    run(folder, &["man", "."], b"").expect(0);
    for page in ["langnghe.1", "langnghe-restore.1", "langnghe-serve.1"] {
        let shown = Command::new("mandoc")
            .args(["-T", "utf8", "-W", "error", page])
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(
            shown.status.success(),
            "{page}: {}",
            String::from_utf8_lossy(&shown.stderr)
        );
    }
}
