//! Vocabularies: what an element means depends on its namespace, or on its prefix where the
//! namespace says nothing.

/// The vocabularies that matter; what an element means depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::extract) enum Vocabulary {
    /// RSS, Atom, CDF, or no namespace at all.
    Plain,
    DublinCore,
    Content,
    Media,
    Rdf,
    Syndication,
    CommentApi,
    Podcast,
    Prism,
    Xhtml,
    Other,
}

/// What a prefix, or no prefix, means that is declared to be an address. An unknown address leaves
/// the prefix to speak for itself; `None` for an unknown address without a prefix.
pub(super) fn declared_vocabulary(prefix: &str, address: &str) -> Option<Vocabulary> {
    match vocabulary_of_address(address) {
        Vocabulary::Other if prefix.is_empty() => None,
        Vocabulary::Other => Some(vocabulary_of_prefix(prefix)),
        known => Some(known),
    }
}

fn vocabulary_of_address(address: &str) -> Vocabulary {
    let address = address.trim().trim_end_matches('/').to_ascii_lowercase();
    let plain = [
        "purl.org/rss/1.0/modules/rss091#",
        "backend.userland.com/rss",
        "blogs.law.harvard.edu/tech/rss",
        "netscape.com/rdf/simple",
        "purl.org/net/rss1.1",
        "purl.org/atom/ns",
        "www.w3.org/2005/atom",
        "purl.org/echo",
        "purl.org/pie",
        "example.com/necho",
        "uri/of/echo/namespace",
    ];
    let has = |part: &str| address.contains(part);
    match () {
        () if address.is_empty() || plain.iter().any(|part| has(part)) => Vocabulary::Plain,
        () if address.ends_with("purl.org/rss/1.0") => Vocabulary::Plain,
        () if has("purl.org/dc/") => Vocabulary::DublinCore,
        () if has("modules/content") => Vocabulary::Content,
        () if has("modules/syndication") => Vocabulary::Syndication,
        () if has("search.yahoo.com/mrss") => Vocabulary::Media,
        () if has("22-rdf-syntax") => Vocabulary::Rdf,
        () if has("wellformedweb.org/commentapi") => Vocabulary::CommentApi,
        () if has("itunes.com/dtds/podcast") => Vocabulary::Podcast,
        () if has("prismstandard.org/namespaces") => Vocabulary::Prism,
        () if has("w3.org/1999/xhtml") => Vocabulary::Xhtml,
        () => Vocabulary::Other,
    }
}

/// What a prefix means that nobody declared.
pub(super) fn vocabulary_of_prefix(prefix: &str) -> Vocabulary {
    match prefix.to_ascii_lowercase().as_str() {
        "" | "rss" | "atom" | "a10" | "atom03" | "atom10" => Vocabulary::Plain,
        "dc" | "dcterms" | "dct" => Vocabulary::DublinCore,
        "content" => Vocabulary::Content,
        "media" => Vocabulary::Media,
        "rdf" => Vocabulary::Rdf,
        "sy" => Vocabulary::Syndication,
        "wfw" => Vocabulary::CommentApi,
        "itunes" => Vocabulary::Podcast,
        "prism" => Vocabulary::Prism,
        "xhtml" => Vocabulary::Xhtml,
        _ => Vocabulary::Other,
    }
}
