//! Bad input: one clear message each, and nothing is lost.

use std::fs;
use std::net::TcpListener;

use crate::program::{Server, command, run};

#[test]
fn a_wrong_configuration_is_shown_with_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("wrong.toml"),
        "[server]\nlisen = \"127.0.0.1:1\"\n",
    )
    .unwrap();
    let run = run(
        folder.path(),
        &["--config", "wrong.toml", "config", "check"],
        b"",
    )
    .expect(1);
    assert!(
        run.stderr.contains("wrong.toml:2") && run.stderr.contains("lisen"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_busy_port_is_said_at_once_and_no_data_folder_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = run(folder.path(), &["serve", "--listen", &address], b"").expect(1);
    assert!(
        run.stderr.contains(&address) && run.stderr.contains("--listen"),
        "{}",
        run.stderr
    );
    assert!(!folder.path().join("data").is_dir());
}

#[test]
fn an_import_names_wrong_columns_and_bad_rows() {
    let folder = tempfile::tempdir().unwrap();
    let tickets = "Mã phản ánh,Lĩnh vực,Nội dung,Địa chỉ,Ngày tiếp nhận,Trạng thái\n\
                   P1,Thoát nước,Ngập trước nhà,Phường Phú Định,12/11/2026 08:00,Đã xử lý\n\
                   P2,Thoát nước,Ngập nặng,Phường Phú Định,không nhớ,Đang xử lý\n";
    fs::write(folder.path().join("phieu.csv"), tickets).unwrap();
    let tried = run(folder.path(), &["import", "phieu.csv", "--dry-run"], b"").expect(2);
    assert!(tried.stderr.contains("line 3"), "{}", tried.stderr);
    assert!(!tried.stderr.contains("không nhớ"), "{}", tried.stderr);
    assert!(tried.stdout.contains("1 phiếu mới"), "{}", tried.stdout);
    assert!(
        !folder.path().join("data").is_dir(),
        "a trial writes nothing"
    );

    let refused = run(folder.path(), &["import", "phieu.csv"], b"").expect(2);
    assert!(
        refused.stdout.contains("nothing written"),
        "{}",
        refused.stdout
    );
    assert!(!folder.path().join("data").is_dir());

    let part = ["import", "phieu.csv", "--skip-bad-rows"];
    let imported = run(folder.path(), &part, b"").expect(2);
    assert!(
        imported.stdout.contains("1 phiếu mới"),
        "{}",
        imported.stdout
    );
    let rejects = fs::read_to_string(folder.path().join("phieu.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("3,Ngày tiếp nhận,"), "{rejects}");
    assert!(!rejects.contains("không nhớ"), "{rejects}");
    let again = run(folder.path(), &part, b"").expect(2);
    assert!(again.stdout.contains("0 phiếu mới"), "{}", again.stdout);

    let closed = tickets
        .replace("không nhớ", "13/11/2026")
        .replace("Đã xử lý", "Từ chối");
    fs::write(folder.path().join("sau.csv"), closed).unwrap();
    let forecast = run(folder.path(), &["import", "sau.csv", "--dry-run"], b"").expect(0);
    assert!(
        forecast.stdout.contains("1 phiếu mới, 1 cập nhật"),
        "{}",
        forecast.stdout
    );

    fs::write(folder.path().join("anh-xa.toml"), "[columns]\nma = \"P\"\n").unwrap();
    let mapped = ["import", "sau.csv", "--mapping", "anh-xa.toml"];
    let wrong = run(folder.path(), &mapped, b"").expect(1);
    assert!(wrong.stderr.contains("anh-xa.toml:2"), "{}", wrong.stderr);

    fs::write(folder.path().join("sai.csv"), "Cột A,Cột B\n1,2\n").unwrap();
    let refused = run(folder.path(), &["import", "sai.csv"], b"").expect(1);
    assert!(refused.stderr.contains("Cột A"), "{}", refused.stderr);
}

#[test]
fn a_second_program_reads_beside_a_running_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = command(folder.path());
    serve.args(["serve", "--listen", "127.0.0.1:0"]);
    fs::create_dir(folder.path().join("files")).unwrap();
    fs::write(folder.path().join("files/sources.toml"), "").unwrap();
    let settings = "[files]\nfolder = \"files\"\n";
    fs::write(folder.path().join("langnghe.toml"), settings).unwrap();
    let (mut server, _) = Server::announced(&mut serve);
    let beside = run(folder.path(), &["--json", "doctor"], b"").expect(2);
    let findings = beside.json_lines();
    assert_eq!(
        (findings.len(), &findings[0]["ok"]),
        (10, &true.into()),
        "{}",
        beside.stdout
    );
    // Nothing was crawled, so the one thing amiss is that no digest stands yet.
    let amiss = findings.iter().filter(|finding| finding["ok"] == false);
    let amiss = amiss.map(|finding| finding["part"].as_str().unwrap());
    assert_eq!(
        amiss.collect::<Vec<_>>(),
        ["bản tin mới nhất / newest digest"]
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_damaged_record_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    let record = folder.path().join("data/record.sqlite");
    fs::write(&record, "this is no database, but somebody's notes").unwrap();
    let run = run(folder.path(), &["doctor"], b"").expect(1);
    assert!(run.stderr.contains("record.sqlite"), "{}", run.stderr);
    assert_eq!(
        fs::read_to_string(&record).unwrap(),
        "this is no database, but somebody's notes"
    );
}
