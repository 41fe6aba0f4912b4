//! Which of several backends does what only one does: the one whose connection holds a lock of the server's.
//! No clock takes part, and whoever dies or is cut off leaves the lock with the connection.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{server::Server, session::Session};
use crate::StoreError;

/// The lock's number, which nobody else uses in this database.
const LOCK: &str = "SELECT CASE WHEN pg_try_advisory_lock(8247316) THEN 1 ELSE 0 END";

/// How long the server may take to say who leads.
const LIMIT: Duration = Duration::from_secs(5);

/// The way to the lead among the backends of one database, which falls with it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lead(Option<Arc<Held>>);

#[derive(Debug)]
struct Held {
    server: Server,
    session: Mutex<Option<Session>>,
}

/// What asking for the lead came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Led {
    /// Another backend has it.
    ByAnother,
    /// This one took it now: what another one left half done is its to decide about.
    Taken,
    /// This one had it before, without a break.
    Kept,
}

impl Lead {
    /// Of whoever has the database alone.
    pub(crate) const fn alone() -> Self {
        Self(None)
    }

    /// Among those that share a database.
    pub(crate) fn among(server: &Server) -> Self {
        Self(Some(Arc::new(Held { server: server.clone(), session: Mutex::default() })))
    }

    /// Takes the lead if nobody has it, or makes sure that it is still held.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; the lead may be another's by then.
    pub async fn ask(&self) -> Result<Led, StoreError> {
        let Some(held) = self.0.clone() else { return Ok(Led::Kept) };
        let asked = tokio::task::spawn_blocking(move || held.ask());
        asked.await.map_err(|_| StoreError::Panicked)?
    }
}

impl Held {
    fn ask(&self) -> Result<Led, StoreError> {
        let mut held = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let deadline = Instant::now() + LIMIT;
        if let Some(session) = held.take() {
            session.answer_by(deadline);
            if session.query("SELECT 1", &[]).is_ok() {
                *held = Some(session);
                return Ok(Led::Kept);
            }
        }
        let session = Session::open(&self.server)?;
        session.answer_by(deadline);
        let row = session.query(LOCK, &[])?;
        let taken: bool = row.first().ok_or(StoreError::Unreadable("lock"))?.get(0)?;
        if !taken {
            return Ok(Led::ByAnother);
        }
        *held = Some(session);
        Ok(Led::Taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, postgresql::testing::new_database};

    #[tokio::test(flavor = "multi_thread")]
    async fn one_leads_until_its_connection_ends() {
        let server = new_database();
        let (first, second) = (Lead::among(&server), Lead::among(&server));
        assert_eq!(first.ask().await.unwrap(), Led::Taken);
        assert_eq!(first.ask().await.unwrap(), Led::Kept);
        assert_eq!(second.ask().await.unwrap(), Led::ByAnother);
        let store = Store::create_on(&server).unwrap();
        let ended = store.write(|tx| {
            tx.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
                &[],
            )
        });
        ended.await.unwrap();
        assert_eq!(second.ask().await.unwrap(), Led::Taken);
        assert_eq!(first.ask().await.unwrap(), Led::ByAnother);
        assert_eq!(second.ask().await.unwrap(), Led::Kept);
    }
}
