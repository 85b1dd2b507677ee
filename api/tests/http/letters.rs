//! Messages that were given up: seen by the administration, sent again by hand, and only where they surely
//! did not arrive.

use std::sync::Arc;

use api::messages_of;
use indexer::{Attempt, MessageState, Outbox, Verdict};
use models::domain::{Addressee, Bounce, MAYBE_ARRIVED, Notice, Role, Way};

use crate::access::Office;
use crate::fixture;

const ADDRESS: &str = "phuong.saigon@example.vn";

/// A message that was given up, with the receipt of its last attempt.
fn given_up(outbox: &dyn Outbox, key: &str, said: &str) -> u64 {
    let notice = Notice {
        key: key.to_owned(),
        subject: format!("Yêu cầu giải trình {key}"),
        lines: Vec::new(),
        short: String::new(),
        link: None,
        english: false,
        not_before: None,
    };
    let told = Addressee {
        name: "UBND phường".to_owned(),
        way: Way::Mail {
            address: ADDRESS.to_owned(),
        },
    };
    let [(endpoint, message)] = messages_of(&notice, &[told]).unwrap().try_into().unwrap();
    outbox
        .post(&endpoint, &[message], None, fixture::now())
        .unwrap();
    let id = outbox.messages(None, None, 1).unwrap()[0].id;
    let attempt = Attempt {
        at: fixture::now(),
        status: Some(550),
        detail: said.to_owned(),
    };
    outbox.settle(id, &attempt, Verdict::Dead).unwrap();
    id
}

#[tokio::test]
async fn what_was_given_up_is_seen_masked_and_sent_again_by_hand() {
    let (state, folder) = fixture::busy_city();
    let outbox = Arc::clone(&state.outbox);
    let accounts = Arc::clone(&state.accounts);
    let office = Office::over(state, folder);
    for (login, role, reach) in [
        ("an", Role::Admin, "city"),
        ("bich", Role::PressOfficer, "city"),
        ("chi", Role::Admin, "26740"),
    ] {
        office.add(login, role, reach);
    }
    let admin = office.sign_in("an").await;
    let empty = office.get("/quan-tri/thu", &admin).await.expect(200);
    assert!(empty.text().contains("Không có thư nào bị bỏ"));

    let refused = given_up(&*outbox, "mot", &format!("550 <{ADDRESS}> unknown"));
    let unclear = given_up(&*outbox, "hai", &format!("{MAYBE_ARRIVED} (timeout)"));
    outbox
        .note_bounce(&Bounce {
            address: ADDRESS.to_owned(),
            at: fixture::now(),
            is_final: true,
            detail: format!("5.1.1 {ADDRESS} no such user"),
            message: Some(refused),
        })
        .unwrap();
    let page = office.get("/quan-tri/thu", &admin).await.expect(200);
    assert!(!page.text().contains(ADDRESS), "an address is shown whole");
    assert!(page.text().contains("ph…@example.vn") && page.text().contains("5.1.1"));
    assert!(page.text().contains("Yêu cầu giải trình mot"));
    let button = |id: u64| format!("/quan-tri/thu/{id}/gui-lai");
    assert!(page.text().contains(&button(refused)) && !page.text().contains(&button(unclear)));

    for login in ["bich", "chi"] {
        let cookie = office.sign_in(login).await;
        office.get("/quan-tri/thu", &cookie).await.expect(403);
        office.post(&button(refused), "", &cookie).await.expect(403);
    }
    office.post(&button(unclear), "", &admin).await.expect(409);
    office.post(&button(9_999), "", &admin).await.expect(404);
    let state_of = |id: u64| outbox.message(id).unwrap().unwrap().state;
    assert_eq!(state_of(unclear), MessageState::Dead);
    office.post(&button(refused), "", &admin).await.expect(303);
    assert_eq!(state_of(refused), MessageState::Waiting);
    // A second press changes nothing and writes no second line.
    office.post(&button(refused), "", &admin).await.expect(303);
    let log = accounts.audit_rows(None, 20).unwrap();
    let lines = log.iter().filter(|row| row.entry.action == "message.retry");
    assert_eq!(lines.count(), 1);
}
