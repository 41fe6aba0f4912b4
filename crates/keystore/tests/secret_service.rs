//! The software keystore on a real Secret Service: GNOME Keyring on a session bus of its own.
//!
//! Each test starts the test program again inside `dbus-run-session`, with an empty home, and does
//! its work there. Needs the Debian packages dbus, gnome-keyring and openssl.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "all of this file is tests")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    slice,
    sync::Arc,
    time::{Duration, Instant},
};

use p256::{
    ecdsa::{Signature, VerifyingKey, signature::Verifier as _},
    pkcs8::DecodePublicKey as _,
};
use secret_service::{EncryptionType, blocking::SecretService};
use warifu_keystore::{DeviceKey, KeyError, KeyReference, KeyStore, SoftwareKeyStore};

/// Makes a key under a reference of its own.
fn create(keys: &dyn KeyStore) -> Result<(KeyReference, Arc<dyn DeviceKey>), KeyError> {
    let reference = KeyReference::random()?;
    let key = keys.create(&reference)?;
    Ok((reference, key))
}

#[test]
fn a_key_opens_and_signs_in_another_process() {
    let this = "a_key_opens_and_signs_in_another_process";
    session(this, Keyring::Unlocked, |home| {
        let keys = SoftwareKeyStore::new(home.join("keys"));
        if let Ok(reference) = env::var("REFERENCE") {
            let key = keys.open(&reference.parse().unwrap()).unwrap();
            fs::write(home.join("signature"), key.sign(b"message").unwrap()).unwrap();
            return;
        }
        let (reference, created) = create(&keys).unwrap();
        let mut another = test_program(this);
        let output = another.env("REFERENCE", reference.as_str()).output().unwrap();
        assert!(output.status.success(), "{}", text_of(&output));
        assert_verifies(&*created, b"message", &fs::read(home.join("signature")).unwrap());
    });
}

#[test]
fn deleting_leaves_neither_file_nor_secret_and_may_be_repeated() {
    let this = "deleting_leaves_neither_file_nor_secret_and_may_be_repeated";
    session(this, Keyring::Unlocked, |home| {
        let keys = SoftwareKeyStore::new(home.join("keys"));
        let (reference, _) = create(&keys).unwrap();
        assert_eq!(secrets().len(), 1);
        keys.delete(&reference).unwrap();
        keys.delete(&reference).unwrap();
        assert_eq!(secrets().len(), 0);
        assert_eq!(fs::read_dir(home.join("keys")).unwrap().count(), 0);
        assert!(matches!(keys.open(&reference), Err(KeyError::Missing)));
    });
}

#[test]
fn a_key_whose_secret_was_deleted_elsewhere_is_missing() {
    let this = "a_key_whose_secret_was_deleted_elsewhere_is_missing";
    session(this, Keyring::Unlocked, |home| {
        let keys = SoftwareKeyStore::new(home.join("keys"));
        let (reference, _) = create(&keys).unwrap();
        let service = SecretService::connect(EncryptionType::Plain).unwrap();
        for item in service.search_items([("service", "Warifu")].into()).unwrap().unlocked {
            item.delete().unwrap();
        }
        assert!(matches!(keys.open(&reference), Err(KeyError::Missing)));
        assert_eq!(keys.list().unwrap(), slice::from_ref(&reference));
        keys.delete(&reference).unwrap();
        assert_eq!(keys.list().unwrap(), []);
    });
}

#[test]
fn a_container_that_was_tampered_with_is_damaged() {
    let this = "a_container_that_was_tampered_with_is_damaged";
    session(this, Keyring::Unlocked, |home| {
        let keys = SoftwareKeyStore::new(home.join("keys"));
        let [(reference, _), (other, _)] = [create(&keys).unwrap(), create(&keys).unwrap()];
        let path = container(home, &reference);
        let mut content = fs::read(&path).unwrap();
        let middle = content.len() / 2;
        content[middle] ^= 1;
        fs::write(&path, &content).unwrap();
        assert!(matches!(keys.open(&reference), Err(KeyError::Damaged { .. })));
        fs::copy(container(home, &other), &path).unwrap();
        assert!(matches!(keys.open(&reference), Err(KeyError::Damaged { .. })));
        assert!(keys.open(&other).is_ok());
    });
}

#[test]
fn keystores_in_two_directories_do_not_mix() {
    let this = "keystores_in_two_directories_do_not_mix";
    session(this, Keyring::Unlocked, |home| {
        let [here, there] = ["here", "there"].map(|dir| SoftwareKeyStore::new(home.join(dir)));
        let [(mine, _), (yours, _)] = [create(&here).unwrap(), create(&there).unwrap()];
        assert_eq!(here.list().unwrap(), slice::from_ref(&mine));
        assert_eq!(there.list().unwrap(), slice::from_ref(&yours));
        assert!(matches!(here.open(&yours), Err(KeyError::Missing)));
        here.delete(&yours).unwrap();
        assert!(there.open(&yours).is_ok());
    });
}

#[test]
fn openssl_opens_the_container_with_the_stored_password() {
    let this = "openssl_opens_the_container_with_the_stored_password";
    session(this, Keyring::Unlocked, |home| {
        let keys = SoftwareKeyStore::new(home.join("keys"));
        let (reference, created) = create(&keys).unwrap();
        let password = String::from_utf8(secrets().remove(0)).unwrap();
        let path = container(home, &reference);
        let openssl = |arguments: &[&str]| {
            let mut command = Command::new("openssl");
            command.args(arguments).args(["-passin", "env:PASSWORD"]).env("PASSWORD", &password);
            let output = command.output().expect("openssl (Debian package openssl)");
            assert!(output.status.success(), "{}", text_of(&output));
            output
        };
        let path_text = path.to_str().unwrap();
        let output = openssl(&["pkcs12", "-in", path_text, "-nocerts", "-noenc", "-info"]);
        let info = String::from_utf8_lossy(&output.stderr);
        assert!(info.contains("MAC: sha256, Iteration 2048"), "{info}");
        assert!(info.contains("PBES2, PBKDF2, AES-256-CBC, Iteration 2048"), "{info}");
        assert!(info.contains("hmacWithSHA256"), "{info}");

        let pem = home.join("key.pem");
        fs::write(&pem, output.stdout).unwrap();
        let pem = pem.to_str().unwrap();
        let public = openssl(&["pkey", "-in", pem, "-pubout", "-outform", "DER"]).stdout;
        assert_eq!(public, created.public_key_der());
        let private = openssl(&["pkey", "-in", pem, "-outform", "DER"]).stdout;
        let content = fs::read(&path).unwrap();
        for part in private.windows(24) {
            assert!(!content.windows(24).any(|window| window == part), "shows the key");
        }
    });
}

#[test]
fn a_locked_keyring_that_nobody_can_be_asked_to_unlock_is_locked() {
    let this = "a_locked_keyring_that_nobody_can_be_asked_to_unlock_is_locked";
    session(this, Keyring::Unlocked, |home| {
        let keys = SoftwareKeyStore::new(home.join("keys"));
        let (reference, _) = create(&keys).unwrap();
        let service = SecretService::connect(EncryptionType::Plain).unwrap();
        service.get_default_collection().unwrap().lock().unwrap();

        let asked = Instant::now();
        assert!(matches!(keys.open(&reference), Err(KeyError::Locked)));
        assert!(matches!(create(&keys), Err(KeyError::Locked)));
        assert!(matches!(keys.delete(&reference), Err(KeyError::Locked)));
        assert!(asked.elapsed() < Duration::from_secs(60), "waited for an answer to no question");
        assert_eq!(keys.list().unwrap(), [reference], "what failed was not undone");
    });
}

#[test]
fn a_new_user_without_a_keyring_is_asked_for_one() {
    let this = "a_new_user_without_a_keyring_is_asked_for_one";
    session(this, Keyring::None, |home| {
        let keys = SoftwareKeyStore::new(home.join("keys"));
        // Nobody can be asked here; that the question came up at all is the point.
        assert!(matches!(create(&keys), Err(KeyError::Locked)));
        assert_eq!(keys.list().unwrap(), []);
    });
}

#[test]
fn without_a_secret_service_the_keystore_is_unavailable() {
    let this = "without_a_secret_service_the_keystore_is_unavailable";
    session(this, Keyring::NoService, assert_unavailable);
}

#[test]
fn without_a_bus_the_keystore_is_unavailable() {
    let this = "without_a_bus_the_keystore_is_unavailable";
    session(this, Keyring::NoBus, assert_unavailable);
}

#[test]
fn works_inside_a_tokio_runtime() {
    let this = "works_inside_a_tokio_runtime";
    session(this, Keyring::Unlocked, |home| {
        let keys: Arc<dyn KeyStore> = Arc::new(SoftwareKeyStore::new(home.join("keys")));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let also = Arc::clone(&keys);
        let (reference, created) = runtime
            .block_on(async { tokio::task::spawn_blocking(move || create(&*also)).await })
            .unwrap()
            .unwrap();
        // Nobody should do this to the runtime, but it must not panic or deadlock either.
        let opened = runtime.block_on(async { keys.open(&reference) }).unwrap();
        assert_eq!(opened.public_key_der(), created.public_key_der());
    });
}

#[test]
fn many_at_once_do_not_disturb_each_other() {
    let this = "many_at_once_do_not_disturb_each_other";
    session(this, Keyring::Unlocked, |home| {
        let keys = SoftwareKeyStore::new(home.join("keys"));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let (reference, created) = create(&keys).unwrap();
                    let opened = keys.open(&reference).unwrap();
                    assert_verifies(&*created, b"message", &opened.sign(b"message").unwrap());
                    keys.delete(&reference).unwrap();
                });
            }
        });
        assert_eq!(keys.list().unwrap(), []);
        assert_eq!(secrets().len(), 0);
    });
}

fn assert_unavailable(home: &Path) {
    let keys = SoftwareKeyStore::new(home.join("keys"));
    let asked = Instant::now();
    assert!(matches!(create(&keys), Err(KeyError::Unavailable { .. })));
    assert_eq!(keys.list().unwrap(), []);
    let reference: KeyReference = "0123456789abcdef0123456789abcdef".parse().unwrap();
    fs::write(container(home, &reference), b"content").unwrap();
    assert!(matches!(keys.open(&reference), Err(KeyError::Unavailable { .. })));
    assert!(matches!(keys.delete(&reference), Err(KeyError::Unavailable { .. })));
    assert!(asked.elapsed() < Duration::from_secs(30), "waited for nobody");
}

fn assert_verifies(key: &dyn DeviceKey, message: &[u8], signature: &[u8]) {
    let verifying_key = VerifyingKey::from_public_key_der(key.public_key_der()).unwrap();
    verifying_key.verify(message, &Signature::from_der(signature).unwrap()).unwrap();
}

fn container(home: &Path, reference: &KeyReference) -> PathBuf {
    home.join("keys").join(format!("{reference}.p12"))
}

/// What the Secret Service keeps for Warifu, asked without the code under test.
fn secrets() -> Vec<Vec<u8>> {
    let service = SecretService::connect(EncryptionType::Plain).unwrap();
    let found = service.search_items([("service", "Warifu")].into()).unwrap();
    assert!(found.locked.is_empty());
    found.unlocked.iter().map(|item| item.get_secret().unwrap()).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyring {
    /// A keyring that is open, as after logging in.
    Unlocked,
    /// A Secret Service that has no keyring yet.
    None,
    /// A bus on which nobody keeps secrets.
    NoService,
    /// Not even a bus.
    NoBus,
}

/// Runs `work` in a process inside a session that has such a keyring, and in no other.
///
/// The first time around, this is the test itself: it starts the session and in it the test program
/// once more, for the test `name` alone, which then gets here again.
fn session(name: &str, keyring: Keyring, work: impl FnOnce(&Path)) {
    if env::var_os("INSIDE_SESSION").is_some() {
        return work(Path::new(&env::var_os("HOME").unwrap()));
    }
    let home = tempfile::tempdir().unwrap();
    let runtime = home.path().join("runtime");
    fs::DirBuilder::new().create(&runtime).unwrap();
    fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();

    let program = test_program(name);
    let mut command = match keyring {
        Keyring::NoBus => Command::new(program.get_program()),
        Keyring::NoService => {
            let config = home.path().join("bus.conf");
            fs::write(&config, BUS_WITHOUT_SERVICES).unwrap();
            let mut command = Command::new("dbus-run-session");
            command.arg("--config-file").arg(config).arg("--").arg(program.get_program());
            command
        }
        Keyring::Unlocked | Keyring::None => {
            let script = if keyring == Keyring::None { WITHOUT_KEYRING } else { WITH_KEYRING };
            let mut command = Command::new("dbus-run-session");
            command.args(["--", "sh", "-euc", script]).arg(program.get_program());
            command
        }
    };
    command.args(program.get_args()).env("INSIDE_SESSION", "1").stdin(Stdio::null());
    for (name, value) in [("HOME", home.path()), ("XDG_RUNTIME_DIR", &runtime)] {
        command.env(name, value);
    }
    // Also no display: nobody is there to answer a prompt.
    for name in [
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "GNOME_KEYRING_CONTROL",
        "WAYLAND_DISPLAY",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
    ] {
        command.env_remove(name);
    }
    let output = command.output().expect("dbus-run-session (Debian package dbus)");
    let text = text_of(&output);
    assert!(output.status.success(), "{name}, inside its session:\n{text}");
    assert!(text.contains("1 passed"), "{name} did not run inside its session:\n{text}");
}

/// This program, told to run the test `name` alone.
fn test_program(name: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]);
    command
}

fn text_of(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

/// Waits until the Secret Service has its name on the bus; it has then read the password.
const WITH_KEYRING: &str = r#"
command -v gnome-keyring-daemon >/dev/null || { echo 'install the Debian package gnome-keyring'; exit 1; }
printf password | gnome-keyring-daemon --unlock --foreground --components=secrets >"$HOME/daemon.log" 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null || true; wait $daemon 2>/dev/null || true' EXIT
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
    string:org.freedesktop.secrets >/dev/null 2>&1; do kill -0 $daemon || { cat "$HOME/daemon.log"; exit 1; }; done
"$0" "$@"
"#;

const WITHOUT_KEYRING: &str = r#"
command -v gnome-keyring-daemon >/dev/null || { echo 'install the Debian package gnome-keyring'; exit 1; }
gnome-keyring-daemon --foreground --components=secrets >"$HOME/daemon.log" 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null || true; wait $daemon 2>/dev/null || true' EXIT
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
    string:org.freedesktop.secrets >/dev/null 2>&1; do kill -0 $daemon || { cat "$HOME/daemon.log"; exit 1; }; done
"$0" "$@"
"#;

const BUS_WITHOUT_SERVICES: &str = r#"
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;
