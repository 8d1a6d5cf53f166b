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
    dialogue!("alert_and_unknown"),
    dialogue!("append"),
    dialogue!("bye_in_the_middle"),
    dialogue!("changes"),
    dialogue!("dovecot_rows"),
    dialogue!("end_of_stream"),
    dialogue!("expunge_and_vanished"),
    dialogue!("greeting_bye"),
    dialogue!("greeting_none"),
    dialogue!("greeting_plain"),
    dialogue!("greeting_preauth"),
    dialogue!("id_and_enable"),
    dialogue!("idle"),
    dialogue!("idle_refused"),
    dialogue!("limit_literal"),
    dialogue!("limit_literals"),
    dialogue!("limit_nesting"),
    dialogue!("limit_text"),
    dialogue!("literals"),
    dialogue!("literals_plus"),
    dialogue!("logout_cut_short"),
    dialogue!("mailboxes"),
    dialogue!("notify_and_compress"),
    dialogue!("objectid_and_binary"),
    dialogue!("quirk_bare_line_feeds"),
    dialogue!("quirk_case"),
    dialogue!("quirk_codes"),
    dialogue!("quirk_counts"),
    dialogue!("quirk_dates"),
    dialogue!("quirk_flags"),
    dialogue!("quirk_mailbox_names"),
    dialogue!("quirk_nil"),
    dialogue!("quirk_search"),
    dialogue!("quirk_spaces"),
    dialogue!("quirk_structures"),
    dialogue!("quirk_tag_late"),
    dialogue!("quirk_text"),
    dialogue!("search_and_sort"),
    dialogue!("select_fails"),
    dialogue!("sign_in_continued"),
    dialogue!("sign_in_in_the_clear"),
    dialogue!("sign_in_refused"),
    dialogue!("sign_in_scram"),
    dialogue!("silence"),
    dialogue!("starttls"),
    dialogue!("starttls_injection"),
    dialogue!("starttls_refused"),
    dialogue!("streamed"),
    dialogue!("unreadable"),
];
