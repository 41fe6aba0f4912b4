//! Takes out of a text what looks like a secret. Nothing secret should be in it; this is the last door.

/// What stands in the place of what was taken out.
const TAKEN_OUT: &str = "(removed)";

/// From so many characters on, a word of a random look is taken for a token or a key.
const LONG: usize = 24;

/// What announces a secret, in any case: the rest of its line is taken out.
const ANNOUNCING: [&str; 7] =
    ["password", "passphrase", "token", "bearer", "secret", "authorization", "cookie"];

/// The text without secrets, and with the user's home folder as `~`. `known` are the thumbprints that
/// may stay: they are no secret, and support needs them.
pub(crate) fn scrub(text: &str, home: Option<&str>, known: &[String]) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut in_key = false;
    for line in text.split_inclusive('\n') {
        if line.contains("-----BEGIN") {
            in_key = true;
            clean.push_str(TAKEN_OUT);
            clean.push('\n');
        }
        if !in_key {
            clean.push_str(&words(line, known));
        }
        if line.contains("-----END") {
            in_key = false;
        }
    }
    let Some(home) = home else { return clean };
    // As JSON writes it, too.
    clean.replace(&home.replace('\\', "\\\\"), "~").replace(home, "~")
}

fn words(line: &str, known: &[String]) -> String {
    let (before, secret) = announced(line);
    let mut clean = String::with_capacity(line.len());
    for piece in before.split_inclusive(is_edge) {
        let (word, edge) = match piece.char_indices().next_back() {
            Some((at, last)) if is_edge(last) => piece.split_at(at),
            Some(_) | None => (piece, ""),
        };
        if is_random(word, known) || is_transfer_code(word) || word.contains('@') {
            clean.push_str(TAKEN_OUT);
        } else {
            clean.push_str(word);
        }
        clean.push_str(edge);
    }
    if secret {
        clean.push_str(TAKEN_OUT);
        clean.push('\n');
    }
    clean
}

/// What of a line comes up to the name of a secret and its `=` or `:`, and whether there is one: where
/// the secret ends nobody can tell, so all that follows goes.
fn announced(line: &str) -> (&str, bool) {
    let lower = line.to_ascii_lowercase();
    let names = ANNOUNCING
        .iter()
        // A line may speak of a password before it names one.
        .flat_map(|name| lower.match_indices(name).map(move |(at, _)| (*name, at + name.len())));
    let ends = names.filter_map(|(name, after)| {
        let rest = &lower[after..];
        let sign = rest.find(|c: char| !matches!(c, '"' | '\'' | ' ' | '_' | '-'))?;
        let begins = rest[sign..].starts_with(['=', ':']) || name == "bearer";
        begins.then_some(after)
    });
    match ends.min() {
        Some(end) => (&line[..end], true),
        None => (line, false),
    }
}

fn is_edge(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '=' | ',' | ';' | '(' | ')' | '<' | '>' | '[' | ']' | '{' | '}')
}

/// Long, and of the characters that tokens and keys are written with; two kinds of them, so that a
/// long plain word or number stays.
fn is_random(word: &str, known: &[String]) -> bool {
    let word = word.trim_matches(|c: char| matches!(c, ':' | '.'));
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let digits = word.chars().any(|c| c.is_ascii_digit());
    let letters = word.chars().any(|c| c.is_ascii_alphabetic());
    word.len() >= LONG
        && digits
        && letters
        && word.chars().all(base64)
        && !known.iter().any(|thumbprint| thumbprint == word)
}

fn is_transfer_code(word: &str) -> bool {
    word.len() == 14 && word.parse::<warifu_protocol::TransferCode>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_out_secrets_and_leaves_the_rest() {
        let thumbprint = "ab12".repeat(16);
        let known = [thumbprint.clone()];
        let kept = format!("GET /v1/identity 200 certificate {thumbprint} took_ms=12\n");
        assert_eq!(scrub(&kept, None, &known), kept);
        assert!(!scrub(&kept, None, &[]).contains(&thumbprint));
        let kept = "\"check\": \"server-certificate\", \"milliseconds\": 12 password-rejected\n";
        assert_eq!(scrub(kept, None, &[]), kept);
        let table = [
            ("Authorization: Bearer abc", "abc"),
            ("Proxy-Authorization: Basic dXNlcjpjYW5hcnk=", "dXNl"),
            ("password=Sakura-2026 x", "Sakura-2026"),
            ("password=\"ab,canary\"", "canary"),
            ("password refused: password=canary", "canary"),
            ("password: two words", "words"),
            (r#"{"password":"Sakura-2026"}"#, "Sakura-2026"),
            ("code 7KXM-2QRD-9HVT shown", "7KXM"),
            ("http://user:pw@proxy:80/", "pw@"),
            ("user:pw@proxy:80", "pw@"),
            ("t=Zm9vYmFyMTIzNDU2Nzg5MEFCQ0RFRg", "Zm9v"),
            ("0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "0a1b"),
            ("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\nafter", "MIGH"),
        ];
        for (text, secret) in table {
            assert!(!scrub(text, None, &[]).contains(secret), "{text}");
        }
        assert_eq!(scrub("/home/tanaka/x", Some("/home/tanaka"), &[]), "~/x");
        let windows = r"C:\Users\tanaka";
        assert_eq!(scrub(r#""C:\\Users\\tanaka\\x""#, Some(windows), &[]), r#""~\\x""#);
    }

    proptest! {
        #[test]
        fn a_token_is_found_wherever_it_stands(
            token in "[A-Za-z]{12}[0-9]{6}[A-Za-z0-9+/_-]{10,30}",
            before in "[ -~]{0,20}",
            after in "[ -~]{0,20}",
        ) {
            let text = format!("{before} {token} {after}");
            prop_assert!(!scrub(&text, None, &[]).contains(&token));
        }

        #[test]
        fn scrubbing_never_panics(text in ".{0,200}") {
            let _ = scrub(&text, None, &[]);
        }
    }
}
