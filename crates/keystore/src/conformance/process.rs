//! Calls of a keystore in processes of their own.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use super::{Subject, World};
use crate::{KeyError, KeyReference, KeyStore, reference::hex};

/// The place that all processes share.
pub(super) const PLACE: &str = "keys";

/// What one process asks another's keystore for. Sent as a line of words.
#[derive(Debug, Clone)]
pub(super) enum Call {
    Create(KeyReference),
    Sign(KeyReference),
    Delete(KeyReference),
    List,
    /// Makes keys until the process is killed, and says of each that it is made.
    CreateForEver,
}

/// What is signed in another process.
pub(super) const MESSAGE: &[u8] = b"message";

const HOME: &str = "CONFORMANCE_HOME";
/// Before each answer, because the test program prints lines of its own.
const ANSWER: &str = "answer: ";

impl Call {
    fn write(&self) -> String {
        match self {
            Self::Create(reference) => format!("create {reference}"),
            Self::Sign(reference) => format!("sign {reference}"),
            Self::Delete(reference) => format!("delete {reference}"),
            Self::List => "list".to_owned(),
            Self::CreateForEver => "create-for-ever".to_owned(),
        }
    }

    fn read(line: &str) -> Self {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let reference = || rest.parse().unwrap();
        match word {
            "create" => Self::Create(reference()),
            "sign" => Self::Sign(reference()),
            "delete" => Self::Delete(reference()),
            "list" => Self::List,
            "create-for-ever" => Self::CreateForEver,
            other => panic!("no such call: {other}"),
        }
    }

    /// Asks `keys` and puts the answer in words.
    fn ask(self, keys: &dyn KeyStore) -> String {
        let answered = match self {
            Self::Create(reference) => {
                keys.create(&reference).map(|key| hex(key.public_key_der()).to_string())
            }
            Self::Sign(reference) => keys
                .open(&reference)
                .and_then(|key| key.sign(MESSAGE))
                .map(|signature| hex(&signature).to_string()),
            Self::Delete(reference) => keys.delete(&reference).map(|()| "deleted".to_owned()),
            Self::List => keys.list().map(|mut references| {
                references.sort();
                let texts: Vec<_> = references.iter().map(KeyReference::as_str).collect();
                texts.join(" ")
            }),
            Self::CreateForEver => loop {
                let reference = KeyReference::random().unwrap();
                keys.create(&reference).unwrap();
                say(reference.as_str());
            },
        };
        answered.unwrap_or_else(|error| match error {
            KeyError::Missing | KeyError::MissingHere { .. } => "error missing".to_owned(),
            KeyError::Storage(error) => format!("error storage {:?}", error.kind()),
            KeyError::Unavailable { .. }
            | KeyError::Locked
            | KeyError::Refused
            | KeyError::Damaged { .. }
            | KeyError::Tpm { .. }
            | KeyError::Failed { .. } => format!("error {error}"),
        })
    }
}

/// The folder of the subject whose process this is, if it was started to answer.
pub(super) fn home() -> Option<PathBuf> {
    env::var_os(HOME).map(PathBuf::from)
}

/// Answers calls until nobody asks any more.
pub(super) fn answer(subject: &dyn Subject) {
    let keys = subject.start(OsStr::new(PLACE));
    for line in std::io::stdin().lock().lines() {
        let answer = Call::read(&line.unwrap()).ask(&*keys);
        say(&answer);
    }
}

fn say(answer: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{ANSWER}{answer}").unwrap();
    out.flush().unwrap();
}

/// A process that has just started, and its keystore.
pub(super) struct Process {
    child: Child,
    calls: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Process {
    pub(super) fn start(world: &World<'_>) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", world.test, "--nocapture"]).env(HOME, world.home);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let calls = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, calls, answers }
    }

    pub(super) fn send(&mut self, call: &Call) {
        let calls = self.calls.as_mut().unwrap();
        writeln!(calls, "{}", call.write()).unwrap();
    }

    pub(super) fn receive(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.answers.read_line(&mut line).unwrap() > 0, "the other process ended");
            // Also behind what the test program prints without ending its line.
            if let Some((_, answer)) = line.trim_end_matches(['\r', '\n']).split_once(ANSWER) {
                return answer.to_owned();
            }
        }
    }

    pub(super) fn ask(&mut self, call: &Call) -> String {
        self.send(call);
        self.receive()
    }

    /// Ends the process as a power loss does, and says what it still had said.
    pub(super) fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let rest = (&mut self.answers).lines().map_while(Result::ok);
        rest.filter_map(|line| line.split_once(ANSWER).map(|(_, answer)| answer.to_owned()))
            .collect()
    }
}

impl Drop for Process {
    /// Without calls to come, it ends by itself.
    fn drop(&mut self) {
        drop(self.calls.take());
        let _ = self.child.wait();
    }
}

impl World<'_> {
    /// What a process answers that is started for this one call.
    pub(super) fn ask_anew(&self, call: &Call) -> String {
        Process::start(self).ask(call)
    }
}

/// The bytes of an answer.
pub(super) fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16))
        .collect::<Result<_, _>>()
        .unwrap_or_else(|_| panic!("no digits: {text}"))
}
