//! How things stand with an engine, for whoever compares.

use porthole_explain::{Place, Survey, Unit};

use crate::{
    backend::Activity,
    change::{Counted, Measured},
    core::Core,
};

impl Core {
    /// What is kept on this device, and what was said on the wire.
    pub(crate) fn measure(&mut self, activity: Activity) -> Measured {
        let mut survey = Survey::default();
        for (entry, marks) in self.wire.units() {
            let place = Place {
                entry: entry.number,
                connection: entry.connection,
                command: entry.command,
            };
            let unit = Unit {
                direction: entry.direction,
                octets: &entry.kept,
                marks,
                command: b"",
            };
            survey.take(place, &unit);
        }
        let kept = self.store.kept();
        let kept = self.stored(kept);
        let counted = |(count, entry)| Counted { count, entry };
        Measured {
            busy: activity.busy,
            listening: activity.listening,
            kept,
            messages: survey.messages().map(counted),
            said: survey.said(),
        }
    }
}
