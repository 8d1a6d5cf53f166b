//! The page's Content-Security-Policy.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::origin::{Authority, Origin};

/// The sources of the inline scripts in a page, as `'sha256-..'` with a space before each.
///
/// Trunk starts the page from an inline script, whose text differs from build to build.
pub(super) fn script_hashes(html: &str) -> String {
    let mut hashes = String::new();
    let mut rest = html;
    while let Some((attributes, body, after)) = next_script(rest) {
        if !has_source(attributes) {
            let hash = BASE64_STANDARD.encode(Sha256::digest(body));
            // Writing to a String does not fail.
            let _ = write!(hashes, " 'sha256-{hash}'");
        }
        rest = after;
    }
    hashes
}

/// The header's value.
///
/// A message is shown in a `srcdoc` frame, which inherits this and narrows it: hence the styles
/// and images, which the page itself does not need.
pub(super) fn policy(script_hashes: &str, host: &Authority, others: &[Origin]) -> String {
    let mut connect = format!("'self' ws://{host} wss://{host}");
    for other in others {
        let _ = write!(connect, " {other}");
    }
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{script_hashes}; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: http: https:; \
         font-src 'self'; connect-src {connect}; worker-src 'self'; frame-src 'self'; \
         manifest-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The first script element: its attributes, its text, and what comes after it.
fn next_script(html: &str) -> Option<(&str, &str, &str)> {
    let start = find(html, "<script")?;
    let tag = &html[start + "<script".len()..];
    if !tag.starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/') {
        return next_script(tag);
    }
    let (attributes, body) = tag.split_once('>')?;
    let end = find(body, "</script")?;
    Some((attributes, &body[..end], &body[end..]))
}

fn has_source(attributes: &str) -> bool {
    let mut names = attributes
        .split_ascii_whitespace()
        .map(|attribute| attribute.split('=').next().unwrap_or_default());
    names.any(|name| name.eq_ignore_ascii_case("src"))
}

/// `str::find`, ignoring ASCII case.
fn find(text: &str, wanted: &str) -> Option<usize> {
    let mut windows = text.as_bytes().windows(wanted.len());
    windows.position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, bodies: &[&str]) {
        let expected: String = bodies
            .iter()
            .map(|body| format!(" 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(body))))
            .collect();
        assert_eq!(script_hashes(html), expected, "{html}");
    }

    #[test]
    fn inline_scripts_are_found() {
        check("<p>none</p>", &[]);
        check("<script>a()</script>", &["a()"]);
        check("<SCRIPT type=\"module\">\na < b\n</Script>", &["\na < b\n"]);
        check(
            "<script src=x.js></script><script\n nonce=\"n\">b</script><script>c</script>",
            &["b", "c"],
        );
        check("<script data-src=x>a</script>", &["a"]);
        check("<scripture>a</scripture><script>b</script>", &["b"]);
        check("<script>never closed", &[]);
        check("<script", &[]);
    }

    #[test]
    fn a_known_hash() {
        // The example of the CSP specification, level 3 section 6.7.3.3... recomputed: "" hashes to
        // the well-known digest of nothing.
        assert_eq!(
            script_hashes("<script></script>"),
            " 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
        );
    }

    #[test]
    fn the_policy_names_this_host_and_the_others() {
        let host = "mail.example:8443".parse().unwrap();
        let others = [Origin::parse_proxy("wss://proxy.example").unwrap()];
        let policy = policy(" 'sha256-x'", &host, &others);
        assert!(
            policy.starts_with(
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-x';"
            )
        );
        assert!(policy.contains(
            "connect-src 'self' ws://mail.example:8443 wss://mail.example:8443 \
             wss://proxy.example;"
        ));
    }
}
