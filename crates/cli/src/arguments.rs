//! The command line.

use std::path::PathBuf;

use clap::{
    Args, CommandFactory as _, Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser as _},
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{choice::CertificateName, exit::Exit, text::Language};

/// Warifu without a window: certificates, login, renewal and diagnosis on the command line.
///
/// It works in the folder of the app; WARIFU_DATA_DIR moves it, WARIFU_LOG sets what is logged to
/// standard error. Passwords are asked for without echo or read from standard input, never taken from
/// an argument or the environment.
#[derive(Debug, Parser)]
#[command(name = "warifu-cli", version, after_long_help = Exit::table())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Task,
    /// Print one JSON document on standard output, also after a failure.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language of the texts; that of the system if it is not given.
    #[arg(long, global = true, value_name = "ja|en", value_parser = language())]
    pub(crate) language: Option<Language>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    #[command(flatten)]
    OnThisPc(Command),
    /// The record of what was done, as your provider exported it.
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// What works without the data of the app, and without the service.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Verify an exported record: that nothing in it was changed, and nothing is missing up to its end.
    ///
    /// Needs neither the service nor a network. Get the key from your provider on another way than the
    /// export. JSON: customer, rows, signed_at, key.
    Verify {
        /// The record, as you received it.
        file: PathBuf,
        /// The public half of the key that the provider signs with, as a file (PEM).
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the connection profiles and the certificates of this PC, with the days they have left.
    ///
    /// JSON: verdict (good, attention, unusable), folder, app_open, profiles, identities, app_version.
    Status,
    /// Connection profiles.
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// The proxies on the way to the service, and what they are told.
    #[command(subcommand)]
    Proxy(ProxyCommand),
    /// Issue a certificate to this PC.
    ///
    /// An initial or expired password is replaced on the way. JSON: identity, password_changed.
    Issue(IssueArguments),
    /// Check that a login works, and log out again.
    ///
    /// A password that has to be changed is left as it is; that ends with 3. JSON: prompt, login,
    /// logged_out.
    Login(CertificateArguments),
    /// Renew a certificate and start the use of the new one, or finish a renewal that was
    /// interrupted.
    ///
    /// Finishing needs no password. JSON: outcome (renewed, finished), identity, password_changed.
    Renew(CertificateArguments),
    /// Show the code that moves a user from this PC to a new one.
    ///
    /// On the new PC, `issue --transfer-code-stdin` takes it. Until the user logs in there, this PC
    /// goes on; a newer code takes this one's place. JSON: outcome (code-shown,
    /// password-change-required), code, expires_at.
    Transfer(CertificateArguments),
    /// Check everything between this PC and a login; changes nothing.
    ///
    /// JSON: failed, warnings, results, bundle.
    Doctor {
        /// Also write a file for support, without secrets; it must not exist yet.
        #[arg(long, value_name = "FILE.zip")]
        bundle: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Keep the connection profile in a file.
    ///
    /// The same profile twice is one. JSON: the profile.
    Add {
        /// The connection profile, as you received it (*.warifu.json).
        file: PathBuf,
    },
    /// List the connection profiles.
    ///
    /// JSON: profiles.
    List,
    /// Forget a connection profile that no certificate on this PC needs.
    ///
    /// JSON: removed.
    Remove {
        /// Its number, as `profile list` shows it.
        id: i64,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProxyCommand {
    /// List the proxies on the way to the service, and what is wrong with how they are set.
    ///
    /// JSON: proxies, problems.
    List,
    /// Keep, in the operating system's keystore, the user name and password that a proxy wants.
    ///
    /// JSON: proxy.
    Login {
        /// The user name.
        #[arg(long, value_name = "NAME")]
        user: String,
        /// The proxy, if there are several: host and port, as `proxy list` shows them.
        #[arg(long, value_name = "HOST:PORT")]
        at: Option<String>,
        #[command(flatten)]
        password: PasswordArguments,
    },
    /// Forget what the proxies are told.
    ///
    /// JSON: forgotten.
    Forget,
}

#[derive(Debug, Args)]
pub(crate) struct IssueArguments {
    /// The customer number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) customer: String,
    /// The user ID.
    #[arg(long, value_name = "ID")]
    pub(crate) user: String,
    /// The connection profile, if there are several: its number, as `profile list` shows it.
    #[arg(long, value_name = "ID")]
    pub(crate) profile: Option<i64>,
    /// Read the code that the old PC shows from the first line of standard input; this PC takes the
    /// place of that one.
    #[arg(long)]
    pub(crate) transfer_code_stdin: bool,
    #[command(flatten)]
    pub(crate) password: PasswordArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CertificateArguments {
    /// The certificate, if there are several: its number or thumbprint, as `status` shows them.
    #[arg(long, value_name = "ID|THUMBPRINT")]
    pub(crate) certificate: Option<CertificateName>,
    #[command(flatten)]
    pub(crate) password: PasswordArguments,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct PasswordArguments {
    /// Read the password from the next line of standard input instead of asking for it, and a new
    /// one, if it has to be changed, from the line after that.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

impl Arguments {
    /// Reads the command line; if it is wrong, says so and ends the program.
    pub(crate) fn of_program() -> Self {
        Self::try_parse().unwrap_or_else(|error| discreet(error).exit())
    }
}

/// The same error without a value that belongs nowhere: it may be a password, put where passwords are
/// not taken, and what is printed ends up in logs.
fn discreet(error: clap::Error) -> clap::Error {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.as_str(),
        Some(_) | None => "",
    };
    let kind = error.kind();
    let stray = kind == ErrorKind::TooManyValues
        || kind == ErrorKind::UnknownArgument && !argument.starts_with('-');
    if stray {
        let message = "there is a value that no option takes; see --help";
        Arguments::command().error(kind, message)
    } else {
        error
    }
}

fn language() -> impl clap::builder::TypedValueParser<Value = Language> {
    PossibleValuesParser::new(["ja", "en"])
        .map(|name| if name == "ja" { Language::Ja } else { Language::En })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed_and_tells_its_exit_codes() {
        let mut command = Arguments::command();
        command.clone().debug_assert();
        let help = command.render_long_help().to_string();
        assert!(help.contains("Exit codes"), "{help}");
    }

    #[test]
    fn there_is_no_way_to_give_a_password_in_an_argument() {
        for command in Arguments::command().get_subcommands() {
            for argument in command.get_arguments() {
                let name = argument.get_id().as_str();
                let secret = name.contains("password") || name.contains("code");
                assert!(!secret || !argument.get_action().takes_values(), "{name}");
                assert!(argument.get_env().is_none(), "{name}");
            }
        }
    }

    #[test]
    fn a_password_in_the_wrong_place_is_not_repeated() {
        for argument in ["canary", "--password=canary", "--password-stdin=canary"] {
            let error = Arguments::try_parse_from(["warifu-cli", "login", argument]).unwrap_err();
            let told = discreet(error).render().to_string();
            assert!(!told.contains("canary") && told.contains("error: "), "{told}");
        }
        let error = Arguments::try_parse_from(["warifu-cli", "login", "--certificate"]);
        assert!(discreet(error.unwrap_err()).to_string().contains("--certificate"));
    }

    #[test]
    fn options_of_all_commands_may_stand_behind_the_command() {
        let given = ["warifu-cli", "status", "--json", "--language", "ja"];
        let arguments = Arguments::try_parse_from(given).unwrap();
        assert!(arguments.json);
        assert_eq!(arguments.language, Some(Language::Ja));
        assert!(Arguments::try_parse_from(["warifu-cli", "status", "--language", "fr"]).is_err());
    }
}
