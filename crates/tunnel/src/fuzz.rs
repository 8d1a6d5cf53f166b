//! What a fuzzer calls: everything that reads a stranger's octets, in plain functions.
//!
//! Each panics only where there is a fault of ours.

use crate::{CloseCode, Host, PageMessage, ProxyMessage, Request};

/// Takes octets for a host and for the query of a tunnel's URL. What was understood is the same
/// once written and read again, and a host has one spelling.
///
/// # Panics
/// Where one of these does not hold.
pub fn requests(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(host) = Host::parse(text) {
        assert_eq!(Host::parse(host.as_str()).as_ref(), Ok(&host));
        assert_eq!(Host::parse(&host.to_string()), Ok(host));
    }
    if let Ok(request) = Request::from_query(text) {
        assert_ne!(request.port, 0);
        assert_eq!(Request::from_query(&request.query()), Ok(request));
    }
}

/// Takes octets for a control message of either end, and two of them for a close code. What was
/// understood is the same once written and read again.
///
/// # Panics
/// Where it is not.
pub fn messages(bytes: &[u8]) {
    if let Some(number) = bytes.first_chunk().copied().map(u16::from_be_bytes)
        && let Some(code) = CloseCode::from_code(number)
    {
        assert_eq!(code.code(), number);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(message) = PageMessage::from_json(text) {
        assert_eq!(PageMessage::from_json(&message.to_json()), Ok(message));
    }
    if let Ok(message) = ProxyMessage::from_json(text) {
        assert_eq!(ProxyMessage::from_json(&message.to_json()), Ok(message));
    }
}
