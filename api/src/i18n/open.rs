//! Open data: the page of daily dumps, small counts, the picture of the map. `{}` takes a value.

both_languages! { OpenTexts:
    small_counts: "Số nhỏ hơn mức công bố ghi “<5”; dấu “-” là số phải giấu theo để không ai trừ ngược ra số nhỏ. Ước lượng đi kèm cũng được giấu hoặc làm tròn.",
        "Counts too small to be published read “<5”; “-” is one withheld so that nobody can subtract a small one out. Their estimates are withheld or rounded, too.";

    silence_interval: "Trong các thành phố giả lập, khoảng 90 % của cả đơn vị chứa giá trị thật 88–98 % số lần, của từng lĩnh vực 85–93 %; thấp nhất khi sự việc gây chú ý rất khác nhau, vì chuyện ít gây chú ý thì không ai phản ánh.",
        "In simulated cities the 90 % interval of a whole unit holds the truth 88–98 % of the time, that of one topic 85–93 %; least where incidents differ much in how they stir people, since what stirs nobody is not reported.";

    title: "Dữ liệu mở", "Open data";
    lede: "Mỗi sáng, sau khi bản tin được công bố, toàn bộ số liệu công khai của ngày được ghi thành tệp. Tệp đã ghi không đổi: có đính chính thì thêm bản mới, bản cũ vẫn còn, trừ khi lời trong đó bị gỡ ở nguồn.",
        "Every morning, once the digests are published, all public figures of the day are written as files. A file never changes: a correction adds a new revision beside the old one, which stays unless its words were taken down at their source.";
    licence: "Giấy phép", "Licence";
    licence_none: "Đơn vị vận hành chưa công bố giấy phép. Hãy hỏi trước khi dùng lại.",
        "The operator has not named a licence yet. Ask before you reuse the data.";
    how: "Cách đọc", "How to read it";
    how_package: "datapackage.json là từ điển dữ liệu (Frictionless Data Package): từng cột, kiểu, đơn vị đo, nghĩa bằng tiếng Việt và tiếng Anh.",
        "datapackage.json is the data dictionary (Frictionless Data Package): every column with type, measure and meaning in Vietnamese and English.";
    how_csv: "CSV mở thẳng bằng Excel hay LibreOffice; Parquet dành cho pandas, DuckDB, R. Hai dạng cùng nội dung.",
        "CSV opens in Excel or LibreOffice; Parquet is for pandas, DuckDB, R. Both hold the same.";
    how_sums: "SHA256SUMS để kiểm tra tệp tải về: sha256sum -c SHA256SUMS.",
        "SHA256SUMS checks what was downloaded: sha256sum -c SHA256SUMS.";
    how_private: "Không có tên người, số điện thoại hay lời kể đầy đủ của ai. Số phản ánh nhỏ hơn {} ghi “<{}”.",
        "No names, telephone numbers or full words of anybody. Counts of reports below {} read “<{}”.";
    days: "Các ngày", "Days";
    none: "Chưa có tệp nào. Tệp đầu tiên được ghi sau bản tin đầu tiên; hoặc chạy `langnghe dump`.",
        "There is no file yet. The first is written after the first digest; or run `langnghe dump`.";
    off: "Máy chủ này không ghi tệp hằng ngày (open_data.dumps_days = 0). API vẫn mở.",
        "This server writes no daily files (open_data.dumps_days = 0). The API is open all the same.";
    day_heading: "{}, bản {}", "{}, revision {}";
    day_size: "{} tệp, {}", "{} files, {}";
    file: "Tệp", "File";
    size: "Cỡ", "Size";
    checksum: "SHA-256", "SHA-256";
    newer: "Ngày mới hơn", "Newer days";
    older: "Ngày cũ hơn", "Older days";
    program: "Cho chương trình", "For programs";

    map_png: "Ảnh PNG", "PNG picture";
    map_png_dark: "PNG nền tối", "PNG, dark";
}
