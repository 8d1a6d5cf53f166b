//! The document for the frame.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    attribute, css, policy,
    resource::{Blocked, Options, Remote, Resources},
    rewrite::{self, rewrite},
};

/// A document that is safe to show, in a frame with `sandbox` and an opaque origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafeDocument {
    /// For the frame's `srcdoc`.
    pub srcdoc: String,
    /// The hosts whose pictures were left out, those most wanted first. Empty when remote content
    /// is allowed.
    pub blocked: Vec<Blocked>,
    /// The Content-IDs of the pictures that are shown; the others belong in the list of
    /// attachments.
    pub shown: Vec<String>,
    /// Whether the message sets colours of its own. Such a one lies on white paper; any other
    /// follows the page's scheme.
    pub is_designed: bool,
    /// Whether it was too large or too deep, and something is left out.
    pub truncated: bool,
}

/// Makes a safe document of a message's HTML. It has no way to fail.
pub fn render(html: &str, options: Options) -> SafeDocument {
    let resources = Arc::new(Resources::new(options));
    let rewritten = rewrite(html);
    let mut builder = policy::builder();
    let filter = Arc::clone(&resources);
    builder.attribute_filter(move |_, name, value| attribute::filter(&filter, name, value));

    let content = builder.clean(&rewritten.html).to_string();
    let body = builder.clean(&rewritten.body).to_string();
    // A div by itself comes out as `<div a="b"></div>`.
    let attributes = body
        .strip_prefix("<div")
        .and_then(|rest| rest.strip_suffix("></div>"))
        .unwrap_or_default();
    let mut is_designed = is_coloured(&content) || is_coloured(&body);
    let mut styles = String::new();
    for (source, media) in &rewritten.styles {
        let sheet = css::stylesheet(source, media, &resources);
        is_designed |= sheet.is_coloured;
        styles.push_str(&sheet.css);
        styles.push('\n');
    }

    let mut srcdoc = String::with_capacity(content.len() + styles.len() + 2048);
    srcdoc.push_str("<!doctype html><html><head>");
    srcdoc.push_str(&policy_meta(resources.remote()));
    srcdoc.push_str("<meta charset=\"utf-8\">");
    let (scheme, paper) = if is_designed {
        ("light", PAPER)
    } else {
        ("light dark", "")
    };
    srcdoc.push_str(&format!(
        "<meta name=\"color-scheme\" content=\"{scheme}\">"
    ));
    srcdoc.push_str("<meta name=\"referrer\" content=\"no-referrer\">");
    srcdoc.push_str("<meta name=\"viewport\" content=\"width=device-width\">");
    srcdoc.push_str(&format!("<style>{BASE}{paper}</style>"));
    if !styles.trim().is_empty() {
        srcdoc.push_str(&format!("<style>{}</style>", styles.trim()));
    }
    srcdoc.push_str(&format!("</head><body{attributes}>{content}</body></html>"));

    let (blocked, shown) = resources.summary();
    SafeDocument {
        srcdoc,
        blocked,
        shown,
        is_designed,
        truncated: rewritten.truncated,
    }
}

/// HTML that shows a plain text as it is: for a message that has parts of both kinds.
pub fn text_section(text: &str) -> String {
    let mut html = "<div style=\"white-space: pre-wrap\">".to_owned();
    rewrite::escape_all(text, &mut html);
    html.push_str("</div>");
    html
}

/// The third wall, first in the document (Content Security Policy Level 3).
fn policy_meta(remote: Remote) -> String {
    let pictures = match remote {
        Remote::Blocked => "data:",
        Remote::Allowed => "data: http: https:",
    };
    format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; img-src {pictures}; form-action 'none'; base-uri 'none'; \
         script-src 'none'\">"
    )
}

/// What a message is shown like unless it says otherwise: what it says comes after this. A picture
/// that was blocked keeps its place without the sign of a broken one.
const BASE: &str = "body{margin:16px;font:15px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\
    \"Noto Sans\",sans-serif;overflow-wrap:break-word}img{max-width:100%}table{font:inherit}\
    pre{white-space:pre-wrap}blockquote{margin:8px 0;padding-left:12px;\
    border-left:2px solid #9fd0c7}\
    img:not([src]){content:url(data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7);\
    background:#8883;border-radius:3px}";

/// What a designed message takes for granted: dark on light. The paper is the frame's canvas, white
/// by its colour scheme; a background here would keep that of the message's body from filling it.
const PAPER: &str = "html{color:#16211f}";

/// Whether markup that was made safe sets colours. Text cannot be taken for markup: in it, quotes
/// stand for themselves but angle brackets do not.
fn is_coloured(html: &str) -> bool {
    html.split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .any(|tag| {
            let style = tag
                .split_once(" style=\"")
                .and_then(|(_, rest)| rest.split('"').next());
            tag.contains(" bgcolor=\"")
                || tag.contains(" background=\"")
                || tag.contains(" color=\"")
                || tag.contains(" text=\"")
                || style.is_some_and(css::is_coloured)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Picture;

    fn body(html: &str) -> String {
        let srcdoc = render(html, Options::default()).srcdoc;
        let start = srcdoc.find("<body").unwrap();
        srcdoc[start..].strip_suffix("</html>").unwrap().to_owned()
    }

    fn check(html: &str, expected: &str) {
        assert_eq!(body(html), expected, "{html}");
    }

    #[test]
    fn the_policy_comes_first() {
        let start = "<!doctype html><html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';";
        let document = render("", Options::default());
        assert!(document.srcdoc.starts_with(start));
        assert!(document.srcdoc.contains("img-src data:;"));
        let options = Options {
            remote: Remote::Allowed,
            ..Options::default()
        };
        let document = render("<img src=http://t.example/a>", options);
        assert!(document.srcdoc.contains("img-src data: http: https:;"));
        assert!(document.srcdoc.contains("<img src=\"http://t.example/a\">"));
        assert_eq!(document.blocked, []);
    }

    #[test]
    fn what_newsletters_are_made_of() {
        check(
            "<html><body bgcolor=#eee style='margin:0' class=x onload=y><table width=600 \
             cellpadding=0 align=center><tr><td bgcolor=white background=http://t.example/b>a</table>",
            "<body bgcolor=\"#eee\" style=\"margin: 0\" class=\"x\"><table width=\"600\" \
             cellpadding=\"0\" align=\"center\"><tbody><tr><td bgcolor=\"white\">a</td></tr></tbody>\
             </table></body>",
        );
        check(
            "<a href='https://example.com/?a=1&amp;b=2' target=_top ping=x>go</a>",
            "<body><a href=\"https://example.com/?a=1&amp;b=2\" target=\"_blank\" \
             rel=\"noopener noreferrer\">go</a></body>",
        );
        check(
            "<form action=x><input value=y><button>Send</button></form><center><font color=red>z",
            "<body>Send<center><font color=\"red\">z</font></center></body>",
        );
        check(
            "a<br>b &amp; &lt;c&gt; &copy;",
            "<body>a<br>b &amp; &lt;c&gt; ©</body>",
        );
    }

    #[test]
    fn pictures() {
        let picture = Picture {
            content_id: "logo".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: b"ABC".to_vec(),
        };
        let html = "<img src=cid:logo><img src=cid:none alt=x><img src=http://t.example/1 \
             srcset='http://u.example 2x'><p style='background:url(cid:logo)'>";
        let options = Options {
            pictures: vec![picture],
            ..Options::default()
        };
        let document = render(html, options);
        assert!(document.srcdoc.contains(
            "<img src=\"data:image/png;base64,QUJD\"><img alt=\"x\"><img>\
             <p style=\"background: url(&quot;data:image/png;base64,QUJD&quot;)\">"
        ));
        assert_eq!(document.shown, ["logo"]);
        assert_eq!(document.blocked.len(), 1);
        assert_eq!(document.blocked[0].host, "t.example");
    }

    #[test]
    fn paper() {
        for html in [
            "<p bgcolor=red>",
            "<style>p{color:red}</style>",
            "<p style='color:red'>",
        ] {
            let document = render(html, Options::default());
            assert!(document.is_designed, "{html}");
            assert!(document.srcdoc.contains("content=\"light\""));
        }
        for html in [
            "plain",
            "<p style='margin:0'>bgcolor=\"x\" color=\"",
            "<b>color: red</b>",
        ] {
            let document = render(html, Options::default());
            assert!(!document.is_designed, "{html}");
            assert!(document.srcdoc.contains("content=\"light dark\""));
        }
    }

    #[test]
    fn text_beside_html() {
        assert_eq!(
            text_section("a < b & \"c\"\n"),
            "<div style=\"white-space: pre-wrap\">a &lt; b &amp; &quot;c&quot;\n</div>",
        );
    }
}
