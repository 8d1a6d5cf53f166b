//! Values that nobody can guess, made from a seed that the driver gave.

use porthole_sasl::Nonce;
use sha2::{Digest, Sha256};

/// Makes nonces: a hash of the seed and of how many were made.
#[derive(Debug)]
pub(crate) struct Entropy {
    seed: [u8; 32],
    made: u64,
}

impl Entropy {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed, made: 0 }
    }

    pub(crate) fn nonce(&mut self) -> Nonce {
        self.made += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.made.to_be_bytes());
        let mut bytes = [0; 18];
        bytes.copy_from_slice(&hash.finalize()[..18]);
        Nonce::from_bytes(bytes)
    }
}
