//! The dialogues.

use porthole_dialogue::{Dialogue, dialogues};

pub(crate) const DIALOGUES: &[Dialogue] = dialogues![
    "apop",
    "capa_refused",
    "capa_single_line",
    "cleartext_after_stls",
    "cram_md5",
    "cut_off",
    "deadline",
    "deviating_lines",
    "deviating_listings",
    "dovecot",
    "goodbye",
    "held",
    "limits",
    "maildrop_locked",
    "masking",
    "misuse",
    "no_pipelining",
    "oauth",
    "plain_long",
    "quit_unanswered",
    "rfc1939",
    "scram",
    "scram_unproven",
    "stls",
    "typed",
    "unreadable",
    "unstuffed_dot",
    "wrong_password",
];
