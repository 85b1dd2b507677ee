//! Who comes in, who stays out, and what every route asks of whom.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use api::access::{hash_password, hash_token};
use api::{AccessSettings, AppState};
use axum::body::Body;
use axum::http::{Method, Request};
use indexer::{AccountChange, Accounts, Actor, By, NewAccount, NewKey};
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    About, AccountId, Action, Caller, KeyScope, Openness, Reach, Rights, Role, may,
};
use tempfile::TempDir;

use crate::client::{Answer, Site};
use crate::fixture;

const PASSWORD: &str = "bốn từ ngẫu nhiên";

/// Units of the fixture.
const MINE: &str = "26740";

/// A city with officers, and a clock that the test moves.
pub struct Office {
    pub site: Site,
    pub accounts: Arc<dyn Accounts>,
    seconds: Arc<AtomicI64>,
}

fn by() -> By {
    By {
        who: Actor::Command,
        at: fixture::now(),
        request: None,
    }
}

pub fn rights(role: Role, reach: &str) -> Rights {
    let reach = Reach::from_text(reach).unwrap();
    Rights { role, reach }
}

/// One hash for all: they are slow by intent.
fn password_hash() -> String {
    static HASH: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| hash_password(PASSWORD).unwrap());
    HASH.clone()
}

impl Office {
    pub fn open() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut AccessSettings)) -> Self {
        let (mut state, folder) = fixture::empty_city();
        state.access.sign_in_per_minute = 1_000;
        change(&mut state.access);
        Self::over(state, folder)
    }

    pub fn over(mut state: AppState, folder: TempDir) -> Self {
        let seconds = Arc::new(AtomicI64::new(fixture::now().as_second()));
        let reads = Arc::clone(&seconds);
        state.clock =
            Arc::new(move || Timestamp::from_second(reads.load(Ordering::Relaxed)).unwrap());
        let accounts = Arc::clone(&state.accounts);
        Self {
            site: Site::over(state, folder),
            accounts,
            seconds,
        }
    }

    pub fn wait(&self, span: SignedDuration) {
        self.seconds.fetch_add(span.as_secs(), Ordering::Relaxed);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.seconds.load(Ordering::Relaxed)).unwrap()
    }

    pub fn add(&self, login: &str, role: Role, reach: &str) -> AccountId {
        let new = NewAccount {
            login: login.to_owned(),
            display_name: format!("Cán bộ {login}"),
            rights: rights(role, reach),
            password: Some(password_hash()),
            subject: None,
        };
        self.accounts.add_account(&new, &by()).unwrap()
    }

    fn add_key(&self, key: &str, scopes: &[KeyScope], per_minute: Option<u32>) -> u64 {
        let new = NewKey {
            secret: hash_token(key),
            name: "kiểm thử".to_owned(),
            scopes: scopes.iter().copied().collect(),
            per_minute,
            reach: Reach::City,
            expires_at: None,
        };
        self.accounts.add_key(&new, &by()).unwrap()
    }

    pub async fn post(&self, path: &str, form: &str, cookie: &str) -> Answer {
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", cookie)];
        self.post_with(path, form, &headers).await
    }

    async fn post_with(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(form.to_owned());
        self.site.send(request.body(body).unwrap()).await
    }

    async fn try_sign_in(&self, login: &str, password: &str, more: &str) -> Answer {
        let form = format!("ten={login}&mat_khau={}{more}", escaped(password));
        self.post("/dang-nhap", &form, "").await
    }

    /// The cookie of a new session.
    pub async fn sign_in(&self, login: &str) -> String {
        let answer = self.try_sign_in(login, PASSWORD, "").await.expect(303);
        cookie_of(&answer)
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.site.get_with(path, &[("cookie", cookie)]).await
    }
}

pub fn escaped(text: &str) -> String {
    let bytes = text.bytes().map(|byte| format!("%{byte:02X}"));
    bytes.collect::<Vec<_>>().concat()
}

fn cookie_of(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_officer_signs_in_looks_around_and_leaves() {
    let office = Office::open();
    office.add("an", Role::Admin, "city");
    let before = office.site.get("/").await.expect(200);
    assert!(!before.text().contains("class=\"officer\""));
    assert!(before.header("cache-control").contains("no-cache"));

    let asked = office
        .get("/quan-tri/nhat-ky?truoc=9", "")
        .await
        .expect(303);
    assert_eq!(
        asked.header("location"),
        "/dang-nhap?tiep=%2Fquan-tri%2Fnhat-ky%3Ftruoc%3D9"
    );
    let form = office.get(asked.header("location"), "").await.expect(200);
    assert!(
        form.text()
            .contains("name=\"tiep\" value=\"/quan-tri/nhat-ky?truoc=9\"")
    );

    let answer = office
        .try_sign_in("AN", PASSWORD, "&tiep=%2Fquan-tri%2Fnhat-ky%3Ftruoc%3D9")
        .await
        .expect(303);
    assert_eq!(answer.header("location"), "/quan-tri/nhat-ky?truoc=9");
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-langnghe="), "{set}");
    for part in ["; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(set.contains(part), "{set}");
    }
    let cookie = cookie_of(&answer);
    let page = office.get("/quan-tri/tai-khoan", &cookie).await.expect(200);
    assert!(page.text().contains("Cán bộ an"));
    assert_eq!(page.header("cache-control"), "private, no-cache");
    let start = office.get("/", &cookie).await.expect(200);
    assert!(start.text().contains("class=\"officer\""));
    let log = office.get("/quan-tri/nhat-ky", &cookie).await.expect(200);
    assert!(log.text().contains("sign_in") && log.text().contains("account.add"));
    // Who has signed in already is led on.
    office.get("/dang-nhap", &cookie).await.expect(303);

    let left = office.post("/dang-xuat", "", &cookie).await.expect(303);
    assert!(left.header("set-cookie").contains("Max-Age=0"));
    office.get("/tai-khoan", &cookie).await.expect(303);
    office.post("/dang-xuat", "", &cookie).await.expect(401);
}

#[tokio::test]
async fn a_token_from_before_the_sign_in_opens_nothing() {
    let office = Office::open();
    office.add("an", Role::Viewer, "city");
    let planted = "__Host-langnghe=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let form = format!("ten=an&mat_khau={}", escaped(PASSWORD));
    let answer = office.post("/dang-nhap", &form, planted).await.expect(303);
    let own = cookie_of(&answer);
    assert_ne!(own, planted);
    office.get("/tai-khoan", planted).await.expect(303);
    office.get("/tai-khoan", &own).await.expect(200);
    // Signing in again is a new session; the one it came from is over.
    let again = office.post("/dang-nhap", &form, &own).await.expect(303);
    assert_ne!(cookie_of(&again), own);
    office.get("/tai-khoan", &own).await.expect(303);
}

#[tokio::test]
async fn what_is_wrong_is_never_told_and_costs_the_same() {
    let office = Office::open();
    office.add("an", Role::Viewer, "city");
    let id = office.add("binh", Role::Viewer, "city");
    let disabled = AccountChange::Active(false);
    office
        .accounts
        .change_account(id, &disabled, &by())
        .unwrap();
    let mut pages = Vec::new();
    for (login, password) in [
        ("an", "sai mật khẩu này rồi"),
        ("nobody", PASSWORD),
        ("binh", PASSWORD),
        ("a%00", PASSWORD),
    ] {
        let page = office.try_sign_in(login, password, "").await.expect(422);
        assert!(!page.text().contains(password), "never shown again");
        assert_eq!(page.header("set-cookie"), "");
        pages.push(
            page.text()
                .replace(&format!("value=\"{login}\""), "value=\"\""),
        );
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
    // That a password is hashed for names that nobody has is counted in `access/secrets.rs`. Here only
    // that this is done at all: nothing else in a sign-in takes as long as hashing does.
    let hashing = (0..3).map(|_| {
        let begun = std::time::Instant::now();
        hash_password(PASSWORD).unwrap();
        begun.elapsed()
    });
    let hashing = hashing.min().unwrap();
    for login in ["an", "nobody", "binh"] {
        let begun = std::time::Instant::now();
        office
            .try_sign_in(login, "sai mật khẩu này rồi", "")
            .await
            .expect(422);
        assert!(begun.elapsed() > hashing / 4, "{login}: nothing is hashed");
    }
}

#[tokio::test]
async fn wrong_passwords_close_the_account_for_a_while() {
    let office = Office::open();
    office.add("an", Role::Viewer, "city");
    for _ in 0..5 {
        office
            .try_sign_in("an", "sai mật khẩu này rồi", "")
            .await
            .expect(422);
    }
    office.try_sign_in("an", PASSWORD, "").await.expect(422);
    office.wait(SignedDuration::from_secs(29));
    office.try_sign_in("an", PASSWORD, "").await.expect(422);
    office.wait(SignedDuration::from_secs(1));
    office.sign_in("an").await;
}

#[tokio::test]
async fn sessions_end_when_idle_and_at_last() {
    let office = Office::open();
    office.add("an", Role::Viewer, "city");
    let cookie = office.sign_in("an").await;
    for _ in 0..12 {
        office.wait(SignedDuration::from_mins(59));
        office.get("/tai-khoan", &cookie).await.expect(200);
    }
    office.wait(SignedDuration::from_mins(12));
    office.get("/tai-khoan", &cookie).await.expect(303);
    let idle = office.sign_in("an").await;
    office.wait(SignedDuration::from_mins(60));
    office.get("/tai-khoan", &idle).await.expect(303);
}

#[tokio::test]
async fn codes_of_a_phone_are_asked_for_once_confirmed() {
    let office = Office::open();
    let id = office.add("an", Role::Viewer, "city");
    let cookie = office.sign_in("an").await;
    office.post("/tai-khoan/ma", "", &cookie).await.expect(303);
    let page = office.get("/tai-khoan/ma", &cookie).await.expect(200);
    assert!(page.text().contains("class=\"qr\"") && page.text().contains("class=\"secret\""));
    let typed = page.text().split("<code translate=\"no\">").nth(1).unwrap();
    let typed = typed.split('<').next().unwrap().replace(' ', "");
    let secret = totp_rs::Secret::try_from_base32(&typed).unwrap();
    let kept = office
        .accounts
        .credentials(id)
        .unwrap()
        .unwrap()
        .totp_pending;
    let kept = kept.unwrap();
    let bare = kept
        .windows(8)
        .any(|part| secret.as_bytes().starts_with(part));
    assert!(!bare, "the record holds the secret as it is");
    office
        .post("/tai-khoan/ma/xac-nhan", "ma=000000", &cookie)
        .await
        .expect(422);
    let code = |at: Timestamp| {
        let codes = totp_rs::Builder::new()
            .with_secret(secret.clone())
            .with_account_name("an")
            .build()
            .unwrap();
        codes.generate(at.as_second().unsigned_abs()).to_string()
    };
    let confirm = format!("ma={}", code(office.now()));
    office
        .post("/tai-khoan/ma/xac-nhan", &confirm, &cookie)
        .await
        .expect(200);

    let with = |code: &str| format!("&ma={code}");
    office.try_sign_in("an", PASSWORD, "").await.expect(422);
    let used = code(office.now());
    office
        .try_sign_in("an", PASSWORD, &with(&used))
        .await
        .expect(422);
    office.wait(SignedDuration::from_secs(30));
    let fresh = code(office.now());
    office
        .try_sign_in("an", PASSWORD, &with(&fresh))
        .await
        .expect(303);
    office
        .try_sign_in("an", PASSWORD, &with(&fresh))
        .await
        .expect(422);

    office
        .post("/tai-khoan/ma/tat", "mat_khau=sai", &cookie)
        .await
        .expect(422);
    let stop = format!("mat_khau={}", escaped(PASSWORD));
    office
        .post("/tai-khoan/ma/tat", &stop, &cookie)
        .await
        .expect(200);
    office.sign_in("an").await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let office = Office::open();
    office.add("an", Role::Viewer, "city");
    let (here, there) = (office.sign_in("an").await, office.sign_in("an").await);
    let form = |old: &str, new: &str| format!("cu={}&moi={}", escaped(old), escaped(new));
    let fresh = "một mật khẩu khác hẳn";
    for (old, new) in [
        ("sai", fresh),
        (PASSWORD, "ngắn"),
        (PASSWORD, "aaaaaaaaaaaaaaaaaaaaaa"),
    ] {
        office
            .post("/tai-khoan/mat-khau", &form(old, new), &here)
            .await
            .expect(422);
    }
    office.get("/tai-khoan", &there).await.expect(200);
    office
        .post("/tai-khoan/mat-khau", &form(PASSWORD, fresh), &here)
        .await
        .expect(200);
    office.get("/tai-khoan", &here).await.expect(200);
    office.get("/tai-khoan", &there).await.expect(303);
    office.try_sign_in("an", PASSWORD, "").await.expect(422);
    let third = cookie_of(&office.try_sign_in("an", fresh, "").await.expect(303));
    office
        .post("/tai-khoan/phien", "", &third)
        .await
        .expect(200);
    office.get("/tai-khoan", &here).await.expect(303);
}

#[tokio::test]
async fn only_pages_of_ours_may_post() {
    let office = Office::open();
    office.add("an", Role::Viewer, "city");
    let cookie = office.sign_in("an").await;
    for headers in [
        vec![],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://evil.example"), ("host", "nghe.example")],
        vec![("origin", "null"), ("host", "nghe.example")],
    ] {
        let mut all = vec![("cookie", cookie.as_str())];
        all.extend(headers);
        let refused = office.post_with("/dang-xuat", "", &all).await.expect(403);
        assert!(refused.text().contains("send it from a page of this site"));
    }
    office.get("/tai-khoan", &cookie).await.expect(200);
    let own = [
        ("cookie", cookie.as_str()),
        ("origin", "https://nghe.example"),
        ("host", "nghe.example"),
    ];
    office.post_with("/dang-xuat", "", &own).await.expect(303);
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let office = Office::open();
    office.add("an", Role::Viewer, "city");
    for there in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
        let more = format!("&tiep={}", escaped(there));
        let answer = office.try_sign_in("an", PASSWORD, &more).await.expect(303);
        assert_eq!(answer.header("location"), "/");
        let cookie = cookie_of(&answer);
        let path = format!("/dang-nhap?tiep={}", escaped(there));
        let led = office.get(&path, &cookie).await.expect(303);
        assert_eq!(led.header("location"), "/");
    }
}

#[tokio::test]
async fn administrators_look_after_accounts_within_their_reach() {
    let office = Office::open();
    let admin = office.add("qt", Role::Admin, "city");
    office.add("quan", Role::Admin, MINE);
    let stranger = office.add("xa", Role::Viewer, "city");
    let cookie = office.sign_in("quan").await;
    let form = |login: &str, role: &str, reach: &str| {
        format!("ten={login}&hien_thi=B%C3%ACnh&vai_tro={role}&pham_vi={reach}")
    };
    let list = office.get("/quan-tri/tai-khoan", &cookie).await.expect(200);
    assert!(!list.text().contains("Cán bộ xa"), "beyond reach");
    for id in [admin, stranger, AccountId(99)] {
        let path = format!("/quan-tri/tai-khoan/{id}");
        office.get(&path, &cookie).await.expect(404);
        office
            .post(&format!("{path}/trang-thai"), "dung=false", &cookie)
            .await
            .expect(404);
    }
    office
        .post("/quan-tri/tai-khoan", &form("b", "viewer", MINE), &cookie)
        .await
        .expect(400);
    for (role, reach) in [("boss", MINE), ("viewer", "00000"), ("viewer", "agency:x")] {
        office
            .post("/quan-tri/tai-khoan", &form("binh", role, reach), &cookie)
            .await
            .expect(400);
    }
    let beyond = form("binh", "viewer", "city");
    office
        .post("/quan-tri/tai-khoan", &beyond, &cookie)
        .await
        .expect(403);
    let within = form("binh", "viewer", MINE);
    let added = office
        .post("/quan-tri/tai-khoan", &within, &cookie)
        .await
        .expect(200);
    let shown = added
        .text()
        .split("<code translate=\"no\">")
        .nth(1)
        .unwrap();
    let password = shown.split('<').next().unwrap().to_owned();
    office
        .post("/quan-tri/tai-khoan", &within, &cookie)
        .await
        .expect(409);
    let again = office.get("/quan-tri/tai-khoan", &cookie).await.expect(200);
    assert!(!again.text().contains(&password), "shown once");
    let own = cookie_of(&office.try_sign_in("binh", &password, "").await.expect(303));
    office.get("/quan-tri/tai-khoan", &own).await.expect(403);
    office.get("/quan-tri/nhat-ky", &cookie).await.expect(403);

    let binh = office.accounts.account_named("binh").unwrap().unwrap().id;
    let path = format!("/quan-tri/tai-khoan/{binh}");
    let more = "vai_tro=viewer&pham_vi=city";
    office
        .post(&format!("{path}/quyen"), more, &cookie)
        .await
        .expect(403);
    let role = format!("vai_tro=unit_responder&pham_vi={MINE}");
    office
        .post(&format!("{path}/quyen"), &role, &cookie)
        .await
        .expect(200);
    office.get("/tai-khoan", &own).await.expect(303);
    let reset = office
        .post(&format!("{path}/mat-khau"), "", &cookie)
        .await
        .expect(200);
    assert!(reset.text().contains("<code translate=\"no\">"));
    office.try_sign_in("binh", &password, "").await.expect(422);
    office
        .post(&format!("{path}/trang-thai"), "dung=false", &cookie)
        .await
        .expect(200);
    assert!(!office.accounts.account(binh).unwrap().unwrap().is_active);
    // Nobody locks themselves out.
    let own_id = office.accounts.account_named("quan").unwrap().unwrap().id;
    let own_path = format!("/quan-tri/tai-khoan/{own_id}/trang-thai");
    office
        .post(&own_path, "dung=false", &cookie)
        .await
        .expect(409);
}

#[tokio::test]
async fn administrators_make_and_withdraw_keys_within_their_reach() {
    let office = Office::open();
    office.add("quan", Role::Admin, MINE);
    office.add("doc", Role::PressOfficer, "city");
    let everywhere = office.add_key("langnghe_city", &[KeyScope::Read], None);
    let cookie = office.sign_in("quan").await;
    let list = office.get("/quan-tri/khoa", &cookie).await.expect(200);
    assert!(list.text().contains("Chưa có khóa nào"), "beyond reach");
    let beyond = format!("/quan-tri/khoa/{everywhere}/thu-hoi");
    office.post(&beyond, "", &cookie).await.expect(404);

    let good =
        format!("ten=LGSP&quyen=read&quyen=export&pham_vi={MINE}&so_lan=30&het_han=2026-12-31");
    for (bad, by) in [
        ("ten=LGSP", "ten="),
        ("quyen=read&quyen=export", "quyen=write"),
        ("quyen=read&quyen=export&", ""),
        ("so_lan=30", "so_lan=0"),
        ("het_han=2026-12-31", "het_han=2026-11-12"),
        ("het_han=2026-12-31", "het_han=h%C3%B4m+nay"),
        (MINE, "00000"),
    ] {
        let form = good.replace(bad, by);
        let answer = office.post("/quan-tri/khoa", &form, &cookie).await;
        assert_eq!(answer.status, 400, "{form}");
    }
    let whole = good.replace(MINE, "city");
    office
        .post("/quan-tri/khoa", &whole, &cookie)
        .await
        .expect(403);
    assert_eq!(office.accounts.keys().unwrap().len(), 1, "nothing was made");

    let made = office
        .post("/quan-tri/khoa", &good, &cookie)
        .await
        .expect(200);
    let key = made.text().split("<code translate=\"no\">").nth(1).unwrap();
    let key = key.split('<').next().unwrap().to_owned();
    let list = office.get("/quan-tri/khoa", &cookie).await.expect(200);
    assert!(
        list.text().contains("LGSP") && !list.text().contains(&key),
        "shown once"
    );
    let proof = format!("Bearer {key}");
    let with = [("authorization", proof.as_str())];
    office
        .site
        .get_with("/api/v1/units", &with)
        .await
        .expect(200);
    let known = office.accounts.key_of(&hash_token(&key)).unwrap().unwrap();
    assert_eq!((known.per_minute, known.scopes.len()), (Some(30), 2));
    let list = office.get("/quan-tri/khoa", &cookie).await.expect(200);
    assert!(list.text().contains("Dùng lần cuối"));

    let path = format!("/quan-tri/khoa/{}/thu-hoi", known.id);
    for _ in 0..2 {
        office.post(&path, "", &cookie).await.expect(303);
    }
    office
        .site
        .get_with("/api/v1/units", &with)
        .await
        .expect(401);
    let list = office.get("/quan-tri/khoa", &cookie).await.expect(200);
    assert!(list.text().contains("Đã thu hồi"));
    let other = office.sign_in("doc").await;
    office.get("/quan-tri/khoa", &other).await.expect(403);
}

#[tokio::test]
async fn keys_open_what_they_were_made_for() {
    let office = Office::with(|access| access.anonymous_api = false);
    let id = office.add_key("langnghe_read", &[KeyScope::Read], None);
    office.add_key("langnghe_write", &[KeyScope::Open311Write], None);
    let with = |key: &'static str| [("authorization", key)];
    let anonymous = office.site.get("/api/v1/units").await.expect(401);
    assert_eq!(anonymous.json()["code"], "unauthorized");
    assert!(anonymous.header("www-authenticate").starts_with("Bearer"));
    office.site.get("/").await.expect(200);
    office.site.get("/livez").await.expect(200);
    let read = with("Bearer langnghe_read");
    office
        .site
        .get_with("/api/v1/units", &read)
        .await
        .expect(200);
    assert_eq!(
        office.accounts.keys().unwrap()[1].last_used_on,
        Some(
            fixture::now()
                .to_zoned(models::domain::vietnam_zone())
                .date()
        )
    );
    let other = with("Bearer langnghe_write");
    let refused = office
        .site
        .get_with("/api/v1/units", &other)
        .await
        .expect(403);
    assert_eq!(refused.json()["code"], "forbidden");
    for wrong in ["Bearer langnghe_reaD", "Bearer ", "Bearer langnghe_read x"] {
        let refused = office
            .site
            .get_with("/api/v1/units", &with(wrong))
            .await
            .expect(401);
        assert_eq!(refused.json()["code"], "bad_key");
    }
    // A key is for the API: it is nobody's account.
    office
        .site
        .get_with("/quan-tri/tai-khoan", &read)
        .await
        .expect(403);
    office.accounts.revoke_key(id, &by()).unwrap();
    let revoked = office
        .site
        .get_with("/api/v1/units", &read)
        .await
        .expect(401);
    assert_eq!(revoked.json()["code"], "bad_key");
}

#[tokio::test]
async fn who_asks_too_often_is_told_how_long_to_wait() {
    let office = Office::with(|access| {
        access.anonymous_per_minute = 3;
        access.sign_in_per_minute = 2;
    });
    office.add_key("langnghe_k", &[KeyScope::Read], Some(5));
    for left in ["2", "1", "0"] {
        let answer = office.site.get("/api/v1/units").await.expect(200);
        assert_eq!(answer.header("ratelimit"), format!("\"minute\";r={left}"));
        assert_eq!(answer.header("ratelimit-policy"), "\"minute\";q=3;w=60");
    }
    for _ in 0..3 {
        let refused = office.site.get("/api/v1/units").await.expect(429);
        assert_eq!(refused.kind(), "application/problem+json");
        assert_eq!(refused.json()["code"], "too_many");
        let wait: i64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=20).contains(&wait), "{wait}");
        office.wait(SignedDuration::from_secs(wait - 1));
        office.site.get("/api/v1/units").await.expect(429);
        office.wait(SignedDuration::from_secs(1));
        office.site.get("/api/v1/units").await.expect(200);
    }
    let key = [("authorization", "Bearer langnghe_k")];
    for _ in 0..5 {
        office
            .site
            .get_with("/api/v1/units", &key)
            .await
            .expect(200);
    }
    office
        .site
        .get_with("/api/v1/units", &key)
        .await
        .expect(429);
    // Pages of people are not counted; signing in is, on its own.
    for _ in 0..20 {
        office.site.get("/don-vi").await.expect(200);
    }
    office.try_sign_in("an", PASSWORD, "").await.expect(422);
    office.try_sign_in("an", PASSWORD, "").await.expect(422);
    let refused = office.try_sign_in("an", PASSWORD, "").await.expect(429);
    assert_eq!(refused.header("retry-after"), "30");
    office.site.get("/dang-nhap").await.expect(200);
}

/// Who calls in the matrix, by name.
fn callers() -> Vec<(String, Caller)> {
    let mut all = vec![("anyone".to_owned(), Caller::Anyone)];
    for role in Role::ALL {
        for reach in ["city", MINE, "agency:a"] {
            let name = format!("{} {reach}", role.code());
            all.push((name, Caller::Officer(rights(role, reach))));
        }
    }
    for scope in KeyScope::ALL {
        let caller = Caller::Key {
            scopes: [scope].into(),
            reach: Reach::City,
        };
        all.push((format!("key {}", scope.code()), caller));
    }
    all
}

/// Every route of the server for every kind of caller: refused exactly where the one place that knows
/// says so. What lies behind an open door is looked at elsewhere.
#[tokio::test]
async fn every_route_asks_what_it_was_registered_with() {
    let (state, folder) = fixture::empty_city();
    let rules = api::route_rules(state.clone());
    let office = Office::over(state, folder);
    let openness = Openness {
        anonymous_api: true,
    };
    let mut n_refused = 0;
    for (name, caller) in callers() {
        let credential = match &caller {
            Caller::Anyone => ("x-nothing", String::new()),
            Caller::Officer(rights) => {
                let login = name.replace([' ', ':'], "-");
                let reach = rights.reach.to_string();
                office.add(&login, rights.role, &reach);
                ("cookie", office.sign_in(&login).await)
            }
            Caller::Key { scopes, .. } => {
                let scopes = scopes.iter().copied().collect::<Vec<_>>();
                office.add_key(&name, &scopes, Some(100_000));
                ("authorization", format!("Bearer {name}"))
            }
        };
        for rule in &rules {
            if rule.path == "/dang-xuat" {
                continue; // It would end the session of the matrix.
            }
            // The first session is the matrix's own: it must not be ended half-way.
            let path = filled(&rule.path).replace("/phien/1", "/phien/999");
            let request = Request::builder()
                .method(rule.method.clone())
                .uri(&path)
                .header("sec-fetch-site", "same-origin")
                .header("content-type", "application/x-www-form-urlencoded")
                .header(credential.0, &credential.1);
            let answer = office.site.send(request.body(Body::empty()).unwrap()).await;
            let status = answer.status.as_u16();
            let is_open = may(openness, &caller, rule.action, About::Somewhere);
            let to_sign_in = answer.header("location").starts_with("/dang-nhap?tiep=");
            let is_refused = matches!(status, 401 | 403) || (status == 303 && to_sign_in);
            // Behind the door of signing in, nobody from nowhere comes back from a provider.
            assert_eq!(
                !is_refused, is_open,
                "{name} {} {path}: {status}",
                rule.method
            );
            n_refused += usize::from(is_refused);
            office.wait(SignedDuration::from_secs(1));
        }
    }
    assert!(n_refused > 150, "{n_refused}");
}

/// A path with something in place of its parameters.
pub fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{day}" => "2026-11-12",
        "{code}" => MINE,
        part if part.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What each route asks, to be seen when it changes: who adds one decides here.
#[test]
fn what_routes_ask_is_written_down() {
    let (state, _folder) = fixture::empty_city();
    let mut lines = api::route_rules(state)
        .into_iter()
        .filter(|rule| rule.action != Action::ReadPublic && rule.action != Action::ReadApi)
        .map(|rule| {
            let proof = if rule.own_proof { " own proof" } else { "" };
            format!(
                "{} {} {}{proof}",
                rule.method,
                rule.path,
                rule.action.code()
            )
        })
        .collect::<Vec<_>>();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"));
    let (state, _folder) = fixture::empty_city();
    for rule in api::route_rules(state) {
        let only_reads = rule.method == Method::GET;
        let is_public = matches!(rule.action, Action::ReadPublic | Action::ReadApi);
        assert!(only_reads || !is_public, "{rule:?} changes something");
        assert!(!rule.own_proof || rule.method == Method::POST);
    }
}
