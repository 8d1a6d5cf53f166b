//! What both ends of SCRAM compute and exchange: RFC 5802 sections 3, 5 and 7.
//!
//! ```text
//! client                                         server
//!   n,,n=user,r=cnonce                       -->
//!                                            <--   r=cnonce snonce,s=salt,i=4096
//!   c=biws,r=cnonce snonce,p=ClientProof     -->
//!                                            <--   v=ServerSignature
//! ```

use crate::{digest::Digest, prepare::prepare};

/// The keys that come of a password, a salt and a number of rounds (RFC 5802 section 3).
pub(crate) struct Keys {
    digest: Digest,
    client: Vec<u8>,
    server: Vec<u8>,
}

impl Keys {
    pub(crate) fn derive(digest: Digest, password: &str, salt: &[u8], iterations: u32) -> Self {
        let salted = digest.hi(prepare(password).as_bytes(), salt, iterations);
        Self {
            digest,
            client: digest.hmac(&salted, b"Client Key"),
            server: digest.hmac(&salted, b"Server Key"),
        }
    }

    /// `ClientKey XOR ClientSignature`.
    pub(crate) fn client_proof(&self, auth_message: &str) -> Vec<u8> {
        let stored = self.digest.hash(&self.client);
        let signature = self.digest.hmac(&stored, auth_message.as_bytes());
        self.client
            .iter()
            .zip(&signature)
            .map(|(key, sign)| key ^ sign)
            .collect()
    }

    pub(crate) fn server_signature(&self, auth_message: &str) -> Vec<u8> {
        self.digest.hmac(&self.server, auth_message.as_bytes())
    }
}

/// A user name with its `=` and `,` written so that they do not separate (section 5.1, `saslname`).
pub(crate) fn escape_name(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

/// The name that [`escape_name`] wrote; `None` if another escape is in it.
pub(crate) fn unescape_name(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut parts = name.split('=');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        if let Some(rest) = part.strip_prefix("3D") {
            out.push('=');
            out.push_str(rest);
        } else {
            out.push(',');
            out.push_str(part.strip_prefix("2C")?);
        }
    }
    Some(out)
}

/// The value of the attribute `name` if `text` begins with it, and what follows its comma.
pub(crate) fn attribute(name: char, text: &str) -> Option<(&str, &str)> {
    let value = text.strip_prefix(name)?.strip_prefix('=')?;
    Some(value.split_once(',').unwrap_or((value, "")))
}

/// The GS2 header of a client that binds to no channel (section 7, `gs2-header`), and in base64.
pub(crate) const GS2_HEADER: &str = "n,,";
pub(crate) const GS2_HEADER_BASE64: &str = "biws";

/// The fewest rounds that are safe: RFC 5802 section 5.1, RFC 7677 section 4.
pub(crate) const MIN_ITERATIONS: u32 = 4096;
/// The most that a page can compute before its user thinks that it hangs: about two seconds.
pub(crate) const MAX_ITERATIONS: u32 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_are_escaped_and_back() {
        assert_eq!(escape_name("a=b,c"), "a=3Db=2Cc");
        assert_eq!(unescape_name("a=3Db=2Cc").as_deref(), Some("a=b,c"));
        assert_eq!(unescape_name("a=20b"), None);
    }
}
