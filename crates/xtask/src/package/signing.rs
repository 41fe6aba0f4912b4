//! Authenticode signatures, with osslsigncode.

use std::{
    env, fs,
    io::{self, BufRead as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use crate::run::is_installed;

/// The environment variable with the certificate's password; asked for if it is not set.
const PASSWORD: &str = "WARIFU_SIGNING_PASSWORD";

/// What is said about signing on the command line.
#[derive(Args, Default)]
pub(crate) struct Arguments {
    /// Sign with the certificate and key in this PKCS#12 file; its password is taken from
    /// WARIFU_SIGNING_PASSWORD, or asked for
    #[arg(long, value_name = "FILE.pfx")]
    sign_with: Option<PathBuf>,
    /// Have this time-stamping service confirm the signatures (RFC 3161), so that they stay good
    /// when the certificate expires
    #[arg(long, value_name = "URL", requires = "sign_with")]
    timestamp: Option<String>,
}

/// A certificate, ready to sign with.
pub(super) struct Signing {
    certificate: PathBuf,
    timestamp: Option<String>,
    password: String,
}

impl Signing {
    pub(super) fn of(arguments: &Arguments) -> Result<Option<Self>> {
        let Some(certificate) = &arguments.sign_with else { return Ok(None) };
        ensure!(certificate.is_file(), "{} is not there", certificate.display());
        ensure!(
            !cfg!(windows),
            "signing is done with osslsigncode, which has not been tried on Windows"
        );
        let certificate = std::path::absolute(certificate)?;
        let password = match env::var(PASSWORD) {
            Ok(password) => password,
            Err(_) => ask_for_password(&certificate)?,
        };
        Ok(Some(Self { certificate, timestamp: arguments.timestamp.clone(), password }))
    }

    /// Signs a file in its place.
    pub(super) fn sign(&self, file: &Path) -> Result<()> {
        ensure!(is_installed("osslsigncode"), "osslsigncode is not installed");
        let signed = file.with_extension("signed");
        let mut osslsigncode = Command::new("osslsigncode");
        osslsigncode.args(self.arguments()?).arg("-in").arg(file).arg("-out").arg(&signed);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        self.step_with_password(&format!("Signing {name}"), &mut osslsigncode)?;
        fs::rename(&signed, file)
            .with_context(|| format!("cannot put the signed {name} into its place"))
    }

    /// osslsigncode's command line for the shell, without the file to sign and the signed one: for the
    /// one signature that NSIS must make itself, the uninstaller's. It reads the password as
    /// [`Self::step_with_password`] gives it.
    pub(super) fn shell_command(&self) -> Result<String> {
        let words: Vec<_> = self.arguments()?.iter().map(|word| quoted(word)).collect();
        Ok(format!("osslsigncode {}", words.join(" ")))
    }

    fn arguments(&self) -> Result<Vec<String>> {
        let certificate =
            self.certificate.to_str().context("the certificate's path is not Unicode")?;
        let mut words: Vec<&str> = vec!["sign", "-pkcs12", certificate];
        // Never an argument, which everybody on this computer could read.
        words.extend(["-readpass", "/dev/stdin", "-h", "sha256", "-n", "Warifu"]);
        if let Some(url) = &self.timestamp {
            words.extend(["-ts", url]);
        }
        Ok(words.into_iter().map(str::to_owned).collect())
    }

    /// Runs a program that is given the password on its standard input.
    pub(super) fn step_with_password(&self, what: &str, command: &mut Command) -> Result<()> {
        println!("▶ {what}");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{what}: cannot start it"))?;
        // Short enough for the pipe: nobody has to read yet, and nobody may want to.
        let mut input = child.stdin.take().context("no pipe to the program")?;
        let given = input.write_all(self.password.as_bytes()).and_then(|()| input.write_all(b"\n"));
        drop(input);
        let said = child.wait_with_output()?;
        if !said.status.success() {
            bail!(
                "{what} failed ({}):\n{}{}",
                said.status,
                String::from_utf8_lossy(&said.stdout),
                String::from_utf8_lossy(&said.stderr)
            );
        }
        given.with_context(|| format!("{what}: the password was not taken"))
    }
}

fn quoted(word: &str) -> String {
    // Without backslashes, which NSIS takes for a Windows path's and turns round.
    format!("'{}'", word.replace('\'', r#"'"'"'"#))
}

/// Asks on the terminal, which meanwhile shows nothing.
fn ask_for_password(certificate: &Path) -> Result<String> {
    print!("Password of {}: ", certificate.display());
    io::stdout().flush()?;
    let silenced = stty("-echo");
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    if silenced {
        stty("echo");
        println!();
    }
    read.context("no password was given")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Whether there is a terminal, and it does so.
fn stty(setting: &str) -> bool {
    Command::new("stty")
        .arg(setting)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn no_argument_holds_the_password() {
        let signing = Signing {
            certificate: "/keys/it's ours.pfx".into(),
            timestamp: Some("http://time.example".to_owned()),
            password: "geheim".to_owned(),
        };
        let arguments = signing.arguments().unwrap().join(" ");
        assert!(
            arguments.contains("-readpass /dev/stdin") && arguments.contains("http://time.example")
        );
        assert!(!arguments.contains("geheim"));
        let shell = signing.shell_command().unwrap();
        assert!(shell.contains(r#"'/keys/it'"'"'s ours.pfx'"#), "{shell}");
        assert!(!shell.contains("geheim"));
    }
}
