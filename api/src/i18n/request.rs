//! Requests for explanation and the duty to answer the press. `{}` takes a value.

use models::domain::{PressState, RequestState, RequestStep};

both_languages! { RequestTexts:
    nav_requests: "Yêu cầu giải trình", "Requests";
    nav_press: "Trả lời báo chí", "Press duty";

    // Lists.
    list_lede: "Đơn vị được hỏi về một vấn đề hay chỉ số, trả lời trong hạn; câu trả lời được chấp nhận in dưới vấn đề trong bản tin kế tiếp.",
        "Units are asked about a concern or an indicator and answer by a day; an answer that was taken is printed under the concern in the next digest.";
    inbox_lede: "Các yêu cầu gửi đến đơn vị của bạn. Yêu cầu quá hạn đứng đầu.", "Requests to your unit. Late ones come first.";
    filter_label: "Lọc theo trạng thái", "Filter by state";
    filter_open: "Đang mở", "Open";
    filter_late: "Quá hạn", "Late";
    filter_answered: "Chờ xét", "To be judged";
    filter_done: "Đã xong", "Done";
    filter_all: "Tất cả", "All";
    late_count: "{} quá hạn", "{} late";
    waiting_count: "{} đang chờ trả lời", "{} waiting for an answer";
    empty: "Không có yêu cầu nào ở đây.", "There is no request here.";
    empty_hint: "Mở một vấn đề rồi bấm “Yêu cầu giải trình” để hỏi đơn vị.", "Open a concern and press “Ask a unit” to begin.";
    csv: "Tải CSV", "Download CSV";
    due: "Hạn {}", "Due {}";
    due_late: "Quá hạn từ {}", "Late since {}";
    asked_at: "Gửi lúc {}", "Asked {}";

    // States.
    state_draft: "Nháp", "Draft";
    state_sent: "Đã gửi", "Sent";
    state_delivered: "Đã đến đơn vị", "Delivered";
    state_answered: "Đã trả lời, chờ xét", "Answered, to be judged";
    state_returned: "Đã trả lại", "Returned";
    state_accepted: "Đã chấp nhận", "Accepted";
    state_closed: "Đã đóng", "Closed";
    state_withdrawn: "Đã rút", "Withdrawn";
    state_late: "Quá hạn", "Late";

    // Writing one.
    ask: "Yêu cầu giải trình", "Ask a unit";
    new_title: "Yêu cầu giải trình mới", "New request";
    new_lede: "Số liệu và lời trích dưới đây được giữ nguyên cùng yêu cầu, không đọc lại về sau.",
        "The figures and quotes below are frozen with the request and never read again.";
    to_whom: "Gửi đến", "To";
    suggested: "Liên quan đến vấn đề", "Named by the concern";
    all_units: "Mọi đơn vị", "All units";
    all_agencies: "Sở, ngành, đơn vị dịch vụ", "Agencies";
    templates: "Bắt đầu từ mẫu", "Start from a template";
    question: "Câu hỏi", "Question";
    question_hint: "Tối đa 4.000 chữ cái. Số điện thoại, tên riêng và địa chỉ nhà của người dân bị che trước khi lưu.",
        "At most 4,000 letters. Telephone numbers, names and house addresses of citizens are cut before it is stored.";
    days: "Số ngày làm việc để trả lời", "Working days for an answer";
    send: "Gửi đơn vị", "Send";
    save_draft: "Lưu nháp", "Save as draft";
    edit_draft: "Sửa bản nháp", "Edit the draft";
    edit_lede: "Lưu lại thì số liệu và lời trích được lấy lại như đang có bây giờ.",
        "When it is saved, figures and quotes are taken again as they stand now.";
    moved_on: "{} vừa sửa hoặc gửi yêu cầu này trước bạn. Chữ bạn gõ còn nguyên dưới đây; xem bản mới rồi hãy lưu lại.",
        "{} has edited or sent this request before you. What you typed stands below; look at the newer state before you save it again.";
    see_newer: "Xem bản mới", "See the newer state";
    unreached: "Chưa có địa chỉ thư nào của đơn vị này trong requests.toml: chỉ cán bộ của đơn vị đăng nhập mới thấy yêu cầu.",
        "requests.toml has no address for this unit: only its officers who sign in will see the request.";

    // One request.
    evidence: "Bằng chứng khi hỏi", "Evidence as it stood";
    edition: "Lấy từ {}", "Taken from {}";
    reasons: "Vì sao đứng hạng này", "Why it had this rank";
    daily: "Ý kiến mỗi ngày đến khi hỏi, cao nhất {}", "Voices a day up to the question, {} at most";
    daily_label: "Biểu đồ ý kiến {} ngày, ngày cao nhất {} ý kiến", "Chart of voices over {} days, {} on the highest day";
    quotes: "Người dân nói", "What was said";
    withdrawn_words: "Lời này đã gỡ tại nguồn.", "These words were taken down at their source.";
    about_concern: "Mở vấn đề", "Open the concern";
    about_indicator: "Mở chỉ số", "Open the indicator";
    about_press: "Mở bài báo", "Open the report";
    history: "Diễn biến", "What happened";
    answer: "Trả lời", "Answer";
    answer_round: "Trả lời lần {}", "Answer {}";
    answered_by_link: "qua liên kết trong thư", "by the link of the letter";
    was_cut: "Dữ liệu cá nhân trong câu trả lời đã bị che.", "Personal data was cut out of this answer.";
    files: "Tệp đính kèm", "Files";
    file_line: "{} ({})", "{} ({})";
    note: "Ghi chú công khai", "Public note";
    note_hint: "Không bắt buộc. In cùng câu trả lời trong bản tin.", "Optional. Printed with the answer in the digest.";
    accept: "Chấp nhận", "Accept";
    return_it: "Trả lại", "Return";
    reason: "Lý do", "Reason";
    reason_return: "Vì sao trả lại, cần bổ sung gì", "Why it is returned, what is missing";
    withdraw: "Rút yêu cầu", "Withdraw";
    close: "Đóng yêu cầu", "Close";
    decide_title: "Xét câu trả lời", "Judge the answer";
    more_actions: "Việc khác", "More";
    printed_in: "Câu trả lời in trong bản tin ngày {}", "The answer is printed in the digest of {}";
    print_next: "Câu trả lời sẽ in trong bản tin kế tiếp.", "The answer will be printed in the next digest.";

    // Answering.
    your_answer: "Câu trả lời của đơn vị", "Your answer";
    answer_hint: "Tối đa 8.000 chữ cái. Số điện thoại, tên và địa chỉ nhà của người dân bị che trước khi lưu. Câu trả lời được chấp nhận sẽ công khai.",
        "At most 8,000 letters. Telephone numbers, names and house addresses of citizens are cut before it is stored. An answer that is taken becomes public.";
    files_hint: "Tối đa 5 tệp PDF, DOCX, XLSX, PNG, JPEG, mỗi tệp 5 MB. Tệp không công khai; chỉ cán bộ xem được.",
        "At most 5 files: PDF, DOCX, XLSX, PNG, JPEG, 5 MB each. Files are not public; only officers see them.";
    hand_in: "Gửi trả lời", "Hand in";
    link_lede: "Liên kết này chỉ dành cho {}. Nó dùng được một lần, đến {}.", "This link is for {} alone. It works once, until {}.";
    link_spent_title: "Đã nhận câu trả lời", "The answer has been received";
    link_spent: "Liên kết này đã được dùng. Nếu cần bổ sung, hãy chờ bộ phận báo chí trả lại yêu cầu hoặc đăng nhập.",
        "This link has been used. To add something, wait for the press office to return the request, or sign in.";
    link_over_title: "Liên kết không còn hiệu lực", "This link is over";
    link_over: "Yêu cầu đã rút, đã được hỏi lại bằng thư khác, hoặc liên kết đã quá hạn. Đăng nhập để xem, hoặc hỏi bộ phận báo chí.",
        "The request was withdrawn or asked again in another letter, or the link expired. Sign in to see it, or ask the press office.";
    returned_because: "Câu trả lời trước được trả lại:", "The answer before was returned:";

    // Steps.
    step_drafted: "Soạn nháp", "Drafted";
    step_edited: "Sửa bản nháp", "The draft was edited";
    step_sent: "Gửi đi", "Sent";
    step_delivered: "Máy chủ đã nhận", "Taken by a server";
    step_undelivered: "Không gửi được", "Not delivered";
    step_opened: "Liên kết được mở (có thể do máy quét thư)", "The link was opened (maybe by a scanner of mail)";
    step_reminded_before: "Nhắc trước hạn", "Reminded before the deadline";
    step_reminded_at_deadline: "Nhắc khi đến hạn", "Reminded at the deadline";
    step_escalated: "Báo cấp {} vì quá hạn", "Level {} was told that it is late";
    step_answered: "Đơn vị trả lời", "Answered";
    step_accepted: "Chấp nhận", "Accepted";
    step_returned: "Trả lại, hỏi lại", "Returned";
    step_closed: "Đóng", "Closed";
    step_withdrawn: "Rút lại", "Withdrawn";
    step_printed: "In trong bản tin", "Printed in a digest";
    by_schedule: "tự động", "by itself";
    by_link: "qua liên kết", "by the link";

    // For readers.
    answers_title: "Đơn vị trả lời", "Answers of units";
    public_line: "Hỏi {}, trả lời {}", "Asked {}, answered {}";
    voices_before_after: "{} ý kiến mỗi ngày trước khi hỏi, {} sau đó", "{} voices a day before the question, {} after it";
    voices_before: "{} ý kiến mỗi ngày trước khi hỏi", "{} voices a day before the question";
    curve_label: "Ý kiến mỗi ngày trong {} ngày; phần tô đậm là sau khi hỏi", "Voices a day over {} days; the strong part is after the question";
    desk_note: "Bộ phận báo chí:", "Press office:";
    sheet_answer: "{} trả lời: {}", "{} answered: {}";
    more_answers: "{} câu trả lời khác của đơn vị có trên trang bản tin.", "{} more answers of units are on the page of this digest.";

    // The unit's page.
    unit_line: "{} yêu cầu đang mở, {} quá hạn", "{} open requests, {} late";

    // The press.
    press_lede: "Bài báo về thành phố chờ trả lời chính thức. Hạn là {} ngày làm việc kể từ khi đăng.",
        "Press reports on the city that wait for an official answer. It is due {} working days after they appeared.";
    press_empty: "Không có bài báo nào chờ trả lời.", "No press report waits for an answer.";
    press_more: "Còn {} bài cũ hơn không hiện ở đây.", "{} older reports are not shown here.";
    press_waiting: "Chờ trả lời", "Waiting";
    press_asked: "Đã hỏi đơn vị", "A unit was asked";
    press_answered: "Đã trả lời", "Answered";
    press_not_needed: "Không cần trả lời", "No answer needed";
    press_mark: "Ghi nhận", "Mark";
    press_answer_link: "Địa chỉ câu trả lời (https://…)", "Address of the answer (https://…)";
    press_mark_answered: "Đã trả lời", "It was answered";
    press_why_not: "Vì sao không cần", "Why none is needed";
    press_mark_not_needed: "Không cần", "Not needed";
    press_reopen: "Mở lại", "Open again";
    press_ask: "Hỏi đơn vị", "Ask a unit";
    press_to_request: "Xem yêu cầu", "See the request";
    press_open: "Bài gốc", "The report";
}

impl RequestTexts {
    /// A state in words.
    pub(crate) fn state(&self, state: RequestState) -> &'static str {
        match state {
            RequestState::Draft => self.state_draft,
            RequestState::Sent => self.state_sent,
            RequestState::Delivered => self.state_delivered,
            RequestState::Answered => self.state_answered,
            RequestState::Returned => self.state_returned,
            RequestState::Accepted => self.state_accepted,
            RequestState::Closed => self.state_closed,
            RequestState::Withdrawn => self.state_withdrawn,
        }
    }

    /// A step in words.
    pub(crate) fn step(&self, step: RequestStep) -> String {
        let text = match step {
            RequestStep::Drafted => self.step_drafted,
            RequestStep::Edited => self.step_edited,
            RequestStep::Sent => self.step_sent,
            RequestStep::Delivered => self.step_delivered,
            RequestStep::Undelivered => self.step_undelivered,
            RequestStep::Opened => self.step_opened,
            RequestStep::RemindedBefore => self.step_reminded_before,
            RequestStep::RemindedAtDeadline => self.step_reminded_at_deadline,
            RequestStep::Escalated(level) => {
                return super::fill(self.step_escalated, &[&level.to_string()]);
            }
            RequestStep::Answered => self.step_answered,
            RequestStep::Accepted => self.step_accepted,
            RequestStep::Returned => self.step_returned,
            RequestStep::Closed => self.step_closed,
            RequestStep::Withdrawn => self.step_withdrawn,
            RequestStep::Printed => self.step_printed,
        };
        text.to_owned()
    }

    /// How a press report stands, in words.
    pub(crate) fn press_state(&self, state: PressState) -> &'static str {
        match state {
            PressState::Waiting => self.press_waiting,
            PressState::Asked => self.press_asked,
            PressState::Answered => self.press_answered,
            PressState::NotNeeded => self.press_not_needed,
        }
    }
}
