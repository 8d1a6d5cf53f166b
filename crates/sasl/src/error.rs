//! What can go wrong in an exchange.

use crate::Mechanism;

/// An exchange failed; the protocol around it should cancel it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The peer did what the mechanism does not allow.
    #[error("{mechanism}: {what}")]
    PeerMisbehaved {
        /// The mechanism in use.
        mechanism: Mechanism,
        /// What it did.
        what: PeerMisbehaved,
    },
    /// The peer's step was not base64.
    #[error("a step of the sign-in is not base64")]
    NotBase64,
}

/// What a peer can do wrong within a mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeerMisbehaved {
    /// One challenge more than the mechanism has.
    #[error("the server sent a challenge after the last")]
    UnexpectedChallenge,
    /// A challenge that cannot be read.
    #[error("the server's challenge cannot be read")]
    MalformedChallenge,
    /// The server's nonce does not begin with ours (RFC 5802 section 5.1).
    #[error("the server did not take up our nonce")]
    NonceMismatch,
    /// Fewer rounds than RFC 5802 section 5.1 wants: the proof would be easy to break.
    #[error("the server asks for too few rounds of hashing")]
    TooFewIterations,
    /// So many rounds that the client would seem to hang.
    #[error("the server asks for too many rounds of hashing")]
    TooManyIterations,
    /// An extension that must be understood, and is not (RFC 5802 section 5.1, `m`).
    #[error("the server wants an extension that is not known")]
    MandatoryExtension,
    /// The server does not know the password either (RFC 5802 section 3).
    #[error("the server could not show that it knows the password")]
    WrongServerSignature,
    /// The server's own word for its refusal came in place of its signature (RFC 5802 section 7).
    #[error("the server refused the proof")]
    ServerError,
}
