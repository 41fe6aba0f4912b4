//! Passwords and codes: from a terminal without echo, or line by line from standard input.

use std::io::{self, BufRead, Read as _};

use warifu_client::Failure;
use warifu_protocol::{Details, ErrorCode, RuleCheck, SecretText};
use zeroize::Zeroizing;

use crate::{
    output::Output,
    text::Words,
    trouble::{Refusal, Secret, Trouble},
};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 4096;

/// How often a new password is asked for before the command gives up.
const TRIES: u8 = 3;

/// Where the passwords of a command come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    words: &'static Words,
    output: &'a Output,
    from_stdin: bool,
}

impl<'a> Input<'a> {
    pub(crate) fn new(words: &'static Words, output: &'a Output, from_stdin: bool) -> Self {
        Self { words, output, from_stdin }
    }

    /// The password, initial or current.
    pub(crate) async fn password(self) -> Result<SecretText, Trouble> {
        self.ask(Secret::Password, self.words.ask_password).await
    }

    /// What a proxy is told, which is not the service's password.
    pub(crate) async fn proxy_password(self) -> Result<SecretText, Trouble> {
        self.ask(Secret::ProxyPassword, self.words.ask_proxy_password).await
    }

    /// A new password that meets the rules that this PC knows; typed twice on a terminal.
    pub(crate) async fn new_password(
        self,
        check: impl Fn(&str) -> [RuleCheck; 4],
    ) -> Result<SecretText, Trouble> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.new_password_once(&check).await {
                Err(trouble) if !self.from_stdin && tried < TRIES && can_be_mended(&trouble) => {
                    self.output.trouble_in_passing(&trouble);
                }
                ended => return ended,
            }
        }
    }

    /// The code that the old PC shows, always from standard input: it is good once, so nobody is
    /// harmed who sees it typed.
    pub(crate) async fn transfer_code(self) -> Result<SecretText, Trouble> {
        self.output.prompt(self.words.ask_transfer_code);
        line(Secret::TransferCode).await
    }

    async fn new_password_once(
        self,
        check: &impl Fn(&str) -> [RuleCheck; 4],
    ) -> Result<SecretText, Trouble> {
        let chosen = self.ask(Secret::NewPassword, self.words.ask_new_password).await?;
        let broken: Vec<_> = check(chosen.expose())
            .iter()
            .filter(|check| !check.met)
            .map(|check| check.rule)
            .collect();
        if !broken.is_empty() {
            let details = Details { rules: Some(broken), ..Details::default() };
            return Err(Failure::new(ErrorCode::PasswordRejected).with(details).into());
        }
        if !self.from_stdin {
            let again = self.ask(Secret::NewPassword, self.words.ask_new_password_again).await?;
            if again.expose() != chosen.expose() {
                return Err(Refusal::PasswordsDiffer.into());
            }
        }
        Ok(chosen)
    }

    async fn ask(self, what: Secret, prompt: &'static str) -> Result<SecretText, Trouble> {
        if self.from_stdin {
            return line(what).await;
        }
        // Beside the connection, which goes on while somebody types.
        let typed = tokio::task::spawn_blocking(move || rpassword::prompt_password(prompt));
        let typed = typed.await.map_err(Failure::from)?.map(SecretText::from);
        match typed {
            Ok(typed) if !typed.expose().is_empty() => Ok(typed),
            Ok(_) => Err(Refusal::InputMissing(what).into()),
            Err(error) => {
                tracing::info!(%error, "there is no terminal to ask on");
                Err(Refusal::InputMissing(what).into())
            }
        }
    }
}

/// Whether typing it again can help.
fn can_be_mended(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Failed(failure) => failure.code == ErrorCode::PasswordRejected,
        Trouble::Refused(refusal) => matches!(refusal, Refusal::PasswordsDiffer),
    }
}

async fn line(what: Secret) -> Result<SecretText, Trouble> {
    let read = tokio::task::spawn_blocking(|| line_of(&mut io::stdin().lock()));
    match read.await.map_err(Failure::from)? {
        // An empty password would only cost a try.
        Ok(line) if line.is_empty() => Err(Refusal::InputMissing(what).into()),
        Ok(line) => Ok(SecretText::from(line.to_string())),
        Err(error) => {
            tracing::info!(%error, "standard input cannot be read");
            Err(Refusal::InputUnreadable(what).into())
        }
    }
}

/// The next line without its end; empty at the end of the input.
fn line_of(input: &mut impl BufRead) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST as usize));
    input.take(LONGEST).read_until(b'\n', &mut bytes)?;
    if bytes.len() as u64 == LONGEST && bytes.last() != Some(&b'\n') {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| io::ErrorKind::InvalidData)?;
    // Windows ends lines with two characters, and its editors begin a file with a mark.
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    Ok(Zeroizing::new(text.trim_start_matches('\u{feff}').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_one_by_one_however_they_end() {
        let mut input = "\u{feff}one#1\r\ntwo 2 \n\nlast".as_bytes();
        for expected in ["one#1", "two 2 ", "", "last", "", ""] {
            assert_eq!(*line_of(&mut input).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_line_of_text_is_refused() {
        assert!(line_of(&mut &b"\xff\xfe\n"[..]).is_err());
        let long = "x".repeat(10_000);
        assert!(line_of(&mut long.as_bytes()).is_err());
        let fits = format!("{}\n", "x".repeat(4095));
        assert_eq!(line_of(&mut fits.as_bytes()).unwrap().len(), 4095);
    }
}
