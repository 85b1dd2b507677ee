//! Requests for explanation: asked, answered, judged, printed; and the duty to answer the press.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use api::access::{hash_password, hash_token};
use api::requests::link_path;
use api::{AppState, RequestDesk};
use axum::body::Body;
use axum::http::Request;
use indexer::{Accounts, Actor, Archive, By, NewAccount, NewSession, Requests};
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    MentionId, PrintedAnswer, Reach, RequestId, RequestState, Rights, Role, deadline,
};

use crate::client::{Answer, Site};
use crate::fixture;
use crate::fixture::requests::PHONE;

/// The unit that is asked, and another.
pub const MINE: &str = "26740";
pub const OTHER: &str = "26743";

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
const EDGE: &str = "----bien-gioi";

pub struct Desk {
    pub site: Site,
    archive: Arc<dyn Archive>,
    pub accounts: Arc<dyn Accounts>,
    pub requests: RequestDesk,
    seconds: Arc<AtomicI64>,
}

impl Desk {
    pub fn open() -> Self {
        let (state, folder) = fixture::busy_city();
        Self::over(state, folder)
    }

    pub fn over(mut state: AppState, folder: tempfile::TempDir) -> Self {
        let seconds = Arc::new(AtomicI64::new(fixture::now().as_second()));
        let reads = Arc::clone(&seconds);
        state.clock =
            Arc::new(move || Timestamp::from_second(reads.load(Ordering::Relaxed)).unwrap());
        Self {
            archive: Arc::clone(&state.archive),
            accounts: Arc::clone(&state.accounts),
            requests: state.requests.clone(),
            site: Site::over(state, folder),
            seconds,
        }
    }

    fn record(&self) -> &dyn Requests {
        &*self.requests.record
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.seconds.load(Ordering::Relaxed)).unwrap()
    }

    pub fn wait(&self, days: i64) {
        let span = SignedDuration::from_hours(24 * days);
        self.seconds.fetch_add(span.as_secs(), Ordering::Relaxed);
    }

    /// The cookie of somebody who signed in: their token, kept in the record as any other.
    pub fn sign_in(&self, login: &str, role: Role, reach: &str) -> String {
        let by = By {
            who: Actor::Command,
            at: self.now(),
            request: None,
        };
        let new = NewAccount {
            login: login.to_owned(),
            display_name: format!("Cán bộ {login}"),
            rights: Rights {
                role,
                reach: Reach::from_text(reach).unwrap(),
            },
            password: Some(hash_password("bốn từ ngẫu nhiên").unwrap()),
            subject: None,
        };
        let account = self.accounts.add_account(&new, &by).unwrap();
        let token = format!("token-of-{login}");
        let session = NewSession {
            account,
            token: hash_token(&token),
            expires_at: self.now() + SignedDuration::from_hours(12),
            totp_step: None,
            how: "test",
        };
        self.accounts.open_session(&session, &by).unwrap().unwrap();
        format!("__Host-langnghe={token}")
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.site.get_with(path, &[("cookie", cookie)]).await
    }

    pub async fn post(&self, path: &str, form: &str, cookie: &str) -> Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookie);
        let body = Body::from(form.to_owned());
        self.site.send(request.body(body).unwrap()).await
    }

    async fn hand_in(
        &self,
        path: &str,
        text: &str,
        files: &[(&str, &[u8])],
        cookie: &str,
    ) -> Answer {
        let request = Request::post(path)
            .header(
                "content-type",
                format!("multipart/form-data; boundary={EDGE}"),
            )
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookie);
        let body = Body::from(multipart(text, files));
        self.site.send(request.body(body).unwrap()).await
    }

    /// A request about the fixture's first concern, sent to a unit.
    pub async fn ask(&self, officer: &str, to: &str) -> RequestId {
        let concern = self.concern();
        let form = format!(
            "loai=concern&ve={concern}&gui_den={to}&cau_hoi=Bao+gi%E1%BB%9D+xong%3F+G%E1%BB%8Di+{PHONE}&so_ngay=3&gui=1"
        );
        let answer = self.post("/yeu-cau", &form, officer).await.expect(303);
        let id = answer.header("location").rsplit('/').next().unwrap();
        RequestId(id.parse().unwrap())
    }

    pub fn concern(&self) -> String {
        let digest = self
            .archive
            .digest(&models::domain::DigestScope::City, fixture::DAY, None);
        digest.unwrap().unwrap().top[0].concern.to_string()
    }

    pub fn state(&self, id: RequestId) -> RequestState {
        self.record().request(id).unwrap().unwrap().state
    }

    fn link(&self, id: RequestId, round: u32) -> String {
        link_path(&self.requests.key, id, round)
    }
}

fn multipart(text: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body =
        format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"tra_loi\"\r\n\r\n{text}\r\n")
            .into_bytes();
    for (name, bytes) in files {
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"{name}\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("--{EDGE}--\r\n").into_bytes());
    body
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one way from the question to the end"
)]
async fn an_officer_asks_and_a_unit_answers_by_its_link() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let concern = desk.concern();
    let page = desk
        .get(&format!("/van-de/{concern}"), &officer)
        .await
        .expect(200);
    let ask = format!("/yeu-cau/moi?van-de={concern}");
    assert!(
        page.text().contains(&ask),
        "the concern's page leads to the form"
    );
    let reader = desk
        .get(&format!("/van-de/{concern}"), "")
        .await
        .expect(200);
    assert!(!reader.text().contains("/yeu-cau/moi"), "not for readers");
    let form = desk.get(&ask, &officer).await.expect(200);
    assert!(form.text().contains("Đề nghị") && form.text().contains("<optgroup"));

    let id = desk.ask(&officer, MINE).await;
    let asked = desk.record().request(id).unwrap().unwrap();
    assert_eq!(asked.state, RequestState::Sent);
    assert_eq!(asked.due_at, Some(deadline(desk.now(), 3)));
    assert!(!asked.question.contains(PHONE) && asked.question.contains("[điện thoại]"));
    let edition = asked.evidence.edition.as_deref().unwrap();
    assert!(
        edition.contains("12-11") || edition.contains("12/11"),
        "{edition}"
    );
    assert!(
        edition.contains("bản 2"),
        "the revision that stood: {edition}"
    );
    assert!(!asked.evidence.figures.is_empty() && !asked.evidence.quotes.is_empty());

    // Programs that look through mail open links: nothing is spent by that.
    let link = desk.link(id, 1);
    for _ in 0..3 {
        let shown = desk.get(&link, "").await.expect(200);
        assert!(shown.text().contains(&asked.evidence.title));
        assert_eq!(shown.header("cache-control"), "private, no-store");
        assert!(shown.header("x-robots-tag").contains("noindex"));
    }
    let steps = desk.record().request_events(id).unwrap();
    assert_eq!(
        steps.iter().filter(|e| e.step.code() == "opened").count(),
        1
    );
    let answer = format!("Đã nạo vét. Liên hệ {PHONE}.");
    let files = [("../../Báo cáo.pdf", PDF)];
    let done = desk.hand_in(&link, &answer, &files, "").await.expect(303);
    assert_eq!(done.header("location"), link);
    let spent = desk.get(&link, "").await.expect(200);
    assert!(spent.text().contains("Đã nhận câu trả lời"));
    assert!(
        spent.text().contains("đã bị che"),
        "they are told what was cut"
    );
    desk.hand_in(&link, "lần hai", &[], "").await.expect(409);
    assert_eq!(desk.state(id), RequestState::Answered);
    let answers = desk.record().request_answers(id).unwrap();
    assert_eq!(answers.len(), 1);
    assert!(!answers[0].text.contains(PHONE) && answers[0].was_cut);
    assert_eq!(answers[0].files[0].name, "Báo cáo.pdf");

    let page = desk
        .get(&format!("/yeu-cau/{id}"), &officer)
        .await
        .expect(200);
    assert!(page.text().contains("Đã nạo vét") && page.text().contains("Chấp nhận"));
    let hrefs = page
        .text()
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap());
    let path = { hrefs }
        .find(|href| href.contains("/tep/"))
        .unwrap()
        .to_owned();
    let file = desk.get(&path, &officer).await.expect(200);
    assert_eq!(
        (file.body.as_slice(), file.kind()),
        (PDF, "application/pdf")
    );
    assert!(
        file.header("content-disposition")
            .starts_with("attachment; ")
    );
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    desk.get(&path, "").await.expect(303);

    let back = "ly_do=Ch%C6%B0a+n%C3%B3i+bao+gi%E1%BB%9D&so_ngay=2";
    desk.post(&format!("/yeu-cau/{id}/tra-lai"), back, &officer)
        .await
        .expect(303);
    let over = desk.get(&link, "").await.expect(200);
    assert!(
        over.text().contains("Đã nhận câu trả lời"),
        "the old link stays spent"
    );
    let second = desk.link(id, 2);
    let again = desk.get(&second, "").await.expect(200);
    assert!(again.text().contains("Chưa nói bao giờ"));
    desk.hand_in(&second, "Xong ngày 20-11.", &[], "")
        .await
        .expect(303);
    let note = "ghi_chu=S%E1%BA%BD+ki%E1%BB%83m+tra+l%E1%BA%A1i.";
    desk.post(&format!("/yeu-cau/{id}/chap-nhan"), note, &officer)
        .await
        .expect(303);
    assert_eq!(desk.state(id), RequestState::Accepted);
    // Two officers press the same button: the second is told.
    let late = desk
        .post(&format!("/yeu-cau/{id}/chap-nhan"), note, &officer)
        .await
        .expect(409);
    assert!(late.text().contains("Chưa thực hiện được"));
    desk.post(&format!("/yeu-cau/{id}/dong"), "", &officer)
        .await
        .expect(303);
    assert_eq!(desk.state(id), RequestState::Closed);

    let log = desk.accounts.audit_rows(None, 100).unwrap();
    let actions = log
        .iter()
        .map(|row| row.entry.action.as_str())
        .collect::<Vec<_>>();
    for action in [
        "request.sent",
        "request.answered",
        "request.returned",
        "request.accepted",
    ] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
}

#[tokio::test]
async fn links_that_are_not_ours_or_too_old_open_nothing() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let id = desk.ask(&officer, MINE).await;
    let link = desk.link(id, 1);
    let other = link_path(&api::requests::LinkKey::new([3; 32]), id, 1);
    let next = desk.link(id, 2);
    for forged in [
        other,
        link_path(&api::requests::LinkKey::new([0; 32]), RequestId(99), 1),
        format!("{}x", &link[..link.len() - 1]),
        "/giai-trinh/1".to_owned(),
        "/giai-trinh/..%2f..%2fetc".to_owned(),
    ] {
        desk.get(&forged, "").await.expect(404);
        desk.hand_in(&forged, "x", &[], "").await.expect(404);
    }
    // A round that has not come.
    let early = desk.get(&next, "").await.expect(200);
    assert!(early.text().contains("không còn hiệu lực"));
    desk.wait(31);
    let old = desk.get(&link, "").await.expect(200);
    assert!(old.text().contains("không còn hiệu lực"));
    desk.hand_in(&link, "x", &[], "").await.expect(409);
    assert!(desk.record().request_answers(id).unwrap().is_empty());
}

#[tokio::test]
async fn only_what_may_be_sent_is_taken() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let id = desk.ask(&officer, MINE).await;
    let link = desk.link(id, 1);
    let big = [PDF, &vec![b' '; 5_000_000]].concat();
    let page = b"<!doctype html><script>alert(1)</script>".as_slice();
    let program = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".as_slice();
    let zip = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0bomb".as_slice();
    let six = [("a.pdf", PDF); 6];
    for (text, files, status) in [
        ("", &[][..], 400),
        ("x", &[("a.pdf", page)], 415),
        ("x", &[("a.pdf", program)], 415),
        ("x", &[("a.docx", zip)], 415),
        ("x", &[("a.pdf", &big)], 413),
        ("x", &six, 422),
    ] {
        desk.hand_in(&link, text, files, "").await.expect(status);
    }
    let endless = vec![b' '; 17_000_000];
    desk.hand_in(&link, "x", &[("a.pdf", &endless)], "")
        .await
        .expect(413);
    let long = "ă".repeat(8_001);
    desk.hand_in(&link, &long, &[], "").await.expect(400);
    // From a page of another site.
    let request = Request::post(&link)
        .header(
            "content-type",
            format!("multipart/form-data; boundary={EDGE}"),
        )
        .header("sec-fetch-site", "cross-site");
    let request = request.body(Body::from(multipart("x", &[]))).unwrap();
    desk.site.send(request).await.expect(403);
    assert_eq!(desk.state(id), RequestState::Sent);
    assert!(desk.record().request_answers(id).unwrap().is_empty());
    desk.hand_in(&link, "x", &[("", b"")], "").await.expect(303);
}

#[tokio::test]
async fn a_unit_sees_and_answers_its_own_requests_alone() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let mine = desk.sign_in("don-vi", Role::UnitResponder, MINE);
    let other = desk.sign_in("don-vi-khac", Role::UnitResponder, OTHER);
    let viewer = desk.sign_in("xem", Role::Viewer, MINE);
    let id = desk.ask(&officer, MINE).await;
    let path = format!("/yeu-cau/{id}");
    desk.get(&path, &other).await.expect(404);
    desk.hand_in(&format!("{path}/tra-loi"), "x", &[], &other)
        .await
        .expect(404);
    desk.get(&path, &viewer).await.expect(200);
    desk.hand_in(&format!("{path}/tra-loi"), "x", &[], &viewer)
        .await
        .expect(403);
    desk.hand_in(&format!("{path}/tra-loi"), "x", &[], &officer)
        .await
        .expect(403);
    assert_eq!(desk.state(id), RequestState::Sent);
    let list = desk.get("/yeu-cau", &other).await.expect(200);
    assert!(!list.text().contains(&path) && list.text().contains("Không có yêu cầu nào"));
    let inbox = desk.get("/yeu-cau", &mine).await.expect(200);
    assert!(inbox.text().contains(&path));
    desk.get(&path, &mine).await.expect(200);
    assert_eq!(
        desk.state(id),
        RequestState::Delivered,
        "read by the unit itself"
    );
    desk.post(&format!("{path}/rut"), "ly_do=x", &mine)
        .await
        .expect(403);
    desk.hand_in(&format!("{path}/tra-loi"), "Đã xong.", &[], &mine)
        .await
        .expect(303);
    assert_eq!(desk.state(id), RequestState::Answered);
    // A draft is nobody's business but the desk's.
    let concern = desk.concern();
    let form = format!("loai=concern&ve={concern}&gui_den={MINE}&cau_hoi=a&so_ngay=3&gui=0");
    let draft = desk.post("/yeu-cau", &form, &officer).await.expect(303);
    let draft = draft.header("location").to_owned();
    desk.get(&draft, &mine).await.expect(404);
    desk.post(&format!("{draft}/gui"), "", &officer)
        .await
        .expect(303);
    desk.get(&draft, &mine).await.expect(200);
    // An officer of one unit asks no other.
    let local = desk.sign_in("bao-chi-phuong", Role::PressOfficer, MINE);
    let form = format!("loai=concern&ve={concern}&gui_den={OTHER}&cau_hoi=a&so_ngay=3&gui=1");
    desk.post("/yeu-cau", &form, &local).await.expect(403);
    for bad in ["gui_den=99999", "gui_den=", "so_ngay=0"] {
        let (key, _) = bad.split_once('=').unwrap();
        let good = format!("loai=concern&ve={concern}&gui_den={MINE}&cau_hoi=a&so_ngay=3");
        let pairs = good.split('&').filter(|pair| !pair.starts_with(key));
        let form = pairs.chain([bad]).collect::<Vec<_>>().join("&");
        desk.post("/yeu-cau", &form, &officer).await.expect(400);
    }
}

#[tokio::test]
async fn late_ones_come_first_and_are_counted() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let first = desk.ask(&officer, MINE).await;
    desk.wait(10);
    let officer = desk.sign_in("bao-chi-2", Role::PressOfficer, "city");
    let second = desk.ask(&officer, OTHER).await;
    let list = desk.get("/yeu-cau", &officer).await.expect(200);
    let at = |id: RequestId| list.text().find(&format!("/yeu-cau/{id}\"")).unwrap();
    assert!(at(first) < at(second), "the late one first");
    assert!(list.text().contains("1 quá hạn"));
    let late = desk
        .get("/yeu-cau?trang-thai=qua-han", &officer)
        .await
        .expect(200);
    assert!(!late.text().contains(&format!("/yeu-cau/{second}\"")));
    desk.get("/yeu-cau?trang-thai=x", &officer)
        .await
        .expect(400);
    let table = desk.get("/yeu-cau.csv", &officer).await.expect(200);
    let rows = table.text().lines().collect::<Vec<_>>();
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(
        rows[1].starts_with(&format!("{first},sent,true,{MINE},")),
        "{}",
        rows[1]
    );
}

#[tokio::test]
async fn a_printed_answer_stands_under_its_concern() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let id = desk.ask(&officer, MINE).await;
    desk.hand_in(&desk.link(id, 1), "Đã thông cống.", &[], "")
        .await
        .expect(303);
    let before = desk.get("/", "").await.expect(200);
    desk.post(
        &format!("/yeu-cau/{id}/chap-nhan"),
        "ghi_chu=Theo+d%C3%B5i",
        &officer,
    )
    .await
    .expect(303);
    let same = desk.get("/", "").await.expect(200);
    assert_eq!(before.text(), same.text(), "what was published stays");
    let known = desk.record().request(id).unwrap().unwrap();
    let print = PrintedAnswer {
        request: id,
        concern: known.subject.concern().cloned(),
        addressee: known.addressee,
        day: fixture::DAY,
        title: String::new(),
        answer: String::new(),
        note: "Theo dõi".to_owned(),
        asked_on: fixture::DAY.yesterday().unwrap(),
        answered_on: fixture::DAY,
        curve: vec![(fixture::DAY.yesterday().unwrap(), 9), (fixture::DAY, 3)],
    };
    desk.record().print_answers(&[print], desk.now()).unwrap();
    let concern = desk.concern();
    for path in ["/".to_owned(), format!("/van-de/{concern}")] {
        let page = desk.get(&path, "").await.expect(200);
        assert!(page.text().contains("Đã thông cống."), "{path}");
        assert!(page.text().contains("Theo dõi"), "{path}");
        assert!(
            page.text()
                .contains("9,0 ý kiến mỗi ngày trước khi hỏi, 3,0 sau đó"),
            "{path}"
        );
        assert!(
            !page.text().contains("Cán bộ bao-chi"),
            "no names for readers: {path}"
        );
    }
    let day_before = fixture::DAY.yesterday().unwrap();
    let other = desk
        .get(&format!("/?ngay={day_before}"), "")
        .await
        .expect(200);
    assert!(
        !other.text().contains("Đã thông cống."),
        "one edition alone"
    );
}

#[tokio::test]
async fn press_reports_wait_with_their_clock() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let page = desk.get("/bao-chi", &officer).await.expect(200);
    let action = page
        .text()
        .split("action=\"/bao-chi/")
        .nth(1)
        .expect("a report");
    let id = action.split('"').next().unwrap().to_owned();
    desk.get("/bao-chi", "").await.expect(303);
    let mark = |form: &'static str| {
        let path = format!("/bao-chi/{id}");
        let officer = officer.clone();
        let desk = &desk;
        async move { desk.post(&path, form, &officer).await }
    };
    mark("viec=answered&noi_dung=javascript:alert(1)")
        .await
        .expect(400);
    mark("viec=not_needed&noi_dung=").await.expect(400);
    mark("viec=asked&noi_dung=").await.expect(400);
    mark("viec=answered&noi_dung=https%3A%2F%2Fcity.example%2Ftra-loi")
        .await
        .expect(303);
    let rest = desk.get("/bao-chi", &officer).await.expect(200);
    assert!(!rest.text().contains(&format!("action=\"/bao-chi/{id}\"")));
    let done = desk
        .get("/bao-chi?trang-thai=answered", &officer)
        .await
        .expect(200);
    assert!(done.text().contains("https://city.example/tra-loi"));
    mark("viec=waiting&noi_dung=").await.expect(303);
    let form = format!("loai=press&ve={id}&gui_den={MINE}&cau_hoi=a&so_ngay=1&gui=1");
    let request = desk.post("/yeu-cau", &form, &officer).await.expect(303);
    let asked = desk
        .get("/bao-chi?trang-thai=asked", &officer)
        .await
        .expect(200);
    assert!(asked.text().contains(request.header("location")));
    let viewer = desk.sign_in("xem", Role::Viewer, "city");
    desk.post(&format!("/bao-chi/{id}"), "viec=waiting", &viewer)
        .await
        .expect(403);
    let known = desk
        .record()
        .press_events(Some(&MentionId::new(id)), Timestamp::MIN)
        .unwrap();
    assert_eq!(known.len(), 3);
}
