//! Alerts on the pages: a rule is drafted, tried on the past and saved; what it found is taken, silenced
//! and ended by those who may, and nobody overwrites what they have not seen.

use std::sync::Arc;

use indexer::Alerts;
use models::domain::{
    Alert, AlertSubject, BurstCause, Cause, ConcernCause, Finding, HealthStatus, Role, SourceCause,
    SourceId, UnitCode,
};

use crate::access::Office;
use crate::fixture;

const RULE: &str =
    "luat=0&ban=0&ten=Ng%E1%BA%ADp&loai=concern&so_tin=2&tieu_cuc=&tang=&don_vi=&gio=12&dung=1";

fn finding(unit: &str, concern: &models::domain::Concern) -> Finding {
    Finding {
        subject: AlertSubject::Concern(concern.id.clone()),
        day: fixture::DAY,
        topic: Some(concern.topic),
        units: vec![unit.parse::<UnitCode>().unwrap()],
        size: 12.0,
        cause: Cause::Concern(ConcernCause {
            n_mentions: 12,
            min_mentions: 2,
            negative_share: 0.75,
            min_negative_share: Some(0.5),
            burst: Some(BurstCause {
                n_mentions: 12,
                expected: 1.5,
                p: 1e-7,
                n_series: 26,
                history_days: 27,
                per_month: 1.0,
            }),
            by_channel: [1, 2, 9],
            by_source: vec![(SourceId::new("1022"), 9)],
            evidence: vec![concern.title_from.clone()],
        }),
    }
}

struct Desk {
    office: Office,
    alerts: Arc<dyn Alerts>,
    concern: models::domain::Concern,
}

impl Desk {
    fn open() -> Self {
        let (mut state, folder) = fixture::busy_city();
        state.access.sign_in_per_minute = 1_000;
        let alerts = Arc::clone(&state.alerts);
        let concerns = state
            .archive
            .concerns_active(fixture::DAY, fixture::DAY)
            .unwrap();
        Self {
            office: Office::over(state, folder),
            alerts,
            concern: concerns[0].clone(),
        }
    }

    async fn save_rule(&self, cookie: &str) {
        let saved = self
            .office
            .post("/canh-bao/luat", RULE, cookie)
            .await
            .expect(303);
        assert_eq!(saved.header("location"), "/canh-bao/luat?luu=1");
    }

    fn alert(&self, unit: &str) -> Alert {
        let rule = self.alerts.alert_rule(1).unwrap().unwrap();
        let found = finding(unit, &self.concern);
        self.alerts
            .open_alert(&rule, &found, fixture::now())
            .unwrap()
            .unwrap()
    }
}

#[tokio::test]
async fn a_rule_is_tried_on_the_past_before_it_is_saved() {
    let desk = Desk::open();
    desk.office.add("bich", Role::PressOfficer, "city");
    let cookie = desk.office.sign_in("bich").await;
    let empty = desk.office.get("/canh-bao", &cookie).await.expect(200);
    assert!(empty.text().contains("Chưa có luật nào"));
    let form = desk
        .office
        .get("/canh-bao/luat/moi", &cookie)
        .await
        .expect(200);
    assert!(!form.text().contains("Trong 28 ngày qua"));

    let tried = desk
        .office
        .get(&format!("/canh-bao/luat/moi?{RULE}&xem=1"), &cookie)
        .await
        .expect(200);
    assert!(
        tried.text().contains("Luật này đã báo "),
        "{}",
        tried.text()
    );
    assert!(
        tried.text().contains("/van-de/"),
        "what it would have found"
    );
    assert_eq!(
        desk.alerts.alert_rules().unwrap(),
        [],
        "a preview saves nothing"
    );
    let rising = RULE.replace("tang=", "tang=1");
    let young = desk
        .office
        .get(&format!("/canh-bao/luat/moi?{rising}&xem=1"), &cookie)
        .await
        .expect(200);
    assert!(
        young.text().contains("ngày chưa đủ dữ liệu để xét"),
        "honest about what is not known"
    );

    let nonsense = RULE.replace("so_tin=2", "so_tin=1");
    let refused = desk
        .office
        .post("/canh-bao/luat", &nonsense, &cookie)
        .await
        .expect(200);
    assert!(refused.text().contains("Luật này sẽ báo mọi vấn đề"));
    let strange = RULE.replace("don_vi=", "don_vi=99999");
    let refused = desk
        .office
        .post("/canh-bao/luat", &strange, &cookie)
        .await
        .expect(200);
    assert!(refused.text().contains("99999"));

    desk.save_rule(&cookie).await;
    let rules = desk.office.get("/canh-bao/luat", &cookie).await.expect(200);
    assert!(rules.text().contains("Ngập") && rules.text().contains("từ 2 tin/ngày"));
    // Two officers change the same rule: the second is shown the newest shape.
    let change = RULE.replace("luat=0&ban=0", "luat=1&ban=1");
    desk.office
        .post("/canh-bao/luat", &change, &cookie)
        .await
        .expect(303);
    let late = desk
        .office
        .post("/canh-bao/luat", &change, &cookie)
        .await
        .expect(200);
    assert!(late.text().contains("vừa được người khác sửa"));
    assert_eq!(desk.alerts.alert_rule(1).unwrap().unwrap().revision, 2);
}

#[tokio::test]
async fn an_alert_is_taken_silenced_and_ended() {
    let desk = Desk::open();
    desk.office.add("bich", Role::PressOfficer, "city");
    let cookie = desk.office.sign_in("bich").await;
    desk.save_rule(&cookie).await;
    let alert = desk.alert("26740");
    let list = desk.office.get("/canh-bao", &cookie).await.expect(200);
    assert!(list.text().contains("/canh-bao/1") && list.text().contains("Chưa ai nhận"));
    let page = desk.office.get("/canh-bao/1", &cookie).await.expect(200);
    for part in [
        "Thẻ nguyên nhân",
        "12 tin trong ngày",
        "1,5",
        "75",
        "dưới 0,0001",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let english = desk
        .office
        .get("/canh-bao/1?lang=en", &cookie)
        .await
        .expect(200);
    assert!(english.text().contains("The cause"));

    let take = format!("viec=nhan&phien={}&ghi_chu=T%C3%B4i%20xem", alert.version);
    let taken = desk
        .office
        .post("/canh-bao/1", &take, &cookie)
        .await
        .expect(303);
    assert_eq!(taken.header("location"), "/canh-bao/1");
    let late = desk
        .office
        .post("/canh-bao/1", &take, &cookie)
        .await
        .expect(303);
    assert_eq!(late.header("location"), "/canh-bao/1?lech=1");
    let page = desk
        .office
        .get("/canh-bao/1?lech=1", &cookie)
        .await
        .expect(200);
    assert!(page.text().contains("Cán bộ bich nhận") && page.text().contains("Tôi xem"));
    assert!(page.text().contains("Có người vừa xử lý"));

    let version = desk.alerts.alert(1).unwrap().unwrap().version;
    let snooze = format!("viec=hoan&gio=24&phien={version}&ghi_chu=");
    desk.office
        .post("/canh-bao/1", &snooze, &cookie)
        .await
        .expect(303);
    let wrong = format!("viec=hoan&gio=9999&phien={version}&ghi_chu=");
    desk.office
        .post("/canh-bao/1", &wrong, &cookie)
        .await
        .expect(400);
    let known = desk.alerts.alert(1).unwrap().unwrap();
    assert!(known.snoozed_until.is_some());
    let end = format!("viec=dong&phien={}&ghi_chu=", known.version);
    desk.office
        .post("/canh-bao/1", &end, &cookie)
        .await
        .expect(303);
    let list = desk.office.get("/canh-bao", &cookie).await.expect(200);
    assert!(list.text().contains("Không có cảnh báo nào đang mở"));
    desk.office.get("/canh-bao/99", &cookie).await.expect(404);
}

#[tokio::test]
async fn an_outage_has_a_list_of_its_own() {
    let desk = Desk::open();
    desk.office.add("bich", Role::PressOfficer, "city");
    let cookie = desk.office.sign_in("bich").await;
    let rule = RULE.replace("loai=concern", "loai=source");
    desk.office
        .post("/canh-bao/luat", &rule, &cookie)
        .await
        .expect(303);
    let rule = desk.alerts.alert_rule(1).unwrap().unwrap();
    let found = Finding {
        subject: AlertSubject::Source(SourceId::new("1022")),
        day: fixture::DAY,
        topic: None,
        units: Vec::new(),
        size: 20.0,
        cause: Cause::Source(SourceCause {
            status: HealthStatus::Unreachable,
            detail: "HTTP 503".to_owned(),
            since: fixture::now(),
            min_hours: 12,
        }),
    };
    desk.alerts
        .open_alert(&rule, &found, fixture::now())
        .unwrap();
    let list = desk.office.get("/canh-bao", &cookie).await.expect(200);
    let (_, sources) = list.text().split_once("h-sources").unwrap();
    assert!(sources.contains("/canh-bao/1") && sources.contains("HTTP 503"));
}

#[tokio::test]
async fn who_may_not_is_kept_out() {
    let desk = Desk::open();
    desk.office.add("an", Role::Admin, "city");
    desk.office.add("xem", Role::Viewer, "city");
    desk.office.add("phuong", Role::PressOfficer, "26740");
    desk.office.add("khac", Role::PressOfficer, "26743");
    let admin = desk.office.sign_in("an").await;
    desk.save_rule(&admin).await;
    let alert = desk.alert("26740");
    let take = format!("viec=nhan&phien={}&ghi_chu=", alert.version);

    let viewer = desk.office.sign_in("xem").await;
    let page = desk.office.get("/canh-bao/1", &viewer).await.expect(200);
    assert!(
        !page.text().contains("name=\"viec\""),
        "a viewer has no buttons"
    );
    desk.office
        .post("/canh-bao/1", &take, &viewer)
        .await
        .expect(403);
    let other = desk.office.sign_in("khac").await;
    desk.office.get("/canh-bao/1", &other).await.expect(403);
    desk.office
        .post("/canh-bao/1", &take, &other)
        .await
        .expect(403);
    let list = desk.office.get("/canh-bao", &other).await.expect(200);
    assert!(!list.text().contains("/canh-bao/1\""));
    // A rule of the whole city is not for an officer of one unit.
    desk.office
        .post("/canh-bao/luat", RULE, &other)
        .await
        .expect(403);
    desk.office
        .get("/canh-bao/luat/1", &other)
        .await
        .expect(403);
    let own = RULE.replace("don_vi=", "don_vi=26743");
    desk.office
        .post("/canh-bao/luat", &own, &other)
        .await
        .expect(303);
    let mine = desk.office.sign_in("phuong").await;
    desk.office
        .post("/canh-bao/1", &take, &mine)
        .await
        .expect(303);
    let nobody = desk.office.get("/canh-bao", "").await.expect(303);
    assert!(nobody.header("location").starts_with("/dang-nhap"));
}
