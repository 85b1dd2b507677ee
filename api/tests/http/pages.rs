//! What people see.

use crate::client::Site;

/// Every page over the busy city.
pub const PAGES: &[&str] = &[
    "/",
    "/?lang=en",
    "/?ngay=2026-11-11",
    "/?ngay=2020-01-01",
    "/don-vi",
    "/don-vi/27655",
    "/don-vi/27655?lang=en&ngay=2026-11-12",
    "/don-vi/27676",
    "/don-vi/25747",
    "/co-quan/so_xay_dung",
    "/co-quan/so_xay_dung?lang=en&ngay=2026-11-11",
    "/tuan",
    "/tuan/2026-10-25?lang=en",
    "/tuan/2026-10-25?don-vi=27655",
    "/thang/2026-10",
    "/thang/2026-10?co-quan=so_xay_dung",
    "/ky-bao-cao/2026-10",
    "/ky-bao-cao?lang=en",
    "/so-sanh",
    "/so-sanh?ky=tuan&lang=en",
    "/cham-lai",
    "/cham-lai?don-vi=27655&lang=en",
    "/hai-long",
    "/hai-long?lang=en&ngay=2026-10-25",
    "/hai-long/tuan/ward?ngay=2026-10-25",
    "/canh-nhau",
    "/canh-nhau?a=26740&b=26743&c=26740&lang=en",
    "/hai-long/thang/26740?ngay=2026-10-25&lang=en",
    "/hai-long/ky-bao-cao/25747",
    "/im-lang",
    "/im-lang?linh-vuc=noise&lang=en",
    "/chi-so",
    "/chi-so?lang=en",
    "/chi-so/services.online",
    "/chi-so/tickets.on_time?lang=en&ngay=2026-11-01",
    "/ban-do?dang=luc-giac",
    "/ban-do?dang=ranh-gioi&lang=en",
    "/du-bao",
    "/du-bao?cho=kind:ward&lang=en",
    "/du-bao/drainage",
    "/du-bao/noise?lang=en",
    "/don-vi/26740/khac-biet",
    "/don-vi/26740/khac-biet?lang=en",
    "/van-de/c-ngap-le-van-luong",
    "/van-de/c-ngap-le-van-luong?lang=en",
    "/ban-do",
    "/ban-do?ngay=2026-11-01",
    "/ban-do?lop=lang-nghe-7&don-vi=26740&lang=en",
    "/ban-do?lop=chi-so.services.online&don-vi=26740",
    "/ban-do?lop=y-kien&xem=bang&sap=so-luong",
    "/ban-do?lop=tieu-cuc",
    "/ban-do?lop=im-lang&dang=luc-giac",
    "/ban-do?ten=binh",
    "/ban-do/nhung",
    "/nguon",
    "/nguon/1022",
    "/nguon/bao-thanh-pho?lang=en",
    "/tim-kiem?q=ngap",
    "/phuong-phap",
    "/ve?lang=en",
];

#[tokio::test]
async fn every_page_opens_over_the_busy_city() {
    let site = Site::busy();
    for path in PAGES {
        let answer = site.get(path).await.expect(200);
        assert_eq!(answer.kind(), "text/html; charset=utf-8", "{path}");
        let html = answer.text();
        assert!(html.contains("<main id=\"main\""), "{path}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
        assert!(!html.contains("{}"), "{path} has an unfilled text");
    }
}

#[tokio::test]
async fn every_page_opens_over_an_empty_record() {
    let site = Site::empty();
    for path in PAGES.iter().filter(|path| !path.starts_with("/van-de")) {
        let answer = site.get(path).await.expect(200);
        assert!(answer.text().contains("<h1"), "{path}");
    }
    let today = site.get("/").await;
    assert!(today.text().contains("Chưa có bản tin nào"));
    assert!(
        today.text().contains("langnghe user add"),
        "nobody can sign in yet"
    );
    assert!(today.text().contains("5 nguồn trong cấu hình"));
}

#[tokio::test]
async fn units_side_by_side_say_what_may_be_concluded() {
    let site = Site::busy();
    let page = site.get("/canh-nhau?a=26740&b=26743").await.expect(200);
    let html = page.text();
    assert_eq!(html.matches("<th scope=\"col\" lang=\"vi\">").count(), 2);
    for words in [
        "khoảng 90 %:",
        "n = ",
        "Ý kiến trong ngày",
        "Phản ánh xử lý đúng hạn",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let said = ["chồng nhau", "tách rời nhau", "chưa đủ dữ liệu"];
    assert_eq!(
        said.iter().filter(|words| html.contains(**words)).count(),
        1
    );
    // The same unit twice is one column, and one alone is compared with nothing.
    let page = site
        .get("/canh-nhau?a=26740&b=26740&ngay=2026-11-11")
        .await
        .expect(200);
    assert_eq!(
        page.text()
            .matches("<th scope=\"col\" lang=\"vi\">")
            .count(),
        1
    );
    assert!(said.iter().all(|words| !page.text().contains(words)));
    site.get("/canh-nhau?a=00000").await.expect(404);
    site.get("/canh-nhau?a=26740&ngay=mai").await.expect(400);
}

#[tokio::test]
async fn the_digest_page_tells_what_matters_and_why() {
    let site = Site::busy();
    let html = site.get("/").await.expect(200).text().to_owned();
    assert_eq!(html.matches("<li class=\"entry\"").count(), 10);
    for words in [
        "Thứ Năm, 12/11/2026",
        "Đường Lê Văn Lương ngập nửa bánh xe suốt ba ngày triều cường",
        "34 ý kiến",
        "4 nguồn độc lập",
        "đồng hạng",
        "Vì sao hạng này?",
        "khoảng 90 %",
        "Đang tăng nhanh",
        "4 trên 5 nguồn",
        "Nhịp Sống Đô Thị",
        "không trả lời",
        "Đính chính (bản 2):",
        "Gộp hai vấn đề trùng nhau",
        "rank-2026.11",
        "https://mang-khu-pho.example/",
        "rel=\"noopener nofollow external\"",
        "href=\"/van-de/c-ngap-le-van-luong\"",
        "href=\"/?ngay=2026-11-11\"",
    ] {
        assert!(html.contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_past_day_is_the_digest_of_that_day() {
    let site = Site::busy();
    let html = site
        .get("/?ngay=2026-11-11")
        .await
        .expect(200)
        .text()
        .to_owned();
    assert!(html.contains("Thứ Tư, 11/11/2026"));
    assert!(!html.contains("Đính chính"));
    let moved = site.get("/ngay/2026-11-11").await.expect(308);
    assert_eq!(moved.header("location"), "/?ngay=2026-11-11");
    let missing = site.get("/?ngay=2020-01-01").await.expect(200);
    assert!(missing.text().contains("Không có bản tin Thứ Tư, 1/1/2020"));
}

#[tokio::test]
async fn a_unit_page_shows_its_signal_and_where_it_differs() {
    let site = Site::busy();
    let html = site
        .get("/don-vi/26740")
        .await
        .expect(200)
        .text()
        .to_owned();
    for words in [
        "Phường Sài Gòn",
        "Trước đây thuộc Quận 1",
        "1 trên 3 vấn đề ở đây không nằm trong danh sách toàn thành phố.",
        "riêng nơi đây",
        "toàn thành phố",
        "Tín hiệu lắng nghe",
        "Tính lại nhóm hài lòng 766",
        "không trộn lẫn",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let quiet = site.get("/don-vi/27676").await.expect(200);
    assert!(quiet.text().contains("Chưa đủ dữ liệu."));
    let without = site.get("/don-vi/25747").await.expect(200);
    assert!(without.text().contains("Chưa có bản tin."));
    let picked = site.get("/don-vi?ma=26740&lang=en").await.expect(303);
    assert_eq!(picked.header("location"), "/don-vi/26740?lang=en");
}

#[tokio::test]
async fn an_agency_has_a_digest_of_what_it_answers_for() {
    let site = Site::busy();
    let html = site.get("/co-quan/so_xay_dung").await.expect(200);
    for words in [
        "Sở Xây dựng",
        "Đường Lê Văn Lương ngập nửa bánh xe",
        "/co-quan/so_xay_dung/tin.atom",
    ] {
        assert!(html.text().contains(words), "{words}");
    }
    let without = site.get("/co-quan/thoat_nuoc").await.expect(200);
    assert!(without.text().contains("Ngày này cơ quan chưa có bản tin"));
    site.get("/co-quan/khong-co").await.expect(404);
    let listed = site.get("/don-vi").await.expect(200);
    assert!(listed.text().contains("href=\"/co-quan/thoat_nuoc\""));
    let concern = site.get("/van-de/c-ngap-le-van-luong").await.expect(200);
    assert!(concern.text().contains("href=\"/co-quan/so_xay_dung\""));
    let json = site
        .get("/api/v1/digests?unit=agency:so_xay_dung")
        .await
        .expect(200);
    assert!(json.text().contains("\"unit\":\"agency:so_xay_dung\""));
    site.get("/api/v1/digests?unit=agency:khong-co")
        .await
        .expect(404);
    let feed = site.get("/co-quan/so_xay_dung/tin.atom").await.expect(200);
    assert!(
        feed.text()
            .contains("urn:langnghe:digest:agency:so_xay_dung:2026-11-12")
    );
}

#[tokio::test]
async fn longer_periods_have_digests_with_steps_and_coverage() {
    let site = Site::busy();
    let html = site.get("/tuan").await.expect(200).text().to_owned();
    for words in [
        "Bản tin tuần",
        "Tuần 19/10 – 25/10/2026",
        "Thiếu trong kỳ",
        "đã đóng ở 1022, còn tăng trên mạng",
        "nóng trên báo, 0 phiếu 1022",
        "vượt mức của 28 ngày trước kỳ",
        "href=\"/thang/2026-10\"",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let month = site.get("/thang/2026-10?don-vi=27655").await.expect(200);
    assert!(month.text().contains("Tháng 10/2026") && month.text().contains("Xã Nhà Bè"));
    let reporting = site.get("/ky-bao-cao/2026-10").await.expect(200);
    assert!(
        reporting
            .text()
            .contains("Từ 12:00 ngày 25/9 đến 12:00 ngày 25/10.")
    );
    let none = site.get("/tuan/2020-01-01").await.expect(200);
    assert!(none.text().contains("Chưa có bản tin cho kỳ này."));
    site.get("/thang/2026-13").await.expect(400);
    site.get("/tuan/hom-nay").await.expect(400);
    site.get("/tuan?don-vi=99999").await.expect(404);
    let today = site.get("/").await.expect(200);
    assert!(
        today.text().contains("href=\"/tuan/2026-11-08\""),
        "the last week that is over"
    );
    let json = site
        .get("/api/v1/digests?period=reporting_month&unit=city")
        .await
        .expect(200);
    let digest = &json.json()[0];
    assert_eq!(digest["period"], "reporting_month");
    assert_eq!(
        (&digest["first_day"], &digest["day"]),
        (&"2026-09-25".into(), &"2026-10-25".into())
    );
    assert_eq!(digest["top"][0]["notes"][0], "closed_but_growing");
    site.get("/api/v1/digests?period=year").await.expect(400);
}

#[tokio::test]
async fn units_stand_beside_their_kind_and_thin_ones_have_no_tier() {
    let site = Site::busy();
    let html = site.get("/so-sanh").await.expect(200).text().to_owned();
    for words in [
        "Tháng 10/2026",
        "Phường Sài Gòn",
        "Đặc khu",
        "chỉ có một đơn vị",
        "league-1",
    ] {
        assert!(
            html.to_lowercase().contains(&words.to_lowercase()),
            "{words}"
        );
    }
    let json = site
        .get("/api/v1/leagues?period=month")
        .await
        .expect(200)
        .json();
    assert_eq!(json[0]["kind"], "ward");
    let tiers = json[0]["rows"].as_array().unwrap().iter();
    let tiers = tiers.map(|row| row["tier"].as_u64()).collect::<Vec<_>>();
    assert_eq!(tiers, [Some(1), Some(2), None]);
    let csv = site
        .get("/api/v1/leagues?period=month&format=csv")
        .await
        .expect(200);
    assert_eq!(csv.text().lines().count(), 5);
    let none = site
        .get("/so-sanh?ky=tuan&ngay=2020-01-01")
        .await
        .expect(200);
    assert!(none.text().contains("Kỳ này chưa có bảng so sánh."));
    site.get("/so-sanh?ky=nam").await.expect(400);
}

#[tokio::test]
async fn a_digest_shows_how_it_was_graded_and_all_its_revisions() {
    let site = Site::busy();
    let html = site
        .get("/?ngay=2026-11-11")
        .await
        .expect(200)
        .text()
        .to_owned();
    for words in [
        "Chấm lại bản tin này",
        "Sau 3 ngày: 8/10 dòng còn được nhắc nhiều",
        "sót 1 trên 9 vấn đề lớn",
        "14 ý kiến, 3 đã biết hôm đó",
        "trước Báo chí 26 giờ",
        "href=\"/van-de/c-nuoc-yeu\"",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let latest = site.get("/").await.expect(200).text().to_owned();
    assert!(latest.contains("Các bản đã phát hành") && latest.contains("Bản 2, phát hành"));
    let page = site.get("/cham-lai").await.expect(200);
    assert!(page.text().contains("8/10") && page.text().contains("6/10"));
    let grades = site
        .get("/api/v1/grades?unit=city&to=2026-11-12")
        .await
        .expect(200)
        .json();
    assert_eq!(grades.as_array().unwrap().len(), 2);
    assert_eq!(
        (&grades[1]["precision"], &grades[1]["after_days"]),
        (&0.8.into(), &3.into())
    );
}

#[tokio::test]
async fn a_concern_tells_its_life() {
    let site = Site::busy();
    let html = site
        .get("/van-de/c-rac-go-vap")
        .await
        .expect(200)
        .text()
        .to_owned();
    assert!(html.contains("Vòng đời vấn đề") && html.contains("Lần đầu nghe thấy"));
    assert!(html.contains("Cao điểm, "));
    let concern = site
        .get("/api/v1/concerns/c-rac-go-vap")
        .await
        .expect(200)
        .json();
    let steps = concern["life"].as_array().unwrap().iter();
    let steps = steps
        .map(|event| event["step"].as_str().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(steps[0], "first_seen");
    assert!(
        steps.contains(&"peak") && steps.contains(&"returned"),
        "{steps:?}"
    );
    assert!(concern["notes"].is_array());
}

#[tokio::test]
async fn text_without_accents_is_shown_with_our_guess_beside_it() {
    let site = Site::busy();
    let page = site.get("/van-de/c-ngap-le-van-luong").await.expect(200);
    let html = page.text();
    let original = html.find("Tram bom hu ma khong ai sua").unwrap();
    let behind = &html[original..];
    let note = behind.find("Máy đọc là:").unwrap();
    assert!(behind[..note].matches("mention-head").count() == 0);
    assert!(behind[note..].contains("không ai"));
    let accented = html.matches("Máy đọc là:").count();
    assert_eq!(accented, html.matches("khong ai sua").count());
}

#[tokio::test]
async fn reprints_stand_under_the_first_print() {
    let site = Site::busy();
    let path = "/van-de/c-ngap-le-van-luong";
    let html = site.get(path).await.expect(200).text().to_owned();
    let first = html.find("1 báo đăng lại").unwrap();
    let listed = &html[first..html[first..].find("</details>").unwrap() + first];
    assert!(
        listed.contains("rel=\"noopener nofollow external\""),
        "{listed}"
    );
    let english = site.get(&format!("{path}?lang=en")).await.expect(200);
    assert!(english.text().contains("reprinted by 1 outlet"));
}

#[tokio::test]
async fn a_concern_page_shows_all_evidence_with_threads_and_tickets() {
    let site = Site::busy();
    let path = "/van-de/c-ngap-le-van-luong";
    let html = site.get(path).await.expect(200).text().to_owned();
    for words in [
        "đang nóng",
        "Diễn biến theo ngày",
        "Đường dây nóng 1022",
        "Sở Xây dựng",
        "đang xử lý",
        "người dân chưa hài lòng",
        "class=\"replies\"",
        "Xem tiếp",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let next = html.split("class=\"button\"").nth(1).unwrap();
    let next = next.split('"').nth(3).unwrap().replace("&#38;", "&");
    let second = site.get(next.split('#').next().unwrap()).await.expect(200);
    assert!(second.text().contains("class=\"mention\""), "{next}");
}

#[tokio::test]
async fn the_map_has_a_link_with_a_title_for_every_unit() {
    let site = Site::busy();
    let html = site.get("/ban-do").await.expect(200).text().to_owned();
    let map = html
        .split("<svg class=\"map\"")
        .nth(1)
        .unwrap()
        .split("</svg>")
        .next()
        .unwrap();
    let tiles = map
        .matches("href=\"/ban-do?ngay=2026-11-12&#38;don-vi=")
        .count();
    assert_eq!(tiles, 168);
    assert_eq!(map.matches("<title>").count(), 168);
    assert!(map.contains("class=\"tile hatched\"") && map.contains("class=\"tile red\""));
    assert!(map.contains("chưa thể đánh giá"));
    assert!(html.contains("/api/v1/signals?day=2026-11-12&#38;format=csv"));
    let none = site.get("/ban-do?ngay=2025-08-01").await.expect(200);
    assert!(none.text().contains("Chưa có giá trị nào cho ngày này."));
}

#[tokio::test]
async fn sources_are_listed_with_what_is_wrong_first() {
    let site = Site::busy();
    let html = site.get("/nguon").await.expect(200).text().to_owned();
    let place = |words: &str| html.find(words).unwrap_or_else(|| panic!("{words}"));
    assert!(place("Nhịp Sống Đô Thị") < place("Báo Thành Phố"));
    assert!(place("Báo Thành Phố") < place("Diễn đàn Cư dân"));
    assert!(html.contains("4 trên 5 nguồn đang tốt"));
    assert!(html.contains("503 ba lần liên tiếp"));
    assert!(html.contains("class=\"strip\""), "the last days are drawn");
    assert!(
        html.contains("hệ thống thử lại với nhịp thưa dần"),
        "and what to do"
    );
}

#[tokio::test]
async fn a_source_has_a_page_with_its_history() {
    let site = Site::busy();
    let html = site.get("/nguon/1022").await.expect(200).text().to_owned();
    for words in [
        "Nhịp của nguồn",
        "class=\"strip\"",
        "Các lượt đọc gần nhất",
        "30 ngày qua",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let english = site.get("/nguon/1022?lang=en").await.expect(200);
    assert!(english.text().contains("Its rhythm"));
    let unknown = site.get("/nguon/khong-co").await.expect(404);
    assert!(unknown.text().contains("<h1"));
}

#[tokio::test]
async fn a_report_shows_what_became_of_it() {
    let site = Site::busy();
    let html = site.get("/van-de/c-ngap-le-van-luong").await.expect(200);
    let html = html.text();
    assert!(html.contains("class=\"life\""));
    assert!(html.contains("Tiếp nhận"));
}

#[tokio::test]
async fn search_finds_without_accents_and_marks_what_it_found() {
    let site = Site::busy();
    for words in ["tram+bom", "TRAM%20BOM"] {
        let answer = site.get(&format!("/tim-kiem?q={words}")).await.expect(200);
        let html = answer.text();
        assert!(html.contains("<mark>"), "{words}");
        assert!(
            html.contains("href=\"/van-de/c-ngap-le-van-luong\""),
            "{words}"
        );
    }
    let accented = site.get("/tim-kiem?q=ng%E1%BA%ADp").await.expect(200);
    assert!(accented.text().contains("<mark>ngập</mark>"));
    let filtered = site
        .get("/tim-kiem?q=&channel=hotline&topic=noise")
        .await
        .expect(200);
    assert!(filtered.text().contains("<details class=\"filters\" open>"));
    let nothing = site.get("/tim-kiem?q=zzzkhongco").await.expect(200);
    assert!(nothing.text().contains("Không tìm thấy ý kiến nào."));
}

#[tokio::test]
async fn english_is_one_link_away_and_stays() {
    let site = Site::busy();
    let vietnamese = site.get("/?ngay=2026-11-11").await.expect(200);
    assert!(
        vietnamese
            .text()
            .contains("href=\"/?ngay=2026-11-11&#38;lang=en\"")
    );
    let html = site.get("/?lang=en").await.expect(200).text().to_owned();
    assert!(html.contains("<html lang=\"en\">"));
    assert!(html.contains("Why this rank?") && html.contains("Thursday, 12 November 2026"));
    assert!(html.contains("href=\"/ban-do?lang=en\""));
    assert!(html.contains("href=\"/don-vi/27655?lang=en\""));
    assert!(html.contains("Drainage"));
}

#[tokio::test]
async fn the_satisfaction_page_shows_both_rules_silence_and_what_would_move_it() {
    let site = Site::busy();
    let html = site.get("/hai-long").await.expect(200).text().to_owned();
    for words in [
        "99,98\u{a0}%",
        "93,93\u{a0}%",
        "17,94",
        "91,76\u{a0}%",
        "90,8–92,8",
        "Im lặng",
        "<td class=\"num\">10.000</td>",
        "Không được hỏi",
        "<td class=\"num\">766</td>",
        "10.766 phiếu im lặng",
        "−0,00046",
        "−4,97",
        "(về thủ tục, tính ở hai tỷ lệ)",
        "/hai-long/ky-bao-cao/26740?ngay=2026-10-25",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert!(!html.contains(">gone<"), "a removed ticket is not named");
    site.get("/hai-long/nam/city").await.expect(400);
    site.get("/hai-long/tuan/99999").await.expect(404);
}

#[tokio::test]
async fn the_silence_map_says_where_nothing_can_be_concluded() {
    let site = Site::busy();
    let html = site.get("/im-lang").await.expect(200).text().to_owned();
    for words in [
        "tile quiet",
        "tile ready",
        "ít báo, gấp 0,50 lần nơi cùng loại, khoảng 0,36–0,70",
        "chưa thể kết luận",
        "silence-1",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let noise = site.get("/im-lang?linh-vuc=noise").await.expect(200);
    assert_eq!(
        noise.text().matches("tile quiet\" x=\"").count(),
        2,
        "a tile and the legend"
    );
    site.get("/im-lang?linh-vuc=nothing").await.expect(400);
}

#[tokio::test]
async fn indicators_come_red_first_and_say_what_cannot_be_judged() {
    let site = Site::busy();
    let html = site
        .get("/chi-so/services.online")
        .await
        .expect(200)
        .text()
        .to_owned();
    let at = |words: &str| html.find(words).unwrap_or_else(|| panic!("{words}"));
    let (red, green, unjudged) = (at("49,99"), at("88\u{a0}%"), at("chưa thể đánh giá"));
    assert!(red < green && green < unjudged);
    assert!(html.contains("xanh từ 50"), "the rule stands beside");
    let all = site.get("/chi-so").await.expect(200);
    assert!(all.text().contains("61,50\u{a0}%") && all.text().contains("Chưa có số liệu."));
    site.get("/chi-so/nothing").await.expect(404);
}

#[tokio::test]
async fn leagues_show_the_rank_with_and_without_doubtful_tickets() {
    let site = Site::busy();
    let html = site.get("/so-sanh").await.expect(200).text().to_owned();
    assert!(html.contains("6 phiếu đóng sát hạn (thường lệ 1,2)"));
    assert!(html.contains("<td class=\"num\">1</td><td class=\"num\">2</td>"));
}
