//! Replies and commands damaged at random, the same way each time.

mod corpus;

use corpus::DIALOGUES;
use porthole_mutate::within;
use porthole_pop3::fuzz;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const INTERESTING: &[u8] = b"\r\n .+-<>@[]0123456789OKER\0\x7f\x80\xc3\xff";

#[test]
fn replies_are_explained_to_the_octet() {
    let corpus = stretches("S: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(1_000, 1 << 16, fuzz::replies);
    porthole_mutate::run(0x53, 4_000, &corpus, INTERESTING, target);
}

#[test]
fn a_client_hears_the_same_at_every_cut() {
    let corpus = stretches("S: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(1_000, 1 << 16, fuzz::client);
    porthole_mutate::run(0x5C, 4_000, &corpus, INTERESTING, target);
}

#[test]
fn commands_are_written_as_they_were_read() {
    let corpus = stretches("C: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    let target = within(400, 1 << 16, fuzz::commands);
    porthole_mutate::run(0xC3, 4_000, &corpus, INTERESTING, target);
}

/// What one side says in the dialogues, cut into the stretches in which it comes at once.
fn stretches(side: &str) -> Vec<Vec<u8>> {
    let mut stretches = Vec::new();
    for (_, text) in DIALOGUES {
        let mut stretch = Vec::new();
        for line in text.lines().chain([""]) {
            match line.strip_prefix(side) {
                Some(line) => {
                    stretch.extend_from_slice(line.as_bytes());
                    stretch.extend_from_slice(b"\r\n");
                }
                None if stretch.is_empty() => {}
                None => stretches.push(std::mem::take(&mut stretch)),
            }
        }
    }
    stretches
}
