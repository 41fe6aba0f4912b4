//! The server certificate of a backend that runs.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use warifu_pki::Window;
use warifu_protocol::Timestamp;

use crate::{
    domain::Backend,
    server_certificate::{self, Obtained},
};

/// Seconds between two tries to issue one, when that fails.
const AGAIN: i64 = 60;

/// The server certificate in use. It looks after itself at each handshake, so that a clock that jumped
/// or a machine that slept for weeks costs nobody a connection.
pub(crate) struct ServerCertificate {
    dir: PathBuf,
    backend: Arc<Backend>,
    held: RwLock<Held>,
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerCertificate").field("dir", &self.dir).finish_non_exhaustive()
    }
}

struct Held {
    certified: Arc<CertifiedKey>,
    window: Window,
    tried: Timestamp,
}

impl ServerCertificate {
    /// The certificate of a folder, issued if there is none that will do.
    ///
    /// # Errors
    ///
    /// When there is none that could be used and none can be issued.
    pub(crate) fn open(dir: &Path, backend: &Arc<Backend>) -> anyhow::Result<Arc<Self>> {
        let held = obtain(dir, backend)?;
        let (dir, backend) = (dir.to_owned(), Arc::clone(backend));
        Ok(Arc::new(Self { dir, backend, held: RwLock::new(held) }))
    }

    /// Replaces it if its time is over, or has not come, and says which is to be shown.
    pub(crate) fn current(&self) -> Arc<CertifiedKey> {
        let now = self.backend.now();
        {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            if held.is_to_be_kept(now) {
                return Arc::clone(&held.certified);
            }
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if !held.is_to_be_kept(now) {
            held.tried = now;
            match obtain(&self.dir, &self.backend) {
                Ok(new) => *held = new,
                Err(error) => tracing::error!(%error, "the server certificate cannot be renewed"),
            }
        }
        Arc::clone(&held.certified)
    }
}

impl Held {
    fn is_to_be_kept(&self, now: Timestamp) -> bool {
        self.window.holds(now) || (self.tried..self.tried + AGAIN).contains(&now)
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

fn obtain(dir: &Path, backend: &Backend) -> anyhow::Result<Held> {
    let now = backend.now();
    let obtained = server_certificate::obtain(dir, &backend.config, &backend.issuer, now);
    let Obtained { certified, window } = obtained?;
    Ok(Held { certified: Arc::new(certified), window, tried: now })
}
