//! Keyed and plain hashes with the hash chosen at run time.

use hmac::{EagerHash, Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// The hash that a SCRAM mechanism is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    Sha1,
    Sha256,
}

impl Digest {
    /// `H(data)` of RFC 5802 section 2.2.
    pub(crate) fn hash(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
        }
    }

    /// `HMAC(key, data)` of RFC 5802 section 2.2.
    pub(crate) fn hmac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => hmac::<Sha1>(key, data),
            Self::Sha256 => hmac::<Sha256>(key, data),
        }
    }

    /// `Hi(password, salt, iterations)` of RFC 5802 section 2.2.
    pub(crate) fn hi(self, password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
        match self {
            Self::Sha1 => {
                let mut out = vec![0; 20];
                pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, iterations, &mut out);
                out
            }
            Self::Sha256 => {
                let mut out = vec![0; 32];
                pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, &mut out);
                out
            }
        }
    }
}

/// The keyed MD5 of RFC 2195, in lower-case hexadecimal.
pub(crate) fn hmac_md5_hex(key: &[u8], data: &[u8]) -> String {
    hmac::<Md5>(key, data)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn hmac<D: EagerHash>(key: &[u8], data: &[u8]) -> Vec<u8>
where
    Hmac<D>: KeyInit + Mac,
{
    let mut mac =
        <Hmac<D> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}
