//! Reading `FETCH (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)`, beside imap-codec.

use std::time::Instant;

use imap_codec::{ResponseCodec, decode::Decoder as _};
use porthole_imap::wire::{FrameLimits, Framed, Framer, Peer, parse_response};

use crate::table::{ROUNDS, Table, median};

const RESPONSES: usize = 20_000;

pub(crate) fn run() {
    let mut table = Table::new(
        &format!("Framing and parsing {RESPONSES} FETCH responses, native"),
        &["parser", "MB/s", "x imap-codec"],
    );
    let input: Vec<u8> = (1..=RESPONSES).flat_map(response).collect();
    let mut measured = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        for (parse, measured) in [codec as fn(&[u8]) -> usize, own].iter().zip(&mut measured) {
            let start = Instant::now();
            assert_eq!(parse(&input), RESPONSES, "all of them are understood");
            measured.push(input.len() as f64 / 1e6 / start.elapsed().as_secs_f64());
        }
    }
    let [codec, own] = measured.map(|speed| median(&speed));
    for (name, speed) in [("imap-codec", codec), ("porthole-imap", own)] {
        let times = format!("{:.2}", speed / codec);
        table.row([name.to_owned(), format!("{speed:.0}"), times]);
    }
    table.print();
}

/// All at once, the way its parser wants it: it frames by parsing.
fn codec(input: &[u8]) -> usize {
    let codec = ResponseCodec::new();
    let mut rest = input;
    let mut count = 0;
    while let Ok((after, response)) = codec.decode(rest) {
        std::hint::black_box(&response);
        rest = after;
        count += 1;
    }
    count
}

/// In pieces as they come from a socket.
fn own(input: &[u8]) -> usize {
    let mut framer = Framer::new(Peer::Server, FrameLimits::default());
    let mut count = 0;
    for piece in input.chunks(16 * 1024) {
        framer.push(piece);
        while let Ok(Some(Framed::Frame(frame))) = framer.next_framed() {
            let response = parse_response(&frame, false);
            count += usize::from(response.is_ok());
            std::hint::black_box(&response);
        }
    }
    count
}

/// As Dovecot writes it: a newsletter, a letter with an attachment, or a short note.
fn response(n: usize) -> Vec<u8> {
    let text = "\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 1874 43 NIL \
                NIL NIL NIL";
    let html =
        "\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 61244 802 NIL NIL NIL NIL";
    let pdf = "\"application\" \"pdf\" (\"name\" \"tide table.pdf\") NIL NIL \"base64\" 201344 NIL \
               (\"attachment\" (\"filename\" \"tide table.pdf\" \"size\" \"147123\")) NIL NIL";
    let structure = match n % 3 {
        0 => format!("({text})"),
        1 => format!("(({text})({html}) \"alternative\" (\"boundary\" \"b{n}\") NIL NIL NIL)"),
        _ => format!(
            "((({text})({html}) \"alternative\" (\"boundary\" \"a{n}\") NIL NIL NIL)({pdf}) \
             \"mixed\" (\"boundary\" \"b{n}\") NIL (\"en\") NIL)"
        ),
    };
    let subject = match n % 10 {
        0 => "{23}\r\nA \"quoted\" tide table 1".to_owned(),
        _ => format!("\"=?UTF-8?Q?Gr=C3=BC=C3=9Fe_{n}?=\""),
    };
    let ines = "((\"Ines Haddad\" NIL \"ines\" \"example.com\"))";
    format!(
        "* {n} FETCH (UID {uid} FLAGS (\\Seen $Forwarded) INTERNALDATE \"23-Nov-2026 09:{minute:02}:00 \
         +0100\" RFC822.SIZE {size} ENVELOPE (\"Mon, 23 Nov 2026 09:15:00 +0100\" {subject} {ines} \
         {ines} {ines} ((NIL NIL \"alice\" \"example.com\")(\"Okafor, Ada\" NIL \"ada\" \
         \"example.org\")) NIL NIL \"<{n}.parent@example.com>\" \"<{n}@example.com>\") \
         BODYSTRUCTURE {structure})\r\n",
        uid = n * 3,
        minute = n % 60,
        size = 2000 + n,
    )
    .into_bytes()
}
