//! SASL mechanisms, and whether the password itself crosses.

use super::{Words, vendor, word};

pub(crate) const MECHANISMS: Words = &[
    word(
        "PLAIN",
        "sends the name and the password itself, hidden only by TLS",
        4616,
        "2",
    ),
    vendor(
        "LOGIN",
        "asks for name and password one after the other; the password itself crosses",
    ),
    word(
        "CRAM-MD5",
        "answers a challenge with a digest of it and the password, which does not cross",
        2195,
        "2",
    ),
    word(
        "DIGEST-MD5",
        "answers a challenge with digests; the password does not cross, but the method is old and weak",
        2831,
        "2",
    ),
    word(
        "SCRAM-SHA-1",
        "proves the password to the server and the server to the client; the password does not cross",
        5802,
        "5",
    ),
    word(
        "SCRAM-SHA-1-PLUS",
        "as SCRAM-SHA-1, bound to this TLS connection, so that nobody in between can pass it on",
        5802,
        "6",
    ),
    word(
        "SCRAM-SHA-256",
        "proves the password to the server and the server to the client; the password does not cross",
        7677,
        "3",
    ),
    word(
        "SCRAM-SHA-256-PLUS",
        "as SCRAM-SHA-256, bound to this TLS connection, so that nobody in between can pass it on",
        7677,
        "3",
    ),
    vendor(
        "SCRAM-SHA-512",
        "as SCRAM-SHA-256 with a longer hash; the password does not cross",
    ),
    vendor(
        "SCRAM-SHA-512-PLUS",
        "as SCRAM-SHA-512, bound to this TLS connection; the password does not cross",
    ),
    word(
        "OAUTHBEARER",
        "sends a token instead of the password; whoever has the token can use it until it expires",
        7628,
        "3.1",
    ),
    vendor(
        "XOAUTH2",
        "sends a token instead of the password, as Google and Microsoft began it; the token itself crosses",
    ),
    word(
        "OAUTH10A",
        "sends a signed token instead of the password, which does not cross",
        7628,
        "3",
    ),
    word(
        "EXTERNAL",
        "says who it is and lets the TLS certificate prove it; there is no password",
        4422,
        "A",
    ),
    word(
        "ANONYMOUS",
        "signs in as nobody in particular, without a password; what crosses is only a trace",
        4505,
        "2",
    ),
    word(
        "GSSAPI",
        "signs in by a Kerberos ticket; the password does not cross",
        4752,
        "3",
    ),
    word(
        "GS2-KRB5",
        "signs in by a Kerberos ticket in a newer way; the password does not cross",
        5801,
        "",
    ),
    word(
        "GS2-KRB5-PLUS",
        "as GS2-KRB5, bound to this TLS connection; the password does not cross",
        5801,
        "5",
    ),
    vendor(
        "GSS-SPNEGO",
        "agrees on Kerberos or NTLM first; the password does not cross",
    ),
    vendor(
        "NTLM",
        "answers a challenge as Windows networks do; the password does not cross, but the method is weak",
    ),
    word(
        "KERBEROS_V4",
        "signed in by a ticket of an old Kerberos; the password does not cross",
        2222,
        "7.1",
    ),
    word(
        "SKEY",
        "signs in by a password that counts once; what crosses is worth nothing later",
        2222,
        "7.3",
    ),
    word(
        "OTP",
        "signs in by a password that counts once; what crosses is worth nothing later",
        2444,
        "",
    ),
    word(
        "SECURID",
        "signs in by the figures on a token instead of a password; what crosses is worth nothing later",
        2808,
        "",
    ),
    word(
        "SAML20",
        "sends the user to a web page to sign in there; no password crosses here",
        6595,
        "",
    ),
    word(
        "OPENID20",
        "sends the user to a web page to sign in there; no password crosses here",
        6616,
        "",
    ),
    vendor(
        "APOP",
        "answers the greeting's timestamp with a digest; the password does not cross",
    ),
    vendor(
        "PLAIN-CLIENTTOKEN",
        "is Google's PLAIN with a token for the device; the password itself crosses",
    ),
    vendor(
        "XYMCOOKIE",
        "sends a cookie of Yahoo's instead of the password",
    ),
    vendor("ATOKEN", "sends a token of Apple's instead of the password"),
    vendor(
        "WETOKEN",
        "sends a token of Apple's instead of the password",
    ),
    vendor(
        "WSTOKEN",
        "sends a token of Apple's instead of the password",
    ),
    vendor("PTOKEN", "sends a token of Apple's instead of the password"),
];
