//! Keys without characters, as WebDriver names them (WebDriver section 17.4.2).

/// Backspace.
pub const BACKSPACE: &str = "\u{e003}";
/// Tab.
pub const TAB: &str = "\u{e004}";
/// Enter.
pub const ENTER: &str = "\u{e007}";
/// Control, which is held with what follows it.
pub const CONTROL: &str = "\u{e009}";
/// Alt, which is held with what follows it.
pub const ALT: &str = "\u{e00a}";
/// Escape.
pub const ESCAPE: &str = "\u{e00c}";
/// Page Down.
pub const PAGE_DOWN: &str = "\u{e00f}";
/// End.
pub const END: &str = "\u{e010}";
/// Home.
pub const HOME: &str = "\u{e011}";
/// The up arrow.
pub const UP: &str = "\u{e013}";
/// The right arrow.
pub const RIGHT: &str = "\u{e014}";
/// The down arrow.
pub const DOWN: &str = "\u{e015}";
/// Delete.
pub const DELETE: &str = "\u{e017}";
