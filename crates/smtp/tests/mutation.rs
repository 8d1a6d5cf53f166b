//! Commands and replies damaged at random, the same way each time.

use porthole_mutate::within;
use porthole_smtp::fuzz;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const INTERESTING: &[u8] = b"\r\n -.<>@:;=*[]0123456789\0\x7f\xc3\xff";

const COMMANDS: [&[u8]; 4] = [
    b"EHLO [192.0.2.1]\r\nHELO mail.example.com\r\nSTARTTLS\r\nRSET\r\nNOOP hello\r\nVRFY a\r\n",
    b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\nauth login\r\nYWxpY2U=\r\n*\r\n",
    b"MAIL FROM:<alice@example.com> SIZE=320 BODY=8BITMIME SMTPUTF8 AUTH=<>\r\nMAIL FROM: <>\r\n",
    b"RCPT TO:<@relay.example,@b.example:bob@example.org>\r\nRCPT TO:<Postmaster>\r\nDATA\r\nQUIT\r\n",
];

const REPLIES: [&[u8]; 4] = [
    b"220 mail.example.com ESMTP ready\r\n250-mail.example.com\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n",
    b"250 2.1.0 sender ok\r\n550-5.1.1 no such user\r\n550 5.1.1 here\r\n354 go on\r\n",
    b"334 VXNlcm5hbWU6\r\n235 2.7.0 in\r\n535 5.7.8 wrong\r\n",
    b"421\r\n250-a\r\n251 b\r\n250x\r\n+OK\r\n221 2.0.0 bye\r\n",
];

#[test]
fn commands_are_written_as_they_were_read() {
    let target = within(400, 1 << 16, fuzz::commands);
    porthole_mutate::run(0xC5, 4_000, &COMMANDS, INTERESTING, target);
}

#[test]
fn replies_are_written_as_they_were_read() {
    let target = within(400, 1 << 16, fuzz::replies);
    porthole_mutate::run(0x55, 4_000, &REPLIES, INTERESTING, target);
}
