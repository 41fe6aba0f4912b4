//! Pages of users and of the record: what an administrator waits for with few and with many of them.

use std::net::Ipv4Addr;

use anyhow::{Result, ensure};

use super::{
    Run,
    client::Place,
    load::{load, median_round},
    report::{Bar, Row, Section},
    rows, tls,
    warifu::{self, Provider},
};

const SIZES: [u32; 3] = [100, 100_000, 1_000_000];
const ROUNDS: usize = 3;
const EACH: usize = 30;

/// What is asked for. What is found and what is not are searched through alike.
const PAGES: [(&str, &str); 6] = [
    ("users", "/v1/users?limit=50"),
    ("users, found", "/v1/users?limit=50&search=u00000"),
    ("users, none found", "/v1/users?limit=50&search=nobody%40nowhere"),
    ("record", "/v1/audit?limit=50"),
    ("record of a user", "/v1/audit?limit=50&person=u0000050"),
    ("record of logins", "/v1/audit?limit=50&event=login"),
];

/// How much later than with few an answer may come, in milliseconds: what nobody notices.
const LATER: f64 = 5.0;

/// Asks for each page once; those with users or rows in them have some.
pub(crate) fn rehearse(service: &Place) -> Result<()> {
    let mut connection = service.connect(Ipv4Addr::LOCALHOST)?;
    connection.ask("GET", tls::IDENTITY, None, &[])?;
    let token = warifu::log_in(&mut connection)?;
    for (name, path) in PAGES {
        let answer = connection.ask("GET", path, Some(token.expose()), &[])?;
        let answer = String::from_utf8_lossy(&answer);
        ensure!(answer.contains("u00000") != name.contains("none"), "{name}: {answer}");
    }
    Ok(())
}

pub(crate) fn measure(run: &Run) -> Result<Section> {
    let mut section = Section::new(
        "Pages",
        format!(
            "One client; the median of {ROUNDS} rounds of {EACH} requests each, until the answer is there. \
             The peer's figure is the same page with {} users and as many rows of the record; the bar \
             allows {LATER} ms more than that.",
            SIZES[0]
        ),
    );
    let provider = Provider::set_up()?;
    let backend = provider.serve(&run.machine)?;
    let identity = provider.enrol(&backend)?;
    drop(backend);
    let mut few: Vec<f64> = Vec::new();
    for size in SIZES {
        if size > 100_000 && !run.full {
            section.skipped = Some(format!("{size} users and rows; `--full` measures them too."));
            continue;
        }
        rows::users(&provider.database(), size)?;
        rows::search(&provider.database())?;
        rows::record(&provider.database(), size)?;
        let backend = provider.serve(&run.machine)?;
        let mut connection = backend.service(&identity)?.connect(Ipv4Addr::LOCALHOST)?;
        let token = warifu::log_in(&mut connection)?;
        for (number, (name, path)) in PAGES.into_iter().enumerate() {
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                let token = Some(token.expose());
                let worker = || connection.ask("GET", path, token, &[]).map(drop);
                rounds.push(load(backend.server.process(), vec![worker], EACH)?);
            }
            let p50 = median_round(&rounds).p50;
            let what = format!("{name}, of {size}");
            section.rows.push(match few.get(number) {
                Some(few) => {
                    let bar = Bar::Most((few + LATER) / few);
                    Row::beside(what, "ms", (p50, *few), Some(bar))
                }
                None => Row::alone(what, "ms", p50),
            });
            if few.len() <= number {
                few.push(p50);
            }
        }
    }
    Ok(section)
}
