//! BODY and BODYSTRUCTURE: RFC 9051 section 7.5.2.

use porthole_imap::types::body::{BodyStructure, Extension, Multipart, Single};

use super::{
    Entity, Inner,
    content_type::{disposition, languages},
    envelope::{envelope, field},
    header,
};

/// The structure of an entity of the message `raw`.
pub(crate) fn body_structure(entity: &Entity, raw: &[u8]) -> BodyStructure {
    let header = header(&raw[entity.header.clone()]);
    let content_type = &entity.content_type;
    let extension = Extension {
        disposition: header
            .first("content-disposition")
            .and_then(|field| disposition(field.body)),
        language: header
            .first("content-language")
            .map(|field| languages(field.body))
            .unwrap_or_default(),
        location: field(&header, "content-location"),
    };
    let message = match &entity.inner {
        Inner::Multipart(parts) => {
            return BodyStructure::Multipart(Multipart {
                parts: parts.iter().map(|part| body_structure(part, raw)).collect(),
                media_subtype: content_type.subtype.clone(),
                parameters: content_type.parameters.clone(),
                extension,
            });
        }
        Inner::Message(message) => Some(message),
        Inner::Leaf => None,
    };
    let body = &raw[entity.body.clone()];
    let counts_lines = message.is_some() || content_type.kind.eq_ignore_ascii_case(b"text");
    let encoding = field(&header, "content-transfer-encoding").filter(|text| !text.is_empty());
    BodyStructure::Single(Single {
        media_type: content_type.kind.clone(),
        media_subtype: content_type.subtype.clone(),
        parameters: content_type.parameters.clone(),
        id: field(&header, "content-id"),
        description: field(&header, "content-description"),
        encoding: encoding.unwrap_or_else(|| b"7bit".to_vec()),
        octets: body.len() as u64,
        lines: counts_lines.then(|| memchr::memchr_iter(b'\n', body).count() as u64),
        message: message.map(|message| {
            let header = self::header(&raw[message.header.clone()]);
            Box::new((envelope(&header), body_structure(message, raw)))
        }),
        md5: field(&header, "content-md5"),
        extension,
    })
}
