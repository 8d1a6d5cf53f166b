//! HTML damaged at random, the same way each time, and HTML that is hard on parsers.

mod corpus;
mod judge;

use porthole_html::{Options, Remote, fuzz, render};

const INTERESTING: &[u8] = b"<>\"'/!-{}()\\\0&#;=: \n";

/// What is hostile stays harmless however it is damaged.
#[test]
fn damaged_html_is_rendered_harmless() {
    let cases = corpus::cases();
    let corpus: Vec<_> = cases.iter().map(|case| case.html.as_bytes()).collect();
    porthole_mutate::run(0x48, 1_500, &corpus, INTERESTING, |bytes| {
        let html = String::from_utf8_lossy(bytes);
        fuzz::html(&html);
        for remote in [Remote::Blocked, Remote::Allowed] {
            let options = Options {
                remote,
                ..Options::default()
            };
            let faults = judge::faults(&render(&html, options), remote);
            assert!(faults.is_empty(), "{remote:?}: {}", faults.join("; "));
        }
    });
}

#[test]
fn hard_cases_stay_small() {
    // Each of these takes quadratic time, or makes a tree many times its size, in a parser that is
    // given it as it stands.
    let attributes: String = (0..60_000).map(|i| format!(" a{i}")).collect();
    let formats: String = (0..500).map(|i| format!("<b id={i}>")).collect();
    for html in [
        format!("<p{attributes}>"),
        "<div>".repeat(60_000),
        "&".repeat(2_000_000),
        "\u{a0}".repeat(1_000_000),
        "<b>&</b>".repeat(200_000),
        format!("<p title='{}'>", "&".repeat(2_000_000)),
        format!("{formats}{}", "<p>x".repeat(40_000)),
        format!("{}x", "<b><table><td></b></table>".repeat(20_000)),
        format!("{formats}{}", "<table><td><p>x".repeat(20_000)),
        format!("<p>{formats}{}", "<xmp>x</xmp>".repeat(20_000)),
        "<a>".repeat(40_000),
        "<svg>".repeat(40_000),
        "<!--".repeat(60_000),
        "<!-- -".repeat(40_000),
        "<style>".repeat(40_000),
        "<table>".repeat(40_000),
        "<table><tr><td>".repeat(20_000),
        "<li><dd>".repeat(40_000),
        "<p>".repeat(60_000),
        "<div><p>".repeat(40_000),
        format!(
            "{}{}",
            "<div>".repeat(300),
            "<p><table></table>".repeat(20_000)
        ),
        format!("{}{}", "<div>".repeat(300), "</h1><li>".repeat(20_000)),
        format!("<style>{}</style>", "a{".repeat(40_000)),
        format!("<style>{}</style>", "@media x{(".repeat(20_000)),
        format!("<p style='{}'>", "a:b(".repeat(40_000)),
        "<p style='background:url(http://x.example)'>".repeat(10_000),
    ] {
        let document = render(&html, Options::default());
        assert!(
            document.srcdoc.len() < 8 * html.len() + 4096,
            "{}",
            &html[..40]
        );
    }
}
