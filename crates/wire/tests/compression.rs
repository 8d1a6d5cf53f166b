//! Compressed streams damaged at random, the same way each time; alone, since their windows would
//! count as the memory of other tests.

use porthole_mutate::within;
use porthole_wire::{deflate::Deflater, fuzz};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PLAIN: [&[u8]; 3] = [
    b"a1 SELECT INBOX\r\na2 FETCH 1:* FLAGS\r\n",
    b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 2 FETCH (UID 2 FLAGS (\\Seen))\r\na2 OK done\r\n",
    &[b'x'; 4096],
];

#[test]
fn streams_are_decompressed_the_same_at_every_cut() {
    let mut deflater = Deflater::default();
    let corpus = PLAIN.map(|plain| {
        let mut wire = Vec::new();
        deflater.deflate(plain, &mut wire);
        wire
    });
    let corpus = corpus.each_ref().map(Vec::as_slice);
    // A few octets may become a thousand times as many.
    let target = within(3_000, 3 << 20, fuzz::compressed);
    porthole_mutate::run(0xDE, 1_000, &corpus, b"\0\x01\xff", target);
}
