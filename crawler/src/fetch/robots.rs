//! robots.txt (RFC 9309, with the lenience of Google's parser).
//!
//! The crate `robotstxt` reads the lines: typos, missing colons, percent-encoding. Its matcher is
//! not used, because a sitemap or unknown line between two user-agent lines closes a group in it
//! (so that rules are lost), and because its wildcards take cubic time on a hostile file.

use std::time::Duration;

use robotstxt::RobotsParseHandler;
use url::Url;

/// More of a robots.txt is not read (RFC 9309 asks for at least this much).
pub const ROBOTS_BYTES_MAX: usize = 500 * 1024;

/// A longer line is cut, as Google's parser does; the crate panics on some of them.
const LINE_BYTES_MAX: usize = 2083 * 8 - 16;

/// A robots.txt, read once and asked many times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Robots {
    groups: Vec<Group>,
    delays: Vec<Delay>,
    sitemaps: Vec<String>,
}

/// Some agents, and perhaps everyone.
#[derive(Clone, Debug, Default, PartialEq)]
struct Agents {
    names: Vec<String>,
    everyone: bool,
}

/// Rules that some agents share.
#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    agents: Agents,
    rules: Vec<Rule>,
}

/// A `Crawl-delay` and the agents named before it. Kept apart from the groups, because it ends no
/// group, yet two groups may hold nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
struct Delay {
    agents: Agents,
    delay: Duration,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    allow: bool,
    pattern: String,
}

/// Whether an agent may fetch an address. The agent is a product token such as `LangNghe`; the
/// address is taken as it stands, so percent-encode it first.
///
/// ```
/// use crawler::fetch::robots::allows;
/// let robots_txt = "User-agent: *\nDisallow: /tim-kiem";
/// assert!(!allows(robots_txt, "LangNghe", "https://example.vn/tim-kiem?q=ngap"));
/// assert!(allows(robots_txt, "LangNghe", "https://example.vn/thoi-su/ngap.html"));
/// ```
pub fn allows(robots_txt: &str, agent: &str, url: &str) -> bool {
    Robots::parse(robots_txt).allows(agent, url)
}

impl Robots {
    /// Reads a robots.txt; what is not a rule is skipped.
    pub fn parse(text: &str) -> Self {
        let mut collector = Collector::default();
        robotstxt::parse_robotstxt(&cleaned(text), &mut collector);
        collector.robots
    }

    /// Whether an agent may fetch an address; see [`allows`].
    pub fn allows(&self, agent: &str, url: &str) -> bool {
        let path = robotstxt::get_path_params_query(url);
        let (mut longest_allow, mut longest_disallow) = (0, 0);
        for rule in self.groups_of(agent).flat_map(|group| &group.rules) {
            let longest = if rule.allow {
                &mut longest_allow
            } else {
                &mut longest_disallow
            };
            *longest = (*longest).max(rule.weight(&path));
        }
        longest_allow >= longest_disallow
    }

    /// The same for an address that was parsed, its percent-encoding in upper case as in the rules.
    pub fn permits(&self, agent: &str, url: &Url) -> bool {
        self.allows(agent, &upper_case_escapes(url.as_str()))
    }

    /// `Crawl-delay` for an agent: not part of RFC 9309, but honoured.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        let is_named = self.names(agent);
        let delays = self
            .delays
            .iter()
            .filter(|delay| delay.agents.hold(agent, is_named));
        delays.map(|delay| delay.delay).max()
    }

    /// Addresses of sitemaps, whoever asks.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// The groups that name the agent, or else the groups for everyone.
    fn groups_of<'a>(&'a self, agent: &'a str) -> impl Iterator<Item = &'a Group> {
        let is_named = self.names(agent);
        self.groups
            .iter()
            .filter(move |group| group.agents.hold(agent, is_named))
    }

    /// Whether some group names the agent.
    fn names(&self, agent: &str) -> bool {
        self.groups
            .iter()
            .any(|group| group.agents.hold(agent, true))
    }
}

impl Agents {
    /// Whether they are the agent's own, when some group names it, or everyone's, when none does.
    fn hold(&self, agent: &str, is_named: bool) -> bool {
        if is_named {
            self.names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(agent))
        } else {
            self.everyone
        }
    }

    fn add(&mut self, agent: &str) {
        let after_star = agent.strip_prefix('*');
        if after_star.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            self.everyone = true;
        } else {
            let is_token = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_';
            let end = agent.find(|c| !is_token(c)).unwrap_or(agent.len());
            self.names.push(agent[..end].to_owned());
        }
    }
}

impl Rule {
    /// Length of the pattern when it matches, else 0; an empty pattern never weighs anything.
    fn weight(&self, path: &str) -> usize {
        if matches(path, &self.pattern) {
            return self.pattern.len();
        }
        // Google's optimisation: a rule for `/dir/index.html` holds for `/dir/` too.
        let directory = self
            .pattern
            .rfind('/')
            .filter(|slash| self.pattern[*slash..].starts_with("/index.htm"));
        match directory {
            Some(slash) if path == &self.pattern[..=slash] => slash + 2,
            _ => 0,
        }
    }
}

/// Whether a path begins with what the pattern stands for: `*` is anything, a final `$` is the end.
/// Leftmost matches suffice, so the time is linear in path and pattern.
fn matches(path: &str, pattern: &str) -> bool {
    let (pattern, to_the_end) = pattern
        .strip_suffix('$')
        .map_or((pattern, false), |rest| (rest, true));
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let pieces = pieces.collect::<Vec<_>>();
    let Some((last, middle)) = pieces.split_last() else {
        return !to_the_end || rest.is_empty();
    };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    if to_the_end {
        rest.ends_with(last)
    } else {
        rest.contains(last)
    }
}

/// Cut to the bounds, without byte order mark, so that the crate's parser never panics.
fn cleaned(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let text = &text[..text.floor_char_boundary(ROBOTS_BYTES_MAX)];
    let lines = text
        .split(['\n', '\r'])
        .map(|line| &line[..line.floor_char_boundary(LINE_BYTES_MAX)]);
    lines.collect::<Vec<_>>().join("\n")
}

fn upper_case_escapes(url: &str) -> String {
    let mut pieces = url.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.floor_char_boundary(2);
        out.push('%');
        out.push_str(&piece[..digits].to_ascii_uppercase());
        out.push_str(&piece[digits..]);
    }
    out
}

/// Builds groups from the lines that the crate recognises.
#[derive(Default)]
struct Collector {
    robots: Robots,
    in_rules: bool,
    /// Agents named since the last line of another kind.
    named: Agents,
    is_naming: bool,
}

impl Collector {
    fn add_rule(&mut self, allow: bool, pattern: &str) {
        self.is_naming = false;
        if let Some(group) = self.robots.groups.last_mut() {
            self.in_rules = true;
            if !pattern.is_empty() {
                let pattern = pattern.to_owned();
                group.rules.push(Rule { allow, pattern });
            }
        }
    }
}

impl RobotsParseHandler for Collector {
    fn handle_robots_start(&mut self) {}

    fn handle_robots_end(&mut self) {}

    fn handle_user_agent(&mut self, _line: u32, agent: &str) {
        if self.in_rules || self.robots.groups.is_empty() {
            self.in_rules = false;
            self.robots.groups.push(Group::default());
        }
        if !std::mem::replace(&mut self.is_naming, true) {
            self.named = Agents::default();
        }
        self.named.add(agent);
        if let Some(group) = self.robots.groups.last_mut() {
            group.agents.add(agent);
        }
    }

    fn handle_allow(&mut self, _line: u32, pattern: &str) {
        self.add_rule(true, pattern);
    }

    fn handle_disallow(&mut self, _line: u32, pattern: &str) {
        self.add_rule(false, pattern);
    }

    fn handle_sitemap(&mut self, _line: u32, url: &str) {
        const SITEMAPS_MAX: usize = 100;
        if self.robots.sitemaps.len() < SITEMAPS_MAX {
            self.robots.sitemaps.push(url.to_owned());
        }
    }

    fn handle_unknown_action(&mut self, _line: u32, action: &str, value: &str) {
        let is_delay =
            action.eq_ignore_ascii_case("crawl-delay") || action.eq_ignore_ascii_case("crawldelay");
        let seconds = value.parse::<f64>().ok();
        let delay = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let Some(delay) = delay.filter(|_| is_delay) else {
            return;
        };
        self.is_naming = false;
        // Rules may stand between the agents and their delay. Each naming gives its agents to one
        // delay, so that a file full of delays does not grow.
        let agents = std::mem::take(&mut self.named);
        if agents != Agents::default() {
            self.robots.delays.push(Delay { agents, delay });
        }
    }
}
