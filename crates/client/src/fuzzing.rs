//! What the fuzz targets reach of this crate: the readers of what others wrote, and the life of an
//! identity under any sequence of events.

use crate::{
    Failure,
    flows::{
        columns::{Layout, headings_in},
        spreadsheet,
    },
    model::{
        certificate::Certificate,
        identity::{Action, DAY, Event, State, Withdrawal},
        link::Link,
        profile::Profile,
    },
    net::proxy::tunnel,
    store::state::StateRow,
    support::{
        diagnosis::desktop::{Entry, is_name_of_entry, is_named, program_of},
        scrub,
    },
};

/// The cells of a file of users, each record with the line where it begins.
///
/// # Errors
///
/// What the app says of the file.
pub fn read_users(bytes: &[u8], most: usize) -> Result<Vec<(u32, Vec<String>)>, Failure> {
    let records = spreadsheet::read(bytes, most, headings_in)?;
    // Whether it finds its columns is for the person to mend; that it can look for them is not.
    let _ = Layout::take(&mut records.clone());
    Ok(records.into_iter().map(|record| (record.line, record.cells)).collect())
}

/// A file as the app writes it.
///
/// # Errors
///
/// None that happens: memory takes all that is written.
pub fn write_users(records: Vec<Vec<String>>) -> Result<Vec<u8>, Failure> {
    spreadsheet::write(records)
}

/// A connection profile as it is kept, read from the bytes of a file.
///
/// # Errors
///
/// What the app says of the file.
pub fn read_profile(bytes: &[u8]) -> Result<warifu_protocol::ConnectionProfile, Failure> {
    let text = Profile::text(bytes)?;
    Ok(Profile::parse(&text)?.content)
}

/// How a proxy's answer is read of which `piece` bytes can be seen at once: the bytes that are the
/// answer's, its status, and whether it offers Basic.
#[must_use]
pub fn read_proxy_answer(bytes: &[u8], piece: usize) -> Option<(usize, u16, bool)> {
    tunnel::read_answer(bytes, piece)
}

/// Reads a link of a page; its issuer and the name of its request.
#[must_use]
pub fn read_link(text: &str) -> Option<(String, String)> {
    Link::parse(text).map(|link| (link.issuer, link.request.expose().to_owned()))
}

/// A desktop entry's name as it is shown, and whether it starts the app with a link.
#[must_use]
pub fn read_desktop_entry(bytes: &[u8]) -> (String, bool) {
    let Entry { name, takes_links } = Entry::read(bytes);
    (name, takes_links)
}

/// Whether a desktop entry of this name is looked for.
#[must_use]
pub fn is_desktop_entry(name: &str) -> bool {
    is_name_of_entry(name)
}

/// The program that a command line in Windows' registry starts, and whether it is the app's.
#[must_use]
pub fn read_invocation(command: &str) -> Option<(&str, bool)> {
    let program = program_of(command)?;
    Some((program, is_named(program, "warifu")))
}

/// A text as it may leave the PC.
#[must_use]
pub fn scrub(text: &str, home: Option<&str>) -> String {
    scrub::scrub(text, home, &[])
}

/// Lives through the events that the bytes stand for, two for each.
///
/// # Panics
///
/// When a key is lost that is needed, or kept that nobody knows; when a certificate that opens doors is
/// given up without the backend's word; when a state cannot be stored.
pub fn live(bytes: &[u8]) {
    let mut state: Option<State> = None;
    for pair in bytes.chunks_exact(2) {
        let event = event(pair[0], pair[1]);
        let withdrawn = matches!(event, Event::Withdrawn { .. });
        let Ok((next, actions)) = State::apply(state.clone(), event.clone()) else { continue };
        let deleted: Vec<_> = actions.into_iter().map(|Action::DeleteKey(key)| key).collect();
        for key in state.iter().flat_map(State::keys) {
            let kept = next.keys().any(|needed| needed == key);
            assert!(kept != deleted.contains(key), "{state:?} + {event:?}: {key}");
        }
        let opens = |state: &State| state.credential(0).is_some();
        assert!(
            withdrawn || opens(&next) || !state.as_ref().is_some_and(opens),
            "{state:?} + {event:?}: no certificate is left"
        );
        if let State::Replacing { before, .. } = &next {
            assert!(!matches!(**before, State::Replacing { .. }), "{state:?} + {event:?}");
        }
        let stored = serde_json::to_string(&StateRow::from(&next)).unwrap_or_default();
        let read = serde_json::from_str::<StateRow>(&stored).ok().map(State::from);
        assert_eq!(read.as_ref(), Some(&next), "{stored}");
        for now in [-1, 0, 365 * DAY + 1] {
            let _ = next.standing(now, 28);
        }
        state = Some(next);
    }
}

/// One of all events about a few keys.
fn event(kind: u8, keys: u8) -> Event {
    let name = |number: u8| format!("k{}", number % 4);
    let certificate = |number: u8| Certificate {
        der: vec![number % 4],
        issuer_der: Vec::new(),
        issuer: String::new(),
        not_before: 0,
        not_after: 365 * DAY,
    };
    let (key, other) = (keys, keys / 4);
    match kind % 8 {
        0 => Event::KeyMade(name(key)),
        1 => Event::CertificateReceived { key: name(key), certificate: certificate(key) },
        2 => Event::RenewalKeyMade { key: name(key), next: name(other) },
        3 => Event::RenewalReceived { next: name(key), certificate: certificate(key) },
        4 => Event::RenewalAbandoned { next: name(key) },
        5 => Event::UseStarted { next: name(key) },
        6 => Event::Withdrawn { key: name(key), why: Withdrawal::Revoked },
        _ => Event::Withdrawn { key: name(key), why: Withdrawal::Superseded },
    }
}
