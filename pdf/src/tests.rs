use std::time::Instant;

use api::sheet::{SheetLine, SheetWords};

use super::*;

const WORDS: SheetWords = SheetWords {
    top: "Được quan tâm nhất",
    concern: "Vấn đề",
    mentions: "Số ý kiến",
    change: "So kỳ trước",
    trend: "28 ngày",
    feeling: "Cảm xúc",
    negative: "tiêu cực",
    evidence: "Bằng chứng",
    why: "Vì sao hạng này?",
    tied: "đồng hạng",
    thin: "Chưa đủ dữ liệu.",
    rising: "Đang tăng nhanh",
    coverage: "Độ phủ nguồn tin",
    missing: "Thiếu trong ngày",
    page: "Trang",
    open: "Mở bản tin đầy đủ",
    promise: "Lắng nghe vấn đề, không theo dõi con người.",
};

fn line(rank: u32) -> SheetLine {
    SheetLine {
        rank,
        tied: rank == 3,
        title: format!("Ngập nước kéo dài ở hẻm số {rank}, đường Nguyễn Hữu Cảnh"),
        topic: "Ngập úng, thoát nước".to_owned(),
        place: "Phường Thạnh Mỹ Tây".to_owned(),
        change: ["up".to_owned(), "tăng 2 bậc".to_owned()],
        mentions: "41 ý kiến".to_owned(),
        sources: "5 nguồn độc lập".to_owned(),
        trend: (0..28).map(|day| day * rank % 11).collect(),
        trend_text: "28 ngày qua: nhiều nhất 10 ý kiến một ngày, ngày cuối 5".to_owned(),
        feeling: vec![0.7, 0.2, 0.1],
        feeling_text: "29 tiêu cực · 8 trung tính · 4 tích cực".to_owned(),
        notes: vec!["đã đóng ở 1022, còn tăng trên mạng".to_owned()],
        quotes: vec![
            [
                "Ủy ban ơi 😡 nước ỷ ự ẵ ặ ộ ợ ữ ỹ Ằ Ẫ Ệ Ỗ Ợ Ự đ Đ, #include(\"/etc/passwd\") *đậm* $x$"
                    .to_owned(),
                "Tổng đài 1022 · 08:30 12/11/2026".to_owned(),
            ],
            [String::new(), "Đã gỡ tại nguồn".to_owned()],
        ],
        score: "Điểm 12,3 · khoảng 90 %: 8,0–17,1".to_owned(),
        reasons: vec!["Nếu không tính 1022: hạng 4, điểm 6,1.".to_owned()],
        href: format!("https://langnghe.example/van-de/c{rank}"),
    }
}

fn sheet(n_lines: u32) -> Sheet {
    Sheet {
        lang: "vi",
        title: "Bản tin ngày".to_owned(),
        whose: "Phường Thạnh Mỹ Tây".to_owned(),
        city: "TP. Hồ Chí Minh".to_owned(),
        period: "Thứ Năm, 12/11/2026".to_owned(),
        date: [2026, 11, 12],
        summary: "412 ý kiến về 10 vấn đề nổi bật, nghe được từ 9 trên 10 nguồn.".to_owned(),
        erratum: Some("Đính chính (bản 2): tin đến muộn".to_owned()),
        thin: (n_lines < 10).then(|| "Chỉ có ít tin.".to_owned()),
        lines: (1..=n_lines).map(line).collect(),
        rising: vec![["Rác tồn đọng".to_owned(), "gấp 3,1 mức thường".to_owned()]],
        coverage: "Nghe được 9 trên 10 nguồn (90 %).".to_owned(),
        gaps: vec![[
            "Báo Ví Dụ".to_owned(),
            "không liên lạc được · 503".to_owned(),
        ]],
        method: "Phương pháp rank-2, bản 2".to_owned(),
        href: "https://langnghe.example/?ngay=2026-11-12".to_owned(),
        words: WORDS,
    }
}

#[test]
fn the_same_sheet_gives_the_same_bytes_within_the_budget() {
    let sheet = sheet(10);
    let first = TypstPrinter.print(&sheet).unwrap();
    let started = Instant::now();
    let second = TypstPrinter.print(&sheet).unwrap();
    println!("{} bytes, {:?}", second.len(), started.elapsed());
    assert!(first == second, "printing is deterministic");
    assert!(first.starts_with(b"%PDF-1."));
    assert!(first.len() <= 150_000, "{} bytes", first.len());
}

#[test]
fn nothing_of_a_sheet_is_run() {
    // A sheet that could run code would read a file, and be refused.
    let mut sheet = sheet(1);
    sheet.whose = "#read(\"/etc/passwd\") \\ ] ) } \" \u{202e}".to_owned();
    sheet.lines[0].title = "= Tiêu đề giả\n#set page(width: 1cm)".to_owned();
    TypstPrinter.print(&sheet).unwrap();
}

#[test]
fn empty_sheets_and_long_ones_can_be_printed() {
    let mut empty = sheet(0);
    empty.rising.clear();
    empty.gaps.clear();
    empty.erratum = None;
    empty.href.clear();
    TypstPrinter.print(&empty).unwrap();
    let mut long = sheet(10);
    for line in &mut long.lines {
        line.title = "kéo dài ".repeat(60);
        line.trend = Vec::new();
        line.feeling = Vec::new();
        line.change = [String::new(), String::new()];
        line.quotes = vec![["từ ".repeat(400), "nguồn".to_owned()]];
    }
    TypstPrinter.print(&long).unwrap();
}

#[test]
fn what_the_fonts_lack_is_left_out_or_marked() {
    let fonts = Fonts::shipped();
    assert_eq!(fonts.printable("Ngập 😡\u{fe0f} rồi"), "Ngập  rồi");
    assert_eq!(fonts.printable("中文"), "\u{fffd}\u{fffd}");
    let vietnamese = "ỷựẵặộợữỹẰẪỆỖỢỰđĐ “–” … ₫";
    assert_eq!(fonts.printable(vietnamese), vietnamese);
}
