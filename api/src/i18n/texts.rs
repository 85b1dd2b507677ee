//! Every string of the interface, in both languages side by side. `{}` takes a value.

both_languages! { Texts:
    // Frame.
    tagline: "Mười vấn đề người dân quan tâm nhất mỗi ngày, có bằng chứng",
        "The ten concerns citizens care about most each day, with the evidence";
    skip: "Đến nội dung chính", "Skip to main content";
    nav_label: "Các trang", "Pages";
    nav_today: "Hôm nay", "Today";
    nav_units: "Đơn vị", "Units";
    nav_map: "Bản đồ", "Map";
    nav_search: "Tìm kiếm", "Search";
    nav_sources: "Nguồn", "Sources";
    nav_method: "Phương pháp", "Method";
    nav_shadow: "Hài lòng 766", "Satisfaction 766";
    nav_about: "Giới thiệu và quyền riêng tư", "About and privacy";
    other_language: "English", "Tiếng Việt";
    footer_promise: "Lắng nghe vấn đề, không theo dõi con người: không lưu tác giả, dữ liệu cá nhân được cắt bỏ trước khi lưu.",
        "We listen to concerns, not to people: authors are not stored, and personal data is cut before anything is kept.";
    print: "In trang này", "Print this page";
    open: "Mở", "Open";
    show: "Xem", "Show";
    next_page: "Xem tiếp", "Show more";
    back_home: "Về trang hôm nay", "Back to today";
    day_nav: "Chọn ngày", "Choose a day";
    pick_day: "Ngày", "Day";
    as_table: "Xem dạng bảng", "Show as a table";
    day: "Ngày", "Day";
    unit: "Đơn vị", "Unit";

    // Digest.
    digest_of: "Bản tin ngày", "Daily digest";
    top_title: "Được quan tâm nhất", "What matters most";
    digest_summary: "{} ý kiến về {} vấn đề nổi bật, nghe được từ {} trên {} nguồn.",
        "{} mentions, {} leading concerns, heard from {} of {} sources.";
    tied: "đồng hạng", "tied";
    change_up: "tăng {} bậc", "up {}";
    change_down: "giảm {} bậc", "down {}";
    change_same: "giữ hạng", "unchanged";
    change_new: "mới vào danh sách", "new on the list";
    mentions_of: "{} ý kiến", "{} mentions";
    one_mention: "1 ý kiến", "1 mention";
    mentions_over_days: "{} trong {} ngày", "{} in {} days";
    sources_of: "{} nguồn độc lập", "{} independent sources";
    one_source: "1 nguồn", "1 source";
    more_units: "và {} đơn vị khác", "and {} more units";
    scope_city: "Toàn thành phố", "Whole city";
    feeling_caption: "{} tiêu cực · {} trung tính · {} tích cực", "{} negative · {} neutral · {} positive";
    trend_label: "{} ngày qua: nhiều nhất {} ý kiến một ngày, ngày cuối {}",
        "Last {} days: at most {} mentions a day, {} on the last";
    evidence: "Bằng chứng", "Evidence";
    all_evidence: "Toàn bộ {} bằng chứng", "All {} pieces of evidence";
    withdrawn: "Đã gỡ tại nguồn", "Taken down at its source";
    open_original: "Xem bản gốc", "Open the original";
    no_original: "Bản gốc không công khai", "The original is not public";
    why_rank: "Vì sao hạng này?", "Why this rank?";
    receipt_intro: "Điểm là tích của năm yếu tố, tính từ chính các bằng chứng ở trên.",
        "The score is the product of five factors, computed from the evidence above.";
    factor: "Yếu tố", "Factor";
    value: "Giá trị", "Value";
    multiplier: "Hệ số", "Multiplier";
    score: "Điểm", "Score";
    factor_count: "Số ý kiến", "Mentions";
    factor_count_meaning: "mỗi ngày, đã co về mức chung khi số liệu ít", "a day, shrunk to the usual level where data is thin";
    factor_burst: "Tăng đột biến", "Burst";
    factor_burst_meaning: "vượt cùng thứ trong 28 ngày", "above the same weekdays of 28 days";
    factor_negativity: "Mức bức xúc", "Negativity";
    factor_negativity_meaning: "tỷ lệ ý kiến tiêu cực, đã co", "share of negative mentions, shrunk";
    factor_breadth: "Độ rộng", "Breadth";
    factor_breadth_meaning: "số nguồn độc lập, bài đăng lại tính một", "independent sources, reprints counted once";
    factor_age: "Chưa giải quyết", "Unresolved";
    factor_age_meaning: "kéo dài càng lâu càng nặng", "weighs more the longer it lasts";
    interval_90: "khoảng 90 %: {}–{}", "90 % interval: {}–{}";
    tie_note: "Khoảng điểm chồng lên vấn đề đứng trước, nên hai vấn đề được xếp đồng hạng.",
        "Its interval overlaps that of the line before, so both share one rank.";
    source_note: "Theo nguồn, mọi ngày được tính: {}.", "By source, over all days counted: {}.";
    source_note_more: "Theo nguồn, mọi ngày được tính: {} và {} nguồn khác.", "By source, over all days counted: {} and {} more.";
    without_source: "Nếu không tính {}: {}.", "Without {}: {}.";
    without_coordinated: "{} bài nghi đăng phối hợp, đã giảm trọng số; nếu bỏ hẳn: {}.",
        "{} posts look coordinated and weigh less; without them: {}.";
    rank_then: "hạng {}, điểm {}", "rank {}, score {}";
    nothing_left: "không còn ý kiến nào", "nothing is left";
    rumour: "chưa kiểm chứng", "unverified";
    rumour_note: "Chỉ những nguồn độ tin cậy thấp nhắc tới: chưa kiểm chứng.",
        "Only sources of low trust speak of it: unverified.";
    expected_note: "Theo lịch sử, ngày này chờ đợi khoảng {} ý kiến; thực tế {}.",
        "History led to expect about {} mentions that day; there were {}.";
    lift_note: "Lĩnh vực này chiếm tỷ trọng gấp {} lần so với toàn thành phố.",
        "This topic is {} times as frequent here as in the whole city.";
    per_capita_note: "{} ý kiến trên 10.000 dân trong ngày.", "{} mentions per 10,000 inhabitants that day.";
    method: "Phương pháp", "Method";
    how_computed: "Cách tính", "How it is computed";
    thin_title: "Chưa đủ dữ liệu.", "Not enough data.";
    thin_reason: "Chúng tôi không điền cho đủ mười dòng.", "We do not fill up to ten lines.";
    revision_label: "Đính chính (bản {}):", "Erratum (revision {}):";
    badge_also_city: "hạng {} toàn thành phố", "number {} in the city";
    badge_own: "riêng nơi đây", "only here";
    rising_title: "Đang tăng nhanh", "Rising fast";
    rising_intro: "Vượt hẳn mức thường của cùng thứ trong 28 ngày qua.",
        "Well above the usual level of the same weekday over 28 days.";
    growth: "gấp {} mức thường", "{} times the usual";
    coverage_title: "Độ phủ nguồn tin", "Coverage of sources";
    coverage_summary: "Nghe được {} trên {} nguồn ({}).", "Heard {} of {} sources ({}).";
    missing_title: "Thiếu trong ngày", "Missing that day";
    all_sources: "Tình trạng mọi nguồn", "State of all sources";
    your_unit: "Đơn vị của bạn", "Your unit";
    pick_unit: "Chọn phường, xã, đặc khu", "Choose a ward, commune or special zone";
    all_units: "Tất cả đơn vị", "All units";
    open_map: "Mở bản đồ", "Open the map";

    // On paper and in mails.
    sheet_concern: "Vấn đề", "Concern";
    sheet_change: "So kỳ trước", "Since before";
    sheet_trend: "28 ngày", "28 days";
    sheet_negative: "tiêu cực", "negative";
    sheet_method: "Phương pháp {}, bản {}", "Method {}, revision {}";
    sheet_page: "Trang", "Page";
    sheet_open: "Mở bản tin đầy đủ", "Open the whole digest";
    sheet_link: "Tải bản PDF", "Download as PDF";

    // Periods, leagues, grades.
    period_nav: "Chọn kỳ", "Choose a period";
    period_day: "Ngày", "Day";
    period_week: "Tuần", "Week";
    period_month: "Tháng", "Month";
    period_reporting: "Kỳ báo cáo", "Reporting month";
    league_nav: "So sánh", "Leagues";
    grade_nav: "Chấm lại", "Grades";
    digest_of_week: "Bản tin tuần", "Weekly digest";
    digest_of_month: "Bản tin tháng", "Monthly digest";
    digest_of_reporting: "Bản tin kỳ báo cáo", "Digest of the reporting month";
    reporting_span: "Từ 12:00 ngày {} đến 12:00 ngày {}.", "From {} 12:00 to {} 12:00.";
    no_period_title: "Chưa có bản tin cho kỳ này.", "No digest for this period.";
    no_period_lede: "Kỳ chưa kết thúc, chưa tới giờ phát hành, hoặc nằm ngoài thời gian lưu.",
        "It is not over, its hour of publication has not come, or it lies outside what is kept.";
    missing_in_period: "Thiếu trong kỳ", "Missing in the period";
    rising_intro_period: "Vượt hẳn mức của 28 ngày trước kỳ này.", "Well above the level of the 28 days before.";
    burst_meaning_period: "vượt mức của 28 ngày trước kỳ", "above the level of the 28 days before";
    expected_in_period: "Theo lịch sử, kỳ này chờ đợi khoảng {} ý kiến; thực tế {}.",
        "History led to expect about {} mentions in the period; there were {}.";
    per_capita_in_period: "{} ý kiến trên 10.000 dân trong kỳ.", "{} mentions per 10,000 inhabitants in the period.";
    trend_days: "{} ngày", "{} days";
    revisions_title: "Các bản đã phát hành", "Published revisions";
    revision_first: "Bản 1, phát hành {}", "Revision 1, published {}";
    revision_next: "Bản {}, phát hành {}: {}", "Revision {}, published {}: {}";
    revision_data: "Dữ liệu", "Data";
    note_closed_but_growing: "đã đóng ở 1022, còn tăng trên mạng", "closed at 1022, still growing online";
    note_closed_but_recurring: "đã đóng ở 1022, vẫn còn phản ánh", "closed at 1022, people still complain";
    note_press_without_tickets: "nóng trên báo, 0 phiếu 1022", "loud in the press, no 1022 ticket";
    note_social_without_tickets: "nóng trên mạng, 0 phiếu 1022", "loud online, no 1022 ticket";
    note_tickets_only: "nhiều phiếu 1022, chưa lên báo, mạng", "many 1022 tickets, silent elsewhere";
    league_title: "So sánh đơn vị cùng loại", "Units beside their kind";
    league_lede: "{}: tỷ lệ phiếu 1022 giải quyết đúng hạn và không tái diễn trong 30 ngày. Đơn vị cùng bậc là đồng hạng: số liệu không đủ để phân biệt.",
        "{}: share of 1022 tickets closed in time that did not come back within 30 days. Units of one tier cannot be told apart.";
    league_thin: "Dấu – là chưa đủ dữ liệu để xếp bậc.", "A dash means too little data for a tier.";
    league_alone: "Chỉ có một đơn vị loại này nên không xếp bậc.", "There is only one unit of this kind, so it has no tier.";
    league_none: "Kỳ này chưa có bảng so sánh.", "There are no leagues for this period.";
    league_tier: "Bậc", "Tier";
    league_resolved: "Chưa điều chỉnh", "As it is";
    league_adjusted: "Giải quyết được", "Resolved";
    league_guarded: "Bậc khi bỏ phiếu nghi vấn", "Tier without doubtful tickets";
    league_guard_note: "Tỷ lệ được điều chỉnh về cùng cơ cấu lĩnh vực của nhóm. Bậc thứ hai là khi bỏ những phiếu có dấu hiệu dàn xếp; dấu hiệu là câu hỏi cho đơn vị, không phải kết luận.",
        "Shares are adjusted to the kind's mix of topics. The second tier leaves out tickets that look arranged; a sign is a question to the unit, not a finding.";
    sign_last_minute: "{} phiếu đóng sát hạn (thường lệ {})", "{} closed at the last minute ({} is usual)";
    sign_before_report: "{} phiếu đóng sát trưa ngày 25 (thường lệ {})", "{} closed just before the 25th at noon ({} is usual)";
    sign_coached_praise: "{} phiếu khen giống nhau (thường lệ {})", "{} near-identical reports of praise ({} is usual)";
    league_tickets: "Phiếu", "Tickets";
    league_recurred: "Tái diễn", "Came back";
    league_per_capita: "Vấn đề/10.000 dân", "Concerns/10,000";
    grades_title: "Bản tin được chấm lại", "Digests graded afterwards";
    grades_lede: "Mỗi bản tin ngày được nhìn lại sau 1, 3 và 7 ngày: dòng nào còn được nhắc nhiều, vấn đề lớn nào bị sót, dòng nào đi trước báo chí và 1022.",
        "Each daily digest is looked at again after 1, 3 and 7 days: which lines still mattered, which large concerns were missed, which lines led the press and 1022.";
    grades_none: "Chưa có bản tin nào đủ ngày để chấm.", "No digest is old enough to be graded.";
    grade_title: "Chấm lại bản tin này", "This digest, graded";
    grade_after: "Sau {} ngày", "After {} days";
    grade_after_one: "Sau 1 ngày", "After 1 day";
    grade_sentence: "{}: {}/{} dòng còn được nhắc nhiều (khoảng 90 %: {}–{}); sót {} trên {} vấn đề lớn.",
        "{}: {} of {} lines still mattered (90 % interval {}–{}); {} of {} large concerns missed.";
    grade_confirmed: "Dòng được xác nhận", "Lines confirmed";
    grade_interval: "Khoảng 90 %", "90 % interval";
    grade_missed: "Vấn đề lớn bị sót", "Large concerns missed";
    grade_leads: "Dòng đi trước", "Lines that led";
    grade_misses_title: "Bị sót", "Missed";
    grade_miss: "{} ý kiến, {} đã biết hôm đó", "{} mentions, {} known that day";
    grade_lead: "trước {} {} giờ", "{} h before: {}";
    grade_method: "Cách chấm: {}", "Method: {}";
    all_grades: "Xem mọi lần chấm", "All grades";
    beside_title: "Đặt cạnh nhau", "Side by side";
    beside_lede: "Cùng những con số của tối đa ba đơn vị, ngày", "The same figures of up to three units, for";
    beside_link: "Đặt cạnh đơn vị khác", "Put beside another unit";
    beside_field: "Đơn vị {}", "Unit {}";
    beside_open: "So sánh", "Compare";
    beside_empty: "Chọn hai hoặc ba đơn vị ở trên.", "Choose two or three units above.";
    beside_none: "chưa có", "none yet";
    beside_interval: "khoảng 90 %: {}–{}, n = {}", "90 % interval: {}–{}, n = {}";
    beside_voices: "Ý kiến trong ngày", "Mentions that day";
    beside_rate: "Ý kiến 28 ngày trên 10.000 dân", "Mentions of 28 days per 10,000 inhabitants";
    beside_shared: "cùng có", "shared";
    beside_kinds: "Các đơn vị khác loại: đọc cạnh nhau được, nhưng không xếp hạng với nhau.",
        "The units are of different kinds: they can be read side by side, not ranked against each other.";
    beside_unjudged: "Có đơn vị chưa đủ dữ liệu để đánh giá: chưa thể nói đơn vị nào hơn.",
        "Not all units have enough data to be judged: none can be called better.";
    beside_overlap: "Khoảng 90 % của tín hiệu còn chồng nhau: khác biệt có thể chỉ do ngẫu nhiên.",
        "The 90 % intervals of the signals overlap: the difference may be chance.";
    beside_apart: "Khoảng 90 % của tín hiệu tách rời nhau. Ý kiến trên mạng vẫn là mẫu lệch, không phải mọi người dân.",
        "The 90 % intervals of the signals are apart. Voices online are still a biased sample, not all citizens.";
    compare_title: "Khác thành phố ở đâu", "Where it differs from the city";
    compare_open: "Xem từng lĩnh vực", "See every topic";
    compare_more: "Chắc chắn nói nhiều hơn nơi khác về: {}.", "Surely speaks more than elsewhere of: {}.";
    compare_less: "Chắc chắn nói ít hơn nơi khác về: {}.", "Surely speaks less than elsewhere of: {}.";
    compare_none: "Chưa thể kết luận đơn vị này khác thành phố ở lĩnh vực nào.", "No topic can be said to differ from the city yet.";
    compare_facts: "28 ngày đến hết {}; {} ý kiến sau khi gộp bản đăng lại. Phương pháp {}.", "28 days up to {}; {} mentions with reprints merged. Method {}.";
    compare_nothing: "Chưa có gì để so sánh ngày này.", "There is nothing to compare on this day.";
    compare_topics: "Từng lĩnh vực, cạnh thành phố và cạnh đơn vị cùng loại", "Topic by topic, beside the city and units of its kind";
    compare_how: "Hệ số nói lĩnh vực này được nhắc gấp mấy lần so với khi đơn vị có cơ cấu như các nơi khác cộng lại, đã kéo về 1 khi ít ý kiến. Khoảng 90 % chứa 1 thì chưa thể kết luận.",
        "The factor says how many times more the topic comes up than if the unit had the mix of all others, pulled towards 1 where there are few mentions. Where the 90 % interval holds 1, nothing can be concluded.";
    compare_topic: "Lĩnh vực", "Topic";
    compare_to_city: "So với thành phố", "Beside the city";
    compare_to_kind: "So với các đơn vị cùng loại:", "Beside other units of the kind:";
    compare_n: "Ý kiến", "Mentions";
    compare_expected: "Nếu như nơi khác", "If like elsewhere";
    compare_rate: "Trên 10.000 dân", "Per 10,000 people";
    compare_city_rate: "Các nơi khác", "Elsewhere";
    compare_verdict_more: "nhiều hơn", "more";
    compare_verdict_less: "ít hơn", "less";
    compare_verdict_unclear: "chưa thể kết luận", "cannot be concluded";
    compare_population: "Dân số {} người. Nguồn: {}.", "Population {}. Source: {}.";
    compare_no_population: "Chưa có dân số công bố của đơn vị này, nên không tính trên đầu người.", "No published population, so nothing is told per inhabitant.";
    compare_concerns: "Vấn đề riêng của đơn vị, không có trong danh sách thành phố", "Concerns of its own that the city's list does not have";
    compare_concern: "hạng {}, {} ý kiến trong ngày", "rank {}, {} mentions that day";
    compare_concern_rate: "{} trên 10.000 dân", "{} per 10,000 people";
    forecast_title: "Dự báo 7 ngày tới", "The next seven days";
    forecast_nav: "Dự báo 7 ngày tới", "Forecast";
    forecast_scopes: "Chọn phạm vi", "Choose whose";
    forecast_wards: "Các phường", "All wards";
    forecast_communes: "Các xã", "All communes";
    forecast_zones: "Đặc khu", "Special zone";
    forecast_lede: "Mỗi sáng, số ý kiến của từng lĩnh vực trong 7 ngày tới được ước đoán rồi giữ nguyên. Khi ngày đã qua, dự báo được chấm công khai. Lĩnh vực nào chưa hơn cách đoán “như tuần trước” thì không hiện số.",
        "Each morning the mentions of each topic over the next seven days are estimated and kept as they are. When the days are over, the forecast is graded in public. A topic that does not beat “same as last week” shows no figures.";
    forecast_made: "Lập từ những gì nghe được đến hết {}. Phương pháp {}.", "Made from what was heard up to {}. Method {}.";
    forecast_shown: "Được hiện", "Shown";
    forecast_hidden: "Không hiện", "Not shown";
    forecast_none: "Chưa có dự báo: cần ít nhất 28 ngày đã nghe.", "No forecast yet: at least 28 days must have been heard.";
    forecast_none_shown: "Chưa lĩnh vực nào được hiện: dự báo phải qua ít nhất 8 tuần được chấm và hơn hẳn cách đoán “như tuần trước”.",
        "No topic is shown yet: its forecasts must have been graded over at least eight weeks and clearly beat “same as last week”.";
    forecast_sentence: "Nhiều nhất vào {}: {}–{} ý kiến; ít nhất vào {}: {}–{} (khoảng 90 %).",
        "Most on {}: {}–{} mentions; fewest on {}: {}–{} (90 % intervals).";
    forecast_factor: "{} làm ngày {} nhân {}.", "{} multiplies {} by {}.";
    forecast_standing: "Đã chấm {} dự báo của {} tuần: sai trung bình {} ý kiến một ngày, cách “như tuần trước” sai {}; tốt hơn {} % (khoảng 90 %: {} đến {} %). {} số ngày rơi vào khoảng 50 %, {} vào khoảng 90 %.",
        "{} forecasts of {} weeks graded: off by {} mentions a day on average, “same as last week” by {}; better by {} % (90 % interval {} to {} %). {} of the days fell into the 50 % interval, {} into the 90 % interval.";
    forecast_ungraded: "chưa dự báo nào được chấm", "none was graded yet";
    forecast_few_weeks: "mới chấm được {} tuần", "graded over {} weeks only";
    forecast_no_better: "chưa hơn “như tuần trước”: {} % (khoảng 90 %: {} đến {} %, {} tuần)",
        "no better than “same as last week”: {} % (90 % interval {} to {} %, {} weeks)";
    forecast_too_little: "Lĩnh vực này được nhắc chưa tới hai lần một ngày, hoặc nghe chưa đủ 28 ngày, nên không có dự báo.",
        "This topic is mentioned less than twice a day, or was heard for less than 28 days, so it is not foreseen.";
    forecast_label: "Số ý kiến mỗi ngày từ {} đến {}, cao nhất {}; sau vạch là khoảng dự báo", "Mentions a day from {} to {}, at most {}; behind the line the intervals foreseen";
    forecast_caption: "Cột xám: đã nghe. Sau vạch: khoảng 90 % (nhạt), 50 % (đậm) và giá trị giữa. Đỉnh trục: {} ý kiến.",
        "Grey columns: heard. Behind the line: 90 % interval (light), 50 % (dark) and the middle. Top of the scale: {} mentions.";
    forecast_caption_came: "Hình thoi: số đã đến.", "Lozenges: what came.";
    forecast_median: "Giữa", "Middle";
    forecast_likely: "Khoảng 50 %", "50 % interval";
    forecast_last_week: "Tuần trước", "Week before";
    forecast_came: "Đã đến", "Came";
    forecast_factors: "Vì", "Because of";
    forecast_how_title: "Cách đọc", "How to read it";
    forecast_how: "Dự báo dựa vào nhịp tuần và năm, Tết âm lịch, ngày lễ, mùa mưa, triều cường theo lịch trăng và năm học. Một nửa số ngày nên rơi vào khoảng 50 %, chín phần mười vào khoảng 90 %.",
        "It rests on the rhythm of week and year, Tết by the lunar calendar, holidays, the rainy season, spring tides by the moon, and the school year. Half of the days should fall into the 50 % interval, nine in ten into the 90 % interval.";
    forecast_limits: "Dự báo không biết thời tiết, sự cố, tin tức, và không nói lý do vì sao người dân phản ánh.",
        "It knows no weather, no accidents and no news, and does not say why people speak.";
    forecast_ahead: "Bảy ngày tới", "The next seven days";
    forecast_last_graded: "Dự báo mới chấm nhất, lập hết {}", "The latest graded, made on {}";
    forecast_past: "Dự báo đã qua, đã chấm", "Past forecasts, graded";
    forecast_past_none: "Chưa dự báo nào đủ ngày để chấm.", "No forecast is old enough to be graded.";
    forecast_made_on: "Lập hết ngày", "Made on";
    forecast_in_likely: "Trong khoảng 50 %", "In the 50 % interval";
    forecast_in_interval: "Trong khoảng 90 %", "In the 90 % interval";
    forecast_error: "Sai trung bình", "Mean error";
    forecast_error_last_week: "“Như tuần trước” sai", "“Same as last week”";
    forecast_note: "Ghi chú", "Note";
    forecast_was_retrospective: "lập sau, từ dữ liệu đến ngày đó", "made afterwards, from what was heard up to that day";
    forecast_was_shown: "đã hiện", "was shown";
    forecast_was_hidden: "không hiện", "was not shown";
    factor_weekday: "Thứ trong tuần", "Day of the week";
    factor_holiday: "Ngày lễ", "Public holiday";
    factor_before_tet: "Trước Tết", "The week before Tết";
    factor_tet: "Tết", "Tết";
    factor_after_tet: "Sau Tết", "The week after Tết";
    factor_rain: "Mùa mưa", "The rainy season";
    factor_tide: "Triều cường", "Spring tide";
    factor_school: "Năm học", "The school year";
    factor_year: "Mùa trong năm", "The time of year";
    part_of_note: "Vấn đề này nay được gộp vào:", "This concern is now part of:";
    parts_title: "Gồm cả các vấn đề đã gộp", "Concerns joined into it";
    part_since: "{} ý kiến, lần đầu {}", "{} mentions, first heard {}";
    concern_life_title: "Vòng đời vấn đề", "Life of the concern";
    step_first_seen: "Lần đầu nghe thấy", "First heard";
    step_peak: "Cao điểm, {} ý kiến", "Peak, {} mentions";
    step_answered: "Đã trả lời", "Answered";
    step_closed: "Đã lắng", "Closed";
    step_returned: "Tái diễn", "Returned";
    step_reopened: "Mở lại", "Open again";
    after_title: "Sau khi đóng phiếu", "After closing";
    after_watch: "Đóng phiếu cuối lúc {}; theo dõi mọi kênh đến {}.", "Last ticket closed {}; all channels are watched until {}.";
    after_counts: "Từ đó: {} ý kiến trên báo, {} trên mạng, {} phiếu 1022.", "Since then: {} in the press, {} online, {} tickets.";
    after_quiet: "Chưa thấy tái diễn.", "It has not come back.";

    // What the desk did.
    edits_title: "Biên tập", "Edits by the desk";
    edit_by: "số {}, {}, {}", "no. {}, {}, {}";
    edit_merged_into: "Gộp vào {}", "Merged into {}";
    edit_merged: "Gộp thêm {}", "{} merged into it";
    edit_split_off: "Tách {} tin thành {}", "{} mentions split off as {}";
    edit_split_from: "Tách {} tin từ {}", "{} mentions split from {}";
    edit_renamed: "Đổi tên thành “{}”", "Renamed “{}”";
    edit_pinned: "Ghim: {}", "Pinned: {}";
    edit_hidden: "Ẩn khỏi các danh sách", "Hidden from lists";
    edit_undone: "Hoàn tác chỉnh sửa số {}", "Edit no. {} undone";
    role_desk: "ban biên tập", "the desk";
    role_press_officer: "cán bộ báo chí", "press officer";
    role_unit_responder: "cán bộ trả lời của đơn vị", "responder of a unit";
    role_admin: "quản trị", "administrator";
    desk_extracted: "Tên do ban biên tập đặt. Tên trích từ bằng chứng: {}",
        "Title given by the desk. In the words of the evidence: {}";
    desk_is_hidden: "Ban biên tập ẩn vấn đề này khỏi các danh sách. Lý do: {}",
        "The desk keeps this concern out of lists. Reason: {}";
    desk_is_pinned: "Được ghim: {}", "Pinned: {}";
    pinned_badge: "được ghim", "pinned";
    pinned_title: "Được ghim", "Pinned";
    pinned_intro: "Ban biên tập giữ lại để theo dõi; không thuộc mười dòng trên.",
        "Kept in sight by the desk; not among the ten lines above.";
    pinned_rank: "hạng {}", "number {}";
    pinned_unranked: "chưa đủ phản ánh để xếp hạng", "too little evidence for a rank";
    hidden_title: "{} vấn đề được ẩn; số liệu vẫn được tính.", "{} hidden by the desk, counted all the same.";
    hidden_ranked: "Hạng {}, {}: lý do {}", "Number {}, {}: {}";
    hidden_rising: "Đang tăng nhanh, {}: lý do {}", "Rising fast, {}: {}";

    // First run and empty days.
    first_title: "Chưa có bản tin nào", "No digest yet";
    first_lede: "Hệ thống đang chạy. Bản tin đầu tiên xuất hiện sau khi đọc nguồn, hiểu và xếp hạng xong.",
        "The system is running. The first digest appears once sources are read, understood and ranked.";
    empty_day_title: "Không có bản tin {}", "No digest for {}";
    empty_day_lede: "Ngày này chưa được tổng hợp, hoặc nằm ngoài thời gian lưu.",
        "This day has not been summed up, or lies outside what is kept.";
    first_next: "Việc tiếp theo", "What comes next";
    step_done: "xong", "done";
    step_waiting: "đang chờ", "waiting";
    step_sources: "Khai báo nguồn", "Declare sources";
    step_sources_none: "Thêm nguồn vào config/sources.toml rồi chạy lại langnghe serve, hoặc xem thử bằng langnghe demo.",
        "Add sources to config/sources.toml and start langnghe serve again, or try langnghe demo.";
    step_sources_some: "{} nguồn trong cấu hình.", "{} sources in the configuration.";
    step_collect: "Thu thập ý kiến", "Collect mentions";
    step_collect_none: "Chưa thu được ý kiến nào. Lượt đọc đầu thường mất vài phút; xem trang Nguồn nếu lâu hơn.",
        "Nothing heard yet. The first round usually takes a few minutes; see the Sources page if it takes longer.";
    step_collect_some: "{} ý kiến đã ghi nhận.", "{} mentions recorded.";
    step_rank: "Xếp hạng và phát hành", "Rank and publish";
    step_account: "Tài khoản quản trị", "Administrator";
    step_account_none: "Tạo tài khoản đầu tiên trên máy chủ: langnghe user add TÊN --role admin.",
        "Make the first account on the server: langnghe user add NAME --role admin.";
    step_account_some: "Đã có. Đăng nhập để biên tập, yêu cầu giải trình và đặt cảnh báo.",
        "There is one. Sign in to edit, to ask for explanations and to set alerts.";
    step_rank_none: "Bản tin được phát hành theo lịch mỗi ngày, hoặc ngay bằng langnghe digest.",
        "Digests are published on schedule every day, or at once by langnghe digest.";
    step_rank_some: "Bản tin gần nhất: {}.", "Latest digest: {}.";

    // Units.
    units_title: "Phường, xã, đặc khu", "Wards, communes and special zones";
    units_lede: "{} đơn vị. Con số là tín hiệu lắng nghe ngày {}; gạch chéo là chưa đủ dữ liệu để đánh giá.",
        "{} units. The number is the listening signal of {}; hatched means too little data to judge.";
    kind_wards: "Phường", "Wards";
    kind_communes: "Xã", "Communes";
    kind_zones: "Đặc khu", "Special zones";
    unit_top_title: "Được quan tâm nhất tại đây", "What matters most here";
    formerly: "Trước đây thuộc {}", "Formerly in {}";
    no_digest_title: "Chưa có bản tin.", "No digest.";
    no_digest_unit: "Ngày này đơn vị chưa có bản tin. Hãy chọn ngày khác, hoặc xem bản tin toàn thành phố.",
        "There is no digest for this unit on this day. Choose another day, or see the city's digest.";
    difference: "{} trên {} vấn đề ở đây không nằm trong danh sách toàn thành phố.",
        "{} of {} concerns here are not on the city's list.";
    difference_none: "Những vấn đề ở đây cũng là vấn đề của toàn thành phố.",
        "What matters here also matters in the whole city.";
    other_unit: "Đơn vị khác", "Another unit";
    agencies_group: "Sở, ngành, đơn vị chuyên môn", "Departments and utilities";
    agency_top_title: "Được quan tâm nhất trong phạm vi phụ trách", "What matters most in its field";
    agency_duties_title: "Phạm vi phụ trách", "Duties";
    agency_duties: "Phụ trách: {}.", "In charge of: {}.";
    agency_areas: "Địa bàn: {}.", "Area: {}.";
    agency_unverified: "Tên và phạm vi phụ trách chưa được đối chiếu với văn bản công bố.",
        "Name and duties were not yet checked against a published document.";
    no_digest_agency: "Ngày này cơ quan chưa có bản tin. Hãy chọn ngày khác, hoặc xem bản tin toàn thành phố.",
        "There is no digest for this agency on this day. Choose another day, or see the city's digest.";
    other_agency: "Cơ quan khác", "Other agencies";
    signal_title: "Tín hiệu lắng nghe", "Listening signal";
    signal_short: "Tín hiệu", "Signal";
    interval_short: "Khoảng 90 %", "90 % interval";
    signal_sentence: "Ước lượng {} trên 100, khoảng 90 % từ {} đến {}, dựa trên {} ý kiến. Đây là dữ liệu đầu vào, không phải điểm chính thức.",
        "Estimated {} of 100, 90 % interval {} to {}, from {} mentions. An input to the official score, not the score.";
    signal_unjudged: "Mới có {} ý kiến: khoảng 90 % còn từ {} đến {}, quá rộng để tô màu.",
        "Only {} mentions: the 90 % interval still runs from {} to {}, too wide to colour.";
    signal_history: "Tín hiệu 28 ngày và khoảng 90 %", "Signal over 28 days with its 90 % interval";
    no_signal: "Ngày này chưa tính tín hiệu cho đơn vị.", "No signal was computed for this unit on this day.";
    cannot_judge: "chưa thể đánh giá", "cannot be judged";
    shadow_title: "Tính lại nhóm hài lòng 766", "Satisfaction group of Decision 766, recomputed";
    shadow_intro: "Theo cách tính chính thức từ hồ sơ phản ánh; đặt cạnh tín hiệu lắng nghe, không trộn lẫn.",
        "By the official rule, from tickets; shown beside the listening signal, never mixed with it.";
    shadow_on_time: "Phản ánh xử lý đúng hạn", "Petitions handled on time";
    shadow_petition: "Hài lòng về xử lý phản ánh", "Satisfaction with petition handling";
    shadow_procedure: "Hài lòng về thủ tục", "Satisfaction with procedures";
    shadow_points: "Điểm trên 18", "Points of 18";
    shadow_none: "chưa có", "none yet";
    shadow_note: "{} hồ sơ; {} hồ sơ đã đóng không được đánh giá và theo quy định được tính là hài lòng.",
        "{} tickets; {} closed ones were not rated and count as satisfied by the official rule.";
    signal_windows: "Tín hiệu theo số ngày", "Signal by days";
    signal_days: "Số ngày", "Days";
    signal_made_of: "Ngày này nghe được {} nguồn lẽ ra phải nghe. Phương pháp {}, bản {}.",
        "Heard {} of what should have been heard that day. Method {}, revision {}.";
    shadow_more: "Theo kỳ, hai cách tính và điều sẽ làm điểm thay đổi", "By period, both rules, and what would move it";
    level_excellent: "xuất sắc", "excellent";
    level_good: "tốt", "good";
    level_fair: "khá", "fair";
    level_average: "trung bình", "average";
    level_weak: "yếu", "weak";

    // Scores: Decision 766, the silence map, indicators.
    shadow_page_title: "Nhóm hài lòng 766, tính lại từ phiếu", "Satisfaction group of Decision 766, recomputed from tickets";
    shadow_lede: "Ba tỷ lệ của nhóm hài lòng tính lại từ từng phiếu: theo quy định (im lặng được tính là hài lòng) và theo những gì người dân thực sự trả lời. Hai cách đặt cạnh nhau, không trộn lẫn.",
        "The three ratios of the satisfaction group from each ticket: by the official rule, which counts silence as satisfied, and by what citizens really answered. Side by side, never mixed.";
    shadow_span: "{}, tính đến hết {}.", "{}, as of the end of {}.";
    shadow_nothing: "Chưa có phiếu nào của đơn vị này trong kỳ.", "No ticket of this unit in the period.";
    shadow_side_by_side: "Hai cách tính", "Both rules";
    shadow_ratio: "Tỷ lệ", "Ratio";
    shadow_official: "Theo quy định", "Official rule";
    shadow_ours: "Theo câu trả lời", "By answers";
    shadow_counts: "{} phiếu: {} đúng hạn, {} trễ hạn, {} đang chờ; {} phiếu đóng đúng hạn rồi tái diễn.",
        "{} tickets: {} on time, {} late, {} waiting; {} closed in time came back.";
    shadow_rules: "Theo câu trả lời: phiếu đúng hạn mà tái diễn không tính là giải quyết; chỉ tính người có trả lời, trả lời “bình thường” tính một nửa; khoảng 90 %.",
        "By answers: a ticket that came back was not settled; only answers count, a neutral one half; 90 % intervals.";
    shadow_answers: "Ai đã trả lời, ai im lặng", "Who answered, who was silent";
    shadow_all_tickets: "Mọi phiếu", "All tickets";
    shadow_procedure_tickets: "Về thủ tục", "About procedures";
    answer_satisfied: "Hài lòng", "Satisfied";
    answer_neutral: "Bình thường", "Neutral";
    answer_dissatisfied: "Không hài lòng", "Dissatisfied";
    answer_silent: "Im lặng", "Silent";
    answer_not_asked: "Không được hỏi", "Not asked";
    answer_closed: "Đã đóng", "Closed";
    moves_title: "Điều gì sẽ làm điểm thay đổi", "What would move the points";
    moves_lede: "Mỗi dòng tính lại điểm nếu điều đó xảy ra với một phiếu, và với mọi phiếu như vậy. Điểm trên 18, theo quy định.",
        "Each line recomputes the points if that happened to one ticket, and to all such tickets. Points of 18, official rule.";
    moves_none: "Không phiếu nào còn làm điểm thay đổi được.", "No ticket can move the points any more.";
    move_each: "mỗi phiếu", "each";
    move_all: "tất cả", "all";
    move_close_in_time: "{} phiếu đang chờ được đóng trước hạn", "{} waiting tickets are closed in time";
    move_miss_due: "{} phiếu đang chờ bị quá hạn", "{} waiting tickets pass their due time";
    move_was_late: "{} phiếu đã trễ: nếu đúng hạn thì đã có", "{} late tickets: had they been in time";
    move_win_back: "{} phiếu không hài lòng được xử lý lại đến khi hài lòng", "{} dissatisfied citizens are won back";
    move_silence_breaks: "{} phiếu im lặng: nếu người dân nói không hài lòng", "{} silent citizens say they are dissatisfied";
    move_procedure: "(về thủ tục, tính ở hai tỷ lệ)", "(about procedures, counted in two ratios)";
    shadow_by_scope: "Từng loại và từng đơn vị", "Kinds and units";
    shadow_short_on_time: "Đúng hạn", "On time";
    shadow_short_petition: "Hài lòng", "Satisfied";
    shadow_short_answered: "Trong số trả lời", "Of answers";
    silence_title: "Bản đồ im lặng", "Silence map";
    silence_lede: "Ít phản ánh có thể vì ít sự cố, hoặc vì người dân không phản ánh. Số lần cùng một sự cố được báo lại cho biết phần nào là phần nào.",
        "Few reports can mean few incidents, or people who do not report. How often the same incident is reported again tells these apart.";
    silence_nothing: "Chưa có bản đồ im lặng cho tháng này.", "No silence map for this month.";
    silence_all_topics: "Mọi lĩnh vực", "All topics";
    silence_note: "Con số là mức sẵn sàng phản ánh so với đơn vị cùng loại (1 là như nhau). Nơi im lặng không có nghĩa là hài lòng; ô gạch chéo là chưa thể kết luận. Ước lượng dựa trên các vấn đề được gom, nên phụ thuộc việc gom đúng.",
        "The number is how readily people report beside units of the same kind (1 is alike). Silence is not satisfaction; hatched tiles allow no conclusion. It rests on how mentions were grouped into concerns.";
    silence_quiet: "ít báo", "few report";
    silence_usual: "như nơi khác", "as elsewhere";
    silence_ready: "hay báo", "many report";
    silence_unsure: "chưa thể kết luận", "no conclusion";
    silence_quiet_meaning: "cả khoảng 90 % dưới 1", "the whole 90 % interval below 1";
    silence_usual_meaning: "khoảng 90 % hẹp và chứa 1", "a narrow 90 % interval around 1";
    silence_ready_meaning: "cả khoảng 90 % trên 1", "the whole 90 % interval above 1";
    silence_unsure_meaning: "quá ít sự cố để nói", "too few incidents to say";
    silence_tile: "{}: {}, gấp {} lần nơi cùng loại, khoảng {}–{}", "{}: {}, {} times its kind, interval {}–{}";
    silence_tile_unsure: "{}: chưa thể kết luận", "{}: no conclusion";
    silence_verdict: "Kết luận", "Verdict";
    silence_ratio: "So với cùng loại", "Beside its kind";
    silence_delay: "Số ngày chờ người báo", "Days until a report";
    silence_incidents: "Sự cố", "Incidents";
    indicators_title: "Chỉ số", "Indicators";
    indicators_lede: "Mỗi chỉ số là một lớp riêng với định nghĩa, nguồn và phiên bản của nó; không trộn các chỉ số với nhau. Chưa có số liệu thì ghi “chưa thể đánh giá”.",
        "Each indicator is a layer of its own with its definition, source and version; they are never mixed. Without a value it says “cannot be judged”.";
    indicator: "Chỉ số", "Indicator";
    indicator_units: "Đơn vị có số", "Units with a value";
    indicator_values: "Giá trị, đỏ trước", "Values, red first";
    indicator_no_values: "Chưa có số liệu.", "No values yet.";
    indicator_how_to_import: "Nhập bằng langnghe import indicators TỆP.", "Bring them in by langnghe import indicators FILE.";
    indicator_definition: "Định nghĩa", "Definition";
    indicator_level: "Mức", "Level";
    indicator_levels: "Mức xuất sắc / tốt / khá / trung bình từ", "Excellent / good / fair / average from";
    indicator_basis: "Căn cứ", "Basis";
    indicator_better: "Chiều", "Better";
    indicator_up: "càng cao càng tốt", "more is better";
    indicator_down: "càng thấp càng tốt", "less is better";
    indicator_from: "{} từ {}", "{} from {}";
    indicator_otherwise: "còn lại {}", "{} otherwise";
    indicator_source: "Nguồn", "Source";
    indicator_formula: "tính từ dữ liệu ở đây: {}", "computed here: {}";
    indicator_import: "nhập từ tệp", "brought in from a file";
    indicator_address: "đọc từ địa chỉ đã cấu hình", "read from a configured address";
    indicator_version: "Phiên bản", "Version";
    indicator_as_of: "Số liệu đến", "As of";
    indicator_from_where: "Lấy từ", "Taken from";
    indicator_apart: "Lớp này đứng riêng, không cộng vào tín hiệu lắng nghe.", "This layer stands alone and never enters the listening signal.";
    set_766: "Bộ chỉ số 766", "Indicators of Decision 766";
    set_tickets: "Từ phiếu 1022", "From 1022 tickets";
    set_services: "Dịch vụ công", "Public services";
    set_alerts: "Cảnh báo", "Alerts";

    // Concern.
    status_open: "đang nóng", "open";
    status_answered: "đã trả lời", "answered";
    status_closed: "đã lắng", "closed";
    status_returned: "tái diễn", "returned";
    first_seen: "từ {}", "since {}";
    last_seen: "gần nhất {}", "latest {}";
    open_tickets: "{} phản ánh chưa đóng", "{} open tickets";
    timeline_title: "Diễn biến theo ngày", "Day by day";
    timeline_caption: "Cột nhạt: mọi ý kiến; cột đậm: phản ánh 1022. Ngày nhiều nhất {} ý kiến.",
        "Light columns: all mentions; dark columns: hotline reports. At most {} a day.";
    timeline_label: "Từ {} đến {}: nhiều nhất {} ý kiến một ngày", "From {} to {}: at most {} mentions a day";
    mentions: "Ý kiến", "Mentions";
    tickets: "Phản ánh", "Tickets";
    sources_short: "Nguồn", "Sources";
    negative_share: "Tiêu cực", "Negative";
    evidence_title: "Bằng chứng ({} ý kiến)", "Evidence ({} mentions)";
    no_evidence: "Chưa có bằng chứng nào được ghi nhận cho vấn đề này.", "No evidence is recorded for this concern.";
    feeling_title: "Cảm xúc", "Sentiment";
    units_short: "Đơn vị", "Units";
    agencies_title: "Cơ quan liên quan", "Agencies concerned";
    sources_of_concern: "Theo nguồn", "By source";
    reprints: "{} báo đăng lại", "reprinted by {} outlets";
    one_reprint: "1 báo đăng lại", "reprinted by 1 outlet";
    reply_to: "Trả lời cho:", "In reply to:";
    read_as: "Máy đọc là:", "Read by machine as:";
    weight: "(khả năng {})", "(probability {})";
    open_concern: "Xem vấn đề", "Open the concern";
    channel_press: "Báo chí", "Press";
    channel_social: "Mạng xã hội", "Social network";
    channel_hotline: "Đường dây 1022", "Hotline 1022";
    sentiment_negative: "tiêu cực", "negative";
    sentiment_neutral: "trung tính", "neutral";
    sentiment_positive: "tích cực", "positive";
    ticket_open: "mới tiếp nhận", "received";
    ticket_in_progress: "đang xử lý", "in progress";
    ticket_closed: "đã đóng", "closed";
    ticket_rejected: "từ chối", "rejected";
    ticket_late: "{}, trễ hạn", "{}, late";
    ticket_due: "hạn {}", "due {}";
    ticket_closed_at: "đóng {}", "closed {}";
    rating_satisfied: "người dân hài lòng", "citizen satisfied";
    rating_neutral: "người dân thấy bình thường", "citizen neutral";
    rating_dissatisfied: "người dân chưa hài lòng", "citizen dissatisfied";
    rating_silent: "chưa có đánh giá", "not rated";
    rating_not_asked: "không được hỏi", "not asked";
    taken_up: "{} lượt thích · {} bình luận · {} chia sẻ", "{} likes · {} comments · {} shares";

    // Map.
    map_title: "Bản đồ lắng nghe", "Listening map";
    map_lede: "Mỗi ô là một đơn vị, đặt gần đúng vị trí thật. Chọn một ô để xem đơn vị đó.",
        "Each tile is a unit, placed near its true position. Choose a tile to see the unit.";
    map_layer: "Lớp hiển thị", "Layer";
    map_time: "90 ngày qua", "The past 90 days";
    map_find_unit: "Tìm đơn vị theo tên", "Find a unit by name";
    map_find_hint: "ví dụ: binh thanh", "for example: binh thanh";
    map_no_unit: "Không có đơn vị nào tên “{}”. Gõ một phần tên, có dấu hay không dấu.",
        "No unit is called “{}”. Type a part of the name, with or without accents.";
    map_which_unit: "Những đơn vị có tên này:", "Units of that name:";
    map_unit_page: "Mở trang của đơn vị", "Open the unit's page";
    map_clear_unit: "Bỏ chọn", "Clear";
    map_spark: "{} ngày qua; chỗ đứt là chưa thể đánh giá", "Past {} days; gaps could not be judged";
    map_spark_label: "Từ {} đến {} trong 90 ngày qua", "From {} to {} over the past 90 days";
    map_spark_counts: "Mỗi cột một ngày, nhiều nhất {} ý kiến; dưới 5 không vẽ", "A column a day, at most {} mentions; fewer than 5 are not drawn";
    map_values_on: "Giá trị của {}.", "Values of {}.";
    map_attention: "Cần chú ý", "Attention";
    map_sort: "Xếp theo cột này", "Sort by this column";
    map_more: "Tìm hiểu về lớp này", "About this layer";
    map_share: "Nhúng và tải về", "Embed and download";
    map_svg: "Ảnh SVG", "SVG picture";
    map_embed: "Bản nhúng cho khung iframe", "Page for an iframe";
    map_made_by: "Nguồn: Lắng Nghe, {}. Phương pháp: {}.", "Source: Lắng Nghe, {}. Method: {}.";
    map_whole: "Mở bản đồ đầy đủ", "Open the whole map";
    layer_group_listening: "Tín hiệu lắng nghe", "Listening signal";
    layer_group_tickets: "Tính lại từ phiếu 1022", "Recomputed from 1022 tickets";
    layer_group_day: "Điều nghe được", "What was heard";
    layer_listening: "Tín hiệu lắng nghe, {} ngày", "Listening signal, {} days";
    layer_listening_day: "Tín hiệu lắng nghe trong ngày", "Listening signal of the day";
    layer_listening_note: "Số trong ô là tín hiệu lắng nghe trên 100. Nơi ít tiếng nói được gạch chéo, không tô xanh.",
        "The number is the listening signal of 100. Where few speak the tile is hatched, never green.";
    layer_formula_note: "Tính lại từ phiếu 1022 theo kỳ báo cáo; không trộn với tín hiệu lắng nghe.",
        "Recomputed from 1022 tickets by reporting period; never mixed with the listening signal.";
    layer_indicator_note: "Số trong ô theo đơn vị đo: {}. Màu theo quy tắc riêng của chỉ số.",
        "The number is measured in: {}. Colours follow the indicator's own rules.";
    layer_silence_note: "Số trong ô là mức sẵn sàng phản ánh so với đơn vị cùng loại. Im lặng không có nghĩa là hài lòng.",
        "The number is how readily people report beside units of the kind. Silence does not mean satisfaction.";
    layer_voices: "Số ý kiến trong ngày", "Mentions of the day";
    layer_voices_note: "Số ý kiến về các vấn đề trong ngày. Dưới 5 ý kiến không ghi số. Nhiều ý kiến không có nghĩa là làm kém.",
        "Mentions of concerns that day. Fewer than 5 are not told apart. Many mentions do not mean poor work.";
    layer_voices_measure: "ý kiến", "mentions";
    layer_feeling: "Tỷ lệ tiêu cực trong ngày", "Negative share of the day";
    layer_feeling_note: "Tỷ lệ ý kiến tiêu cực trong các vấn đề nổi bật của đơn vị, theo bản tin ngày; dưới 5 ý kiến thì gạch chéo.",
        "Share of negative mentions of the unit's leading concerns in its digest; hatched below 5 mentions.";
    layer_feeling_measure: "ý kiến tiêu cực", "negative mentions";
    under_k: "dưới {}", "under {}";
    from_value: "từ {}", "{} and above";
    from_to: "{} đến dưới {}", "{} to below {}";
    below_value: "dưới {}", "below {}";
    up_to_value: "đến {}", "up to {}";
    otherwise_value: "còn lại", "the rest";
    tile_value: "{}: {}, {}", "{}: {}, {}";
    tile_voices: "{}: {} ý kiến trong ngày", "{}: {} mentions that day";
    tile_feeling: "{}: {} tiêu cực trong {} ý kiến", "{}: {} negative of {} mentions";
    tile_negative: "{} tiêu cực", "{} negative";
    map_shape: "Cách vẽ bản đồ", "How the map is drawn";
    map_squares: "Ô vuông", "Squares";
    map_hexagons: "Lục giác", "Hexagons";
    map_boundaries: "Ranh giới", "Boundaries";
    map_source: "Nguồn ranh giới:", "Boundaries from:";
    map_nothing_title: "Chưa có giá trị nào cho ngày này.", "No values for this day.";
    map_nothing: "Mọi ô được gạch chéo cho đến khi có đủ dữ liệu.", "All tiles stay hatched until there is enough data.";
    map_note: "Ô gạch chéo là chưa thể đánh giá: quá ít ý kiến, không có nghĩa là tốt hay xấu. Ý kiến trên mạng không đại diện cho mọi người dân.",
        "Hatched tiles cannot be judged: too few mentions, which means neither good nor bad. Online voices do not represent all citizens.";
    legend: "Chú giải", "Legend";
    zoom: "Phóng to bản đồ", "Enlarge the map";
    colour: "Màu", "Colour";
    colour_green: "xanh", "green";
    colour_yellow: "vàng", "yellow";
    colour_orange: "cam", "orange";
    colour_red: "đỏ", "red";
    colour_hatched: "gạch chéo", "hatched";
    meaning_hatched: "chưa thể đánh giá", "cannot be judged";
    tile_judged: "{}: {} trên 100, {}, khoảng {}–{}, {} ý kiến", "{}: {} of 100, {}, interval {}–{}, {} mentions";
    tile_hatched: "{}: chưa thể đánh giá", "{}: cannot be judged";
    download_csv: "Tải bảng CSV", "Download as CSV";

    // Sources.
    sources_title: "Tình trạng nguồn tin", "State of the sources";
    sources_lede: "{} trên {} nguồn đang tốt. Nguồn hỏng làm giảm độ phủ và được nói rõ trong bản tin, không làm dừng bản tin.",
        "{} of {} sources are well. A broken source lowers coverage and is named in the digest; it never stops it.";
    sources_none_title: "Chưa khai báo nguồn nào.", "No sources declared.";
    sources_none: "Thêm nguồn vào config/sources.toml rồi chạy lại.", "Add sources to config/sources.toml and start again.";
    group_attention: "Cần để ý", "Need attention";
    group_well: "Đang tốt", "Well";
    group_off: "Chưa chạy hoặc đã tắt", "Not running";
    source_seen: "đọc lúc {}", "read {}";
    source_newest: "tin mới nhất {}", "newest entry {}";
    health_fresh: "đang tốt", "fresh";
    health_stale: "lâu không có tin mới", "stale";
    health_empty: "trả lời nhưng rỗng", "empty";
    health_not_a_feed: "sai định dạng", "not in its format";
    health_blocked: "chặn chương trình đọc tự động", "blocks programs";
    health_moved: "đã chuyển địa chỉ", "moved";
    health_robots_denied: "robots.txt không cho phép", "denied by robots.txt";
    health_over_quota: "yêu cầu đọc chậm lại", "asks to slow down";
    health_unreachable: "không trả lời", "unreachable";
    health_disabled: "đã tắt trong cấu hình", "switched off";
    health_pending: "chưa đọc lần nào", "not yet read";
    advice_stale: "Nguồn vẫn trả lời nhưng im lặng lâu hơn thường lệ. Mở trang của nguồn xem còn đăng không; nếu đã đổi địa chỉ, sửa url trong sources.toml.",
        "It answers but is silent for longer than usual. Open its page: if it publishes elsewhere now, mend its url in sources.toml.";
    advice_empty: "Nguồn trả lời mà không có tin nào. Kiểm tra địa chỉ feed, hoặc hỏi nơi phát hành.",
        "It answers without a single entry. Check the address of the feed, or ask the publisher.";
    advice_not_a_feed: "Địa chỉ này không trả về đúng định dạng (thường là trang web thay cho feed). Tìm địa chỉ feed mới và sửa url.",
        "The address gives something else than its format, often a web page. Find the new address of the feed and mend url.";
    advice_blocked: "Nơi phát hành chặn chương trình đọc tự động; hệ thống không vượt rào. Xin phép nơi phát hành, hoặc dùng nguồn khác của cùng báo.",
        "The publisher keeps programs out, and we never get around that. Ask for permission, or use another source of the same outlet.";
    advice_moved: "Nguồn đã chuyển hẳn sang địa chỉ khác. Ghi địa chỉ mới vào url trong sources.toml.",
        "It moved for good. Write the new address into url in sources.toml.";
    advice_robots_denied: "robots.txt của nơi phát hành không cho đọc; hệ thống tuân theo. Xin phép, hoặc tắt nguồn này bằng disabled.",
        "Its robots.txt forbids reading, which we obey. Ask for permission, or switch it off with disabled.";
    advice_over_quota: "Nguồn yêu cầu đọc chậm lại; hệ thống đang chờ. Nếu kéo dài, tăng poll_every.",
        "It asks us to slow down and we wait. If that lasts, raise poll_every.";
    advice_unreachable: "Nguồn không trả lời hoặc báo lỗi; hệ thống thử lại với nhịp thưa dần. Nếu kéo dài quá một ngày, kiểm tra địa chỉ và mạng.",
        "It does not answer, or with an error; we try again, less and less often. After a day, check the address and the network.";
    advice_pending: "Chưa tới lượt đọc lần đầu, hoặc nguồn nhập tay chưa có tệp.",
        "Its first visit is still to come, or it is filled by hand and no file came yet.";
    strip_label: "{} ngày qua: nghe {} tin, theo nhịp thường lệ {}; {} ngày có vấn đề",
        "Last {} days: {} heard, {} by its usual rhythm; trouble on {} days";
    strip_legend: "Cột: số tin nghe được mỗi ngày. Vạch: số tin theo nhịp thường lệ. Nền gạch đỏ: ngày có vấn đề.",
        "Columns: heard each day. Line: expected by its own rhythm. Red ground: days with trouble.";
    source_what_to_do: "Vì sao và cần làm gì", "Why, and what to do";
    source_rhythm: "Nhịp của nguồn", "Its rhythm";
    source_rhythm_usual: "Im lặng được coi là bất thường từ {}. Ngưỡng học từ chính nguồn này; một nguồn vẫn đều đặn bị báo nhầm khoảng một lần mỗi năm.",
        "Its silence counts as unusual from {}. The limit is learned from this source alone; a source that goes on as before is accused about once a year.";
    source_rhythm_none: "Chưa đủ lịch sử (cần ít nhất 14 ngày và vài tin) để biết nhịp của nguồn.",
        "Not enough history yet (14 days and a few entries) to know its rhythm.";
    source_days_title: "30 ngày qua", "Last 30 days";
    source_heard: "Nghe được", "Heard";
    source_expected: "Thường lệ", "Expected";
    source_visits: "Lượt đọc tốt", "Good visits";
    source_state: "Tình trạng", "State";
    source_detail: "Chi tiết", "Detail";
    source_visits_title: "Các lượt đọc gần nhất", "Latest visits";
    source_new: "Tin mới", "New";
    source_no_visits: "Chưa có lượt đọc nào.", "No visit yet.";
    life_received: "Tiếp nhận", "Received";
    life_taken_up: "Đang xử lý", "Taken up";
    life_due: "Hạn trả lời", "Answer due";
    life_due_moved: "Đổi hạn trả lời", "Due date moved";
    life_closed: "Đã xử lý", "Closed";
    life_rejected: "Từ chối", "Rejected";
    life_reopened: "Mở lại", "Reopened";
    life_rated: "Người dân đánh giá: {}", "Citizen's verdict: {}";
    life_label: "Quá trình xử lý phản ánh", "What became of the report";

    // Search.
    search_title: "Tìm kiếm", "Search";
    search_lede: "Gõ có dấu hay không dấu đều được; đặt trong ngoặc kép để giữ nguyên cụm từ.",
        "With or without accents; put words in quotes to keep them together.";
    search_words: "Từ cần tìm", "Words to find";
    search_placeholder: "ví dụ: ngập đường", "for example: ngap duong";
    search: "Tìm", "Search";
    filters: "Bộ lọc", "Filters";
    any: "Tất cả", "All";
    apply: "Áp dụng", "Apply";
    from_day: "Từ ngày", "From day";
    to_day: "Đến ngày", "To day";
    topic: "Lĩnh vực", "Topic";
    channel_label: "Kênh", "Channel";
    sentiment_label: "Cảm xúc", "Sentiment";
    source: "Nguồn", "Source";
    order: "Sắp xếp", "Order";
    order_relevance: "Sát nhất", "Best match";
    order_newest: "Mới nhất", "Newest";
    results: "Kết quả", "Results";
    found_total: "{} ý kiến phù hợp", "{} mentions match";
    nothing_found: "Không tìm thấy ý kiến nào.", "Nothing found.";
    nothing_found_hint: "Thử bớt từ, bỏ ngoặc kép hoặc bỏ bớt bộ lọc.", "Try fewer words, no quotes, or fewer filters.";

    // Failures.
    not_found_title: "Không tìm thấy trang này", "This page is not here";
    not_found_lede: "Địa chỉ có thể đã gõ nhầm, hoặc nội dung đã được gỡ theo yêu cầu tại nguồn.",
        "The address may be mistyped, or the content was taken down at its source.";
    bad_request_title: "Địa chỉ chưa đúng", "The address is not right";
    bad_request_lede: "Một phần của địa chỉ không đọc được.", "A part of the address cannot be read.";
    failed_title: "Hệ thống gặp lỗi", "Something went wrong on our side";
    failed_lede: "Lỗi đã được ghi lại. Xin thử lại sau ít phút; dữ liệu đã ghi nhận không bị mất.",
        "The error is on record. Please try again in a few minutes; nothing recorded is lost.";
    busy_title: "Hệ thống đang bận", "The system is busy";
    busy_lede: "Xin thử lại sau ít phút.", "Please try again in a few minutes.";
    request_number: "Mã yêu cầu:", "Request number:";

    // The API for people.
    api_title: "API", "API";
    api_lede: "Mọi thao tác, tham số, hình dạng dữ liệu và lỗi của API, lấy từ chính mã nguồn; xem được khi không có mạng ngoài.",
        "Every operation, parameter, shape and error of the API, made from the code itself; works offline.";
    api_rules: "Quy ước chung", "Common rules";
    api_shell: "Các ví dụ dùng một biến của shell:", "The examples use a variable of the shell:";
    api_contents: "Mục lục", "Contents";
    api_example: "Ví dụ", "Example";
    api_parameters: "Tham số", "Parameters";
    api_name: "Tên", "Name";
    api_place: "Vị trí", "Place";
    api_kind: "Kiểu", "Type";
    api_meaning: "Ý nghĩa", "Meaning";
    api_required: "bắt buộc", "required";
    api_optional: "có thể thiếu", "optional";
    api_body: "Nội dung gửi", "Body";
    api_answers: "Trả lời và lỗi", "Answers and errors";
    api_shapes: "Hình dạng dữ liệu", "Shapes";
    api_fields: "Các trường", "Fields";

    // Calendars.
    ics_due: "{} phiếu phản ánh đến hạn", "{} reports due";
    ics_overdue: "{} phiếu phản ánh quá hạn, chưa xong", "{} reports overdue and still open";
    ics_reporting_month: "Kết thúc kỳ báo cáo (12 giờ ngày 25)", "Reporting month ends (noon of the 25th)";
    holiday_new_year: "Tết Dương lịch", "New Year's Day";
    holiday_tet: "Tết Nguyên đán (theo cách tính thường lệ)", "Lunar New Year (by the usual reckoning)";
    holiday_hung_kings: "Giỗ Tổ Hùng Vương", "Hùng Kings' Festival";
    holiday_reunification: "Ngày Chiến thắng 30 tháng 4", "Reunification Day";
    holiday_labour: "Quốc tế Lao động", "Labour Day";
    holiday_national: "Quốc khánh", "National Day";
}
