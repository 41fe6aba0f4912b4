//! The time, which everything below the edges is told.

use std::{sync::Arc, time::SystemTime};

use warifu_protocol::Timestamp;

/// Tells the time. Everything below asks its caller instead.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// This machine's clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::try_from(since.as_secs()).unwrap_or(Timestamp::MAX)
    })
}
