//! A fuzzer for tests on stable Rust: damages a corpus at random, the same way each time.
//!
//! A target is a plain function that panics where there is a fault; a coverage-guided fuzzer may
//! call the same. [`within`] holds it to a bound of memory.
//!
//! ```
//! porthole_mutate::run(7, 100, &[b"+OK 2 320\r\n"], b" \r\n", |bytes| {
//!     assert!(bytes.len() < 1 << 16);
//! });
//! ```

mod memory;

pub use memory::within;

/// Calls `target` with each of the corpus, and with `rounds` inputs made from it: cut off, changed,
/// spliced into each other, pieces repeated, numbers pushed to the edge of what fits, octets that
/// are `interesting` put in. The same seed gives the same inputs.
///
/// # Panics
/// When the target does; the input is printed first.
pub fn run(seed: u64, rounds: usize, corpus: &[&[u8]], interesting: &[u8], target: impl Fn(&[u8])) {
    let _alone = memory::alone();
    let mut random = Random::new(seed);
    let whole = corpus.iter().map(|bytes| bytes.to_vec());
    let damaged = (0..rounds).map(|round| {
        let mut bytes = corpus[round % corpus.len()].to_vec();
        for _ in 0..=random.below(6) {
            damage(&mut bytes, &mut random, corpus, interesting);
        }
        bytes
    });
    for (round, bytes) in whole.chain(damaged).enumerate() {
        let told = Told {
            seed,
            round,
            bytes: &bytes,
        };
        target(&bytes);
        drop(told);
    }
}

fn damage(bytes: &mut Vec<u8>, random: &mut Random, corpus: &[&[u8]], interesting: &[u8]) {
    let at = random.below(bytes.len() + 1);
    match random.below(9) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, random.pick(interesting)),
        2 if at < bytes.len() => bytes[at] = random.pick(interesting),
        3 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        4 if at < bytes.len() => drop(bytes.remove(at)),
        5 => {
            let other = corpus[random.below(corpus.len())];
            let from = random.below(other.len());
            let to = from + random.below(other.len() - from + 1);
            drop(bytes.splice(at..at, other[from..to].iter().copied()));
        }
        6 => {
            let digits = bytes[at..]
                .iter()
                .take_while(|octet| octet.is_ascii_digit())
                .count();
            if let Some(edge) = random.one_of(&EDGES).filter(|_| digits > 0) {
                drop(bytes.splice(at..at + digits, edge.bytes()));
            }
        }
        7 => {
            let short = at + random.below(bytes.len() - at + 1).min(random.below(8));
            let copies = bytes[at..short].repeat(random.below(200));
            drop(bytes.splice(at..at, copies));
        }
        _ => {
            let from = random.below(bytes.len());
            let to = from + random.below(bytes.len() - from + 1);
            let copy = bytes[from..to].to_vec();
            drop(bytes.splice(at..at, copy));
        }
    }
}

/// Numbers at which something may end.
const EDGES: [&str; 8] = [
    "0",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999",
];

/// Says on its way out of a panic which input it was.
struct Told<'a> {
    seed: u64,
    round: usize,
    bytes: &'a [u8],
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let (seed, round) = (self.seed, self.round);
            eprintln!("seed {seed}, round {round}: {}", self.bytes.escape_ascii());
        }
    }
}

/// xorshift64: a generator that needs no seed from outside.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers that belong to this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// A number below the limit, or 0 where there is none.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap_or(0)
    }

    /// One of these, or `None` where there are none.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    fn pick(&mut self, octets: &[u8]) -> u8 {
        self.one_of(octets).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn inputs_are_damaged_and_the_same_each_time() {
        let corpus: [&[u8]; 2] = [b"* OK hello\r\n", b"A001 NO\r\n"];
        let made = || {
            let made = RefCell::new(Vec::new());
            run(3, 500, &corpus, b"\0\"{", |bytes| {
                made.borrow_mut().push(bytes.to_vec());
            });
            made.into_inner()
        };
        let first = made();
        assert_eq!(first, made());
        let damaged = first
            .iter()
            .filter(|made| !corpus.contains(&made.as_slice()));
        assert!(damaged.count() > 400);
        assert!(first.iter().any(Vec::is_empty));
        assert!(
            first
                .iter()
                .any(|made| made.ends_with(b"4294967296 NO\r\n"))
        );
    }

    #[test]
    #[should_panic(expected = "found")]
    fn a_fault_is_found() {
        run(1, 1000, &[b"abcdef"], b"x", |bytes| {
            assert!(!bytes.contains(&b'x'), "found");
        });
    }

    #[test]
    #[should_panic(expected = "octets of memory")]
    fn greed_is_found() {
        let greedy = |bytes: &[u8]| drop(std::hint::black_box(vec![0u8; 300 * bytes.len()]));
        run(1, 100, &[b"abcdef"], b"x", within(200, 1 << 10, greedy));
    }

    #[test]
    fn modesty_is_not() {
        let modest = |bytes: &[u8]| drop(std::hint::black_box(bytes.to_vec()));
        run(1, 100, &[b"abcdef"], b"x", within(2, 1 << 10, modest));
    }
}
