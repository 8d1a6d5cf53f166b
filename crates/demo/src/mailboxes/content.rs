//! The octets of a message.

use std::sync::OnceLock;

use crate::mime::{Entity, header};

/// A message as it is handed out: every line ends in CR LF.
#[derive(Debug)]
pub struct Content {
    octets: Vec<u8>,
    structure: OnceLock<Entity>,
    subject: OnceLock<String>,
}

impl Content {
    /// Takes a message; bare LF becomes CR LF, as every server does that stores lines.
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        Self {
            octets: with_crlf(octets.into()),
            structure: OnceLock::new(),
            subject: OnceLock::new(),
        }
    }

    /// The whole message.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Where its parts are; found out once.
    pub(crate) fn structure(&self) -> &Entity {
        self.structure.get_or_init(|| Entity::parse(&self.octets))
    }

    /// Its subject, decoded; empty where it has none.
    pub fn subject(&self) -> &str {
        self.subject.get_or_init(|| {
            let header = header(&self.octets[self.structure().header.clone()]);
            header.text("subject").unwrap_or_default()
        })
    }

    /// Where its body begins.
    pub(crate) fn body_start(&self) -> usize {
        self.structure().body.start
    }
}

fn with_crlf(octets: Vec<u8>) -> Vec<u8> {
    let bare = |at: &usize| *at == 0 || octets[at - 1] != b'\r';
    let Some(first) = memchr::memchr_iter(b'\n', &octets).find(bare) else {
        return octets;
    };
    let mut out = Vec::with_capacity(octets.len() + octets.len() / 40);
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', &octets).filter(|&at| at >= first && bare(&at)) {
        out.extend_from_slice(&octets[from..at]);
        out.push(b'\r');
        from = at;
    }
    out.extend_from_slice(&octets[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_line_ends_in_cr_lf() {
        for (given, kept) in [
            ("", ""),
            ("a\r\nb\r\n", "a\r\nb\r\n"),
            ("\na\nb\r\n\n", "\r\na\r\nb\r\n\r\n"),
            ("a\rb\n", "a\rb\r\n"),
        ] {
            assert_eq!(Content::new(given).octets(), kept.as_bytes());
        }
    }
}
