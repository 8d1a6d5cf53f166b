//! The corpus of hostile HTML, rendered and read again by a parser that is not ours.

mod corpus;
mod judge;

use std::collections::BTreeSet;

use html5ever::tokenizer::TagKind;
use judge::{faults, read};
use porthole_html::{Options, Remote, SafeDocument, render};

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
        "<style>p{content:'a\\'';background:url('http://x')}</style>",
        "<a href=https://example.com/>",
    ] {
        let metas = "<meta><meta><meta><meta><meta>".to_owned();
        assert!(
            !faults(&document(&(metas + html)), Remote::Blocked).is_empty(),
            "{html}"
        );
    }
}
