//! What crosses encoded reaches the page as it was before: charsets, quoted-printable, base64, and
//! pictures within HTML.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Message},
};

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);
const BOTH: [Protocol; 2] = [Protocol::Imap, Protocol::Pop3];

/// A message of this subject, whose header goes on like this.
fn mail(subject: &str, rest: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\nSubject: {subject}\r\n\
         Date: Mon, 23 Nov 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\n"
    );
    [head.as_bytes(), rest].concat()
}

fn in_lines(octets: &[u8]) -> String {
    let text = STANDARD.encode(octets);
    let lines = text.as_bytes().chunks(76).map(String::from_utf8_lossy);
    lines.map(|line| line.into_owned() + "\r\n").collect()
}

/// So many octets, of every value.
fn octets(count: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(count).collect()
}

/// More than comes in one piece.
fn attachment() -> Vec<u8> {
    octets(230_000)
}

fn picture() -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".as_slice(), &octets(999)].concat()
}

/// HTML with a picture in it, and beside them the attachment, part 2.
fn chart() -> Vec<u8> {
    let rest = format!(
        "Content-Type: multipart/mixed; boundary=outer\r\n\r\n\
         --outer\r\nContent-Type: multipart/related; boundary=inner\r\n\r\n\
         --inner\r\nContent-Type: text/html; charset=koi8-r\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n\
         <p>=ED=CF=\r\n=D2=C5 <img src=3D\"cid:chart@example.com\"></p>\r\n\
         --inner\r\nContent-Type: image/png\r\nContent-ID: <chart@example.com>\r\n\
         Content-Disposition: inline; filename=chart.png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\
         --inner--\r\n\
         --outer\r\nContent-Type: application/octet-stream\r\n\
         Content-Disposition: attachment; filename=depths.bin\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\
         --outer--\r\n",
        in_lines(&picture()),
        in_lines(&attachment())
    );
    mail("A chart", rest.as_bytes())
}

/// Opens the message of this subject, and gives what is shown one round trip later.
fn opened(world: &mut World, subject: &str) -> Message {
    let id = world.row(subject).id;
    world.sent.clear();
    world.intent(Intent::OpenMessage(id));
    world.run(2 * world.half);
    let shown = world.changes.iter().rev().find_map(|change| match change {
        Change::Message(message) => Some(*message.clone()),
        _ => None,
    });
    shown.unwrap()
}

fn text(message: &Message) -> &str {
    match &message.body {
        Body::Text(text) => &text.blocks[0].lines[0][0].text,
        body => panic!("{body:?}"),
    }
}

#[test]
fn what_is_encoded_reaches_the_page() {
    let quoted = mail(
        "Quoted",
        b"Content-Type: text/plain; charset=koi8-r\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        =ED=CF=D2=C5 =3D =\r\n=D7=CF=C4=C1\r\n",
    );
    let switched = mail(
        "Switched",
        b"Content-Type: text/plain; charset=ISO-2022-JP\r\n\r\n\x1b$B3$\x1b(B and \x1b$BEt\x1b(B\r\n",
    );
    for protocol in BOTH {
        let mut world = World::new(&[&quoted, &switched, &chart()]);
        world.connect(protocol);
        world.run(5 * SECOND);

        let message = opened(&mut world, "A chart");
        let Body::Html { document, .. } = &message.body else {
            panic!("{protocol:?}: {:?}", message.body)
        };
        let url = format!("data:image/png;base64,{}", STANDARD.encode(picture()));
        let html = format!("<p>Море <img src=\"{url}\"></p>");
        assert!(document.contains(&html), "{protocol:?}: {document}");
        let names: Vec<_> = message.attachments.iter().map(|a| &a.name).collect();
        assert_eq!(names, ["depths.bin"], "{protocol:?}");

        let part = message.attachments[0].part.clone();
        let sent = |world: &World| {
            let sent = world.sent.iter().flat_map(|(_, bytes)| bytes.clone());
            String::from_utf8(sent.collect()).unwrap()
        };
        let asks = sent(&world).matches("[2]").count();
        assert_eq!(asks, 0, "{protocol:?}: nobody asked for the attachment");
        let message = message.id;
        world.intent(Intent::FetchPart { message, part });
        world.run(5 * SECOND);
        let saved = world.changes.iter().find_map(|change| match change {
            Change::Part { bytes, .. } => Some(bytes),
            _ => None,
        });
        assert!(saved == Some(&attachment()), "{protocol:?}");
        let pieces = sent(&world).matches("BODY.PEEK[2]<").count();
        let expected = if protocol == Protocol::Imap { 2 } else { 0 };
        assert_eq!(pieces, expected, "{protocol:?}");

        let message = opened(&mut world, "Quoted");
        assert_eq!(text(&message), "Море = вода", "{protocol:?}");
        let message = opened(&mut world, "Switched");
        assert_eq!(text(&message), "海 and 灯", "{protocol:?}");
    }
}
