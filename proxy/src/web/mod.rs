//! Everything the proxy answers over HTTP.

mod csp;
mod files;
#[cfg(test)]
mod fuzz;
mod origin;
mod upgrade;

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;

pub(crate) use self::files::Files;
use self::files::{Coding, File};
use self::origin::Authority;
pub(crate) use self::origin::{Origin, Origins};
use crate::config::Terms;
use crate::limits::Client;
use crate::proxy::Proxy;
use crate::shutdown::Phase;

pub(crate) type Body = Full<Bytes>;

/// Answers one request on a connection from `peer`.
pub(crate) async fn answer(
    proxy: Arc<Proxy>,
    peer: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let terms = proxy.terms();
    let forwarded = forwarded_for(request.headers());
    let client = Client::behind(peer, forwarded.as_deref(), &terms.trusted_proxies);
    let path = request.uri().path();
    let draining = proxy.shutdown.phase() != Phase::Running;
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = match path {
        _ if !reads => {
            let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD");
            let allow = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(header::ALLOW, allow);
            response
        }
        "/healthz" => text(StatusCode::OK, "alive"),
        "/readyz" | porthole_tunnel::PATH if draining => {
            text(StatusCode::SERVICE_UNAVAILABLE, "going away")
        }
        "/readyz" => text(StatusCode::OK, "ready"),
        _ => match known_host(&terms, request.headers()) {
            None => {
                let message = "this proxy is not known by that name; see --origin";
                text(StatusCode::MISDIRECTED_REQUEST, message)
            }
            // From this machine itself: a reverse proxy on it asks for others.
            Some(_) if path == "/metrics" && client.is_local() && forwarded.is_none() => {
                text(StatusCode::OK, &proxy.metrics.text())
            }
            Some(host) if path == porthole_tunnel::PATH => {
                upgrade::answer(&proxy, &terms, client, &host, request)
            }
            Some(host) => page(&proxy, &terms, &host, request.headers(), path).await,
        },
    };
    protect(response.headers_mut(), terms.listener_tls.is_some());
    // To HEAD, hyper sends the length of the body and not the body (RFC 9110 section 9.3.2).
    Ok(response)
}

/// A line of plain text.
fn text(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{}\n", text.trim_end())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, plain);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, nothing);
    response
}

/// Everything that the request says of whom it was forwarded for. Reverse proxies append to the
/// line that is there or add one below it (RFC 9110 section 5.3 makes both the same), and only what
/// the last of them wrote is to be believed.
fn forwarded_for(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(FORWARDED_FOR).iter();
    lines
        .map(|line| line.to_str().unwrap_or_default().to_owned())
        .reduce(|above, line| format!("{above},{line}"))
}

fn known_host(terms: &Terms, headers: &HeaderMap) -> Option<Authority> {
    let host = only(headers, header::HOST)?.parse().ok()?;
    terms.origins.knows(&host).then_some(host)
}

/// The value of a header that is there exactly once.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

async fn page(
    proxy: &Proxy,
    terms: &Terms,
    host: &Authority,
    headers: &HeaderMap,
    path: &str,
) -> Response<Body> {
    let file = match &proxy.files {
        Some(files) => files.open(path).await,
        None if path == "/" => {
            let message = "the proxy is running, without a page to serve; see --web";
            return text(StatusCode::NOT_FOUND, message);
        }
        None => None,
    };
    match file {
        Some(file) => send(
            &file,
            headers,
            &csp::policy(&file.scripts, host, &terms.other_proxies),
        ),
        None => text(StatusCode::NOT_FOUND, "not found"),
    }
}

fn send(file: &File, request: &HeaderMap, policy: &str) -> Response<Body> {
    let (coding, bytes) = file.form(|coding| accepts(request, coding));
    let etag = match coding.name() {
        Some(name) => format!("\"{}-{name}\"", file.digest),
        None => format!("\"{}\"", file.digest),
    };
    let known = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let mut response = Response::new(Body::default());
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = bytes.into();
    }
    let cache = match file.immutable {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let values = [
        (header::CONTENT_TYPE, Some(file.content_type)),
        (header::CONTENT_ENCODING, coding.name().filter(|_| !known)),
        (header::CACHE_CONTROL, Some(cache)),
        (header::VARY, Some("accept-encoding")),
        (header::ETAG, Some(&etag)),
        (header::CONTENT_SECURITY_POLICY, Some(policy)),
    ];
    for (name, value) in values {
        // All of them were made here, of ASCII.
        if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Whether the browser takes this coding (RFC 9110 section 12.5.3). One with `q=0` is not taken.
fn accepts(request: &HeaderMap, coding: Coding) -> bool {
    let codings = request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    coding.name().is_none_or(|wanted| {
        codings
            .filter_map(|entry| {
                let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
                let refused = matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
                (name.trim().eq_ignore_ascii_case(wanted)).then_some(!refused)
            })
            .any(|taken| taken)
    })
}

/// What every answer says.
fn protect(headers: &mut HeaderMap, tls: bool) {
    let values = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("permissions-policy"),
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ];
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if tls {
        let always = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, always);
    }
}

const FORWARDED_FOR: header::HeaderName = header::HeaderName::from_static("x-forwarded-for");

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &str, expected: [bool; 2]) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        let taken = [Coding::Brotli, Coding::Gzip].map(|coding| accepts(&headers, coding));
        assert_eq!(taken, expected, "{accept}");
    }

    #[test]
    fn codings_are_negotiated() {
        check("", [false, false]);
        check("gzip, deflate, br, zstd", [true, true]);
        check("GZIP;q=0.5", [false, true]);
        check("br;q=0, gzip", [false, true]);
        check("identity", [false, false]);
        assert!(accepts(&HeaderMap::new(), Coding::Identity));
    }

    #[test]
    fn a_header_given_twice_is_not_believed() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        assert_eq!(only(&headers, header::HOST), Some("localhost"));
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        assert_eq!(only(&headers, header::HOST), None);
    }

    #[test]
    fn lines_of_forwarded_for_are_one_list() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded_for(&headers), None);
        for (line, expected) in [
            (&b"192.0.2.1"[..], "192.0.2.1"),
            (b"192.0.2.2, 192.0.2.3", "192.0.2.1,192.0.2.2, 192.0.2.3"),
            (b"\xff", "192.0.2.1,192.0.2.2, 192.0.2.3,"),
        ] {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
            assert_eq!(forwarded_for(&headers).as_deref(), Some(expected));
        }
    }
}
