//! The built page's files in their packed forms, made once for all proxies that serve it: each would
//! make them by itself, which a debug build takes long for.

use std::{fs, io::Write as _, path::Path, sync::Once};

/// Leaves the packed forms beside the files.
///
/// # Panics
/// When a file cannot be read or written.
pub(crate) fn pack(page: &Path) {
    static PACKED: Once = Once::new();
    PACKED.call_once(|| {
        for file in fs::read_dir(page).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !path.is_file() || [".br", ".gz"].iter().any(|end| name.ends_with(end)) {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let mut brotli = Vec::new();
            let quick = brotli::enc::BrotliEncoderParams {
                quality: 1,
                ..Default::default()
            };
            brotli::BrotliCompress(&mut &bytes[..], &mut brotli, &quick).unwrap();
            fs::write(page.join(format!("{name}.br")), brotli).unwrap();
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(&bytes).unwrap();
            fs::write(page.join(format!("{name}.gz")), gzip.finish().unwrap()).unwrap();
        }
    });
}
