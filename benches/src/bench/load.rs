//! Load from several connections at once, and what it cost the server.

use std::{
    sync::{Barrier, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, ensure};

use super::machine::cpu_seconds;

/// One round of load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// Operations each second.
    pub(crate) rate: f64,
    /// Milliseconds of the server's CPU for one operation.
    pub(crate) cpu: f64,
    /// Milliseconds until the answer: the median, and what one of a hundred takes longer than.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Has each worker do `each` operations, all of them at once.
pub(crate) fn load<W>(process: u32, workers: Vec<W>, each: usize) -> Result<Round>
where
    W: FnMut() -> Result<()> + Send,
{
    let barrier = Barrier::new(workers.len() + 1);
    let taken = Mutex::new(Vec::with_capacity(workers.len() * each));
    let (elapsed, cpu) = thread::scope(|scope| {
        let threads: Vec<_> = workers
            .into_iter()
            .map(|mut work| {
                let (barrier, taken) = (&barrier, &taken);
                scope.spawn(move || {
                    let mut times = Vec::with_capacity(each);
                    barrier.wait();
                    for _ in 0..each {
                        let begun = Instant::now();
                        work()?;
                        times.push(begun.elapsed());
                    }
                    taken.lock().unwrap_or_else(PoisonError::into_inner).extend(times);
                    Ok::<_, anyhow::Error>(())
                })
            })
            .collect();
        let before = cpu_seconds(process);
        barrier.wait();
        let begun = Instant::now();
        for thread in threads {
            thread.join().map_err(|_| anyhow!("a client panicked"))??;
        }
        let elapsed = begun.elapsed();
        Ok::<_, anyhow::Error>((elapsed, cpu_seconds(process)? - before?))
    })?;
    let mut taken = taken.into_inner().unwrap_or_else(PoisonError::into_inner);
    ensure!(!taken.is_empty(), "nothing was done");
    taken.sort();
    let count = taken.len() as f64;
    Ok(Round {
        rate: count / elapsed.as_secs_f64(),
        cpu: cpu * 1000.0 / count,
        p50: milliseconds(quantile(&taken, 50)),
        p99: milliseconds(quantile(&taken, 99)),
    })
}

fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get((sorted.len() * percent / 100).min(sorted.len() - 1)).copied().unwrap_or_default()
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The median of each figure.
pub(crate) fn median_round(rounds: &[Round]) -> Round {
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
    Round {
        rate: of(|round| round.rate),
        cpu: of(|round| round.cpu),
        p50: of(|round| round.p50),
        p99: of(|round| round.p99),
    }
}

/// The median; of an even number of figures the upper one of the two in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_quantiles_are_those_of_the_figures() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile(&times, 50), Duration::from_millis(51));
        assert_eq!(quantile(&times, 99), Duration::from_millis(100));
        assert_eq!(quantile(&times[..1], 99), Duration::from_millis(1));
    }

    #[test]
    fn counts_what_was_done_and_tells_what_failed() {
        let works = || vec![|| Ok(()); 2];
        assert!(load(std::process::id(), works(), 10).unwrap().rate > 0.0);
        let fails = vec![|| Err(anyhow!("refused"))];
        assert_eq!(load(std::process::id(), fails, 1).unwrap_err().to_string(), "refused");
    }
}
