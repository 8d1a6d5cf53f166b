//! Replies as a client reads them: RFC 5321 section 4.2.1, RFC 2034 section 4.

use super::{
    cursor::{Cursor, ParseError},
    notes::{Notes, Role},
};
use crate::types::{EnhancedStatusCode, Reply, ReplyCode};

/// One line of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyLine {
    /// The same on every line of a reply.
    pub code: ReplyCode,
    /// No further line follows.
    pub is_last: bool,
    /// If the text begins with one.
    pub enhanced: Option<EnhancedStatusCode>,
    /// The rest of the line.
    pub text: String,
}

/// `Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF`
///
/// # Errors
/// [`ParseError`] if the line does not begin with a reply code.
pub fn parse_reply_line(line: &[u8], notes: &mut Notes) -> Result<ReplyLine, ParseError> {
    let mut cursor = Cursor::new(line, notes);
    let digits = cursor.rest().get(..3).unwrap_or_default();
    let code = std::str::from_utf8(digits)
        .ok()
        .filter(|_| digits.iter().all(u8::is_ascii_digit))
        .and_then(|digits| digits.parse().ok())
        .and_then(ReplyCode::new);
    let Some(code) = code else {
        return Err(ParseError {
            at: 0,
            expected: "a reply code",
        });
    };
    cursor.take(3, Role::ReplyCode);
    let is_last = !cursor.literal(b"-", Role::MoreLines);
    if is_last && !cursor.is_at_end() && !cursor.literal(b" ", Role::Space) {
        return Err(ParseError {
            at: 3,
            expected: "a space or a hyphen",
        });
    }
    let enhanced = enhanced_status_code(&mut cursor, code);
    let text = String::from_utf8_lossy(cursor.take_rest(Role::Text)).into_owned();
    cursor.finish();
    Ok(ReplyLine {
        code,
        is_last,
        enhanced,
        text,
    })
}

/// `status-code = class "." subject "." detail` (RFC 3463 section 2), of the reply code's class.
fn enhanced_status_code(
    cursor: &mut Cursor<'_, '_>,
    code: ReplyCode,
) -> Option<EnhancedStatusCode> {
    let rest = cursor.rest();
    let length = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    let text = std::str::from_utf8(&rest[..length]).ok()?;
    let mut numbers = text.split('.');
    let class = numbers.next()?.parse().ok()?;
    let subject = numbers.next()?.parse().ok()?;
    let detail = numbers.next()?.parse().ok()?;
    if numbers.next().is_some() || u16::from(class) != code.value() / 100 {
        return None;
    }
    cursor.take(length, Role::EnhancedStatusCode);
    cursor.literal(b" ", Role::Space);
    Some(EnhancedStatusCode::new(class, subject, detail))
}

/// Puts the lines of a reply together.
#[derive(Debug, Default)]
pub struct ReplyParser {
    lines: Vec<ReplyLine>,
}

impl ReplyParser {
    /// The most lines that a reply may have: EHLO has about twenty.
    pub const MAX_LINES: usize = 1000;

    /// Takes a line; gives the reply once it was the last.
    ///
    /// # Errors
    /// [`ParseError`] if the line is none of a reply, has another code than those before it, or is
    /// one too many.
    pub fn push(&mut self, line: &[u8], notes: &mut Notes) -> Result<Option<Reply>, ParseError> {
        let line = parse_reply_line(line, notes)?;
        if self
            .lines
            .first()
            .is_some_and(|first| first.code != line.code)
        {
            return Err(ParseError {
                at: 0,
                expected: "the reply code of the line before",
            });
        }
        if self.lines.len() == Self::MAX_LINES {
            return Err(ParseError {
                at: 3,
                expected: "the last line of a reply",
            });
        }
        let is_last = line.is_last;
        let code = line.code;
        self.lines.push(line);
        if !is_last {
            return Ok(None);
        }
        let lines = std::mem::take(&mut self.lines);
        Ok(Some(Reply {
            code,
            enhanced: lines.iter().find_map(|line| line.enhanced),
            lines: lines.into_iter().map(|line| line.text).collect(),
        }))
    }
}
