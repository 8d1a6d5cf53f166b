//! The engine's WebAssembly as the browser has it.

use super::page;

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
