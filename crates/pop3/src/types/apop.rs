//! APOP's timestamp and digest: RFC 1939 section 7.

use std::fmt;

use md5::{Digest, Md5};
use porthole_wire::Secret;
use serde::{Deserialize, Serialize};

/// The timestamp in a greeting, angle brackets included; different in every greeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timestamp(String);

impl Timestamp {
    /// The timestamp as it crossed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digest that proves the password without showing it: MD5 of timestamp and password.
    pub fn digest(&self, password: &Secret) -> ApopDigest {
        let mut md5 = Md5::new();
        md5.update(&self.0);
        md5.update(password.expose());
        let hex: String = md5
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        ApopDigest(Secret::new(hex))
    }

    /// Takes `<` text `>` with visible ASCII between.
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let inner = octets.strip_prefix(b"<")?.strip_suffix(b">")?;
        if inner.is_empty() || !inner.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        Some(Self(octets.iter().copied().map(char::from).collect()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 32 hexadecimal digits that stand for a password, and can be attacked to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApopDigest(Secret);

impl ApopDigest {
    /// The digits.
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// Takes 32 hexadecimal digits, in any case, to lower case.
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        if octets.len() != 32 || !octets.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let digits: String = octets
            .iter()
            .map(|&octet| char::from(octet.to_ascii_lowercase()))
            .collect();
        Some(Self(Secret::new(digits)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn digest_of_rfc_1939_section_7() {
        let timestamp = Timestamp::from_octets(b"<1896.697170952@dbc.mtview.ca.us>").unwrap();
        let digest = timestamp.digest(&Secret::new("tanstaaf"));
        assert_eq!(digest.secret().expose(), "c4c9334bac560ecc979e58001b3e22fb");
    }
}
