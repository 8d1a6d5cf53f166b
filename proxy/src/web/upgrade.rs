//! `/tunnel`: from a request to a WebSocket (RFC 6455 section 4.2).

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use sha1::{Digest, Sha1};

use super::origin::{Authority, Origin};
use super::{Body, only, text};
use crate::config::Terms;
use crate::limits::Client;
use crate::metrics::Refusal;
use crate::proxy::Proxy;
use crate::session::{self, Session};
use crate::stream::Stream;

/// Accepts the upgrade and starts the session, or says what is wrong with it.
///
/// What a page can do nothing about is refused here, with a status that its script never sees.
/// What its user should hear of is told through the WebSocket: see [`session`].
pub(super) fn answer(
    proxy: &Arc<Proxy>,
    terms: &Arc<Terms>,
    client: Client,
    host: &Authority,
    mut request: Request<Incoming>,
) -> Response<Body> {
    let refuse = |refusal, status, message| {
        proxy.metrics.refused(refusal);
        text(status, message)
    };
    let accept = match handshake(&request) {
        Ok(accept) => accept,
        Err(response) => {
            proxy.metrics.refused(Refusal::Handshake);
            return *response;
        }
    };
    let origin = only(request.headers(), header::ORIGIN).and_then(|text| text.parse().ok());
    let Some(origin) = origin.filter(|origin: &Origin| terms.origins.allows(origin, host)) else {
        let message = "this page may not use this proxy; see --origin";
        return refuse(Refusal::Origin, StatusCode::FORBIDDEN, message);
    };
    let query = request.uri().query().unwrap_or_default();
    let destination = match porthole_tunnel::Request::from_query(query) {
        Ok(destination) => destination,
        Err(error) => return refuse(Refusal::Query, StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let Some(admission) = proxy.admit(client) else {
        let message = "too many connections";
        return refuse(Refusal::Limit, StatusCode::SERVICE_UNAVAILABLE, message);
    };
    let session = Session {
        proxy: Arc::clone(proxy),
        terms: Arc::clone(terms),
        admission,
        client,
        origin,
        destination,
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(start(session, upgrade));
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    response
}

async fn start(session: Session, upgrade: OnUpgrade) {
    // The page may hang up before it has the answer.
    let Ok(upgraded) = upgrade.await else { return };
    let Ok(parts) = Upgraded::downcast::<TokioIo<Stream>>(upgraded) else {
        tracing::error!("an upgraded connection is not the one that was accepted");
        return;
    };
    session::run(session, parts.io.into_inner(), parts.read_buf).await;
}

/// Checks what RFC 6455 section 4.2.1 asks for; gives the answer's `Sec-WebSocket-Accept`.
fn handshake(request: &Request<Incoming>) -> Result<HeaderValue, Box<Response<Body>>> {
    let headers = request.headers();
    let refused = |message| Box::new(text(StatusCode::BAD_REQUEST, message));
    if request.method() != Method::GET || request.version() != Version::HTTP_11 {
        return Err(refused("a WebSocket begins with GET and HTTP/1.1"));
    }
    if !has_token(headers, header::CONNECTION, "upgrade")
        || !has_token(headers, header::UPGRADE, "websocket")
        || only(headers, header::SEC_WEBSOCKET_VERSION) != Some("13")
    {
        let message = "this is for WebSockets of version 13";
        let mut response = Box::new(text(StatusCode::UPGRADE_REQUIRED, message));
        let values = [
            (header::CONNECTION, "upgrade"),
            (header::UPGRADE, "websocket"),
            (header::SEC_WEBSOCKET_VERSION, "13"),
        ];
        for (name, value) in values {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        return Err(response);
    }
    let key = only(headers, header::SEC_WEBSOCKET_KEY).unwrap_or_default();
    if !BASE64_STANDARD.decode(key).is_ok_and(|key| key.len() == 16) {
        return Err(refused("Sec-WebSocket-Key is not 16 bytes in base64"));
    }
    HeaderValue::try_from(accept(key)).map_err(|_| refused("Sec-WebSocket-Key is not ASCII"))
}

fn has_token(headers: &HeaderMap, name: HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(name);
    let mut tokens = values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    tokens.any(|token| token.trim().eq_ignore_ascii_case(wanted))
}

/// RFC 6455 section 4.2.2, item 5.4.
fn accept(key: &str) -> String {
    let digest = Sha1::new_with_prefix(key)
        .chain_update("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        .finalize();
    BASE64_STANDARD.encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_rfc() {
        // RFC 6455 section 1.3.
        assert_eq!(
            accept("dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }
}
