//! The targets: each takes any bytes, and panics where something is not as it must be.
#![expect(clippy::expect_used, reason = "a target tells by its panic what it has found")]

use warifu_keystore::{KeyError, KeyReference};
use warifu_logo::Logo;
use warifu_protocol::{ConnectionProfile, ListenerUrl};
use warifu_tpm::{Handle, KeyFile, Public, command as tpm};

/// A reader and what is known of its inputs.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and its corpus'.
    pub name: &'static str,
    /// Reads an input.
    pub run: fn(&[u8]),
    /// What inputs are made of.
    pub words: &'static [&'static [u8]],
}

/// All of them.
pub const TARGETS: [Target; 14] = [
    Target {
        name: "certificate-request",
        run: certificate_request,
        words: &[
            b"\x30\x82",
            b"\x02\x01\x00",
            b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
            b"\xa0\x00",
        ],
    },
    Target {
        name: "pkcs12",
        run: pkcs12,
        words: &[b"\x30\x82", b"\x24\x80", b"\x00\x00", b"\x02\x03\x01\x86\xa1", b"\x04\x00"],
    },
    Target {
        name: "users",
        run: users,
        words: &[
            b"\"",
            b",",
            b";",
            b"\t",
            b"\r",
            b"\n",
            b"\r\n",
            b"sep=;",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"=",
            b"'",
            b"\x1a",
            b"\0",
            b"User ID",
            "ユーザID".as_bytes(),
            "\u{3000}".as_bytes(),
            "\u{200b}".as_bytes(),
        ],
    },
    Target {
        name: "profile",
        run: profile,
        words: &[
            b"{",
            b"}",
            b"\"",
            b"null",
            b"1e999",
            b"\\u0000",
            b"https://",
            b"@",
            b"[::1]",
            b"\"id\":\"a\",",
            b"\"serial\":18446744073709551615,",
            b"-----BEGIN CERTIFICATE-----",
            b"\xef\xbb\xbf",
        ],
    },
    Target {
        name: "proxy-answer",
        run: proxy_answer,
        words: &[
            b"\r\n",
            b"\n",
            b"\r\n\r\n",
            b"HTTP/1.1 ",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"407",
            b"200",
            b"101",
            b"Proxy-Authenticate: ",
            b"Basic realm=\"",
            b"NTLM",
            b", ",
        ],
    },
    Target {
        name: "link",
        run: link,
        words: &[
            b"warifu:",
            b"authorize?",
            b"issuer=",
            b"request=",
            b"browser=",
            b"&",
            b"%3A%2F%2F",
            b"%00",
            b"https://",
            b"\"",
            b" --add-profile ",
            b"|",
        ],
    },
    Target {
        name: "opener",
        run: opener,
        words: &[
            b"[Desktop Entry]\n",
            b"Name=",
            b"Exec=",
            b"warifu",
            b" --link ",
            b"%u",
            b".desktop",
            b"../",
            b".exe",
            b"\"",
            b"\\",
            b"\x1b[",
            "\u{202e}".as_bytes(),
        ],
    },
    Target {
        name: "scrub",
        run: scrub,
        words: &[
            b"password",
            b"token=",
            b": ",
            b"\"",
            b"\n",
            b"-----BEGIN ",
            b"-----END ",
            b"@",
            b"Bearer ",
            b"/home/taro",
            "パスワード".as_bytes(),
        ],
    },
    Target {
        name: "identity",
        run: identity,
        words: &[&[0, 0, 1, 0], &[2, 4, 3, 1], &[5, 1], &[6, 0], &[7, 1]],
    },
    Target {
        name: "logo",
        run: logo,
        words: &[
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 1\">",
            b"</svg>",
            b"<script>",
            b"<use href=\"#a\"/>",
            b"<image href=\"",
            b"url(",
            b"@import ",
            b" onload=\"",
            b"<!DOCTYPE svg [<!ENTITY a \"",
            b"&a;",
            b"<![CDATA[",
            b"<?xml-stylesheet href=\"",
            b"data:",
            b"http://",
            b"\xef\xbb\xbf",
            b"\x89PNG\r\n\x1a\n",
            b"\0\0\0\rIHDR",
            b"acTL",
        ],
    },
    Target {
        name: "tpm-answer",
        run: tpm_answer,
        words: &[
            b"\x80\x01\0\0",
            b"\x80\x02\0\0",
            b"\0\0\0\0",
            b"\0\x20",
            b"\0\x23\0\x0b",
            b"\0\x10",
            b"\x80\0\0\x01",
            b"\xffTCG\x80\x17",
            b"\xff\xff",
        ],
    },
    Target {
        name: "record",
        run: record,
        words: &[
            b"{",
            b"}",
            b"\n",
            b"null",
            b"{\"signed\":{\"checkpoint\":\"",
            b"\"signature\":\"",
            b"\"place\":9223372036854775807,",
            b"\"veiled\":",
            b"\\u0000",
        ],
    },
    Target {
        name: "tpm-container",
        run: tpm_container,
        words: &[
            b"Parent: ",
            b"Seal: ",
            b"000b",
            b"\n",
            b"-----BEGIN TSS2 PRIVATE KEY-----\n",
            b"0",
        ],
    },
    Target {
        name: "tpm-key-file",
        run: tpm_key_file,
        words: &[
            b"-----BEGIN TSS2 PRIVATE KEY-----\n",
            b"-----END ",
            b"\n",
            b"=",
            b"MIHy",
            b"oAMBAQA",
        ],
    },
];

/// A certificate request is taken only if it is one whole structure, signed with the P-256 key in it
/// (RFC 2986 §4.2).
pub fn certificate_request(bytes: &[u8]) {
    let Some(spki) = warifu_backend::requested_key(bytes) else { return };
    assert_eq!((spki.len(), spki[26]), (91, 4), "not an uncompressed point on P-256");
    assert!(bytes.windows(spki.len()).any(|part| part == spki), "a key that is not in the request");
    assert_eq!(warifu_backend::requested_key(bytes), Some(spki), "not the same twice");
    let longer = [bytes, &[0]].concat();
    assert_eq!(warifu_backend::requested_key(&longer), None, "something stands behind it");
}

/// The customer's export of the corpus: of a backend that is no more.
const EXPORT: &[u8] = include_bytes!("../corpus/record/export.jsonl");

/// Nothing is believed under the key of the corpus but what that has signed, and all of it; and whatever is
/// believed has as many rows as were signed.
pub fn record(bytes: &[u8]) {
    use warifu_record::{Signed, read};
    if let Ok(signed) = Signed::read(bytes)
        && let Ok(checkpoint) = signed.open(i64::MAX)
    {
        let again = signed.to_bytes().expect("a checkpoint is JSON");
        let again = Signed::read(&again).and_then(|signed| signed.open(i64::MAX));
        assert_eq!(again, Ok(checkpoint), "not the same when read back");
    }
    let own = read(EXPORT, None, i64::MAX).expect("the export of the corpus");
    if let Ok(export) = read(bytes, None, i64::MAX) {
        assert_eq!(export.checkpoint.chains[0].place, export.rows, "other rows than were signed");
    }
    if let Ok(export) = read(bytes, Some(own.key.fingerprint()), i64::MAX) {
        assert_eq!(export, own, "something else than was signed");
    }
}

/// The container of the corpus: made for it, and nobody's.
const CONTAINER: &[u8] = include_bytes!("../corpus/pkcs12/own.p12");
/// What opens it.
const REFERENCE: &str = "000102030405060708090a0b0c0d0e0f";
const PASSWORD: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// No container opens but the one that the keystore itself has made, to the byte: anything else is
/// damaged, whatever it is.
pub fn pkcs12(bytes: &[u8]) {
    let reference: KeyReference = REFERENCE.parse().expect("a reference");
    match warifu_keystore::read_container(bytes, &reference, PASSWORD) {
        Ok(()) => assert!(bytes == CONTAINER, "a container that the keystore has not made"),
        Err(KeyError::Damaged { .. }) => {
            assert!(bytes != CONTAINER, "its own container does not open")
        }
        Err(error) => panic!("neither a key nor damaged: {error:?}"),
    }
}

/// The TPM key of the corpus: of a TPM in software that is no more.
const TPM_CONTAINER: &[u8] = include_bytes!("../corpus/tpm-container/own.tpm");

/// No TPM key's file opens but the one that the keystore itself has made, to the byte.
pub fn tpm_container(bytes: &[u8]) {
    let reference: KeyReference = REFERENCE.parse().expect("a reference");
    match warifu_keystore::read_tpm_container(bytes, &reference, PASSWORD) {
        Ok(()) => assert!(bytes == TPM_CONTAINER, "a file that the keystore has not made"),
        Err(KeyError::Damaged { .. }) => {
            assert!(bytes != TPM_CONTAINER, "its own file does not open")
        }
        Err(error) => panic!("neither a key nor damaged: {error:?}"),
    }
}

/// The most users of a file here.
const MOST: usize = 50;

/// Records come in the order of their lines, without what is empty, and no more than asked for; what
/// the app writes of them it reads back as the same.
pub fn users(bytes: &[u8]) {
    let Ok(records) = warifu_client::fuzzing::read_users(bytes, MOST) else { return };
    assert!(records.len() <= MOST + 1, "{} records", records.len());
    assert!(records.windows(2).all(|pair| pair[0].0 < pair[1].0), "lines out of order");
    let ends = |cells: &[String]| cells.last().is_none_or(|last| last.trim().is_empty());
    let headings = vec![String::from("User ID"), String::from("E-mail")];
    let mut written = vec![headings];
    for (_, cells) in records {
        assert!(cells.iter().all(|cell| !cell.contains('\0')), "a character that no text holds");
        // Blanks that somebody has guarded are not kept a second time, and cells with the headings of
        // another separator may outdo those of the file.
        let is_plain = cells
            .iter()
            .all(|cell| cell.trim_matches(is_blank) == cell && !cell.contains([';', '|', '\t']));
        if is_plain && !ends(&cells) {
            written.push(cells);
        }
    }
    let file = warifu_client::fuzzing::write_users(written.clone()).expect("memory takes it");
    let read = warifu_client::fuzzing::read_users(&file, MOST + 2).expect("its own file");
    let read: Vec<_> = read.into_iter().map(|(_, cells)| cells).collect();
    assert_eq!(read, written);
}

/// What is taken away around a cell.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A profile that is taken can be reached over TLS alone, trusts somebody, and is the same when it is
/// read back from where it was kept.
pub fn profile(bytes: &[u8]) {
    let Ok(profile) = warifu_client::fuzzing::read_profile(bytes) else { return };
    for listener in [&profile.enrolment_url, &profile.service_url] {
        let listens: ListenerUrl = listener.parse().expect("an address of a listener");
        let address = listens.url();
        assert_eq!(address.scheme(), "https", "{listener}");
        assert!(address.host_str().is_some_and(|host| !host.is_empty()), "{listener}");
        assert!(address.username().is_empty() && address.password().is_none(), "{listener}");
    }
    assert!(!profile.trust_anchors.is_empty(), "trusts nobody");
    let kept = serde_json::to_vec(&profile).expect("a profile is JSON");
    if kept.len() > ConnectionProfile::MAX_BYTES {
        return;
    }
    let again = warifu_client::fuzzing::read_profile(&kept);
    assert_eq!(again.ok().as_ref(), Some(&profile), "not the same when read back");
}

/// What a proxy answers means the same in however many pieces it comes, and of what follows it not one
/// byte is taken.
pub fn proxy_answer(bytes: &[u8]) {
    use warifu_client::fuzzing::read_proxy_answer as read;
    let whole = read(bytes, bytes.len().max(1));
    for piece in [1, 2, 3, 7, 64] {
        assert_eq!(read(bytes, piece), whole, "in pieces of {piece}");
    }
    let Some((taken, status, _)) = whole else { return };
    assert!((101..=999).contains(&status) && bytes[..taken].ends_with(b"\n"), "{status}, {taken}");
    let mut tunnelled = bytes[..taken].to_vec();
    tunnelled.extend_from_slice(b"\x16\x03\x01\n\n");
    assert_eq!(read(&tunnelled, tunnelled.len()), whole, "what comes through the tunnel was read");
}

/// Whatever stands around them, a token, a password, an address and a key are taken out.
pub fn scrub(bytes: &[u8]) {
    const HOME: &str = "/home/taro";
    const SECRETS: [(&str, &str); 5] = [
        ("q7Rk2mVx9TzLw4NcHs8YbE5u", "q7Rk2mVx9TzLw4NcHs8YbE5u"),
        ("password=canary.1", "canary.1"),
        ("taro@example.jp", "taro@"),
        ("7KXM-2QRD-9HVT", "7KXM"),
        ("\n-----BEGIN PRIVATE KEY-----\ncanary.2\n-----END PRIVATE KEY-----\n", "canary.2"),
    ];
    let text = String::from_utf8_lossy(bytes);
    let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at(middle);
    for (planted, secret) in SECRETS {
        if text.contains(secret) {
            continue;
        }
        let clean =
            warifu_client::fuzzing::scrub(&format!("{before} {planted} {after}"), Some(HOME));
        assert!(!clean.contains(secret), "{secret} is still in: {clean}");
        assert!(!clean.contains(HOME), "the home folder is still in: {clean}");
    }
}

/// Any events in any order; see [`warifu_client::fuzzing::live`].
pub fn identity(bytes: &[u8]) {
    warifu_client::fuzzing::live(bytes);
}

/// A link is short and visible ASCII, names an origin, and a request of 256 bits.
pub fn link(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some((issuer, request)) = warifu_client::fuzzing::read_link(text) else { return };
    assert!(
        bytes.len() <= 512 && bytes.iter().all(u8::is_ascii_graphic),
        "not as a page writes it"
    );
    assert!(
        !bytes.iter().any(|byte| b"\"\\|<>".contains(byte)),
        "what a shell would read otherwise"
    );
    let host = issuer.strip_prefix("https://").or_else(|| issuer.strip_prefix("http://"));
    assert!(host.is_some_and(|host| !host.contains(['/', '?', '#', '@'])), "more than an origin");
    assert_eq!(request.len(), 43, "another length");
    assert!(text.contains(&request), "a request that is not in the link");
}

/// Whoever opens links: of a desktop entry one short line is shown, an entry is looked for in its folder
/// alone, and the program of a command line is a part of it.
pub fn opener(bytes: &[u8]) {
    let (name, _) = warifu_client::fuzzing::read_desktop_entry(bytes);
    assert!(name.chars().count() <= 80 && !name.chars().any(char::is_control), "{name:?}");
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if warifu_client::fuzzing::is_desktop_entry(text) {
        let path = std::path::Path::new(text);
        assert_eq!(path.file_name(), Some(path.as_os_str()), "another folder");
        assert!(!text.starts_with(['-', '.']), "an option, or a hidden file");
    }
    if let Some((program, is_app)) = warifu_client::fuzzing::read_invocation(text) {
        assert!(text.contains(program) && !program.chars().any(char::is_control), "{program:?}");
        let lower = program.to_ascii_lowercase();
        assert!(!is_app || lower.ends_with("warifu.exe"), "{program:?}");
    }
}

/// A logo is within its bounds, the same after its way through Base64, and a drawing leads to nothing
/// outside of itself.
pub fn logo(bytes: &[u8]) {
    let Ok(logo) = Logo::read(bytes.to_vec()) else { return };
    assert!(bytes.len() <= Logo::MAX_BYTES && logo.content() == bytes, "not what was given");
    let (width, height) = logo.size();
    assert!(width > 0.0 && height > 0.0, "{width} by {height}");
    assert!(width <= 10.0 * height && height <= 2.0 * width, "{width} by {height}");
    assert_eq!(Logo::from_base64(&logo.to_base64()).as_ref(), Some(&logo));
    if logo.media_type() == "image/svg+xml" {
        let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
        for active in ["<script", "<foreignobject", "<!doctype", "<!entity", "<?xml-stylesheet"] {
            assert!(!text.contains(active), "{active}");
        }
    }
}

/// What a TPM answers to the command that the first byte names: it is taken to its last byte, and a key in
/// it is written as it was read.
pub fn tpm_answer(bytes: &[u8]) {
    let Some((which, answer)) = bytes.split_first() else { return };
    let (key, template) = (Handle(0x8000_0000), Public::storage_primary());
    let authorisation = tpm::Authorisation::Password(&[]);
    let hierarchy = Handle::OWNER;
    match which {
        0 => {
            let primary = tpm::CreatePrimary { hierarchy, authorisation, template: &template };
            if let Some(primary) = taken(&primary, answer) {
                same_key(&primary.public);
                assert_eq!(primary.public.name(), Ok(primary.name), "another key's Name");
            }
        }
        1 => {
            let create = tpm::Create { parent: key, password: &[], template: &template };
            if let Some(created) = taken(&create, answer) {
                same_key(&created.public);
            }
        }
        2 => {
            let load = tpm::Load { parent: key, authorisation, private: &[], public: &template };
            if let Some(loaded) = taken(&load, answer) {
                assert_eq!(Ok(loaded.name), template.name(), "another key's Name");
            }
        }
        3 => {
            let sign = tpm::Sign { key, password: &[], digest: &[0; 32] };
            if let Some(der) = taken(&sign, answer) {
                assert!(der.len() <= 72 && usize::from(der[1]) == der.len() - 2, "not DER");
            }
        }
        4 => {
            if let Some(shown) = taken(&tpm::ReadPublic(key), answer) {
                same_key(&shown.public);
            }
        }
        5 => {
            let certify = tpm::Certify { key, password: &[], signer: key, qualifying: &[] };
            if let Some(certified) = taken(&certify, answer) {
                let again = warifu_tpm::attest::Attest::read(&certified.signed);
                assert_eq!(again, Ok(certified.attest));
            }
        }
        6 => {
            let shown = taken(&tpm::Handles { from: Handle(0), most: 4 }, answer);
            assert!(shown.is_none_or(|handles| handles.len() <= 4), "more than asked for");
        }
        7 => {
            let shown = taken(&tpm::Properties { from: 0, most: 4 }, answer);
            assert!(shown.is_none_or(|properties| properties.len() <= 4), "more than asked for");
        }
        8 => drop(taken(&tpm::NvReadPublic(Handle(0x01C0_0002)), answer)),
        9 => {
            let read = tpm::NvRead { index: Handle(0x01C0_0002), length: 4, offset: 0 };
            assert!(taken(&read, answer).is_none_or(|data| data.len() == 4), "another length");
        }
        10 => drop(taken(&tpm::StartPolicySession::sha256([0; 16]), answer)),
        11 => drop(taken(&tpm::PolicySecret { hierarchy, session: key }, answer)),
        12 => {
            let random = taken(&tpm::GetRandom(8), answer);
            assert!(random.is_none_or(|random| random.len() <= 8), "more than asked for");
        }
        _ => {
            let import = tpm::Import {
                parent: key,
                authorisation,
                public: &template,
                duplicate: &[],
                seed: &[],
            };
            drop(taken(&import, answer));
        }
    }
}

/// What the command reads out of an answer, which nothing may stand behind.
fn taken<C: tpm::Command>(command: &C, answer: &[u8]) -> Option<C::Answer> {
    let read = tpm::read(command, answer).ok()?;
    let longer = [answer, &[0]].concat();
    assert!(tpm::read(command, &longer).is_err(), "something stands behind it");
    match read {
        tpm::Answer::Done(answer) => Some(answer),
        tpm::Answer::Refused(code) => {
            assert!(answer.len() == 10 && code.0 != 0, "a refusal of another form");
            None
        }
    }
}

fn same_key(public: &Public) {
    let bytes = public.bytes().expect("it came in an answer");
    assert_eq!(Public::read(&bytes).as_ref(), Ok(public));
    if public.is_device_key() {
        assert!(public.p256_der().is_some_and(|der| der.len() == 91), "no key on P-256");
    }
}

/// A key file is written as it was read, to the byte.
pub fn tpm_key_file(bytes: &[u8]) {
    let Ok(key) = KeyFile::from_pem(bytes) else { return };
    assert_eq!(key.to_pem().map(String::into_bytes).as_deref(), Ok(bytes));
    same_key(&key.public);
}
