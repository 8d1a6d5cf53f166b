//! The control messages: JSON objects of one key, in text messages.

use serde::{Deserialize, Serialize};

/// What the page tells the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[expect(
    clippy::exhaustive_enums,
    reason = "another message is another version"
)]
pub enum PageMessage {
    /// `{"ack":N}`: the page has consumed N bytes of the server's in all.
    Ack(u64),
    /// `{"eof":{}}`: the page will send no more bytes. Bytes from the server still come.
    Eof {},
    /// `{"starttls":{}}`: start TLS now. The page acknowledges all it received first: a byte that
    /// the proxy had passed down beyond that came in the clear behind the server's answer, and
    /// the proxy refuses to go on (RFC 8314 section 4.1; CVE-2011-0411). Bytes that the page
    /// sends after this message wait for the handshake.
    StartTls {},
}

/// What the proxy tells the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "another message is another version"
)]
pub enum ProxyMessage {
    /// `{"connected":{..}}`: always the first message, unless [`Self::Error`] is.
    Connected(Connected),
    /// `{"error":{..}}`: the server was not reached or not trusted. A Close frame follows.
    Error(Failure),
    /// `{"tls":{..}}`: what `starttls` led to. Bytes from here on came encrypted.
    Tls(Tls),
}

/// What was connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "both ends make and read it")]
pub struct Connected {
    /// Address and port that were dialled: `192.0.2.1:993` or `[2001:db8::1]:993`.
    pub peer: String,
    /// The TLS session, or `None` while there is none.
    pub tls: Option<Tls>,
}

/// A TLS session and the certificate that the server showed, verified by the proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "both ends make and read it")]
pub struct Tls {
    /// `TLS 1.3` or `TLS 1.2`.
    pub version: String,
    /// The cipher suite by its IANA name, such as `TLS13_AES_128_GCM_SHA256`.
    pub cipher: String,
    /// The distinguished name of the certificate's owner.
    pub subject: String,
    /// The distinguished name of who signed it.
    pub issuer: String,
    /// Until when it is valid: `2027-01-31T23:59:59Z` (RFC 3339, always UTC).
    pub not_after: String,
    /// SHA-256 of the certificate, as 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "both ends make and read it")]
pub struct Failure {
    /// The stage that failed.
    pub kind: ErrorKind,
    /// One sentence for the user, without detail of the proxy's own network.
    pub message: String,
}

/// The stage that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "another kind is another version")]
pub enum ErrorKind {
    /// The proxy's policy does not allow this destination.
    Denied,
    /// The name has no address.
    Resolve,
    /// No address took the connection.
    Connect,
    /// The TLS handshake failed, or the certificate was refused.
    Tls,
    /// Too many connections, in all or from this client.
    Limit,
    /// A stage took too long.
    Timeout,
}

impl PageMessage {
    /// The text to send.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Reads a text message.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn from_json(text: &str) -> Result<Self, MessageError> {
        serde_json::from_str(text).map_err(|_| MessageError)
    }
}

impl ProxyMessage {
    /// The text to send.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Reads a text message.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn from_json(text: &str) -> Result<Self, MessageError> {
        serde_json::from_str(text).map_err(|_| MessageError)
    }
}

impl ErrorKind {
    /// The word on the wire; a label in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Limit => "limit",
            Self::Timeout => "timeout",
        }
    }
}

/// A text message is not a control message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a text message is not a control message of the tunnel")]
#[expect(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct MessageError;

fn to_json(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("strings and numbers under string keys are always JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls() -> Tls {
        Tls {
            version: "TLS 1.3".to_owned(),
            cipher: "TLS13_AES_128_GCM_SHA256".to_owned(),
            subject: "CN=imap.example.com".to_owned(),
            issuer: "CN=Example \"CA\"".to_owned(),
            not_after: "2027-01-31T23:59:59Z".to_owned(),
            sha256: "ab".repeat(32),
        }
    }

    #[test]
    fn the_page_speaks_as_designed() {
        for (message, text) in [
            (PageMessage::Ack(0), r#"{"ack":0}"#),
            (
                PageMessage::Ack(u64::MAX),
                r#"{"ack":18446744073709551615}"#,
            ),
            (PageMessage::Eof {}, r#"{"eof":{}}"#),
            (PageMessage::StartTls {}, r#"{"starttls":{}}"#),
        ] {
            assert_eq!(message.to_json(), text);
            assert_eq!(PageMessage::from_json(text), Ok(message));
        }
    }

    #[test]
    fn the_proxy_speaks_as_designed() {
        let certificate = concat!(
            r#"{"version":"TLS 1.3","cipher":"TLS13_AES_128_GCM_SHA256","#,
            r#""subject":"CN=imap.example.com","issuer":"CN=Example \"CA\"","#,
            r#""not_after":"2027-01-31T23:59:59Z","#,
            r#""sha256":"abababababababababababababababababababababababababababababababab"}"#,
        );
        let connected = |tls| {
            ProxyMessage::Connected(Connected {
                peer: "192.0.2.1:993".to_owned(),
                tls,
            })
        };
        let rows = [
            (
                connected(None),
                r#"{"connected":{"peer":"192.0.2.1:993","tls":null}}"#.to_owned(),
            ),
            (
                connected(Some(tls())),
                format!(r#"{{"connected":{{"peer":"192.0.2.1:993","tls":{certificate}}}}}"#),
            ),
            (
                ProxyMessage::Tls(tls()),
                format!(r#"{{"tls":{certificate}}}"#),
            ),
        ];
        for (message, text) in rows {
            assert_eq!(message.to_json(), text);
            assert_eq!(ProxyMessage::from_json(&text), Ok(message));
        }
    }

    #[test]
    fn every_kind_is_its_word() {
        use ErrorKind as K;
        for kind in [
            K::Denied,
            K::Resolve,
            K::Connect,
            K::Tls,
            K::Limit,
            K::Timeout,
        ] {
            let message = ProxyMessage::Error(Failure {
                kind,
                message: "no".to_owned(),
            });
            let text = format!(
                r#"{{"error":{{"kind":"{}","message":"no"}}}}"#,
                kind.as_str()
            );
            assert_eq!(message.to_json(), text);
            assert_eq!(ProxyMessage::from_json(&text), Ok(message));
        }
    }

    #[test]
    fn other_text_is_no_message() {
        for text in [
            "",
            "{}",
            "ack",
            r#""eof""#,
            r#"{"ack":-1}"#,
            r#"{"ack":1.5}"#,
            r#"{"ack":"1"}"#,
            r#"{"ack":1,"eof":{}}"#,
            r#"{"eof":{"x":1}}"#,
            r#"{"starttls":{}}{}"#,
            r#"{"connected":{}}"#,
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        ] {
            assert_eq!(PageMessage::from_json(text), Err(MessageError), "{text}");
            assert_eq!(ProxyMessage::from_json(text), Err(MessageError), "{text}");
        }
    }
}
