//! What a password is looked for by.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

/// All that a password may look like.
pub(crate) fn needles(password: &str) -> Vec<Vec<u8>> {
    let each = |write: fn(&u8) -> String| password.as_bytes().iter().map(write).collect::<String>();
    let swapped = |c: char| match c.is_uppercase() {
        true => c.to_lowercase().to_string(),
        false => c.to_uppercase().to_string(),
    };
    let special = |octet: &u8| !octet.is_ascii_alphanumeric();
    let some = |sign: char| {
        let write = |octet: &u8| match special(octet) {
            true => format!("{sign}{octet:02X}"),
            false => char::from(*octet).to_string(),
        };
        password.as_bytes().iter().map(write).collect::<String>()
    };
    let html = password.replace('&', "&amp;").replace('<', "&lt;");
    let html = html
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    let json = serde_json::to_string(password).unwrap();
    let texts = [
        password.to_owned(),
        password.chars().map(swapped).collect(),
        password.to_uppercase(),
        password.to_lowercase(),
        password.chars().rev().collect(),
        password.replace('\\', "\\\\").replace('"', "\\\""),
        password.escape_default().to_string(),
        json.trim_matches('"').to_owned(),
        html,
        each(|octet| format!("{octet:02x}")),
        each(|octet| format!("{octet:02X}")),
        each(|octet| format!("{octet:02x} ")),
        each(|octet| format!("%{octet:02X}")),
        each(|octet| format!("%{octet:02x}")),
        each(|octet| format!("={octet:02X}")),
        some('%'),
        some('='),
    ];
    let aligned = (0..3).map(|before| {
        let text = [&vec![0; before], password.as_bytes()].concat();
        let text = STANDARD_NO_PAD.encode(text);
        // Its edges depend on what stands around it.
        text[[0, 2, 3][before]..text.len() - 1].to_owned()
    });
    texts
        .into_iter()
        .chain(aligned)
        .map(String::into_bytes)
        .collect()
}

pub(crate) fn contains(octets: &[u8], wanted: &[u8]) -> bool {
    octets.windows(wanted.len()).any(|window| window == wanted)
}
