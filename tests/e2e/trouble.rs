//! Trouble of the machine: a disk that fills up, a record that another program holds. One clear
//! message each, and once the trouble is over nothing is lost.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rusqlite::Connection;

use crate::program::{get, get_json, run, wait_for};

/// A small disk of its own, seen by the commands of the script only.
const DISK: &str = "mkdir disk && mount -t tmpfs -o size=24m langnghe disk\n";

/// Leaves no room on that disk.
const FILL: &str = "dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null\n";

#[test]
fn an_import_onto_a_full_disk_says_so_and_goes_in_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("few.csv"), tickets(0..20)).unwrap();
    fs::write(folder.path().join("many.csv"), tickets(20..4_000)).unwrap();
    let script = [
        DISK,
        "$LANGNGHE --data disk/data import few.csv >few.out 2>&1 || exit 10\n",
        FILL,
        "$LANGNGHE --data disk/data import many.csv >full.out 2>&1; echo $? >full.code\n",
        "rm disk/filler\n",
        "$LANGNGHE --data disk/data import many.csv >again.out 2>&1 || exit 11\n",
        "$LANGNGHE --data disk/data --json search 'ngập' >found.out 2>&1 || exit 12\n",
    ]
    .concat();
    let done = small_machine(folder.path(), &script).wait().unwrap();
    let said = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    assert!(
        done.success(),
        "{done}: {}{}",
        said("few.out"),
        said("again.out")
    );
    assert!(
        said("few.out").contains("20 phiếu mới"),
        "{}",
        said("few.out")
    );
    assert_eq!(said("full.code").trim(), "1");
    assert!(
        said("full.out").contains("no space left"),
        "{}",
        said("full.out")
    );
    assert!(
        said("again.out").contains("3980 phiếu mới"),
        "{}",
        said("again.out")
    );
    assert!(
        said("found.out").lines().count() > 10,
        "{}",
        said("found.out")
    );
}

#[test]
fn a_disk_that_fills_up_under_serve_costs_no_mention() {
    let folder = tempfile::tempdir().unwrap();
    // The feed is held back until the disk is full, so that the first visit cannot be recorded.
    let (is_full, disk_is_full) = mpsc::channel();
    let port = serve_once_told(disk_is_full, feed(600));
    let settings = "[files]\nfolder = \"files\"\n[crawl]\nallowed_networks = [\"127.0.0.0/8\"]\n";
    fs::write(folder.path().join("langnghe.toml"), settings).unwrap();
    fs::create_dir(folder.path().join("files")).unwrap();
    let source = format!(
        "[[source]]\nid = \"bao\"\nname = \"Báo\"\nchannel = \"press\"\nkind = \"feed\"\n\
         url = \"http://127.0.0.1:{port}/tin.rss\"\nfollow_links = false\n"
    );
    fs::write(folder.path().join("files/sources.toml"), source).unwrap();
    let script = [
        DISK,
        "$LANGNGHE --data disk/data serve --listen 127.0.0.1:0 >serve.out 2>serve.log & main=$!\n",
        "read fill\n",
        FILL,
        "touch full; read room; rm disk/filler; read end\n",
        "kill -TERM $main; wait $main\n",
    ]
    .concat();
    let mut machine = small_machine(folder.path(), &script);
    let mut orders = machine.stdin.take().unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    let a_minute = Duration::from_mins(1);
    let address = wait_for("the address of the pages", a_minute, || {
        let said = read("serve.out");
        said.ends_with('\n')
            .then(|| said.trim().trim_end_matches('/').to_owned())
    });
    orders.write_all(b"fill\n").unwrap();
    wait_for("the full disk", a_minute, || {
        folder.path().join("full").is_file().then_some(())
    });
    is_full.send(()).unwrap();
    wait_for("the log to name the full disk", a_minute, || {
        read("serve.log").contains("no space left").then_some(())
    });
    assert_eq!(get(&format!("{address}/livez")).unwrap().0, 200);
    orders.write_all(b"room\n").unwrap();
    wait_for("every mention", a_minute, || {
        let found = get_json(&format!("{address}/api/v1/search?q=ng%E1%BA%ADp&limit=1"));
        (found["total"] == 600).then_some(())
    });
    orders.write_all(b"end\n").unwrap();
    assert!(machine.wait().unwrap().success(), "{}", read("serve.log"));
}

#[test]
fn a_record_that_another_program_holds_is_named_and_free_again_later() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("few.csv"), tickets(0..5)).unwrap();
    fs::write(folder.path().join("more.csv"), tickets(5..9)).unwrap();
    run(folder.path(), &["import", "few.csv"], b"").expect(0);
    let holder = Connection::open(folder.path().join("data/record.sqlite")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = run(folder.path(), &["import", "more.csv"], b"").expect(1);
    assert!(
        refused.stderr.contains("record.sqlite") && refused.stderr.contains("locked by another"),
        "{}",
        refused.stderr
    );
    // Who only reads goes on.
    run(folder.path(), &["search", "ngập"], b"").expect(0);
    holder.execute_batch("ROLLBACK").unwrap();
    let free = run(folder.path(), &["import", "more.csv"], b"").expect(0);
    assert!(free.stdout.contains("4 phiếu mới"), "{}", free.stdout);
}

/// Runs a script with mounts of its own: as root of a user namespace, so that no rights are needed.
fn small_machine(folder: &Path, script: &str) -> Child {
    Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .current_dir(folder)
        .env("LANGNGHE", env!("CARGO_BIN_EXE_langnghe"))
        .env("LANGNGHE_LOG", "info")
        .env_remove("LANGNGHE_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn tickets(numbers: std::ops::Range<usize>) -> String {
    let mut rows = "Mã phản ánh,Nội dung,Địa chỉ,Ngày tiếp nhận,Trạng thái\n".to_owned();
    for n in numbers {
        let _ = writeln!(
            rows,
            "P{n},Hẻm {n} đường Phú Định ngập nước sau mưa và chưa ai đến xử lý,\
             Phường Phú Định,12/11/2026 08:00,Đang xử lý"
        );
    }
    rows
}

fn feed(n_items: usize) -> String {
    let mut items = String::new();
    for n in 0..n_items {
        let _ = write!(
            items,
            "<item><title>Ngập ở hẻm {n}</title><link>http://127.0.0.1/{n}.html</link>\
             <description>Người dân hẻm {n} phường Phú Định than ngập kéo dài.</description></item>"
        );
    }
    format!("<rss version=\"2.0\"><channel><title>Báo</title>{items}</channel></rss>")
}

/// A server that forbids nothing and gives the feed from the moment it is told to.
fn serve_once_told(told: mpsc::Receiver<()>, feed: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut waits = true;
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = request.next().and_then(Result::ok).unwrap_or_default();
            let (status, body) = match first.split(' ').nth(1) {
                Some("/tin.rss") => ("200 OK", feed.as_str()),
                _ => ("404 Not Found", ""),
            };
            if waits && !body.is_empty() {
                waits = told.recv().is_err();
            }
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n");
            // A visitor that has gone comes again.
            let _ = write!(stream, "{head}Connection: close\r\n\r\n{body}");
        }
    });
    port
}
