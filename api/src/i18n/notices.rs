//! What people are told by mail, SMS and chat, beside digests, and the pages of alerts. `{}` takes a
//! value.

both_languages! { NoticeTexts:
    // Letters.
    letter_open: "Mở trong Lắng Nghe", "Open in Lắng Nghe";
    letter_footer: "Thư tự động của hệ thống Lắng Nghe; không cần trả lời thư này.",
        "Sent by Lắng Nghe; please do not answer this letter.";
    told_one: "Cảnh báo: {}", "Alert: {}";
    told_many: "{} cảnh báo mới", "{} new alerts";
    told_line: "{}: {}", "{}: {}";
    told_worse: "Nặng hơn: {}", "Worse: {}";
    told_more: "và {} cảnh báo nữa", "and {} more";

    // Lists.
    title: "Cảnh báo", "Alerts";
    lede: "Luật do cán bộ đặt, xét lại sau mỗi lần cập nhật. Mỗi cảnh báo kèm thẻ nguyên nhân.",
        "Rules set by officers, looked at after every update. Each alert carries the card of its cause.";
    list_concerns: "Về điều người dân nói", "About what citizens say";
    list_sources: "Về nguồn tin bị gián đoạn", "About sources that fell silent";
    list_past: "Đã xong", "Over";
    none_concerns: "Không có cảnh báo nào đang mở.", "No alert is open.";
    none_sources: "Mọi nguồn đang được nghe như thường.", "All sources are heard as usual.";
    none_rules: "Chưa có luật nào, nên chưa có gì để báo. Đặt luật đầu tiên, hoặc nạp các luật gợi ý bằng lệnh `langnghe alerts import`.",
        "There is no rule yet, so there is nothing to tell. Write the first one, or bring in the suggested ones by `langnghe alerts import`.";
    older: "Cũ hơn", "Older";
    rules: "Luật cảnh báo", "Rules";
    rule_new: "Đặt luật mới", "New rule";
    here: "Cảnh báo đang mở", "Open alerts";
    by_rule: "Luật: {}", "Rule: {}";
    since: "từ {}", "since {}";
    urgent: "Khẩn", "Urgent";
    gone: "Vấn đề không còn trong kho", "The concern is not on record any more";
    whole_city: "toàn thành phố", "the whole city";
    everywhere: "không rõ đơn vị", "no unit known";

    // States.
    open: "Chưa ai nhận", "Not taken yet";
    acknowledged: "Đang xử lý", "Taken care of";
    resolved: "Đã xong", "Over";
    snoozed: "Tạm hoãn đến {}", "Quiet until {}";
    taken_by: "{} nhận", "taken by {}";

    // The card.
    card: "Thẻ nguyên nhân", "The cause";
    card_mentions: "{} tin trong ngày {}; luật cần ít nhất {}.", "{} mentions on {}; the rule asks for at least {}.";
    card_negative: "{} tiêu cực; luật cần ít nhất {}.", "{} negative; the rule asks for at least {}.";
    card_negative_only: "{} tiêu cực.", "{} negative.";
    card_burst: "{} tin về {} ở {}, trong khi {} ngày trước đó cho phép chờ {}. Nếu không có gì đổi khác, xác suất để có nhiều như vậy là {}.",
        "{} mentions of {} in {}, where the {} days before let one expect {}. Without a change, so many have a probability of {}.";
    card_bound: "Luật xét {} chuỗi đơn vị × lĩnh vực và chấp nhận {} lần báo nhầm mỗi tháng.",
        "The rule watches {} series of unit and topic and accepts {} false alarms a month.";
    card_channels: "Báo chí {}, mạng xã hội {}, 1022 {}.", "Press {}, social media {}, 1022 {}.";
    card_sources: "Nguồn nói nhiều nhất: {}.", "Sources that say most: {}.";
    card_source: "{} từ {}; luật báo sau {} giờ.", "{} since {}; the rule tells after {} hours.";
    card_evidence: "Đọc tận nơi", "Read for yourself";
    card_withdrawn: "Một số tin đã gỡ tại nguồn nên không còn hiện ở đây.", "Some mentions were taken down at their source and are not shown any more.";
    card_frozen: "Số liệu giữ nguyên như lúc báo.", "The figures stay as they were when the alert was told.";
    to_concern: "Mở vấn đề", "Open the concern";
    to_source: "Mở trang nguồn", "Open the source";
    at_least_percent: "dưới {}", "below {}";

    // What happened.
    history: "Diễn biến", "What happened";
    step_opened: "Mở cảnh báo", "Opened";
    step_worsened: "Nặng hơn rõ rệt", "Got clearly worse";
    step_acknowledged: "Nhận xử lý", "Taken";
    step_snoozed: "Tạm hoãn đến {}", "Quiet until {}";
    step_resolved: "Kết thúc", "Over";
    step_commented: "Ghi chú", "Note";
    by_itself: "tự động", "by itself";
    unknown_officer: "cán bộ {}", "officer {}";

    // Forms.
    act: "Xử lý", "Take care of it";
    comment: "Ghi chú", "Note";
    comment_hint: "Không ghi tên, số điện thoại của người dân.", "Do not write names or phone numbers of citizens.";
    do_take: "Tôi nhận", "I take it";
    do_snooze: "Tạm hoãn", "Be quiet";
    do_resolve: "Kết thúc", "It is over";
    do_comment: "Chỉ ghi chú", "Note only";
    snooze_for: "Hoãn trong", "Be quiet for";
    hours: "{} giờ", "{} hours";
    days: "{} ngày", "{} days";
    moved_on: "Có người vừa xử lý cảnh báo này. Xem lại diễn biến rồi làm tiếp.",
        "Somebody has just acted on this alert. Look at what happened, then go on.";

    // The editor.
    edit: "Sửa luật", "Change the rule";
    name: "Tên luật", "Name";
    kind: "Theo dõi", "Watches";
    kind_concern: "điều người dân nói", "what citizens say";
    kind_source: "nguồn tin bị gián đoạn", "sources that fall silent";
    for_concern: "Khi theo dõi điều người dân nói", "For what citizens say";
    for_source: "Khi theo dõi nguồn tin", "For sources";
    min_mentions: "Ít nhất bao nhiêu tin về một vấn đề trong ngày", "At least so many mentions of a concern in a day";
    negative: "Tỉ lệ tiêu cực ít nhất (%)", "Negative share of at least (%)";
    burst: "Tăng bất thường", "Unusual rise";
    burst_none: "không xét", "not asked for";
    burst_some: "chấp nhận {} lần báo nhầm mỗi tháng", "accepting {} false alarms a month";
    topics: "Lĩnh vực (bỏ trống: tất cả)", "Topics (none: all)";
    units: "Mã đơn vị, cách nhau bằng dấu phẩy (bỏ trống: toàn thành phố)", "Codes of units, with commas (none: the whole city)";
    channels: "Kênh (bỏ trống: tất cả)", "Channels (none: all)";
    sources: "Nguồn (bỏ trống: tất cả)", "Sources (none: all)";
    min_hours: "Sau bao nhiêu giờ gián đoạn", "After so many hours";
    is_urgent: "Khẩn: được báo cả ban đêm cho ai muốn vậy", "Urgent: may be told at night to those who want that";
    is_active: "Đang dùng", "In force";
    inactive: "đang tắt", "switched off";
    preview: "Xem trước trên dữ liệu cũ", "Preview on past data";
    save: "Lưu luật", "Save the rule";
    rule_lede: "Mọi điều kiện đã ghi phải cùng đúng. Xem trước cho biết luật này đã báo bao nhiêu lần trong 28 ngày qua.",
        "All conditions given must hold. The preview says how often this rule would have told in the last 28 days.";
    preview_title: "Trong 28 ngày qua", "In the last 28 days";
    preview_n: "Luật này đã báo {} lần trong {} ngày xét được.", "This rule would have told {} times in the {} days that can be judged.";
    preview_unjudged: "{} ngày chưa đủ dữ liệu để xét ({} đến {}): kho bắt đầu từ {}, và xét tăng bất thường cần 14 ngày trước đó.",
        "{} days cannot be judged ({} to {}): the record begins on {}, and a rise needs 14 days before.";
    preview_more: "Hiện {} lần mới nhất.", "The newest {} are shown.";
    preview_limits: "Tính trên những gì kho biết hôm nay, kể cả tin đến muộn.", "Computed from what the record knows today, late reports included.";
    saved: "Đã lưu luật.", "The rule is saved.";
    rule_moved_on: "Luật này vừa được người khác sửa. Dưới đây là bản mới nhất; sửa lại rồi lưu.",
        "Somebody has just changed this rule. Below is the newest shape; change it again and save.";
    fault_name: "Ghi tên luật, tối đa 80 chữ.", "Give the rule a name of at most 80 letters.";
    fault_mentions: "Số tin: từ 1 đến 100.000.", "Mentions: from 1 to 100,000.";
    fault_negative: "Tỉ lệ tiêu cực: trên 0 đến 100 %, và cần ít nhất 3 tin.", "Negative share: above 0 up to 100 %, and at least 3 mentions.";
    fault_burst: "Số lần báo nhầm mỗi tháng: trên 0, tối đa 100.", "False alarms a month: above 0, at most 100.";
    fault_everything: "Luật này sẽ báo mọi vấn đề: cần ít nhất 2 tin, hoặc xét tăng bất thường.",
        "This rule would tell every concern: ask for 2 mentions, or for a rise.";
    fault_hours: "Số giờ: từ 1 đến 720.", "Hours: from 1 to 720.";
    fault_units: "Mã đơn vị không có trong danh mục: {}.", "No such unit: {}.";

    // A rule in words.
    says_mentions: "từ {} tin/ngày", "{} mentions a day or more";
    says_negative: "tiêu cực từ {}", "negative share {} or more";
    says_burst: "tăng bất thường ({} lần nhầm/tháng)", "unusual rise ({} false a month)";
    says_hours: "gián đoạn từ {} giờ", "silent for {} hours or more";
    all_topics: "mọi lĩnh vực", "all topics";
}
