//! The built page, from its folder.
//!
//! Files are kept in memory with their compressed forms, and read again when they change on disk.
//! Where the build left `.br` or `.gz` beside a file these are taken, otherwise the file is
//! compressed once, in the background; nobody waits for that.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::csp;

/// A folder that is served.
#[derive(Debug)]
pub(crate) struct Files {
    root: PathBuf,
    known: Mutex<HashMap<PathBuf, Arc<File>>>,
}

/// A file as it was when it was read.
#[derive(Debug)]
pub(super) struct File {
    stamp: (Option<SystemTime>, u64),
    pub(super) bytes: Bytes,
    pub(super) content_type: &'static str,
    /// Of the bytes as they are; a compressed form appends its name.
    pub(super) digest: String,
    /// Its name holds a hash of its content: it never changes.
    pub(super) immutable: bool,
    /// The inline scripts' hashes, if it is a page.
    pub(super) scripts: String,
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

/// A form that a file is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Brotli,
    Gzip,
}

impl Files {
    /// Serves this folder, a canonical path. Compresses what is there, on a thread of its own.
    pub(crate) fn new(root: PathBuf) -> Arc<Self> {
        let files = Arc::new(Self {
            root,
            known: Mutex::default(),
        });
        let warm = Arc::clone(&files);
        std::thread::spawn(move || warm.warm_up(&warm.root, DEEPEST));
        files
    }

    /// The file at this path of a URL, if there is one.
    pub(super) async fn open(self: &Arc<Self>, url_path: &str) -> Option<Arc<File>> {
        let path = self.root.join(relative(url_path)?);
        let files = Arc::clone(self);
        let file = tokio::task::spawn_blocking(move || files.load(path)).await;
        let (file, fresh) = file.ok()?.ok()?;
        if fresh {
            let file = Arc::clone(&file);
            drop(tokio::task::spawn_blocking(move || file.compress()));
        }
        Some(file)
    }

    /// Reads a file, unless it is known and has not changed; says whether it did.
    fn load(&self, path: PathBuf) -> io::Result<(Arc<File>, bool)> {
        let path = path.canonicalize()?;
        let metadata = path.metadata()?;
        if !path.starts_with(&self.root) || !metadata.is_file() || metadata.len() > LARGEST {
            return Err(io::ErrorKind::NotFound.into());
        }
        let stamp = (metadata.modified().ok(), metadata.len());
        if let Some(known) = self.lock().get(&path)
            && known.stamp == stamp
        {
            return Ok((Arc::clone(known), false));
        }
        let file = Arc::new(File::read(&path, stamp)?);
        self.lock().insert(path, Arc::clone(&file));
        Ok((file, true))
    }

    fn warm_up(&self, folder: &Path, depth: usize) {
        // What cannot be read now is found missing when it is asked for.
        let entries = folder.read_dir().into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() && depth > 0 {
                self.warm_up(&path, depth - 1);
            } else if let Ok((file, true)) = self.load(path) {
                file.compress();
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Arc<File>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl File {
    fn read(path: &Path, stamp: (Option<SystemTime>, u64)) -> io::Result<Self> {
        let bytes = Bytes::from(std::fs::read(path)?);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let content_type = content_type(&name);
        let digest = Sha256::digest(&bytes);
        let file = Self {
            stamp,
            content_type,
            digest: digest[..12]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            immutable: is_hashed(&name),
            scripts: match content_type == HTML {
                true => csp::script_hashes(&String::from_utf8_lossy(&bytes)),
                false => String::new(),
            },
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
            bytes,
        };
        for (slot, extension) in [(&file.brotli, "br"), (&file.gzip, "gz")] {
            if let Some(made) = beside(path, extension, stamp.0) {
                slot.get_or_init(|| Some(made));
            }
        }
        if !is_compressible(file.content_type) || file.bytes.len() < SMALLEST_COMPRESSED {
            file.brotli.get_or_init(|| None);
            file.gzip.get_or_init(|| None);
        }
        Ok(file)
    }

    /// The form to send to who accepts these, and its bytes.
    pub(super) fn form(&self, accepts: impl Fn(Coding) -> bool) -> (Coding, Bytes) {
        let made = [
            (Coding::Brotli, self.brotli.get()),
            (Coding::Gzip, self.gzip.get()),
        ];
        for (coding, bytes) in made {
            if let Some(Some(bytes)) = bytes
                && accepts(coding)
            {
                return (coding, bytes.clone());
            }
        }
        (Coding::Identity, self.bytes.clone())
    }

    fn compress(&self) {
        self.gzip.get_or_init(|| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            let written = encoder.write_all(&self.bytes);
            self.if_smaller(written.and_then(|()| encoder.finish()))
        });
        self.brotli.get_or_init(|| {
            let mut packed = Vec::new();
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: BROTLI_QUALITY,
                ..Default::default()
            };
            let written = brotli::BrotliCompress(&mut &self.bytes[..], &mut packed, &parameters);
            self.if_smaller(written.map(|_| packed))
        });
    }

    fn if_smaller(&self, packed: io::Result<Vec<u8>>) -> Option<Bytes> {
        // Compressing into memory does not fail; if it did, the file would go out as it is.
        packed
            .ok()
            .filter(|packed| packed.len() < self.bytes.len())
            .map(Bytes::from)
    }
}

impl Coding {
    /// Its name in HTTP (RFC 9110 section 8.4.1).
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }
}

/// The path below the root that a URL's path means. Trunk's names need no escapes, so a path with
/// one is none of ours; nor is one with a component that begins with a dot.
fn relative(url_path: &str) -> Option<PathBuf> {
    let path = url_path.strip_prefix('/')?;
    if path.is_empty() {
        return Some("index.html".into());
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    path.split('/')
        .map(|part| {
            (!part.is_empty() && !part.starts_with('.') && part.chars().all(fits)).then_some(part)
        })
        .collect()
}

/// The form that the build left beside the file, unless it is older.
fn beside(path: &Path, extension: &str, modified: Option<SystemTime>) -> Option<Bytes> {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    let metadata = std::fs::metadata(&name).ok()?;
    let fresh = metadata.modified().ok() >= modified && metadata.len() <= LARGEST;
    fresh.then(|| std::fs::read(&name).ok().map(Bytes::from))?
}

/// Whether the name is `something-0123456789abcdef.js`, as Trunk writes it, `_bg` allowed.
fn is_hashed(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(_, end)| {
        let digits = end.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= 16 && end[digits..].starts_with(['.', '_'])
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => HTML,
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn is_compressible(content_type: &str) -> bool {
    content_type.starts_with("text/")
        || content_type.contains("json")
        || ["application/wasm", "image/svg+xml"].contains(&content_type)
}

const HTML: &str = "text/html; charset=utf-8";
const SMALLEST_COMPRESSED: usize = 1024;
/// 11 is a tenth smaller and takes ten times as long, during which the page goes out bigger.
const BROTLI_QUALITY: i32 = 9;
const LARGEST: u64 = 64 * 1024 * 1024;
const DEEPEST: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_root() {
        for (url, path) in [
            ("/", "index.html"),
            ("/engine.js", "engine.js"),
            ("/icons/a-1_b.svg", "icons/a-1_b.svg"),
        ] {
            assert_eq!(relative(url), Some(path.into()), "{url}");
        }
        for url in [
            "",
            "a",
            "//a",
            "/a/",
            "/..",
            "/../a",
            "/a/../b",
            "/.git/config",
            "/a/.b",
            "/%2e%2e/a",
            "/a%2fb",
            "/a\\b",
            "/a\0b",
            "/C:/a",
            "/a b",
            "*",
        ] {
            assert_eq!(relative(url), None, "{url}");
        }
    }

    #[test]
    fn hashed_names_are_known() {
        for (name, expected) in [
            ("page-0123456789abcdef.js", true),
            ("page-0123456789abcdef_bg.wasm", true),
            ("two-words-0123456789abcdef.css", true),
            ("engine.js", false),
            ("engine_bg.wasm", false),
            ("page-0123456789abcde.js", false),
            ("page-0123456789abcdefg.js", false),
            ("0123456789abcdef.js", false),
        ] {
            assert_eq!(is_hashed(name), expected, "{name}");
        }
    }
}
