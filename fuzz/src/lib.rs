#![doc = include_str!("../README.md")]

mod mutate;
pub mod targets;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

pub use self::targets::{TARGETS, Target};

/// How many mutations are tried between two looks at the clock.
const ROUND: u32 = 64;

/// An input on which a target panicked, made as short as it could be.
#[derive(Clone, Debug)]
pub struct Found {
    /// The input.
    pub input: Vec<u8>,
    /// The panic's words.
    pub why: String,
}

impl Target {
    /// The folder with its corpus.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(self.name)
    }

    /// The inputs of its corpus, in the order of their names.
    ///
    /// # Errors
    ///
    /// No corpus, or an empty one.
    pub fn corpus(&self) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let folder = self.folder();
        let mut files = fs::read_dir(&folder)
            .and_then(|entries| {
                entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()
            })
            .with_context(|| format!("cannot read {}", folder.display()))?;
        files.sort();
        ensure!(!files.is_empty(), "{} is empty", folder.display());
        files.into_iter().map(|file| Ok((file.clone(), fs::read(file)?))).collect()
    }

    /// Runs it over mutations of its corpus until the time is over: how many inputs that were, or the
    /// first on which it panicked.
    ///
    /// # Errors
    ///
    /// Those of [`Self::corpus`].
    pub fn mutate_for(&self, time: Duration) -> Result<Result<u64, Found>> {
        let corpus = self.corpus()?.into_iter().map(|(_, input)| input).collect();
        let inputs = mutate::mutations(corpus, self.words);
        let config = Config { cases: ROUND, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new(config);
        let (until, mut tried) = (Instant::now() + time, 0);
        while Instant::now() < until {
            let run = |input: Vec<u8>| {
                (self.run)(&input);
                Ok::<_, TestCaseError>(())
            };
            match runner.run(&inputs, run) {
                Ok(()) => tried += u64::from(ROUND),
                Err(TestError::Fail(why, input)) => {
                    return Ok(Err(Found { input, why: why.to_string() }));
                }
                Err(TestError::Abort(why)) => anyhow::bail!("{}: {why}", self.name),
            }
        }
        Ok(Ok(tried))
    }
}
