//! URLs in messages: where links lead, which pictures are shown, and whose were blocked.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use url::{ParseError, Url};

/// How a message is to be shown.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether pictures from elsewhere are loaded.
    pub remote: Remote,
    /// The pictures that came with the message.
    pub pictures: Vec<Picture>,
}

/// Whether pictures from elsewhere are loaded: their sender then learns that, when and where the
/// message was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Remote {
    /// No.
    #[default]
    Blocked,
    /// The reader asked for it.
    Allowed,
}

/// A picture that came with the message (RFC 2392).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its Content-ID, without angle brackets.
    pub content_id: String,
    /// Such as `image/png`.
    pub media_type: String,
    /// Its octets, decoded.
    pub bytes: Vec<u8>,
}

/// A host whose content was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Its name, as ASCII.
    pub host: String,
    /// How often the message wanted something from it.
    pub count: u32,
}

/// What the message wants to load, and what it gets.
#[derive(Debug)]
pub(crate) struct Resources {
    options: Options,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    blocked: BTreeMap<String, u32>,
    used: BTreeSet<String>,
    embedded: usize,
}

/// Octets of data URLs in one document. The same picture may be shown many times.
const EMBEDDED: usize = 32 * 1024 * 1024;

/// Hosts that are named; a message that wants more has been heard.
const HOSTS: usize = 100;

impl Resources {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            options,
            seen: Mutex::default(),
        }
    }

    pub(crate) fn remote(&self) -> Remote {
        self.options.remote
    }

    /// The hosts that were blocked, those most wanted first, and the Content-IDs that were shown.
    pub(crate) fn summary(&self) -> (Vec<Blocked>, Vec<String>) {
        let seen = self.seen();
        let mut blocked: Vec<_> = seen
            .blocked
            .iter()
            .map(|(host, count)| Blocked {
                host: host.clone(),
                count: *count,
            })
            .collect();
        blocked.sort_by_key(|blocked| std::cmp::Reverse(blocked.count));
        (blocked, seen.used.iter().cloned().collect())
    }

    /// The URL to load a picture from instead of `url`: a data URL for what came with the message,
    /// the URL itself if remote content is allowed, otherwise nothing.
    pub(crate) fn picture(&self, url: &str) -> Option<String> {
        let url = without_controls(url);
        match url.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("data") => {
                let data = data_url(rest)?;
                self.embed(data)
            }
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("cid") => self.attached(rest),
            _ => {
                let url = remote_url(&url)?;
                match self.options.remote {
                    Remote::Allowed => Some(url.into()),
                    Remote::Blocked => {
                        self.block(&url);
                        None
                    }
                }
            }
        }
    }

    /// Counts something that is never loaded, such as a font, as blocked while others are too.
    pub(crate) fn refuse(&self, url: &str) {
        if self.options.remote == Remote::Blocked
            && let Some(url) = remote_url(&without_controls(url))
        {
            self.block(&url);
        }
    }

    fn attached(&self, id: &str) -> Option<String> {
        let id = percent_decoded(id);
        let id = id.trim_matches(['<', '>', ' ']);
        let picture = self
            .options
            .pictures
            .iter()
            .find(|picture| picture.content_id == id)?;
        let kind = picture.media_type.to_ascii_lowercase();
        if !PICTURES.contains(&kind.as_str()) {
            return None;
        }
        // Encoding is the work; know before whether it is wanted.
        if self.seen().embedded + picture.bytes.len() / 3 * 4 > EMBEDDED {
            return None;
        }
        let data = self.embed(format!(
            "data:{kind};base64,{}",
            STANDARD.encode(&picture.bytes)
        ))?;
        self.seen().used.insert(id.to_owned());
        Some(data)
    }

    fn embed(&self, data: String) -> Option<String> {
        let mut seen = self.seen();
        seen.embedded = seen.embedded.saturating_add(data.len());
        (seen.embedded <= EMBEDDED).then_some(data)
    }

    fn block(&self, url: &Url) {
        let Some(host) = url.host_str() else { return };
        let mut seen = self.seen();
        if let Some(count) = seen.blocked.get_mut(host) {
            *count = count.saturating_add(1);
        } else if seen.blocked.len() < HOSTS {
            seen.blocked.insert(host.to_owned(), 1);
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Nothing panics while it holds the lock; if it did, what was counted is still true.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The URL that a link may lead to: `http:`, `https:` and `mailto:`, as a browser would read it.
pub(crate) fn link(url: &str) -> Option<String> {
    let url = Url::parse(&without_controls(url)).ok()?;
    let kept = match url.scheme() {
        "http" | "https" => url.has_host(),
        "mailto" => true,
        _ => false,
    };
    kept.then(|| url.into())
}

/// Kinds of pictures that are data only; SVG is a document.
const PICTURES: [&str; 9] = [
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/jpg",
    "image/pjpeg",
    "image/png",
    "image/webp",
    "image/x-icon",
];

/// `image/png;base64,..` after `data:` (RFC 2397), written anew from what is understood of it.
fn data_url(rest: &str) -> Option<String> {
    let (head, data) = rest.split_once(',')?;
    let kind = head.split(';').next()?.trim().to_ascii_lowercase();
    let is_base64 = head
        .rsplit(';')
        .next()?
        .trim()
        .eq_ignore_ascii_case("base64");
    if !is_base64 || !PICTURES.contains(&kind.as_str()) {
        return None;
    }
    let data: String = data.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let data = percent_decoded(&data);
    let plain = data
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    plain.then(|| format!("data:{kind};base64,{data}"))
}

/// An absolute URL of the web. One without a scheme but with a host (`//host/path`) would take the
/// page's; one without both names something of the page's own, which no message means.
fn remote_url(url: &str) -> Option<Url> {
    let parsed = match Url::parse(url) {
        Err(ParseError::RelativeUrlWithoutBase) => {
            let slashes = url
                .bytes()
                .take_while(|b| matches!(b, b'/' | b'\\'))
                .count();
            if slashes < 2 {
                return None;
            }
            Url::parse(&format!("https:{url}")).ok()?
        }
        other => other.ok()?,
    };
    (matches!(parsed.scheme(), "http" | "https") && parsed.has_host()).then_some(parsed)
}

/// As the URL standard reads: tab and line endings anywhere, and controls and spaces at the ends,
/// are not there.
fn without_controls(url: &str) -> String {
    let url: String = url
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    url.trim_matches(|c: char| c <= ' ').to_owned()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let digits = after.get(..2).and_then(|d| std::str::from_utf8(d).ok());
        match digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => bytes.push(first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resources(remote: Remote) -> Resources {
        let picture = |content_id: &str, media_type: &str| Picture {
            content_id: content_id.to_owned(),
            media_type: media_type.to_owned(),
            bytes: b"ABC".to_vec(),
        };
        let pictures = vec![picture("a@b", "image/PNG"), picture("s", "image/svg+xml")];
        Resources::new(Options { remote, pictures })
    }

    #[test]
    fn blocked() {
        let resources = resources(Remote::Blocked);
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(resources.picture(url).as_deref(), expected, "{url}");
        };
        check("cid:a@b", Some("data:image/png;base64,QUJD"));
        check("CID:a%40b", Some("data:image/png;base64,QUJD"));
        check("cid:other", None);
        check("cid:s", None);
        check(
            "data:image/gif;base64,R0 lG\nOD",
            Some("data:image/gif;base64,R0lGOD"),
        );
        check("data:image/svg+xml;base64,QUJD", None);
        check("data:text/html;base64,QUJD", None);
        check("data:image/png,\"><script>", None);
        check("/relative.png", None);
        check("http://t.example/p.gif", None);
        check("//t.example/p.gif", None);
        check("\\\\t.example/p.gif", None);
        check("ht\ntps://u.example", None);
        check("file:///etc/passwd", None);
        check("javascript:alert(1)", None);
        let (blocked, used) = resources.summary();
        let hosts: Vec<_> = blocked.iter().map(|b| (b.host.as_str(), b.count)).collect();
        assert_eq!(hosts, [("t.example", 3), ("u.example", 1)]);
        assert_eq!(used, ["a@b"]);
    }

    #[test]
    fn allowed() {
        let resources = resources(Remote::Allowed);
        assert_eq!(
            resources.picture("HTTP://T.example/a b\"c").as_deref(),
            Some("http://t.example/a%20b%22c"),
        );
        assert_eq!(resources.picture("ftp://t.example/"), None);
        assert!(resources.summary().0.is_empty());
    }

    #[test]
    fn links() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(link(url).as_deref(), expected, "{url}");
        };
        check(
            " https://example.com/a?b#c ",
            Some("https://example.com/a?b#c"),
        );
        check("mailto:ines@example.com", Some("mailto:ines@example.com"));
        check("java\nscript:alert(1)", None);
        check("\u{1}javascript:alert(1)", None);
        check("data:text/html,x", None);
        check("#here", None);
        check("/there", None);
        check("https://", None);
    }

    #[test]
    fn one_picture_does_not_fill_the_memory() {
        let picture = Picture {
            content_id: "a".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: vec![0; EMBEDDED / 4],
        };
        let options = Options {
            pictures: vec![picture],
            ..Options::default()
        };
        let resources = Resources::new(options);
        let shown = (0..10)
            .filter(|_| resources.picture("cid:a").is_some())
            .count();
        assert_eq!(shown, 2);
    }
}
