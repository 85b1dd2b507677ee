//! The press officer's desk: what is shown to whom, what may be done to what, and that nothing is lost when
//! two do it at once.

use std::sync::Arc;

use indexer::{Archive, DeskBook};
use jiff::SignedDuration;
use models::domain::{AccountId, ConcernId, MentionId, Role};

use crate::access::{Office, escaped};
use crate::client::Answer;
use crate::fixture;

const FLOOD: &str = "c-ngap-le-van-luong";
const WASTE: &str = "c-rac-go-vap";
const POLE: &str = "c-cot-dien-nghieng";
const TREE: &str = "c-cay-gay";
const NOISE: &str = "c-tieng-on-karaoke";

/// The busy city with two press officers, a reader, and an officer of one ward.
struct Desk {
    office: Office,
    archive: Arc<dyn Archive>,
    book: Arc<dyn DeskBook>,
    an: AccountId,
    binh: AccountId,
}

impl Desk {
    fn open() -> Self {
        let (state, folder) = fixture::busy_city();
        let (archive, book) = (Arc::clone(&state.archive), Arc::clone(&state.book));
        let office = Office::over(state, folder);
        let an = office.add("an", Role::PressOfficer, "city");
        let binh = office.add("binh", Role::PressOfficer, "city");
        office.add("xem", Role::Viewer, "city");
        office.add("phuong", Role::PressOfficer, "26740");
        Self {
            office,
            archive,
            book,
            an,
            binh,
        }
    }

    async fn page(&self, path: &str, cookie: &str) -> String {
        let answer = self.office.get(path, cookie).await.expect(200);
        answer.text().to_owned()
    }

    /// Posts pairs to a path below the desk.
    async fn send(&self, path: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)));
        let form = pairs.collect::<Vec<_>>().join("&");
        let path = format!("/ban-lam-viec/{path}");
        self.office.post(&path, &form, cookie).await
    }

    async fn edit(&self, id: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        self.send(&format!("van-de/{id}/sua"), fields, cookie).await
    }

    async fn put(&self, id: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        self.send(&format!("van-de/{id}/so"), fields, cookie).await
    }

    fn version(&self, id: &str) -> u64 {
        self.archive.concern_version(&ConcernId::new(id)).unwrap()
    }

    fn actions(&self) -> Vec<String> {
        let rows = self.office.accounts.audit_rows(None, 100).unwrap();
        let actions = rows.into_iter().rev().map(|row| row.entry.action);
        actions
            .filter(|action| action.starts_with("concern.") || action.starts_with("correction."))
            .collect()
    }
}

fn seen(version: u64, id: &str) -> String {
    format!("{version}:{id}")
}

/// Titles of the queue in their order.
fn titles(page: &str) -> Vec<&str> {
    let rows = page.split("<td class=\"q-title\">").skip(1);
    let title = |row: &'_ str| -> Option<(usize, usize)> {
        let from = row.find("\"vi\">")? + 5;
        Some((from, from + row[from..].find('<')?))
    };
    rows.filter_map(|row| title(row).map(|(from, to)| &row[from..to]))
        .collect()
}

#[tokio::test]
async fn the_queue_is_for_officers_within_their_reach() {
    let desk = Desk::open();
    desk.office.get("/ban-lam-viec", "").await.expect(303);
    let an = desk.office.sign_in("an").await;
    let all = desk.page("/ban-lam-viec", &an).await;
    let shown = titles(&all);
    assert_eq!(shown.len(), 13);
    assert!(shown[0].starts_with("Đường Lê Văn Lương"), "ranked first");
    assert!(all.contains("Hạng theo bản tin"));
    assert!(!all.contains("<script>alert"), "titles are escaped");
    assert!(all.contains("name=\"chon\""));
    let start = desk.page("/", &an).await;
    assert!(start.contains("href=\"/ban-lam-viec\""));

    let viewer = desk.office.sign_in("xem").await;
    let looked = desk.page("/ban-lam-viec", &viewer).await;
    assert_eq!(titles(&looked).len(), 13);
    assert!(!looked.contains("name=\"chon\""), "a viewer picks nothing");

    let ward = desk.office.sign_in("phuong").await;
    let own = desk.page("/ban-lam-viec", &ward).await;
    assert_eq!(titles(&own).len(), 3, "{:?}", titles(&own));
    assert_eq!(
        own.matches("name=\"chon\"").count(),
        2,
        "one touches others"
    );
    let beyond = format!("/ban-lam-viec/van-de/{FLOOD}");
    desk.office.get(&beyond, &ward).await.expect(404);
    let near = desk
        .page(&format!("/ban-lam-viec/van-de/{NOISE}"), &ward)
        .await;
    assert!(near.contains("không sửa được") && !near.contains("name=\"ly_do\""));
    let reason = ("ly_do", "ồn lắm");
    let hide = [("viec", "an"), ("thay", &seen(0, NOISE)), reason];
    desk.edit(NOISE, &hide, &ward).await.expect(403);
    let hide = [("viec", "an"), ("thay", &seen(0, FLOOD)), reason];
    desk.edit(FLOOD, &hide, &ward).await.expect(404);
    desk.edit(FLOOD, &hide, &viewer).await.expect(403);
    // Merging needs both within reach.
    let merge = [
        ("viec", "gop"),
        ("thay", &seen(0, TREE)),
        ("vao", &seen(0, FLOOD)),
        reason,
    ];
    desk.edit(TREE, &merge, &ward).await.expect(404);
    assert_eq!(desk.actions(), Vec::<String>::new());
}

#[tokio::test]
async fn the_queue_follows_every_grouping() {
    let desk = Desk::open();
    let an = desk.office.sign_in("an").await;
    let whole = desk.page("/ban-lam-viec", &an).await;
    assert_eq!(titles(&whole).len(), 13);
    // One is called otherwise, one turned out to be part of another, one is followed no longer.
    fixture::group_again(&*desk.archive, |concerns| {
        concerns.retain(|concern| concern.id.as_str() != NOISE);
        for concern in concerns {
            match concern.id.as_str() {
                TREE => "Cây đổ chắn lối vào trường".clone_into(&mut concern.title),
                POLE => concern.part_of = Some(ConcernId::new(FLOOD)),
                _ => {}
            }
        }
    });
    let other = desk.page("/ban-lam-viec", &an).await;
    assert_eq!(titles(&other).len(), 11, "{:?}", titles(&other));
    assert!(titles(&other).contains(&"Cây đổ chắn lối vào trường"));
    assert!(!other.contains(NOISE) && !other.contains(POLE));
    // All of it is taken back, and the queue made anew before anybody looks.
    let upkeep = &desk.office.site.upkeep;
    assert!(!upkeep.round().unwrap(), "nothing is out of date");
    fixture::group_again(&*desk.archive, |_| {});
    assert!(upkeep.round().unwrap());
    assert!(!upkeep.round().unwrap());
    let back = desk.page("/ban-lam-viec", &an).await;
    assert_eq!(titles(&back), titles(&whole));
    // Nobody was at the desk for an hour.
    desk.office.wait(SignedDuration::from_hours(1));
    fixture::group_again(&*desk.archive, |concerns| {
        concerns.retain(|concern| concern.id.as_str() != NOISE);
    });
    assert!(!upkeep.round().unwrap());
    let an = desk.office.sign_in("an").await;
    assert_eq!(titles(&desk.page("/ban-lam-viec", &an).await).len(), 12);
}

#[tokio::test]
async fn filters_come_with_counts_and_say_what_is_wrong() {
    let desk = Desk::open();
    let an = desk.office.sign_in("an").await;
    let drains = desk.page("/ban-lam-viec?linh-vuc=waste", &an).await;
    assert_eq!(
        titles(&drains),
        ["Rác ùn ứ năm ngày không ai thu gom, mùi hôi khắp hẻm"]
    );
    assert!(drains.contains("Bỏ lọc"), "the filter can be dropped");
    let unit = desk.page("/ban-lam-viec?don-vi=26740", &an).await;
    assert_eq!(titles(&unit).len(), 3);
    // With accents, without, decomposed: by title or by what people said.
    for words in ["ng%E1%BA%ADp", "ngap", "nga%CC%A3%CC%82p"] {
        let found = desk.page(&format!("/ban-lam-viec?q={words}"), &an).await;
        assert!(
            titles(&found)
                .iter()
                .any(|title| title.contains("Lê Văn Lương")),
            "{words}"
        );
        assert!(titles(&found).len() < 13, "{words}");
    }
    let said = desk
        .page("/ban-lam-viec?q=cong%20nhan%20dap%20bo%20bao", &an)
        .await;
    assert!(!titles(&said).is_empty(), "found by the evidence alone");
    let nothing = desk.page("/ban-lam-viec?q=zzzz", &an).await;
    assert!(titles(&nothing).is_empty() && nothing.contains("Bỏ bớt một bộ lọc"));
    let wrong = desk
        .office
        .get("/ban-lam-viec?linh-vuc=x", &an)
        .await
        .expect(400);
    assert!(wrong.text().contains("linh-vuc"));
    desk.office
        .get("/ban-lam-viec?tiep=x", &an)
        .await
        .expect(400);
    let english = desk.page("/ban-lam-viec?lang=en&sap=tang", &an).await;
    assert!(english.contains("Greatest rise") && english.contains("lang=en"));
}

#[tokio::test]
async fn who_was_slower_is_shown_what_happened_and_loses_nothing() {
    let desk = Desk::open();
    let (an, binh) = (
        desk.office.sign_in("an").await,
        desk.office.sign_in("binh").await,
    );
    let version = seen(desk.version(FLOOD), FLOOD);
    let page = desk
        .page(&format!("/ban-lam-viec/van-de/{FLOOD}"), &binh)
        .await;
    assert!(
        page.contains(&format!("value=\"{version}\"")),
        "the form says what was seen"
    );
    let rename = [
        ("viec", "ten"),
        ("thay", &version),
        ("ten", "Ngập Lê Văn Lương"),
        ("ly_do", "gọn hơn"),
    ];
    let made = desk.edit(FLOOD, &rename, &an).await.expect(303);
    assert!(made.header("location").contains("xong=sua"));

    let title = "Triều cường ở Nhà Bè";
    let late = [
        ("viec", "ten"),
        ("thay", &version),
        ("ten", title),
        ("ly_do", "đúng nơi hơn"),
    ];
    let again = desk.edit(FLOOD, &late, &binh).await.expect(409);
    let again = again.text();
    for word in [
        "Người khác vừa sửa trước",
        "Cán bộ an",
        "gọn hơn",
        title,
        "đúng nơi hơn",
    ] {
        assert!(again.contains(word), "{word}");
    }
    let now = seen(desk.version(FLOOD), FLOOD);
    assert!(
        again.contains(&format!("value=\"{now}\""))
            && !again.contains(&format!("value=\"{version}\""))
    );
    let late = [
        ("viec", "ten"),
        ("thay", &now),
        ("ten", title),
        ("ly_do", "đúng nơi hơn"),
    ];
    desk.edit(FLOOD, &late, &binh).await.expect(303);

    let history = desk
        .page(&format!("/ban-lam-viec/van-de/{FLOOD}"), &an)
        .await;
    assert!(history.contains("Cán bộ binh") && history.contains("gọn hơn"));
    assert!(history.contains("Tên trích từ bằng chứng: Đường Lê Văn Lương"));
    assert!(
        desk.page("/ban-lam-viec", &an).await.contains(title),
        "the board follows"
    );
    // Readers are told the role, never the name.
    let public = desk.page(&format!("/van-de/{FLOOD}"), "").await;
    assert!(public.contains("cán bộ báo chí"));
    assert!(!public.contains("Cán bộ an") && !public.contains("ban-lam-viec"));
    assert_eq!(desk.actions(), ["concern.rename", "concern.rename"]);

    let last = desk.version(FLOOD).to_string();
    let undo = [
        ("viec", "hoan-tac"),
        ("so", last.as_str()),
        ("ly_do", "nhầm nơi"),
    ];
    desk.edit(FLOOD, &undo, &an).await.expect(303);
    let back = desk.page("/ban-lam-viec", &an).await;
    assert!(back.contains("Ngập Lê Văn Lương") && !back.contains(title));
    let stranger = [("viec", "hoan-tac"), ("so", "1"), ("ly_do", "x")];
    desk.edit(FLOOD, &stranger, &an).await.expect(404);
}

#[tokio::test]
async fn what_is_refused_keeps_what_was_typed() {
    let desk = Desk::open();
    let an = desk.office.sign_in("an").await;
    let version = seen(0, FLOOD);
    let hide = [
        ("viec", "an"),
        ("thay", version.as_str()),
        ("ly_do", "gọi 0903 123 456"),
    ];
    let refused = desk.edit(FLOOD, &hide, &an).await.expect(422);
    assert!(refused.text().contains("personal data (vi)"));
    assert!(refused.text().contains("value=\"gọi 0903 123 456\""));
    let note = [("viec", "ghi"), ("ghi_chu", "bà ở số 0903 gọi\nhai lần")];
    let refused = desk.put(FLOOD, &note, &an).await.expect(422);
    assert!(
        refused
            .text()
            .contains("bà ở số 0903 gọi\nhai lần</textarea>")
    );
    assert!(
        refused
            .text()
            .contains(&format!("action=\"/ban-lam-viec/van-de/{FLOOD}/so\""))
    );
    desk.edit(FLOOD, &[("viec", "lạ")], &an).await.expect(400);
    desk.edit(FLOOD, &[("viec", "gop"), ("vao", "x")], &an)
        .await
        .expect(400);
    desk.put("c-none", &note, &an).await.expect(404);
    assert_eq!(desk.actions(), Vec::<String>::new());
}

#[tokio::test]
async fn colleagues_see_labels_notes_and_holders_and_are_told() {
    let desk = Desk::open();
    let (an, binh) = (
        desk.office.sign_in("an").await,
        desk.office.sign_in("binh").await,
    );
    desk.put(FLOOD, &[("viec", "nhan"), ("nhan", " Chờ   sở ")], &an)
        .await
        .expect(303);
    let to_binh = desk.binh.to_string();
    let give = [
        ("viec", "giao"),
        ("nguoi", to_binh.as_str()),
        ("nguoi_cu", ""),
    ];
    desk.put(FLOOD, &give, &an).await.expect(303);
    let note = [("viec", "ghi"), ("ghi_chu", "đã gọi phường")];
    desk.put(FLOOD, &note, &an).await.expect(303);
    let queue = desk
        .page("/ban-lam-viec?nhan=Ch%E1%BB%9D%20s%E1%BB%9F", &binh)
        .await;
    assert_eq!(titles(&queue).len(), 1);
    for word in ["Chờ sở", "Cán bộ binh", "1 ghi chú"] {
        assert!(queue.contains(word), "{word}");
    }
    assert_eq!(
        titles(&desk.page("/ban-lam-viec?giao=toi", &binh).await).len(),
        1
    );
    assert!(titles(&desk.page("/ban-lam-viec?giao=toi", &an).await).is_empty());
    // Told: given, and a note; read by looking.
    assert!(queue.contains("<span class=\"count\">2</span>"));
    let notices = desk.page("/ban-lam-viec/thong-bao", &binh).await;
    assert!(notices.contains("Cán bộ an giao cho bạn") && notices.contains("ghi chú"));
    let concern = desk
        .page(&format!("/ban-lam-viec/van-de/{FLOOD}"), &binh)
        .await;
    assert!(concern.contains("đã gọi phường"));
    assert_eq!(desk.book.n_unread(desk.binh).unwrap(), 0);
    // Somebody who saw nobody holding it is told who does.
    let to_an = desk.an.to_string();
    let take = [
        ("viec", "giao"),
        ("nguoi", to_an.as_str()),
        ("nguoi_cu", ""),
    ];
    let held = desk.put(FLOOD, &take, &an).await.expect(422);
    assert!(held.text().contains("Cán bộ binh vừa nhận"));
    // Who follows is told of edits, but not of their own.
    desk.send(
        &format!("van-de/{FLOOD}/theo-doi"),
        &[("viec", "theo")],
        &an,
    )
    .await
    .expect(303);
    let version = seen(0, FLOOD);
    let hide = [
        ("viec", "an"),
        ("thay", version.as_str()),
        ("ly_do", "đang xác minh"),
    ];
    desk.edit(FLOOD, &hide, &binh).await.expect(303);
    assert_eq!(desk.book.n_unread(desk.an).unwrap(), 1);
    assert_eq!(desk.book.n_unread(desk.binh).unwrap(), 0);
    let told = desk.page("/ban-lam-viec/thong-bao", &an).await;
    assert!(told.contains("Cán bộ binh sửa (ẩn)"), "{told}");
    let newest = desk.book.notices(desk.an, None, 1).unwrap()[0]
        .id
        .to_string();
    desk.send("thong-bao", &[("den", newest.as_str())], &an)
        .await
        .expect(303);
    assert_eq!(desk.book.n_unread(desk.an).unwrap(), 0);
    // Notes are for colleagues alone.
    let public = desk.page(&format!("/van-de/{FLOOD}"), "").await;
    assert!(!public.contains("đã gọi phường") && !public.contains("Chờ sở"));
    let take_off = [("viec", "bo-nhan"), ("nhan", "Chờ sở")];
    desk.put(FLOOD, &take_off, &binh).await.expect(303);
    assert_eq!(
        desk.book.slip(&ConcernId::new(FLOOD)).unwrap().labels,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn several_are_done_at_once_and_the_failed_are_named() {
    let desk = Desk::open();
    let (an, binh) = (
        desk.office.sign_in("an").await,
        desk.office.sign_in("binh").await,
    );
    let pick = |version: u64, id: &str| format!("{version}::{id}");
    let (flood, waste, pole) = (pick(0, FLOOD), pick(0, WASTE), pick(0, POLE));
    let label = [
        ("viec", "nhan"),
        ("nhan", "Họp sáng"),
        ("chon", &flood),
        ("chon", &waste),
        ("ve", "sap=tang"),
    ];
    let done = desk.send("hang-loat", &label, &an).await.expect(303);
    assert!(
        done.header("location").contains("xong=2") && done.header("location").contains("sap=tang")
    );
    let to_binh = desk.binh.to_string();
    let give = [
        ("viec", "giao"),
        ("nguoi", to_binh.as_str()),
        ("chon", &flood),
        ("chon", &pole),
    ];
    desk.send("hang-loat", &give, &an).await.expect(303);
    assert_eq!(desk.book.n_unread(desk.binh).unwrap(), 2);
    let ask = format!(
        "/ban-lam-viec/hang-loat?viec=gop&chon={}&chon={}",
        escaped(&pole),
        escaped(&waste)
    );
    let asked = desk.page(&ask, &an).await;
    assert!(asked.contains("Gộp 2 vấn đề") && asked.contains(&format!("value=\"0:{WASTE}\"")));
    let alone = format!("/ban-lam-viec/hang-loat?viec=gop&chon={}", escaped(&pole));
    desk.office.get(&alone, &an).await.expect(422);
    let keep = seen(0, WASTE);
    let bare = [
        ("viec", "gop"),
        ("vao", keep.as_str()),
        ("chon", &pole),
        ("chon", &waste),
        ("ly_do", ""),
    ];
    let refused = desk.send("hang-loat", &bare, &an).await.expect(422);
    assert!(
        refused.text().contains("Gộp 2 vấn đề"),
        "the question comes back"
    );
    let tree = pick(0, TREE);
    let merge = [
        ("viec", "gop"),
        ("vao", keep.as_str()),
        ("chon", &pole),
        ("chon", &waste),
        ("chon", &tree),
        ("ly_do", "một vụ"),
    ];
    desk.send("hang-loat", &merge, &an).await.expect(303);
    assert_eq!(titles(&desk.page("/ban-lam-viec", &an).await).len(), 11);
    let whole = desk
        .office
        .get(&format!("/ban-lam-viec/van-de/{POLE}"), &an)
        .await
        .expect(307);
    assert!(whole.header("location").ends_with(WASTE));
    // One was edited meanwhile, the other is done all the same.
    let hide = [
        ("viec", "an"),
        ("chon", &waste),
        ("chon", &flood),
        ("ly_do", "đang xác minh"),
    ];
    let some = desk.send("hang-loat", &hide, &binh).await.expect(422);
    assert!(
        some.text().contains("Xong 1, chưa xong 1"),
        "{}",
        some.text()
    );
    assert!(some.text().contains("Người khác vừa sửa trước"));
    let nothing = desk
        .send("hang-loat", &[("viec", "nhan"), ("nhan", "x")], &an)
        .await
        .expect(422);
    assert!(nothing.text().contains("Chưa chọn vấn đề nào"));
    assert_eq!(
        desk.actions(),
        [
            "concern.label",
            "concern.label",
            "concern.assign",
            "concern.assign",
            "concern.merge",
            "concern.merge",
            "concern.hide"
        ]
    );
}

#[tokio::test]
async fn one_merges_into_what_one_finds_and_splits_what_one_ticks() {
    let desk = Desk::open();
    let an = desk.office.sign_in("an").await;
    let picker = desk
        .page(&format!("/ban-lam-viec/van-de/{POLE}/gop?q=rac"), &an)
        .await;
    assert!(picker.contains(&format!("value=\"0:{WASTE}\"")));
    assert!(
        !picker.contains(&format!("value=\"0:{POLE}\" aria")),
        "never into itself"
    );
    let (version, into) = (seen(0, POLE), seen(0, WASTE));
    let merge = [
        ("viec", "gop"),
        ("thay", version.as_str()),
        ("vao", into.as_str()),
        ("ly_do", "một vụ"),
    ];
    let merged = desk.edit(POLE, &merge, &an).await.expect(303);
    assert!(merged.header("location").contains(WASTE));
    let page = desk
        .page(&format!("/ban-lam-viec/van-de/{FLOOD}"), &an)
        .await;
    let ticks = page.matches("name=\"chon\" value=\"").count();
    assert!(
        ticks > 20,
        "{ticks}: a page of evidence, reprints under their first print"
    );
    let mention = page.split("name=\"chon\" value=\"").nth(1).unwrap();
    let mention = &mention[..mention.find('"').unwrap()];
    let version = seen(0, FLOOD);
    let split = [
        ("viec", "tach"),
        ("thay", version.as_str()),
        ("chon", mention),
        ("ly_do", "đoạn khác"),
    ];
    desk.edit(FLOOD, &split, &an).await.expect(303);
    let after = desk
        .page(&format!("/ban-lam-viec/van-de/{FLOOD}"), &an)
        .await;
    assert!(after.contains("Tách 1 tin"));
}

#[tokio::test]
async fn a_mention_is_read_anew_and_as_before() {
    let desk = Desk::open();
    let an = desk.office.sign_in("an").await;
    let found = desk
        .archive
        .first_mentions(&ConcernId::new(TREE), 1)
        .unwrap()
        .remove(0);
    let path = format!("y-kien/{found}");
    let page = desk.page(&format!("/ban-lam-viec/{path}"), &an).await;
    assert!(page.contains("name=\"thay\" value=\"0\""));
    let mend = [
        ("thay", "0"),
        ("linh_vuc", "lighting"),
        ("cam_xuc", "positive"),
        ("ly_do", "đọc nhầm"),
    ];
    desk.send(&path, &mend, &an).await.expect(303);
    let made = |id: &MentionId| {
        desk.archive
            .corrections_of_mentions(std::slice::from_ref(id))
            .unwrap()
    };
    assert_eq!(made(&found).len(), 2);
    let late = desk.send(&path, &mend, &an).await.expect(409);
    assert!(late.text().contains("Chưa có gì được ghi"));
    let last = made(&found)[1].seq.to_string();
    let undo = [
        ("viec", "hoan-tac"),
        ("so", last.as_str()),
        ("thay", last.as_str()),
        ("ly_do", "đúng rồi"),
    ];
    desk.send(&path, &undo, &an).await.expect(303);
    assert_eq!(made(&found).len(), 3);
    let seen = made(&found)[2].seq.to_string();
    let nothing = [("thay", seen.as_str()), ("ly_do", "x")];
    desk.send(&path, &nothing, &an).await.expect(422);
    desk.send("y-kien/none", &mend, &an).await.expect(404);
    let ward = desk.office.sign_in("phuong").await;
    let elsewhere = desk
        .archive
        .first_mentions(&ConcernId::new(FLOOD), 1)
        .unwrap()
        .remove(0);
    let beyond = format!("/ban-lam-viec/y-kien/{elsewhere}");
    let answer = desk.office.get(&beyond, &ward).await;
    assert!(
        matches!(answer.status.as_u16(), 403 | 404),
        "{}",
        answer.status
    );
}

#[tokio::test]
async fn a_view_of_ones_own_opens_first() {
    let desk = Desk::open();
    let (an, binh) = (
        desk.office.sign_in("an").await,
        desk.office.sign_in("binh").await,
    );
    let save = [
        ("loc", "linh-vuc=waste&sap=tang"),
        ("ten", "Rác"),
        ("dau", "1"),
    ];
    let saved = desk.send("bo-loc", &save, &an).await.expect(303);
    assert!(saved.header("location").contains("linh-vuc=waste"));
    let opened = desk.page("/ban-lam-viec", &an).await;
    assert_eq!(titles(&opened).len(), 1);
    assert!(opened.contains("mở đầu tiên"));
    assert_eq!(
        titles(&desk.page("/ban-lam-viec?xem=tat-ca", &an).await).len(),
        13
    );
    assert_eq!(titles(&desk.page("/ban-lam-viec", &binh).await).len(), 13);
    let id = desk.book.views(desk.an).unwrap()[0].id;
    desk.send(&format!("bo-loc/{id}"), &[], &binh)
        .await
        .expect(404);
    desk.send(&format!("bo-loc/{id}"), &[], &an)
        .await
        .expect(303);
    let wrong = [("loc", "linh-vuc=lạ"), ("ten", "x")];
    desk.send("bo-loc", &wrong, &an).await.expect(400);
    desk.send("bo-loc", &[("loc", ""), ("ten", "  ")], &an)
        .await
        .expect(400);
}

#[tokio::test]
async fn who_else_is_there_is_shown_and_blocks_nobody() {
    let desk = Desk::open();
    let (an, binh) = (
        desk.office.sign_in("an").await,
        desk.office.sign_in("binh").await,
    );
    let path = format!("/ban-lam-viec/van-de/{FLOOD}");
    let alone = desk.page(&path, &an).await;
    assert!(!alone.contains("Người khác đang xem"));
    let both = desk.page(&path, &binh).await;
    assert!(both.contains("Người khác đang xem: Cán bộ an"));
    let asked = desk
        .office
        .get(&format!("{path}/hien-dien?sua=1"), &binh)
        .await
        .expect(200);
    assert_eq!(asked.kind(), "text/plain; charset=utf-8");
    let told = desk.page(&format!("{path}/hien-dien"), &an).await;
    assert_eq!(told, "Người khác đang xem: Cán bộ binh (đang sửa)");
    desk.office.wait(SignedDuration::from_mins(4));
    assert_eq!(desk.page(&format!("{path}/hien-dien"), &an).await, "");
}

#[tokio::test]
async fn search_at_the_desk_leads_on_at_the_desk() {
    let desk = Desk::open();
    let an = desk.office.sign_in("an").await;
    let found = desk
        .page("/ban-lam-viec/tim?q=tr%E1%BA%A1m%20b%C6%A1m", &an)
        .await;
    assert!(found.contains("<mark>") && found.contains("/ban-lam-viec/van-de/"));
    assert!(found.contains("data-live") && found.contains("action=\"/ban-lam-viec/tim\""));
    let public = desk.page("/tim-kiem?q=ngap", "").await;
    assert!(public.contains("action=\"/tim-kiem\"") && !public.contains("ban-lam-viec"));
    let script = found.split("src=\"/tinh/desk.").nth(1).unwrap();
    let script = format!("/tinh/desk.{}", &script[..script.find('"').unwrap()]);
    let script = desk.office.get(&script, "").await.expect(200);
    assert!(script.body.len() <= 5 * 1024, "{} bytes", script.body.len());
}
