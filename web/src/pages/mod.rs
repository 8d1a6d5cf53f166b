//! What fills the window: the form to sign in, the mail, or a saved transcript.

mod mail;
mod playback;
mod start;

pub use mail::Mail;
pub use playback::Playback;
pub use start::Start;
