//! What of an exchange may be shown.

use crate::{Mechanism, decode};

/// Whether a server's step, as it stands on a line, tells nothing that would help to sign in.
///
/// LOGIN's prompts are the same for everybody. The challenge of CRAM-MD5 and the first message of
/// SCRAM let a password be guessed at only together with the answer to them. SCRAM's last message
/// does so by itself. What the mechanism does not say may be a repetition of what it was told.
pub fn tells_nothing(mechanism: &str, step: &[u8]) -> bool {
    let Ok(step) = decode(step) else { return false };
    match Mechanism::from_name(mechanism) {
        _ if step.is_empty() => true,
        Some(Mechanism::Login) => PROMPTS.iter().any(|it| it.eq_ignore_ascii_case(&step)),
        Some(Mechanism::CramMd5) => step.starts_with(b"<") && step.ends_with(b">"),
        Some(Mechanism::ScramSha256 | Mechanism::ScramSha1) => step.starts_with(b"r="),
        _ => false,
    }
}

/// As servers ask, in any case.
const PROMPTS: [&[u8]; 6] = [
    b"Username:",
    b"Password:",
    b"User Name",
    b"User Name\0",
    b"Password",
    b"Password\0",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn nothing_is_shown_that_is_not_what_the_mechanism_says() {
        for (mechanism, step, shown) in [
            ("LOGIN", "Username:", true),
            ("login", "username:", true),
            ("LOGIN", "User Name\0", true),
            ("LOGIN", "wonderland", false),
            ("PLAIN", "", true),
            ("PLAIN", "Username:", false),
            ("CRAM-MD5", "<1896.697170952@example.com>", true),
            ("CRAM-MD5", "alice b913a602c7eda7a495b4e6e7334d3890", false),
            ("SCRAM-SHA-256", "r=abcdef,s=c2FsdA==,i=4096", true),
            ("SCRAM-SHA-256", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", false),
            ("OAUTHBEARER", "{\"status\":\"invalid_token\"}", false),
            ("X-UNHEARD-OF", "Username:", false),
        ] {
            let said = encode(step.as_bytes());
            assert_eq!(
                tells_nothing(mechanism, said.as_bytes()),
                shown,
                "{mechanism} {step}"
            );
        }
        assert!(!tells_nothing("LOGIN", b"Username:"), "that is not base64");
    }
}
