//! The one filter that every attribute passes, its character references decoded.

use std::borrow::Cow;

use crate::{
    css,
    resource::{self, Resources},
};

/// The value to keep for an attribute of an element, both of which are on the allow-list.
pub(crate) fn filter<'v>(
    resources: &Resources,
    name: &str,
    value: &'v str,
) -> Option<Cow<'v, str>> {
    match name {
        "href" => resource::link(value).map(Cow::Owned),
        "src" | "background" => resources.picture(value).map(Cow::Owned),
        "style" => {
            let style = css::declarations(value, resources);
            (!style.is_empty()).then_some(Cow::Owned(style))
        }
        // A map of the document's own.
        "usemap" => value.starts_with('#').then_some(Cow::Borrowed(value)),
        _ => Some(Cow::Borrowed(value)),
    }
}
