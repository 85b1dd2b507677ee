//! Words that carry feeling, doubt or thanks, and how far a "không" or a "nhưng" reaches.

use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::scan::Token;

/// How many classes of cues there are: praise, thanks, relief, anger, damage, fear, neglect,
/// mockery, question, notice, wish, demand, negator, contrast, advert, leisure, agreement, misdial.
pub(super) const N_CUES: usize = 18;

/// Class of the words that deny.
const NEGATOR: usize = 12;

/// Class of the words behind which the view turns.
const CONTRAST: usize = 13;

/// Words a negator reaches over.
const NEGATION_REACH: usize = 3;

static CUES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of_lists(&LISTS));

/// A cue that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub cue: usize,
    /// Position of its first word.
    pub at: usize,
    /// A negator stands shortly before it.
    pub negated: bool,
    /// It stands behind the last "nhưng".
    pub after_contrast: bool,
}

/// Finds all cues of a field, in the order they stand.
pub(super) fn find_cues(tokens: &[Token], is_unaccented: bool) -> Vec<Found> {
    let mut found = Vec::new();
    CUES.find(tokens, is_unaccented, |at, _, classes| {
        for cue in 0..N_CUES {
            if classes & (1 << cue) != 0 {
                found.push(Found {
                    cue,
                    at,
                    negated: false,
                    after_contrast: false,
                });
            }
        }
    });
    let negators = found
        .iter()
        .filter(|found| found.cue == NEGATOR)
        .map(|found| found.at)
        .collect::<Vec<_>>();
    let contrast = found
        .iter()
        .filter(|found| found.cue == CONTRAST)
        .map(|found| found.at)
        .next_back();
    for cue in &mut found {
        cue.after_contrast = contrast.is_some_and(|contrast| contrast < cue.at);
        cue.negated = negators.iter().any(|&negator| {
            negator < cue.at
                && cue.at - negator <= NEGATION_REACH
                && same_clause(tokens, negator, cue.at)
        });
    }
    found
}

fn same_clause(tokens: &[Token], from: usize, to: usize) -> bool {
    tokens[from + 1..=to]
        .iter()
        .all(|token| !token.opens_clause)
}

const LISTS: [&str; N_CUES] = [
    // Praise
    "khen|tuyệt vời|quá tốt|rất tốt|tốt quá|tốt ghê|tốt thiệt|xuất sắc|nhiệt tình|tận tình|tận tâm|chu đáo|lịch sự|lễ phép|dễ thương|niềm nở|vui vẻ|hài lòng|ưng|ưng bụng|ưng ý|đáng khen|đáng quý|điểm cộng|10 điểm|mười điểm|một like|cho 5 sao|năm sao|quá đã|đã ghê|ngon lành|êm ru|êm ái|sạch sẽ|sạch bong|sạch trơn|sáng trưng|sáng choang|sáng rực|thông thoáng|thoáng|gọn gàng|gọn lẹ|nhanh gọn|nhanh chóng|lẹ ghê|nhanh ghê|nhanh bất ngờ|bất ngờ ghê|văn minh|chuyên nghiệp|tiến bộ|ổn áp|xịn|xịn sò|quá xịn|mê|mê luôn|phê|tự hào|đẹp hẳn|mát mẻ|có tâm|có tầm|được việc|trách nhiệm ghê|nể|phục|phục sát đất|cải thiện|khác hẳn|lột xác|đỉnh|đỉnh của chóp|quá đỉnh|hợp lý|tử tế|công tâm|minh bạch|chất lượng",
    // Thanks
    "cảm ơn|cám ơn|cảm ơn nhiều|cảm ơn các anh|biết ơn|tri ân|ghi nhận và cảm ơn|xin cảm ơn|chân thành cảm ơn|thank|thanks|thank you|tks|thanks ad|cảm kích|mang ơn|đội ơn|cmơn|cam on",
    // Relief
    "đã sửa|đã vá|đã xong|đã sáng|đã hết|hết ngập|hết mùi|hết ồn|hết kẹt|đã dọn|đã lấy|đã thay|đã lắp|đã có|sửa xong|làm xong|xong rồi|khô ráo|khô queo|không còn|không còn cảnh|êm rồi|êm lại|yên tĩnh|ngủ ngon|ngủ được|đỡ hẳn|đỡ hơn|đỡ quá|đỡ khổ|đỡ lo|đỡ sợ|đỡ mệt|nhẹ nhõm|mừng|mừng quá|mừng rơi nước mắt|mừng muốn khóc|vui quá|vui ghê|vui hẳn|thở phào|thở được|cuối cùng cũng|rốt cuộc cũng|giải quyết xong|được giải quyết|trong veo|mạnh lại|ổn định|chạy êm|khỏi lo|khỏi phải|yên tâm|an tâm|ấm lòng|ấm áp|xúc động|không ngờ|ai ngờ|tưởng đâu|có tiến triển|được hoàn|trả lại tiền|xin lỗi tận nhà",
    // Anger
    "bức xúc|chán|chán quá|chán nản|bực|bực mình|bực bội|tức|tức quá|tức điên|điên|phẫn nộ|quá đáng|quá tệ|tệ|tệ hại|tệ quá|thất vọng|ngán|ngán ngẩm|mệt mỏi|mệt quá|mệt ghê|khổ|khổ quá|khổ sở|cực|cực khổ|cực quá|hết chịu nổi|chịu không nổi|không chịu nổi|chịu hết nổi|không thể chấp nhận|vô lý|vô trách nhiệm|vô cảm|vô tâm|hách dịch|cửa quyền|quát|quát mắng|nạt|chửi|gắt gỏng|hạch sách|hành dân|làm khó|coi thường|khinh|thách thức|ngang ngược|lộng hành|coi trời bằng vung|mất dạy|láo|đm|vl|vãi|vcl|dở ẹc|ức chế|ức|oan|bất công|trời ơi|trời đất|khốn khổ|kêu trời|than trời|rầu|buồn quá|đau lòng|xót|xót xa|ớn|oải|nản|stress|quá trời quá đất|hết nói nổi|cạn lời|bó tay|chịu thua|mắc mệt|khó chịu|phiền|kinh khủng|kinh dị|khủng khiếp|thấy ghê|ghê quá|tùm lum|nực cười|huhu|hic",
    // Damage
    "hư|hư hỏng|hỏng|bể|vỡ|nứt|sụp|sập|sụt|lún|gãy|té|té ngã|trượt|tai nạn|chết|chết máy|thương vong|tử vong|bị thương|nhập viện|cấp cứu|ngộ độc|nôn ói|tiêu chảy|thiệt hại|mất trắng|mất tiền|mất trộm|mất cắp|cướp|giật|lừa|lừa đảo|chặt chém|hét giá|trễ|trễ hẹn|quá hạn|chậm trễ|kẹt cứng|kẹt xe|ngập|ngập sâu|tràn vào|tối om|tối thui|tối đen|hôi|hôi thối|thúi|bốc mùi|nồng nặc|ô nhiễm|ồn|ồn ào|inh ỏi|ầm ầm|đinh tai|mất ngủ|mất điện|cúp điện|cúp nước|mất nước|mất nắp|chắn lối|bít|nghẹt|tắc nghẽn|tồn đọng|chất đống|lấn chiếm|chiếm|vướng|đứt|rò rỉ|xì|cháy|nổ|khét|đục|vàng khè|ruồi|giòi|chuột|gián|muỗi",
    // Fear
    "lo|lo lắng|lo ngại|lo sợ|sợ|sợ quá|sợ hãi|hoang mang|bất an|nguy hiểm|rất nguy hiểm|nguy cơ|mất an toàn|rình rập|thót tim|hú hồn|hú vía|rợn|rùng mình|ám ảnh|không dám|nơm nớp|phập phồng|thấp thỏm|mạng người|chết người",
    // Neglect
    "không ai|không thấy ai|chẳng ai|chả ai|hông ai|ko ai|k ai|chưa thấy|chưa ai|chưa xong|chưa có|chưa được|vẫn chưa|vẫn vậy|vẫn y|y nguyên|y như cũ|y chang|đâu lại vào đấy|đâu vẫn vào đó|mãi không|mãi chưa|hoài không|hoài mà|bao giờ|chừng nào|bao lâu nữa|đến bao giờ|tới bao giờ|hứa|hứa hoài|lần thứ|nhiều lần|nhiều tháng|cả tháng|cả năm|mấy tháng nay|mấy tuần nay|hàng tháng trời|kéo dài|bỏ mặc|bỏ không|bỏ hoang|làm ngơ|thờ ơ|im lặng|im re|im ru không|không trả lời|không phản hồi|không bắt máy|không xử lý|chưa xử lý|không giải quyết|chưa giải quyết|đùn đẩy|đá qua đá lại|đá bóng|chỉ lòng vòng|chạy lòng vòng|chỉ qua chỉ lại|ghi nhận|đã tiếp nhận|chuyển đơn vị|đang xem xét|tái diễn|lại nữa|lại tiếp tục|trở lại|quên|cho có|qua loa|đối phó|lấy lệ|chắp vá|ở đâu rồi|đâu hết rồi|đâu rồi|ai chịu|ai lo|ai quản|trách nhiệm|ai dẹp",
    // Mockery
    "đặc sản|venice|city tour|check in|combo|pov|free|miễn phí luôn|hay ghê|giỏi ghê|giỏi thiệt|tài thiệt|vinh dự|xin chúc mừng|chúc mừng dân|hân hạnh|mời quý khách|kính mời|tham quan|trải nghiệm|huyền thoại|truyền thuyết|thiên đường|nghệ thuật|chắc để|chắc tại|chắc chờ|chắc đợi|chắc là để|ủa|ủa rồi|à thì ra|thì ra|lạ ghê|lạ thiệt|ngộ ghê|trò|kỷ lục|guinness|spa|hồ bơi|đi biển|view|phim|xiếc|ảo thuật|hên|may là|phước|hay là|đâu có sao|vui ghê|tâm linh|bonus|khuyến mãi thêm|món quà|thi đua|giải thưởng|sáng kiến",
    // Question
    "cho hỏi|xin hỏi|hỏi thăm|muốn hỏi|cho em hỏi|cho mình hỏi|cho tôi hỏi|hỏi chút|hỏi thiệt|hỏi thật|có ai biết|ai biết|ai rành|bác nào biết|có ai|có phải|phải không|được không|có được không|đúng không|không ạ|không vậy|không ta|vậy ta|vậy mọi người|ở đâu|ở đâu vậy|khi nào|lúc nào|mấy giờ|bao nhiêu|như thế nào|thế nào|ra sao|làm sao|thủ tục|hồ sơ gồm|cần giấy tờ|giấy tờ gì|gồm những gì|nộp ở đâu|liên hệ ai|liên hệ đâu|gọi số nào|số nào|hướng dẫn|hướng dẫn giúp|tư vấn|xin thông tin|cho biết|xin cho biết|nhờ chỉ|chỉ giùm|chỉ giúp|lịch|có lịch chưa|điều kiện|đối tượng|mức phí|có cần|có bắt buộc|sao ạ|ntn|hem ta|hông ta|ko ta",
    // Notice
    "thông báo|tin báo|theo|cho biết|dự kiến|công bố|ghi nhận|kế hoạch|triển khai|khởi công|khánh thành|phê duyệt|đề xuất|lấy ý kiến|hoàn thành|đưa vào|từ ngày|đến ngày|áp dụng|khuyến cáo|lưu ý|nhắc bà con|bà con lưu ý|mọi người lưu ý|cập nhật|thống kê|khảo sát|báo cáo|đại diện|lãnh đạo|ubnd|sở|ông|bà|chi tiết|được biết|nghe nói|nghe đâu|nghe bảo|thấy bảo|hình như|chắc do|có thể do|kinh nghiệm|bạn thử|bạn gọi|bạn gửi|bạn nhắn|bạn nên|nên gọi|gửi app|gửi 1022|gọi 1022|mình từng|theo mình biết",
    // Wish
    "mong|mong sao|mong rằng|rất mong|hy vọng|hi vọng|ước gì|ước|giá mà|phải chi|góp ý|xin góp ý|kiến nghị|đề xuất|nên|nếu được|xin thêm|xin lắp|xin bố trí|ủng hộ|giữ được|làm luôn|làm tiếp|nhân rộng|duy trì|phát huy",
    // Demand
    "đề nghị|yêu cầu|nhờ|nhờ kiểm tra|xin kiểm tra|kiểm tra|xử lý|xử phạt|xử nghiêm|khắc phục|khẩn|gấp|sớm|ngay|làm rõ|trả lời|trả lời bằng văn bản|vào cuộc|dẹp|phạt|đến cùng|dứt điểm|tận gốc|phản ánh|khiếu nại|tố cáo|tố|cầu cứu|kêu cứu|cứu|help|làm ơn|làm ơn đi|giùm|giúp",
    // Negator
    "không|chưa|chẳng|chả|hông|hổng|hong|hem|ko|k|kg|kh|khg|hok|hk|đừng|đâu có|không có|chưa từng|chớ|thiếu|hết|bớt|0|no|not|đâu còn",
    // Contrast
    "nhưng|nhưng mà|mà|tuy nhiên|thế mà|vậy mà|song|còn|ai dè|có điều|chỉ tội|chỉ có điều|mỗi tội|khổ nỗi|ngặt nỗi|chứ|dù|mặc dù|tuy",
    // Advert
    "liên hệ|inbox|ib|zalo|hotline|giảm giá|khuyến mãi|ưu đãi|freeship|ship|cod|giá rẻ|giá tốt|giá sỉ|giá gốc|trọn gói|bảo hành|cam kết|tặng kèm|mua 1 tặng 1|mua một tặng một|sale|flash sale|voucher|mã giảm|bán gấp|cần bán|bán nhà|bán lô|bán đất|sang quán|sang lại|sang nhượng|cho thuê|cần thuê|tuyển|tuyển dụng|tuyển gấp|cần tuyển|lương|hoa hồng|việc nhẹ|nhận làm|nhận sửa|nhận dạy|dịch vụ|uy tín|chuyên nghiệp|đặt hàng|order|chốt đơn|mở bán|chiết khấu|đặt chỗ|giữ chỗ|booking|sổ hồng riêng|chính chủ|view sông|vay|vay vốn|giải ngân|lãi suất|khai trương|khai giảng|học thử|đăng ký|pass|pass lại|thanh lý|còn thương lượng|alo|có mặt sau|hàng xách tay|hàng về|cho link|xin link|giveaway|bốc thăm|trúng thưởng|soi cầu|lô đề|bạch thủ|nhà cái|coin|cổ phiếu|bất động sản|đất nền|căn hộ|chủ đầu tư|phân khu|tiện ích|shopee|livestream",
    // Leisure
    "bóng đá|cầu thủ|hlv|huấn luyện viên|bàn thắng|ghi bàn|v league|world cup|ngoại hạng|trận đấu|đội tuyển|u22|u23|sea games|ca sĩ|mv|bài hát|ca khúc|album|concert|liveshow|idol|fan|phim|trailer|tập cuối|diễn viên|nghệ sĩ|hoa hậu|á hậu|người mẫu|truyện|ngôn tình|game|rank|esports|công thức|nấu|ướp|món|quán ăn|review|check in|du lịch|homestay|resort|săn mây|tour|vàng miếng|giá vàng|chứng khoán|vn index|bitcoin|usd|tử vi|cung hoàng đạo|con giáp|chúc mừng sinh nhật|sinh nhật|happy birthday|chúc mừng|đám cưới|tân hôn|kỷ niệm|họp lớp|họp mặt|cầu nguyện|lạy phật|amen|a di đà phật|mèo|chó con|cún|tìm mèo|tìm chó|lạc mất|thả thính|thính|crush|người yêu|ny|tình yêu|vợ tôi|chồng tôi|yêu đời|cà phê|trà sữa|bún bò|hủ tiếu|phở|bánh|lẩu|nhậu|karaoke gia đình|hội sách|triển lãm|lễ hội|festival|cuộc thi|giải thưởng|thời trang|mỹ phẩm|tai nghe|điện thoại|iphone|unbox|meme|cười xỉu|cười xĩu|haha|hihi|chào buổi sáng|chúc cả nhà|buổi sáng an lành|ngủ ngon",
    // Agree
    "bên mình cũng|bên em cũng|bên tui cũng|khu mình cũng|khu tôi cũng|khu em cũng|nhà mình cũng|nhà em cũng|nhà tui cũng|chỗ tui cũng|chỗ em cũng|chỗ mình cũng|hẻm mình|hẻm em|hẻm tui|xóm tui|xóm em|cũng vậy|cũng thế|cũng z|cũng v|y chang|giống bên|giống nhà|chuẩn|chuẩn luôn|đúng rồi|đúng luôn|chính xác|công nhận|đồng ý|+1|hóng|chấm|cùng cảnh|đồng cảnh|ở đây cũng|đây nè|bên này|bên đây|bên đó",
    // Misdial
    "gọi nhầm|nhầm số|bấm nhầm|gọi lộn|thử máy|thử tổng đài|thử nghiệm|test|test app|quấy rối|gọi chơi|không có nội dung|không phản ánh|ngoài phạm vi|không thuộc phạm vi|tâm sự|kể chuyện|hát|nhờ tổng đài hát|xổ số|tìm bạn|chào bán|giới thiệu gói|quảng cáo|thư rác|không phải phản ánh|khỏi xử lý|xin đừng xử lý|bỏ qua giúp|cúp máy|gác máy|hỏi đường|thời tiết",
];
