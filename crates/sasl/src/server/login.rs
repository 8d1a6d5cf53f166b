//! LOGIN: two prompts.

use super::{Directory, ServerMechanism, Verdict, check_password};

/// Asks for the name, then for the password.
#[derive(Debug, Default)]
pub(super) struct Login {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    User,
    Password {
        user: String,
    },
}

impl ServerMechanism for Login {
    fn step(&mut self, response: Option<&[u8]>, directory: &dyn Directory) -> Verdict {
        let Some(response) = response else {
            return Verdict::Challenge(b"Username:".to_vec());
        };
        let Ok(text) = std::str::from_utf8(response) else {
            return Verdict::Refused;
        };
        match std::mem::take(&mut self.state) {
            State::User => {
                self.state = State::Password {
                    user: text.to_owned(),
                };
                Verdict::Challenge(b"Password:".to_vec())
            }
            State::Password { user } => check_password(directory, &user, text),
        }
    }
}
