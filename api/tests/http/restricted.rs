//! What is not public through the API: for keys of that scope, within their reach, and nobody else.

use api::access::hash_token;
use indexer::{Actor, By, NewKey};
use models::domain::{KeyScope, Reach, Role};
use serde_json::Value;

use crate::client::Answer;
use crate::fixture::requests::PHONE;
use crate::requests::{Desk, MINE, OTHER};

const LISTS: [&str; 2] = ["/api/v1/requests", "/api/v1/alerts"];

fn key(desk: &Desk, name: &str, scope: KeyScope, reach: &str) -> String {
    let key = format!("langnghe_{name}");
    let new = NewKey {
        secret: hash_token(&key),
        name: name.to_owned(),
        scopes: [scope].into(),
        per_minute: Some(100_000),
        reach: Reach::from_text(reach).unwrap(),
        expires_at: None,
    };
    let by = By {
        who: Actor::Command,
        at: desk.now(),
        request: None,
    };
    desk.accounts.add_key(&new, &by).unwrap();
    format!("Bearer {key}")
}

async fn ask(desk: &Desk, path: &str, key: &str) -> Answer {
    desk.site.get_with(path, &[("authorization", key)]).await
}

fn numbers(list: &Answer) -> Vec<u64> {
    let all = list.json();
    let all = all.as_array().unwrap().iter();
    all.map(|one| one["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn only_keys_made_for_it_read_what_is_not_public() {
    let desk = Desk::open();
    for scope in [KeyScope::Read, KeyScope::Export, KeyScope::Open311Write] {
        let other = key(&desk, scope.code(), scope, "city");
        for list in LISTS {
            let refused = ask(&desk, list, &other).await.expect(403);
            assert_eq!(refused.json()["code"], "forbidden", "{list}");
        }
    }
    let whole = key(&desk, "city", KeyScope::Restricted, "city");
    for list in LISTS {
        desk.site.get(list).await.expect(401);
        let empty = ask(&desk, list, &whole).await.expect(200);
        assert_eq!(empty.json(), Value::Array(Vec::new()), "{list}");
        assert_eq!(empty.header("cache-control"), "private, no-store");
    }
    // A key opens no page of officers, and no other list.
    for page in ["/yeu-cau", "/canh-bao", "/ban-lam-viec", "/api/v1/units"] {
        ask(&desk, page, &whole).await.expect(403);
    }
}

#[tokio::test]
async fn requests_are_listed_within_reach_and_without_drafts() {
    let desk = Desk::open();
    let officer = desk.sign_in("bao-chi", Role::PressOfficer, "city");
    let first = desk.ask(&officer, MINE).await.0;
    let second = desk.ask(&officer, OTHER).await.0;
    let concern = desk.concern();
    let draft = format!("loai=concern&ve={concern}&gui_den={MINE}&cau_hoi=a&so_ngay=3&gui=0");
    desk.post("/yeu-cau", &draft, &officer).await.expect(303);
    let whole = key(&desk, "city", KeyScope::Restricted, "city");
    let mine = key(&desk, "ward", KeyScope::Restricted, MINE);
    let [requests, _] = LISTS;
    let all = ask(&desk, requests, &whole).await.expect(200);
    assert_eq!(numbers(&all), [first, second]);
    assert!(!all.text().contains(PHONE));
    let line = &all.json()[0];
    assert_eq!(
        (&line["state"], &line["late"]),
        (&"sent".into(), &false.into())
    );
    assert_eq!(
        (&line["addressee"], &line["rounds"]),
        (&MINE.into(), &1.into())
    );
    assert_eq!(line["answer"], Value::Null);
    assert_eq!(
        numbers(&ask(&desk, requests, &mine).await.expect(200)),
        [first]
    );
    let other = format!("{requests}?addressee={OTHER}");
    assert_eq!(numbers(&ask(&desk, &other, &whole).await), [second]);
    assert_eq!(numbers(&ask(&desk, &other, &mine).await), [0; 0]);

    // Pages of one: the second is where the link of the first leads.
    let page = ask(&desk, &format!("{requests}?limit=1"), &whole).await;
    assert_eq!(numbers(&page), [first]);
    let next = page
        .header("link")
        .split(['<', '>'])
        .nth(1)
        .unwrap()
        .to_owned();
    let page = ask(&desk, &next, &whole).await.expect(200);
    assert_eq!((numbers(&page), page.header("link")), (vec![second], ""));

    desk.wait(10);
    let late = ask(&desk, &format!("{requests}?late=true&state=sent"), &whole).await;
    assert_eq!(numbers(&late), [first, second]);
    let table = ask(&desk, &format!("{requests}?format=csv"), &mine)
        .await
        .expect(200);
    assert_eq!(table.text().lines().count(), 2, "{}", table.text());
    for bad in [
        "state=draft",
        "late=1",
        "addressee=x",
        "limit=0",
        "format=xml",
    ] {
        ask(&desk, &format!("{requests}?{bad}"), &whole)
            .await
            .expect(400);
    }
    // Officers read the same by their session.
    let viewer = desk.sign_in("xem", Role::Viewer, OTHER);
    assert_eq!(
        numbers(&desk.get(requests, &viewer).await.expect(200)),
        [second]
    );
}
