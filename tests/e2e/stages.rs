//! Stage commands: lines in, lines out, exit codes.

use serde_json::Value;

use crate::program::{GOLD_A, Run, run};

fn stage(arguments: &[&str], stdin: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let run = run(folder.path(), arguments, stdin.as_bytes());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "a stage needs no data folder and must leave none");
    run
}

fn gold_labels() -> Vec<Value> {
    let text = std::fs::read_to_string(GOLD_A).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn segment_joins_syllables_and_keeps_every_letter() {
    let text = "Chung cư ở thành phố Hồ Chí Minh ngập nặng.\n\nkhong dau cung tach duoc\n";
    let run = stage(&["segment"], text).expect(0);
    let lines = run.stdout.lines().collect::<Vec<_>>();
    assert_eq!(
        lines.len(),
        3,
        "one line out for each line in, empty ones too"
    );
    assert!(
        lines[0].contains("Hồ_Chí_Minh") && lines[0].ends_with(" ."),
        "{}",
        lines[0]
    );
    let bare = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace() && *c != '_')
            .collect::<String>()
    };
    assert_eq!(bare(&run.stdout), bare(text));
}

#[test]
fn accent_puts_accents_back_and_keeps_letters() {
    let text = "nguoi dan phan anh duong ngap\n\nĐường này ngập 3 lần\n";
    let run = stage(&["accent"], text).expect(0);
    let lines = run.stdout.lines().collect::<Vec<_>>();
    assert_eq!(lines.len(), 3, "one line out for each line in");
    assert!(lines[0].starts_with("người dân phản ánh"), "{}", lines[0]);
    assert_eq!(lines[1..], ["", "Đường này ngập 3 lần"]);
}

#[test]
fn place_tells_the_outcomes_apart() {
    let text =
        "kẹt xe ở phường Bến Thành\nQuận 7 mưa lớn\ncả TP.HCM nóng\nHà Nội rét đậm\nbuồn quá\n";
    let places = stage(&["place"], text).expect(0).json_lines();
    let scopes = places
        .iter()
        .map(|place| place["scope"].as_str().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(scopes, ["unit", "unit", "city", "outside", "unknown"]);
    assert_eq!(places[0]["units"][0]["code"], "26743");
    assert!(
        places[1]["units"].as_array().unwrap().len() > 1,
        "a district is never one ward"
    );
}

#[test]
fn annotate_reads_mention_lines_and_cuts_personal_data() {
    let run = stage(&["annotate", GOLD_A], "").expect(0);
    let (read, gold) = (run.json_lines(), gold_labels());
    assert_eq!(read.len(), gold.len());
    for (read, gold) in read.iter().zip(&gold) {
        assert_eq!(read["id"], gold["id"]);
        let sum = ["negative", "neutral", "positive"]
            .map(|s| read["sentiment_probabilities"][s].as_f64().unwrap())
            .iter()
            .sum::<f64>();
        assert!((sum - 1.0).abs() < 1e-3, "probabilities sum to {sum}");
    }
    let phone = "0909 734 215";
    assert!(std::fs::read_to_string(GOLD_A).unwrap().contains(phone));
    assert!(
        !run.stdout.contains(phone),
        "a telephone number got through"
    );
}

#[test]
fn a_bad_line_is_named_and_the_rest_is_done() {
    let lines = "{\"id\":\"1\",\"channel\":\"social\",\"source\":\"f\",\"text\":\"ngập nặng\"}\n\
                 not json\n\
                 {\"id\":\"3\",\"channel\":\"radio\",\"source\":\"f\",\"text\":\"kẹt xe\"}\n\
                 {\"id\":\"4\",\"channel\":\"social\",\"source\":\"f\",\"text\":\"rác\",\"author\":\"x\"}\n";
    let run = stage(&["annotate"], lines).expect(2);
    assert_eq!(run.json_lines().len(), 2);
    assert!(
        run.stderr.contains("line 2") && run.stderr.contains("line 3"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("radio"), "{}", run.stderr);
    assert!(
        run.stderr.contains("`author`"),
        "an unknown field is reported: {}",
        run.stderr
    );
}

#[test]
fn group_gives_one_line_a_mention_in_any_order() {
    let text = std::fs::read_to_string(GOLD_A).unwrap();
    let mut reversed = text.lines().collect::<Vec<_>>();
    reversed.reverse();
    let concerns = |input: &str| {
        let run = stage(&["group"], input).expect(0);
        let mut lines = run.stdout.lines().map(str::to_owned).collect::<Vec<_>>();
        lines.sort();
        lines
    };
    let forward = concerns(&text);
    assert_eq!(forward.len(), 400);
    assert_eq!(
        forward,
        concerns(&reversed.join("\n")),
        "the order of arrival must not matter"
    );
}

#[test]
fn rank_gives_ten_lines_with_evidence_and_score_gives_every_unit() {
    let run = stage(&["rank", "--day", "2026-11-12", GOLD_A], "").expect(0);
    let digests: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(digests.len(), 169, "the city and 168 units");
    let city = &digests[0];
    assert_eq!(city["unit"], "city");
    let top = city["top"].as_array().unwrap();
    assert_eq!(top.len(), 10);
    for line in top {
        let interval = line["interval"].as_array().unwrap();
        let (low, high) = (interval[0].as_f64().unwrap(), interval[1].as_f64().unwrap());
        let score = line["score"].as_f64().unwrap();
        assert!(low <= score && score <= high, "{line}");
        assert!(!line["evidence"].as_array().unwrap().is_empty());
        assert!(!line["title"].as_str().unwrap().is_empty());
    }
    let again = stage(&["rank", "--day", "2026-11-12", GOLD_A], "").expect(0);
    assert_eq!(
        run.stdout, again.stdout,
        "the same input gives the same bytes"
    );
    let signals = stage(&["score", "--day", "2026-11-12", GOLD_A], "")
        .expect(0)
        .json_lines();
    assert_eq!(signals.len(), 168);
    assert!(
        signals
            .iter()
            .all(|s| s["listening"]["judged"] == true || s["colour"] == "hatched")
    );
}

#[test]
fn robots_and_feed_and_extract_read_documents() {
    let robots = "User-agent: *\nDisallow: /x/\n";
    let ask = |url: &str| {
        let question = ["robots", "--agent", "LangNghe", "--url", url, "-"];
        stage(&question, robots).expect(0).stdout
    };
    assert_eq!(ask("https://a.example/x/y"), "disallow\n");
    assert_eq!(ask("https://a.example/y"), "allow\n");

    let feed = "<rss version=\"2.0\"><channel><item><title>Tri&ecirc;̀u cường & ngập</title>\
                <link>/bai-1.html</link><pubDate>08/10/2026 13:38</pubDate></item></channel></rss>";
    let entries = stage(&["feed", "--url", "https://a.example/rss", "-"], feed)
        .expect(0)
        .json_lines();
    assert_eq!(entries[0]["url"], "https://a.example/bai-1.html");
    assert_eq!(entries[0]["published_at"], "2026-10-08T13:38:00+07:00");
    assert!(entries[0]["id"].is_null());

    let empty = "<rss version=\"2.0\"><channel><title>Chưa có tin</title></channel></rss>";
    let nothing = stage(&["feed", "--url", "https://a.example/rss", "-"], empty).expect(0);
    assert_eq!(nothing.stdout, "");
    assert!(nothing.stderr.contains("no entries"), "{}", nothing.stderr);
    let page = "<html><head><link rel=alternate type='application/rss+xml' title='Tin mới' \
                href='/rss/home.rss'></head><body><p>Trang chủ</p></body></html>";
    let refused = stage(&["feed", "--url", "https://a.example/", "-"], page).expect(2);
    assert!(refused.stderr.contains("not a feed"), "{}", refused.stderr);
    let found = stage(
        &["feed", "--discover", "--url", "https://a.example/", "-"],
        page,
    )
    .expect(0);
    let found = found.json_lines();
    assert_eq!(found[0]["url"], "https://a.example/rss/home.rss");
    assert_eq!(found[0]["found_by"], "announced");

    let page = "<html lang=vi><head><meta property='og:title' content='Ngập ở Phú Định'></head><body>\
                <article><h1>Ngập ở Phú Định</h1><p>Sáng 12/11, đường Phú Định ngập sâu nửa mét, nhiều \
                xe chết máy giữa đường, người dân phải dắt bộ.</p><p>Phường cho biết đã đặt máy bơm ở \
                ba điểm và sẽ nạo vét cống trong tuần tới theo kế hoạch.</p></article></body></html>";
    let run = stage(
        &["extract", "--url", "https://a.example/bai-1.html", "-"],
        page,
    )
    .expect(0);
    let article = &run.json_lines()[0];
    assert_eq!(article["title"], "Ngập ở Phú Định");
    assert!(article["text"].as_str().unwrap().contains("đặt máy bơm"));
    assert!(article["author"].is_null());
}
