//! What a connection with a client certificate costs, and a request on one that is there: Warifu looks the
//! certificate up in its database each time, nginx answers a constant.

use std::net::Ipv4Addr;

use anyhow::Result;

use super::{
    Run,
    authority::Authority,
    client::Place,
    load::{Round, load, median_round},
    peers,
    report::{Bar, Row, Section},
    rows,
    warifu::Provider,
};

const WORKERS: usize = 8;
const ROUNDS: usize = 3;
const WARM_UP: usize = 1;
const HANDSHAKES: usize = 150;
const REQUESTS: usize = 2_000;
/// As many certificates as the looked-up one stands among.
const STORED: u32 = 100_000;
/// A round of one kind of load on a process that listens at a place.
type Load = fn(u32, &Place) -> Result<Round>;
/// Who the certificate of a connection is.
pub(crate) const IDENTITY: &str = "/v1/identity";

pub(crate) fn measure(run: &Run) -> Result<Section> {
    let mut section = Section::new(
        "Handshakes and requests",
        format!(
            "{WORKERS} clients; the median of {ROUNDS} rounds in turn with nginx. TLS 1.3, P-256 on both \
             sides, no resumption. A handshake is {HANDSHAKES} times for each client and round: connect, \
             verify both certificates, one request, hang up. A request on a connection that is there is \
             {REQUESTS} times: Warifu looks up the certificate, one of {STORED}, and its user in \
             the database and answers who that is; nginx answers a constant of the same length. Both \
             write a line about each request."
        ),
    );
    let provider = Provider::set_up()?;
    rows::users(&provider.database(), STORED)?;
    rows::certificates(&provider.database(), STORED)?;
    let backend = provider.serve(&run.machine)?;
    let own = backend.service(&provider.enrol(&backend)?)?;
    let length = own.connect(Ipv4Addr::LOCALHOST)?.ask("GET", IDENTITY, None, &[])?.len();
    let authority = Authority::make()?;
    let peer = peers::nginx(&run.machine, &authority, length)?;
    let processes = [backend.server.process(), peer.server.process()];

    for (what, round, bar) in [
        ("handshake and answer", handshakes as Load, 0.5),
        ("request with the certificate looked up", requests as Load, 1.5),
    ] {
        let (mut owns, mut others) = (Vec::new(), Vec::new());
        for number in 0..WARM_UP + ROUNDS {
            let pair = (round(processes[0], &own)?, round(processes[1], &peer.place)?);
            if number >= WARM_UP {
                owns.push(pair.0);
                others.push(pair.1);
            }
        }
        let (owns, others) = (median_round(&owns), median_round(&others));
        let mut row = |figure: &str, unit, of: fn(&Round) -> f64, bar| {
            let figures = (of(&owns), of(&others));
            section.rows.push(Row::beside(format!("{what}: {figure}"), unit, figures, bar));
        };
        row("server CPU", "ms", |round| round.cpu, Some(Bar::Most(bar)));
        row("rate", "/s", |round| round.rate, None);
        row("p50", "ms", |round| round.p50, None);
        row("p99", "ms", |round| round.p99, None);
    }
    let memory = (backend.server.memory_mib()?, peer.server.memory_mib()?);
    section.rows.push(Row::beside("memory", "MiB", memory, None));
    Ok(section)
}

fn handshakes(process: u32, place: &Place) -> Result<Round> {
    let workers = (0..WORKERS)
        .map(|_| || place.connect(Ipv4Addr::LOCALHOST)?.ask("GET", IDENTITY, None, &[]).map(drop));
    load(process, workers.collect(), HANDSHAKES)
}

fn requests(process: u32, place: &Place) -> Result<Round> {
    let workers = (0..WORKERS).map(|_| {
        let mut connection = place.connect(Ipv4Addr::LOCALHOST)?;
        Ok(move || connection.ask("GET", IDENTITY, None, &[]).map(drop))
    });
    load(process, workers.collect::<Result<_>>()?, REQUESTS)
}
