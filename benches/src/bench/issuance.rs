//! Issuance: a certificate request in, a certificate out that is on disk, over TLS. Of cfssl as well.

use std::net::Ipv4Addr;

use anyhow::{Context as _, Result};
use rcgen::{CertificateParams, KeyPair};
use serde_json::json;

use super::{
    Run,
    authority::Authority,
    client::{Connection, Place},
    load::{Round, load, median_round},
    peers::{self, Peer},
    report::{Bar, Row, Section},
    rows,
    warifu::{Backend, CERTIFICATE, Provider, certificate_request},
};

/// How many ask at once, how many certificates each asks for in a round, and how many rounds there are.
const WORKERS: usize = 16;
const EACH: usize = 100;
const ROUNDS: usize = 3;
/// A first round, which does not count.
const WARM_UP: usize = 1;
/// As many as are stored already in the second half.
const STORED: u32 = 100_000;
/// Requests on one connection, of both servers: Warifu lets nobody ask for more than some hundred
/// certificates in a row from one address.
const ON_A_CONNECTION: usize = 400;

pub(crate) fn measure(run: &Run) -> Result<Section> {
    let mut section = Section::new(
        "Issuance",
        format!(
            "{WORKERS} connections, each with one request at a time; the median of {ROUNDS} rounds of {} \
             certificates, in turn with cfssl (SQLite, WAL, `synchronous=FULL`), whose listener has \
             TLS too. Warifu's certificate is on disk together with its audit row and the grant that \
             it uses up.",
            WORKERS * EACH
        ),
    );
    let authority = Authority::make()?;
    let mut empty_rate = None;
    for stored in [0, STORED] {
        let title = if stored == 0 { String::new() } else { format!(", {stored} stored") };
        let mut warifu = Warifu::start(run, stored)?;
        let mut cfssl = Cfssl::start(run, &authority, stored)?;
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for round in 0..WARM_UP + ROUNDS {
            let pair = (warifu.round()?, cfssl.round()?);
            if round >= WARM_UP {
                own.push(pair.0);
                others.push(pair.1);
            }
        }
        let (own, others) = (median_round(&own), median_round(&others));
        let mut row = |what: &str, unit, figure: fn(&Round) -> f64, bar| {
            let figures = (figure(&own), figure(&others));
            section.rows.push(Row::beside(format!("{what}{title}"), unit, figures, bar));
        };
        row("server CPU for each", "ms", |round| round.cpu, Some(Bar::Most(0.75)));
        row("rate", "/s", |round| round.rate, Some(Bar::Least(1.25)));
        row("p50", "ms", |round| round.p50, None);
        row("p99", "ms", |round| round.p99, None);
        let memory = (warifu.backend.server.memory_mib()?, cfssl.peer.server.memory_mib()?);
        section.rows.push(Row::beside(format!("memory{title}"), "MiB", memory, None));
        match empty_rate {
            None => empty_rate = Some(own.rate),
            Some(empty) => section.rows.push(Row::beside(
                format!("rate with {stored} stored, against its own with none"),
                "/s",
                (own.rate, empty),
                Some(Bar::Least(0.95)),
            )),
        }
    }
    Ok(section)
}

/// Asks for one certificate with each grant.
pub(crate) fn rehearse(backend: &Backend, grants: &[String]) -> Result<()> {
    let mut connection = backend.enrolment.connect(Ipv4Addr::LOCALHOST)?;
    for grant in grants {
        let request = serde_json::to_vec(&certificate_request(&KeyPair::generate()?)?)?;
        connection.ask("POST", CERTIFICATE, Some(grant), &request)?;
    }
    Ok(())
}

struct Warifu {
    backend: Backend,
    _provider: Provider,
    /// Grants and bodies that are not used yet.
    requests: Vec<(String, Vec<u8>)>,
    addresses: u32,
}

impl Warifu {
    fn start(run: &Run, stored: u32) -> Result<Self> {
        let provider = Provider::set_up()?;
        let wanted = u32::try_from((WARM_UP + ROUNDS) * WORKERS * EACH)?;
        let database = provider.database();
        rows::users(&database, stored + wanted)?;
        if stored > 0 {
            rows::certificates(&database, stored)?;
        }
        let grants = rows::grants(&database, stored, wanted)?;
        let requests = grants.into_iter().map(|grant| {
            let body = serde_json::to_vec(&certificate_request(&KeyPair::generate()?)?)?;
            Ok((grant, body))
        });
        let requests = requests.collect::<Result<_>>()?;
        let backend = provider.serve(&run.machine)?;
        Ok(Self { backend, _provider: provider, requests, addresses: 0 })
    }

    fn round(&mut self) -> Result<Round> {
        let workers = (0..WORKERS)
            .map(|_| {
                let rest = self.requests.len().checked_sub(EACH).context("no more grants")?;
                let mut requests = self.requests.split_off(rest);
                // Each from an address of its own, as companies come.
                self.addresses += 1;
                let from =
                    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + self.addresses);
                let mut connection = Reconnecting::new(self.backend.enrolment.clone(), from)?;
                Ok(move || {
                    let (grant, body) = requests.pop().context("no more grants")?;
                    let connection = connection.next()?;
                    connection.ask("POST", CERTIFICATE, Some(&grant), &body).map(drop)
                })
            })
            .collect::<Result<Vec<_>>>()?;
        load(self.backend.server.process(), workers, EACH)
    }
}

struct Cfssl {
    peer: Peer,
    bodies: Vec<Vec<u8>>,
}

impl Cfssl {
    fn start(run: &Run, authority: &Authority, stored: u32) -> Result<Self> {
        let bodies = (0..(WARM_UP + ROUNDS) * WORKERS * EACH).map(|_| {
            let request = CertificateParams::default().serialize_request(&KeyPair::generate()?)?;
            let body = json!({ "certificate_request": request.pem()? });
            Ok(body.to_string().into_bytes())
        });
        let bodies = bodies.collect::<Result<_>>()?;
        Ok(Self { peer: peers::cfssl(&run.machine, authority, stored)?, bodies })
    }

    fn round(&mut self) -> Result<Round> {
        let workers = (0..WORKERS)
            .map(|_| {
                let rest = self.bodies.len().checked_sub(EACH).context("no more requests")?;
                let mut bodies = self.bodies.split_off(rest);
                let place = self.peer.place.clone();
                let mut connection = Reconnecting::new(place, Ipv4Addr::LOCALHOST)?;
                Ok(move || {
                    let body = bodies.pop().context("no more requests")?;
                    connection.next()?.ask("POST", "/api/v1/cfssl/sign", None, &body).map(drop)
                })
            })
            .collect::<Result<Vec<_>>>()?;
        load(self.peer.server.process(), workers, EACH)
    }
}

/// A connection that is made anew now and then.
struct Reconnecting {
    place: Place,
    from: Ipv4Addr,
    connection: Connection,
    used: usize,
}

impl Reconnecting {
    fn new(place: Place, from: Ipv4Addr) -> Result<Self> {
        let connection = place.connect(from)?;
        Ok(Self { place, from, connection, used: 0 })
    }

    fn next(&mut self) -> Result<&mut Connection> {
        if self.used == ON_A_CONNECTION {
            self.connection = self.place.connect(self.from)?;
            self.used = 0;
        }
        self.used += 1;
        Ok(&mut self.connection)
    }
}
