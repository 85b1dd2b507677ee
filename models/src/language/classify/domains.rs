//! Walks of life: words by what they speak of, so that a rare word helps where its kin are known.

use std::sync::LazyLock;

use super::lexicon::Lexicon;

/// Number of word fields.
pub(super) const N_DOMAINS: usize = 31;

/// The word fields, one class each.
pub(super) static DOMAINS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of_lists(&LISTS));

const LISTS: [&str; N_DOMAINS] = [
    // Sport.
    "bóng đá|bóng chuyền|bóng rổ|bóng bàn|cầu lông|tennis|pickleball|võ|boxing|chạy bộ|marathon|gym|yoga|zumba|bơi lội|đá banh|đá bóng|trận|trận đấu|hiệp|hiệp một|hiệp hai|bàn thua|bàn thắng|ghi bàn|phạt đền|penalty|thủ môn|tiền đạo|tiền vệ|hậu vệ|cầu thủ|hlv|huấn luyện viên|trọng tài|đội tuyển|đội nhà|clb|câu lạc bộ|giải đấu|vô địch|chung kết|bán kết|vòng loại|xuống hạng|huy chương|cổ động viên|fan|sea games|world cup|v league|ngoại hạng anh|premier league|champions league|u17|u22|u23|mu|liverpool|arsenal|real|barca|messi|ronaldo|bắt kèo|kèo|đi bão|tỉ số|cú đúp|pace|esports",
    // Song, film, stage.
    "bài hát|bài nhạc|ca khúc|bản nhạc|nhạc trịnh|bolero|rap|remix|album|mv|ca sĩ|nhạc sĩ|rapper|idol|concert|liveshow|đêm nhạc|sân khấu|cải lương|vọng cổ|kịch|vở kịch|hài|phim|phim hàn|phim kinh dị|trailer|tập cuối|tập mới|tập mới nhất|diễn viên|đạo diễn|nghệ sĩ|nam chính|nữ chính|rạp|phòng vé|netflix|show|gameshow|hoa hậu|á hậu|người mẫu|mc|streamer|tiktoker|youtuber|podcast|spotify|lời bài|lyric|karaoke gia đình|cuốn phim|plot twist|spoil|episode|season|liên hoan phim|sao|showbiz|scandal|giải cánh diều|phim tài liệu|truyện|tiểu thuyết|ngôn tình|truyện tranh|manga|anime|chương|nhân vật|thơ|bài thơ|tập thơ",
    // Games and jokes.
    "game|chơi game|rank|leo rank|liên quân|pubg|roblox|free fire|genshin|acc game|skin|nạp thẻ|thông đít|kim cương|ps5|switch|steam|meme|cười xỉu|cười xĩu|cười ẻ|cười bể bụng|cười đau bụng|haha|hihi|hehe|kkk|stt|status|caption|pov|trend|bắt trend|drama|hóng drama|tấu hài|joke|đố vui|đố mọi người|ai chơi|xả stress|cà khịa|nhạt nhẽo|tự hỏi|tự nhiên nghĩ|mơ thấy|giấc mơ|nằm mơ|đánh con gì|tarot|bói",
    // Love and family talk.
    "crush|người yêu|ny|ex|bồ|bồ cũ|yêu em|yêu anh|nhớ em|nhớ anh|thả thính|thính|tỏ tình|chia tay|thất tình|ế|fa|độc thân vui tính|hẹn hò|tim em|tim anh|trái tim|tym|nụ hôn|hôn|cưới|cưới vợ|lấy chồng|lấy vợ|đám hỏi|vợ chồng cãi nhau|vợ tôi|vợ em|chồng tôi|chồng em|chồng tui|vợ tui|mẹ chồng|nàng dâu|bà xã|ông xã|gấu|rep|seen|inbox không trả lời|lãng mạn|ngọt ngào|mối tình|tình cũ|tình yêu|thương nhau|nắm tay",
    // Money markets.
    "chứng khoán|cổ phiếu|cổ tức|vn index|vnindex|nasdaq|dow jones|thanh khoản|khối ngoại|bán ròng|mua ròng|chốt lời|cắt lỗ|bitcoin|btc|eth|coin|token|crypto|forex|usd|tỷ giá|vàng miếng|vàng nhẫn|giá vàng|sjc|lượng vàng|phiên|tăng điểm|giảm điểm|lãi suất|fed|trái phiếu|quỹ đầu tư|danh mục|doanh thu|lợi nhuận|xuất khẩu|kim ngạch|cổ đông|niêm yết cổ phiếu|ipo|startup|gọi vốn|đối tác chiến lược|ký kết|tập đoàn",
    // Faith and stars.
    "phật|lạy phật|a di đà phật|nam mô|bồ tát|chùa hương|chúa|đức mẹ|amen|cầu nguyện|cầu xin|thánh lễ|giáo xứ|giáo dân|nhà thờ hát|kinh|tụng kinh|phóng sanh|ăn chay|hồi hướng|công đức|oan gia|nghiệp|phước báu|nhân quả|sư thầy|thầy giảng|linh hồn|kiệu|tử vi|cung hoàng đạo|bọ cạp|song ngư|bạch dương|con giáp|tuổi tỵ|tuổi dần|tuổi tý|tuổi hợi|phong thủy|vận hạn|sao chiếu|quý nhân|cúng|cúng rằm|lễ vu lan|kỳ yên|ông địa",
    // Pets and plants.
    "mèo|con mèo|mèo con|boss|sen|chó con|cún|poodle|corgi|husky|hamster|cá cảnh|cá koi|rùa|chim cảnh|thú cưng|pet|cho bé nuôi|nhận nuôi|tìm chủ|triệt sản|hạt cho mèo|cát mèo|sen đá|lan|cây cảnh|bonsai|hoa hồng|xương rồng|trồng lan|vườn nhà|vàng lá",
    // Cooking.
    "công thức|cách nấu|cách làm|nấu|nấu ăn|nấu canh|kho|ướp|xào|chiên|hấp|luộc|nêm|gia vị|nước mắm|tiêu sọ|hành phi|nồi|chảo|lửa vừa|lửa nhỏ|bột|bột năng|nước cốt dừa|trứng|thịt kho|cá kho|canh chua|bánh xèo|bánh bông lan|nồi chiên|nồi cơm điện|ăn dặm|muối dưa|dưa cải|kim chi|mẹo|mẹo vặt|bảo quản|vào bếp|món ngon|món|thơm lừng|giòn rụm",
    // Eating out.
    "quán ăn ngon|quán ngon|quán mới|quán quen|quán cà phê|cà phê|cafe|coffee|trà sữa|trà chanh|sinh tố|bún bò|hủ tiếu|phở|bún riêu|bún đậu|cơm tấm|cơm gà|lẩu|nướng|buffet|ốc|hải sản tươi|bánh tráng|bánh tráng nướng|bánh mì chảo|dimsum|sushi|pizza|gà rán|chè|kem|ngon xỉu|ngon lành|đậm đà|nước lèo|tô bự|chấm điểm|review|rì viu|check in|ghé quán|địa chỉ quán|ăn gì|thèm|ăn sáng|nhậu|bia|đặt bàn|khai trương|menu",
    // Travel.
    "du lịch|tour|phượt|homestay|resort|villa|khách sạn|hồ bơi vô cực|đặt phòng|vé máy bay|visa|hộ chiếu đi|săn mây|đà lạt|phú quốc|nha trang|sapa|hội an|hạ long|đà nẵng|quy nhơn|vũng tàu chơi|hồ tràm chơi|cắm trại|leo núi|chụp ảnh|chụp hình|sống ảo|view biển|hoàng hôn|bình minh|lịch trình|kinh nghiệm đi|ghép đoàn|đi chơi|cuối tuần đi|check-in|ngắm|trăng|biển đẹp|trekking|du thuyền|điểm đến",
    // Office and computers.
    "deadline|sếp|họp|meeting|slide|kpi|overtime|code|bug|server|production|deploy|on-call|dev|tester|pm|standup|jira|figma|excel|máy in công ty|công ty mình|team|onboarding|cv|phỏng vấn|freelancer|wfh|laptop|macbook|màn hình|bàn phím|ram|ssd|card đồ họa|điện thoại mới|iphone|samsung|tai nghe|airpods|máy ảnh|ống kính|unbox|app ngân hàng mới|chatgpt|ai|robot|chip",
    // Homes and land for sale.
    "bán nhà|bán gấp|bán đất|bán lô|bán căn hộ|cần bán|cần bán gấp|đất nền|lô góc|mặt tiền|hẻm xe hơi|sổ hồng riêng|sổ riêng|chính chủ|hoàn công đủ|giá chỉ|chỉ từ|tỷ|triệu/m2|thương lượng|còn thương lượng|bớt lộc|công chứng ngay|sang tên ngay|mở bán|phân khu|chủ đầu tư cam kết|chiết khấu|đặt cọc|đặt chỗ|giữ chỗ|booking|căn hộ cao cấp|view sông|tiện ích|nội thất|full nội thất|2pn|3pn|2 phòng ngủ|3 phòng ngủ|studio|shophouse|khu đô thị|sinh lời|đón sóng|ngân hàng hỗ trợ|vay 70%|bàn giao quý|môi giới|dẫn khách|xem nhà|cho thuê mặt bằng|cho thuê nhà|cho thuê phòng|cần thuê|ở ghép|sang quán|sang tiệm|sang lại|sang nhượng",
    // Goods for sale.
    "giảm giá|khuyến mãi|sale|sale off|flash sale|xả kho|xả hàng|freeship|free ship|ship cod|cod|đồng giá|giá sỉ|sỉ lẻ|giá gốc|hàng mới về|hàng về|hàng xách tay|chính hãng|order|chốt đơn|đặt hàng|ib|inbox|nhắn tin em|nhắn em|zalo|hotline|link|xin link|mã giảm|voucher|shopee|lazada|tiktok shop|livestream|mua 1 tặng 1|mua hai tặng một|mua một tặng một|tặng kèm|quà tặng|bảo hành|pass|pass lại|thanh lý|đồ cũ|second hand|secondhand|new 99|còn bảo hành|combo|set|size|mẫu mới|ai cần|ai mua|ai lấy|ai mua không|bán|cần mua|thu mua|giveaway|minigame|like share|tag bạn|bốc thăm|trúng thưởng",
    // Jobs.
    "tuyển|tuyển dụng|tuyển gấp|cần tuyển|tuyển nhân viên|tuyển công nhân|tuyển phục vụ|tuyển thợ|nhân viên bán hàng|phụ bếp|lương|lương cứng|hoa hồng|thưởng tay nghề|bao ăn ở|bao cơm|đi làm ngay|phỏng vấn|ca tối|ca gãy|part time|part-time|full time|việc nhẹ|việc làm thêm|thu nhập|làm tại nhà|không cọc|cộng tác viên|ctv|xin việc|tìm việc làm thêm|nộp cv|gửi cv|thực tập",
    // Loans and gambling.
    "vay|vay vốn|vay nhanh|vay tín chấp|vay tiền|không thế chấp|giải ngân|nợ xấu|trả góp|đáo hạn|thẻ tín dụng|mở thẻ|hoàn tiền|rút tiền|soi cầu|bạch thủ|song thủ|lô đề|xổ số|vé số|trúng số|độc đắc|kết quả xổ số|nhà cái|nổ hũ|tài xỉu|casino|nạp lần đầu|cược|đầu tư sinh lời|lợi nhuận mỗi tháng|x2 tài khoản|bảo hiểm nhân thọ|gói bảo hiểm|tư vấn miễn phí",
    // Services.
    "nhận làm|nhận sửa|nhận dạy|nhận giữ|nhận trông|nhận thi công|nhận chuyển|thợ|thợ sửa|sửa ống|lắp đặt|thi công|thông cống nghẹt|hút hầm cầu|rút hầm|diệt mối|diệt gián|phun muỗi|vệ sinh máy lạnh|sửa máy lạnh|sửa điện nước|chống thấm|khoan cắt bê tông|chuyển nhà|trọn gói|dịch vụ|dịch vụ làm|bao đậu|uy tín|giá rẻ|giá hợp lý|giá hữu nghị|khảo sát|khảo sát tận nơi|tận nơi|tận nhà|có mặt|có mặt ngay|có mặt sau|24/7|24/24|alo|gọi em|gọi anh|gọi ngay|gia sư|dạy kèm|khai giảng|học thử|luyện thi|khóa học|lớp học|trung tâm|spa|nail|phun xăm|thám tử|in ấn|bảng hiệu|camera trọn gói|cho thuê xe|cho thuê máy",
    // Greetings and occasions.
    "chúc|chúc mừng|chúc cả nhà|chúc các|chúc mọi người|xin chúc|an lành|bình an|buổi sáng|buổi sáng tốt lành|chào buổi sáng|ngày mới|tuần mới|ngủ ngon|sinh nhật|mừng sinh nhật|thôi nôi|đầy tháng|tân gia|tân hôn|đám cưới|đám giỗ|giỗ|kỷ niệm|kỷ niệm ngày|họp lớp|hội ngộ|họp mặt|gặp mặt|20/11|8/3|20/10|ngày nhà giáo|ngày phụ nữ|trung thu vui|giáng sinh|noel|năm mới|chúc tết|lì xì|khoe|khoe cháu|khoe con|hạnh phúc|trăm năm|tốt nghiệp rồi|đậu đại học|đoạt giải",
    // Lost, found, rides, company sought.
    "tìm mèo|tìm chó|lạc mất|đi lạc|thất lạc|rơi ví|mất ví|nhặt được|đánh rơi|ai nhặt|ai thấy|hậu tạ|xin lại|ai quen|đi ké|quá giang|ghép xe|share xe|share xăng|tìm bạn|tìm bạn ở ghép|tìm người|ai đi chung|ai học chung|ai xem chung|còn thiếu|thiếu 1|ai join|rủ|hẹn nhau|cho xin địa chỉ|xin gợi ý|gợi ý|tư vấn giúp|xin review|ai biết tiệm|ai biết quán|ai biết chỗ|chỗ nào bán|mua ở đâu|mua đâu|xin tên|xin info|xin in tư|kết bạn|làm quen|tặng lại|cho lại",
    // Abroad.
    "mỹ|hoa kỳ|new york|washington|trung quốc|bắc kinh|thượng hải|nhật|nhật bản|tokyo|hàn quốc|seoul|thái lan|bangkok|campuchia|phnom penh|lào|singapore|malaysia|indonesia|jakarta|philippines|manila|ấn độ|mumbai|nga|moscow|ukraine|pháp|paris|anh|london|đức|berlin|ý|tây ban nha|châu âu|eu|úc|sydney|canada|brazil|israel|gaza|iran|thổ nhĩ kỳ|đài loan|hong kong|thế giới|quốc tế|iceland|nepal|myanmar|hollywood|châu á|châu phi",
    // Other provinces.
    "hà nội|hải phòng|đà nẵng|huế|cần thơ|đồng nai|biên hòa|tây ninh|long an|tiền giang|mỹ tho|bến tre|vĩnh long|trà vinh|đồng tháp|an giang|kiên giang|hậu giang|sóc trăng|bạc liêu|cà mau|bình phước|bình thuận|phan thiết|ninh thuận|khánh hòa|nha trang|phú yên|bình định|quy nhơn|quảng ngãi|quảng nam|quảng trị|quảng bình|hà tĩnh|nghệ an|thanh hóa|ninh bình|nam định|thái bình|hưng yên|hải dương|bắc ninh|bắc giang|quảng ninh|lạng sơn|cao bằng|hà giang|lào cai|sapa|yên bái|sơn la|điện biên|phú thọ|tuyên quang|thái nguyên|hòa bình tỉnh|lâm đồng|đà lạt|bảo lộc|đắk lắk|buôn ma thuột|đắk nông|gia lai|pleiku|kon tum|miền trung|miền tây|miền bắc|tây nguyên|quê ngoại|quê nội|quê tôi|quê tui|ngoài bắc|ngoài đó|dưới quê",
    // State and world affairs.
    "quốc hội|chính phủ|thủ tướng|chủ tịch nước|bộ trưởng|bộ công an|bộ ngoại giao|trung ương|đại biểu quốc hội|dự án luật|luật sửa đổi|nghị quyết|thượng đỉnh|hội nghị thượng đỉnh|tổng thống|bầu cử tổng thống|đàm phán|thuế quan|chiến sự|ngừng bắn|tên lửa|quân đội|hải quân|ngoại giao|song phương|chuyến thăm|liên hợp quốc|nato|asean|apec|động đất|núi lửa|bão số|siêu bão|lũ quét|lũ lụt|sạt lở đất|vĩ độ",
    // Science, industry and press releases.
    "nhà khoa học|nghiên cứu mới|nghiên cứu|loài|hóa thạch|vũ trụ|nasa|vệ tinh|tàu vũ trụ|nguyệt thực|ra mắt|mẫu xe|ô tô điện|vinfast|xe bán tải|smartphone|công nghệ mới|trí tuệ nhân tạo|thương hiệu|hãng|sản phẩm mới|chuỗi cửa hàng|khách hàng dùng|ưu đãi|lễ ký kết|hội thảo|triển lãm|hội chợ|festival|lễ hội|khai mạc|bế mạc|cuộc thi|trao giải|giải nhất|ban tổ chức|nhà tài trợ|mạnh thường quân|học bổng|gây quỹ|hiến máu|hội thao|văn nghệ|kỷ lục guinness|xuất sang|xuất khẩu sang",
    // Beauty and body care.
    "giảm cân|tăng cân|trị mụn|trị nám|dưỡng da|kem chống nắng|son|mỹ phẩm|skincare|tóc|nhuộm tóc|làm nail|nước hoa|áo dài|thời trang|váy|đầm|giày|túi xách|phối đồ|outfit|bí quyết|mật ong|nghệ|detox|uống nước chanh|bài tập|giãn cơ|đau lưng|mất ngủ uống gì|trị ho|rụng tóc|thực phẩm chức năng tốt",
    // Memory, picture, book.
    "hồi xưa|hồi đó|ngày xưa|thời bao cấp|tuổi thơ|ký ức|hoài niệm|nhớ hồi|nhớ xưa|ảnh xưa|hình xưa|ảnh cũ|ống kính|nhiếp ảnh|chùm ảnh|bộ ảnh|tranh|bức tranh|vẽ|màu nước|họa sĩ|triển lãm tranh|sách|cuốn sách|quyển|đọc xong|tác giả|nhà văn|đường sách|hội sách|bảo tàng|đồ cổ|băng cát xét|bình yên|chill|mưa lãng mạn|sài gòn mùa|thương ghê sài gòn|phố lên đèn",
    // Calls that are no reports.
    "gọi nhầm|nhầm số|nhầm máy|bấm nhầm|gọi lộn|thử máy|thử tổng đài|thử nghiệm|test|thử ứng dụng|quấy rối|gọi chơi|không nói gì|không rõ nội dung|không có nội dung|không phản ánh|không phải phản ánh|ngoài phạm vi|không thuộc phạm vi|không thuộc thẩm quyền|tâm sự|nói chuyện cho vui|trò chuyện|đọc thơ|hát cho|xin bài hát|xin số điện thoại|hỏi đường|hỏi giờ|hỏi thời tiết|hỏi lịch thi đấu|hỏi giá vàng|hỏi vé|mua vé|đặt vé|đặt tiệc|bán hàng|chào bán|quảng cáo|thư rác|đã giải thích|đã hướng dẫn tự|gác máy|cúp máy|kết thúc cuộc gọi|người gọi|tổng đài viên",
    // Children and school.
    "học sinh|học trò|tụi nhỏ|con nít|trẻ em|trẻ con|bé|con em|con tôi|con tui|con mình|cháu|phụ huynh|ba mẹ|cô giáo|thầy cô|cô|thầy|lớp|trường|sân trường|cổng trường|cặp sách|bài tập|điểm|môn|toán|tiếng anh|hè|khai giảng năm học|sĩ số|hiệu trưởng|bảo mẫu|mầm non|bán trú|giáo án|bảng điểm|đồng phục|xe đưa rước",
    // The sick and who tends them.
    "bác sĩ|bs|điều dưỡng|y tá|hộ lý|dược sĩ|bệnh|đau|sốt|ho|sổ mũi|huyết áp|tiểu đường|tim mạch|gãy xương|mổ|truyền nước|toa|thuốc|viên thuốc|ống chích|nằm viện|giường|phòng mổ|khoa|khoa nhi|khoa sản|siêu âm|xét nghiệm máu|bầu|mang thai|sinh mổ|sơ sinh|nhịp tim|khám",
    // Vehicles and driving.
    "xe máy|xe hơi|ô tô|xe tải|xe ben|container|cont|xe đạp|xe ga|xe ôm|grab|taxi|tài xế|bác tài|shipper|chạy xe|lái xe|bóp còi|bấm còi|thắng gấp|quẹo|rẽ|quẹt|tông|va quẹt|té xe|dắt xe|làn|làn đường|ngã tư|ngã ba|ngã năm|vòng xoay|cầu|dốc cầu|hầm|cao tốc|ql13|ql1|quốc lộ|xa lộ|tỉnh lộ|biển số|bằng lái|đường về nhà|nhích|bò từng mét|đứng im|kẹt",
    // Household and its machines.
    "tủ lạnh|máy lạnh|quạt|quạt máy|nồi cơm|bếp|tivi|máy giặt|máy bơm|bồn|vòi|vòi sen|bồn cầu|nhà tắm|nhà vệ sinh|phòng ngủ|phòng khách|cửa sổ|sân thượng|ban công|mái tôn|trần|tường|gạch|nền nhà|cầu thang|hành lang|ổ cắm|cầu dao|nến|đèn cầy|xô|thau|giặt đồ|phơi đồ|tắm|gội đầu|rửa chén|nấu cơm",
    // Workers and firms.
    "công nhân|công ty|cty|xí nghiệp|nhà máy|xưởng may|khu công nghiệp|kcn|kcx|khu chế xuất|tan ca|vô ca|ca đêm|tăng ca|chuyền|tổ trưởng chuyền|giám đốc|chủ doanh nghiệp|nhân sự|kế toán|hợp đồng lao động|nghỉ việc|mất việc|nợ lương|chậm lương|trả lương|lãnh lương|bảng lương|phiếu lương|bảo hiểm|bhxh|thất nghiệp|công đoàn|đình công|đơn hàng|tháng lương|tiền công|đóng cửa nhà máy|cho nghỉ|phá sản|tẩu tán",
    // Offices and their people.
    "ubnd|ủy ban|phường|xã|trụ sở|quầy|cán bộ|công chức|nhân viên|chủ tịch|phó chủ tịch|bí thư|tổ trưởng|trưởng khu phố|trưởng ấp|một cửa|bộ phận|hồ sơ|giấy|giấy tờ|đơn|con dấu|chữ ký|biên nhận|phiếu hẹn|giấy hẹn|mã hồ sơ|nộp|bổ sung|trả kết quả|hẹn lại|đóng dấu|photo|bản sao|bản chính|tra cứu|hệ thống|cổng|ứng dụng|vneid|phản ánh|khiếu nại|kiến nghị|trả lời|văn bản|biên bản|cử tri|tiếp dân|thanh tra|kỷ luật",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::classify::scan::scan;

    #[test]
    fn kin_words_meet_in_one_field() {
        let fields_of = |text: &str| {
            let mut fields = Vec::new();
            let scan = scan(text);
            DOMAINS.find(&scan.tokens, scan.is_unaccented(), |_, _, classes| {
                fields.push(classes.trailing_zeros());
            });
            fields
        };
        assert!(fields_of("thu mon").contains(&fields_of("thủ môn")[0]));
        assert_eq!(fields_of("tiền đạo")[0], fields_of("thủ môn")[0]);
    }
}
