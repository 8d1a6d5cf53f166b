//! Responses and commands damaged at random, the same way each time.

mod corpus;

use corpus::DIALOGUES;
use porthole_dialogue::stretches;
use porthole_imap::fuzz;
use porthole_mutate::within;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const INTERESTING: &[u8] = b"\r\n ()[]{}<>\"\\*%~+0123456789NIL\0\x7f\x80\xc3\xff";

#[test]
fn frames_are_the_octets_that_came() {
    let corpus = [stretches(DIALOGUES, "S: "), stretches(DIALOGUES, "C: ")].concat();
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(FRAMES, 1 << 16, fuzz::frames);
    porthole_mutate::run(0xF1, 4_000, &corpus, INTERESTING, target);
}

#[test]
fn empty_lines_take_no_more_than_others() {
    // One more than a vector that doubles has room for.
    let empty = vec![b'\n'; (1 << 15) + 1];
    let target = within(FRAMES, 1 << 16, fuzz::frames);
    porthole_mutate::run(0xE1, 0, &[&empty], INTERESTING, target);
}

#[test]
fn responses_are_explained_to_the_octet() {
    let corpus = stretches(DIALOGUES, "S: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(VALUES, 1 << 16, fuzz::responses);
    porthole_mutate::run(0x51, 4_000, &corpus, INTERESTING, target);
}

#[test]
fn a_client_hears_the_same_at_every_cut() {
    let corpus = stretches(DIALOGUES, "S: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(CLIENT, 1 << 18, fuzz::client);
    porthole_mutate::run(0x5C, 1_000, &corpus, INTERESTING, target);
}

#[test]
fn commands_are_written_as_they_were_read() {
    let corpus = stretches(DIALOGUES, "C: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(VALUES, 1 << 16, fuzz::commands);
    porthole_mutate::run(0xC1, 6_000, &corpus, INTERESTING, target);
}

/// How many octets may be allocated for each octet that came: by either peer's rules all frames are
/// held, in a vector that doubles, and the shortest frame is a bare line feed.
const FRAMES: usize = 210;
/// The same for four clients, who make a block of UIDs where one message is heard of, and whose
/// transcripts keep each line with a mark for each token.
const CLIENT: usize = 2_500;
/// The same where values and a mark for each token are made of them.
const VALUES: usize = 1000;
