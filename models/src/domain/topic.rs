//! Topics (lĩnh vực): the 26 codes every mention and concern is filed under.

macro_rules! topics {
    ($($variant:ident = $code:literal, $doc:literal;)*) => {
        /// One of the 26 topics (lĩnh vực); names and lexicons are configuration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Topic {
            $(#[doc = $doc] $variant,)*
        }

        impl Topic {
            /// Every topic, in the order of the codes' list.
            pub const ALL: [Topic; 26] = [$(Topic::$variant,)*];

            /// The code used in files and addresses.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The topic of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

topics! {
    PublicAdmin = "public_admin", "Hành chính công.";
    Land = "land", "Đất đai.";
    Construction = "construction", "Xây dựng, trật tự xây dựng.";
    Housing = "housing", "Nhà ở, chung cư.";
    Road = "road", "Đường sá, vỉa hè, cầu.";
    Drainage = "drainage", "Thoát nước, ngập.";
    WaterSupply = "water_supply", "Cấp nước.";
    Power = "power", "Điện.";
    Lighting = "lighting", "Chiếu sáng công cộng.";
    Telecom = "telecom", "Viễn thông, cáp.";
    Trees = "trees", "Cây xanh, công viên.";
    Traffic = "traffic", "Giao thông.";
    PublicTransport = "public_transport", "Xe buýt, metro.";
    StreetOrder = "street_order", "Trật tự đô thị, lấn chiếm.";
    Noise = "noise", "Tiếng ồn.";
    Waste = "waste", "Rác thải.";
    Pollution = "pollution", "Ô nhiễm.";
    Security = "security", "An ninh trật tự.";
    FireSafety = "fire_safety", "Phòng cháy chữa cháy.";
    Health = "health", "Y tế.";
    FoodSafety = "food_safety", "An toàn thực phẩm.";
    Education = "education", "Giáo dục.";
    Welfare = "welfare", "An sinh xã hội.";
    Prices = "prices", "Giá cả, thị trường.";
    OfficialConduct = "official_conduct", "Thái độ, kỷ luật cán bộ.";
    Other = "other", "Khác.";
}

impl Topic {
    /// Position in [`Topic::ALL`], for dense tables.
    pub fn index(self) -> usize {
        self as usize
    }
}

/// What configuration says of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicInfo {
    /// Which topic.
    pub topic: Topic,
    /// Short Vietnamese name.
    pub name_vi: String,
    /// Short English name.
    pub name_en: String,
    /// What belongs to it, in Vietnamese.
    pub description: String,
    /// Words and phrases that point to it, accented.
    pub lexicon: Vec<String>,
}

/// All topics with their names and lexicons, in the order of [`Topic::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    topics: Vec<TopicInfo>,
}

impl Taxonomy {
    /// Takes one entry a topic, in any order; `Err` names the topic that is missing or given twice.
    pub fn new(mut topics: Vec<TopicInfo>) -> Result<Self, Topic> {
        topics.sort_by_key(|info| info.topic);
        let given = topics.iter().map(|info| info.topic).collect::<Vec<_>>();
        match Topic::ALL
            .iter()
            .find(|topic| given.iter().filter(|g| g == topic).count() != 1)
        {
            Some(odd) => Err(*odd),
            None => Ok(Self { topics }),
        }
    }

    /// What is said of one topic.
    pub fn info(&self, topic: Topic) -> &TopicInfo {
        &self.topics[topic.index()]
    }

    /// All topics.
    pub fn iter(&self) -> impl Iterator<Item = &TopicInfo> {
        self.topics.iter()
    }
}
