//! Messages damaged at random, the same way each time: none may panic.

use porthole_message::fuzz;
use porthole_mutate::within;

/// Seeds that reach every branch: encodings, parameters, nesting, flowed text, a calendar.
const SEEDS: [&str; 4] = [
    "From: =?utf-8?q?S=C3?= =?utf-8?b?uHJlbg==?= <soren@example.com>, Crew: a@example.com;\r\n\
    Subject: =?iso-2022-jp?B?GyRCMyQbKEI=?= =?x\r\nDate: Mon, 23 Nov 2026 09:15:00 +0100 (CET)\r\n\
    References: <a@example.com>\r\n\t<b@example.com>\r\nList-Unsubscribe: <mailto:x@example.com>\r\n\
    Content-Type: text/plain; charset*0=\"utf\"; charset*1*=''-8; format=flowed; delsp=yes\r\n\
    Content-Transfer-Encoding: quoted-printable\r\n\r\n>> caf=C3=A9 =\r\n\r\n> https://example.com/ \r\n-- \r\nG\r\n",
    "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n\
    --c\r\n\r\nplain\r\n--c\r\nContent-Type: text/html; charset=koi8-r\r\n\r\n<style>x</style>&#1084;<b>é\r\n--c--\r\n\
    --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\nContent-Type: image/png; name*=utf-8'en'%C3%A9\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n",
    "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n\
    SUMMARY:A\\, b\r\n c\r\nORGANIZER;CN=\"x:y\":mailto:a@example.com\r\nDTSTART;TZID=Europe/Oslo:20261124T100000\r\n\
    DTEND:20261124T110000Z\r\nEND:VEVENT\r\n",
    "Content-Type: multipart/digest; boundary==_x\n\n--=_x\n\nSubject: one\n\n1\n--=_x\nContent-Type: text/html\n\n<!-- <p>\n",
];

const INTERESTING: &[u8] = b"\r\n\t :;=?\"\\<>()-_&#%*'/\0\xff\x80\xc3\x1b";

#[test]
fn damaged_messages_do_not_panic() {
    let corpus = SEEDS.map(str::as_bytes);
    let target = within(400, 1 << 17, fuzz::message);
    porthole_mutate::run(0x4D, 3_000, &corpus, INTERESTING, target);
}
