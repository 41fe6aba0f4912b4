//! A name for each request: in its answer's `x-request-id`, in every line of the log that is written
//! while it is answered, and in what a user is shown to tell support. The backend makes it; what a
//! client sends under that name is not looked at, or one could write another's into the log.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::random;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: String;
}

/// The name of the request that is being answered.
pub(super) fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_else(|_| fresh())
}

/// Answers under a new name.
pub(super) async fn named(request: Request, next: Next) -> Response {
    let id = fresh();
    let header = HeaderValue::try_from(&id);
    // Of the highest level, so that lines of every level that is written have it.
    let span = tracing::error_span!("request", request_id = id);
    let mut response = CURRENT.scope(id, next.run(request)).instrument(span).await;
    if let Ok(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    response
}

fn fresh() -> String {
    // A request is answered, and not refused, where there is no randomness.
    let id = random::bytes::<8>().map_or(0, u64::from_be_bytes);
    format!("{id:016x}")
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashSet,
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use axum::{
        Router,
        body::{Body, to_bytes},
        middleware::from_fn,
        routing::get,
    };
    use serde_json::Value;
    use tower::ServiceExt as _;
    use warifu_protocol::Problem;

    use super::*;
    use crate::error::Error;

    #[tokio::test]
    async fn each_answer_has_a_name_of_its_own_whatever_was_sent() {
        let router = Router::new()
            .route("/whole", get(async || "whole"))
            .route("/broken", get(async || Error::Internal(String::from("broken"))))
            .layer(from_fn(named));
        let mut seen = HashSet::new();
        for path in ["/whole", "/broken", "/nowhere"] {
            for sent in [None, Some("0123456789abcdef"), Some("\" } forged"), Some("割符")] {
                let mut request = Request::get(path);
                if let Some(sent) = sent {
                    let sent = HeaderValue::from_bytes(sent.as_bytes()).unwrap();
                    request = request.header(HEADER, sent);
                }
                let request = request.body(Body::empty()).unwrap();
                let response = router.clone().oneshot(request).await.unwrap();
                let ids: Vec<_> = response.headers().get_all(HEADER).iter().cloned().collect();
                let [id] = &ids[..] else { panic!("{ids:?}") };
                let id = id.to_str().unwrap().to_owned();
                assert!(
                    id.len() == 16 && id.bytes().all(|digit| digit.is_ascii_hexdigit()),
                    "{id}"
                );
                assert_ne!(Some(id.as_str()), sent);
                if path == "/broken" {
                    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
                    let problem: Problem = serde_json::from_slice(&body).unwrap();
                    assert_eq!(problem.details.request_id.as_deref(), Some(id.as_str()));
                }
                assert!(seen.insert(id));
            }
        }
    }
    /// Takes what is logged.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_is_logged_of_a_request_has_its_name_at_every_level() {
        let written = Written::default();
        let writer = written.clone();
        let log = tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::ERROR)
            .with_writer(move || writer.clone())
            .finish();
        let logged = tracing::subscriber::set_default(log);
        let router = Router::new()
            .route("/broken", get(async || Error::Internal(String::from("broken"))))
            .layer(from_fn(named));
        let request = Request::get("/broken").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        tracing::error!("of no request");
        drop(logged);
        let id = response.headers()[HEADER].to_str().unwrap();
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [of_it, of_none] = &lines[..] else { panic!("{text}") };
        assert_eq!(of_it["span"]["request_id"], id);
        assert_eq!(of_none["span"], Value::Null);
    }
}
