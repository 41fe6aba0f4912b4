//! The software keystore on a real Secret Service: GNOME Keyring on a session bus of its own.
//!
//! Each test starts the test program again inside `dbus-run-session`, with an empty home, and does
//! its work there. Needs the Debian packages dbus, gnome-keyring and openssl.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "all of this file is tests")]

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use secret_service::{EncryptionType, blocking::SecretService};
use warifu_keystore::{
    DeviceKey, KeyError, KeyReference, KeyStore, OsSecretStore, SecretStore as _, SoftwareKeyStore,
    conformance::{Harm, Subject},
};
use warifu_protocol::{Protection, SecretText};

/// What every keystore must pass.
mod conforms {
    use super::{Keyring, OnSecretService, session};

    warifu_keystore::conformance!(
        |home| Box::new(OnSecretService { home: home.to_owned() }),
        |test: &str, work: &dyn Fn()| session(test, Keyring::Unlocked, |_| work())
    );
}

/// The keystore as users get it, below a folder. Alone in its session: every secret is its own.
struct OnSecretService {
    home: PathBuf,
}

impl OnSecretService {
    fn file(&self, place: &OsStr, reference: &KeyReference) -> PathBuf {
        let dir = self.home.join(place);
        fs::create_dir_all(&dir).unwrap();
        dir.join(format!("{reference}.p12"))
    }
}

impl Subject for OnSecretService {
    fn start(&self, place: &OsStr) -> Arc<dyn KeyStore> {
        Arc::new(SoftwareKeyStore::new(self.home.join(place)))
    }

    fn protection(&self) -> Protection {
        Protection::Software
    }

    fn kept(&self) -> usize {
        let places = fs::read_dir(&self.home).unwrap().map(|entry| entry.unwrap().path());
        let files = places.filter(|path| path.is_dir()).flat_map(|dir| fs::read_dir(dir).unwrap());
        files.count() + secrets().len()
    }

    fn secrets(&self) -> Vec<Vec<u8>> {
        secrets()
    }

    fn copy(&self, reference: &KeyReference, from: &OsStr, to: &OsStr) {
        fs::copy(self.file(from, reference), self.file(to, reference)).unwrap();
    }

    fn losses(&self) -> Vec<Harm<'_>> {
        let password = |_: &OsStr, _: &KeyReference| {
            let service = SecretService::connect(EncryptionType::Plain).unwrap();
            for item in service.search_items([("service", "Warifu")].into()).unwrap().unlocked {
                item.delete().unwrap();
            }
        };
        let file = |place: &OsStr, reference: &KeyReference| {
            fs::remove_file(self.file(place, reference)).unwrap();
        };
        vec![
            Harm { name: "no password", happens: Box::new(password) },
            Harm { name: "no file", happens: Box::new(file) },
        ]
    }

    fn damages(&self) -> Vec<Harm<'_>> {
        let bit = |place: &OsStr, reference: &KeyReference| {
            let path = self.file(place, reference);
            let mut content = fs::read(&path).unwrap();
            let middle = content.len() / 2;
            content[middle] ^= 1;
            fs::write(path, content).unwrap();
        };
        let another = |place: &OsStr, reference: &KeyReference| {
            let keys = self.start(place);
            let (other, _) = create(&*keys).unwrap();
            fs::copy(self.file(place, &other), self.file(place, reference)).unwrap();
            keys.delete(&other).unwrap();
        };
        let password = |_: &OsStr, _: &KeyReference| {
            let service = SecretService::connect(EncryptionType::Plain).unwrap();
            for item in service.search_items([("service", "Warifu")].into()).unwrap().unlocked {
                item.set_secret(&[b'0'; 64], "text/plain").unwrap();
            }
        };
        vec![
            Harm { name: "a changed bit", happens: Box::new(bit) },
            Harm { name: "another key's file", happens: Box::new(another) },
            Harm { name: "another password", happens: Box::new(password) },
        ]
    }

    fn remains(&self) -> Vec<Harm<'_>> {
        let half = |place: &OsStr, reference: &KeyReference| {
            fs::write(self.file(place, reference).with_extension("p12.new"), b"half").unwrap();
        };
        let unpaired = |place: &OsStr, reference: &KeyReference| {
            fs::write(self.file(place, reference), b"whole").unwrap();
        };
        vec![
            Harm { name: "a file without its name", happens: Box::new(half) },
            Harm { name: "a file without its password", happens: Box::new(unpaired) },
        ]
    }
}

/// Makes a key under a reference of its own.
fn create(keys: &dyn KeyStore) -> Result<(KeyReference, Arc<dyn DeviceKey>), KeyError> {
    let reference = KeyReference::random()?;
    let key = keys.create(&reference)?;
    Ok((reference, key))
}

#[test]
fn a_small_secret_is_kept_until_it_is_deleted() {
    let this = "a_small_secret_is_kept_until_it_is_deleted";
    session(this, Keyring::Unlocked, |home| {
        let kept = |name| {
            let found = OsSecretStore::new(home.join("keys")).get(name).unwrap();
            found.map(|secret| secret.expose().to_owned())
        };
        let store = OsSecretStore::new(home.join("keys"));
        for text in ["first", "割符\nsecond"] {
            store.set("proxy", &SecretText::from(text.to_owned())).unwrap();
            assert_eq!(kept("proxy").as_deref(), Some(text));
        }
        assert_eq!(kept("another"), None);
        store.delete("proxy").unwrap();
        store.delete("proxy").unwrap();
        assert_eq!(kept("proxy"), None);
        assert_eq!(secrets().len(), 0);
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
