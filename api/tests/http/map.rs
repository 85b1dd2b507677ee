//! The map: every layer says the same as its table, has an address of its own, and hides what it must.

use std::collections::BTreeMap;

use crate::client::{Answer, Site};
use crate::fixture;

const LAYERS: [&str; 9] = [
    "lang-nghe-1",
    "lang-nghe-7",
    "lang-nghe-28",
    "lang-nghe-90",
    "chi-so.services.online",
    "chi-so.tickets.on_time",
    "im-lang",
    "y-kien",
    "tieu-cuc",
];

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("{from}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("{to}")).0
}

/// Class, number and title of each tile, by the name its title begins with.
fn tiles(html: &str) -> BTreeMap<String, (String, String, String)> {
    let map = between(html, "<svg class=\"map\"", "</svg>");
    let tiles = map.split("<a ").skip(1).map(|tile| {
        let link = tile.split("</a>").next().unwrap();
        let title = between(link, "<title>", "</title>").to_owned();
        let class = between(link, "class=\"tile ", "\"").to_owned();
        let number = link
            .split_once("<text")
            .map_or("", |(_, rest)| between(rest, ">", "<"));
        let name = title.split_once(':').unwrap().0.to_owned();
        (name, (class, number.to_owned(), title))
    });
    tiles.collect()
}

/// Cells of each row of the table, by name.
fn rows(html: &str) -> Vec<(String, Vec<String>)> {
    let table = between(html, "<tbody>", "</tbody>");
    let rows = table.split("<tr>").skip(1).map(|row| {
        let name = between(between(row, "<a ", "/a>"), ">", "<").to_owned();
        let cells = row.split("<td").skip(1);
        let cells = cells.map(|cell| between(cell, ">", "</td>").to_owned());
        (name, cells.collect())
    });
    rows.collect()
}

async fn html(site: &Site, path: &str) -> String {
    site.get(path).await.expect(200).text().to_owned()
}

#[tokio::test]
async fn each_layer_says_on_its_tiles_what_stands_in_its_table() {
    let site = Site::busy();
    for layer in LAYERS {
        let page = html(&site, &format!("/ban-do?lop={layer}&xem=bang")).await;
        let tiles = tiles(&page);
        let rows = rows(&page);
        assert_eq!((tiles.len(), rows.len()), (168, 168), "{layer}");
        for (name, cells) in &rows {
            let (class, number, title) = &tiles[name];
            let is_blank = matches!(class.as_str(), "hatched" | "few");
            assert_eq!(
                is_blank,
                number.is_empty(),
                "{layer} {name} {class} {number}"
            );
            if class == "hatched" {
                assert_eq!(cells[0], "–", "{layer} {name}");
            } else {
                let value = cells[0].split('\u{a0}').next().unwrap();
                assert!(title.contains(value), "{layer}: {title} lacks {value}");
            }
        }
        let legend = between(&page, "<ul class=\"legend\"", "</ul>");
        let counts = legend.split("<span class=\"num\">").skip(1);
        let counts = counts.map(|count| count.split('<').next().unwrap().parse::<usize>().unwrap());
        assert_eq!(counts.sum::<usize>(), 168, "{layer}");
    }
}

#[tokio::test]
async fn quiet_units_are_hatched_over_every_span() {
    let (state, folder) = fixture::busy_city();
    let signals = state.archive.signals(fixture::DAY).unwrap();
    let names = signals.iter().map(|signal| {
        let unit = state.units.iter().find(|unit| unit.code == signal.unit);
        (unit.unwrap().full_name(), signal.windows.clone())
    });
    let windows = names.collect::<BTreeMap<_, _>>();
    let site = Site::over(state, folder);
    for days in [1, 7, 28, 90] {
        let page = html(&site, &format!("/ban-do?lop=lang-nghe-{days}")).await;
        let mut n_hatched = 0;
        for (name, (class, ..)) in tiles(&page) {
            let window = windows[&name].iter().find(|one| one.days == days).unwrap();
            assert_eq!(class == "hatched", !window.signal.judged, "{days} {name}");
            n_hatched += usize::from(class == "hatched");
        }
        assert!(n_hatched > 0, "{days}: the fixture has no quiet unit");
    }
}

#[tokio::test]
async fn fewer_than_five_voices_are_not_told_apart() {
    let (state, folder) = fixture::busy_city();
    let signals = state.archive.signals(fixture::DAY).unwrap();
    let of_day = signals
        .iter()
        .map(|signal| (signal.unit, signal.windows[0].signal.n));
    let counts = of_day.collect::<BTreeMap<_, _>>();
    assert!(counts.values().any(|n| (1..5).contains(n)));
    let site = Site::over(state, folder);
    let page = html(&site, "/ban-do?lop=y-kien&xem=bang&sap=so-luong").await;
    for (name, cells) in rows(&page) {
        let shown = cells[0].parse::<u32>();
        assert!(
            shown.as_ref().map_or(cells[0] == "dưới 5", |n| *n >= 5),
            "{name} {cells:?}"
        );
    }
    let few = tiles(&page)
        .values()
        .filter(|(class, ..)| class == "few")
        .count();
    assert_eq!(few, counts.values().filter(|n| **n < 5).count());
}

#[tokio::test]
async fn the_table_can_be_sorted_by_link() {
    let site = Site::busy();
    let sorted = async |sort: &str| rows(&html(&site, &format!("/ban-do?xem=bang{sort}")).await);
    let value = |cells: &[String]| cells[0].replace(',', ".").parse::<f64>().ok();
    let by_value = sorted("&sap=gia-tri").await;
    let known = by_value.iter().filter_map(|(_, cells)| value(cells));
    let known = known.collect::<Vec<_>>();
    assert!(known.len() > 50 && known.is_sorted_by(|a, b| a >= b));
    assert!(
        value(&by_value.last().unwrap().1).is_none(),
        "what is not judged stands last"
    );
    let worst = sorted("").await;
    let first = value(&worst[0].1).unwrap();
    assert!(known.iter().all(|value| *value >= first));
    let by_n = sorted("&sap=so-luong").await;
    let counts = by_n
        .iter()
        .map(|(_, cells)| cells[2].parse::<u32>().unwrap_or(0));
    assert!(counts.is_sorted_by(|a, b| a >= b));
    let page = html(&site, "/ban-do?xem=bang&sap=gia-tri").await;
    assert!(
        page.contains("aria-sort=\"descending\"")
            && page.contains("id=\"bang\" data-part=\"table\" open")
    );
}

fn location(answer: &Answer) -> String {
    answer.header("location").to_owned()
}

#[tokio::test]
async fn slider_and_names_lead_to_one_address() {
    let site = Site::busy();
    let slid = site
        .get("/ban-do?lop=y-kien&buoc=85&cuoi=2026-11-12")
        .await
        .expect(303);
    assert_eq!(location(&slid), "/ban-do?lop=y-kien&ngay=2026-11-08");
    let oldest = site
        .get("/ban-do?buoc=0&cuoi=2026-11-12&lang=en")
        .await
        .expect(303);
    assert_eq!(location(&oldest), "/ban-do?ngay=2026-08-15&lang=en");
    site.get("/ban-do?buoc=90").await.expect(400);
    for words in ["Sài Gòn", "sai gon", "SAI GON", "phuong sai gon", "26740"] {
        let encoded = words
            .replace(' ', "+")
            .replace('à', "%C3%A0")
            .replace('ò', "%C3%B2");
        let found = site
            .get(&format!("/ban-do?ten={encoded}"))
            .await
            .expect(303);
        assert!(location(&found).contains("don-vi=26740"), "{words}");
    }
    let many = html(&site, "/ban-do?ten=binh").await;
    let choices = between(&many, "choices\">", "</ul>")
        .matches("<li>")
        .count();
    assert!((2..=20).contains(&choices), "{choices}");
    let none = html(&site, "/ban-do?ten=khong+dau+ca").await;
    assert!(none.contains("Không có đơn vị nào tên “khong dau ca”"));
}

#[tokio::test]
async fn a_chosen_unit_has_its_line_of_days() {
    let site = Site::busy();
    let page = html(&site, "/ban-do?lop=lang-nghe-90&don-vi=26740").await;
    let panel = between(&page, "id=\"don-vi\"", "</section>");
    assert!(panel.contains("Phường Sài Gòn") && panel.contains("<path class=\"stroke\" d=\"M"));
    assert!(between(&page, "<svg class=\"map\"", "</svg>").contains("aria-current=\"true\""));
    site.get("/ban-do?don-vi=99999").await.expect(404);
    site.get("/ban-do?lop=nhiet-do").await.expect(400);
}

#[tokio::test]
async fn only_named_sites_may_frame_the_map_and_nothing_else() {
    let site = Site::busy();
    let closed = site.get("/ban-do/nhung").await.expect(200);
    assert!(
        closed
            .header("content-security-policy")
            .ends_with("frame-ancestors 'none'")
    );
    assert_eq!(closed.header("x-frame-options"), "DENY");

    let (mut state, folder) = fixture::busy_city();
    state.frame_ancestors = [
        "https://a.example".to_owned(),
        "https://b.example".to_owned(),
    ]
    .into();
    let site = Site::over(state, folder);
    let open = site.get("/ban-do/nhung?lop=im-lang").await.expect(200);
    let policy = open.header("content-security-policy").to_owned();
    assert!(
        policy.ends_with("frame-ancestors https://a.example https://b.example"),
        "{policy}"
    );
    assert_eq!(open.header("x-frame-options"), "");
    assert!(!open.text().contains("<script") && open.text().contains("<svg class=\"map\""));
    for path in [
        "/ban-do",
        "/",
        "/ban-do.svg",
        "/ban-do/nhung?lop=x",
        "/api/v1/units",
    ] {
        let other = site.get(path).await;
        assert!(
            other.header("content-security-policy").ends_with("'none'"),
            "{path}"
        );
        assert_eq!(other.header("x-frame-options"), "DENY", "{path}");
    }
}

#[tokio::test]
async fn the_picture_says_what_it_is() {
    let site = Site::busy();
    for layer in LAYERS {
        let answer = site
            .get(&format!("/ban-do.svg?lop={layer}"))
            .await
            .expect(200);
        assert_eq!(answer.header("content-type"), "image/svg+xml");
        let svg = answer.text();
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
        assert!(!svg.contains("style=") && !svg.contains("<style") && !svg.contains("class="));
        for words in [
            "Bản đồ lắng nghe:",
            "12/11/2026",
            "Nguồn: Lắng Nghe",
            "Phương pháp:",
        ] {
            assert!(svg.contains(words), "{layer} lacks {words}");
        }
        let tiles = between(svg, "<g transform=", "</svg>")
            .matches("<title>")
            .count();
        assert_eq!(tiles, 168, "{layer}");
    }
    let english = site.get("/ban-do.svg?lang=en").await.expect(200);
    assert!(english.text().contains("Listening map:"));
}
