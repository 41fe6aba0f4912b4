use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use proptest::prelude::*;

use super::*;

const NOW: i64 = 1_900_000_000;
const CUSTOMER: &str = "10000001";

fn signing_key(seed: u8) -> (SigningKey, Key) {
    let key = SigningKey::from_slice(&[seed; 32]).unwrap();
    let point = key.verifying_key().to_sec1_point(false).as_bytes().to_vec();
    (key, Key::of_point(&point).unwrap())
}

fn signed_by(seed: u8, checkpoint: &Checkpoint) -> Signed {
    let (private, key) = signing_key(seed);
    let signature = |message: &[u8]| {
        let signature: Signature = private.sign(message);
        Some(signature.to_der().as_bytes().to_vec())
    };
    sign(checkpoint, &key, signature).unwrap()
}

fn joint() -> Joint {
    Joint { seq: 12, hash: Hash([7; 32]) }
}

/// So many rows, each following the one before.
fn lines(count: i64) -> Vec<Line> {
    let mut previous = joint().hash;
    let chained = (1..=count).map(|place| {
        let provider = place % 3 == 0;
        let mut line = Line {
            place,
            at: NOW - 1000 + place,
            actor_kind: Some(String::from(if provider { "provider" } else { "user" })),
            actor: (!provider).then(|| String::from("tanaka")),
            veiled: provider.then_some(Hash([9; 32])),
            act: String::from("login"),
            customer: Some(String::from(CUSTOMER)),
            subject: Some(String::from("tanaka")),
            certificate: None,
            device: None,
            address: Some(String::from("192.0.2.1")),
            reason: None,
            times: (place % 2 == 0).then_some(2),
            hash: ZERO,
        };
        line.hash = hash(Place::In(CUSTOMER, place), &line.row().unwrap(), &previous.0);
        previous = line.hash;
        line
    });
    chained.collect()
}

fn checkpoint_of(lines: &[Line]) -> Checkpoint {
    let place = i64::try_from(lines.len()).unwrap();
    let hash = lines.last().map_or(joint().hash, |line| line.hash);
    let head = Head { chain: CUSTOMER.to_owned(), place, hash };
    Checkpoint::new(Hash([1; 32]), NOW, joint(), vec![head])
}

fn file(signed: &Signed, lines: &[Line]) -> Vec<u8> {
    let opening = serde_json::to_string(&Opening { signed: signed.clone() }).unwrap();
    let lines = lines.iter().map(|line| serde_json::to_string(line).unwrap());
    let all: Vec<_> = std::iter::once(opening).chain(lines).collect();
    (all.join("\n") + "\n").into_bytes()
}

fn export(seed: u8, lines: &[Line]) -> Vec<u8> {
    file(&signed_by(seed, &checkpoint_of(lines)), lines)
}

fn fingerprint(seed: u8) -> Fingerprint {
    signing_key(seed).1.fingerprint()
}

#[test]
fn a_whole_export_is_believed_by_the_fingerprint_of_its_key() {
    for count in [0, 1, 2, 7] {
        let file = export(1, &lines(count));
        for expected in [None, Some(fingerprint(1))] {
            let export = read(&file, expected, NOW).unwrap();
            assert_eq!((export.customer.as_str(), export.rows), (CUSTOMER, count));
        }
        let other = read(&file, Some(fingerprint(2)), NOW).unwrap_err();
        assert_eq!(other, Refused::OtherKey(fingerprint(1)).into());
    }
}

#[test]
fn rows_that_were_rewritten_cut_reordered_or_joined_are_told_apart() {
    let whole = lines(6);
    let signed = signed_by(1, &checkpoint_of(&whole));
    let read = |lines: &[Line]| read(&file(&signed, lines), None, NOW).unwrap_err();
    assert_eq!(read(&whole[..5]), NotWhole::CutOffAfter(5));
    assert_eq!(read(&[]), NotWhole::CutOffAfter(0));
    assert_eq!(read(&whole[1..]), NotWhole::BrokenAt(1));
    assert_eq!(read(&[&whole[..2], &whole[3..]].concat()), NotWhole::BrokenAt(3));
    assert_eq!(read(&[&whole[..3], &whole[2..]].concat()), NotWhole::BrokenAt(4));
    assert_eq!(read(&lines(7)), NotWhole::NotSigned(6));
    let mut swapped = whole.clone();
    swapped.swap(1, 2);
    assert_eq!(read(&swapped), NotWhole::BrokenAt(2));
    let mut edited = whole.clone();
    edited[3].subject = None;
    assert_eq!(read(&edited), NotWhole::BrokenAt(4));
    // All of it hashed anew.
    let mut previous = joint().hash;
    for line in &mut edited {
        line.hash = hash(Place::In(CUSTOMER, line.place), &line.row().unwrap(), &previous.0);
        previous = line.hash;
    }
    assert_eq!(read(&edited), NotWhole::NotSigned(6));
    // And signed anew, with another key.
    let forged = file(&signed_by(2, &checkpoint_of(&edited)), &edited);
    let refused = super::read(&forged, Some(fingerprint(1)), NOW).unwrap_err();
    assert_eq!(refused, Refused::OtherKey(fingerprint(2)).into());
}

#[test]
fn what_no_hash_covers_is_refused() {
    let whole = lines(2);
    let signed = signed_by(1, &checkpoint_of(&whole));
    let text = String::from_utf8(file(&signed, &whole)).unwrap();
    for (from, to, line) in [
        ("\"place\":1,", "\"place\":1,\"note\":\"x\",", 2),
        ("\"actor\":\"tanaka\",\"veiled\":null", "\"actor\":null,\"veiled\":null", 2),
        ("\n{\"place\":2", "\n\n{\"place\":2", 3),
    ] {
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        assert_eq!(read(changed.as_bytes(), None, NOW), Err(NotWhole::Line(line)), "{to}");
    }
}

#[test]
fn a_checkpoint_from_the_future_is_told_from_one_that_was_altered() {
    let checkpoint = checkpoint_of(&lines(3));
    let signed = signed_by(1, &checkpoint);
    assert_eq!(signed.open(NOW).unwrap(), checkpoint);
    assert_eq!(signed.open(NOW - 300).unwrap(), checkpoint);
    assert_eq!(signed.open(NOW - 301), Err(Refused::Future(301)));
    let json = serde_json::to_value(&signed).unwrap();
    for field in ["checkpoint", "signature"] {
        let mut altered = json.clone();
        altered[field] =
            serde_json::to_value(signed_by(1, &checkpoint_of(&lines(2)))).unwrap()[field].clone();
        let altered = Signed::read(altered.to_string().as_bytes()).unwrap();
        assert_eq!(altered.open(NOW), Err(Refused::Altered), "{field}");
    }
    let mut other = json;
    other["key"] = serde_json::to_value(signing_key(2).1).unwrap();
    assert_eq!(
        Signed::read(other.to_string().as_bytes()).unwrap().open(NOW),
        Err(Refused::Altered)
    );
    for bytes in [&b""[..], b"{}", b"null", b"\xff"] {
        assert_eq!(Signed::read(bytes), Err(Refused::Unreadable));
    }
}

#[test]
fn a_key_goes_into_a_file_and_comes_back() {
    let (_, key) = signing_key(1);
    let pem = key.to_pem().unwrap();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{pem}");
    for text in [pem.clone(), format!("\n{}\r\n", pem.replace('\n', "\r\n"))] {
        assert_eq!(Key::of_pem(text.as_bytes()), Some(key.clone()), "{text:?}");
    }
    let long = format!("{pem}{}", "\n".repeat(5000));
    for text in ["", "x", &pem[..pem.len() / 2], &pem.replace("PUBLIC", "PRIVATE"), &long] {
        assert_eq!(Key::of_pem(text.as_bytes()), None, "{text:?}");
    }
}

#[test]
fn a_fingerprint_is_read_however_it_was_written_down() {
    let fingerprint = fingerprint(1);
    let text = fingerprint.to_string();
    assert_eq!(text.len(), 64 + 15);
    for written in
        [text.clone(), text.to_uppercase(), text.replace('-', ""), text.replace('-', ":")]
    {
        assert_eq!(written.parse(), Ok(fingerprint), "{written}");
    }
    for wrong in ["", "ab", &text[1..], &format!("{text}0"), &text.replace('-', "x")] {
        wrong.parse::<Fingerprint>().unwrap_err();
    }
}

proptest! {
    #[test]
    fn no_byte_of_an_export_can_be_changed(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut file = export(1, &lines(4));
        let at = at.index(file.len() - 1);
        prop_assume!(file[at] != to && !(file[at].is_ascii_whitespace() && to.is_ascii_whitespace()));
        file[at] = to;
        prop_assert!(read(&file, Some(fingerprint(1)), NOW).is_err(), "{at}");
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[{}\":a-z0-9,\n\\[\\]]{0,200}") {
        let _ = Signed::read(&bytes).and_then(|signed| signed.open(NOW));
        read(&bytes, None, NOW).unwrap_err();
        read(text.as_bytes(), None, NOW).unwrap_err();
    }
}
