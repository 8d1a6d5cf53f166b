//! What a fuzzer calls: one plain function.

use crate::{Options, Remote, render};

/// Renders `html` with remote content blocked and allowed. It panics only where there is a fault of
/// ours.
pub fn html(html: &str) {
    render(html, Options::default());
    render(
        html,
        Options {
            remote: Remote::Allowed,
            ..Options::default()
        },
    );
}
