//! Untrusted HTML in, a document that is safe to show out.
//!
//! [`render`] is the only road from a message to the page's DOM. It makes a whole document for the
//! `srcdoc` of a sandboxed frame, and three walls stand one behind the other:
//!
//! 1. a **rewrite** of the source: only known elements, attributes in quotes, text escaped, raw text
//!    elements gone, style sheets taken out, nesting bounded. What comes out is read the same by
//!    every parser, which is what mutation attacks live on;
//! 2. an **allow-list** over the tree that comes of it (ammonia), every attribute of which passes
//!    one filter; style sheets and style attributes are taken apart into tokens and put together
//!    again from those that are known to be harmless ([`cssparser`]);
//! 3. a **content security policy**, first in the document: should both fail, no script runs and
//!    nothing is fetched. The frame's `sandbox` is the page's.
//!
//! Remote pictures are left out until the reader asks for them, and their hosts are named.
//!
//! ```
//! use porthole_html::{Options, render};
//!
//! let html = r#"<p style="color: navy" onclick="x()">Ahoy <img src="http://t.example/p.gif"></p>"#;
//! let document = render(html, Options::default());
//! assert!(document.srcdoc.contains(r#"<p style="color: navy">Ahoy <img></p>"#));
//! assert_eq!(document.blocked[0].host, "t.example");
//! ```
//!
//! What is not here: a DOM, the frame, and the decision whose remote content to load.

mod attribute;
mod css;
mod document;
pub mod fuzz;
mod nesting;
mod policy;
mod resource;
mod rewrite;
mod token;

pub use document::{SafeDocument, render, text_section};
pub use resource::{Blocked, Options, Picture, Remote};
