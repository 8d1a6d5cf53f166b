//! Why a tunnel's WebSocket was closed (RFC 6455 section 7.4).

use std::fmt;

/// The code in the Close frame. The 4000s are ours (RFC 6455 section 7.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseCode {
    /// 1000: the stream is over and every byte of it was delivered.
    Finished,
    /// 1001: the proxy is shutting down or the connection is too old; dial again.
    GoingAway,
    /// 1002: the page broke the rules of WebSocket or of this crate.
    ProtocolError,
    /// 1009: a message was longer than [`crate::limits`] allows.
    TooBig,
    /// 1011: the proxy failed.
    Internal,
    /// 4000: the server was not reached or not trusted; an `error` message came before.
    NotConnected,
    /// 4001: no byte has crossed for the idle time-out.
    Idle,
    /// 4002: the page stopped reading, or the server stopped taking bytes, for too long.
    Stalled,
    /// 4003: the connection to the server broke.
    Reset,
    /// 4004: the server ended a TLS stream without saying so: the end may be missing.
    Truncated,
}

impl CloseCode {
    /// Every code there is.
    pub const ALL: [Self; 10] = [
        Self::Finished,
        Self::GoingAway,
        Self::ProtocolError,
        Self::TooBig,
        Self::Internal,
        Self::NotConnected,
        Self::Idle,
        Self::Stalled,
        Self::Reset,
        Self::Truncated,
    ];

    /// The number on the wire.
    pub const fn code(self) -> u16 {
        match self {
            Self::Finished => 1000,
            Self::GoingAway => 1001,
            Self::ProtocolError => 1002,
            Self::TooBig => 1009,
            Self::Internal => 1011,
            Self::NotConnected => 4000,
            Self::Idle => 4001,
            Self::Stalled => 4002,
            Self::Reset => 4003,
            Self::Truncated => 4004,
        }
    }

    /// The code with this number, if it is one of ours. A browser reports 1005 and 1006 for
    /// connections that ended without a Close frame; those are `None`.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// What it means, in a few words: the reason in the Close frame, and a label in metrics.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::GoingAway => "going away",
            Self::ProtocolError => "protocol error",
            Self::TooBig => "message too big",
            Self::Internal => "internal error",
            Self::NotConnected => "not connected",
            Self::Idle => "idle",
            Self::Stalled => "stalled",
            Self::Reset => "connection broke",
            Self::Truncated => "truncated",
        }
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.meaning())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_found_again() {
        let numbers: HashSet<u16> = CloseCode::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(numbers.len(), CloseCode::ALL.len());
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_code(code.code()), Some(code));
            // RFC 6455 section 5.5: a control frame carries 125 octets, two of them the code.
            assert!(code.meaning().len() <= 123, "{code}");
        }
    }

    #[test]
    fn codes_that_no_frame_may_carry_are_not_ours() {
        for code in [0, 999, 1004, 1005, 1006, 1015, 4999] {
            assert_eq!(CloseCode::from_code(code), None);
        }
    }
}
