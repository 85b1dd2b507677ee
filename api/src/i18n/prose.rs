//! The method page and the page about us, in both languages.

use super::Lang;

/// A page of text.
pub(crate) struct Prose {
    pub(crate) title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) sections: &'static [Section],
}

/// A heading with its paragraphs and list.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) paragraphs: &'static [&'static str],
    pub(crate) items: &'static [&'static str],
}

/// How digests and signals are made.
pub(crate) fn method(lang: Lang) -> &'static Prose {
    match lang {
        Lang::Vi => &METHOD_VI,
        Lang::En => &METHOD_EN,
    }
}

/// What this is, and what happens to personal data.
pub(crate) fn about(lang: Lang) -> &'static Prose {
    match lang {
        Lang::Vi => &ABOUT_VI,
        Lang::En => &ABOUT_EN,
    }
}

static METHOD_VI: Prose = Prose {
    title: "Phương pháp",
    lede: "Con số nào cũng mở ra được bằng chứng. Trang này nói ngắn gọn cách tính, và những gì không được suy ra.",
    sections: &[
        Section {
            title: "Từ nguồn đến bản tin",
            paragraphs: &[
                "Hệ thống đọc báo chí, mạng xã hội qua kênh hợp pháp và phản ánh 1022. Mỗi ý kiến được nhận diện lĩnh vực, nơi chốn và cảm xúc, rồi gom thành vấn đề có mã không đổi qua các ngày.",
                "Bài đăng lại của nhiều báo tính là một tiếng nói. Tiêu đề và trích dẫn là nguyên văn lấy từ bằng chứng, không do máy viết ra.",
            ],
            items: &[],
        },
        Section {
            title: "Điểm xếp hạng",
            paragraphs: &[
                "Điểm = số ý kiến (đã co) × (1 + tăng đột biến) × (1 + mức bức xúc) × độ rộng × thời gian chưa giải quyết. Mỗi dòng có mục “Vì sao hạng này?” ghi đủ năm yếu tố và khoảng 90 %.",
                "Một đơn vị mỗi ngày chỉ có vài phản ánh, nên số liệu được co về mức chung của thành phố và xếp đồng hạng khi khoảng điểm chồng lên nhau. Khi bằng chứng mỏng, trang ghi “chưa đủ dữ liệu” thay vì điền cho đủ mười dòng.",
            ],
            items: &[],
        },
        Section {
            title: "Tín hiệu lắng nghe",
            paragraphs: &[
                "Thang 0–100, tính từ cảm xúc, mức giải quyết, tái diễn sau khi đóng và đánh giá của người dân, co trong nhóm đơn vị cùng loại. Luôn đi kèm khoảng 90 %, số ý kiến và phiên bản phương pháp.",
                "Công thức: tín hiệu = 100 × (0,30 × không tiêu cực + 0,35 × đúng hạn + 0,15 × không tái diễn + 0,20 × hài lòng trong số người trả lời). Mỗi tỷ lệ được co về nhóm cùng loại: (số tốt + mức nhóm × sức nặng nhóm) ÷ (số quan sát + sức nặng nhóm); mức và sức nặng ước lượng từ chính nhóm ấy. Nhiều ý kiến của cùng một vấn đề không được tính như những ý kiến độc lập. Phiếu chỉ tính khi đã tới hạn. Tín hiệu được tính cho 1, 7, 28 và 90 ngày.",
                "Ví dụ: một phường có 20 phiếu đã tới hạn, 15 phiếu đúng hạn; mức nhóm 90 %, sức nặng 30 phiếu. Tỷ lệ sau khi co là 84,0 %. Với ba tỷ lệ kia là 55 %, 80 % và 70 %, tín hiệu là 71,9.",
                "Màu trên bản đồ: xanh từ 90, vàng từ 80, cam từ 70, đỏ dưới 70, gạch chéo khi chưa thể đánh giá. Mức: xuất sắc 90, tốt 80, khá 70, trung bình 50, yếu dưới 50.",
            ],
            items: &[],
        },
        Section {
            title: "Nhóm hài lòng của Quyết định 766",
            paragraphs: &[
                "Ba tỷ lệ (đúng hạn, hài lòng về xử lý phản ánh, hài lòng về thủ tục) được tính lại từ hồ sơ theo quy định, mỗi tỷ lệ tối đa 6 điểm, cộng thành 18.",
                "Ví dụ từ số công bố tuần 47/2025: 99,98 %, 99 % và 93,93 % cho 17,94 điểm (thủ tục đủ 6 điểm từ 90 %). Theo quy định, người im lặng và người không được hỏi đều tính là hài lòng; bên cạnh luôn có cách tính chỉ dựa vào người trả lời.",
            ],
            items: &[],
        },
        Section {
            title: "Bản đồ im lặng",
            paragraphs: &[
                "Một sự cố đã được báo thì có thật; trong lúc chưa xử lý, người khác cũng có thể báo. Số lần báo lại trong thời gian ấy cho biết người dân sẵn sàng phản ánh đến đâu (arXiv 2204.08620), không cần biết có bao nhiêu sự cố. Mỗi đơn vị được so với đơn vị cùng loại trên cùng lĩnh vực và co về nhóm.",
                "Ví dụ: 24 sự cố được theo dõi tổng cộng 200 ngày, nhóm thường có 0,15 lần báo lại mỗi ngày, ở đây có 15 lần; sức nặng nhóm 5 lần. Tỷ số là 0,57: người dân ở đây ít báo hơn nơi khác.",
            ],
            items: &[],
        },
        Section {
            title: "So sánh cùng loại",
            paragraphs: &[
                "Chỉ xếp bậc trong cùng loại đơn vị, trên cùng cơ cấu lĩnh vực; khoảng chồng nhau là đồng hạng, quá ít phiếu thì không xếp. Cạnh đó là bậc khi bỏ những phiếu đóng sát hạn, sát trưa ngày 25 hay khen giống hệt nhau, ở nơi có nhiều hơn hẳn mức của nhóm. Đó là câu hỏi, không phải kết luận: hạn chót làm ai cũng vội.",
            ],
            items: &[],
        },
        Section {
            title: "Giới hạn",
            paragraphs: &[],
            items: &[
                "Khoảng 90 % nói về may rủi của mẫu, không nói về chỗ máy đọc sai hay gom sai.",
                "Nhiều đơn vị có quá ít ý kiến để phân biệt; trong mô phỏng, cách tốt nhất vẫn sót nhiều đơn vị thật sự yếu.",
                "Bản đồ im lặng coi các sự cố là như nhau; việc nhỏ ít ai báo lại làm nơi im lặng trông bớt im lặng. Khoảng của từng lĩnh vực còn hẹp hơn mức đúng; hãy tin con số của cả đơn vị hơn.",
                "Tín hiệu 90 ngày cộng những ngày cũ như đã biết khi chúng khép lại.",
            ],
        },
        Section {
            title: "Không được suy ra",
            paragraphs: &[],
            items: &[
                "Ý kiến trên mạng và 1022 là mẫu lệch: không đại diện cho mọi người dân.",
                "Nơi yên lặng không có nghĩa là hài lòng; nơi nhiều phản ánh không có nghĩa là yếu kém.",
                "Tín hiệu lắng nghe là dữ liệu đầu vào, không phải điểm chính thức.",
                "Chỉ so sánh đơn vị cùng loại, và chỉ khi các khoảng không chồng lên nhau.",
            ],
        },
        Section {
            title: "Dự báo",
            paragraphs: &[
                "Số ý kiến của từng lĩnh vực trong 7 ngày tới được ước đoán từ mức gần đây, thứ trong tuần, ngày lễ và Tết âm lịch, mùa mưa, triều cường theo trăng, năm học. Dự báo giữ nguyên như khi lập và được chấm khi ngày đã qua: số ngày rơi vào khoảng 50 % và 90 %, sai số so với cách đoán “như tuần trước”.",
                "Chỉ hiện lĩnh vực mà dự báo trong ít nhất 8 tuần đã chấm chắc chắn hơn “như tuần trước”. Dự báo không biết thời tiết, sự cố hay tin tức.",
            ],
            items: &[],
        },
        Section {
            title: "Đính chính",
            paragraphs: &[
                "Bản tin đã phát hành không bị sửa. Khi tin đến muộn, nội dung đầy đủ hơn hay bị gỡ làm thay đổi các dòng, sáng hôm sau một bản mới được phát hành kèm lý do và những hạng đã đổi; bản cũ vẫn xem được qua API. Từ ngữ đã gỡ tại nguồn hoặc xóa theo luật thì mất ở mọi bản.",
                "Mỗi bản tin ngày được chấm lại sau 1, 3 và 7 ngày: dòng nào còn được nhắc nhiều, vấn đề lớn nào bị sót. Bất kỳ bản tin nào cũng dựng lại được từ kho như đã biết lúc đó, giống từng byte.",
            ],
            items: &[],
        },
    ],
};

static METHOD_EN: Prose = Prose {
    title: "Method",
    lede: "Every number opens down to its evidence. This page says briefly how they are computed, and what must not be concluded.",
    sections: &[
        Section {
            title: "From sources to the digest",
            paragraphs: &[
                "The system reads the press, social networks through lawful interfaces, and reports to the 1022 hotline. Each mention is filed by topic, place and sentiment, then grouped into concerns whose identity lasts over days.",
                "Reprints of one story count as one voice. Titles and quotes are verbatim from the evidence, never written by a machine.",
            ],
            items: &[],
        },
        Section {
            title: "The ranking score",
            paragraphs: &[
                "Score = mentions (shrunk) × (1 + burst) × (1 + negativity) × breadth × time unresolved. Each line has “Why this rank?” with all five factors and the 90 % interval.",
                "A unit has only a few reports a day, so counts are shrunk to the city's usual level, and lines share a rank where their intervals overlap. Where evidence is thin the page says “not enough data” instead of filling ten lines.",
            ],
            items: &[],
        },
        Section {
            title: "The listening signal",
            paragraphs: &[
                "0 to 100, from sentiment, resolution, recurrence after closing and citizens' ratings, shrunk within units of one kind. It always comes with its 90 % interval, the number of mentions and the method's version.",
                "Formula: signal = 100 × (0.30 × not negative + 0.35 × in time + 0.15 × stayed away + 0.20 × satisfied among answers). Each share is shrunk to its kind: (good + the kind's level × its weight) ÷ (observations + its weight); level and weight are fitted to the kind itself. Many mentions of one concern do not count as if they were independent. Tickets count once they are due. The signal is told over 1, 7, 28 and 90 days.",
                "Example: a ward has 20 tickets that are due, 15 in time; the kind's level is 90 %, its weight 30 tickets. The shrunk share is 84.0 %. With the other three at 55 %, 80 % and 70 %, the signal is 71.9.",
                "Colours on the map: green from 90, yellow from 80, orange from 70, red below 70, hatched where it cannot be judged. Levels: excellent 90, good 80, fair 70, average 50, weak below.",
            ],
            items: &[],
        },
        Section {
            title: "The satisfaction group of Decision 766",
            paragraphs: &[
                "Three ratios (on time, satisfaction with petition handling, satisfaction with procedures) are recomputed from tickets by the official rule, six points each, eighteen in all.",
                "Example from the published figures of week 47/2025: 99.98 %, 99 % and 93.93 % give 17.94 points (procedures earn all six from 90 %). By the official rule the silent and those not asked count as satisfied; beside it always stands what those who answered said.",
            ],
            items: &[],
        },
        Section {
            title: "The silence map",
            paragraphs: &[
                "An incident that somebody reported exists; until it is dealt with, others could report it too. How many do tells how readily people report (arXiv 2204.08620), without knowing how many incidents there are. Each unit is set beside units of its kind on the same topics, and shrunk to them.",
                "Example: 24 incidents were watched for 200 days in all; the kind has 0.15 further reports a day, here there were 15; the kind weighs 5 reports. The ratio is 0.57: people here report less than elsewhere.",
            ],
            items: &[],
        },
        Section {
            title: "Leagues",
            paragraphs: &[
                "Tiers are given within a kind of unit only, on the same mix of topics; overlapping intervals tie, too few tickets give no rank. Beside it stands the tier without tickets closed just before they were due or before the 25th at noon, and without near-identical praise, where there is much more of it than in the kind. That is a question, not a finding: a deadline makes everybody hurry.",
            ],
            items: &[],
        },
        Section {
            title: "Limits",
            paragraphs: &[],
            items: &[
                "The 90 % interval speaks of the luck of the sample, not of what the models misread or group wrongly.",
                "Many units have too few mentions to be told apart; in simulations even the best method misses many units that are truly weak.",
                "The silence map takes incidents to be alike; small ones that few report make a quiet place look less quiet. Intervals of single topics are narrower than they should be; trust those of whole units more.",
                "The 90-day signal adds older days as they were known when they settled.",
            ],
        },
        Section {
            title: "What must not be concluded",
            paragraphs: &[],
            items: &[
                "Online voices and hotline reports are a biased sample; they do not represent all citizens.",
                "Silence is not satisfaction, and many reports are not failure.",
                "The listening signal is an input to the official score, not the score.",
                "Units are compared only with their own kind, and only where intervals do not overlap.",
            ],
        },
        Section {
            title: "Forecasts",
            paragraphs: &[
                "The mentions of each topic over the next seven days are estimated from the latest level, the weekday, holidays and Tết by the lunar calendar, the rainy season, spring tides by the moon, and the school year. A forecast stays as it was made and is graded when its days are over: days within the 50 % and 90 % intervals, and the error beside “same as last week”.",
                "Only topics are shown whose forecasts, graded over at least eight weeks, surely beat “same as last week”. A forecast knows no weather, accidents or news.",
            ],
            items: &[],
        },
        Section {
            title: "Corrections",
            paragraphs: &[
                "A published digest is never changed. When late mentions, fuller texts or removals change its lines, a new revision comes out the next morning with the reason and the ranks that moved; the old one can still be read through the API. Words taken down at their source or erased by law are gone from every revision.",
                "Each daily digest is graded after 1, 3 and 7 days: which lines still mattered, which large concerns were missed. Any digest can be made again from the record as it was known then, byte by byte.",
            ],
            items: &[],
        },
    ],
};

static ABOUT_VI: Prose = Prose {
    title: "Giới thiệu và quyền riêng tư",
    lede: "Lắng Nghe tổng hợp điều người dân nói trên báo chí, mạng xã hội và đường dây 1022, để mỗi sáng từng đơn vị biết mười vấn đề được quan tâm nhất, kèm bằng chứng.",
    sections: &[
        Section {
            title: "Lắng nghe vấn đề, không theo dõi con người",
            paragraphs: &[],
            items: &[
                "Không lưu tác giả, dưới bất kỳ dạng nào, kể cả mã băm.",
                "Tên riêng của người dân, số điện thoại, giấy tờ, biển số, tài khoản và số nhà được cắt bỏ trước khi lưu.",
                "Trang này không dùng cookie, không đo lường người xem, không tải gì từ nơi khác.",
            ],
        },
        Section {
            title: "Nội dung bị gỡ tại nguồn",
            paragraphs: &[
                "Nội dung mà nguồn cho biết đã gỡ, khi được đọc lại, cũng được gỡ ở đây; việc rà lại mọi bài cũ theo lịch chưa có. Người có liên quan có thể yêu cầu xóa; yêu cầu được xử lý theo Luật Bảo vệ dữ liệu cá nhân.",
            ],
            items: &[],
        },
        Section {
            title: "Dữ liệu mở",
            paragraphs: &[
                "Mọi con số trên các trang này có trong API tại /api/v1, mô tả bằng OpenAPI tại /api/openapi.json, và dạng CSV mở được bằng bảng tính.",
            ],
            items: &[],
        },
    ],
};

static ABOUT_EN: Prose = Prose {
    title: "About and privacy",
    lede: "Lắng Nghe sums up what citizens say in the press, on social networks and through the 1022 hotline, so that every morning each unit knows the ten concerns that matter most, with the evidence.",
    sections: &[
        Section {
            title: "We listen to concerns, not to people",
            paragraphs: &[],
            items: &[
                "Authors are not stored in any form, not even hashed.",
                "Names of private persons, telephone numbers, identity documents, plates, accounts and house numbers are cut before anything is stored.",
                "These pages use no cookies, measure no visitors and load nothing from elsewhere.",
            ],
        },
        Section {
            title: "Content taken down at its source",
            paragraphs: &[
                "What a source says it took down, when it is read again, is taken down here too; a scheduled second look at every older item is not there yet. People concerned can ask for erasure; requests are handled under the Personal Data Protection Law.",
            ],
            items: &[],
        },
        Section {
            title: "Open data",
            paragraphs: &[
                "Every number on these pages is in the API at /api/v1, described by OpenAPI at /api/openapi.json, and in CSV for spreadsheets.",
            ],
            items: &[],
        },
    ],
};
