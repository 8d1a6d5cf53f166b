//! URLs and control messages damaged at random, the same way each time.

use porthole_mutate::within;
use porthole_tunnel::fuzz;

const REQUESTS: [&[u8]; 6] = [
    b"v=1&host=imap.example.com&port=993&tls=implicit",
    b"tls=starttls&port=143&host=%5B2001:db8::1%5d&v=1",
    b"v=1&host=127.0.0.1&port=110&tls=none",
    b"IMAP.Example.COM.",
    b"[::ffff:192.0.2.1]",
    b"xn--bcher-kva.example",
];

const MESSAGES: [&[u8]; 6] = [
    b"{\"ack\":4096}",
    b"{\"eof\":{}}",
    b"{\"starttls\":{}}",
    b"{\"connected\":{\"peer\":\"192.0.2.1:993\",\"tls\":null}}",
    b"{\"tls\":{\"version\":\"TLS 1.3\",\"cipher\":\"x\",\"subject\":\"CN=\\\"a\\\"\",\"issuer\":\"b\",\
      \"not_after\":\"2027-01-31T23:59:59Z\",\"sha256\":\"ab\"}}",
    b"{\"error\":{\"kind\":\"resolve\",\"message\":\"no \\u0073uch host\"}}",
];

#[test]
fn requests_are_written_as_they_were_read() {
    let target = within(400, 1 << 16, fuzz::requests);
    porthole_mutate::run(0x74, 20_000, &REQUESTS, b"&=%.:[]@*0189xX-\0\xff", target);
}

#[test]
fn messages_are_written_as_they_were_read() {
    let target = within(400, 1 << 16, fuzz::messages);
    porthole_mutate::run(0x6D, 20_000, &MESSAGES, b"{}[]\":,\\u01e+-. \0\xff", target);
}
