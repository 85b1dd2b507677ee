//! Fifty invented citizens in every channel at once: what was planted of them may be found nowhere, in no
//! file (rows and packed bytes unpacked), page, answer, letter, sheet of paper, dump, backup or log line.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::day_in_vietnam;

use crate::bluesky::Network;
use crate::comes_in::{now, wait_for_health};
use crate::crashes::around::Paper;
use crate::hooks::{Sent, city, zalo};
use crate::mail::{PostOffice, write_mail_settings};
use crate::mastodon_stream::Instance;
use crate::program::{Server, command, get, get_json, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

/// File, press, hotline, Zalo, Mastodon, Bluesky, Open311.
const N_CHANNELS: u64 = 7;

/// Fifty invented citizens' data, each as people write it: what stands in the text, and what may stand
/// nowhere.
fn canaries() -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for n in 0..16_u32 {
        let (a, b) = (100 + 37 * n, 211 + 41 * n);
        let digits = format!("09{:02}{a:03}{b:03}", 10 + n);
        let spaced = format!("{} {} {}", &digits[..4], &digits[4..7], &digits[7..]);
        let written = match n % 4 {
            0 => digits.clone(),
            1 => spaced.clone(),
            2 => spaced.replace(' ', "."),
            _ => format!("+84 {}", &spaced[1..]),
        };
        all.push((
            format!("gọi số {written}"),
            vec![written, digits[1..].to_owned()],
        ));
    }
    for n in 0..12_u32 {
        let number = format!("0792{:02}0{:05}", 1 + n, 12_345 + 6_789 * n);
        all.push((format!("căn cước {number}"), vec![number]));
    }
    for n in 0..10_u32 {
        let plate = match n % 2 {
            0 => format!("59X{}-{:03}.{:02}", 1 + n % 9, 217 + 61 * n, 13 + 7 * n),
            _ => format!("51F-{:03}.{:02}", 217 + 61 * n, 13 + 7 * n),
        };
        all.push((format!("xe biển số {plate}"), vec![plate]));
    }
    let names = [
        "Nguyễn Văn Chích",
        "Trần Thị Sáo",
        "Lê Văn Cò",
        "Phạm Thị Oanh Vũ",
        "Hoàng Văn Sẻ",
        "Đặng Thị Én",
        "Bùi Văn Khướu",
        "Võ Thị Họa Mi",
        "Đỗ Văn Quạ",
        "Huỳnh Thị Chìa Vôi",
        "Phan Văn Cắt",
        "Ngô Thị Vành Khuyên",
    ];
    for (n, name) in names.iter().enumerate() {
        let title = ["anh", "chị", "ông", "bà"][n % 4];
        all.push((format!("gặp {title} {name}"), vec![(*name).to_owned()]));
    }
    assert_eq!(all.len(), 50);
    all
}

/// What somebody could look at, with where it was seen.
#[derive(Default)]
struct Seen(Vec<(String, Vec<u8>)>);

impl Seen {
    fn add(&mut self, place: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((place.into(), bytes.into()));
    }

    /// Everything in a folder but captures, which expire; databases row by row, packed values unpacked.
    fn add_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != "captures") {
                    self.add_folder(&path);
                }
                continue;
            }
            let place = path.display().to_string();
            let bytes = fs::read(&path).unwrap();
            if let Ok(unpacked) = zstd::decode_all(bytes.as_slice()) {
                self.add(format!("{place}, unpacked"), unpacked);
            }
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("sqlite") => self.add(format!("rows of {place}"), rows_of(&path)),
                Some("parquet") => self.add(format!("rows of {place}"), table_of(&path)),
                _ => {}
            }
            self.add(place, bytes);
        }
    }

    /// Where these words stand.
    fn holding(&self, words: &str) -> Vec<&str> {
        let finder = memchr::memmem::Finder::new(words);
        let places = self
            .0
            .iter()
            .filter(|(_, bytes)| finder.find(bytes).is_some());
        places.map(|(place, _)| place.as_str()).collect()
    }
}

/// Every value of every table.
fn rows_of(path: &Path) -> Vec<u8> {
    let db = rusqlite::Connection::open(path).unwrap();
    let tables = {
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut all = db.prepare(sql).unwrap();
        let names = all.query_map([], |row| row.get::<_, String>(0)).unwrap();
        names.map(Result::unwrap).collect::<Vec<_>>()
    };
    assert!(tables.len() > 50, "{tables:?}");
    let mut all = Vec::new();
    for table in tables {
        let mut rows = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let n_columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..n_columns {
                let value = row.get_ref(column).unwrap();
                let Ok(bytes) = value.as_bytes() else {
                    continue;
                };
                all.extend_from_slice(bytes);
                all.push(b'\n');
                if let Ok(unpacked) = zstd::decode_all(bytes) {
                    all.extend_from_slice(&unpacked);
                }
            }
        }
    }
    all
}

#[cfg(feature = "parquet")]
fn table_of(path: &Path) -> Vec<u8> {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    let rows = rows.map(|row| format!("{}\n", row.unwrap()));
    rows.collect::<String>().into_bytes()
}

#[cfg(not(feature = "parquet"))]
fn table_of(path: &Path) -> Vec<u8> {
    panic!("{} in a build without Parquet", path.display())
}

/// What a program says on stdout.
fn told(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    output.stdout
}

fn sentence(words: &str) -> String {
    format!("Cống trước chợ bị nghẹt đã ba ngày, {words} để biết thêm, mong sớm xử lý")
}

/// Writes the sources; what comes by itself (press, Mastodon) waits there.
fn open_city(folder: &Path, said: &[String], post_office: &PostOffice, network: &Network) {
    let instance = Instance::default();
    for (n, words) in said.iter().enumerate() {
        instance.post(n as u64 + 1, words);
    }
    let mut sources = fs::read_to_string(folder.join("sources.toml")).unwrap();
    sources += &Paper::of(said.to_vec()).source();
    sources += &network.source(&["cống trước chợ"]);
    let _ = write!(
        sources,
        "[[source]]\nid = \"the\"\nname = \"Thẻ\"\nchannel = \"social\"\nkind = \"mastodon_stream\"\n\
         url = \"{}\"\ntag = \"quan7\"\n",
        instance.start()
    );
    fs::write(folder.join("sources.toml"), sources).unwrap();
    write_mail_settings(folder, post_office.port(), &[("chu-tich", "chu-tich")]);
    let settings = fs::read_to_string(folder.join("langnghe.toml")).unwrap();
    let settings = settings + "\n[open311]\nsource = \"1022\"\n";
    fs::write(folder.join("langnghe.toml"), settings).unwrap();
}

/// Brings every sentence in by every channel; gives the running program.
fn plant(folder: &Path, said: &[String], day: Date, network: &Network) -> (Server, String) {
    let mut rows = "Mã phản ánh,Nội dung,Địa chỉ,Ngày tiếp nhận,Trạng thái\n".to_owned();
    for (n, words) in said.iter().enumerate() {
        let at = day.strftime("%d/%m/%Y 08:00");
        let _ = writeln!(
            rows,
            "T{n},\"{words}\",\"Phường Phú Định, {words}\",{at},Đang xử lý"
        );
    }
    fs::write(folder.join("phieu.csv"), rows).unwrap();
    run(
        folder,
        &[&CONFIG[..], &["import", "phieu.csv"]].concat(),
        b"",
    )
    .expect(0);
    fs::remove_file(folder.join("phieu.csv")).unwrap();
    let key = crate::open311::key(folder, "open311:write");
    let mut serve = command(folder);
    serve
        .args([&CONFIG[..], &["serve"]].concat())
        .stderr(fs::File::create(folder.join("log")).unwrap())
        .env("LANGNGHE_LOG", "debug")
        .env("LANGNGHE_METRICS__LISTEN", "127.0.0.1:0")
        .env("LANGNGHE_API__KEY_PER_MINUTE", "100000")
        .env("LANGNGHE_SCHEDULE__REFRESH_EVERY", "1s");
    let (server, site) = Server::announced(&mut serve);
    // What is said on Bluesky is heard from when one listens.
    wait_for_health(&site, "bluesky", "empty");
    let citizen = network.citizen("chimchich");
    for (n, words) in said.iter().enumerate() {
        let ticket = serde_json::json!({"id": format!("H{n}"), "received_at": format!("{day}T09:00:00+07:00"),
            "text": words, "reporter_name": words, "ticket": {"status": "open", "field": "Thoát nước",
            "address": format!("Phường Phú Định, {words}")}});
        assert_eq!(Sent::new(&format!("m{n}"), &ticket).post(&site).0, 200);
        let sent = zalo(&site, "user_send_text", &format!("z{n}"), words);
        assert_eq!(sent.1["n_new"], 1, "{sent:?}");
        let (status, said) = crate::open311::post(&site, &key, &format!("app-{n}"), words);
        assert_eq!(status, 201, "{said}");
        citizen.say(words, None);
    }
    (server, site)
}

/// Every kind of answer that shows citizens' words.
fn look_at(site: &str, day: Date, folder: &Path, seen: &mut Seen) {
    let concerns = get_json(&format!("{site}/api/v1/digests?unit=city&day={day}"));
    let concern = concerns[0]["top"][0]["concern"]
        .as_str()
        .unwrap()
        .to_owned();
    let found = get_json(&format!("{site}/api/v1/search?q=c%E1%BB%91ng&limit=1"));
    let hit = &found["items"][0];
    let mention = hit["id"].as_str().or_else(|| hit["mention"]["id"].as_str());
    let mention = mention.unwrap().to_owned();
    let mut shown = 0;
    for path in [
        "/".to_owned(),
        format!("/?ngay={day}"),
        format!("/van-de/{concern}"),
        format!("/van-de/{concern}/tin.atom"),
        "/tim-kiem?q=c%E1%BB%91ng".to_owned(),
        "/nguon".to_owned(),
        "/nguon/1022".to_owned(),
        "/don-vi".to_owned(),
        "/ban-do".to_owned(),
        "/ban-do.svg".to_owned(),
        "/im-lang".to_owned(),
        "/hai-long".to_owned(),
        "/tin.atom".to_owned(),
        "/lich.ics".to_owned(),
        "/du-lieu-mo".to_owned(),
        "/api/v1/search?q=c%E1%BB%91ng&limit=100".to_owned(),
        format!("/api/v1/mentions/{mention}"),
        format!("/api/v1/concerns/{concern}?limit=100"),
        "/api/v1/concerns".to_owned(),
        format!("/api/v1/digests?unit=city&day={day}&format=csv"),
        "/api/v1/sources".to_owned(),
        "/open311/v2/requests.json?extensions=true".to_owned(),
        "/open311/v2/requests.xml".to_owned(),
    ] {
        let (status, body) = get(&format!("{site}{path}")).unwrap();
        assert_eq!(status, 200, "{path}: {body}");
        shown += usize::from(body.contains("nghẹt"));
        seen.add(path, body);
    }
    assert!(shown >= 8, "only {shown} answers show the words at all");
    if cfg!(feature = "pdf") {
        let (file, url) = (
            folder.join("tai.pdf"),
            format!("{site}/ban-tin.pdf?ngay={day}"),
        );
        told(
            "curl",
            &[
                "-sf",
                "--max-time",
                "60",
                "-o",
                file.to_str().unwrap(),
                &url,
            ],
        );
        seen.add("/ban-tin.pdf", paper(&file));
    }
}

/// The words on a sheet, on one line: they break wherever the line ends.
fn paper(file: &Path) -> Vec<u8> {
    let text = told("pdftotext", &["-layout", file.to_str().unwrap(), "-"]);
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("nghẹt"), "{text}");
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .into_bytes()
}

/// A letter as it came, and each of its parts decoded.
fn letter(file: &Path, folder: &Path, seen: &mut Seen) {
    let parts = folder.join("parts");
    fs::create_dir_all(&parts).unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let (python, script) = (
        format!("{root}/.tools/bin/python"),
        format!("{root}/tests/peers/letter_parts.py"),
    );
    told(
        &python,
        &[&script, file.to_str().unwrap(), parts.to_str().unwrap()],
    );
    let mut shown = 0;
    for entry in fs::read_dir(&parts).unwrap() {
        let path = entry.unwrap().path();
        let is_paper = path.extension().is_some_and(|ending| ending == "pdf");
        let bytes = fs::read(&path).unwrap();
        shown += usize::from(String::from_utf8_lossy(&bytes).contains("nghẹt"));
        if is_paper {
            let text = told("pdftotext", &["-layout", path.to_str().unwrap(), "-"]);
            let text = String::from_utf8_lossy(&text).into_owned();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            seen.add(format!("paper in a letter, {}", path.display()), text);
        }
        seen.add(format!("part of a letter, {}", path.display()), bytes);
    }
    assert!(shown >= 2, "{shown} parts of the letter show the words");
    seen.add("a letter", fs::read(file).unwrap());
}

#[test]
fn fifty_planted_canaries_in_every_channel_are_in_no_file_page_log_letter_paper_dump_or_backup() {
    let canaries = canaries();
    let said = canaries
        .iter()
        .map(|(words, _)| sentence(words))
        .collect::<Vec<_>>();
    let city = city();
    let folder = city.path();
    let (office, away) = (PostOffice::open(folder), tempfile::tempdir().unwrap());
    let network = Network::start(&away.path().join("network"));
    open_city(folder, &said, &office, &network);
    // Recipients get what is published from their first round on.
    run(folder, &[&CONFIG[..], &["mail", "send"]].concat(), b"").expect(0);
    let day = day_in_vietnam(now()).saturating_sub(1.days());
    let (mut server, site) = plant(folder, &said, day, &network);
    let n_expected = N_CHANNELS * canaries.len() as u64;
    let two_minutes = Duration::from_mins(2);
    wait_for("all of them", two_minutes, || {
        let found = get_json(&format!("{site}/api/v1/search?q=c%E1%BB%91ng&limit=1"));
        (found["total"].as_u64() == Some(n_expected)).then_some(())
    });
    wait_for("a digest", two_minutes, || {
        let asked = format!("{site}/api/v1/digests?unit=city&day={day}");
        get(&asked).filter(|(status, _)| *status == 200)
    });
    let letters = wait_for("a letter", two_minutes, || {
        let letters = office.letters("chu-tich");
        (!letters.is_empty()).then_some(letters)
    });
    let mut seen = Seen::default();
    look_at(&site, day, folder, &mut seen);
    // The index packs its words: it is asked for them instead of read.
    let mut found = Vec::new();
    for (_, forms) in &canaries {
        let asked = format!("%22{}%22", escaped(&forms[0]));
        let hits = get_json(&format!("{site}/api/v1/search?q={asked}&limit=1"));
        if hits["total"] != 0 {
            found.push(format!("{} by search: {}", forms[0], hits["total"]));
        }
    }
    assert_eq!(server.stop(), Some(0));
    for file in &letters {
        letter(file, folder, &mut seen);
    }
    run(folder, &[&CONFIG[..], &["dump"]].concat(), b"").expect(0);
    run(folder, &[&CONFIG[..], &["backup", "ban-sao"]].concat(), b"").expect(0);
    for kind in ["mentions", "digests"] {
        let export = run(folder, &[&CONFIG[..], &["export", kind]].concat(), b"").expect(0);
        seen.add(format!("export {kind}"), export.stdout);
    }
    seen.add("the log", fs::read(folder.join("log")).unwrap());
    seen.add_folder(&folder.join("data"));
    seen.add_folder(&folder.join("ban-sao"));
    let places = |ending: &str| {
        seen.0
            .iter()
            .filter(|(place, _)| place.contains(ending))
            .count()
    };
    for ending in [
        "dumps/", ".csv", "ban-sao/", "rows of ", "letter", "the log",
    ] {
        assert!(places(ending) > 0, "nothing of {ending} was looked at");
    }
    assert!(!seen.holding("nghẹt").is_empty());
    let handle = "chimchich".to_owned();
    for form in canaries
        .iter()
        .flat_map(|(_, forms)| forms)
        .chain([&handle])
    {
        for place in seen.holding(form) {
            found.push(format!("{form} in {place}"));
        }
    }
    assert!(found.is_empty(), "{} places: {found:#?}", found.len());
}

/// Percent-encoded, for a query.
fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
