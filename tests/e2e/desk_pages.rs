//! The desk through the built program: two officers sign in, the slower one is told, and what the faster one
//! merged is in the next digest, until it is undone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::accounts::{PASSWORD, Page, browse};
use crate::desk::{CONFIG, city, concerns, digest, hear, lists, publish};
use crate::program::{Server, command, run, within};

/// Somebody at a browser.
struct Officer {
    jar: PathBuf,
    site: String,
}

fn add(folder: &Path, login: &str, name: &str) {
    let add = [
        "user",
        "add",
        login,
        "--name",
        name,
        "--role",
        "press_officer",
    ];
    let add = [&CONFIG[..], &add].concat();
    run(folder, &add, format!("{PASSWORD}\n").as_bytes()).expect(0);
}

fn open(folder: &Path) -> (Server, String) {
    let mut serve = command(folder);
    serve
        .env("LANGNGHE_ACCESS__INSECURE_LOOPBACK", "true")
        .args(CONFIG)
        .args(["serve", "--listen", "127.0.0.1:0"]);
    Server::announced(&mut serve)
}

impl Officer {
    fn sign_in(folder: &Path, site: &str, login: &str) -> Self {
        let officer = Self {
            jar: folder.join(format!("cookies-{login}")),
            site: site.to_owned(),
        };
        let answer = officer.send("/dang-nhap", &[("ten", login), ("mat_khau", PASSWORD)]);
        answer.expect(303);
        officer
    }

    fn get(&self, path: &str) -> Page {
        browse(&self.jar, &format!("{}{path}", self.site), &[])
    }

    fn send(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let pairs = fields.iter().map(|(name, value)| format!("{name}={value}"));
        let pairs = pairs.collect::<Vec<_>>();
        let mut more = vec!["-H", "sec-fetch-site: same-origin"];
        for pair in &pairs {
            more.extend(["--data-urlencode", pair]);
        }
        browse(&self.jar, &format!("{}{path}", self.site), &more)
    }
}

#[test]
fn the_slower_of_two_officers_is_told_and_the_digest_follows_the_faster() {
    within(Duration::from_mins(9), || {
        let folder = city();
        let folder = folder.path();
        (1..4).for_each(|back| hear(folder, back));
        publish(folder);
        let before = digest(folder, 1);
        let named = concerns(&before);
        let (from, into) = (&named[0], &named[1]);
        add(folder, "an", "Nguyễn An");
        add(folder, "binh", "Lê Bình");

        let (mut server, site) = open(folder);
        let an = Officer::sign_in(folder, &site, "an");
        let binh = Officer::sign_in(folder, &site, "binh");
        let queue = an.get("/ban-lam-viec").expect(200);
        assert!(queue.body.contains(from.as_str()) && queue.body.contains(into.as_str()));
        let seen = [from, into].map(|id| format!("0:{id}"));
        let edit = |id: &str| format!("/ban-lam-viec/van-de/{id}/sua");
        let merge = |reason| {
            [
                ("viec", "gop"),
                ("thay", seen[0].as_str()),
                ("vao", seen[1].as_str()),
                ("ly_do", reason),
            ]
        };
        let personal = an.send(&edit(from), &merge("bà Lan 0903 123 456 gọi"));
        assert!(personal.expect(422).body.contains("dữ liệu cá nhân"));
        let merged = an.send(&edit(from), &merge("cùng một tuyến cống"));
        assert!(
            merged
                .expect(303)
                .header("location")
                .contains(into.as_str())
        );
        let late = [
            ("viec", "ten"),
            ("thay", seen[1].as_str()),
            ("ten", "Rác và nước"),
            ("ly_do", "rõ hơn"),
        ];
        let told = binh.send(&edit(into), &late).expect(409);
        for words in ["Nguyễn An", "cùng một tuyến cống", "Rác và nước", "rõ hơn"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        let book = format!("/ban-lam-viec/van-de/{into}/so");
        let note = [("viec", "ghi"), ("ghi_chu", "gọi lại 0903 123 456")];
        assert!(
            binh.send(&book, &note)
                .expect(422)
                .body
                .contains("dữ liệu cá nhân")
        );
        let note = [("viec", "ghi"), ("ghi_chu", "đã hỏi công ty thoát nước")];
        binh.send(&book, &note).expect(303);
        let label = [("viec", "nhan"), ("nhan", "Chờ sở")];
        binh.send(&book, &label).expect(303);
        let page = an.get(&format!("/ban-lam-viec/van-de/{into}")).expect(200);
        assert!(page.body.contains("Người khác đang xem") || page.body.contains("Chờ sở"));
        assert!(page.body.contains("đã hỏi công ty thoát nước"));
        server.stop();

        publish(folder);
        let after = digest(folder, 1);
        assert!(!concerns(&after).contains(from), "{after}");
        assert!(after["erratum"].as_str().unwrap().contains("gộp vấn đề"));
        assert!(!after.to_string().contains("Nguyễn An"));

        let (mut server, site) = open(folder);
        let an = Officer::sign_in(folder, &site, "an");
        let history = an.get(&format!("/ban-lam-viec/van-de/{into}")).expect(200);
        let undoing = "value=\"hoan-tac\"><input type=\"hidden\" name=\"so\" value=\"";
        let number = history.body.split(undoing).nth(1);
        let number = number.and_then(|rest| rest.split('"').next()).unwrap();
        let undo = [
            ("viec", "hoan-tac"),
            ("so", number),
            ("ly_do", "hai nơi khác nhau"),
        ];
        an.send(&edit(into), &undo).expect(303);
        server.stop();
        publish(folder);
        assert_eq!(lists(digest(folder, 1)), lists(before), "as it was");

        let verify = [&CONFIG[..], &["audit", "verify"]].concat();
        run(folder, &verify, b"").expect(0);
        let log = [&CONFIG[..], &["--json", "audit", "list"]].concat();
        let log = run(folder, &log, b"").expect(0).json_lines();
        let did = |action: &str| log.iter().filter(|line| line["action"] == action).count();
        let counts = [
            "concern.merge",
            "correction.undo",
            "concern.note",
            "concern.label",
        ]
        .map(did);
        assert_eq!(counts, [1, 1, 1, 1]);
    });
}
