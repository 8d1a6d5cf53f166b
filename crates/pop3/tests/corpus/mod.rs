//! The dialogues, embedded: the same tests run where there is no file system.

macro_rules! dialogue {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../dialogues/", $name, ".txt")),
        )
    };
}

/// Name and text.
pub(crate) const DIALOGUES: &[(&str, &str)] = &[
    dialogue!("apop"),
    dialogue!("capa_refused"),
    dialogue!("capa_single_line"),
    dialogue!("cleartext_after_stls"),
    dialogue!("cram_md5"),
    dialogue!("cut_off"),
    dialogue!("deadline"),
    dialogue!("deviating_listings"),
    dialogue!("deviating_lines"),
    dialogue!("dovecot"),
    dialogue!("goodbye"),
    dialogue!("limits"),
    dialogue!("maildrop_locked"),
    dialogue!("masking"),
    dialogue!("misuse"),
    dialogue!("no_pipelining"),
    dialogue!("oauth"),
    dialogue!("plain_long"),
    dialogue!("quit_unanswered"),
    dialogue!("rfc1939"),
    dialogue!("scram"),
    dialogue!("scram_unproven"),
    dialogue!("stls"),
    dialogue!("unreadable"),
    dialogue!("unstuffed_dot"),
    dialogue!("wrong_password"),
];
