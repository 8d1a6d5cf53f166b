//! Mail made for tests, and Maildir folders full of it.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// One message of a Maildir.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Header and body, lines ending in CR LF.
    pub raw: Vec<u8>,
    /// Whether it was read.
    pub seen: bool,
}

/// Message `n` of a large mailbox. Its header takes one of the forms that occur: encoded words,
/// quoted names, folded fields, other zones.
pub fn numbered(n: u32) -> Mail {
    let (from, subject) = match n % 7 {
        0 => ("Ines Haddad <ines@example.com>", format!("Number {n}")),
        1 => ("<harbour@example.org>", format!("Tide table {n}")),
        2 => (
            "=?UTF-8?B?SsO8cmdlbiBHcm/Dnw==?= <jg@example.net>",
            format!("=?UTF-8?Q?Gr=C3=BC=C3=9Fe_{n}?="),
        ),
        3 => (
            "\"Okafor, Ada\" <ada@example.com>",
            format!("Re: Number {}", n - 1),
        ),
        4 => (
            "=?ISO-8859-1?Q?Andr=E9?= Petit <andre@example.net>",
            format!("=?ISO-8859-1?Q?D=E9j=E0_vu?= {n}"),
        ),
        5 => (
            "Quay Street Press <press@example.org>",
            format!("A subject that was folded\r\n because number {n} is long"),
        ),
        _ => (
            "ines@example.com",
            format!("=?UTF-8?B?5riv?= =?UTF-8?B?5Y+j?= {n}"),
        ),
    };
    let (day, hour, minute) = (1 + n / 1440 % 28, n / 60 % 24, n % 60);
    let zone = ["+0000", "+0100", "-0530"][n as usize % 3];
    let raw = format!(
        "From: {from}\r\nTo: alice@example.com\r\nSubject: {subject}\r\n\
         Date: {day} Nov 2026 {hour:02}:{minute:02}:00 {zone}\r\nMessage-ID: <{n}@example.com>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         This is number {n}.\r\n"
    );
    Mail {
        raw: raw.into_bytes(),
        seen: !n.is_multiple_of(5),
    }
}

/// A message with this subject and text; each line of the text ends in LF.
pub fn text(subject: &str, text: &str) -> Mail {
    let text = text.replace('\n', "\r\n");
    let raw = format!(
        "From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\nSubject: {subject}\r\n\
         Date: Mon, 23 Nov 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    );
    Mail {
        raw: raw.into_bytes(),
        seen: false,
    }
}

/// What the attachment of [`attached`] is called.
pub const ATTACHMENT: &str = "Logbuch März, 灯台.dat";

/// A message with a text and one attachment, which crosses in base64. Its name crosses as RFC 2231
/// has it.
pub fn attached(subject: &str, attachment: &[u8]) -> Mail {
    let attachment = base64_lines(attachment);
    let raw = format!(
        "From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\nSubject: {subject}\r\n\
         Date: Mon, 23 Nov 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=quay\r\n\r\n\
         --quay\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee below.\r\n\
         --quay\r\nContent-Type: application/octet-stream\r\n\
         Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n \
         filename*=utf-8''Logbuch%20M%C3%A4rz%2C%20%E7%81%AF%E5%8F%B0.dat\r\n\r\n{attachment}\r\n--quay--\r\n"
    );
    Mail {
        raw: raw.into_bytes(),
        seen: false,
    }
}

/// A message that is HTML and nothing else, with the subject `Case` and this name. It crosses in
/// base64, as it is.
pub fn html(name: &str, html: &str) -> Mail {
    let encoded = base64_lines(html.as_bytes());
    let raw = format!(
        "From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\nSubject: Case {name}\r\n\
         Date: Mon, 23 Nov 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {encoded}\r\n"
    );
    Mail {
        raw: raw.into_bytes(),
        seen: false,
    }
}

/// Base64 in lines as long as they may be (RFC 2045 section 6.8).
fn base64_lines(octets: &[u8]) -> String {
    let encoded = STANDARD.encode(octets);
    let lines = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy);
    lines.collect::<Vec<_>>().join("\r\n")
}

/// So many octets, of every value: what is missing in the middle shows.
pub fn octets(count: usize) -> Vec<u8> {
    (0..).flat_map(u32::to_be_bytes).take(count).collect()
}

/// Lines that are all different, `octets` of them at least: what is missing in the middle shows.
pub fn lines(octets: usize) -> String {
    let mut text = String::new();
    for n in 0.. {
        if text.len() >= octets {
            break;
        }
        text += &format!("{n:06},a line of the harbour master's log\n");
    }
    text
}

/// Writes these messages into a new Maildir, the first one oldest.
pub fn maildir(path: &Path, mail: &[Mail]) {
    for folder in ["cur", "new", "tmp"] {
        fs::create_dir_all(path.join(folder)).unwrap();
    }
    for (n, mail) in mail.iter().enumerate() {
        let octets = mail.raw.len();
        let flags = if mail.seen { "S" } else { "" };
        // The sizes spare Dovecot from reading every file before it can answer LIST.
        let name = format!("1795000000.M{n:06}P1.porthole,S={octets},W={octets}:2,{flags}");
        fs::write(path.join("cur").join(name), &mail.raw).unwrap();
    }
}

/// Writes these messages into a new file `inbox` in this folder, as mbox (RFC 4155), the first one
/// oldest. No line of theirs may begin with `From `.
pub fn mbox(folder: &Path, mail: &[Mail]) {
    let mut all = Vec::new();
    for mail in mail {
        all.extend_from_slice(b"From alice@example.com Mon Nov 23 09:15:00 2026\n");
        all.extend_from_slice(if mail.seen { SEEN } else { UNSEEN });
        all.extend(mail.raw.iter().filter(|&&octet| octet != b'\r'));
        all.push(b'\n');
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("inbox"), all).unwrap();
}

// The flags of a message in an mbox.
const SEEN: &[u8] = b"Status: RO\n";
const UNSEEN: &[u8] = b"Status: O\n";
