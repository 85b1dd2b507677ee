//! Drafts of requests: written anew until they are sent, and never over somebody else's words.

use models::domain::{RequestState, Role};

use crate::requests::{Desk, MINE, OTHER};

async fn draft(desk: &Desk, officer: &str) -> String {
    let concern = desk.concern();
    let form =
        format!("loai=concern&ve={concern}&gui_den={MINE}&cau_hoi=M%E1%BB%99t&so_ngay=3&gui=0");
    let made = desk.post("/yeu-cau", &form, officer).await.expect(303);
    made.header("location").to_owned()
}

/// The number of the last event that the form has seen.
fn seen(page: &str) -> u64 {
    let rest = page.split("name=\"phien\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_draft_is_edited_then_sent_and_frozen() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let path = draft(&desk, &officer).await;
    let page = desk.get(&path, &officer).await.expect(200);
    assert!(
        page.text().contains(&format!("{path}/sua")),
        "{}",
        page.text()
    );
    let form = desk.get(&format!("{path}/sua"), &officer).await.expect(200);
    assert!(form.text().contains(">Một</textarea>"), "{}", form.text());
    let first = seen(form.text());
    let edit = |seen: u64, to: &str, words: &str, send: u8| {
        format!("phien={seen}&gui_den={to}&cau_hoi={words}&so_ngay=5&gui={send}")
    };
    let save = format!("{path}/sua");
    desk.post(&save, &edit(first, OTHER, "Hai", 0), &officer)
        .await
        .expect(303);
    let page = desk.get(&path, &officer).await.expect(200);
    assert!(page.text().contains(">Hai</p>") && page.text().contains("Sửa bản nháp"));

    // Who still has the form of before keeps the words and is told who was faster.
    let slower = desk.sign_in("bao-chi-2", Role::PressOfficer, "city");
    let behind = desk
        .post(&save, &edit(first, MINE, "Ba", 0), &slower)
        .await
        .expect(409);
    assert!(
        behind.text().contains("Cán bộ bao-chi vừa sửa"),
        "{}",
        behind.text()
    );
    assert!(behind.text().contains(">Ba</textarea>"));
    let newest = seen(behind.text());
    assert!(newest > first);

    for bad in [
        edit(newest, "99999", "Ba", 0),
        edit(newest, MINE, "", 0),
        edit(newest, MINE, "Ba", 0).replace("so_ngay=5", "so_ngay=0"),
    ] {
        desk.post(&save, &bad, &slower).await.expect(400);
    }
    let local = desk.sign_in("cua-phuong", Role::PressOfficer, MINE);
    desk.post(&save, &edit(newest, MINE, "Ba", 0), &local)
        .await
        .expect(404);
    let unit = desk.sign_in("don-vi", Role::UnitResponder, OTHER);
    desk.post(&save, &edit(newest, OTHER, "Ba", 0), &unit)
        .await
        .expect(403);

    desk.post(&save, &edit(newest, MINE, "Ba", 1), &slower)
        .await
        .expect(303);
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let id = models::domain::RequestId(id);
    assert_eq!(desk.state(id), RequestState::Sent);
    let known = desk.requests.record.request(id).unwrap().unwrap();
    assert_eq!((known.question.as_str(), known.answer_days), ("Ba", 5));
    assert_eq!(known.addressee.to_string(), MINE);
    assert!(!known.evidence.quotes.is_empty());

    let late = desk.get(&save, &officer).await.expect(303);
    assert_eq!(
        late.header("location"),
        path,
        "there is nothing to edit any more"
    );
    desk.post(&save, &edit(newest + 2, MINE, "Bốn", 0), &officer)
        .await
        .expect(409);
    let log = desk.accounts.audit_rows(None, 50).unwrap();
    let edits = log
        .iter()
        .filter(|row| row.entry.action == "request.edited");
    assert_eq!(edits.count(), 2);
}
