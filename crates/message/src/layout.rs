//! Which parts of a message to show, and which to list.

use serde::{Deserialize, Serialize};

use crate::{MediaType, Part, PartNumber, file_name};

/// What the page does with the parts of a message.
///
/// `html` and `text` are the message twice, in order: as rich and as plain as it can be had. Either
/// may hold `text/html` and `text/plain` parts, since one often comes without the other. The rules
/// are those of JMAP (RFC 8621 section 4.1.4), but for pictures, which are attachments here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Layout {
    /// The parts to show where HTML is wanted.
    pub html: Vec<PartNumber>,
    /// The parts to show where plain text is wanted.
    pub text: Vec<PartNumber>,
    /// The parts to list.
    pub attachments: Vec<Attachment>,
    /// The pictures that HTML may show by their Content-ID.
    pub inline: Vec<Inline>,
    /// Whether `html` holds any HTML.
    pub has_html: bool,
}

/// A part in the list of attachments: a judgement, not a kind of part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its part specifier.
    pub number: PartNumber,
    /// A name under which it is safe to save, never empty.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// About how many octets it has once decoded.
    pub size: u64,
    /// Whether it is a picture that the HTML shows already: listed only if it does not.
    pub inline: bool,
}

/// A picture that HTML refers to as `cid:..` (RFC 2392).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inline {
    /// Its part specifier.
    pub number: PartNumber,
    /// Its Content-ID without angle brackets.
    pub content_id: String,
    /// Such as `image/png`.
    pub media_type: String,
    /// About how many octets it has once decoded.
    pub size: u64,
}

impl Layout {
    /// The layout of a message with this root.
    pub fn of(root: &Part) -> Self {
        let mut layout = Self::default();
        let mut walk = Walk {
            layout: &mut layout,
            html: true,
            text: true,
        };
        walk.parts(
            std::slice::from_ref(root),
            Within {
                kind: "mixed",
                alternative: false,
            },
        );
        let is_html = |number: &PartNumber| {
            root.find(number)
                .is_some_and(|part| part.media_type.essence == "text/html")
        };
        layout.has_html = layout.html.iter().any(is_html);
        if !layout.has_html {
            // Nothing shows the pictures: list them.
            for attachment in &mut layout.attachments {
                attachment.inline = false;
            }
        }
        layout
    }
}

/// What surrounds the parts that are looked at.
#[derive(Clone, Copy)]
struct Within<'a> {
    /// The subtype of the multipart.
    kind: &'a str,
    /// Whether it, or one around it, is an alternative.
    alternative: bool,
}

/// `html` and `text` say whether parts still go to those lists.
struct Walk<'a> {
    layout: &'a mut Layout,
    html: bool,
    text: bool,
}

impl Walk<'_> {
    fn parts(&mut self, parts: &[Part], within: Within<'_>) {
        let html_before = self.layout.html.len();
        let text_before = self.layout.text.len();
        for (i, part) in parts.iter().enumerate() {
            let essence = part.media_type.essence.as_str();
            if part.media_type.is_multipart() && !part.parts.is_empty() {
                let kind = essence.strip_prefix("multipart/").unwrap_or_default();
                let alternative = within.alternative || kind == "alternative";
                let (html, text) = (self.html, self.text);
                self.parts(&part.parts, Within { kind, alternative });
                (self.html, self.text) = (html, text);
                continue;
            }
            let first = i == 0;
            let shown = !part.is_attachment()
                && matches!(essence, "text/plain" | "text/html")
                && (first || (within.kind != "related" && part.name().is_none()));
            if shown {
                self.show(part, within);
            } else {
                self.list(part, within);
            }
        }
        if within.kind == "alternative" && self.html && self.text {
            let html_added = self.layout.html.len() > html_before;
            let text_added = self.layout.text.len() > text_before;
            if html_added && !text_added {
                self.layout
                    .text
                    .extend_from_slice(&self.layout.html[html_before..]);
            } else if text_added && !html_added {
                self.layout
                    .html
                    .extend_from_slice(&self.layout.text[text_before..]);
            }
        }
    }

    fn show(&mut self, part: &Part, within: Within<'_>) {
        let is_html = part.media_type.essence == "text/html";
        let (mut to_html, mut to_text) = (self.html, self.text);
        if within.kind == "alternative" {
            (to_html, to_text) = (is_html, !is_html);
        } else if within.alternative {
            // What follows an alternative's own HTML, deeper down, belongs to the HTML only.
            if is_html {
                self.text = false;
                to_text = false;
            } else {
                self.html = false;
                to_html = false;
            }
        }
        if to_html {
            self.layout.html.push(part.number.clone());
        }
        if to_text {
            self.layout.text.push(part.number.clone());
        }
    }

    fn list(&mut self, part: &Part, within: Within<'_>) {
        let media_type = part.media_type.essence.clone();
        let is_picture = part.media_type.kind() == "image";
        if let Some(content_id) = part.content_id.clone().filter(|_| is_picture) {
            self.layout.inline.push(Inline {
                number: part.number.clone(),
                content_id,
                media_type: media_type.clone(),
                size: part.decoded_size(),
            });
        }
        self.layout.attachments.push(Attachment {
            number: part.number.clone(),
            name: file_name::safe(&suggested_name(part), &media_type),
            size: part.decoded_size(),
            inline: is_picture
                && part.content_id.is_some()
                && within.kind == "related"
                && !part.is_attachment(),
            media_type,
        });
    }
}

/// The sender's name for a part, or one from what it holds.
fn suggested_name(part: &Part) -> String {
    if let Some(name) = part.name() {
        return name.to_owned();
    }
    let MediaType { essence, .. } = &part.media_type;
    let subject = part
        .message
        .as_ref()
        .and_then(|message| message.subject.clone());
    match (essence.as_str(), subject) {
        ("text/calendar", _) => "invitation".to_owned(),
        (_, Some(subject)) => subject,
        _ => part.description.clone().unwrap_or_default(),
    }
}
