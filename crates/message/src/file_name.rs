//! Names under which it is safe to save what a stranger sent.

/// Makes a name from what the sender wrote: no path, no control or invisible character, nothing
/// that reverses its reading direction, no name that a system reserves, never empty, and with the
/// ending of `media_type` where it has none.
pub fn safe(name: &str, media_type: &str) -> String {
    let last = name
        .rsplit(['/', '\\'])
        .find(|s| !s.trim().is_empty())
        .unwrap_or_default();
    let cleaned: String = last
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if r#"<>:"|?*"#.contains(c) { '_' } else { c })
        .collect();
    let words = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = words
        .trim_start_matches('.')
        .trim_end_matches(['.', ' '])
        .trim();
    let (mut stem, mut ending) = match trimmed.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && is_ending(ending) => (stem, ending),
        _ => (trimmed, ""),
    };
    if ending.is_empty() {
        ending = ending_of(media_type);
    }
    if stem.is_empty() {
        stem = "attachment";
    }
    let stem = cut(stem, LONGEST - ending.len());
    let underscore = if is_reserved(stem) { "_" } else { "" };
    match ending {
        "" => format!("{stem}{underscore}"),
        _ => format!("{stem}{underscore}.{ending}"),
    }
}

/// Octets: file systems take 255, and a browser may add " (1)".
const LONGEST: usize = 200;

/// Whether a reader cannot see the character, or it changes how others are read: controls, zero
/// width, bidirectional embeddings, overrides and isolates, tags.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn is_ending(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Windows' device names, with any ending.
fn is_reserved(stem: &str) -> bool {
    let stem = stem
        .split('.')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" => true,
        _ => {
            let digit = stem
                .strip_prefix("COM")
                .or_else(|| stem.strip_prefix("LPT"));
            digit.is_some_and(|d| d.len() == 1 && d.bytes().all(|b| b.is_ascii_digit()))
        }
    }
}

fn ending_of(media_type: &str) -> &'static str {
    match media_type {
        "application/gzip" => "gz",
        "application/json" => "json",
        "application/msword" => "doc",
        "application/pdf" => "pdf",
        "application/pgp-signature" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/zip" => "zip",
        "audio/mpeg" => "mp3",
        "image/gif" => "gif",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/svg+xml" => "svg",
        "image/webp" => "webp",
        "message/global" | "message/rfc822" => "eml",
        "text/calendar" => "ics",
        "text/csv" => "csv",
        "text/html" => "html",
        "text/vcard" | "text/x-vcard" => "vcf",
        "video/mp4" => "mp4",
        _ if media_type.starts_with("text/") => "txt",
        _ => "",
    }
}

fn cut(text: &str, octets: usize) -> &str {
    let mut end = text.len().min(octets);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, media_type: &str, expected: &str) {
        assert_eq!(safe(name, media_type), expected, "{name:?}");
    }

    #[test]
    fn names() {
        check("minutes.pdf", "application/pdf", "minutes.pdf");
        check("Größe und Maße.txt", "text/plain", "Größe und Maße.txt");
        check("議事録.pdf", "application/pdf", "議事録.pdf");
        check("archive.tar.gz", "application/gzip", "archive.tar.gz");
        check("no ending", "image/png", "no ending.png");
        check("v1.2 final draft", "text/plain", "v1.2 final draft.txt");
        check("", "image/jpeg", "attachment.jpg");
        check("", "application/x-made-up", "attachment");
    }

    #[test]
    fn hostile_names() {
        check("../../etc/passwd", "text/plain", "passwd.txt");
        check("C:\\Windows\\system32\\evil.exe", "image/png", "evil.exe");
        check(
            "invoice\u{202e}fdp.exe",
            "application/pdf",
            "invoicefdp.exe",
        );
        check("a\0b\r\nc.txt", "text/plain", "abc.txt");
        check("...hidden", "text/plain", "hidden.txt");
        check("/", "text/plain", "attachment.txt");
        check("con.txt", "text/plain", "con_.txt");
        check("LPT1", "image/png", "LPT1_.png");
        check("a<b>:c?.txt ..", "text/plain", "a_b__c_.txt");
        check("\u{200b}\u{feff}", "text/html", "attachment.html");
        assert!(safe(&"漢".repeat(500), "text/plain").len() <= 201);
    }
}
