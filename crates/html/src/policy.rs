//! What may stay: elements and attributes of HTML mail.

use std::collections::{HashMap, HashSet};

/// Elements that are kept. All others lose their tags and keep their content.
pub(crate) const ELEMENTS: [&str; 87] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "map",
    "mark",
    "nav",
    "nobr",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
    "search",
    "rb",
    "rtc",
    "menu",
    "listing",
];

/// Elements that go with all they hold, since it is not text: code, fallbacks that would be shown
/// beside what they stand for, and choices of forms.
pub(crate) const WITHOUT_CONTENT: [&str; 16] = [
    "applet", "datalist", "frameset", "iframe", "math", "noembed", "noframes", "option", "script",
    "select", "svg", "template", "textarea", "title", "xml", "canvas",
];

/// Elements without an end tag (HTML section 13.1.2).
pub(crate) const VOID: [&str; 6] = ["area", "br", "col", "hr", "img", "wbr"];

/// Elements that a parser opens again in every block until they are closed (section 13.2.4.3): how
/// many are open is what makes a small source a large tree.
pub(crate) const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Attributes that every element may have.
const GENERIC: [&str; 22] = [
    "align",
    "alt",
    "aria-hidden",
    "aria-label",
    "bgcolor",
    "class",
    "color",
    "dir",
    "height",
    "hidden",
    "id",
    "lang",
    "name",
    "role",
    "style",
    "title",
    "translate",
    "valign",
    "width",
    "bordercolor",
    "background",
    "border",
];

/// Attributes of some elements.
const SPECIFIC: [(&str, &[&str]); 17] = [
    ("a", &["href"]),
    ("area", &["coords", "href", "shape"]),
    ("bdo", &["dir"]),
    ("br", &["clear"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("details", &["open"]),
    // The attributes of body, which travels as a div.
    ("div", &["alink", "link", "text", "vlink"]),
    ("font", &["face", "size"]),
    ("hr", &["noshade", "size"]),
    ("img", &["hspace", "src", "usemap", "vspace"]),
    ("li", &["type", "value"]),
    ("ol", &["reversed", "start", "type"]),
    (
        "table",
        &["cellpadding", "cellspacing", "frame", "rules", "summary"],
    ),
    (
        "td",
        &["abbr", "colspan", "headers", "nowrap", "rowspan", "scope"],
    ),
    (
        "th",
        &["abbr", "colspan", "headers", "nowrap", "rowspan", "scope"],
    ),
    ("ul", &["type"]),
];

/// Whether the rewrite lets an attribute of that name, in lower case, through to the tree.
pub(crate) fn is_attribute(element: &str, name: &str) -> bool {
    GENERIC.contains(&name)
        || SPECIFIC
            .iter()
            .any(|(e, names)| *e == element && names.contains(&name))
}

/// The allow-list for the tree; values are the filter's matter.
pub(crate) fn builder() -> ammonia::Builder<'static> {
    let specific: HashMap<_, HashSet<_>> = SPECIFIC
        .iter()
        .map(|(element, names)| (*element, names.iter().copied().collect()))
        .collect();
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(ELEMENTS.into_iter().collect())
        .clean_content_tags(
            WITHOUT_CONTENT
                .into_iter()
                .chain(["style", "xmp"])
                .collect(),
        )
        .generic_attributes(GENERIC.into_iter().collect())
        .tag_attributes(specific)
        .url_schemes(
            ["http", "https", "mailto", "cid", "data"]
                .into_iter()
                .collect(),
        )
        .url_relative(ammonia::UrlRelative::PassThrough)
        .set_tag_attribute_value("a", "target", "_blank")
        .set_tag_attribute_value("area", "target", "_blank")
        .set_tag_attribute_value("area", "rel", REL)
        .link_rel(Some(REL));
    builder
}

/// A page that a message opens learns neither where from nor gets a handle on the opener.
const REL: &str = "noopener noreferrer";
