//! SASLprep: one form for what looks the same (RFC 4013).

use std::borrow::Cow;

use porthole_wire::Secret;

/// A user name or password in the form in which both sides compare it.
///
/// What SASLprep prohibits, what is newer than its Unicode 3.2 and what would come out empty stays as
/// it is: the server may know it so, and has the last word.
pub(crate) fn prepare(text: &str) -> Cow<'_, str> {
    match stringprep::saslprep(text) {
        Ok(prepared) if !prepared.is_empty() => prepared,
        _ => Cow::Borrowed(text),
    }
}

/// The same for a secret.
pub(crate) fn prepare_secret(secret: &Secret) -> Secret {
    Secret::new(prepare(secret.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn examples_of_rfc_4013_section_3() {
        for (input, expected) in [
            ("I\u{ad}X", "IX"),
            ("user", "user"),
            ("USER", "USER"),
            ("\u{aa}", "a"),
            ("\u{2168}", "IX"),
            // Prohibited: a control character, and letters of both directions.
            ("\u{7}", "\u{7}"),
            ("\u{627}\u{31}", "\u{627}\u{31}"),
        ] {
            assert_eq!(prepare(input), expected, "{}", input.escape_unicode());
        }
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (input, expected) in [
            ("pa\u{a0}ss", "pa ss"),
            ("e\u{301}te\u{301}", "\u{e9}t\u{e9}"),
            // Nothing would be left of it; newer than Unicode 3.2.
            ("\u{ad}", "\u{ad}"),
            ("\u{1f40b}e\u{301}", "\u{1f40b}e\u{301}"),
        ] {
            assert_eq!(prepare(input), expected, "{}", input.escape_unicode());
        }
    }
}
