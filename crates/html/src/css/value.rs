//! Component values: each token judged and written anew.

use std::fmt::Write as _;

use cssparser::{ParseError, Parser, ToCss, Token, TokenSerializationType};

use super::Dropped;
use crate::resource::Resources;

/// Where the values stand.
#[derive(Clone, Copy)]
pub(super) enum Context<'r> {
    /// Before a block: selectors, or the condition of a media query.
    Prelude,
    /// In a declaration; `is_source` for a font's `src`, where nothing may stand for a URL.
    Value {
        resources: &'r Resources,
        is_source: bool,
    },
}

/// Functions of values that neither load nor run anything. `url()` is not among them: it is
/// understood, and written anew.
const FUNCTIONS: [&str; 75] = [
    "rgb",
    "rgba",
    "hsl",
    "hsla",
    "hwb",
    "lab",
    "lch",
    "oklab",
    "oklch",
    "color",
    "color-mix",
    "light-dark",
    "calc",
    "min",
    "max",
    "clamp",
    "round",
    "abs",
    "linear-gradient",
    "radial-gradient",
    "conic-gradient",
    "repeating-linear-gradient",
    "repeating-radial-gradient",
    "repeating-conic-gradient",
    "-webkit-linear-gradient",
    "-webkit-radial-gradient",
    "-moz-linear-gradient",
    "-o-linear-gradient",
    "var",
    "matrix",
    "matrix3d",
    "translate",
    "translate3d",
    "translatex",
    "translatey",
    "translatez",
    "scale",
    "scale3d",
    "scalex",
    "scaley",
    "scalez",
    "rotate",
    "rotate3d",
    "rotatex",
    "rotatey",
    "rotatez",
    "skew",
    "skewx",
    "skewy",
    "perspective",
    "cubic-bezier",
    "steps",
    "linear",
    "blur",
    "brightness",
    "contrast",
    "drop-shadow",
    "grayscale",
    "hue-rotate",
    "invert",
    "opacity",
    "saturate",
    "sepia",
    "counter",
    "counters",
    "format",
    "local",
    "tech",
    "minmax",
    "repeat",
    "fit-content",
    "rect",
    "inset",
    "circle",
    "ellipse",
];

/// Writes tokens so that they are read back as the same tokens.
pub(super) struct Writer<'r> {
    context: Context<'r>,
    css: String,
    previous: TokenSerializationType,
}

impl<'r> Writer<'r> {
    pub(super) fn new(context: Context<'r>) -> Self {
        Self {
            context,
            css: String::new(),
            previous: TokenSerializationType::Nothing,
        }
    }

    /// Writes one token, and if it opens a block all that is in it.
    pub(super) fn component(
        &mut self,
        token: &Token<'_>,
        parser: &mut Parser<'_>,
    ) -> Result<(), Dropped> {
        match token {
            Token::WhiteSpace(_) => self.space(),
            Token::Function(name) => self.function(name, token, parser)?,
            Token::UnquotedUrl(url) => self.url(url)?,
            Token::ParenthesisBlock => self.nested(token, ')', parser)?,
            Token::SquareBracketBlock => self.nested(token, ']', parser)?,
            Token::Delim('\\') => return dropped(),
            Token::Colon if matches!(self.context, Context::Value { .. }) => return dropped(),
            Token::Ident(_)
            | Token::Hash(_)
            | Token::IDHash(_)
            | Token::QuotedString(_)
            | Token::Delim(_)
            | Token::Number { .. }
            | Token::Percentage { .. }
            | Token::Dimension { .. }
            | Token::Colon
            | Token::Comma
            | Token::IncludeMatch
            | Token::DashMatch
            | Token::PrefixMatch
            | Token::SuffixMatch
            | Token::SubstringMatch => self.token(token),
            Token::AtKeyword(_)
            | Token::Comment(_)
            | Token::Semicolon
            | Token::CDO
            | Token::CDC
            | Token::CurlyBracketBlock
            | Token::BadUrl(_)
            | Token::BadString(_)
            | Token::CloseParenthesis
            | Token::CloseSquareBracket
            | Token::CloseCurlyBracket => return dropped(),
        }
        Ok(())
    }

    /// What was written. It can stand in a `style` element: nothing in it ends one.
    pub(super) fn finish(self) -> String {
        // A slash after `<` can stand in strings and names only, where it may be escaped.
        self.css.trim_end().replace("</", "<\\/")
    }

    fn token(&mut self, token: &Token<'_>) {
        let this = token.serialization_type();
        if self.previous.needs_separator_when_before(this) {
            self.css.push_str("/**/");
        }
        self.css.push_str(&token.to_css_string());
        self.previous = this;
    }

    fn space(&mut self) {
        if !self.css.is_empty() {
            self.css.push(' ');
        }
        self.previous = TokenSerializationType::WhiteSpace;
    }

    fn function(
        &mut self,
        name: &str,
        token: &Token<'_>,
        parser: &mut Parser<'_>,
    ) -> Result<(), Dropped> {
        let lower = name.to_ascii_lowercase();
        match self.context {
            _ if lower == "url" => {
                let url = parser.parse_nested_block(|parser| {
                    let url = parser.expect_string_cloned()?;
                    parser.expect_exhausted()?;
                    Ok::<_, Dropped>(url)
                })?;
                self.url(&url)
            }
            Context::Prelude if lower == "src" || lower.contains("image") => dropped(),
            Context::Prelude => self.nested(token, ')', parser),
            Context::Value { .. } if FUNCTIONS.contains(&lower.as_str()) => {
                self.nested(token, ')', parser)
            }
            Context::Value { .. } => dropped(),
        }
    }

    fn nested(
        &mut self,
        token: &Token<'_>,
        close: char,
        parser: &mut Parser<'_>,
    ) -> Result<(), Dropped> {
        self.token(token);
        self.previous = TokenSerializationType::Nothing;
        parser.parse_nested_block(|parser| {
            while let Ok(token) = parser.next_including_whitespace().cloned() {
                self.component(&token, parser)?;
            }
            Ok::<_, Dropped>(())
        })?;
        self.css.push(close);
        self.previous = TokenSerializationType::Nothing;
        Ok(())
    }

    /// A picture that may be shown, or `none`, which may stand wherever a picture may.
    fn url(&mut self, url: &str) -> Result<(), Dropped> {
        let Context::Value {
            resources,
            is_source,
        } = self.context
        else {
            return dropped();
        };
        if is_source {
            resources.refuse(url);
            return dropped();
        }
        let apart = [
            TokenSerializationType::Nothing,
            TokenSerializationType::WhiteSpace,
        ];
        if !apart.contains(&self.previous) {
            self.space();
        }
        match resources.picture(url) {
            Some(url) => {
                let url = Token::QuotedString(url.as_str().into());
                // Writing to a String cannot fail.
                let _ = write!(self.css, "url({})", url.to_css_string());
                self.previous = TokenSerializationType::Other;
            }
            None => {
                self.css.push_str("none");
                self.previous = TokenSerializationType::Ident;
            }
        }
        Ok(())
    }
}

/// The name of a property, escaped where it must be.
pub(super) fn identifier(name: &str) -> String {
    Token::Ident(name.into()).to_css_string()
}

fn dropped<T>() -> Result<T, Dropped> {
    Err(ParseError::custom(()))
}
