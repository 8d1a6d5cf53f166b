//! Replies and commands damaged at random, the same way each time.

mod corpus;

use corpus::DIALOGUES;
use porthole_pop3::fuzz;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const INTERESTING: &[u8] = b"\r\n .+-<>@[]0123456789OKER\0\x7f\x80\xc3\xff";

#[test]
fn damaged_replies_do_not_panic() {
    let corpus = stretches("S: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    porthole_mutate::run(0x53, 40_000, &corpus, INTERESTING, fuzz::replies);
}

#[test]
fn damaged_commands_do_not_panic() {
    let corpus = stretches("C: ");
    let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
    porthole_mutate::run(0xC3, 40_000, &corpus, INTERESTING, fuzz::commands);
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
