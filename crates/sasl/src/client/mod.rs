//! The client's side of each mechanism.

mod cram_md5;
mod login;
mod oauth;
mod plain;
mod scram;

use std::fmt;

pub use cram_md5::CramMd5;
pub use login::Login;
pub use oauth::{OAuthBearer, XOAuth2};
pub use plain::Plain;
pub use scram::Scram;

use crate::{Error, Mechanism, PeerMisbehaved};

/// The client's side of one exchange. Steps are plain octets; base64 is the caller's.
///
/// Ask for the [`initial_response`](Self::initial_response) once. If the protocol cannot carry it
/// on the command, keep it as the answer to the server's first, empty challenge. Then answer each
/// challenge with a [`step`](Self::step). When the server reports success, believe it only if the
/// mechanism [`is_complete`](Self::is_complete): a SCRAM server that never showed its signature
/// may be anybody.
pub trait ClientMechanism: fmt::Debug + Send {
    /// Which mechanism it is.
    fn mechanism(&self) -> Mechanism;

    /// What the client says before the server does; `None` where the server begins.
    fn initial_response(&mut self) -> Option<Vec<u8>>;

    /// The answer to a challenge.
    ///
    /// # Errors
    /// [`Error::PeerMisbehaved`]; the exchange must then be cancelled.
    fn step(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Error>;

    /// Whether everything was said and proved that the mechanism asks for.
    fn is_complete(&self) -> bool;
}

fn misbehaved(mechanism: Mechanism, what: PeerMisbehaved) -> Error {
    Error::PeerMisbehaved { mechanism, what }
}
