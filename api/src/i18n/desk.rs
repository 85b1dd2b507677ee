//! What officers read at the desk. `{}` takes a value.

both_languages! { DeskTexts:
    // Frame.
    nav: "Bàn làm việc", "Desk";
    nav_notices: "Thông báo", "Notices";
    nav_search: "Tìm toàn văn", "Full-text search";
    open_at_desk: "Mở ở bàn làm việc", "Open at the desk";
    public_page: "Trang công khai", "Public page";
    back_to_queue: "Về hàng đợi", "Back to the queue";

    // The queue.
    queue_title: "Bàn làm việc", "Desk";
    queue_total: "{} vấn đề", "{} concerns";
    queue_as_of: "Tính đến hết {}. Hạng theo bản tin {} của {}.", "As of the end of {}. Ranks of the digest of {} for {}.";
    queue_unranked: "Tính đến hết {}. Chưa có bản tin để xếp hạng.", "As of the end of {}. No digest to rank by yet.";
    search_label: "Tìm trong tên vấn đề và ý kiến", "Search titles and evidence";
    search_placeholder: "ngập Lê Văn Lương, \"rác tồn đọng\"…", "flood, \"piled-up rubbish\"…";
    search_hint: "Có dấu hay không đều được. Ngoài tên, tìm trong {} ý kiến khớp mới nhất.",
        "With or without accents. Beside titles, the latest {} matching mentions are looked at.";
    search_go: "Tìm", "Search";
    order: "Sắp xếp", "Order";
    order_rank: "Theo hạng hôm nay", "Today’s rank";
    order_voices: "Nhiều ý kiến 7 ngày", "Most voices in 7 days";
    order_rise: "Tăng nhiều nhất", "Greatest rise";
    order_oldest: "Lâu nhất trước", "Oldest first";
    order_latest: "Mới nói đến", "Heard of last";
    filters: "Bộ lọc", "Filters";
    filters_on: "Đang lọc", "Filtered by";
    filter_drop: "Bỏ lọc {}", "Drop filter {}";
    filters_clear: "Bỏ mọi bộ lọc", "Clear all";
    facet_unit: "Đơn vị", "Unit";
    facet_topic: "Lĩnh vực", "Topic";
    facet_channel: "Nguồn", "Channel";
    facet_mood: "Cảm xúc 28 ngày", "Feeling in 28 days";
    facet_status: "Trạng thái", "Status";
    facet_label: "Nhãn", "Label";
    facet_held: "Người phụ trách", "Held by";
    facet_age: "Tuổi", "Age";
    facet_shown: "Phạm vi xem", "Which";
    mood_negative: "phần lớn tiêu cực", "mostly negative";
    mood_milder: "còn lại", "the rest";
    held_me: "tôi", "me";
    held_nobody: "chưa ai", "nobody";
    age_day: "trong 24 giờ", "24 hours";
    age_week: "đến 7 ngày", "up to 7 days";
    age_month: "đến 28 ngày", "up to 28 days";
    age_older: "lâu hơn", "older";
    shown_listed: "không bị ẩn", "not hidden";
    shown_hidden: "đang ẩn", "hidden";
    shown_pinned: "đang ghim", "pinned";
    shown_followed: "tôi theo dõi", "I follow";
    column_pick: "Chọn", "Pick";
    column_rank: "Hạng", "Rank";
    column_concern: "Vấn đề", "Concern";
    column_where: "Nơi, lĩnh vực", "Where, topic";
    column_week: "7 ngày", "7 days";
    column_negative: "Tiêu cực", "Negative";
    column_state: "Trạng thái", "Status";
    column_held: "Phụ trách", "Held by";
    pick_one: "Chọn: {}", "Pick: {}";
    rank_is: "Hạng {}", "Rank {}";
    rank_none: "Ngoài mười hạng đầu", "Not among the ten";
    week_change: "{} (tuần trước {})", "{} (week before {})";
    n_voices: "{} ý kiến", "{} mentions";
    negative_is: "{} tiêu cực", "{} negative";
    age_days: "{} ngày", "{} days";
    age_today: "mới hôm nay", "new today";
    unit_more: "{} và {} đơn vị khác", "{} and {} more units";
    is_hidden: "đang ẩn", "hidden";
    is_pinned: "ghim", "pinned";
    n_notes: "{} ghi chú", "{} notes";
    next_page: "Trang tiếp", "Next page";
    empty_title: "Không có vấn đề nào khớp bộ lọc.", "No concern matches these filters.";
    empty_hint: "Bỏ bớt một bộ lọc, hoặc tìm bằng ít từ hơn.", "Drop a filter, or search with fewer words.";
    nothing_title: "Chưa có vấn đề nào.", "There is no concern yet.";
    nothing_hint: "Vấn đề xuất hiện sau khi ý kiến đầu tiên được thu thập và gom nhóm, thường trong vài phút. Kiểm tra trang Nguồn nếu lâu hơn.",
        "Concerns appear once the first mentions were collected and grouped, usually within minutes. Look at Sources if it takes longer.";
    nothing_near: "Chưa có vấn đề nào trong phạm vi của bạn.", "There is no concern within your reach yet.";

    // Saved views.
    views_label: "Chế độ xem đã lưu", "Saved views";
    view_all: "Tất cả", "All";
    view_start: "mở đầu tiên", "opens first";
    view_save: "Lưu chế độ xem này", "Save this view";
    view_name: "Tên", "Name";
    view_is_start: "Mở chế độ này đầu tiên khi vào bàn làm việc", "Open this one first at the desk";
    view_do_save: "Lưu", "Save";
    view_drop: "Xóa chế độ xem {}", "Delete the view {}";
    views_many: "Bạn đã có 30 chế độ xem; hãy xóa bớt.", "You have 30 views; delete one first.";

    // Bulk.
    bulk_title: "Với các vấn đề đã chọn", "With those picked";
    bulk_label: "Nhãn", "Label";
    bulk_put: "Gắn nhãn", "Put label";
    bulk_take: "Gỡ nhãn", "Take label off";
    bulk_to: "Giao cho", "Give to";
    bulk_assign: "Giao", "Give";
    bulk_merge: "Gộp…", "Merge…";
    bulk_hide: "Ẩn…", "Hide…";
    bulk_merge_title: "Gộp {} vấn đề thành một", "Merge {} concerns into one";
    bulk_merge_lede: "Chọn vấn đề được giữ lại. Các vấn đề kia tính vào nó; mỗi lần gộp hoàn tác được riêng.",
        "Choose the one to be kept. The others count for it from now on; each merge can be undone by itself.";
    bulk_hide_title: "Ẩn {} vấn đề", "Hide {} concerns";
    bulk_hide_lede: "Vấn đề bị ẩn không đứng trong danh sách cho người đọc, nhưng vẫn được tính; người đọc thấy lý do.",
        "Hidden concerns do not stand in readers’ lists, but are counted all the same; readers see the reason.";
    bulk_none: "Chưa chọn vấn đề nào. Đánh dấu ít nhất một ô ở đầu dòng rồi thử lại.", "Nothing was picked. Tick at least one box and try again.";
    bulk_two: "Cần chọn ít nhất hai vấn đề để gộp.", "Pick at least two concerns to merge.";
    bulk_some_title: "Xong {}, chưa xong {}", "{} done, {} not done";
    bulk_failed: "Chưa xong", "Not done";
    bulk_done: "Đã xong", "Done";
    done_bulk: "Đã xong với {} vấn đề.", "Done with {} concerns.";
    keep_this: "Giữ: {}", "Keep: {}";
    cancel: "Thôi", "Cancel";

    // The concern.
    version_line: "Bản {}", "Version {}";
    not_edited: "chưa ai sửa", "never edited";
    others_here: "Người khác đang xem: {}", "Others are here: {}";
    doing_editing: "{} (đang sửa)", "{} (editing)";
    overview: "Diễn biến", "How it went";
    negative_column: "Phần đậm: ý kiến tiêu cực mỗi ngày.", "Dark part: negative mentions of each day.";
    read_only: "Bạn xem được, nhưng vấn đề này vượt phạm vi nên không sửa được.", "You can look, but this concern lies partly beyond your reach, so you cannot edit it.";
    book_title: "Phụ trách và nhãn", "Holder and labels";
    holder: "Người phụ trách", "Held by";
    holder_none: "Chưa giao", "Nobody";
    assign: "Giao", "Give";
    labels: "Nhãn", "Labels";
    label_add: "Thêm nhãn", "Add a label";
    label_put: "Gắn", "Put";
    label_take: "Gỡ nhãn {}", "Take off the label {}";
    follow: "Theo dõi", "Follow";
    unfollow: "Thôi theo dõi", "Unfollow";
    notes: "Ghi chú nội bộ", "Notes among colleagues";
    note_new: "Ghi chú mới", "New note";
    note_hint: "Chỉ cán bộ đã đăng nhập đọc được. Không ghi tên, số điện thoại hay địa chỉ của người dân.",
        "Read by signed-in officers alone. No names, phone numbers or addresses of citizens.";
    note_add: "Ghi", "Write";
    note_drop: "Rút lại ghi chú", "Take this note back";
    note_none: "Chưa có ghi chú.", "No notes yet.";
    edit_title: "Sửa vấn đề", "Edit";
    rename: "Đổi tên", "Rename";
    rename_extracted: "Tên trích từ bằng chứng: {}", "In the words of the evidence: {}";
    rename_label: "Tên mới", "New title";
    merge: "Gộp vào vấn đề khác…", "Merge into another…";
    pin: "Ghim", "Pin";
    pin_where: "Ghim trong bản tin của", "Pin in the digest of";
    unpin: "Bỏ ghim: {}", "Unpin: {}";
    hide: "Ẩn", "Hide";
    unhide: "Thôi ẩn", "Show again";
    reason: "Lý do", "Reason";
    reason_hint: "Người đọc thấy lý do và vai trò của bạn, không thấy tên.", "Readers see the reason and your role, not your name.";
    split_title: "Tách ý kiến đã chọn thành vấn đề riêng", "Split the ticked mentions off";
    split_go: "Tách", "Split";
    split_pick: "Chọn để tách", "Tick to split";
    correct: "Sửa cách đọc", "Correct the reading";
    history: "Lịch sử sửa", "History of edits";
    history_none: "Chưa ai sửa vấn đề này.", "Nobody edited this concern yet.";
    history_by: "{}, {}, {}", "{}, {}, {}";
    undone: "đã hoàn tác", "undone";
    undo: "Hoàn tác", "Undo";
    undo_number: "Hoàn tác số {}", "Undo no. {}";

    // Merging.
    merge_title: "Gộp vào vấn đề khác", "Merge into another concern";
    merge_lede: "“{}” sẽ tính vào vấn đề được chọn. Việc gộp hoàn tác được.", "“{}” will count for the one you choose. Merging can be undone.";
    merge_alike: "Vấn đề giống nhất", "Most alike";
    merge_found: "Kết quả tìm", "Found";
    merge_none: "Không thấy vấn đề nào giống. Hãy tìm theo tên.", "Nothing alike was found. Search by title.";
    merge_words: "từ ngữ giống {}", "words {} alike";
    merge_same_topic: "cùng lĩnh vực", "same topic";
    merge_same_place: "cùng nơi", "same place";
    merge_do: "Gộp", "Merge";
    merge_search: "Tìm vấn đề theo tên hoặc ý kiến", "Search a concern by title or evidence";

    // Somebody was faster, or it cannot be done so.
    stale_title: "Người khác vừa sửa trước", "Somebody was faster";
    stale_lede: "Chưa có gì được ghi. Dưới đây là việc vừa xảy ra; những gì bạn gõ vẫn còn nguyên. Xem lại rồi gửi tiếp nếu vẫn đúng.",
        "Nothing was recorded. Below is what happened meanwhile; what you typed is still here. Look, and send it again if it still holds.";
    refused_title: "Chưa sửa được", "Not done";
    refused_lede: "Chưa có gì được ghi. Sửa lại rồi gửi tiếp; những gì bạn gõ vẫn còn nguyên.", "Nothing was recorded. Mend it and send it again; what you typed is still here.";
    send_again: "Gửi lại", "Send again";
    look_again: "Xem lại vấn đề", "Look at the concern again";
    held_meanwhile: "{} vừa nhận vấn đề này.", "{} holds this concern by now.";
    held_by_nobody: "Vấn đề này vừa được trả về, chưa ai phụ trách.", "Nobody holds this concern any more.";
    what_merge: "Gộp vấn đề", "Merge";
    what_split: "Tách {} ý kiến", "Split {} mentions off";
    what_rename: "Đổi tên", "Rename";
    what_pin: "Ghim", "Pin";
    what_unpin: "Bỏ ghim", "Unpin";
    what_hide: "Ẩn", "Hide";
    what_unhide: "Thôi ẩn", "Show again";
    what_undo: "Hoàn tác số {}", "Undo no. {}";
    what_note: "Ghi chú", "Note";
    what_label: "Gắn nhãn", "Label";
    what_assign: "Giao việc", "Give";

    // After an edit.
    done_edit: "Đã ghi. Danh sách và bản tin được tính lại trong ít phút.", "Recorded. Lists and digests follow within minutes.";
    done_book: "Đã ghi.", "Recorded.";

    // A mention.
    mention_title: "Sửa cách đọc một ý kiến", "Correct how a mention is read";
    mention_lede: "Sửa điều máy đọc sai; lời của người dân không bao giờ bị sửa.", "Mend what the models misread; the citizen’s words are never touched.";
    mention_words: "Lời của người dân", "What the citizen said";
    mention_read: "Hiện đọc là", "Read as";
    mention_topic: "Lĩnh vực", "Topic";
    mention_feeling: "Cảm xúc", "Sentiment";
    mention_place: "Đơn vị", "Unit";
    mention_whole_city: "Toàn thành phố", "The whole city";
    mention_noise: "Không phải ý kiến của người dân", "Not a concern of citizens";
    mention_concern: "Là ý kiến của người dân", "A concern of citizens";
    mention_what: "Sửa điều gì", "What to mend";
    mention_keep: "giữ nguyên", "leave as it is";
    mention_save: "Ghi", "Save";
    mention_history: "Đã sửa", "Corrections";
    mention_nothing: "Chưa chọn điều gì khác với hiện tại.", "Nothing else was chosen.";

    // Search.
    find_title: "Tìm toàn văn", "Full-text search";
    find_lede: "Trong mọi ý kiến đã thu thập. Dấu ngoặc kép giữ các từ cạnh nhau, dấu trừ loại một từ.",
        "In all that was heard. Quotes keep words together, a minus leaves a word out.";

    // Notices.
    notices_title: "Thông báo", "Notices";
    notices_unread: "{} chưa đọc", "{} unread";
    notices_none: "Chưa có thông báo. Theo dõi một vấn đề, hoặc được giao việc, sẽ có tin ở đây.",
        "No notices yet. Follow a concern, or be given one, and you will be told here.";
    notice_assigned: "{} giao cho bạn: {}", "{} gave you: {}";
    notice_edited: "{} sửa ({}): {}", "{} edited ({}): {}";
    notice_noted: "{} ghi chú: {}", "{} wrote a note: {}";
    notice_other: "{}: {}", "{}: {}";
    notice_unread: "chưa đọc", "unread";
    notice_read: "Đã đọc", "Mark as read";
    notices_read_all: "Đánh dấu tất cả đã đọc", "Mark all as read";
    somebody: "Có người", "Somebody";

    // Keys.
    keys_title: "Phím tắt", "Keys";
    keys_open: "Phím tắt: nhấn ?", "Keys: press ?";
    keys_close: "Đóng", "Close";
    key_down: "xuống dòng dưới", "next line";
    key_up: "lên dòng trên", "line above";
    key_open: "mở vấn đề", "open the concern";
    key_pick: "chọn, bỏ chọn", "pick or unpick";
    key_label: "gắn nhãn", "label";
    key_assign: "giao việc", "give to somebody";
    key_merge: "gộp", "merge";
    key_undo: "hoàn tác lần sửa cuối", "undo the last edit";
    key_search: "tìm", "search";
    key_help: "bảng này", "this list";
}
