//! The dialogue with servers that say exactly what a test wants, over loopback.

use std::path::PathBuf;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use proptest::{prelude::*, test_runner::TestRunner};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls::{ServerConfig, crypto::aws_lc_rs};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject as _};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::*;

/// What a scripted server does next.
#[derive(Clone, Debug)]
enum Step {
    /// Says those bytes.
    Say(Vec<u8>),
    /// Hears a line, which begins with this.
    Hear(&'static str),
    /// Hears lines up to a dot alone.
    HearText,
    /// Speaks TLS from here on.
    Tls,
    /// Says nothing more until the other end hangs up.
    Hang,
}

use Step::{Hang, Hear, HearText, Say, Tls as Encrypt};

fn say(text: &str) -> Step {
    Say(format!("{text}\r\n").into_bytes())
}

/// Up to where a recipient is named.
fn opened() -> Vec<Step> {
    vec![
        say("220 hello"),
        Hear("EHLO "),
        say("250-mail.test\r\n250 SIZE"),
        Hear("MAIL "),
        say("250"),
    ]
}

/// Up to where the text is wanted.
fn wanted() -> Vec<Step> {
    [opened(), vec![Hear("RCPT "), say("250 ok"), Hear("DATA"), say("354")]].concat()
}

/// A server that follows its script for one connection; what it heard.
async fn serve(script: Vec<Step>, tls: Option<TlsAcceptor>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut wire: BufReader<Box<dyn Wire>> = BufReader::new(Box::new(stream));
        let mut heard = Vec::new();
        for step in script {
            match step {
                // The other end may have had enough.
                Say(bytes) => drop(wire.write_all(&bytes).await.and(wire.flush().await)),
                Hear(start) => {
                    let mut line = Vec::new();
                    if wire.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
                        return heard;
                    }
                    let line = String::from_utf8(line).unwrap();
                    assert!(line.starts_with(start), "{line:?} instead of {start}");
                    heard.push(line.trim_end().to_owned());
                }
                HearText => loop {
                    let mut line = String::new();
                    if wire.read_line(&mut line).await.unwrap_or(0) == 0 {
                        return heard;
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    heard.push(line);
                },
                Encrypt => match tls.clone().unwrap().accept(wire.into_inner()).await {
                    Ok(stream) => wire = BufReader::new(Box::new(stream)),
                    Err(_) => return heard,
                },
                Hang => {
                    let mut rest = Vec::new();
                    let _ = wire.read_to_end(&mut rest).await;
                }
            }
        }
        heard
    });
    (port, task)
}

fn mailer(port: u16, security: &str, more: &str) -> Mailer {
    let text = format!(
        "host = 'localhost'\nport = {port}\nsecurity = '{security}'\nfrom = 'warifu@example.jp'\n\
         timeout_seconds = 1\n{more}"
    );
    let config: MailConfig = toml::from_str(&text).unwrap();
    Mailer::new(&config, &["warifu.example.jp".parse().unwrap()]).unwrap()
}

/// What becomes of one letter.
async fn outcome(mailer: &Mailer) -> Outcome {
    match mailer.open(&"kanri01@example.jp".parse().unwrap()).await {
        Ok(open) => open.deliver(b"Subject: x\r\n\r\n.dot\r\n").await,
        Err(outcome) => outcome,
    }
}

async fn plain(script: Vec<Step>) -> (Outcome, Vec<String>) {
    let (port, server) = serve(script, None).await;
    let mailer = mailer(port, "none", "");
    let outcome = outcome(&mailer).await;
    (outcome, server.await.unwrap())
}

/// What an outcome is, in a word.
fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Sent(_) => "sent",
        Outcome::Refused(_) => "refused",
        Outcome::Uncertain(_) => "uncertain",
        Outcome::NotBegun => "not begun",
        Outcome::Later { blame: Blame::Letter, .. } => "letter",
        Outcome::Later { blame: Blame::Unclear, .. } => "unclear",
        Outcome::Later { blame: Blame::Server, .. } => "server",
    }
}

fn why(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Sent(why) | Outcome::Refused(why) | Outcome::Uncertain(why) => why,
        Outcome::Later { why, .. } => why,
        Outcome::NotBegun => "",
    }
}

/// A certificate for `localhost` by itself, and what speaks TLS with it.
fn certificate(is_authority: bool, has_name: bool) -> (tempfile::TempDir, PathBuf, TlsAcceptor) {
    let names = if has_name { vec![String::from("localhost")] } else { Vec::new() };
    let mut parameters = CertificateParams::new(names).unwrap();
    if is_authority {
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mail.pem");
    std::fs::write(&path, certificate.pem()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (dir, path, TlsAcceptor::from(Arc::new(config)))
}

fn trusting(path: &std::path::Path) -> String {
    format!("trust_anchors_file = '{}'", path.display())
}

#[tokio::test]
async fn a_letter_is_handed_over_in_the_words_of_the_standard() {
    let bye = vec![HearText, say("250 2.0.0 taken"), Hear("QUIT"), say("221")];
    let (outcome, heard) = plain([wanted(), bye].concat()).await;
    assert_eq!(outcome, Outcome::Sent(String::from("250 2.0.0 taken")));
    let lines = [
        "EHLO warifu.example.jp",
        "MAIL FROM:<warifu@example.jp>",
        "RCPT TO:<kanri01@example.jp>",
        "DATA",
        "Subject: x\r\n",
        "\r\n",
        "..dot\r\n",
        "QUIT",
    ];
    assert_eq!(heard, lines);
}

#[tokio::test]
async fn an_answer_is_a_code_whatever_its_text_and_wherever_it_comes() {
    let long = format!("550-{}\r\n550 {}", "x".repeat(10_000), "y".repeat(10_000));
    let texts: [&[u8]; 6] = [
        b"550",
        b"550 5.1.1 nobody of that name",
        // 「宛先が存在しません」 in CP932; text in ISO-2022-JP and in Latin-1; a NUL.
        b"550 \x88\xb6\x90\xe6\x82\xaa\x91\xb6\x8d\xdd\x82\xb5\x82\xdc\x82\xb9\x82\xf1",
        b"550-\x1b$B084h\x1b(B\r\n550 \xe9t\xe9",
        b"550 a\0b",
        long.as_bytes(),
    ];
    for text in texts {
        let never = [text, b"\r\n"].concat();
        let not_now: Vec<u8> = never.split(|b| *b == b'\n').fold(Vec::new(), |mut all, line| {
            match line.strip_prefix(b"55") {
                Some(rest) => all.extend_from_slice(&[b"45", rest, b"\n"].concat()),
                None => all.extend_from_slice(line),
            }
            all
        });
        let at_recipient =
            |answer: &[u8]| [opened(), vec![Hear("RCPT "), Say(answer.into()), Hear("QUIT")]];
        let at_data = |answer: &[u8]| {
            [
                opened(),
                vec![Hear("RCPT "), say("250"), Hear("DATA"), Say(answer.into()), Hear("QUIT")],
            ]
        };
        let at_end = |answer: &[u8]| [wanted(), vec![HearText, Say(answer.into()), Hear("QUIT")]];
        for at in [at_recipient(&never), at_data(&never), at_end(&never)] {
            let (outcome, _) = plain(at.concat()).await;
            assert_eq!(word(&outcome), "refused", "{text:?}: {outcome:?}");
            assert!(why(&outcome).starts_with("550") && why(&outcome).len() <= 304, "{outcome:?}");
        }
        for at in [at_recipient(&not_now), at_data(&not_now), at_end(&not_now)] {
            let (outcome, _) = plain(at.concat()).await;
            assert_eq!(word(&outcome), "letter", "{text:?}: {outcome:?}");
        }
    }
    // Codes alone, from the first word to the last.
    let terse = vec![
        say("220"),
        Hear("EHLO "),
        say("250"),
        Hear("MAIL "),
        say("250"),
        Hear("RCPT "),
        say("250"),
        Hear("DATA"),
        say("354"),
        HearText,
        say("250"),
        Hear("QUIT"),
    ];
    let (outcome, _) = plain(terse).await;
    assert_eq!(outcome, Outcome::Sent(String::from("250")));
}

#[tokio::test]
async fn what_breaks_is_blamed_on_the_server_before_the_recipient_and_on_nobody_after() {
    let rcpt = || [opened(), vec![Hear("RCPT ")]].concat();
    let data = || [rcpt(), vec![say("250"), Hear("DATA")]].concat();
    let text = || [wanted(), vec![HearText]].concat();
    let greeting = Vec::new;
    let ehlo = || vec![say("220"), Hear("EHLO ")];
    let mail = || vec![say("220"), Hear("EHLO "), say("250"), Hear("MAIL ")];
    let faults: [&[Step]; 6] = [
        &[],
        &[Hang],
        &[say("421 closing")],
        &[say("what?"), Hang],
        &[Say(vec![0; 100_000])],
        &[Say(b"250-more\r\n".repeat(20_000)), Hang],
    ];
    for (index, fault) in faults.iter().enumerate() {
        for before in [greeting(), ehlo(), mail()] {
            let (outcome, _) = plain([before.clone(), fault.to_vec()].concat()).await;
            assert_eq!(word(&outcome), "server", "{index} after {before:?}: {outcome:?}");
        }
        for before in [rcpt(), data()] {
            let (outcome, _) = plain([before.clone(), fault.to_vec()].concat()).await;
            assert_eq!(word(&outcome), "unclear", "{index} after {before:?}: {outcome:?}");
        }
        let (outcome, _) = plain([text(), fault.to_vec()].concat()).await;
        // 421 says that the text was not taken; anything else says nothing.
        let wanted = if index == 2 { "unclear" } else { "uncertain" };
        assert_eq!(word(&outcome), wanted, "{index}: {outcome:?}");
        assert!(!why(&outcome).is_empty());
    }
    // Nobody listens.
    let (port, server) = serve(Vec::new(), None).await;
    server.abort();
    let _ = server.await;
    assert_eq!(word(&outcome(&mailer(port, "none", "")).await), "server");
}

#[tokio::test]
async fn an_answer_before_the_question_is_not_believed() {
    let early = [
        // The text's fate, told before the text.
        [opened(), vec![Hear("RCPT "), say("250"), Hear("DATA"), say("354\r\n250 taken"), Hang]]
            .concat(),
        [opened(), vec![Hear("RCPT "), say("250\r\n354 go"), Hang]].concat(),
    ];
    for script in early {
        let (outcome, _) = plain(script).await;
        assert_eq!(word(&outcome), "unclear", "{outcome:?}");
        assert!(why(&outcome).contains("before it was asked"), "{outcome:?}");
    }
}

#[tokio::test]
async fn nothing_that_was_said_in_the_clear_counts_after_starttls() {
    let (_dir, path, acceptor) = certificate(false, true);
    let hello =
        || vec![say("220"), Hear("EHLO "), say("250-mail.test\r\n250 STARTTLS"), Hear("STARTTLS")];
    let planted: [&str; 4] = [
        "220 go\r\n250 planted",
        "220 go\r\n250-localhost\r\n250 INJECTED\r\n250 ok\r\n354 go\r\n250 INJECTED: never taken",
        "220 go\r\n2",
        "220 go\r\n\r",
    ];
    for text in planted {
        let said = vec![Say(text.as_bytes().to_vec()), Encrypt, Hear("EHLO "), say("250"), Hang];
        let (port, server) = serve([hello(), said].concat(), Some(acceptor.clone())).await;
        let outcome = outcome(&mailer(port, "starttls", &trusting(&path))).await;
        assert_eq!(word(&outcome), "server", "{outcome:?}");
        assert!(why(&outcome).contains("before it was asked"), "{outcome:?}");
        // Not a word went over the encrypted connection either.
        assert_eq!(server.await.unwrap().len(), 2);
    }
    // Planted before the question is put: the true answer breaks the handshake.
    let script = vec![
        say("220"),
        Hear("EHLO "),
        say("250-mail.test\r\n250 STARTTLS\r\n220 go"),
        Hear("STARTTLS"),
        say("220 go"),
        Encrypt,
    ];
    let (port, _server) = serve(script, Some(acceptor.clone())).await;
    let found = outcome(&mailer(port, "starttls", &trusting(&path))).await;
    assert_eq!(word(&found), "server", "{found:?}");
    // Refused, not offered, or not there: never in the clear.
    let said: [Vec<Step>; 4] = [
        [hello(), vec![say("454 not now"), Hear("MAIL ")]].concat(),
        [hello(), vec![say("554 never"), Hear("MAIL ")]].concat(),
        vec![say("220"), Hear("EHLO "), say("250-mail.test\r\n250 AUTH PLAIN"), Hear("MAIL ")],
        vec![say("220"), Hear("EHLO "), say("502"), Hear("MAIL ")],
    ];
    for script in said {
        let (port, server) = serve(script, None).await;
        let outcome = outcome(&mailer(port, "starttls", &trusting(&path))).await;
        assert_eq!(word(&outcome), "server", "{outcome:?}");
        assert!(server.await.unwrap().iter().all(|line| !line.starts_with("MAIL")));
    }
}

#[tokio::test]
async fn what_is_offered_over_tls_counts_and_nothing_before_it() {
    let (dir, path, acceptor) = certificate(false, true);
    let password = dir.path().join("password");
    std::fs::write(&password, "p@ss:w\\rd %#あ¥").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    let more =
        format!("user = 'warifu'\npassword_file = '{}'\n{}", password.display(), trusting(&path));
    let before = |offer: &str| {
        vec![
            say("220"),
            Hear("EHLO "),
            say("250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS"),
            Hear("STARTTLS"),
            say("220"),
            Encrypt,
            Hear("EHLO "),
            say(offer),
        ]
    };
    let secret = BASE64_STANDARD.encode("p@ss:w\\rd %#あ¥");
    let login = vec![
        Hear("AUTH LOGIN"),
        Say(b"334 \x83\x86\x81[\x83U\r\n".to_vec()),
        Hear("d2FyaWZ1"),
        say("334"),
        Hear(""),
        say("235 2.7.0 ok"),
        Hear("MAIL "),
        say("550 enough"),
    ];
    let plain = vec![Hear("AUTH PLAIN "), say("235"), Hear("MAIL "), say("550 enough")];
    let table = [
        ("250-mail.test\r\n250 AUTH LOGIN", login.clone()),
        ("250-mail.test\r\n250 auth=login", login),
        ("250-mail.test\r\n250 AUTH CRAM-MD5 LOGIN PLAIN", plain),
    ];
    for (offer, script) in table {
        let (port, server) = serve([before(offer), script].concat(), Some(acceptor.clone())).await;
        let outcome = outcome(&mailer(port, "starttls", &more)).await;
        assert_eq!(why(&outcome), "550 enough", "{offer}");
        let heard = server.await.unwrap();
        let whole = BASE64_STANDARD.encode("\0warifu\0p@ss:w\\rd %#あ¥");
        assert!(heard.iter().any(|line| *line == secret || line.ends_with(&whole)), "{heard:?}");
    }
    // The server repeats what it was told; nobody else does.
    let repeats = vec![Hear("AUTH PLAIN "), say("535 not \"p@ss:w\\rd %#あ¥\""), Hang];
    let script = [before("250-mail.test\r\n250 AUTH PLAIN"), repeats].concat();
    let (port, _server) = serve(script, Some(acceptor.clone())).await;
    let found = outcome(&mailer(port, "starttls", &more)).await;
    assert!(why(&found).contains("535") && !why(&found).contains("p@ss"), "{found:?}");
    for offer in ["250-mail.test\r\n250 AUTH CRAM-MD5 XOAUTH2", "250 mail.test"] {
        let (port, _server) = serve(before(offer), Some(acceptor.clone())).await;
        let outcome = outcome(&mailer(port, "starttls", &more)).await;
        assert!(why(&outcome).contains("PLAIN or LOGIN"), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_server_without_ehlo_takes_letters_where_nothing_has_to_be_agreed_upon() {
    for refusal in ["500", "502 \u{3042}", "504 no", "550 what"] {
        let script = vec![
            say("220"),
            Hear("EHLO "),
            say(refusal),
            Hear("HELO warifu.example.jp"),
            say("250"),
            Hear("MAIL "),
            say("250"),
            Hear("RCPT "),
            say("250"),
            Hear("DATA"),
            say("354"),
            HearText,
            say("250 ok"),
            Hear("QUIT"),
        ];
        let (outcome, _) = plain(script).await;
        assert_eq!(word(&outcome), "sent", "{refusal}: {outcome:?}");
    }
    let (outcome, _) = plain(vec![say("220"), Hear("EHLO "), say("451 later"), Hear("HELO")]).await;
    assert_eq!(why(&outcome), "451 later");
}

#[tokio::test]
async fn the_very_certificate_that_is_named_is_trusted_whatever_it_says_of_itself() {
    for (is_authority, has_name) in [(true, true), (true, false), (false, false), (false, true)] {
        let (_dir, path, acceptor) = certificate(is_authority, has_name);
        let script =
            || vec![Encrypt, say("220"), Hear("EHLO "), say("250"), Hear("MAIL "), say("550 here")];
        let (port, _server) = serve(script(), Some(acceptor.clone())).await;
        let found = outcome(&mailer(port, "tls", &trusting(&path))).await;
        assert_eq!(why(&found), "550 here", "{is_authority} {has_name}");
        // Another one is not.
        let (_other_dir, other, _) = certificate(is_authority, has_name);
        let (port, _server) = serve(script(), Some(acceptor)).await;
        let found = outcome(&mailer(port, "tls", &trusting(&other))).await;
        assert_eq!(word(&found), "server");
        assert!(why(&found).contains("trust_anchors_file"), "{found:?}");
    }
}

#[test]
fn no_server_makes_it_panic_or_believe_that_a_letter_was_taken() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let strategy = proptest::collection::vec(
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..60),
            proptest::string::string_regex("[2-5][0-9]{2}[ -]?[a-z]{0,5}\r?\n")
                .unwrap()
                .prop_map(String::into_bytes),
        ],
        0..6,
    );
    let run = runner.run(&strategy, |answers| {
        let taken = answers.len() >= 6;
        let script = answers.into_iter().flat_map(|answer| [Say(answer), Hear("")]).collect();
        let (outcome, _) = runtime.block_on(plain(script));
        // Six answers are needed: the greeting, EHLO, MAIL, RCPT, DATA and the text's.
        prop_assert!(taken || word(&outcome) != "sent", "{:?}", outcome);
        Ok(())
    });
    run.unwrap();
}
