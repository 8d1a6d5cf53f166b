//! What fills the window: the form to sign in, or the mail.

mod mail;
mod start;

pub use mail::Mail;
pub use start::Start;
