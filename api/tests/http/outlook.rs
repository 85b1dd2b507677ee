//! Forecasts, comparisons of units, and concerns that were joined.

use serde_json::{Value, json};

use crate::client::Site;
use crate::fixture;

#[tokio::test]
async fn a_forecast_is_shown_where_it_beat_last_week_and_nowhere_else() {
    let site = Site::busy();
    let html = site.get("/du-bao").await.expect(200).text().to_owned();
    assert_eq!(html.matches("class=\"forecast\"").count(), 1);
    for words in [
        "Dự báo 7 ngày tới",
        "Thứ Năm, 12/11/2026",
        "forecast-2",
        "tốt hơn 31 % (khoảng 90 %: 21 đến 41 %)",
        "Triều cường làm ngày 19/11 nhân 1,70",
        "chưa hơn “như tuần trước”: -4 %",
        "chưa dự báo nào được chấm",
        "Các phường",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let table = html.split("<tbody>").nth(1).unwrap();
    assert_eq!(
        table
            .split("</tbody>")
            .next()
            .unwrap()
            .matches("<tr>")
            .count(),
        7
    );
    let wards = site.get("/du-bao?cho=kind:ward&lang=en").await.expect(200);
    assert!(wards.text().contains("All wards"));
    site.get("/du-bao?cho=phuong").await.expect(400);
    site.get("/du-bao?cho=99999").await.expect(404);
    let empty = Site::empty().get("/du-bao").await.expect(200);
    assert!(empty.text().contains("cần ít nhất 28 ngày đã nghe"));
}

#[tokio::test]
async fn past_forecasts_stand_with_what_came() {
    let site = Site::busy();
    let html = site
        .get("/du-bao/drainage")
        .await
        .expect(200)
        .text()
        .to_owned();
    for words in ["3/5", "4/5", "3,9", "6,0", "đã hiện", "Hình thoi"] {
        assert!(html.contains(words), "{words}");
    }
    // Roads were foreseen too, and nobody may see it yet.
    let road = site.get("/du-bao/road").await.expect(200).text().to_owned();
    assert!(road.contains("chưa dự báo nào được chấm") && !road.contains("<svg class=\"col"));
    assert!(!road.contains("fan-outer"));
    let never = site.get("/du-bao/trees").await.expect(200);
    assert!(never.text().contains("chưa tới hai lần một ngày"));
    site.get("/du-bao/khong-co").await.expect(404);
}

#[tokio::test]
async fn programs_see_no_days_that_people_may_not() {
    let site = Site::busy();
    let lines = site.get("/api/v1/forecasts").await.expect(200).json();
    let of = |topic: &str| -> Value {
        let mut lines = lines.as_array().unwrap().iter();
        lines.find(|line| line["topic"] == topic).unwrap().clone()
    };
    assert_eq!(lines.as_array().unwrap().len(), 3);
    let drains = of("drainage");
    assert_eq!(drains["is_shown"], true);
    assert_eq!(drains["days"].as_array().unwrap().len(), 7);
    assert_eq!(drains["days"][0]["interval_50"], json!([17.0, 25.0]));
    assert_eq!(drains["days"][1]["last_week"], Value::Null);
    let noise = of("noise");
    assert_eq!(
        (&noise["is_shown"], &noise["days"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(noise["standing"]["skill_interval"], json!([-0.14, 0.06]));
    let past = "/api/v1/forecasts?topic=drainage&from=2026-11-01";
    let past = site.get(past).await.expect(200).json();
    assert_eq!(past.as_array().unwrap().len(), 2);
    assert_eq!(past[0]["outcome"]["n_within_90"], 4);
    assert_eq!(past[0]["days"][2]["came"], 30);
    assert_eq!(past[1]["outcome"], Value::Null);
    site.get("/api/v1/forecasts?topic=luoi").await.expect(400);
}

#[tokio::test]
async fn a_unit_is_told_where_it_differs_and_where_nothing_is_known() {
    let site = Site::busy();
    let page = site
        .get("/don-vi/26740")
        .await
        .expect(200)
        .text()
        .to_owned();
    assert!(page.contains("Chắc chắn nói nhiều hơn nơi khác về: "));
    assert!(page.contains("/don-vi/26740/khac-biet?ngay=2026-11-12"));
    let html = site
        .get("/don-vi/26740/khac-biet")
        .await
        .expect(200)
        .text()
        .to_owned();
    for words in [
        "×2,30",
        "1,60–3,20",
        "chưa thể kết luận",
        "ít hơn",
        "Dân số 47.022",
        "3,20 (2,10–4,60)",
        "compare-1",
        "Vấn đề riêng của đơn vị",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let none = site.get("/don-vi/27655/khac-biet").await.expect(200);
    assert!(none.text().contains("Chưa có gì để so sánh"));
    site.get("/don-vi/99999/khac-biet").await.expect(404);
    let lines = site
        .get("/api/v1/comparisons?day=2026-11-12")
        .await
        .expect(200)
        .json();
    assert_eq!(lines.as_array().unwrap().len(), 1);
    let verdicts = lines[0]["topics"].as_array().unwrap().iter();
    let verdicts = verdicts.map(|topic| topic["city"]["verdict"].clone());
    assert_eq!(verdicts.collect::<Vec<_>>(), ["more", "less", "unclear"]);
    site.get("/api/v1/comparisons?unit=99999").await.expect(404);
}

#[tokio::test]
async fn a_joined_concern_leads_to_the_whole_which_shows_its_mentions() {
    let (part, whole) = ("c-nuoc-yeu", "c-ngap-le-van-luong");
    let (state, folder) = fixture::joined_city(part, whole);
    let site = Site::over(state, folder);
    let html = site
        .get(&format!("/van-de/{part}"))
        .await
        .expect(200)
        .text()
        .to_owned();
    assert!(html.contains("nay được gộp vào"));
    assert!(html.contains(&format!("href=\"/van-de/{whole}\"")));
    let html = site
        .get(&format!("/van-de/{whole}"))
        .await
        .expect(200)
        .text()
        .to_owned();
    assert!(html.contains("Gồm cả các vấn đề đã gộp"));
    assert!(html.contains(&format!("href=\"/van-de/{part}\"")));
    let part_json = whole_concern(&site, part).await;
    assert_eq!(
        (&part_json["part_of"], &part_json["parts"]),
        (&json!(whole), &json!([]))
    );
    let joined = whole_concern(&site, whole).await;
    assert_eq!(
        (&joined["part_of"], &joined["parts"]),
        (&Value::Null, &json!([part]))
    );
    let all = joined["evidence"].as_array().unwrap();
    let of_part = part_json["evidence"].as_array().unwrap();
    assert!(of_part.iter().all(|mention| all.contains(mention)));
    let alone = whole_concern(&Site::busy(), whole).await;
    let n_alone = alone["evidence"].as_array().unwrap().len();
    assert_eq!(all.len(), n_alone + of_part.len());
}

/// A concern with the evidence of all its pages.
async fn whole_concern(site: &Site, id: &str) -> Value {
    let mut evidence = Vec::new();
    let mut path = format!("/api/v1/concerns/{id}?limit=100");
    loop {
        let mut page = site.get(&path).await.expect(200).json();
        evidence.extend(page["evidence"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else {
            page["evidence"] = evidence.into();
            return page;
        };
        path = format!("/api/v1/concerns/{id}?limit=100&cursor={next}");
    }
}
