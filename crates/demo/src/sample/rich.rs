//! Letters with something in them: attachments, pictures, invitations, messages in messages.

use porthole_imap::types::datetime::DateTime;

use super::{
    file,
    people::{ALICE, BOB, GRACE, INES, LIST, NADIA, OMAR, Person, SOREN, YUKI},
    write::{DAY, Entity, HOUR, Letter, date},
};

pub(super) fn letters(now_unix: i64) -> Vec<Letter> {
    vec![
        minutes(),
        sunrise(),
        invitation(now_unix),
        Letter::new("zip-1", "INBOX", 4 * DAY)
            .flags("\\Seen")
            .from(INES)
            .to(&[ALICE])
            .subject("The log of last year, as text")
            .body(Entity::mixed(vec![
                Entity::text(
                    "Alice,\n\nthree months as text files. The fourth one got wet.\n\nInes\n",
                ),
                Entity::file("log-last-year.zip", "application/zip", file::zip(&LOG)),
            ])),
        Letter::new("vcard-1", "INBOX", 5 * DAY + 9 * HOUR)
            .flags("\\Seen")
            .from(NADIA)
            .to(&[ALICE])
            .subject("My new number")
            .body(Entity::mixed(vec![
                Entity::text("The old telephone went overboard. The new one floats, I am told.\n"),
                Entity::file(
                    "Nadia Okafor.vcf",
                    "text/vcard; charset=utf-8",
                    VCARD.into(),
                ),
            ])),
        Letter::new("foghorn-1", "INBOX", 7 * DAY + 2 * HOUR)
            .flags("\\Seen")
            .from(OMAR)
            .to(&[ALICE, BOB])
            .subject("The foghorn, for those who slept through it")
            .body(Entity::mixed(vec![
                Entity::text(
                    "Sixty-eight seconds, uncut. Turn it up.\n\n-- \nOmar Lovelace, rope maker\n",
                ),
                Entity::file("foghorn.wav", "audio/wav", file::foghorn()),
            ])),
        forwarded(now_unix),
        bounce(),
        Letter::new("signed-1", "INBOX", 15 * DAY)
            .flags("\\Seen")
            .from(SOREN)
            .to(&[ALICE])
            .subject("The price, signed")
            .body(Entity::multipart(
                "signed; micalg=pgp-sha512;\r\n protocol=\"application/pgp-signature\"",
                vec![
                    Entity::text("Alice,\n\nit stays at 608, launching not included.\n\nSøren\n"),
                    Entity::written("application/pgp-signature; name=signature.asc", SIGNATURE),
                ],
            )),
        digest(now_unix),
        Letter::new("sent-1", "Sent", 8 * DAY - 4 * HOUR)
            .flags("\\Seen")
            .from(ALICE)
            .to(&[Person {
                name: "Ольга Петрова",
                email: "olga@lotsman.example",
                zone: 180,
            }])
            .subject("Re: Лоция на зиму")
            .answers(&["russian-1"])
            .body(Entity::mixed(vec![
                Entity::text("Спасибо, Ольга! План пирса прилагаю.\n\nАлиса\n"),
                Entity::file("пирс-3.png", "image/png", file::pier()),
            ])),
        Letter::new("draft-2", "Drafts", 3 * DAY)
            .flags("\\Seen \\Draft")
            .from(ALICE)
            .header("X-Note", "to whom?")
            .subject("")
            .body(Entity::text("")),
    ]
}

/// The letter of the drawing: two hosts' pictures, a PDF and a picture.
fn minutes() -> Letter {
    let plain = Entity::flowed(MINUTES);
    let html = Entity::html(include_str!("../../data/newsletters/minutes.html"));
    let points = [
        "Present: I. Haddad, O. Lovelace, S. Hopper, A. Moreau, G. Tanaka (minutes)",
        "",
        "1. The mooring at pier three is loose. Omar looks at it when the tide is out.",
        "2. The log over the winter: somebody must keep it. Not decided.",
        "3. The lamp on the breakwater is red again. It was never meant to be green.",
        "4. The cat is nobody's. It will be fed by turns.",
        "",
        "Next meeting: Tuesday, ten o'clock, in the net loft.",
    ];
    Letter::new("minutes-1", "INBOX", 31)
        .flags("\\Seen")
        .from(GRACE)
        .to(&[ALICE, OMAR])
        .cc(&[INES, SOREN, YUKI])
        .subject("Minutes of the harbour meeting")
        .body(Entity::mixed(vec![
            Entity::alternative(plain, html),
            Entity::file(
                "minutes.pdf",
                "application/pdf",
                file::pdf("Minutes", &points),
            ),
            Entity::file("pier-3.png", "image/png", file::pier()),
        ]))
}

/// A picture that came with the message.
fn sunrise() -> Letter {
    let html = "<p>Dear Alice,</p><p>this was at seven, from the end of the breakwater. The boat is \
        Tomasz, early as ever.</p><p><img src=\"cid:sunrise@breakwater.example\" width=\"560\" \
        height=\"260\" alt=\"A low sun behind a lighthouse and a boat\"></p><p>Nadia</p>";
    let plain = "Dear Alice,\n\nthis was at seven, from the end of the breakwater. The boat is Tomasz, early\nas ever.\n\n[sunrise.png]\n\nNadia\n";
    let picture = Entity::inline(
        "sunrise.png",
        "image/png",
        "sunrise@breakwater.example",
        file::sunrise(),
    );
    Letter::new("sunrise-1", "INBOX", 3 * HOUR)
        .from(NADIA)
        .to(&[ALICE])
        .subject("Seven o'clock, from the breakwater")
        .body(Entity::alternative(
            Entity::text(plain),
            Entity::multipart(
                "related; type=\"text/html\"",
                vec![Entity::html(html), picture],
            ),
        ))
}

/// An invitation for the Tuesday after next Monday, in a language that is read from the right.
fn invitation(now_unix: i64) -> Letter {
    // 1970-01-06 was a Tuesday.
    let today = now_unix.div_euclid(86_400);
    let tuesday = today + 1 + (4 - today).rem_euclid(7);
    let day = DateTime::from_unix(tuesday * 86_400).date;
    let day = format!("{:04}{:02}{:02}", day.year, day.month, day.day);
    let calendar = CALENDAR.replace("{day}", &day);
    let text = include_bytes!("../../data/languages/arabic.windows-1256.txt");
    Letter::new("invitation-1", "INBOX", 30 * HOUR)
        .header(
            "From",
            "=?windows-1256?B?4e3h7CDj5NXm0Q==?= <layla@shabaka.example>",
        )
        .to(&[ALICE])
        .header(
            "Subject",
            "=?windows-1256?B?z9rmyTogx+HL4cfLx8Egx+HTx9rJIMfh2sfU0ck=?=",
        )
        .body(Entity::mixed(vec![
            Entity::alternative(
                Entity::in_charset("windows-1256", "base64", text),
                Entity::written("text/calendar; charset=utf-8; method=REQUEST", &calendar),
            ),
            Entity::file(
                "invite.ics",
                "application/ics",
                calendar.replace('\n', "\r\n").into_bytes(),
            ),
        ]))
}

/// A message in a message in a message.
fn forwarded(now_unix: i64) -> Letter {
    let innermost = Letter::new("forwarded-0", "Sent", 18 * DAY)
        .from(OMAR)
        .to(&[GRACE])
        .subject("Who painted the bollards?")
        .body(Entity::mixed(vec![
            Entity::text("They were grey on Friday. See for yourself.\n\nOmar\n"),
            Entity::file("bollards.png", "image/png", file::pier()),
        ]));
    let inner = Letter::new("forwarded-1", "Sent", 17 * DAY)
        .from(GRACE)
        .to(&[INES])
        .subject("Fwd: Who painted the bollards?")
        .body(Entity::mixed(vec![
            Entity::text("Not me. You?\n\nGrace\n"),
            Entity::message(innermost.arrive(now_unix).raw),
        ]));
    Letter::new("forwarded-2", "INBOX", 16 * DAY + 6 * HOUR)
        .flags("\\Seen")
        .from(INES)
        .to(&[ALICE])
        .subject("Fwd: Fwd: Who painted the bollards?")
        .body(Entity::mixed(vec![
            Entity::text("Nor me. Yellow suits them, though.\n\nInes\n"),
            Entity::message(inner.arrive(now_unix).raw),
        ]))
}

/// A message that could not be delivered (RFC 3464).
fn bounce() -> Letter {
    let status = "Reporting-MTA: dns; mail.example.com\n\nFinal-Recipient: rfc822; lamp@breakwater.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such lamp\n";
    let original = "From: Alice Moreau <alice@example.com>\nTo: lamp@breakwater.example\nSubject: Why are you red?\nMessage-ID: <lamp-1@post.example>\n";
    Letter::new("bounce-1", "INBOX", 14 * DAY + 2 * HOUR)
        .flags("\\Seen")
        .from(Person { name: "Mail Delivery System", email: "postmaster@example.com", zone: 0 })
        .to(&[ALICE])
        .subject("Undelivered mail: Why are you red?")
        .header("Auto-Submitted", "auto-replied")
        .body(Entity::multipart(
            "report; report-type=delivery-status",
            vec![
                Entity::text("Your message could not be delivered to\n\n    lamp@breakwater.example\n\nThe other server said: no such lamp.\n"),
                Entity::written("message/delivery-status", status),
                Entity::written("text/rfc822-headers", original),
            ],
        ))
}

/// A day of the mailing list in one message (RFC 2046 section 5.1.5).
fn digest(now_unix: i64) -> Letter {
    let posts = [
        (INES, "Gulls", "They have learned to open the bin."),
        (OMAR, "Re: Gulls", "Put a brick on it."),
        (INES, "Re: Gulls", "They have learned about bricks."),
    ];
    let parts = posts
        .iter()
        .zip(1..)
        .map(|((person, subject, text), hour)| {
            let sent = date(now_unix - (70 * DAY - hour * HOUR) * 60, person.zone);
            let raw = format!(
                "From: {} <{}>\r\nSubject: {subject}\r\nDate: {sent}\r\n\r\n{text}\r\n",
                person.name, person.email
            );
            Entity::message(raw.into_bytes())
        });
    Letter::new("digest-1", "Archive", 69 * DAY)
        .flags("\\Seen")
        .from(LIST)
        .to(&[ALICE])
        .subject("Harbour digest, three messages")
        .body(Entity::multipart("digest", parts.collect()))
}

const MINUTES: &str = "Dear all,

attached are the minutes. The two open questions are the mooring at pier three and who keeps the log over the winter.

The picture shows the bollard in question. It was not that colour in October.

Best wishes
Grace";

const LOG: [(&str, &str); 3] = [
    (
        "log/october.txt",
        "01 Oct  wind W 4, one cutter in, no cutter out\n02 Oct  fog, foghorn, complaints\n",
    ),
    (
        "log/november.txt",
        "11 Nov  first frost, the pump is silent\n12 Nov  the pump is loud\n",
    ),
    (
        "log/december.txt",
        "24 Dec  lamp lit, soup, everybody here\n31 Dec  fireworks on the breakwater, two umbrellas lost\n",
    ),
];

const VCARD: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Nadia Okafor\r\nN:Okafor;Nadia;;;\r\n\
    EMAIL:nadia@breakwater.example\r\nTEL;TYPE=cell:+00-555-0177\r\nADR:;;Breakwater 1;Harbour;;;\r\n\
    NOTE:Knocks twice.\r\nEND:VCARD\r\n";

const CALENDAR: &str = "BEGIN:VCALENDAR
PRODID:-//Shabaka//Net loft//AR
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:netloft-48@shabaka.example
DTSTAMP:{day}T000000Z
DTSTART:{day}T100000Z
DTEND:{day}T113000Z
SUMMARY:اجتماع الميناء
LOCATION:قاعة الشباك
ORGANIZER;CN=Layla Mansour:mailto:layla@shabaka.example
ATTENDEE;CN=Alice Moreau;RSVP=TRUE:mailto:alice@example.com
END:VEVENT
END:VCALENDAR
";

const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----

aXQgaXMgbm90IGEgcmVhbCBzaWduYXR1cmUsIGJ1dCBpdCBsb29rcyBsaWtlIG9u
ZTogZW5vdWdoIGZvciBhIGRlbW8=
=demo
-----END PGP SIGNATURE-----
";
