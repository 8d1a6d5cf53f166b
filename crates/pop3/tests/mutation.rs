//! Replies and commands damaged at random, the same way each time.

mod corpus;

use corpus::DIALOGUES;
use porthole_dialogue::stretches;
use porthole_mutate::within;
use porthole_pop3::fuzz;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const INTERESTING: &[u8] = b"\r\n .+-<>@[]0123456789OKER\0\x7f\x80\xc3\xff";

#[test]
fn replies_are_explained_to_the_octet() {
    let corpus = stretches(DIALOGUES, "S: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(1_000, 1 << 16, fuzz::replies);
    porthole_mutate::run(0x53, 4_000, &corpus, INTERESTING, target);
}

#[test]
fn a_client_hears_the_same_at_every_cut() {
    let corpus = stretches(DIALOGUES, "S: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(1_000, 1 << 16, fuzz::client);
    porthole_mutate::run(0x5C, 4_000, &corpus, INTERESTING, target);
}

#[test]
fn commands_are_written_as_they_were_read() {
    let corpus = stretches(DIALOGUES, "C: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(400, 1 << 16, fuzz::commands);
    porthole_mutate::run(0xC3, 4_000, &corpus, INTERESTING, target);
}
