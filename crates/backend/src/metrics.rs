//! What is counted and measured while the backend runs. A label is one of a few words that stand in this
//! program: never a customer, a user, an address or a path that somebody sent.

use std::{
    fmt::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use axum::extract::MatchedPath;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// From what is answered out of memory to what took as long as anybody waits, in seconds.
const DURATIONS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// A label that is one of these words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $word:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub(crate) enum $name { $($(#[$of])* $word,)+ }

        impl $name {
            /// All of them.
            const ALL: &[Self] = &[$(Self::$word,)+];
        }

        impl EncodeLabelValue for $name {
            fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
                encoder.write_str(match self { $(Self::$word => $text,)+ })
            }
        }
    };
}

words! {
    /// A listener.
    Door {
        Enrolment = "enrolment",
        Service = "service",
        Web = "web",
    }
}

words! {
    /// What became of a login or an issuance.
    Outcome {
        /// Including a login after which the password must be changed first.
        Accepted = "accepted",
        WrongPassword = "wrong_password",
        Locked = "locked",
        /// Too many at a time, or too fast.
        TurnedAway = "turned_away",
        /// For what the user or the certificate is.
        Refused = "refused",
        /// The backend's own fault.
        Failed = "failed",
    }
}

words! {
    /// What became of a handshake.
    Handshake {
        Done = "done",
        Failed = "failed",
    }
}

/// The route of a request as this program wrote it, or none of them.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Route(Option<Arc<str>>);

impl Route {
    pub(crate) fn of(matched: Option<&MatchedPath>) -> Self {
        Self(matched.map(|path| path.as_str().into()))
    }

    /// As it is written in this program.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("none")
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Asked {
    listener: Door,
    route: Route,
}

#[derive(Clone, Copy, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Ended {
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Shaken {
    listener: Door,
    outcome: Handshake,
}

/// What is counted. Cheap to clone; clones count together.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    requests: Family<Asked, Histogram, fn() -> Histogram>,
    logins: Family<Ended, Counter>,
    issuances: Family<Ended, Counter>,
    handshakes: Family<Shaken, Counter>,
    password_queue: Histogram,
    checkpoint: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            requests: Family::new_with_constructor(durations),
            logins: Family::default(),
            issuances: Family::default(),
            handshakes: Family::default(),
            password_queue: durations(),
            checkpoint: Gauge::default(),
        };
        // There from the start, so that the first one is seen as a rise.
        for outcome in Outcome::ALL.iter().copied() {
            drop(metrics.logins.get_or_create(&Ended { outcome }));
            drop(metrics.issuances.get_or_create(&Ended { outcome }));
        }
        for listener in Door::ALL.iter().copied() {
            for outcome in Handshake::ALL.iter().copied() {
                drop(metrics.handshakes.get_or_create(&Shaken { listener, outcome }));
            }
        }
        metrics
    }
}

fn durations() -> Histogram {
    Histogram::new(DURATIONS)
}

impl Metrics {
    pub(crate) fn request(&self, listener: Door, route: Route, took: Duration) {
        let asked = Asked { listener, route };
        self.requests.get_or_create(&asked).observe(took.as_secs_f64());
    }

    pub(crate) fn login(&self, outcome: Outcome) {
        self.logins.get_or_create(&Ended { outcome }).inc();
    }

    pub(crate) fn issuance(&self, outcome: Outcome) {
        self.issuances.get_or_create(&Ended { outcome }).inc();
    }

    pub(crate) fn handshake(&self, listener: Door, outcome: Handshake) {
        self.handshakes.get_or_create(&Shaken { listener, outcome }).inc();
    }

    /// How long passwords wait for a thread.
    pub(crate) fn password_queue(&self) -> &Histogram {
        &self.password_queue
    }

    /// When the last checkpoint of the record was written.
    pub(crate) fn checkpoint(&self) -> &Gauge {
        &self.checkpoint
    }

    /// Puts all of it into a registry.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_request_duration_seconds",
            "From the head of a request to the head of its answer",
            self.requests.clone(),
        );
        registry.register("logins", "Logins of users with the app", self.logins.clone());
        registry.register("issuances", "Certificates asked for", self.issuances.clone());
        registry.register("handshakes", "TLS handshakes", self.handshakes.clone());
        registry.register(
            "password_queue_seconds",
            "How long passwords waited to be hashed",
            self.password_queue.clone(),
        );
        // Where none is to be written, nobody has to be woken because there is none.
        if self.checkpoint.get() != 0 {
            registry.register(
                "audit_checkpoint_timestamp_seconds",
                "When the last signed checkpoint of the audit log was written",
                self.checkpoint.clone(),
            );
        }
    }
}
