//! Scripts that are written without spaces, set apart for an index of words.

use std::borrow::Cow;

/// The text with a space beside each character of a script that has none between words: each is a
/// word by itself then, and a word of the language is a phrase. Other text stays as it is.
pub(crate) fn set_apart(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unspaced) {
        return Cow::Borrowed(text);
    }
    let mut apart = String::with_capacity(text.len() * 2);
    let mut last = None;
    for c in text.chars() {
        let joined = last.is_some_and(|last| is_unspaced(last) || is_unspaced(c));
        if joined && !c.is_whitespace() && !last.is_some_and(char::is_whitespace) {
            apart.push(' ');
        }
        apart.push(c);
        last = Some(c);
    }
    Cow::Owned(apart)
}

/// Han, Hiragana, Katakana, Bopomofo, Thai, Lao, Myanmar and Khmer, by their blocks. Hangul is
/// written with spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        // Thai, Lao; Myanmar; Khmer.
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}'
        // Iteration marks and numerals of Han; kana, Bopomofo; kana of half the width.
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}'
        | '\u{3038}'..='\u{303c}' | '\u{3041}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' | '\u{1aff0}'..='\u{1b16f}'
        // Han.
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(set_apart(text), expected);
        assert_eq!(set_apart(expected), expected, "once is enough");
    }

    #[test]
    fn scripts() {
        check("東京都の会議", "東 京 都 の 会 議");
        check("会議A4で、10時", "会 議 A4 で 、10 時");
        check("コーヒー\nｶﾞ 々", "コ ー ヒ ー\nｶ ﾞ 々");
        check("ประชุม", "ป ร ะ ช ุ ม");
        check("ປະຊຸມ", "ປ ະ ຊ ຸ ມ");
        check("ប្រជុំ", "ប ្ រ ជ ុ ំ");
        check("အစည်း", "အ စ ည ် း");
        check("𠮷野", "𠮷 野");
    }

    #[test]
    fn scripts_with_spaces() {
        for text in [
            "",
            "The long rope",
            "Größe Море",
            "회의는 내일",
            "、。",
            "مرفأ",
        ] {
            assert!(matches!(set_apart(text), Cow::Borrowed(same) if same == text));
        }
    }
}
