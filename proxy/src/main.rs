//! Porthole's proxy: carries bytes from a page's WebSocket to a mail server, and serves the page.
//!
//! It parses no mail, logs no payload and writes nothing to disk. Where to look:
//!
//! ```text
//!   config   what was asked for, checked before anything is bound
//!   listen   sockets, threads, HTTP's limits
//!   web      the page, health, metrics; who may open a tunnel (origin, upgrade)
//!   session  one tunnel: admitted, allowed, dialled, relayed, ended
//!   policy   which servers may be dialled; dial does it, tls verifies them
//!   relay    the bytes: frames, back-pressure, time-outs, last words
//!   reload   SIGHUP: other terms for whoever comes next
//!   shutdown SIGTERM to the end
//! ```

#![forbid(unsafe_code)]

mod config;
mod demo;
mod dial;
mod limits;
mod listen;
mod metrics;
mod policy;
mod proxy;
mod relay;
mod reload;
mod session;
mod shutdown;
mod stream;
mod tls;
mod web;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, Settings};
use crate::proxy::Proxy;
use crate::reload::Reload;
use crate::shutdown::Trigger;

fn main() -> ExitCode {
    let settings = match Settings::try_parse() {
        Ok(settings) => settings,
        Err(help) => {
            // Nowhere to say that standard error is gone.
            let _ = help.print();
            return if help.use_stderr() {
                REFUSED.into()
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("PORTHOLE_LOG").unwrap_or_else(|_| EnvFilter::new("info")),
        )
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    let config = match Config::new(settings) {
        Ok(config) => config,
        Err(error) => {
            let _ = writeln!(io::stderr(), "porthole-proxy: {error}");
            return REFUSED.into();
        }
    };
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "porthole-proxy: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until a signal says otherwise.
fn run(mut config: Config) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Before anybody is told that it runs: a signal that nobody listens for ends it.
        let (trigger, shutdown) = Trigger::new()?;
        let reload = Reload::new()?;
        let (address, patience) = (config.listen, config.drain_timeout);
        let listener = TcpListener::bind(address).await.map_err(|error| {
            let words = format!("{address}: {error}; --listen takes another address");
            io::Error::new(error.kind(), words)
        })?;
        if let Some(demo) = config.demo.take() {
            demo.start().await?;
        }
        if config.terms.policy.is_empty() {
            tracing::warn!("no server may be dialled; see --allow");
        }
        announce(&listener, &config)?;
        let (proxy, source) = Proxy::new(config, shutdown);
        let proxy = Arc::new(proxy);
        let workers: Vec<_> = (0..std::thread::available_parallelism()?.get())
            .map(|_| listen::spawn_worker(Arc::clone(&proxy)))
            .collect::<io::Result<_>>()?;
        tokio::select! {
            never = listen::accept(listener, &workers, &proxy) => match never {},
            never = reload.run(&source, &proxy) => match never {},
            () = trigger.wait(proxy.tunnels(), proxy.requests(), patience) => {}
        }
        tracing::info!("stopped");
        Ok(())
    })
}

/// Says where the page is. Port 0 was asked for by tests: the line is how they learn the real one.
fn announce(listener: &TcpListener, config: &Config) -> io::Result<()> {
    let scheme = match config.terms.listener_tls {
        Some(_) => "https",
        None => "http",
    };
    let address = listener.local_addr()?;
    let what = match config.web {
        Some(_) => "page and tunnel",
        None => "tunnel alone, no page (see --web)",
    };
    tracing::info!(url = %format!("{scheme}://{address}"), "listening: {what}");
    Ok(())
}

/// `EX_USAGE` of sysexits.h: what was asked for makes no sense, and nothing was bound.
const REFUSED: u8 = 64;
