//! How IMAP, POP3 and SMTP carry a step: base64 on a line of its own.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::Error;

/// A step as it goes on a line.
pub fn encode(step: &[u8]) -> String {
    TRANSFER.encode(step)
}

/// A step as it goes behind the command that starts the exchange: an empty one is `=`, since
/// nothing at all would mean "no initial response" (RFC 4959 section 3, RFC 5034 section 4).
pub fn encode_initial(step: &[u8]) -> String {
    if step.is_empty() {
        return "=".to_owned();
    }
    encode(step)
}

/// The step on a line, its ending taken off; `=` is an empty one. Missing padding is accepted.
///
/// # Errors
/// [`Error::NotBase64`].
pub fn decode(line: &[u8]) -> Result<Vec<u8>, Error> {
    if line == b"=" {
        return Ok(Vec::new());
    }
    TRANSFER.decode(line).map_err(|_| Error::NotBase64)
}

const TRANSFER: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(step: &[u8], initial: &str) {
        assert_eq!(encode_initial(step), initial);
        assert_eq!(decode(initial.as_bytes()).unwrap(), step);
    }

    #[test]
    fn steps_survive_the_line() {
        check(b"", "=");
        check(b"\0a\0b", "AGEAYg==");
        check(b"abc", "YWJj");
        assert_eq!(encode(b""), "");
        assert_eq!(decode(b"AGEAYg").unwrap(), b"\0a\0b");
        assert_eq!(decode(b"not base64"), Err(Error::NotBase64));
    }
}
