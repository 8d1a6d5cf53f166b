//! What a fuzzer calls: everything that reads a stranger's octets, in one plain function.

use crate::{
    DateTime, Event, Layout, Limits, Message, Parameters, decode_text, message_ids, preview_html,
    preview_text, safe_file_name,
    text::{self, Format},
};

/// Reads `raw` as a message, and as each of the smaller things that are parsed by themselves. It
/// panics only where there is a fault of ours: among them a part that lies where its message does
/// not, or that decoding makes longer, and a file name that is a path.
pub fn message(raw: &[u8]) {
    let message = Message::parse(raw, &Limits::default());
    let layout = Layout::of(&message.root);
    for number in layout.html.iter().chain(&layout.text) {
        let Some(text) = message.text(raw, number) else {
            continue;
        };
        for flowed in [false, true] {
            text::blocks(
                &text,
                Format {
                    flowed,
                    delete_space: flowed,
                },
            );
        }
    }
    for attachment in &layout.attachments {
        if let Some(encoded) = message.body(raw, &attachment.number) {
            assert!(raw.as_ptr_range().contains(&encoded.as_ptr()) || encoded.is_empty());
            let decoded = message.decode(raw, &attachment.number);
            assert!(decoded.is_none_or(|decoded| decoded.len() <= encoded.len()));
        }
        if let Some(text) = message.text(raw, &attachment.number) {
            Event::parse(&text);
        }
    }
    message.preview(raw);
    let text = decode_text(raw);
    preview_text(&text);
    preview_html(&text);
    let name = safe_file_name(&text, "text/plain");
    let is_path = name.contains(['/', '\\', '\0']) || matches!(name.as_str(), "" | "." | "..");
    assert!(!is_path && name.len() < 256, "{name:?}");
    DateTime::parse(raw);
    message_ids(raw);
    Parameters::decode([("name", raw), ("name*", raw), ("name*0*", raw)]);
}
