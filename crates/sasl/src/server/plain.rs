//! PLAIN: RFC 4616.

use super::{Directory, ServerMechanism, Verdict, check_password};

/// Takes `[authzid] NUL authcid NUL passwd`; acting for somebody else is refused.
#[derive(Debug)]
pub(super) struct Plain;

impl ServerMechanism for Plain {
    fn step(&mut self, response: Option<&[u8]>, directory: &dyn Directory) -> Verdict {
        let Some(response) = response else {
            return Verdict::Challenge(Vec::new());
        };
        let mut fields = response.split(|&byte| byte == 0).map(std::str::from_utf8);
        match (fields.next(), fields.next(), fields.next(), fields.next()) {
            (Some(Ok(actor)), Some(Ok(user)), Some(Ok(password)), None)
                if actor.is_empty() || actor == user =>
            {
                check_password(directory, user, password)
            }
            _ => Verdict::Refused,
        }
    }
}
