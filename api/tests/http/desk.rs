//! What readers and programs see of the work of the desk.

use api::AppState;
use indexer::archive::{Edition, NewCorrection};
use models::domain::{
    ConcernId, CorrectionChange, DeskRole, DigestScope, HiddenLine, MentionId, PinnedLine, Split,
};

use crate::client::Site;
use crate::fixture::{DAY, busy_city, now};

const FLOOD: &str = "c-ngap-le-van-luong";
const WASTE: &str = "c-rac-go-vap";
const POLE: &str = "c-cot-dien-nghieng";

fn edit(state: &AppState, reason: &str, change: CorrectionChange) -> u64 {
    let made = NewCorrection {
        role: DeskRole::PressOfficer,
        ..NewCorrection::new(now(), "an.nguyen", reason, change)
    };
    state.archive.add_correction(&made).unwrap().seq
}

/// The flood renamed and pinned, the pole merged into the rubbish, a split of the flood, one thing undone.
fn edited() -> Site {
    let (state, folder) = busy_city();
    let id = ConcernId::new;
    let title = "Ngập Lê Văn Lương".to_owned();
    edit(
        &state,
        "gọn hơn",
        CorrectionChange::Rename(id(FLOOD), title),
    );
    let pin = CorrectionChange::Pin(id(FLOOD), DigestScope::Unit("27655".parse().unwrap()));
    edit(&state, "chờ trả lời", pin);
    edit(
        &state,
        "một vụ",
        CorrectionChange::Merge(id(POLE), id(WASTE)),
    );
    let hide = edit(&state, "tin rao", CorrectionChange::Hide(id(WASTE)));
    edit(&state, "không phải tin rao", CorrectionChange::Undo(hide));
    edit(&state, "đang xác minh", CorrectionChange::Hide(id(FLOOD)));
    let split = Split {
        from: id(FLOOD),
        part: id("20261112-phan"),
        mentions: vec![MentionId::new("m-1"), MentionId::new("m-2")],
    };
    edit(&state, "đoạn khác", CorrectionChange::Split(split));
    let mut digest = state
        .archive
        .digest(&DigestScope::City, DAY, None)
        .unwrap()
        .unwrap();
    digest.top[0].desk.title = Some("Ngập Lê Văn Lương".to_owned());
    digest.top[0].desk.pinned = true;
    digest.desk.hidden = vec![HiddenLine {
        concern: id(WASTE),
        rank: Some(2),
        n_mentions: 27,
        reason: "tin rao".to_owned(),
    }];
    digest.desk.pinned = vec![PinnedLine {
        concern: id(POLE),
        title: "Cột điện nghiêng".to_owned(),
        desk_title: None,
        topic: digest.top[0].topic,
        units: Vec::new(),
        rank: Some(13),
        n_mentions: 1,
    }];
    state
        .archive
        .publish(&Edition {
            digests: &[digest],
            at: now(),
            erratum: Some("Biên tập: ẩn vấn đề (lý do: tin rao)."),
            ..Edition::default()
        })
        .unwrap();
    Site::over(state, folder)
}

#[tokio::test]
async fn a_concern_tells_what_was_done_to_it() {
    let site = edited();
    let concern = site.get(&format!("/api/v1/concerns/{FLOOD}")).await;
    let concern = concern.expect(200).json();
    assert_eq!(concern["title"], "Ngập Lê Văn Lương");
    assert!(
        concern["extracted_title"]
            .as_str()
            .unwrap()
            .contains("triều cường")
    );
    assert_eq!(concern["hidden"], "đang xác minh");
    assert_eq!(concern["pinned_in"][0], "27655");
    let edits = concern["edits"].as_array().unwrap();
    let what = edits.iter().map(|edit| edit["what"].as_str().unwrap());
    assert_eq!(what.collect::<Vec<_>>(), ["rename", "pin", "hide", "split"]);
    assert_eq!(edits[3]["into"], "20261112-phan");
    assert_eq!(edits[3]["n_mentions"], 2);
    assert_eq!(concern["version"], edits[3]["number"]);
    assert!(
        edits
            .iter()
            .all(|edit| edit["role"] == "press_officer" && edit["counts"] == true)
    );
    assert!(!concern.to_string().contains("an.nguyen"), "no names");

    for (lang, said) in [
        (
            "vi",
            ["cán bộ báo chí", "Đổi tên thành", "Tách 2 tin", "Được ghim"],
        ),
        (
            "en",
            ["press officer", "Renamed", "2 mentions split off", "Pinned"],
        ),
    ] {
        let page = site.get(&format!("/van-de/{FLOOD}?lang={lang}")).await;
        let page = page.expect(200);
        for words in said {
            assert!(page.text().contains(words), "{lang}: {words}");
        }
        assert!(page.text().contains("đang xác minh"), "why it is hidden");
        assert!(
            page.text().contains("Đường Lê Văn Lương ngập"),
            "extractive title"
        );
        assert!(!page.text().contains("an.nguyen"));
    }
}

#[tokio::test]
async fn a_merged_concern_leads_to_the_one_that_is_kept() {
    let site = edited();
    let moved = site
        .get(&format!("/van-de/{POLE}?lang=en"))
        .await
        .expect(307);
    assert_eq!(moved.header("location"), format!("/van-de/{WASTE}?lang=en"));
    let part = site.get(&format!("/api/v1/concerns/{POLE}")).await;
    assert_eq!(part.expect(200).json()["part_of"], WASTE);
    let whole = site.get(&format!("/api/v1/concerns/{WASTE}")).await;
    let whole = whole.expect(200).json();
    assert_eq!(whole["part_of"], serde_json::Value::Null);
    assert_eq!(whole["hidden"], serde_json::Value::Null, "undone");
    let counts = whole["edits"].as_array().unwrap().iter();
    let counts = counts.map(|edit| edit["counts"].as_bool().unwrap());
    assert_eq!(counts.collect::<Vec<_>>(), [true, false, true]);
    let page = site.get(&format!("/van-de/{WASTE}")).await.expect(200);
    assert!(page.text().contains("<s>") && page.text().contains("Hoàn tác chỉnh sửa"));
    // A part that the next run will make is looked for where it comes from.
    let moved = site.get("/van-de/20261112-phan").await.expect(307);
    assert_eq!(moved.header("location"), format!("/van-de/{FLOOD}"));
    site.get("/van-de/none-such").await.expect(404);
}

#[tokio::test]
async fn a_digest_says_what_is_pinned_and_hidden() {
    let site = edited();
    let digests = site.get("/api/v1/digests?unit=city&day=2026-11-12").await;
    let digest = digests.expect(200).json()[0].clone();
    assert_eq!(digest["top"][0]["title"], "Ngập Lê Văn Lương");
    assert_eq!(digest["top"][0]["pinned"], true);
    assert_eq!(digest["hidden"][0]["rank"], 2);
    assert_eq!(digest["pinned"][0]["rank"], 13);
    let page = site.get("/?ngay=2026-11-12").await.expect(200);
    for words in [
        "1 vấn đề được ẩn",
        "Hạng 2, 27 ý kiến: lý do tin rao",
        "được ghim",
        "hạng 13",
        "Tên do ban biên tập đặt",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    let feed = site.get("/tin.atom").await.expect(200);
    assert!(feed.text().contains("1. Ngập Lê Văn Lương"));
    let table = site
        .get("/api/v1/digests?unit=city&day=2026-11-12&format=csv")
        .await;
    assert!(table.expect(200).text().contains("Ngập Lê Văn Lương"));
}
