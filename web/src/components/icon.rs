//! Line drawings of sixteen units, in the colour of the text.

use yew::prelude::*;

/// Which drawing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A tray.
    Inbox,
    /// A star.
    Star,
    /// A paper plane.
    Sent,
    /// A sheet.
    Draft,
    /// A box.
    Archive,
    /// A bin.
    Trash,
    /// A warning sign.
    Junk,
    /// A folder.
    Folder,
    /// Three lines.
    Menu,
    /// A round arrow.
    Refresh,
    /// A paper clip.
    Clip,
    /// An arrow to the left.
    Back,
    /// An arrow that turns back.
    Answered,
    /// An envelope.
    Letter,
    /// Two angle brackets.
    Source,
    /// A cross.
    Close,
    /// A screen.
    Device,
}

/// The properties of [`Icon`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which drawing.
    pub shape: Shape,
}

/// A drawing; never the only sign of anything.
#[component]
pub fn Icon(props: &Props) -> Html {
    let path = match props.shape {
        Shape::Inbox => "M2 9l2-6h8l2 6v4H2zM2 9h4l1 2h2l1-2h4",
        Shape::Star => "m8 2 1.8 3.8 4.2.6-3 2.9.7 4.1L8 11.4l-3.7 2 .7-4.1-3-2.9 4.2-.6z",
        Shape::Sent => "M2 8 14 2l-4 12-2-5z",
        Shape::Draft => "M3 13V3h7l3 3v7z",
        Shape::Archive => "M2 5h12v8H2zM1 3h14v2H1zM6 8h4",
        Shape::Trash => "M3 5h10M6 5V3h4v2m-6 0 1 9h6l1-9",
        Shape::Junk => "M8 2l6.5 11.5h-13zM8 6.5v3.5M8 11.8v.4",
        Shape::Folder => "M2 4h4l1.5 2H14v7H2z",
        Shape::Menu => "M2 4h12M2 8h12M2 12h12",
        Shape::Refresh => "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
        Shape::Clip => "M11.5 6.5 7 11a2 2 0 0 1-3-3l5-5a1.6 1.6 0 0 1 2.4 2.3L6.8 10",
        Shape::Back => "M10 3 5 8l5 5",
        Shape::Answered => "M6 4 2.5 7.5 6 11M3 7.5h6a4 4 0 0 1 4 4",
        Shape::Letter => "M2 4h12v8H2zM2 4l6 5 6-5",
        Shape::Source => "M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4",
        Shape::Close => "M4 4l8 8M12 4l-8 8",
        Shape::Device => "M2 3h12v8H2zM6 13.5h4M8 11v2.5",
    };
    html! { <svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg> }
}

/// The mark of the program.
#[component]
pub fn Logo() -> Html {
    html! {
        <svg class="mark" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
            <circle cx="11" cy="11" r="9.5" /><circle cx="11" cy="11" r="5.5" />
            <path d="M6 12c1.7-1.3 3.3-1.3 5 0s3.3 1.3 5 0" />
        </svg>
    }
}
