//! Holding commands back, for somebody who wants to see each before it goes.

/// Which commands may leave a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gate {
    /// All of them, as soon as the protocol allows.
    #[default]
    Open,
    /// So many of the next ones, and then none.
    Held {
        /// How many.
        through: u32,
    },
}

impl Gate {
    /// Whether the next command may go.
    pub fn lets_through(self) -> bool {
        !matches!(self, Self::Held { through: 0 })
    }

    /// A command went.
    pub fn passed(&mut self) {
        if let Self::Held { through } = self {
            *through = through.saturating_sub(1);
        }
    }

    /// Holds back everything from here on.
    pub fn hold(&mut self) {
        *self = Self::Held { through: 0 };
    }

    /// Lets one command more through; an open gate stays open.
    pub fn step(&mut self) {
        if let Self::Held { through } = self {
            *through = through.saturating_add(1);
        }
    }

    /// Holds nothing back any more.
    pub fn open(&mut self) {
        *self = Self::Open;
    }
}
