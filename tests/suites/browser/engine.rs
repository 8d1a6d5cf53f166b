//! The engine's WebAssembly as the browser has it.

use std::fs;

use porthole_tests::{Browser, Folder, Site, program::root};

use super::{looks::in_each_look, page};

#[test]
fn the_engine_needs_nothing_but_its_own_glue() {
    let (_site, browser) = page();
    let script = "
        const done = arguments[0];
        fetch('./engine_bg.wasm')
            .then(answer => WebAssembly.compileStreaming(answer))
            .then(module => done([...new Set(WebAssembly.Module.imports(module).map(i => i.module))]))
            .catch(error => done(String(error)));";
    let modules = browser.slow_script(script, &[]);
    let modules = modules.as_array().unwrap_or_else(|| panic!("{modules}"));
    // `env` would be C's library, which no browser has.
    assert!(
        !modules.is_empty() && modules.iter().all(|module| module != "env"),
        "{modules:?}"
    );
}

#[test]
fn an_engine_of_another_build_is_refused() {
    let folder = Folder::new();
    for file in fs::read_dir(root().join("dist")).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
    }
    // `Ready` of a build that is called `x`, as a cache may have kept it.
    let stale = "postMessage(new Uint8Array([0, 1, 120]))";
    fs::write(folder.path().join("engine_loader.js"), stale).unwrap();
    let site = Site::serving(folder.path(), &["--deny-public".to_owned()]);
    let browser = Browser::start(None);
    browser.open(&site.url());
    browser.until_text("alert", "", "of different versions");
    in_each_look(&browser, "stopped");
    assert!(browser.find("form", "Connect").is_none());
}
