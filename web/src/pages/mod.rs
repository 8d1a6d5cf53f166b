//! What fills the window: the form to sign in, the mail, a saved transcript, or POP3 beside IMAP.

mod compare;
mod mail;
mod playback;
mod start;

pub use compare::Compare;
pub use mail::Mail;
pub use playback::Playback;
pub use start::Start;
