//! Import of tickets from files.

use std::io::Write;

use crawler::sources::tickets::{
    ColumnMapping, ImportError, ImportReading, RowFault, TicketField, read,
};
use models::domain::{Rating, SourceId, TicketStatus};

const CSV: &str = "Mã phản ánh,Lĩnh vực,Nội dung,Địa chỉ,Ngày tiếp nhận,Hạn xử lý,Trạng thái,Ngày xử lý,Đánh giá,Người xử lý
1022-1,Hạ tầng đô thị,\"Ổ gà lớn, xe té liên tục\",\"12 Lê Lợi, P. Bến Thành\",25/10/2025 14:30,28/10/2025,Đã xử lý,27/10/2025 09:00,Hài lòng,Tổ 1
1022-2,Tiếng ồn,Karaoke suốt đêm,P. Tân Định,26/10/2025,29/10/2025,Đang xử lý,,,Tổ 2
1022-3,Rác,Rác tràn lề đường,P. Sài Gòn,hôm qua,29/10/2025,Mới,,,Tổ 3
1022-4,Rác,,P. Sài Gòn,26/10/2025,29/10/2025,Mới,,,Tổ 3
1022-5,Rác,Rác chưa gom,P. Sài Gòn,26/10/2025,29/10/2025,Abc,,,Tổ 3
1022-6,Rác,Rác chưa gom,P. Sài Gòn,26/10/2025,29/10/2025,Đã xử lý,20/10/2025,,Tổ 3
";

fn import(file: &str, bytes: &[u8], mapping: &ColumnMapping) -> Result<ImportReading, ImportError> {
    read(file, bytes, mapping, &SourceId::new("1022"))
}

fn auto(file: &str, bytes: &[u8]) -> Result<ImportReading, ImportError> {
    import(file, bytes, &ColumnMapping::default())
}

#[test]
fn known_headers_need_no_mapping() {
    let reading = auto("thang10.csv", CSV.as_bytes()).unwrap();
    assert_eq!(reading.mentions.len(), 2);
    let first = &reading.mentions[0];
    let ticket = first.ticket.clone().unwrap();
    assert_eq!(first.text, "Ổ gà lớn, xe té liên tục");
    assert_eq!(first.published_at, "2025-10-25T07:30:00Z".parse().ok());
    assert_eq!(
        (ticket.status, ticket.rating),
        (TicketStatus::Closed, Some(Rating::Satisfied))
    );
    assert_eq!(ticket.field.as_deref(), Some("Hạ tầng đô thị"));
    assert_eq!(ticket.closed_at, "2025-10-27T02:00:00Z".parse().ok());
    assert_eq!(ticket.due_at, "2025-10-27T17:00:00Z".parse().ok());
    assert_eq!(
        reading.mentions[1].ticket.clone().unwrap().status,
        TicketStatus::InProgress
    );
    assert_eq!(reading.ignored_columns, ["Người xử lý"]);
    assert!(
        reading
            .columns
            .contains(&(TicketField::Rating, "Đánh giá".to_owned()))
    );
}

#[test]
fn bad_rows_are_named_and_the_rest_is_imported() {
    let reading = auto("thang10.csv", CSV.as_bytes()).unwrap();
    let reasons = reading
        .rejected
        .iter()
        .map(|row| (row.line, row.reason()))
        .collect::<Vec<_>>();
    assert_eq!(
        reasons,
        [
            (
                4,
                "column `Ngày tiếp nhận` is no date (2 words, 6 letters, 0 digits)"
            ),
            (5, "column `Nội dung` is empty"),
            (
                6,
                "column `Trạng thái` says nothing we know (1 word, 3 letters, 0 digits)"
            ),
            (
                7,
                "column `Ngày xử lý` lies before the time of receipt (99/99/9999)"
            ),
        ]
        .map(|(line, reason)| (line, reason.to_owned()))
    );
}

#[test]
fn the_same_ticket_has_the_same_id() {
    let open = auto(
        "a.csv",
        b"id,text,received_at,status\n7,Ngap,2026-11-12,open\n",
    )
    .unwrap();
    let closed = auto(
        "b.csv",
        b"status,id,received_at,text\nclosed,7,2026-11-12,Ngap nang\n",
    )
    .unwrap();
    let other = auto(
        "b.csv",
        b"status,id,received_at,text\nclosed,8,2026-11-12,Ngap nang\n",
    )
    .unwrap();
    assert_eq!(open.mentions[0].id, closed.mentions[0].id);
    assert_ne!(open.mentions[0].id, other.mentions[0].id);
    let unnumbered = || {
        auto("c.csv", b"text,received_at\nNgap,2026-11-12\n")
            .unwrap()
            .mentions[0]
            .id
            .clone()
    };
    assert_eq!(unnumbered(), unnumbered());
}

#[test]
fn separators_encodings_and_preambles() {
    let plain = auto("a.csv", CSV.as_bytes()).unwrap();
    let with_mark = format!("\u{feff}{CSV}");
    assert_eq!(auto("a.csv", with_mark.as_bytes()).unwrap(), plain);
    let crlf = CSV.replace('\n', "\r\n");
    assert_eq!(auto("a.csv", crlf.as_bytes()).unwrap(), plain);
    let semicolons = "sep=;\nMã;Nội dung;Ngày tiếp nhận\n1;Ngập, rác;12/11/2026\n2;;12/11/2026\n";
    let reading = auto("a.csv", semicolons.as_bytes()).unwrap();
    assert_eq!(reading.mentions[0].text, "Ngập, rác");
    assert_eq!(reading.rejected[0].line, 4);
    let tabs = "Mã\tNội dung\tNgày tiếp nhận\n1\tNgập\t12/11/2026\n";
    assert_eq!(auto("a.tsv", tabs.as_bytes()).unwrap().mentions.len(), 1);
    let utf16 = tabs.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16 = [0xff, 0xfe].into_iter().chain(utf16).collect::<Vec<_>>();
    assert_eq!(auto("a.txt", &utf16).unwrap().mentions[0].text, "Ngập");
}

#[test]
fn decomposed_headers_and_words_are_recomposed() {
    let nfd = "No\u{323}\u{302}i dung,Nga\u{300}y tie\u{302}\u{301}p nha\u{323}\u{302}n\nNga\u{323}\u{302}p,12/11/2026\n";
    assert_eq!(
        auto("a.csv", nfd.as_bytes()).unwrap().mentions[0].text,
        "Ngập"
    );
}

#[test]
fn a_mapping_names_columns() {
    let csv = "so;viec;luc\n1;Ngập;12/11/2026\n";
    let mapping = ColumnMapping {
        columns: vec![
            (TicketField::Text, vec!["Việc".to_owned()]),
            (TicketField::ReceivedAt, vec!["luc".to_owned()]),
        ],
        ..ColumnMapping::default()
    };
    assert_eq!(
        import("a.csv", csv.as_bytes(), &mapping)
            .unwrap()
            .mentions
            .len(),
        1
    );
    let wrong = ColumnMapping {
        columns: vec![(TicketField::Text, vec!["Nội dung".to_owned()])],
        ..ColumnMapping::default()
    };
    let error = import("a.csv", csv.as_bytes(), &wrong).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a.csv` has no column `Nội dung`; its columns are `so`, `viec`, `luc`"
    );
    let error = auto("a.csv", csv.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a.csv` has no column that we know as text; name it in the mapping: its columns are `so`, `viec`, `luc`"
    );
}

#[test]
fn json_lines_are_read_like_rows() {
    let lines = r#"{"id": "t1", "channel": "hotline", "published_at": "2026-11-12T08:00:00+07:00", "title": "Ngập", "text": "Ngập nặng", "ticket": {"field": "Thoát nước", "address": null, "status": "closed", "due_at": null, "closed_at": "2026-11-13T08:00:00+07:00", "rating": "neutral"}}
không phải json

{"text": "Rác", "published_at": "2026-11-12T09:00:00+07:00", "id": 5}
"#;
    let reading = auto("a.jsonl", lines.as_bytes()).unwrap();
    assert_eq!(reading.mentions.len(), 2);
    let ticket = reading.mentions[0].ticket.clone().unwrap();
    assert_eq!(
        (ticket.status, ticket.rating, ticket.field.as_deref()),
        (
            TicketStatus::Closed,
            Some(Rating::Neutral),
            Some("Thoát nước")
        )
    );
    assert_eq!(reading.rejected.len(), 1);
    assert_eq!(reading.rejected[0].line, 2);
}

/// A workbook as small as one can be: inline strings, dates as numbers with a date format.
fn workbook(sheet: &str) -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#.as_bytes().to_vec()),
        ("_rels/.rels", r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.as_bytes().to_vec()),
        ("xl/workbook.xml", r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Tháng 10" sheetId="1" r:id="r1"/></sheets></workbook>"#.as_bytes().to_vec()),
        ("xl/_rels/workbook.xml.rels", r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#.as_bytes().to_vec()),
        ("xl/styles.xml", r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>"#.as_bytes().to_vec()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes().to_vec()),
    ])
}

/// A zip archive of deflated entries.
fn zip(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(data).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let offset = u32::try_from(out.len()).unwrap();
        let mut shared = Vec::new();
        shared.extend(20_u16.to_le_bytes());
        shared.extend(0_u16.to_le_bytes());
        shared.extend(8_u16.to_le_bytes());
        shared.extend([0; 4]);
        shared.extend(crc.sum().to_le_bytes());
        shared.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        shared.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        shared.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        shared.extend(0_u16.to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(name.as_bytes());
        out.extend(packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (offset, n) = (
        u32::try_from(out.len()).unwrap(),
        u16::try_from(entries.len()).unwrap(),
    );
    let size = u32::try_from(directory.len()).unwrap();
    out.extend(directory);
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]);
    out.extend(n.to_le_bytes());
    out.extend(n.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out
}

fn sheet(rows: &[&str]) -> String {
    let rows = rows
        .iter()
        .enumerate()
        .map(|(n, cells)| format!("<row r=\"{}\">{cells}</row>", n + 1));
    format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{}</sheetData></worksheet>",
        rows.collect::<String>()
    )
}

fn cell(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn workbooks_are_read_with_their_date_cells() {
    let title = cell("A1", "BÁO CÁO PHẢN ÁNH THÁNG 10");
    let header = format!(
        "{}{}{}",
        cell("A2", "Mã phản ánh"),
        cell("B2", "Nội dung"),
        cell("C2", "Ngày tiếp nhận")
    );
    let row = format!(
        "{}{}<c r=\"C3\" s=\"1\"><v>45955.604166666664</v></c>",
        cell("A3", "1022-1"),
        cell("B3", "Ngập nặng")
    );
    let bad = format!(
        "{}{}{}",
        cell("A4", "1022-2"),
        cell("B4", "Rác"),
        cell("C4", "chưa rõ")
    );
    let reading = auto(
        "thang10.xlsx",
        &workbook(&sheet(&[&title, &header, &row, &bad])),
    )
    .unwrap();
    assert_eq!(reading.mentions.len(), 1, "{reading:?}");
    assert_eq!(
        reading.mentions[0].published_at,
        "2025-10-25T07:30:00Z".parse().ok()
    );
    assert_eq!((reading.rejected.len(), reading.rejected[0].line), (1, 4));
}

#[test]
fn cells_far_apart_cost_nothing() {
    let header = format!("{}{}", cell("A1", "Nội dung"), cell("B1", "Ngày tiếp nhận"));
    let row = format!("{}{}", cell("A2", "Ngập"), cell("B2", "12/11/2026"));
    let far = "</row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c>".to_owned();
    let reading = auto("xa.xlsx", &workbook(&sheet(&[&header, &row, &far]))).unwrap();
    assert_eq!(reading.mentions.len(), 1);
}

/// Five entries of 64 MB that share their bytes.
#[test]
fn zip_bombs_are_refused_before_they_are_unpacked() {
    let name = "xl/worksheets/sheet1.xml";
    let mut bomb = zip(&[(name, vec![b' '; 64 << 20])]);
    let end = bomb.split_off(bomb.len() - 22);
    let start = bomb
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .unwrap();
    let record = bomb[start..].to_vec();
    (0..4).for_each(|_| bomb.extend(&record));
    bomb.extend(&end[..8]);
    bomb.extend([5, 0, 5, 0]);
    bomb.extend(&end[12..]);
    assert!(bomb.len() < 1 << 20);
    assert!(matches!(
        auto("bom.xlsx", &bomb),
        Err(ImportError::TooLarge { .. })
    ));
}

#[test]
fn damaged_files_are_one_clear_error() {
    assert!(matches!(
        auto("a.pdf", b"%PDF"),
        Err(ImportError::UnknownFormat(_))
    ));
    assert!(matches!(
        auto("a.xlsx", b"khong phai"),
        Err(ImportError::Unreadable { format: "xlsx", .. })
    ));
    assert!(matches!(
        auto("a.xlsx", &zip(&[("a", b"x".to_vec())])),
        Err(ImportError::Unreadable { .. })
    ));
    assert!(matches!(auto("a.csv", b""), Err(ImportError::Empty(_))));
    assert!(matches!(
        auto("a.csv", "Nội dung,Ngày tiếp nhận\n".as_bytes()),
        Err(ImportError::Empty(_))
    ));
    assert!(matches!(
        auto("a.jsonl", b"\n\n"),
        Err(ImportError::Empty(_))
    ));
}

#[test]
fn rows_with_too_many_cells_are_left_out() {
    let csv = "Nội dung,Ngày tiếp nhận\nNgập, nặng,12/11/2026\nRác,12/11/2026\n";
    let reading = auto("a.csv", csv.as_bytes()).unwrap();
    assert_eq!((reading.mentions.len(), reading.rejected[0].line), (1, 2));
}

#[test]
fn a_mapping_says_how_words_and_dates_are_meant() {
    let csv = "Phiếu,Nội dung,Kiến nghị,Ngày tiếp nhận,Tình trạng,Đánh giá,Lĩnh vực,Cập nhật\n\
               1,Ngập,Xin nạo vét,2026.11.12,KT,Ưng,HTĐT,2026.11.13\n";
    let word = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let mapping = ColumnMapping {
        columns: vec![
            (TicketField::Code, vec!["Phiếu".to_owned()]),
            (
                TicketField::Text,
                vec!["Nội dung".to_owned(), "Kiến nghị".to_owned()],
            ),
            (TicketField::UpdatedAt, vec!["Cập nhật".to_owned()]),
        ],
        dates: vec!["%Y.%m.%d".to_owned()],
        offset: jiff::tz::Offset::UTC,
        statuses: vec![("kt".to_owned(), TicketStatus::Closed)],
        ratings: vec![("ưng".to_owned(), Some(Rating::Satisfied))],
        fields: vec![word("htđt", "Hạ tầng đô thị")],
        ..ColumnMapping::default()
    };
    let reading = import("a.csv", csv.as_bytes(), &mapping).unwrap();
    assert_eq!(reading.rejected, []);
    let found = &reading.mentions[0];
    let ticket = found.ticket.clone().unwrap();
    assert_eq!(found.text, "Ngập\nXin nạo vét");
    assert_eq!(found.published_at, "2026-11-12T00:00:00Z".parse().ok());
    assert_eq!(ticket.updated_at, "2026-11-13T00:00:00Z".parse().ok());
    assert_eq!(ticket.field.as_deref(), Some("Hạ tầng đô thị"));
    assert_eq!(
        (ticket.status, ticket.rating),
        (TicketStatus::Closed, Some(Rating::Satisfied))
    );
    let strict = csv.replace("2026.11.12", "12/11/2026");
    let reading = import("a.csv", strict.as_bytes(), &mapping).unwrap();
    assert_eq!(reading.rejected[0].fault, RowFault::NotADate);
    assert_eq!(reading.rejected[0].found, "99/99/9999");
}

/// "Phường 5: đường ngập nước" in windows-1258, which writes tones behind their letters.
#[test]
fn windows_1258_is_read_declared_or_not() {
    let text = "Ma\u{303},N\u{f4}\u{323}i dung,Ng\u{e0}y ti\u{ea}\u{301}p nh\u{e2}\u{323}n\n1,Ph\u{1b0}\u{1a1}\u{300}ng 5: \u{111}\u{1b0}\u{1a1}\u{300}ng ng\u{e2}\u{323}p n\u{1b0}\u{1a1}\u{301}c,12/11/2026\n";
    let (bytes, _, has_unmappable) = encoding_rs::WINDOWS_1258.encode(text);
    assert!(!has_unmappable);
    let declared = ColumnMapping {
        encoding: Some("windows-1258".to_owned()),
        ..ColumnMapping::default()
    };
    for mapping in [ColumnMapping::default(), declared] {
        let reading = import("a.csv", &bytes, &mapping).unwrap();
        assert_eq!(reading.mentions[0].text, "Phường 5: đường ngập nước");
    }
}

#[test]
fn titles_and_merged_headers_are_seen_through() {
    let titles = "ỦY BAN NHÂN DÂN\nBÁO CÁO THÁNG 11,,\n\nMã,Nội dung,Ngày tiếp nhận\n1,Ngập,12/11/2026\n2,Rác,hôm qua\n";
    let reading = auto("a.csv", titles.as_bytes()).unwrap();
    assert_eq!(reading.mentions.len(), 1);
    assert_eq!(reading.rejected[0].line, 6, "lines are those of the file");

    // "Thông tin phản ánh" spans B1:C1, "Mã" spans A1:A2.
    let upper = format!(
        "{}{}{}",
        cell("A1", "Mã"),
        cell("B1", "Thông tin phản ánh"),
        cell("D1", "Kết quả")
    );
    let lower = format!(
        "{}{}{}",
        cell("B2", "Nội dung"),
        cell("C2", "Ngày tiếp nhận"),
        cell("D2", "Trạng thái")
    );
    let row = format!(
        "{}{}{}{}",
        cell("A3", "7"),
        cell("B3", "Ngập"),
        cell("C3", "12/11/2026"),
        cell("D3", "Đã xử lý")
    );
    let reading = auto("a.xlsx", &workbook(&sheet(&[&upper, &lower, &row]))).unwrap();
    assert_eq!(reading.mentions.len(), 1, "{reading:?}");
    assert_eq!(
        reading.mentions[0].ticket.clone().unwrap().status,
        TicketStatus::Closed
    );
    let fields = reading
        .columns
        .iter()
        .map(|(field, _)| *field)
        .collect::<Vec<_>>();
    assert!(fields.contains(&TicketField::Code) && fields.contains(&TicketField::Status));

    let named = ColumnMapping {
        header_row: Some(2),
        sheet: Some("Tháng 10".to_owned()),
        ..ColumnMapping::default()
    };
    let reading = import("a.xlsx", &workbook(&sheet(&[&upper, &lower, &row])), &named).unwrap();
    assert_eq!(reading.mentions.len(), 1);
    let elsewhere = ColumnMapping {
        sheet: Some("Tháng 11".to_owned()),
        ..ColumnMapping::default()
    };
    let refused = import("a.xlsx", &workbook(&sheet(&[&upper])), &elsewhere).unwrap_err();
    assert!(refused.to_string().contains("`Tháng 10`"), "{refused}");
}

#[test]
fn formulas_errors_and_serial_dates() {
    let header = format!(
        "{}{}{}",
        cell("A1", "Mã"),
        cell("B1", "Nội dung"),
        cell("C1", "Ngày tiếp nhận")
    );
    let stored = format!(
        "{}{}<c r=\"C2\" s=\"1\"><f>NOW()</f><v>45955.604166666664</v></c>",
        cell("A2", "1"),
        cell("B2", "Ngập")
    );
    let never_stored = format!(
        "{}{}<c r=\"C3\"><f>NOW()</f></c>",
        cell("A3", "2"),
        cell("B3", "Rác")
    );
    let broken = format!(
        "{}<c r=\"B4\" t=\"e\"><v>#REF!</v></c>{}",
        cell("A4", "3"),
        cell("C4", "12/11/2026")
    );
    let serial = format!(
        "{}{}<c r=\"C5\"><v>45955</v></c>",
        cell("A5", "4"),
        cell("B5", "Hẻm ngập")
    );
    let bytes = workbook(&sheet(&[&header, &stored, &never_stored, &broken, &serial]));
    let reading = auto("a.xlsx", &bytes).unwrap();
    let moments = reading.mentions.iter().map(|mention| mention.published_at);
    assert_eq!(
        moments.collect::<Vec<_>>(),
        ["2025-10-25T07:30:00Z", "2025-10-24T17:00:00Z"].map(|text| text.parse().ok())
    );
    let faults = reading.rejected.iter().map(|row| (row.line, row.fault));
    assert_eq!(
        faults.collect::<Vec<_>>(),
        [
            (3, RowFault::FormulaWithoutValue),
            (4, RowFault::SpreadsheetError)
        ]
    );
}

#[test]
fn what_is_told_of_bad_rows_quotes_nobody() {
    let csv = "Mã,Nội dung,Ngày tiếp nhận,Trạng thái,Đánh giá\n\
               1,Ngập,anh Ba 0903123456,Mới,\n\
               2,Ngập,12/11/2026,Gọi chị Tư 0912345678,\n\
               3,Ngập,12/11/2026,Mới,079123456789\n";
    let reading = auto("a.csv", csv.as_bytes()).unwrap();
    assert_eq!(reading.rejected.len(), 3);
    for row in &reading.rejected {
        let told = format!(
            "{} {} {}",
            row.reason(),
            row.reason_vietnamese(),
            row.fault.fix()
        );
        for planted in ["0903", "Ba", "Tư", "0912", "0791"] {
            assert!(!told.contains(planted), "{told}");
        }
    }
}
