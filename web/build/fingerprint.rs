//! A number that differs between source trees.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What page and worker are made of, relative to the workspace's root, in order: this package, the
/// worker and all crates, without their tests, and the versions of everything else.
pub(crate) fn sources(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut sources: Vec<PathBuf> = [
        "Cargo.toml",
        "Cargo.lock",
        "web/Cargo.toml",
        "web/src",
        "worker/Cargo.toml",
        "worker/src",
    ]
    .map(PathBuf::from)
    .into();
    let members = entries(&root.join("crates"))?;
    for member in members.iter().filter(|path| path.is_dir()) {
        for inside in entries(member)? {
            let tests = ["tests", "dialogues"]
                .iter()
                .any(|name| inside.ends_with(name));
            if let (false, Ok(inside)) = (tests, inside.strip_prefix(root)) {
                sources.push(inside.to_owned());
            }
        }
    }
    Ok(sources)
}

/// The fingerprint of these files and folders: names and contents, wherever `root` is.
pub(crate) fn of(root: &Path, sources: &[PathBuf]) -> io::Result<u64> {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for source in sources {
        add(&mut hash, root, &root.join(source))?;
    }
    Ok(hash.0)
}

fn add(hash: &mut Fnv, root: &Path, path: &Path) -> io::Result<()> {
    if path.is_dir() {
        let mut inside = entries(path)?.into_iter();
        return inside.try_for_each(|path| add(hash, root, &path));
    }
    let name = path.strip_prefix(root).unwrap_or(path);
    for part in name {
        hash.write(part.as_encoded_bytes());
    }
    hash.write(&fs::read(path)?);
    Ok(())
}

/// What is in a folder, in order.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries: Vec<_> = entries.collect::<io::Result<_>>()?;
    entries.retain(|path| !path.file_name().is_some_and(is_hidden));
    entries.sort();
    Ok(entries)
}

/// Editors and systems leave such files, which nothing is made of.
fn is_hidden(name: &std::ffi::OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// FNV-1a: told apart are builds of one program, and nobody tries to deceive.
struct Fnv(u64);

impl Fnv {
    /// Takes in octets, and where they end.
    fn write(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for &byte in bytes.iter().chain(&length) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
