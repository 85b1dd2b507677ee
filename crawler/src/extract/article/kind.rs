//! Pages of news sites that are no usual article: videos, galleries, live blogs.

use url::Url;

/// What kind of page was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PageKind {
    /// An article, long or short.
    #[default]
    Article,
    /// A video or a recording with hardly any text.
    Video,
    /// Pictures with hardly any text besides their captions.
    Gallery,
    /// A report in entries that goes on while the event does.
    LiveBlog,
}

impl PageKind {
    /// Name in our line formats.
    pub fn code(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Video => "video",
            Self::Gallery => "gallery",
            Self::LiveBlog => "live_blog",
        }
    }
}

/// A page with more text than this is an article, whatever it shows beside it.
const MAX_BESIDE_CHARS: usize = 600;
/// So many pictures with hardly any text are a gallery.
const MIN_PICTURES: usize = 5;
/// Besides, such a page has no more text than a lead and a line.
const MAX_GALLERY_CHARS: usize = 350;
/// So many entries with a time of day in front are a live blog.
const MIN_ENTRIES: usize = 4;

/// What speaks for each kind.
pub(super) struct Signs<'a> {
    /// What the page says in its metadata.
    pub said: PageKind,
    /// What the outlet's selectors found.
    pub has_video: bool,
    pub has_gallery: bool,
    pub is_live: bool,
    /// Players and pictures in the body.
    pub n_players: usize,
    pub n_pictures: usize,
    pub title: Option<&'a str>,
    pub text: &'a str,
    pub url: &'a Url,
}

/// Decides by the signs; only a page with hardly any text can be a video or a gallery.
pub(super) fn decide(signs: &Signs<'_>) -> PageKind {
    if signs.is_live || signs.said == PageKind::LiveBlog || reports_live(signs) {
        return PageKind::LiveBlog;
    }
    if signs.text.chars().nth(MAX_BESIDE_CHARS).is_some() {
        return PageKind::Article;
    }
    let has_text = signs.text.chars().nth(MAX_GALLERY_CHARS).is_some();
    let by_address = kind_in_address(signs.url);
    let is = |kind: PageKind| signs.said == kind || by_address == Some(kind);
    match () {
        () if signs.has_video || is(PageKind::Video) => PageKind::Video,
        () if signs.has_gallery || is(PageKind::Gallery) => PageKind::Gallery,
        () if signs.n_pictures >= MIN_PICTURES && !has_text => PageKind::Gallery,
        () if signs.n_players > 0 && names_video(signs.title) => PageKind::Video,
        () => PageKind::Article,
    }
}

fn names_video(title: Option<&str>) -> bool {
    title.is_some_and(|title| {
        let lower = title.to_lowercase();
        ["video", "clip"].iter().any(|word| lower.starts_with(word))
    })
}

/// A headline that announces it, over entries that begin with the time of day.
fn reports_live(signs: &Signs<'_>) -> bool {
    let announces = signs.title.is_some_and(|title| {
        let lower = title.to_lowercase();
        let start = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
        ["trực tiếp", "tường thuật", "cập nhật liên tục", "live"]
            .iter()
            .any(|word| start.starts_with(word))
    });
    announces
        && signs
            .text
            .lines()
            .filter(|line| starts_with_time(line))
            .count()
            >= MIN_ENTRIES
}

/// `19:25`, `19h25`, `7h`.
fn starts_with_time(line: &str) -> bool {
    let n_digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let Some(hour) = (1..=2)
        .contains(&n_digits)
        .then(|| line[..n_digits].parse::<u8>().ok())
        .flatten()
    else {
        return false;
    };
    let rest = line[n_digits..].trim_start();
    hour < 24 && (rest.starts_with('h') || rest.starts_with(':') || rest.starts_with("giờ"))
}

/// Sections and hosts that hold nothing else.
fn kind_in_address(url: &Url) -> Option<PageKind> {
    const VIDEOS: &[&str] = &["video", "videos", "tv", "media", "podcast", "truyen-hinh"];
    const GALLERIES: &[&str] = &[
        "photo",
        "photos",
        "anh",
        "infographic",
        "infographics",
        "anh-dep",
    ];
    let host = url.host_str().unwrap_or("").split('.').next().unwrap_or("");
    let section = url.path_segments()?.next().unwrap_or("");
    let is_section = url.path_segments()?.nth(1).is_some();
    let is_in = |names: &[&str]| names.contains(&host) || (is_section && names.contains(&section));
    match () {
        () if is_in(VIDEOS) || section.starts_with("video-") => Some(PageKind::Video),
        () if is_in(GALLERIES) || section.starts_with("infographic-") => Some(PageKind::Gallery),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_times_and_addresses() {
        assert!(starts_with_time("19h25 Nước rút dần"));
        assert!(starts_with_time("7:05: Xe đã qua được"));
        assert!(!starts_with_time("1022 nhận 40 cuộc gọi"));
        assert!(!starts_with_time("25 hộ phải dời đi"));
        let kind = |url: &str| kind_in_address(&Url::parse(url).unwrap());
        assert_eq!(
            kind("https://video.vnexpress.net/a-1.html"),
            Some(PageKind::Video)
        );
        assert_eq!(kind("https://vtv.vn/video/a-1.htm"), Some(PageKind::Video));
        assert_eq!(
            kind("https://vnexpress.net/photo/a-1.html"),
            Some(PageKind::Gallery)
        );
        assert_eq!(
            kind("https://vnexpress.net/video-moi-1.html"),
            Some(PageKind::Video)
        );
        assert_eq!(kind("https://vnexpress.net/a-1.html"), None);
    }
}
