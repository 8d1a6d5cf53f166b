//! HTML damaged at random, the same way each time, and HTML that is hard on parsers.

mod corpus;

use porthole_html::{Options, fuzz, render};

/// A generator that needs no seed from outside: xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap_or(0)
    }
}

#[test]
fn damaged_html_does_not_panic() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let cases = corpus::cases();
    let pieces = [
        "<", ">", "\"", "'", "</", "<!--", "-->", "{", "}", "url(", "\\", "\0", "é", "&#",
        "<table>",
    ];
    for round in 0..1_500 {
        let mut html: Vec<char> = cases[round % cases.len()].html.chars().collect();
        for _ in 0..=random.below(6) {
            let at = random.below(html.len());
            match random.below(4) {
                0 => html.truncate(at),
                1 => drop(html.splice(at..at, pieces[random.below(pieces.len())].chars())),
                2 if at < html.len() => drop(html.remove(at)),
                _ => {
                    let other = &cases[random.below(cases.len())].html;
                    drop(html.splice(at..at, other.chars()));
                }
            }
        }
        fuzz::html(&html.into_iter().collect::<String>());
    }
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
