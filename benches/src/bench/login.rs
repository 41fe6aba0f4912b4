//! A login: certificate, password, session, audit row. The password's hash is to be all that it costs.

use std::net::Ipv4Addr;

use anyhow::{Result, anyhow, ensure};
use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash::phc::PasswordHash};

use super::{
    Run,
    load::{Round, load, median, median_round},
    machine::thread_cpu_seconds,
    report::{Bar, Row, Section},
    rows,
    warifu::{self, Provider},
};

const ROUNDS: usize = 3;
/// Within what one certificate may ask for in a row.
const EACH: usize = 25;

pub(crate) fn measure(run: &Run) -> Result<Section> {
    let mut section = Section::new(
        "Login",
        format!(
            "One client, {EACH} logins, the median of {ROUNDS} rounds in turn with Argon2id alone: the \
             same parameters, on the same core, in this program, by the CPU time of its thread."
        ),
    );
    let provider = Provider::set_up()?;
    let backend = provider.serve(&run.machine)?;
    let identity = provider.enrol(&backend)?;
    let place = backend.service(&identity)?;
    let hash = rows::password_hash(&provider.database(), provider.administrator())?;
    let parameters = parameters(&hash)?;
    let mut connection = place.connect(Ipv4Addr::LOCALHOST)?;
    warifu::log_in(&mut connection)?;
    let (mut logins, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let worker = || warifu::log_in(&mut connection).map(drop);
        logins.push(load(backend.server.process(), vec![worker], EACH)?);
        bare.push(run.machine.on_the_servers_core(|| argon2id(&parameters))??);
    }
    let login: Round = median_round(&logins);
    let bare = median(bare);
    let bar = Some(Bar::Most(1.05));
    section.rows = vec![
        Row::beside("server CPU for each", "ms", (login.cpu, bare), bar),
        Row::beside("p50", "ms", (login.p50, bare), None),
        Row::alone("p99", "ms", login.p99),
        Row::alone("rate", "/s", login.rate),
        Row::alone("memory", "MiB", backend.server.memory_mib()?),
    ];
    Ok(section)
}

/// What a hash says that it cost.
fn parameters(hash: &str) -> Result<Params> {
    let parsed = PasswordHash::new(hash).map_err(|error| anyhow!("a password's hash: {error}"))?;
    ensure!(
        parsed.algorithm.as_str() == "argon2id",
        "passwords are hashed by {}",
        parsed.algorithm
    );
    Params::try_from(&parsed).map_err(|error| anyhow!("a password's hash: {error}"))
}

/// Milliseconds of CPU that one hash takes, on the average of as many as there are logins in a round.
fn argon2id(parameters: &Params) -> Result<f64> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters.clone());
    let mut memory = vec![Block::default(); parameters.block_count()];
    let mut output = [0; 32];
    let before = thread_cpu_seconds();
    for _ in 0..EACH {
        argon2
            .hash_password_into_with_memory(b"kQ7mzR2vX9aT", &[7; 16], &mut output, &mut memory)
            .map_err(|error| anyhow!("Argon2id: {error}"))?;
    }
    Ok((thread_cpu_seconds() - before) * 1000.0 / EACH as f64)
}
