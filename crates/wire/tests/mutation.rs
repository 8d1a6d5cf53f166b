//! Lines and payloads damaged at random, the same way each time.

use porthole_mutate::within;
use porthole_wire::fuzz;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const INTERESTING: &[u8] = b"\r\n.\r\n. a\0\xff";

const CORPUS: [&[u8]; 5] = [
    b"one\r\ntwo\nthree\r four\r\n\r\nrest",
    b"Subject: hi\r\n\r\n..\r\n...dots\r\n.\r\n+OK next\r\n",
    b".\r\n",
    b"a\r\n.\nb\n.\r\n",
    b"a line of more than eighty octets, which is the limit that the targets have set themselves\r\n",
];

#[test]
fn lines_are_the_octets_that_came() {
    let target = within(100, 1 << 16, fuzz::lines);
    porthole_mutate::run(0x11, 4_000, &CORPUS, INTERESTING, target);
}

#[test]
fn payloads_come_back_to_the_byte() {
    let target = within(30, 1 << 16, fuzz::payload);
    porthole_mutate::run(0xD0, 4_000, &CORPUS, INTERESTING, target);
}
