//! Commands against bytes that were written by hand from the specification, and answers that are none.

use proptest::prelude::*;

use super::*;
use crate::Public;

/// An answer with these parameters, as a TPM sends it.
fn answer(sessions: usize, handle: Option<u32>, parameters: &[u8]) -> Vec<u8> {
    let mut body = Writer::new();
    if let Some(handle) = handle {
        body.u32(handle);
    }
    if sessions > 0 {
        body.u32(parameters.len() as u32);
    }
    body.raw(parameters);
    for _ in 0..sessions {
        body.sized(&[]).u8(1).sized(&[]);
    }
    let body = body.finish().unwrap();
    let mut out = Writer::new();
    out.u16(if sessions > 0 { SESSIONS } else { NO_SESSIONS });
    out.u32((body.len() + HEADER) as u32).u32(0).raw(&body);
    out.finish().unwrap().to_vec()
}

#[test]
fn commands_lie_as_the_specification_says() {
    let flush = write(&FlushContext(Handle(0x8000_0001))).unwrap();
    assert_eq!(*flush, b"\x80\x01\0\0\0\x0e\0\0\x01\x65\x80\0\0\x01");
    let read = write(&NvRead { index: Handle(0x01C0_0002), length: 512, offset: 1024 }).unwrap();
    let wanted = b"\x80\x02\0\0\0\x23\0\0\x01\x4e\x01\xc0\0\x02\x01\xc0\0\x02\
        \0\0\0\x09\x40\0\0\x09\0\0\0\0\0\x02\0\x04\0";
    assert_eq!(*read, wanted);
    let sign = Sign { key: Handle(0x8000_0000), password: b"pw", digest: &[0xAB; 32] };
    let head =
        b"\x80\x02\0\0\0\x4b\0\0\x01\x5d\x80\0\0\0\0\0\0\x0b\x40\0\0\x09\0\0\0\0\x02pw\0\x20";
    let tail = b"\0\x18\0\x0b\x80\x24\x40\0\0\x07\0\0";
    assert_eq!(*write(&sign).unwrap(), [&head[..], &[0xAB; 32], tail].concat());
    let policy = Import {
        parent: Handle(0x8101_0001),
        authorisation: Authorisation::Policy(Handle(0x0300_0000)),
        public: &Public::device_key(),
        duplicate: &[],
        seed: &[],
    };
    let written = write(&policy).unwrap();
    assert_eq!(written[14..27], *b"\0\0\0\x09\x03\0\0\0\0\0\x01\0\0");
}

#[test]
fn a_refusal_is_its_code_and_nothing_more() {
    let refused = b"\x80\x01\0\0\0\x0a\0\0\x09\x22";
    assert_eq!(read(&GetRandom(8), refused), Ok(Answer::Refused(Code(0x922))));
    assert!(read(&GetRandom(8), b"\x80\x01\0\0\0\x0b\0\0\x09\x22\0").is_err());
    assert!(read(&GetRandom(8), &refused[..9]).is_err());
}

#[test]
fn an_answer_of_another_command_or_more_than_was_asked_for_is_refused() {
    let random = answer(0, None, b"\0\x02ab");
    assert_eq!(read(&GetRandom(2), &random), Ok(Answer::Done(b"ab".to_vec().into())));
    assert!(read(&GetRandom(1), &random).is_err(), "more random bytes than asked for");
    assert!(read(&FlushContext(Handle::NULL), &random).is_err(), "parameters that are none");
    let with = answer(1, None, b"\0\x02ab");
    assert!(read(&GetRandom(2), &with).is_err(), "sessions that were not sent");
    let nv = NvRead { index: Handle(0x01C0_0002), length: 2, offset: 0 };
    assert_eq!(read(&nv, &with), Ok(Answer::Done(b"ab".to_vec())));
    assert!(read(&nv, &random).is_err(), "no session");
    assert!(read(&nv, &answer(2, None, b"\0\x02ab")).is_err(), "a session too many");
    assert!(read(&NvRead { length: 3, ..nv }, &with).is_err(), "another length");
    let session = StartPolicySession::sha256([0; 16]);
    assert!(read(&session, &answer(0, Some(0x0300_0000), b"\0\0")).is_ok());
    assert!(read(&session, &answer(0, Some(0x8000_0000), b"\0\0")).is_err(), "no session's handle");
    let handles = Handles { from: Handle(0x8100_0000), most: 1 };
    assert!(read(&handles, &answer(0, None, b"\0\0\0\0\x01\0\0\0\x01\x81\0\0\x01")).is_ok());
    let two = answer(0, None, b"\0\0\0\0\x01\0\0\0\x02\x81\0\0\x01\x81\0\0\x02");
    assert!(read(&handles, &two).is_err(), "more handles than asked for");
    assert!(
        read(&handles, &answer(0, None, b"\0\0\0\0\x01\xff\xff\xff\xff")).is_err(),
        "a number that nothing stands behind"
    );
}

#[test]
fn the_name_of_another_key_is_refused() {
    let public = Public::storage_primary();
    let load = Load {
        parent: Handle::STORAGE_ROOT,
        authorisation: Authorisation::Password(&[]),
        private: &[],
        public: &public,
    };
    let named = |name: &[u8]| {
        let parameters = [&(name.len() as u16).to_be_bytes(), name].concat();
        read(&load, &answer(1, Some(0x8000_0000), &parameters))
    };
    let mut name = public.name().unwrap();
    assert!(named(&name).is_ok());
    name[10] ^= 1;
    assert!(named(&name).is_err());
}

#[test]
fn no_password_is_printed() {
    let sign = Sign { key: Handle(1), password: b"hunter2", digest: &[0; 32] };
    let create =
        Create { parent: Handle(1), password: b"hunter2", template: &Public::device_key() };
    let certify =
        Certify { key: Handle(1), password: b"hunter2", signer: Handle(2), qualifying: b"" };
    let shown = format!(
        "{sign:?} {create:?} {certify:?} {:?} {:?}",
        sign.authorisations(),
        Writer::new().raw(b"hunter2")
    );
    let numbers = format!("{:?}", b"hunter2");
    assert!(!shown.contains("hunter2") && !shown.contains(numbers.trim_matches(['[', ']'])));
}

#[test]
fn a_command_that_no_tpm_takes_is_not_sent() {
    let import = Import {
        parent: Handle(0),
        authorisation: Authorisation::Password(&[]),
        public: &Public::device_key(),
        duplicate: &[0; MAX_LENGTH],
        seed: &[],
    };
    assert!(write(&import).is_err());
    let length = u16::MAX as usize + 1;
    assert!(write(&Import { duplicate: &vec![0; length], ..import }).is_err());
}

proptest! {
    /// In front of them a header that fits, so that the parameters are reached.
    #[test]
    fn any_bytes_are_an_answer_or_refused(
        sessions in 0..3_usize,
        parameters in prop::collection::vec(prop_oneof![any::<u8>(), Just(0)], 0..200),
    ) {
        let public = Public::device_key();
        let password = Authorisation::Password(&[]);
        for handle in [None, Some(0x8000_0000), Some(0x0300_0000)] {
            let bytes = answer(sessions, handle, &parameters);
            let _ = read(&ReadPublic(Handle(1)), &bytes);
            let _ = read(&Handles { from: Handle(0), most: 9 }, &bytes);
            let _ = read(&Properties { from: 0, most: 9 }, &bytes);
            let _ = read(&NvReadPublic(Handle(0)), &bytes);
            let _ = read(&StartPolicySession::sha256([0; 16]), &bytes);
            let _ = read(&Create { parent: Handle(1), password: &[], template: &public }, &bytes);
            let primary =
                CreatePrimary { hierarchy: Handle::OWNER, authorisation: password, template: &public };
            let _ = read(&primary, &bytes);
            let _ = read(&Sign { key: Handle(1), password: &[], digest: &[0; 32] }, &bytes);
            let _ = read(&PolicySecret { hierarchy: Handle(1), session: Handle(2) }, &bytes);
            let certify = Certify { key: Handle(1), password: &[], signer: Handle(2), qualifying: &[] };
            let _ = read(&certify, &bytes);
        }
    }
}
