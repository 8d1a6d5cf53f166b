//! Octets in JSON: as text where they are UTF-8, in base64 where they are not.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// `{"text": "* OK ready\r\n"}` or `{"base64": "/wA="}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Octets<T> {
    Text(T),
    Base64(T),
}

pub(super) fn serialize<S: Serializer>(octets: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match std::str::from_utf8(octets) {
        Ok(text) => Octets::Text(text).serialize(serializer),
        Err(_) => Octets::Base64(STANDARD.encode(octets)).serialize(serializer),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    match Octets::<String>::deserialize(deserializer)? {
        Octets::Text(text) => Ok(text.into_bytes()),
        Octets::Base64(text) => STANDARD.decode(text).map_err(D::Error::custom),
    }
}
