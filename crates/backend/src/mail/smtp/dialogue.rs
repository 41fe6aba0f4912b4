//! One question, one answer, in turn, each with its time limit.

use std::{future::Future, time::Duration};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::reply::{Meaning, Reply};

/// Longest line that a mail server must take, with its end (RFC 5321 §4.5.3.1.4).
pub(super) const LONGEST_LINE: usize = 512;

/// How much of a text is written within one time limit.
const BLOCK: usize = 16 * 1024;

/// What the bytes travel on.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A conversation over one connection.
pub(super) struct Dialogue {
    wire: Box<dyn Wire>,
    /// What has come and is not understood yet.
    heard: Vec<u8>,
    step: Duration,
}

/// Why a step failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// The server answered, but not what was hoped for.
    Said(Reply),
    /// There was no answer, or none that could be one; what happened instead.
    Broke(String),
}

impl Dialogue {
    /// A conversation in which nothing has been said. `step` is the time for each step.
    pub(super) fn new(wire: Box<dyn Wire>, step: Duration) -> Self {
        Self { wire, heard: Vec::new(), step }
    }

    /// Says a line and hears the answer.
    pub(super) async fn ask(&mut self, line: &str) -> Result<Reply, Fault> {
        self.in_turn()?;
        if line.len() + 2 > LONGEST_LINE || line.contains(['\r', '\n', '\0']) {
            return Err(Fault::Broke(String::from("a line cannot be said to a mail server")));
        }
        let line = zeroize::Zeroizing::new(format!("{line}\r\n"));
        self.write(line.as_bytes()).await?;
        self.hear().await
    }

    /// Says a line and demands an answer of that meaning.
    pub(super) async fn demand(&mut self, line: &str, wanted: Meaning) -> Result<Reply, Fault> {
        self.ask(line).await?.demand(wanted)
    }

    /// Hears an answer.
    pub(super) async fn hear(&mut self) -> Result<Reply, Fault> {
        within(self.step, async {
            loop {
                if let Some((reply, taken)) = Reply::parse(&self.heard).map_err(Fault::of)? {
                    self.heard.drain(..taken);
                    return Ok(reply);
                }
                // Not looked at again before another line has ended.
                let mut block = [0; 4_096];
                loop {
                    let count = self.wire.read(&mut block).await.map_err(Fault::of)?;
                    let came = block.get(..count).unwrap_or_default();
                    self.heard.extend_from_slice(came);
                    match came {
                        [] => return Err(Fault::Broke(String::from("the mail server hung up"))),
                        came if came.contains(&b'\n') => break,
                        _ if self.heard.len() == count || self.heard.len() >= 3 => break,
                        _ => {}
                    }
                }
            }
        })
        .await
    }

    /// Hands over a text that the server has asked for, without the mark that ends it: no server
    /// takes it before [`Dialogue::end_text`].
    pub(super) async fn give_text(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.in_turn()?;
        for block in stuffed(text).chunks(BLOCK) {
            self.write(block).await?;
        }
        Ok(())
    }

    /// Ends the text. From here on the server may have taken it, whatever happens.
    pub(super) async fn end_text(&mut self) -> Result<Reply, Fault> {
        self.write(b".\r\n").await?;
        self.hear().await
    }

    /// The connection without the conversation, for TLS to begin on.
    ///
    /// # Errors
    ///
    /// Something was said in the clear that nobody had asked for: it would be taken for an answer
    /// that came over TLS (CVE-2021-38371 and its like).
    pub(super) fn into_wire(self) -> Result<Box<dyn Wire>, Fault> {
        self.in_turn()?;
        Ok(self.wire)
    }

    /// Takes leave; what the server says to that changes nothing.
    pub(super) async fn leave(mut self) {
        const POLITE: Duration = Duration::from_secs(5);
        self.step = self.step.min(POLITE);
        let _ = self.ask("QUIT").await;
        let _ = tokio::time::timeout(self.step, self.wire.shutdown()).await;
    }

    /// Nothing may have been said before it is asked for.
    fn in_turn(&self) -> Result<(), Fault> {
        if self.heard.is_empty() {
            return Ok(());
        }
        match Reply::parse(&self.heard) {
            Ok(Some((reply, _))) if reply.closes() => Err(Fault::Said(reply)),
            Ok(_) | Err(_) => Err(Fault::Broke(String::from(
                "the mail server, or somebody on the way, answered before it was asked",
            ))),
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let written = within(self.step, async {
            self.wire.write_all(bytes).await.map_err(Fault::of)?;
            self.wire.flush().await.map_err(Fault::of)
        })
        .await;
        match written {
            Ok(()) => Ok(()),
            // A server that has closed the connection may have said why before that.
            Err(fault) => match self.hear().await {
                Ok(reply) if matches!(reply.meaning(), Meaning::NotNow | Meaning::Never) => {
                    Err(Fault::Said(reply))
                }
                Ok(_) | Err(_) => Err(fault),
            },
        }
    }
}

impl Reply {
    /// This answer, if it has that meaning.
    pub(super) fn demand(self, wanted: Meaning) -> Result<Self, Fault> {
        if self.meaning() == wanted { Ok(self) } else { Err(Fault::Said(self)) }
    }
}

impl Fault {
    pub(super) fn of(error: impl std::fmt::Display) -> Self {
        Self::Broke(error.to_string())
    }

    /// What happened, for people.
    pub(super) fn why(&self) -> String {
        match self {
            Self::Said(reply) => reply.to_string(),
            Self::Broke(why) => why.clone(),
        }
    }
}

/// Runs one step, for as long as it may take.
pub(super) async fn within<T>(
    limit: Duration,
    step: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    tokio::time::timeout(limit, step)
        .await
        .unwrap_or_else(|_| Err(Fault::Broke(format!("no answer within {} s", limit.as_secs()))))
}

/// A text as it travels: each line ended by CR and LF, and a dot doubled that begins a line
/// (RFC 5321 §4.5.2).
fn stuffed(text: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(text.len() + 16);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        // A lone CR is no end of a line, and some servers take it for one.
        stuffed.extend(line.iter().map(|byte| if *byte == b'\r' { b' ' } else { *byte }));
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_dot_at_the_start_of_a_line_is_doubled_and_lines_end_as_mail_wants() {
        let table: [(&[u8], &[u8]); 7] = [
            (b"a\nb", b"a\r\nb\r\n"),
            (b"a\r\nb\r\n", b"a\r\nb\r\n"),
            (b".\r\n", b"..\r\n"),
            (b"a\r\n.\r\nb", b"a\r\n..\r\nb\r\n"),
            (b"a\r\n..b", b"a\r\n...b\r\n"),
            (b"a\r.\rb", b"a . b\r\n"),
            (b"", b"\r\n"),
        ];
        for (text, wanted) in table {
            assert_eq!(stuffed(text), wanted);
        }
    }

    proptest! {
        #[test]
        fn no_text_ends_itself(text in "[.\r\na]{0,40}") {
            let stuffed = stuffed(text.as_bytes());
            prop_assert!(stuffed.ends_with(b"\r\n"));
            let mut lines = stuffed.split(|byte| *byte == b'\n').map(|line| {
                line.strip_suffix(b"\r").unwrap_or(line)
            });
            prop_assert!(lines.all(|line| line != b"." && !line.contains(&b'\r')));
        }
    }

    #[tokio::test]
    async fn no_bytes_from_the_other_end_hang_it_or_grow_without_bound() {
        for bytes in [vec![b'2'; 1 << 20], b"250-x\r\n".repeat(1 << 17), vec![0; 1 << 20]] {
            let (near, mut far) = tokio::io::duplex(1 << 14);
            let writing = tokio::spawn(async move {
                // It ends with an error once the reader has heard enough.
                let _ = far.write_all(&bytes).await;
            });
            let mut dialogue = Dialogue::new(Box::new(near), Duration::from_secs(20));
            assert!(matches!(dialogue.hear().await, Err(Fault::Broke(_))));
            assert!(dialogue.heard.len() <= super::super::reply::MOST + 4_096);
            drop(dialogue);
            writing.await.unwrap();
        }
    }
}
