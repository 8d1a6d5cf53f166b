//! What kind of screen the page believes it is on.

use std::fmt;

use serde_json::{Value, json};

/// A screen and what its user prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// How large.
    pub size: Size,
    /// Which colours.
    pub scheme: Scheme,
}

/// How large a screen is, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 1280 by 800.
    Desktop,
    /// 390 by 844, touched.
    Phone,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Look {
    /// A desktop in daylight.
    pub const DESKTOP: Self = Self {
        size: Size::Desktop,
        scheme: Scheme::Light,
    };

    /// A phone in daylight.
    pub const PHONE: Self = Self {
        size: Size::Phone,
        scheme: Scheme::Light,
    };

    /// Each size in each scheme.
    pub const ALL: [Self; 4] = [
        Self::DESKTOP,
        Self {
            size: Size::Desktop,
            scheme: Scheme::Dark,
        },
        Self::PHONE,
        Self {
            size: Size::Phone,
            scheme: Scheme::Dark,
        },
    ];

    /// What makes the browser look so.
    pub(super) fn commands(self) -> [(&'static str, Value); 2] {
        let (width, height, mobile) = match self.size {
            Size::Desktop => (1280, 800, false),
            Size::Phone => (390, 844, true),
        };
        let scheme = match self.scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        [
            (
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile }),
            ),
            (
                "Emulation.setEmulatedMedia",
                json!({ "features": [
                    { "name": "prefers-color-scheme", "value": scheme },
                    { "name": "prefers-reduced-motion", "value": "reduce" },
                ] }),
            ),
        ]
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.size {
            Size::Desktop => "desktop",
            Size::Phone => "phone",
        })?;
        f.write_str(match self.scheme {
            Scheme::Light => "-light",
            Scheme::Dark => "-dark",
        })
    }
}
