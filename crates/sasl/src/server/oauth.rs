//! OAUTHBEARER (RFC 7628) and XOAUTH2.

use super::{Directory, ServerMechanism, Verdict};
use crate::scram::unescape_name;

/// Takes a bearer token. A wrong one is described in a challenge, which the client acknowledges
/// before it is refused (RFC 7628 section 3.2.2).
#[derive(Debug)]
pub(super) struct Bearer {
    read: fn(&str) -> Option<(String, &str)>,
    described: bool,
}

impl Bearer {
    pub(super) fn oauth_bearer() -> Self {
        Self {
            read: read_oauth_bearer,
            described: false,
        }
    }

    pub(super) fn xoauth2() -> Self {
        Self {
            read: read_xoauth2,
            described: false,
        }
    }
}

impl ServerMechanism for Bearer {
    fn step(&mut self, response: Option<&[u8]>, directory: &dyn Directory) -> Verdict {
        let Some(response) = response else {
            return Verdict::Challenge(Vec::new());
        };
        if self.described {
            return Verdict::Refused;
        }
        match std::str::from_utf8(response).ok().and_then(self.read) {
            Some((user, token)) if directory.accepts_token(&user, token) => {
                Verdict::Accepted { user }
            }
            _ => {
                self.described = true;
                Verdict::Challenge(br#"{"status":"invalid_token","schemes":"bearer"}"#.to_vec())
            }
        }
    }
}

/// `gs2-header kvsep *(key "=" value kvsep) kvsep` (RFC 7628 section 3.1)
fn read_oauth_bearer(text: &str) -> Option<(String, &str)> {
    let (header, pairs) = text.split_once('\x01')?;
    let name = header.strip_prefix("n,a=")?.strip_suffix(',')?;
    Some((unescape_name(name)?, bearer(pairs)?))
}

fn read_xoauth2(text: &str) -> Option<(String, &str)> {
    let (user, pairs) = text.strip_prefix("user=")?.split_once('\x01')?;
    Some((user.to_owned(), bearer(pairs)?))
}

fn bearer(pairs: &str) -> Option<&str> {
    pairs
        .split('\x01')
        .find_map(|pair| pair.strip_prefix("auth=Bearer "))
}
