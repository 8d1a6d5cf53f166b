//! The corpus of hostile HTML, rendered and read again by a parser that is not ours.

mod corpus;

use std::{cell::RefCell, collections::BTreeSet};

use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, states,
};
use porthole_html::{Options, Remote, SafeDocument, render};

/// The tags of a document as html5ever reads them, and the text of its style sheets.
#[derive(Default)]
struct Reader {
    tags: RefCell<Vec<Tag>>,
    styles: RefCell<String>,
    in_style: RefCell<bool>,
    comments: RefCell<usize>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                let is_style = &*tag.name == "style";
                *self.in_style.borrow_mut() = is_style && tag.kind == TagKind::StartTag;
                let result = match (is_style, tag.kind) {
                    (true, TagKind::StartTag) => TokenSinkResult::RawData(states::RawKind::Rawtext),
                    _ => TokenSinkResult::Continue,
                };
                self.tags.borrow_mut().push(tag);
                result
            }
            Token::CharacterTokens(text) => {
                if *self.in_style.borrow() {
                    self.styles.borrow_mut().push_str(&text);
                }
                TokenSinkResult::Continue
            }
            Token::CommentToken(_) => {
                *self.comments.borrow_mut() += 1;
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

fn read(html: &str) -> Reader {
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Reader::default(), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink
}

/// Elements that a safe document may hold; written down here again, so that a slip of the
/// allow-list is seen.
const ALLOWED: &str = " a abbr acronym address area article aside b bdi bdo big blockquote body br \
    caption center cite code col colgroup data dd del details dfn dir div dl dt em figcaption figure \
    font footer h1 h2 h3 h4 h5 h6 head header hgroup hr html i img ins kbd li listing main map mark \
    menu meta nav nobr ol p pre q rb rp rt rtc ruby s samp search section small span strike strong \
    style sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr ";

/// What is wrong with a document that was to be safe.
fn faults(document: &SafeDocument, remote: Remote) -> Vec<String> {
    let mut faults = Vec::new();
    let reader = read(&document.srcdoc);
    let mut metas = 0;
    for tag in reader
        .tags
        .borrow()
        .iter()
        .filter(|tag| tag.kind == TagKind::StartTag)
    {
        let element = &*tag.name;
        if !ALLOWED.contains(&format!(" {element} ")) {
            faults.push(format!("element {element}"));
        }
        metas += usize::from(element == "meta");
        for attribute in &tag.attrs {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            if let Some(fault) = fault_of(element, name, value, remote) {
                faults.push(format!("{element} {name}={value:?}: {fault}"));
            }
        }
        if matches!(element, "a" | "area") {
            let value = |name: &str| {
                tag.attrs
                    .iter()
                    .find(|a| &*a.name.local == name)
                    .map(|a| a.value.to_string())
            };
            if value("target").as_deref() != Some("_blank")
                || value("rel").as_deref() != Some("noopener noreferrer")
            {
                faults.push(format!("{element} without target and rel"));
            }
        }
    }
    if metas != 5 {
        faults.push(format!("{metas} meta elements"));
    }
    if *reader.comments.borrow() > 0 {
        faults.push("a comment".to_owned());
    }
    faults.extend(css_fault(&reader.styles.borrow(), remote));
    faults
}

fn fault_of(element: &str, name: &str, value: &str, remote: Remote) -> Option<String> {
    let known = match name {
        _ if element == "meta" => true,
        _ if name.starts_with("on") => false,
        "href" => {
            let schemes = ["http://", "https://", "mailto:"];
            matches!(element, "a" | "area") && schemes.iter().any(|s| value.starts_with(s))
        }
        "src" | "background" => {
            value.starts_with("data:image/") && !value.contains("svg")
                || remote == Remote::Allowed && value.starts_with("http")
        }
        "usemap" => value.starts_with('#'),
        "style" => return css_fault(value, remote),
        "srcset" | "action" | "formaction" | "ping" | "poster" | "data" | "cite" | "longdesc"
        | "lowsrc" | "dynsrc" | "manifest" | "profile" | "xlink:href" | "http-equiv" | "srcdoc"
        | "autofocus" | "contenteditable" | "tabindex" | "popover" | "is" | "slot" => false,
        _ => true,
    };
    (!known).then(|| "not allowed".to_owned())
}

/// Anything in style sheets that could load or run, by its letters once escapes are gone: the
/// sanitiser writes none, but for the slash that would end the element.
fn css_fault(css: &str, remote: Remote) -> Option<String> {
    let plain = css.replace("<\\/", "</").to_ascii_lowercase();
    let escaped = css.replace("<\\/", "").replace("\\3c", "").contains("\\6");
    let bad = [
        "@import",
        "@font-face",
        "@namespace",
        "@property",
        "expression(",
        "behavior",
        "-moz-binding",
        "image-set(",
        "src(",
        "javascript:",
        "vbscript:",
        "position: fixed",
        "position: sticky",
        "cross-fade(",
        "element(",
        "image(",
        "attr(",
    ];
    let found = bad.iter().find(|word| plain.contains(**word));
    let remote_found = plain.match_indices("url(").find(|(at, _)| {
        let url = plain[at + 4..].trim_start_matches('"');
        !(url.starts_with("data:image/") || remote == Remote::Allowed && url.starts_with("http"))
    });
    if escaped {
        Some("an escape".to_owned())
    } else if let Some(word) = found {
        Some((*word).to_owned())
    } else {
        remote_found.map(|_| "a remote url".to_owned())
    }
}

#[test]
fn the_corpus_is_rendered_harmless() {
    let cases = corpus::cases();
    assert!(cases.len() >= 200);
    let mut names = BTreeSet::new();
    let mut report = Vec::new();
    for case in &cases {
        assert!(names.insert(case.name), "{} twice", case.name);
        assert!(!case.html.is_empty(), "{} is empty", case.name);
        for remote in [Remote::Blocked, Remote::Allowed] {
            let document = render(
                &case.html,
                Options {
                    remote,
                    ..Options::default()
                },
            );
            for fault in faults(&document, remote) {
                report.push(format!("{} ({remote:?}): {fault}", case.name));
            }
        }
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[test]
fn what_is_safe_stays_so() {
    // A mutation attack needs the second reading to differ from the first.
    for case in corpus::cases() {
        let once = render(&case.html, Options::default());
        let body = &once.srcdoc[once.srcdoc.find("<body").unwrap()..];
        let twice = render(body, Options::default());
        let again = &twice.srcdoc[twice.srcdoc.find("<body").unwrap()..];
        assert_eq!(tags(body), tags(again), "{}", case.name);
        assert_eq!(text(body), text(again), "{}", case.name);
    }
}

/// The start tags that occur, each with its attributes in alphabetical order. Their order and number
/// may change: a link in a link is not the same when it is read again.
fn tags(html: &str) -> BTreeSet<String> {
    let tags = read(html).tags.into_inner().into_iter();
    tags.filter(|tag| tag.kind == TagKind::StartTag)
        .map(|mut tag| {
            tag.attrs.sort();
            let attributes = tag
                .attrs
                .iter()
                .map(|a| format!("{}={:?}", a.name.local, a.value));
            format!("{} {}", tag.name, attributes.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

/// What is left when all between angle brackets is gone.
fn text(html: &str) -> String {
    html.split('<')
        .map(|rest| rest.split_once('>').map_or(rest, |(_, text)| text))
        .collect()
}

#[test]
fn remote_content_is_named() {
    for name in [
        "remote-img",
        "remote-body-background",
        "css-background",
        "css-font-face",
    ] {
        let cases = corpus::cases();
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let document = render(&case.html, Options::default());
        assert_eq!(document.blocked.len(), 1, "{name}");
        assert_eq!(document.blocked[0].host, "attacker.example", "{name}");
    }
}

#[test]
fn the_checks_can_fail() {
    let document = |html: &str| SafeDocument {
        srcdoc: html.to_owned(),
        blocked: Vec::new(),
        shown: Vec::new(),
        is_designed: false,
        truncated: false,
    };
    for html in [
        "<script>",
        "<p onclick=x>",
        "<img src=http://x>",
        "<a href=javascript:x>",
        "<!-- x -->",
        "<style>p{background:url(http://x)}</style>",
        "<p style='position: fixed'>",
        "<meta>",
        "<style>@import 'x'</style>",
        "<a href=https://example.com/>",
    ] {
        let metas = "<meta><meta><meta><meta><meta>".to_owned();
        assert!(
            !faults(&document(&(metas + html)), Remote::Blocked).is_empty(),
            "{html}"
        );
    }
}
