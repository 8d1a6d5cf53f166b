//! The numbers both ends keep to.

/// Bytes from the server that the proxy passes down beyond what the page has acknowledged. A
/// browser's WebSocket has no back-pressure of its own: whatever arrives is taken into memory.
pub const MAX_UNACKNOWLEDGED: u64 = 1024 * 1024;

/// The page acknowledges at least each time it has consumed this much since it last did, and when
/// it has consumed everything that arrived. An eighth of [`MAX_UNACKNOWLEDGED`] keeps the server
/// sending while the acknowledgement travels.
pub const ACKNOWLEDGE_EVERY: u64 = MAX_UNACKNOWLEDGED / 8;

/// The longest binary message the page sends; a browser makes each message one frame. The proxy
/// closes with [`crate::CloseCode::TooBig`] on a longer frame.
pub const MAX_MESSAGE: usize = 1024 * 1024;

/// The longest text message, either way. A certificate's names can be long; nothing else is.
pub const MAX_CONTROL: usize = 16 * 1024;

/// The page stops handing bytes to its WebSocket while `bufferedAmount` is above this.
pub const MAX_BUFFERED: u32 = 256 * 1024;

/// The longest query string the proxy reads.
pub const MAX_QUERY: usize = 1024;
