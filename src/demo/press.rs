//! Newspapers of the sample city: five outlets, each with a feed and article pages in a layout of
//! its own, a robots.txt that forbids something, and the furniture real pages carry.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use models::domain::vietnam_zone;

use super::content::{Article, Content};
use super::html::{escape, paragraphs};

/// One newspaper.
#[derive(Clone, Copy, Debug)]
pub struct Outlet {
    /// Identifier of its source.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    page: fn(&Article) -> String,
    /// Shape of the dates in its feed.
    date: &'static str,
}

/// The newspapers.
pub const OUTLETS: [Outlet; 5] = [
    Outlet {
        id: "nhat-bao",
        name: "Nhật báo Mẫu",
        page: wide,
        date: "%a, %d %b %Y %H:%M:%S %z",
    },
    Outlet {
        id: "tin-nhanh",
        name: "Tin Nhanh Mẫu",
        page: sapo,
        date: "%m/%d/%Y %-I:%M:%S %p",
    },
    Outlet {
        id: "do-thi",
        name: "Đô Thị Mẫu",
        page: hemera,
        date: "%a, %d %b %y %H:%M:%S +07",
    },
    Outlet {
        id: "dan-sinh",
        name: "Dân Sinh Mẫu",
        page: blog,
        date: "%Y-%m-%dT%H:%M:%S%:z",
    },
    Outlet {
        id: "phap-luat",
        name: "Pháp Luật Mẫu",
        page: plain,
        date: "%a, %d %b %Y %H:%M:%S GMT+7",
    },
];

const ROBOTS: &str = "User-agent: *\nDisallow: /quan-tri/\nDisallow: /noi-bo/\nAllow: /\n";

/// Serves one outlet.
pub fn router(content: Arc<Content>, outlet: usize) -> Router {
    Router::new()
        .route("/robots.txt", get(|| async { ROBOTS }))
        .route("/rss/tin-moi.rss", get(feed))
        .route("/bai-viet/{slug}", get(article))
        .route("/noi-bo/{slug}", get(|| async { "not for programs" }))
        .with_state(Newspaper { content, outlet })
}

#[derive(Clone)]
struct Newspaper {
    content: Arc<Content>,
    outlet: usize,
}

impl Newspaper {
    fn articles(&self) -> impl DoubleEndedIterator<Item = &Article> {
        self.content
            .articles
            .iter()
            .filter(|article| article.outlet == self.outlet)
    }
}

async fn feed(State(paper): State<Newspaper>, headers: HeaderMap) -> Response {
    let host = headers
        .get("host")
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let newest = paper.articles().next_back();
    let etag = newest.map_or("\"none\"".to_owned(), |newest| {
        format!("\"{}\"", newest.number)
    });
    if headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let outlet = &OUTLETS[paper.outlet];
    let items = paper
        .articles()
        .rev()
        .map(|article| item(article, host, outlet))
        .collect::<String>();
    // One entry leads where robots.txt forbids to go.
    let forbidden = format!(
        "<item><title>Bản nháp nội bộ</title><link>http://{host}/noi-bo/ban-nhap</link></item>"
    );
    let name = outlet.name;
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>{name}</title>\
         <link>http://{host}/</link><description>{name}</description><ttl>10</ttl>\n{items}{forbidden}\
         </channel></rss>"
    );
    (
        [
            (
                CONTENT_TYPE,
                "application/rss+xml; charset=utf-8".to_owned(),
            ),
            (ETAG, etag),
        ],
        body,
    )
        .into_response()
}

fn item(article: &Article, host: &str, outlet: &Outlet) -> String {
    let (title, lead) = (escape(&article.title), &article.lead);
    let date = local(article.published_at, outlet.date);
    let link = format!(
        "http://{host}/bai-viet/{}.html?utm_source=rss",
        article.number
    );
    format!(
        "<item><title>{title}</title><link>{link}</link><guid>{link}</guid>\
         <pubDate>{date}</pubDate><description><![CDATA[<a href=\"{link}\"><img src=\"/anh.jpg\"></a>\
         </br>{lead}]]></description></item>\n"
    )
}

async fn article(State(paper): State<Newspaper>, Path(slug): Path<String>) -> Response {
    let number = slug
        .strip_suffix(".html")
        .and_then(|number| number.parse::<usize>().ok());
    let found = paper
        .articles()
        .find(|article| Some(article.number) == number);
    let Some(article) = found else {
        return (StatusCode::NOT_FOUND, "Không có bài này").into_response();
    };
    let html = (OUTLETS[paper.outlet].page)(article);
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

fn local(moment: Timestamp, shape: &str) -> String {
    moment.to_zoned(vietnam_zone()).strftime(shape).to_string()
}

fn head(article: &Article, extra: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{0}</title>\
         <meta property=\"og:title\" content=\"{0}\"><meta property=\"og:type\" content=\"article\">\
         <meta property=\"article:published_time\" content=\"{1}\">{extra}</head>",
        escape(&article.title),
        local(article.published_at, "%Y-%m-%dT%H:%M:%S%:z"),
    )
}

const RELATED: &str = "<ul class=\"related box-related\"><li><a href=\"/bai-viet/1.html\">Tin liên quan: \
                       lịch cúp nước tuần này</a></li><li><a href=\"/\">Xem thêm</a></li></ul>";
const FOOTER: &str =
    "<footer><p>Giấy phép số 000/GP-BTTTT. Ghi rõ nguồn khi phát hành lại.</p></footer>";

/// Headline, lead and body in a wide middle column.
fn wide(article: &Article) -> String {
    format!(
        "{}<body><nav class=\"breadcrumb\"><a href=\"/\">Thời sự</a></nav><div class=\"sidebar-1\">\
         <span class=\"date\">{}</span><h1 class=\"title-detail\">{}</h1><p class=\"description\">{}</p>\
         <article class=\"fck_detail\">{}<p class=\"author_mail\"><strong>Bút Danh</strong></p></article>\
         {RELATED}</div>{FOOTER}</body></html>",
        head(article, ""),
        local(article.published_at, "Thứ tư, %-d/%-m/%Y, %H:%M (GMT+7)"),
        escape(&article.title),
        escape(&article.lead),
        paragraphs(&article.paragraphs, "<p class=\"Normal\">"),
    )
}

/// Roles mark headline, sapo and content.
fn sapo(article: &Article) -> String {
    format!(
        "{}<body><div class=\"detail-top\"><h1 class=\"detail-title\" data-role=\"title\">{}</h1>\
         <div class=\"detail-author\">Bút Danh</div><h2 class=\"detail-sapo\" data-role=\"sapo\">{}</h2>\
         </div><div class=\"detail-content afcbc-body\" data-role=\"content\" itemprop=\"articleBody\">{}\
         <div type=\"RelatedOneNews\">{RELATED}</div></div><div class=\"box-comment\">Bình luận</div>\
         {FOOTER}</body></html>",
        head(article, ""),
        escape(&article.title),
        escape(&article.lead),
        paragraphs(&article.paragraphs, "<p>"),
    )
}

/// The layout of many city papers.
fn hemera(article: &Article) -> String {
    format!(
        "{}<body><header class=\"site-header\">Đô Thị Mẫu</header><h1 class=\"article__title\">{}</h1>\
         <time>{}</time><div class=\"article__sapo\">{}</div><div class=\"article__body cms-body\">{}\
         <figure><img src=\"/anh.jpg\"><figcaption>Ảnh minh họa</figcaption></figure></div>{RELATED}\
         {FOOTER}</body></html>",
        head(article, ""),
        escape(&article.title),
        local(article.published_at, "%d/%m/%Y %H:%M"),
        escape(&article.lead),
        paragraphs(&article.paragraphs, "<p>"),
    )
}

/// A weblog.
fn blog(article: &Article) -> String {
    format!(
        "{}<body class=\"single-post\"><article class=\"post\"><h1 class=\"entry-title\">{}</h1>\
         <div class=\"entry-content\"><p><strong>{}</strong></p>{}</div></article>\
         <aside class=\"widget\"><h3>Bài mới</h3>{RELATED}</aside>{FOOTER}</body></html>",
        head(
            article,
            "<meta name=\"generator\" content=\"WordPress 6.1.9\">"
        ),
        escape(&article.title),
        escape(&article.lead),
        paragraphs(&article.paragraphs, "<p>"),
    )
}

/// No class says anything; the facts stand in JSON-LD.
fn plain(article: &Article) -> String {
    let facts = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.lead,
        "datePublished": local(article.published_at, "%Y-%m-%dT%H:%M:%S%:z"),
    });
    let script = format!("<script type=\"application/ld+json\">{facts}</script>");
    format!(
        "{}<body><div><div><a href=\"/\">Trang chủ</a> | <a href=\"/phap-luat\">Pháp luật</a></div>\
         <div><h1>{}</h1><p><b>{}</b></p>{}</div><div>{RELATED}</div></div>{FOOTER}</body></html>",
        head(article, &script),
        escape(&article.title),
        escape(&article.lead),
        paragraphs(&article.paragraphs, "<p>"),
    )
}
