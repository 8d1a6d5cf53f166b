//! What the page remembers on this device from one visit to the next: settings, and the account
//! without its password.
//!
//! Kept as plain strings in the browser's local storage. A browser that has none, or refuses,
//! remembers nothing; the page works all the same.

/// What is remembered.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// Whether opening a message marks it as read: `yes` or `no`.
    MarkRead,
    /// The steps of lessons that were solved.
    Lessons,
    /// Whether somebody presents: `yes` or `no`.
    Presenter,
    /// The last account's protocol: `imap` or `pop3`.
    Protocol,
    /// Its user name.
    User,
    /// Its server.
    Server,
    /// Its port.
    Port,
    /// Its security: `tls`, `starttls` or `none`.
    Security,
}

impl Key {
    /// What belongs to the account.
    pub const ACCOUNT: [Self; 5] = [
        Self::Protocol,
        Self::User,
        Self::Server,
        Self::Port,
        Self::Security,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::MarkRead => "porthole.mark-read",
            Self::Lessons => "porthole.lessons",
            Self::Presenter => "porthole.presenter",
            Self::Protocol => "porthole.protocol",
            Self::User => "porthole.user",
            Self::Server => "porthole.server",
            Self::Port => "porthole.port",
            Self::Security => "porthole.security",
        }
    }
}

/// What was remembered, if anything.
pub fn recall(key: Key) -> Option<String> {
    storage()?.get_item(key.name()).ok()?
}

/// Remembers something.
pub fn remember(key: Key, value: &str) {
    if let Some(storage) = storage() {
        // A full or closed storage costs the user some typing next time.
        let _ = storage.set_item(key.name(), value);
    }
}

/// Forgets something.
pub fn forget(key: Key) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key.name());
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
