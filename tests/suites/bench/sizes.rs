//! What a browser has to load: the page before it paints, and the engine beside it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use porthole_tests::program::root;

use crate::table::Table;

pub(crate) fn run() {
    let mut table = Table::new(
        "Size of dist, packed by brotli at quality 11, in kB",
        &["", "kB", "goal"],
    );
    let mut files = Vec::new();
    list(&root().join("dist"), &mut files);
    let is_engine = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with("engine")
    };
    let (engine, page): (Vec<_>, Vec<_>) = files.into_iter().partition(is_engine);
    if page.is_empty() || engine.is_empty() {
        println!("  There is no page in dist; type: trunk build --release");
        return;
    }
    for (name, files, goal) in [("page", page, "180"), ("engine", engine, "1000")] {
        let bytes: usize = files.iter().map(|path| packed(path)).sum();
        let kilobytes = format!("{:.0}", bytes as f64 / 1000.0);
        table.row([name.to_owned(), kilobytes, goal.to_owned()]);
    }
    table.print();
}

/// Every file of the build that is not a packed form of another.
fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().into_iter().flatten() {
        let path = entry.unwrap().path();
        let packed = path
            .extension()
            .is_some_and(|end| end == "br" || end == "gz");
        if path.is_dir() {
            list(&path, files);
        } else if !packed {
            files.push(path);
        }
    }
}

fn packed(path: &Path) -> usize {
    let mut packed = Vec::new();
    let best = brotli::enc::BrotliEncoderParams::default();
    assert_eq!(best.quality, 11);
    brotli::BrotliCompress(&mut &fs::read(path).unwrap()[..], &mut packed, &best).unwrap();
    packed.len()
}
