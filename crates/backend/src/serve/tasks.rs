//! Tasks that run as long as the backend does.

use std::{future::Future, time::Duration};

use tokio::{sync::watch, task::JoinSet, time::Instant};

/// How long to wait before a task that ended is started again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pause {
    /// The first wait; doubled each time.
    pub(crate) first: Duration,
    /// The longest wait. A task that ran for longer begins with the first one again.
    pub(crate) longest: Duration,
}

impl Default for Pause {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(60) }
    }
}

/// Runs a task until `stopped` says so, and starts it again whenever it ends or panics before: what
/// it does is needed, and nobody would see that it is not done any more.
pub(crate) async fn keep_running<F>(
    name: &'static str,
    pause: Pause,
    mut stopped: watch::Receiver<bool>,
    start: impl Fn() -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut wait = pause.first;
    loop {
        let begun = Instant::now();
        // In a task of its own, so that a panic ends that one alone.
        let mut task = JoinSet::new();
        task.spawn(start());
        let ended = task.join_next().await;
        if is_stopped(&stopped) {
            return;
        }
        let why = match ended {
            Some(Err(error)) => error.to_string(),
            Some(Ok(())) | None => String::from("it returned"),
        };
        if begun.elapsed() > pause.longest {
            wait = pause.first;
        }
        tracing::error!(
            task = name,
            why,
            wait_ms = wait.as_millis(),
            "a task ended; it starts again"
        );
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = (wait * 2).min(pause.longest);
    }
}

/// Also when nobody is left who could say so.
fn is_stopped(stopped: &watch::Receiver<bool>) -> bool {
    *stopped.borrow() || stopped.has_changed().is_err()
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    const QUICK: Pause =
        Pause { first: Duration::from_millis(1), longest: Duration::from_millis(4) };

    #[tokio::test]
    async fn a_task_that_panics_or_returns_is_started_again_until_it_is_stopped() {
        let (stop, stopped) = watch::channel(false);
        let (running, mut runs) = watch::channel(0_usize);
        let starts = Arc::new(AtomicUsize::new(0));
        let (counted, watching) = (Arc::clone(&starts), stopped.clone());
        let kept = tokio::spawn(keep_running("test", QUICK, stopped, move || {
            let turn = counted.fetch_add(1, Ordering::SeqCst);
            let (running, mut watching) = (running.clone(), watching.clone());
            async move {
                match turn {
                    0 => panic!("this task panics on purpose"),
                    1 => {}
                    _ => {
                        running.send_replace(turn);
                        let _ = watching.wait_for(|stop| *stop).await;
                    }
                }
            }
        }));
        runs.wait_for(|turn| *turn == 2).await.unwrap();
        stop.send_replace(true);
        kept.await.unwrap();
        assert_eq!(starts.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_task_that_waits_to_start_again_is_stopped_at_once() {
        let (stop, stopped) = watch::channel(false);
        let pause = Pause { first: Duration::from_secs(3600), longest: Duration::from_secs(3600) };
        let (ended, mut has_ended) = watch::channel(false);
        let kept = tokio::spawn(keep_running("test", pause, stopped, move || {
            let ended = ended.clone();
            async move {
                ended.send_replace(true);
            }
        }));
        has_ended.wait_for(|ended| *ended).await.unwrap();
        stop.send_replace(true);
        kept.await.unwrap();
    }
}
