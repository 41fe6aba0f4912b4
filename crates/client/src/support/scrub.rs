//! Takes out of a text what looks like a secret. Nothing secret should be in it; this is the last door.

/// What stands in the place of what was taken out.
const TAKEN_OUT: &str = "(removed)";

/// From so many characters on, a word of a random look is taken for a token or a key. Thumbprints are
/// longer, and no secret: they are all lower-case hexadecimal.
const LONG: usize = 24;

/// The text without secrets, and with the user's home folder as `~`.
pub(super) fn scrub(text: &str, home: Option<&str>) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut in_key = false;
    for line in text.split_inclusive('\n') {
        if line.contains("-----BEGIN") {
            in_key = true;
            clean.push_str(TAKEN_OUT);
            clean.push('\n');
        }
        if !in_key {
            clean.push_str(&words(line));
        }
        if line.contains("-----END") {
            in_key = false;
        }
    }
    match home {
        Some(home) => clean.replace(home, "~"),
        None => clean,
    }
}

fn words(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let mut secret_next = false;
    for piece in line.split_inclusive(is_edge) {
        let (word, edge) = match piece.char_indices().next_back() {
            Some((at, last)) if is_edge(last) => piece.split_at(at),
            Some(_) | None => (piece, ""),
        };
        let lower = word.to_ascii_lowercase();
        let announced = secret_next && !word.is_empty();
        if announced || is_token(word) || is_transfer_code(word) || has_credentials(word) {
            clean.push_str(TAKEN_OUT);
        } else {
            clean.push_str(word);
        }
        clean.push_str(edge);
        if !word.is_empty() {
            let names = ["password", "passphrase", "token", "bearer", "secret", "authorization"];
            // `Authorization: Bearer x` announces twice.
            secret_next = names.iter().any(|name| lower.contains(name));
        }
    }
    clean
}

fn is_edge(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '=' | ',' | ';' | '(' | ')' | '<' | '>' | '[' | ']' | '{' | '}')
}

fn is_token(word: &str) -> bool {
    let word = word.trim_matches(|c: char| matches!(c, ':' | '.'));
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let thumbprint =
        word.len() == 64 && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let mixed = word.chars().any(|c| c.is_ascii_digit())
        && word.chars().any(|c| c.is_ascii_lowercase())
        && word.chars().any(|c| c.is_ascii_uppercase());
    word.len() >= LONG && !thumbprint && mixed && word.chars().all(base64)
}

fn is_transfer_code(word: &str) -> bool {
    word.len() == 14 && word.parse::<warifu_protocol::TransferCode>().is_ok()
}

/// `https://name:password@host`.
fn has_credentials(word: &str) -> bool {
    word.split_once("://").is_some_and(|(_, rest)| {
        rest.split(['/', '?']).next().is_some_and(|authority| authority.contains('@'))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_out_secrets_and_leaves_the_rest() {
        let thumbprint = "ab12".repeat(16);
        let kept = format!("GET /v1/identity 200 certificate {thumbprint} took_ms=12\n");
        assert_eq!(scrub(&kept, None), kept);
        let table = [
            ("Authorization: Bearer abc", "abc"),
            ("password=Sakura-2026 x", "Sakura-2026"),
            (r#"{"password":"Sakura-2026"}"#, "Sakura-2026"),
            ("code 7KXM-2QRD-9HVT shown", "7KXM"),
            ("http://user:pw@proxy:80/", "pw@"),
            ("t=Zm9vYmFyMTIzNDU2Nzg5MEFCQ0RFRg", "Zm9v"),
            ("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\nafter", "MIGH"),
        ];
        for (text, secret) in table {
            assert!(!scrub(text, None).contains(secret), "{text}");
        }
        assert_eq!(scrub("/home/tanaka/x", Some("/home/tanaka")), "~/x");
    }

    proptest! {
        #[test]
        fn a_token_is_found_wherever_it_stands(before in "[ -~]{0,20}", after in "[ -~]{0,20}") {
            let token = "Q2FuYXJ5VG9rZW4xMjM0NTY3ODkwYWJjREVG";
            let text = format!("{before} {token} {after}");
            prop_assert!(!scrub(&text, None).contains(token));
        }

        #[test]
        fn scrubbing_never_panics(text in ".{0,200}") {
            let _ = scrub(&text, None);
        }
    }
}
