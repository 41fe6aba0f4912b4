//! A connection's stream that ends when the other side takes nothing.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

/// What was answered and not yet handed to the operating system.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    unsent: AtomicBool,
    /// Whether anything has come in since the last answer was begun.
    heard: AtomicBool,
    next: Mutex<Option<Waker>>,
}

impl Answers {
    /// An answer is on its way out.
    pub(crate) fn begin(&self) {
        self.0.heard.store(false, Ordering::Release);
        self.0.unsent.store(true, Ordering::Release);
    }

    /// Returns when the answer before is out: one request is worked on at a time, and only for who
    /// takes the answers.
    pub(crate) async fn all_sent(&self) {
        std::future::poll_fn(|context| {
            *self.next() = Some(context.waker().clone());
            if self.0.unsent.load(Ordering::Acquire) { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }

    /// Whether what is asked now was sent before the last answer was begun: by a client that asks and
    /// asks and need not read.
    pub(crate) fn were_not_awaited(&self) -> bool {
        !self.0.heard.load(Ordering::Acquire)
    }

    fn sent(&self) {
        if self.0.unsent.swap(false, Ordering::AcqRel)
            && let Some(waker) = self.next().take()
        {
            waker.wake();
        }
    }

    fn next(&self) -> std::sync::MutexGuard<'_, Option<Waker>> {
        self.0.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream whose writes fail when nothing of them gets through for a while.
#[derive(Debug)]
pub(crate) struct Impatient<S> {
    inner: S,
    patience: Duration,
    /// Running while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
    answers: Answers,
}

impl<S> Impatient<S> {
    pub(crate) fn new(inner: S, patience: Duration) -> Self {
        Self { inner, patience, stalled: None, answers: Answers::default() }
    }

    pub(crate) fn answers(&self) -> Answers {
        self.answers.clone()
    }

    /// What a write said, or that nothing went on for too long.
    fn progress<T>(
        &mut self,
        context: &mut Context<'_>,
        said: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if said.is_ready() {
            self.stalled = None;
            return said;
        }
        let until = Instant::now() + self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "nobody takes the answer")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let said = Pin::new(&mut self.inner).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.answers.0.heard.store(true, Ordering::Release);
        }
        said
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.progress(context, said)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
        self.progress(context, said)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.inner).poll_flush(context);
        if matches!(said, Poll::Ready(Ok(()))) {
            self.answers.sent();
        }
        // TLS hands over what it holds before it flushes: this is no sign of progress by itself.
        match said {
            Poll::Ready(said) => Poll::Ready(said),
            Poll::Pending => self.progress(context, Poll::Pending),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.inner).poll_shutdown(context);
        self.progress(context, said)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn a_write_that_nobody_reads_ends() {
        let (ours, _theirs) = duplex(64);
        let mut stream = Impatient::new(ours, Duration::from_millis(20));
        let error = stream.write_all(&[0; 1000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_slow_reader_that_goes_on_reading_gets_everything() {
        let (ours, mut theirs) = duplex(64);
        let mut stream = Impatient::new(ours, Duration::from_secs(20));
        let writing = tokio::spawn(async move { stream.write_all(&[7; 10_000]).await });
        let mut read: Vec<u8> = Vec::new();
        let mut part = [0; 10];
        while read.len() < 10_000 {
            let count = theirs.read(&mut part).await.unwrap();
            read.extend(&part[..count]);
            tokio::task::yield_now().await;
        }
        writing.await.unwrap().unwrap();
        assert_eq!(read, [7; 10_000]);
    }

    #[tokio::test]
    async fn a_question_that_came_before_the_answer_is_told_from_one_that_came_after() {
        let (ours, mut theirs) = duplex(64);
        let mut stream = Impatient::new(ours, Duration::from_secs(20));
        let answers = stream.answers();
        theirs.write_all(b"two questions at once").await.unwrap();
        stream.read_exact(&mut [0; 21]).await.unwrap();
        assert!(!answers.were_not_awaited());
        answers.begin();
        assert!(answers.were_not_awaited());
        theirs.write_all(b"a third").await.unwrap();
        stream.read_exact(&mut [0; 7]).await.unwrap();
        assert!(!answers.were_not_awaited());
    }

    #[tokio::test]
    async fn the_next_request_waits_for_the_answer_before() {
        let (ours, mut theirs) = duplex(64);
        let mut stream = Impatient::new(ours, Duration::from_secs(20));
        let answers = stream.answers();
        answers.all_sent().await;
        answers.begin();
        let writing = tokio::spawn(async move {
            stream.write_all(&[7; 100]).await.unwrap();
            stream.flush().await.unwrap();
            stream
        });
        let mut next = tokio::spawn({
            let answers = answers.clone();
            async move { answers.all_sent().await }
        });
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!next.is_finished());
        theirs.read_exact(&mut [0; 100]).await.unwrap();
        (&mut next).await.unwrap();
        drop(writing.await.unwrap());
    }
}
