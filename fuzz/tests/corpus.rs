//! Each target over its corpus, and for some seconds over mutations of it.
#![expect(clippy::unwrap_used, reason = "a test ends with its first error")]

use std::{fs, path::Path, time::Duration};

use warifu_fuzz::{TARGETS, Target};

/// How long each target is run here; `cargo xtask fuzz` runs it for as long as it is asked to.
const TIME: Duration = Duration::from_secs(2);

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap()
}

/// Runs a target, whose name is its test's.
fn holds(name: &str) {
    let target = target(name);
    for (_, input) in target.corpus().unwrap() {
        (target.run)(&input);
    }
    match target.mutate_for(TIME).unwrap() {
        Ok(tried) => assert!(tried > 0),
        Err(found) => panic!("{}: {:?}", found.why, String::from_utf8_lossy(&found.input)),
    }
}

#[test]
fn certificate_request() {
    holds("certificate-request");
}

#[test]
fn pkcs12() {
    holds("pkcs12");
}

#[test]
fn users() {
    holds("users");
}

#[test]
fn profile() {
    holds("profile");
}

#[test]
fn proxy_answer() {
    holds("proxy-answer");
}

#[test]
fn link() {
    holds("link");
}

#[test]
fn record() {
    holds("record");
}

#[test]
fn opener() {
    holds("opener");
}

#[test]
fn scrub() {
    holds("scrub");
}

#[test]
fn identity() {
    holds("identity");
}

#[test]
fn logo() {
    holds("logo");
}

#[test]
fn tpm_answer() {
    holds("tpm-answer");
}

#[test]
fn tpm_container() {
    holds("tpm-container");
}

#[test]
fn tpm_key_file() {
    holds("tpm-key-file");
}

/// A corpus of nothing but what is refused at once would test nothing.
#[test]
fn each_corpus_holds_something_that_is_taken() {
    let takes = |name: &str, taken: &dyn Fn(&[u8]) -> bool| {
        let corpus = target(name).corpus().unwrap();
        assert!(corpus.iter().any(|(_, input)| taken(input)), "{name}");
    };
    takes("certificate-request", &|input| warifu_backend::requested_key(input).is_some());
    takes("users", &|input| {
        warifu_client::fuzzing::read_users(input, 50).is_ok_and(|users| users.len() > 2)
    });
    takes("profile", &|input| warifu_client::fuzzing::read_profile(input).is_ok());
    takes("link", &|input| {
        std::str::from_utf8(input)
            .is_ok_and(|text| warifu_client::fuzzing::read_link(text).is_some())
    });
    takes("opener", &|input| warifu_client::fuzzing::read_desktop_entry(input).1);
    takes("opener", &|input| {
        std::str::from_utf8(input).is_ok_and(|text| {
            warifu_client::fuzzing::read_invocation(text).is_some_and(|(_, is_app)| is_app)
        })
    });
    for kind in ["image/svg+xml", "image/png"] {
        takes("logo", &|input| {
            warifu_logo::Logo::read(input.to_vec()).is_ok_and(|logo| logo.media_type() == kind)
        });
    }
    takes("record", &|input| warifu_record::read(input, None, i64::MAX).is_ok());
    takes("record", &|input| {
        warifu_record::Signed::read(input).is_ok_and(|signed| signed.open(i64::MAX).is_ok())
    });
    takes("tpm-key-file", &|input| warifu_tpm::KeyFile::from_pem(input).is_ok());
    let key = warifu_tpm::Handle(0x8000_0000);
    takes("tpm-answer", &|input| {
        let sign = warifu_tpm::command::Sign { key, password: &[], digest: &[0; 32] };
        warifu_tpm::command::read(&sign, &input[1..])
            .is_ok_and(|answer| matches!(answer, warifu_tpm::command::Answer::Done(_)))
    });
    takes("proxy-answer", &|input| {
        warifu_client::fuzzing::read_proxy_answer(input, input.len())
            .is_some_and(|(_, status, basic)| status == 407 && basic)
    });
}

#[test]
fn each_target_has_a_program_for_cargo_fuzz_and_no_program_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("libfuzzer");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for target in TARGETS {
        assert!(manifest.contains(&format!("name = \"{}\"", target.name)), "{}", target.name);
        let file = folder.join(format!("fuzz_targets/{}.rs", target.name.replace('-', "_")));
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains(&format!("targets::{}", target.name.replace('-', "_"))), "{text}");
    }
    let programs = fs::read_dir(folder.join("fuzz_targets")).unwrap().count();
    assert_eq!(programs, TARGETS.len());
}
