//! Part trees of whole messages, well formed and not, and what is shown of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use porthole_message::{Layout, Limits, Message};

/// One row a part, `number media/type text`; then the layout's lists.
fn outline(raw: &str, limits: &Limits) -> String {
    let message = Message::parse(raw.as_bytes(), limits);
    let mut rows = Vec::new();
    for part in message.root.walk() {
        let row = match message.body(raw.as_bytes(), &part.number) {
            Some(_) if part.parts.is_empty() && !part.media_type.is_multipart() => {
                let text = message.text(raw.as_bytes(), &part.number).unwrap();
                format!("{} {} {:?}", part.number, part.media_type.essence, text)
            }
            _ => format!("{} {}", part.number, part.media_type.essence),
        };
        rows.push(row.trim().to_owned());
    }
    let layout = Layout::of(&message.root);
    let list = |numbers: &[_]| {
        numbers
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    rows.push(format!("html: {}", list(&layout.html)).trim().to_owned());
    rows.push(format!("text: {}", list(&layout.text)).trim().to_owned());
    for attachment in layout.attachments {
        let inline = if attachment.inline { " inline" } else { "" };
        rows.push(format!("{} {}{inline}", attachment.number, attachment.name));
    }
    rows.join("\n")
}

fn check(raw: &str, expected: &[&str]) {
    for raw in [raw.to_owned(), raw.replace('\n', "\r\n")] {
        let found = outline(&raw, &Limits::default()).replace("\\r\\n", "\\n");
        assert_eq!(found, expected.join("\n"), "{raw}");
    }
}

#[test]
fn single_parts() {
    check(
        "Subject: x\n\nhello\n",
        &["1 text/plain \"hello\\n\"", "html: 1", "text: 1"],
    );
    check(
        "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPGI+aGk8L2I+\n",
        &["1 text/html \"<b>hi</b>\"", "html: 1", "text: 1"],
    );
    check(
        "Content-Type: application/pdf; name=a.pdf\n\n%PDF",
        &["1 application/pdf \"%PDF\"", "html:", "text:", "1 a.pdf"],
    );
}

const ALTERNATIVE: &str = "Content-Type: multipart/mixed; boundary=m

preamble
--m
Content-Type: multipart/alternative; boundary=\"m.a\"

--m.a

plain
--m.a
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html

<img src=cid:x>
--r
Content-Type: image/png
Content-ID: <x>
Content-Transfer-Encoding: base64

QUJD
--r--
--m.a--
--m
Content-Type: application/zip
Content-Disposition: attachment; filename*=utf-8''L%C3%A4nge.zip

zip
--m--
epilogue
";

#[test]
fn the_usual_tree() {
    check(
        ALTERNATIVE,
        &[
            "multipart/mixed",
            "1 multipart/alternative",
            "1.1 text/plain \"plain\"",
            "1.2 multipart/related",
            "1.2.1 text/html \"<img src=cid:x>\"",
            "1.2.2 image/png \"ABC\"",
            "2 application/zip \"zip\"",
            "html: 1.2.1",
            "text: 1.1",
            "1.2.2 attachment.png inline",
            "2 Länge.zip",
        ],
    );
    let message = Message::parse(ALTERNATIVE.as_bytes(), &Limits::default());
    assert!(message.summary.has_attachment);
    assert_eq!(
        message.preview(ALTERNATIVE.as_bytes()).as_deref(),
        Some("plain")
    );
    let layout = Layout::of(&message.root);
    assert_eq!(layout.inline[0].content_id, "x");
    let json = serde_json::to_string(&message).unwrap();
    assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), message);
}

#[test]
fn nested_messages() {
    check(
        "Content-Type: multipart/mixed; boundary=m

--m

see below
--m
Content-Type: message/rfc822

Subject: inner
Content-Type: multipart/mixed; boundary=n

--n

deep
--n--
--m
Content-Type: message/rfc822

Subject: flat

flat
--m--
",
        &[
            "multipart/mixed",
            "1 text/plain \"see below\"",
            "2 message/rfc822",
            "2 multipart/mixed",
            "2.1 text/plain \"deep\"",
            "3 message/rfc822",
            "3.1 text/plain \"flat\"",
            "html: 1",
            "text: 1",
            "2 inner.eml",
            "3 flat.eml",
        ],
    );
    check(
        "Content-Type: message/rfc822\n\nSubject: in\n\ntext",
        &[
            "1 message/rfc822",
            "1.1 text/plain \"text\"",
            "html:",
            "text:",
            "1 in.eml",
        ],
    );
    check(
        "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: one\n\n1\n--d--",
        &[
            "multipart/digest",
            "1 message/rfc822",
            "1.1 text/plain \"1\"",
            "html:",
            "text:",
            "1 one.eml",
        ],
    );
}

#[test]
fn broken_boundaries() {
    // No close delimiter.
    check(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo",
        &[
            "multipart/mixed",
            "1 text/plain \"one\"",
            "2 text/plain \"two\"",
            "html: 1 2",
            "text: 1 2",
        ],
    );
    // The boundary is nowhere.
    check(
        "Content-Type: multipart/mixed; boundary=b\n\nreadable\n",
        &["1 text/plain \"readable\\n\"", "html: 1", "text: 1"],
    );
    // The parameter is lost.
    check(
        "Content-Type: multipart/mixed\n\n--=_lost\n\none\n--=_lost--\n",
        &[
            "multipart/mixed",
            "1 text/plain \"one\"",
            "html: 1",
            "text: 1",
        ],
    );
    // It is more than one line, as no delimiter is.
    check(
        "Content-Type: multipart/mixed; boundary*=lost%0Aone\n\n--lost\none\n\ntext\n--lost--\n",
        &[
            "multipart/mixed",
            "1 text/plain \"text\"",
            "html: 1",
            "text: 1",
        ],
    );
    // One boundary begins another, and one stands within a line.
    check(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--bb\nx --b\n--b \t\n\ntwo\n--b--\n",
        &[
            "multipart/mixed",
            "1 text/plain \"--bb\\nx --b\"",
            "2 text/plain \"two\"",
            "html: 1 2",
            "text: 1 2",
        ],
    );
    // A multipart that says it is encoded, and a part without a body.
    check(
        "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\nX: y\n--b--",
        &["multipart/mixed", "1 text/plain \"\"", "html: 1", "text: 1"],
    );
}

#[test]
fn what_is_shown() {
    // HTML only: it is the text too.
    check(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>\n--b--",
        &[
            "multipart/alternative",
            "1 text/html \"<p>\"",
            "html: 1",
            "text: 1",
        ],
    );
    // Text, picture, text, as Apple's program writes it; and a named text is an attachment.
    check(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nabove\n--b\nContent-Type: image/png\n\
        Content-Disposition: inline; filename=p.png\n\nP\n--b\n\nbelow\n--b\n\
        Content-Type: text/plain; name=log.txt\n\nlog\n--b--",
        &[
            "multipart/mixed",
            "1 text/plain \"above\"",
            "2 image/png \"P\"",
            "3 text/plain \"below\"",
            "4 text/plain \"log\"",
            "html: 1 3",
            "text: 1 3",
            "2 p.png",
            "4 log.txt",
        ],
    );
    // An invitation.
    check(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nCome.\n--b\n\
        Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--",
        &[
            "multipart/alternative",
            "1 text/plain \"Come.\"",
            "2 text/calendar \"BEGIN:VCALENDAR\"",
            "html: 1",
            "text: 1",
            "2 invitation.ics",
        ],
    );
}

#[test]
fn limits_hold() {
    let limits = Limits {
        depth: 3,
        parts: 5,
        ..Limits::default()
    };
    let mut deep = String::new();
    for i in 0..200 {
        deep.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"
        ));
    }
    let message = Message::parse(deep.as_bytes(), &limits);
    assert_eq!(message.root.walk().count(), 4);

    let nested = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let message = Message::parse(nested.as_bytes(), &Limits::default());
    assert!(message.root.walk().count() <= 2 * Limits::default().depth);

    let wide = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}",
        "--b\n\nx\n".repeat(500)
    );
    let message = Message::parse(wide.as_bytes(), &limits);
    assert_eq!(message.root.walk().count(), 5);
}
