//! What every keystore must pass, on a TPM in software, and what only a TPM can do to its keys. Nothing
//! here shows how a chip behaves.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use warifu_tpm::{
    Malformed, Socket,
    command::{Command as TpmCommand, FlushContext, Handles},
    wire::{Reader, Writer},
};

use super::*;
use crate::{
    conformance::{Harm, Subject},
    vault::double::FakeVault,
};

mod conforms {
    use super::OnEmulator;

    crate::conformance!(|home| Box::new(OnEmulator::new(home)));
}

/// The way to a swtpm.
#[derive(Debug)]
struct ToEmulator(PathBuf);

impl ToEmulator {
    fn socket(&self) -> Socket {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            match Socket::unix(&self.0) {
                Ok(socket) => return socket,
                Err(error) => assert!(Instant::now() < until, "swtpm does not listen: {error}"),
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl WayToTpm for ToEmulator {
    /// swtpm serves one at a time, and what a killed program has loaded stays: what the kernel does for
    /// `/dev/tpmrm0` is done here.
    fn open(&self) -> Result<Tpm, TpmError> {
        let mut tpm = Tpm::new(self.socket());
        for left in tpm.run(&Handles { from: Handle(0x8000_0000), most: 10 })? {
            tpm.run(&FlushContext(left))?;
        }
        Ok(tpm)
    }
}

/// The keystore below a folder, with a swtpm that whoever comes first starts there.
struct OnEmulator {
    home: PathBuf,
    vault: Arc<FakeVault>,
    emulator: Option<Child>,
}

impl OnEmulator {
    fn new(home: &Path) -> Self {
        let vault = FakeVault::new(home.join("vault"));
        let mut this = Self { home: home.to_owned(), vault, emulator: None };
        if !home.join("tpm").exists() {
            fs::create_dir(home.join("tpm")).unwrap();
            this.start_emulator("tpm");
        }
        this
    }

    fn start_emulator(&mut self, name: &str) {
        let folder = self.home.join(name);
        let child = Command::new("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
            .arg(format!("dir={}", folder.display()))
            .arg("--server")
            .arg(format!("type=unixio,path={}", folder.join("socket").display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.emulator = Some(child);
    }

    /// Takes the power away from it.
    fn stop_emulator(&mut self) {
        if let Some(mut child) = self.emulator.take() {
            child.kill().unwrap();
            child.wait().unwrap();
            let _ = fs::remove_file(self.home.join("tpm/socket"));
        }
    }

    fn way(&self) -> Arc<ToEmulator> {
        Arc::new(ToEmulator(self.home.join("tpm/socket")))
    }

    fn keys(&self, place: &OsStr) -> TpmKeyStore {
        TpmKeyStore {
            folder: Folder::new(self.home.join(place), self.vault.vault()),
            way: self.way(),
        }
    }

    fn file(&self, place: &OsStr, reference: &KeyReference, extension: &str) -> PathBuf {
        let dir = self.home.join(place);
        fs::create_dir_all(&dir).unwrap();
        dir.join(format!("{reference}{extension}"))
    }

    /// A key's file whose password nobody has.
    fn sealed(&self, reference: &KeyReference) -> String {
        let password = Password::of(&Secret::random().unwrap()).unwrap();
        let (key, parent) = self.keys(OsStr::new("keys")).made(&password).unwrap();
        Container { key, parent }.seal(reference, &password).unwrap()
    }
}

impl Drop for OnEmulator {
    fn drop(&mut self) {
        self.stop_emulator();
    }
}

impl Subject for OnEmulator {
    fn start(&self, place: &OsStr) -> Arc<dyn KeyStore> {
        Arc::new(self.keys(place))
    }

    fn protection(&self) -> Protection {
        Protection::Hardware
    }

    fn kept(&self) -> usize {
        let places = fs::read_dir(&self.home).unwrap().map(|entry| entry.unwrap().path());
        let beside = ["vault", "tpm"].map(|name| self.home.join(name));
        let places = places.filter(|path| path.is_dir() && !beside.contains(path));
        places.flat_map(|place| fs::read_dir(place).unwrap()).count() + self.vault.secrets().len()
    }

    /// The passwords as they are kept, and as the TPM takes them.
    fn secrets(&self) -> Vec<Vec<u8>> {
        let kept = self.vault.secrets().into_values();
        kept.flat_map(|digits| {
            let secret = Secret::new(String::from_utf8(digits.clone()).unwrap().into());
            [digits, Password::of(&secret).unwrap().bytes().to_vec()]
        })
        .collect()
    }

    fn copy(&self, reference: &KeyReference, from: &OsStr, to: &OsStr) {
        let [from, to] = [from, to].map(|place| self.file(place, reference, EXTENSION));
        fs::copy(from, to).unwrap();
    }

    fn losses(&self) -> Vec<Harm<'_>> {
        let file = |place: &OsStr, reference: &KeyReference| {
            fs::remove_file(self.file(place, reference, EXTENSION)).unwrap();
        };
        let password = |_: &OsStr, _: &KeyReference| self.vault.clear();
        vec![
            Harm { name: "no password", happens: Box::new(password) },
            Harm { name: "no file", happens: Box::new(file) },
        ]
    }

    fn damages(&self) -> Vec<Harm<'_>> {
        let file = |content: Vec<u8>| {
            move |place: &OsStr, reference: &KeyReference| {
                fs::write(self.file(place, reference, EXTENSION), &content).unwrap();
            }
        };
        let password = |content: Vec<u8>| {
            move |_: &OsStr, _: &KeyReference| {
                self.vault.secrets().keys().for_each(|path| fs::write(path, &content).unwrap());
            }
        };
        let another = |place: &OsStr, reference: &KeyReference| {
            let content = self.sealed(reference);
            fs::write(self.file(place, reference, EXTENSION), content).unwrap();
        };
        let bit = |at: usize| {
            move |place: &OsStr, reference: &KeyReference| {
                let path = self.file(place, reference, EXTENSION);
                let mut content = fs::read(&path).unwrap();
                let at = content.len() * at / 10;
                content[at] ^= 1;
                fs::write(path, content).unwrap();
            }
        };
        vec![
            Harm { name: "an empty file", happens: Box::new(file(Vec::new())) },
            Harm { name: "another file", happens: Box::new(file(b"text".to_vec())) },
            Harm { name: "a long file", happens: Box::new(file(vec![0x30; 1_000_000])) },
            Harm { name: "another key's file", happens: Box::new(another) },
            Harm { name: "a changed parent", happens: Box::new(bit(1)) },
            Harm { name: "a changed seal", happens: Box::new(bit(2)) },
            Harm { name: "a changed key", happens: Box::new(bit(6)) },
            Harm { name: "another password", happens: Box::new(password(vec![b'0'; 64])) },
            Harm { name: "a password of no digits", happens: Box::new(password(vec![b'x'; 64])) },
            Harm { name: "a password of no text", happens: Box::new(password(vec![0xFF; 64])) },
            Harm { name: "an empty password", happens: Box::new(password(Vec::new())) },
            Harm { name: "a long password", happens: Box::new(password(vec![b'0'; 10_000])) },
        ]
    }

    fn remains(&self) -> Vec<Harm<'_>> {
        let half = |place: &OsStr, reference: &KeyReference| {
            fs::write(self.file(place, reference, UNFINISHED_EXTENSION), b"half").unwrap();
        };
        let unpaired = |place: &OsStr, reference: &KeyReference| {
            let content = self.sealed(reference);
            fs::write(self.file(place, reference, EXTENSION), content).unwrap();
        };
        vec![
            Harm { name: "a file without its name", happens: Box::new(half) },
            Harm { name: "a file without its password", happens: Box::new(unpaired) },
        ]
    }
}

/// Something that the program itself never tells a TPM, authorised by an empty password.
struct Told<const CODE: u32>(Vec<Handle>, Vec<u8>);

impl<const CODE: u32> TpmCommand for Told<CODE> {
    const CODE: u32 = CODE;
    const NAME: &'static str = "a test's command";
    type Answer = ();

    fn handles(&self) -> Vec<Handle> {
        self.0.clone()
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![Authorisation::Password(&[])]
    }

    fn parameters(&self, out: &mut Writer) {
        out.raw(&self.1);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<(), Malformed> {
        from.rest();
        Ok(())
    }
}

const CLEAR: fn() -> Told<0x126> = || Told(vec![Handle(0x4000_000A)], Vec::new());
const OWNER_PASSWORD: fn() -> Told<0x129> = || Told(vec![Handle::OWNER], b"\0\x05owner".to_vec());

struct Fixture {
    on: OnEmulator,
    keys: TpmKeyStore,
    _home: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let home = tempfile::tempdir().unwrap();
    let on = OnEmulator::new(home.path());
    let keys = on.keys(OsStr::new("keys"));
    Fixture { on, keys, _home: home }
}

impl Fixture {
    fn create(&self) -> Result<(KeyReference, Arc<dyn DeviceKey>), KeyError> {
        let reference = KeyReference::random()?;
        let key = self.keys.create(&reference)?;
        Ok((reference, key))
    }

    fn persist(&self) {
        let mut tpm = self.on.way().open().unwrap();
        let primary = tpm.storage_primary().unwrap().handle;
        let persist = Told::<0x120>(vec![Handle::OWNER, primary], b"\x81\0\0\x01".to_vec());
        tpm.run(&persist).unwrap();
    }
}

#[track_caller]
fn assert_trouble<T: fmt::Debug>(result: Result<T, KeyError>, wanted: TpmTrouble) {
    assert!(
        matches!(&result, Err(KeyError::Tpm { trouble, .. }) if *trouble == wanted),
        "{wanted:?}: {result:?}"
    );
}

#[test]
fn a_key_of_before_the_tpm_was_cleared_is_told_and_can_be_deleted() {
    for persistent in [false, true] {
        let fixture = fixture();
        if persistent {
            fixture.persist();
        }
        let (reference, key) = fixture.create().unwrap();
        key.sign(b"message").unwrap();
        fixture.on.way().open().unwrap().run(&CLEAR()).unwrap();
        assert_trouble(fixture.keys.open(&reference), TpmTrouble::AnotherTpm);
        assert_trouble(key.sign(b"message"), TpmTrouble::AnotherTpm);
        fixture.keys.delete(&reference).unwrap();
        assert_eq!(fixture.on.kept(), 0);
        fixture.create().unwrap().1.sign(b"message").unwrap();
    }
}

#[test]
fn the_whole_folder_and_the_passwords_are_of_no_use_on_another_tpm() {
    let mut fixture = fixture();
    let (reference, key) = fixture.create().unwrap();
    fixture.on.stop_emulator();
    fs::rename(fixture.on.home.join("tpm"), fixture.on.home.join("first")).unwrap();
    fs::create_dir(fixture.on.home.join("tpm")).unwrap();
    fixture.on.start_emulator("tpm");
    assert_trouble(fixture.keys.open(&reference), TpmTrouble::AnotherTpm);
    assert_trouble(key.sign(b"message"), TpmTrouble::AnotherTpm);
}

#[test]
fn with_the_file_alone_the_same_tpm_signs_for_nobody() {
    let fixture = fixture();
    let (reference, _) = fixture.create().unwrap();
    let path = fixture.on.file(OsStr::new("keys"), &reference, EXTENSION);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    let pem = &text[text.find("-----BEGIN").unwrap()..];
    let key = KeyFile::from_pem(pem.as_bytes()).unwrap();
    let mut tpm = fixture.on.way().open().unwrap();
    let parent = tpm.storage_primary().unwrap().handle;
    let authorisation = Authorisation::Password(&[]);
    let load = Load { parent, authorisation, private: &key.private, public: &key.public };
    let loaded = tpm.run(&load).unwrap().handle;
    for password in [&[] as &[u8], &[0; 32]] {
        let refused = tpm.run(&Sign { key: loaded, password, digest: &[0; 32] }).unwrap_err();
        assert_eq!(refused.meaning(), Some(Meaning::WrongPassword));
    }
}

#[test]
fn an_owners_password_is_told_unless_a_parent_was_left_for_others() {
    let fixture = fixture();
    let (reference, _) = fixture.create().unwrap();
    fixture.persist();
    fixture.on.way().open().unwrap().run(&OWNER_PASSWORD()).unwrap();
    fixture.keys.check().unwrap();
    let (_, key) = fixture.create().unwrap();
    key.sign(b"message").unwrap();
    // Made below the primary key, which nobody makes any more without the password.
    assert_trouble(fixture.keys.open(&reference), TpmTrouble::OwnerPassword);
    let other = self::fixture();
    other.on.way().open().unwrap().run(&OWNER_PASSWORD()).unwrap();
    assert_trouble(other.keys.check(), TpmTrouble::OwnerPassword);
    assert_trouble(other.create(), TpmTrouble::OwnerPassword);
    assert_eq!(other.on.kept(), 0, "what was begun is undone");
}

#[test]
fn a_loss_of_power_leaves_the_keys_as_they_were() {
    let mut fixture = fixture();
    let (reference, key) = fixture.create().unwrap();
    for _ in 0..3 {
        key.sign(b"message").unwrap();
        fixture.on.stop_emulator();
        fixture.on.start_emulator("tpm");
        fixture.keys.open(&reference).unwrap().sign(b"message").unwrap();
    }
}

/// A TPM whose power is cut off at one command after the other, while a key is made.
#[derive(Debug)]
struct CutOff(Arc<ToEmulator>, usize);

#[derive(Debug)]
struct CutChannel(Socket, usize);

impl warifu_tpm::Channel for CutChannel {
    fn exchange(&mut self, command: &[u8]) -> io::Result<zeroize::Zeroizing<Vec<u8>>> {
        let Some(left) = self.1.checked_sub(1) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        self.1 = left;
        self.0.exchange(command)
    }
}

impl WayToTpm for CutOff {
    fn open(&self) -> Result<Tpm, TpmError> {
        drop(self.0.open()?);
        Ok(Tpm::new(CutChannel(self.0.socket(), self.1)))
    }
}

#[test]
fn a_making_that_is_cut_off_at_any_command_leaves_nothing() {
    let fixture = fixture();
    let mut made = false;
    for commands in 0..10 {
        let keys = TpmKeyStore {
            folder: Folder::new(fixture.on.home.join("keys"), fixture.on.vault.vault()),
            way: Arc::new(CutOff(fixture.on.way(), commands)),
        };
        match keys.create(&KeyReference::random().unwrap()) {
            Ok(_) => made = true,
            Err(error) => {
                assert!(!made, "cut off later, it failed again");
                assert_trouble::<()>(Err(error), TpmTrouble::Broken);
                assert_eq!(fixture.on.kept(), 0);
            }
        }
        if made {
            assert!(commands > 2);
            break;
        }
    }
    assert!(made);
    fixture.create().unwrap().1.sign(b"message").unwrap();
}

/// Another program that holds every place of a TPM without a resource manager.
#[derive(Debug)]
struct Full(Arc<dyn WayToTpm>);

impl WayToTpm for Full {
    fn open(&self) -> Result<Tpm, TpmError> {
        let mut tpm = self.0.open()?;
        while tpm.storage_primary().is_ok() {}
        Ok(tpm)
    }
}

#[test]
fn what_is_in_the_way_is_told_and_leaves_nothing() {
    #[derive(Debug)]
    struct Refuses(fn() -> TpmError);
    impl WayToTpm for Refuses {
        fn open(&self) -> Result<Tpm, TpmError> {
            Err((self.0)())
        }
    }
    let fixture = fixture();
    let ways: [(Arc<dyn WayToTpm>, _); 3] = [
        (Arc::new(Refuses(|| TpmError::None)), TpmTrouble::Absent),
        (Arc::new(Refuses(|| TpmError::NoPermission)), TpmTrouble::NoPermission),
        (Arc::new(Full(fixture.on.way())), TpmTrouble::Full),
    ];
    for (way, trouble) in ways {
        let folder = Folder::new(fixture.on.home.join("keys"), fixture.on.vault.vault());
        let keys = TpmKeyStore { folder, way };
        assert_trouble(keys.check(), trouble);
        assert_trouble(keys.create(&KeyReference::random().unwrap()), trouble);
        assert_eq!((keys.list().unwrap(), fixture.on.kept()), (Vec::new(), 0));
    }
}
