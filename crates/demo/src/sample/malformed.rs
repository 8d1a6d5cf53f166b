//! Messages that break the rules, each in a way that is met in real mailboxes.

use super::write::{DAY, HOUR, Letter};

pub(super) fn letters() -> Vec<Letter> {
    let long_line = format!(
        "From: Nadia Okafor <nadia@breakwater.example>\r\nTo: alice@example.com\r\nDate: {{date}}\r\n\
         Subject: The whole list in one line\r\nMessage-ID: <long-line-1@post.example>\r\n\r\n{}end.\r\n",
        "shackle, bolt, block, line, cleat, ".repeat(600)
    );
    let long_header = format!(
        "From: Committee <committee@harbour.example>\r\nTo: {}alice@example.com\r\nDate: {{date}}\r\n\
         Subject: To everybody\r\nMessage-ID: <everybody-1@post.example>\r\n\r\nThe harbour is closed on Monday.\r\n",
        (1..200)
            .map(|n| format!("Berth {n} <berth-{n}@harbour.example>,\r\n "))
            .collect::<String>()
    );
    vec![
        Letter::raw("no-date-1", "INBOX", 17 * DAY, NO_DATE).flags("\\Seen"),
        Letter::raw("no-from-1", "INBOX", 18 * DAY, NO_FROM).flags("\\Seen"),
        Letter::raw("eight-bit-1", "INBOX", 18 * DAY + 4 * HOUR, EIGHT_BIT).flags("\\Seen"),
        Letter::raw("boundary-1", "INBOX", 20 * DAY, BROKEN_BOUNDARY).flags("\\Seen"),
        Letter::raw("truncated-1", "INBOX", 20 * DAY + 3 * HOUR, TRUNCATED).flags("\\Seen"),
        Letter::raw("charset-1", "INBOX", 21 * DAY, UNKNOWN_CHARSET).flags("\\Seen"),
        Letter::raw("bare-lf-1", "INBOX", 22 * DAY, BARE_LF).flags("\\Seen"),
        Letter::raw("empty-1", "INBOX", 24 * DAY, EMPTY).flags("\\Seen"),
        Letter::raw("everybody-1", "INBOX", 26 * DAY, long_header).flags("\\Seen"),
        Letter::raw("bad-date-1", "INBOX", 28 * DAY, BAD_DATE).flags("\\Seen"),
        // Not in the inbox, which POP3 reads too: some programs take a reply's line for a fault that
        // is longer than they hold, and read nothing more.
        Letter::raw("long-line-1", "Archive", 40 * DAY, long_line).flags("\\Seen"),
        Letter::raw("bad-base64-1", "Archive", 45 * DAY, BAD_BASE64).flags("\\Seen"),
        Letter::raw("undisclosed-1", "Archive", 48 * DAY, UNDISCLOSED).flags("\\Seen"),
    ]
}

const NO_DATE: &str = "From: Old Telex <telex@harbour.example>\r\nTo: alice@example.com\r\n\
    Subject: A message without a date\r\nMessage-ID: <no-date-1@post.example>\r\n\r\n\
    STOP WEATHER FINE STOP SEND COFFEE STOP\r\n";

const NO_FROM: &str = "To: alice@example.com\r\nDate: {date}\r\n\
    Subject: Guess who\r\nMessage-ID: <no-from-1@post.example>\r\n\r\n\
    You know who this is.\r\n";

/// Latin-1 as it is, in the header and in the body.
const EIGHT_BIT: &[u8] = b"From: S\xf8ren Hopper <soeren@bootsbau.example>\r\nTo: alice@example.com\r\n\
    Date: {date}\r\nSubject: Gr\xfc\xdfe aus der K\xe4lte\r\nMessage-ID: <eight-bit-1@post.example>\r\n\r\n\
    Drau\xdfen sind zw\xf6lf Grad unter null. Die F\xe4hre f\xe4hrt nicht.\r\n";

/// The boundary of the header is not the one of the body.
const BROKEN_BOUNDARY: &str = "From: Scanner <scan@harbour.example>\r\nTo: alice@example.com\r\n\
    Date: {date}\r\nSubject: Scan 0042\r\nMessage-ID: <boundary-1@post.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=\"scanner-boundary\"\r\n\r\n\
    --another-boundary\r\nContent-Type: text/plain\r\n\r\n\
    The scanner has scanned. Nobody knows what.\r\n--another-boundary--\r\n";

/// It ends in the middle of its attachment.
const TRUNCATED: &str = "From: Nadia Okafor <nadia@breakwater.example>\r\nTo: alice@example.com\r\n\
    Date: {date}\r\nSubject: Cut short\r\nMessage-ID: <truncated-1@post.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=cut\r\n\r\n\
    --cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
    The connection here is not good, so I hope that all of this arrives.\r\n\
    --cut\r\nContent-Type: application/octet-stream; name=\"chart.bin\"\r\n\
    Content-Disposition: attachment; filename=\"chart.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    VGhpcyB3YXMgdG8gYmUgYSBjaGFydCwgYnV0IGl0IGVuZHMgaGVy";

const UNKNOWN_CHARSET: &[u8] = b"From: Harbour Gate <gate@harbour.example>\r\nTo: alice@example.com\r\n\
    Date: {date}\r\nSubject: =?x-harbour?Q?The_gate_is_open?=\r\nMessage-ID: <charset-1@post.example>\r\n\
    MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"x-harbour\"\r\n\
    Content-Transfer-Encoding: 8bit\r\n\r\n\
    The gate is open from 06:00 to 22:00. Caf\xe9 at the gate: \x93closed\x94.\r\n";

const BARE_LF: &str = "From: cron <root@lighthouse.example>\nTo: alice@example.com\nDate: {date}\n\
    Subject: Cron <keeper@lighthouse> /usr/bin/lamp --test\nMessage-ID: <bare-lf-1@post.example>\n\n\
    lamp: on\nlamp: off\nlamp: on\n";

const EMPTY: &str = "From: Bob Keeper <bob@example.com>\r\nTo: alice@example.com\r\nDate: {date}\r\n\
    Subject: (this space is not empty)\r\nMessage-ID: <empty-1@post.example>\r\n\r\n";

const BAD_DATE: &str = "From: Clock <clock@tower.example>\r\nTo: alice@example.com\r\n\
    Date: Mittwoch, 32. Brumaire, half past\r\nSubject: What time is it?\r\n\
    Message-ID: <bad-date-1@post.example>\r\n\r\nThe clock on the tower has stopped. Does anybody know?\r\n";

const BAD_BASE64: &str = "From: Fax <fax@harbour.example>\r\nTo: alice@example.com\r\nDate: {date}\r\n\
    Subject: =?utf-8?B?RmF4LCBwYWdlIDE=?= =?utf-8?Q?_of_=F0?= (?)\r\nMessage-ID: <bad-base64-1@post.example>\r\n\
    MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    VGhlIGZheCBo!!YXMgYSBo b2xlIGluIGl0\r\n(page 1)\r\nLg==\r\n";

const UNDISCLOSED: &str = "From: \"The Committee\" <committee@harbour.example>\r\nTo: undisclosed-recipients:;\r\n\
    Date: {date}\r\nSubject: Surprise for Grace, do not tell her\r\nMessage-ID: <undisclosed-1@post.example>\r\n\r\n\
    Friday at six, behind the net loft. Bring a lantern.\r\n";
