//! What fills the window: the form to sign in, the mail, a saved transcript, POP3 beside
//! IMAP, or the lessons.

mod compare;
mod lesson;
mod lessons;
mod mail;
mod playback;
mod start;

pub use compare::Compare;
pub use lesson::LessonPage;
pub use lessons::Lessons;
pub use mail::Mail;
pub use playback::Playback;
pub use start::Start;
