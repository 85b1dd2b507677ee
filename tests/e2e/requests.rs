//! A unit is asked by a real server of mail and answers by the link of the letter; whatever is killed in
//! between, it is told exactly once.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use jiff::ToSpan;
use models::domain::day_in_vietnam;

use crate::accounts::{PASSWORD, Page, browse};
use crate::comes_in::{configure, now};
use crate::mail::{Parsed, PostOffice, import, publish, ticket, write_mail_settings};
use crate::program::{Server, command, get_json, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];
const HERE: [&str; 2] = ["-H", "sec-fetch-site: same-origin"];

const REQUESTS: &str = "answer_days = 3\nremind_days = 1\nescalate_after = [1]\n\
    quiet = [\"21:00\", \"06:30\"]\nlink_days = 30\npress_days = 1\npress_window_days = 14\n\
    [[contact]]\nof = \"unit:26740\"\nname = \"UBND phường\"\nmail = \"phuong@example.vn\"\n\
    [[contact]]\nof = \"unit:26740\"\nname = \"Không ai\"\nmail = \"khong-ai@example.vn\"\n\
    [[contact]]\nof = \"desk\"\nname = \"Tổ báo chí\"\nmail = \"chu-tich@example.vn\"\n";

fn serve(folder: &Path) -> (Server, String) {
    let mut serve = command(folder);
    serve
        .args(CONFIG)
        .args(["serve", "--listen", "127.0.0.1:0"]);
    Server::announced(serve.stderr(Stdio::null()))
}

fn post(jar: &Path, url: &str, form: &str) -> Page {
    browse(jar, url, &[&HERE[..], &["-d", form][..]].concat())
}

#[test]
fn a_unit_is_asked_once_and_answers_by_its_link() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut office = PostOffice::open(folder);
    configure(folder, "");
    write_mail_settings(folder, office.port(), &[]);
    let settings = fs::read_to_string(folder.join("langnghe.toml")).unwrap();
    let settings = settings + "\n[access]\ninsecure_loopback = true\n";
    fs::write(folder.join("langnghe.toml"), settings).unwrap();
    fs::write(folder.join("requests.toml"), REQUESTS).unwrap();
    let day = day_in_vietnam(now()).saturating_sub(2.days());
    import(folder, &ticket("P1", &format!("{day}T08:00:00+07:00")));
    publish(folder);
    let add = [
        "user",
        "add",
        "an",
        "--name",
        "An",
        "--role",
        "press_officer",
    ];
    let add = [&CONFIG[..], &add[..]].concat();
    run(folder, &add, format!("{PASSWORD}\n").as_bytes()).expect(0);

    // The mail server is away while the officer asks, and the program is killed right after.
    office.close();
    let (mut server, site) = serve(folder);
    let jar = folder.join("jar");
    let sign_in = ["--data-urlencode", "ten=an", "--data-urlencode"].as_slice();
    let password = format!("mat_khau={PASSWORD}");
    let sign_in = [&HERE[..], sign_in, &[password.as_str()]].concat();
    browse(&jar, &format!("{site}/dang-nhap"), &sign_in).expect(303);
    let digest = get_json(&format!("{site}/api/v1/digests?unit=city&day={day}"));
    let concern = digest[0]["top"][0]["concern"].as_str().unwrap();
    let form = format!(
        "loai=concern&ve={concern}&gui_den=26740&cau_hoi=Bao+gi%E1%BB%9D+xong%3F&so_ngay=3&gui=1"
    );
    let posted = post(&jar, &format!("{site}/yeu-cau"), &form).expect(303);
    let path = posted.header("location").to_owned();
    server.kill();

    office.reopen();
    let (mut server, _) = serve(folder);
    wait_for("the letter", Duration::from_mins(1), || {
        (office.letters("phuong").len() == 1).then_some(())
    });
    server.kill();
    for _ in 0..2 {
        let (mut server, _) = serve(folder);
        std::thread::sleep(Duration::from_secs(5));
        server.kill();
    }
    assert_eq!(
        office.letters("phuong").len(),
        1,
        "told once, whatever was killed"
    );

    let letter = Parsed::read(&office.letters("phuong")[0]);
    assert!(letter.subject.contains("Yêu cầu giải trình"), "{letter:?}");
    assert!(letter.text.contains("Bao giờ xong?"), "{}", letter.text);
    let link = letter
        .text
        .split_whitespace()
        .find(|word| word.contains("/giai-trinh/"));
    let link = link.unwrap_or_else(|| panic!("no link in {}", letter.text));
    let link = link
        .trim_start_matches("https://langnghe.example")
        .to_owned();

    let (_server, site) = serve(folder);
    let nobody = folder.join("nobody");
    let url = format!("{site}{link}");
    let shown = browse(&nobody, &url, &[]).expect(200);
    assert!(shown.body.contains("Bao giờ xong?"));
    fs::write(folder.join("bao-cao.pdf"), b"%PDF-1.7\n%%EOF\n").unwrap();
    fs::write(folder.join("trang.pdf"), b"<html><script>1</script></html>").unwrap();
    let hand_in = |file: &str| {
        let file = format!("tep=@{}", folder.join(file).display());
        let fields = ["-F", "tra_loi=Đã khơi thông cống.", "-F", &file];
        browse(&nobody, &url, &[&HERE[..], &fields[..]].concat())
    };
    hand_in("trang.pdf").expect(415);
    hand_in("bao-cao.pdf").expect(303);
    hand_in("bao-cao.pdf").expect(409);
    browse(&nobody, &format!("{url}x"), &[]).expect(404);

    // The desk is told, and sees the receipts.
    wait_for("the desk's letter", Duration::from_mins(1), || {
        (office.letters("chu-tich").len() == 1).then_some(())
    });
    let page = wait_for("the receipts", Duration::from_secs(30), || {
        let page = browse(&jar, &format!("{site}{path}"), &[]).expect(200);
        let has_all = page.body.contains("SMTP 250") && page.body.contains("SMTP 5");
        has_all.then_some(page.body)
    });
    assert!(page.contains("Đã khơi thông cống.") && page.contains("bao-cao.pdf"));
    assert!(page.contains("Không gửi được"), "nobody has that mailbox");
    post(&jar, &format!("{site}{path}/chap-nhan"), "ghi_chu=").expect(303);
}
