//! The provider's command line as a program of its own: names that are taken or not, secrets that are
//! shown once, outputs that harm nothing, second tries.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "all of this program is tests")]

use std::{
    fs::{self, File},
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use rusqlite::Connection;
use serde_json::Value;
use warifu_platform::port;

const PASSPHRASE: &str = "a passphrase for this test";

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_warifu-backend"));
    for variable in ["WARIFU_OPERATOR", "SUDO_USER", "DOAS_USER", "CREDENTIALS_DIRECTORY"] {
        program.env_remove(variable);
    }
    program
        .env("USER", "tester")
        .env("WARIFU_AUTHORITY_PASSPHRASE", PASSPHRASE)
        .stdin(Stdio::null());
    program
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A backend's folder in a place of its own.
struct Backend {
    place: tempfile::TempDir,
}

impl Backend {
    fn new() -> Self {
        let backend = Self { place: tempfile::tempdir().unwrap() };
        let made = backend.init(&[]);
        assert!(made.status.success(), "{}", said(&made));
        backend
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn dir(&self) -> PathBuf {
        self.at("backend")
    }

    fn init(&self, arguments: &[&str]) -> Output {
        program().arg("init").arg("--dir").arg(self.dir()).args(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(arguments).arg("--dir").arg(self.dir());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} had to fail");
        said(&output)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }

    fn add_customer(&self) -> String {
        let added =
            self.json(&["customer", "add", "--name", "X", "--user-id", "kanri01", "--json"]);
        added["customer_number"].as_str().unwrap().to_owned()
    }

    fn customers(&self) -> usize {
        self.json(&["customer", "list", "--json"]).as_array().unwrap().len()
    }

    /// All that the record says, oldest first.
    fn record(&self) -> Vec<Value> {
        self.json(&["audit", "list", "--json"]).as_array().unwrap().clone()
    }

    fn database(&self) -> Connection {
        Connection::open(self.dir().join("warifu.sqlite")).unwrap()
    }
}

fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_name_that_no_app_takes_is_refused_and_leaves_nothing() {
    let backend = Backend { place: tempfile::tempdir().unwrap() };
    let names = [
        "https://warifu.example.jp",
        "warifu.example.jp:8443",
        "a.jp,b.jp",
        " a.jp",
        "",
        "[::1]:8443",
        "192.168.1.010",
        "192.168.1",
        "0.0.0.0",
        "a_b.jp",
        "*.example.jp",
        "-a.jp",
        "a..jp",
        &format!("{}.jp", "a".repeat(64)),
    ];
    for name in names {
        let output = backend.init(&[&format!("--server-name={name}")]);
        assert_eq!(output.status.code(), Some(2), "{name:?}: {}", said(&output));
        assert!(said(&output).contains(name), "{name:?}: {}", said(&output));
    }
    for name in ["", "  ", "a\nb", "a\tb", "a\u{202e}b", &"割".repeat(101)] {
        let output = backend.init(&["--service-name", name]);
        assert_eq!(output.status.code(), Some(2), "{name:?}: {}", said(&output));
    }
    for same in [&["--service-listen", "127.0.0.1:8443"][..], &["--service-listen", "127.0.0.1:0"]]
    {
        let output = backend.init(same);
        assert!(said(&output).contains("service_"), "{same:?}: {}", said(&output));
    }
    assert_eq!(self::names(backend.place.path()), Vec::<String>::new());
}

#[test]
fn a_name_is_taken_in_the_form_that_certificates_have() {
    let table = [
        ("日本語.jp", "https://xn--wgv71a119e.jp:8443"),
        ("Warifu.Example.JP.", "https://warifu.example.jp:8443"),
        ("[::1]", "https://[::1]:8443"),
        ("127.0.0.1", "https://127.0.0.1:8443"),
    ];
    for (name, url) in table {
        let backend = Backend { place: tempfile::tempdir().unwrap() };
        let made = backend.init(&["--server-name", name, "--service-name", &"割".repeat(100)]);
        assert!(made.status.success(), "{name}: {}", said(&made));
        assert_eq!(backend.json(&["profile"])["enrolment_url"], url, "{name}");
    }
}

#[test]
fn an_init_that_fails_can_be_tried_again() {
    let backend = Backend { place: tempfile::tempdir().unwrap() };
    let short = backend.at("short");
    fs::write(&short, "short\n").unwrap();
    fs::set_permissions(&short, fs::Permissions::from_mode(0o600)).unwrap();
    let failed = backend.init(&["--passphrase-file", short.to_str().unwrap()]);
    assert!(said(&failed).contains("at least 12"), "{}", said(&failed));
    assert_eq!(names(backend.place.path()), ["short"]);
    assert!(backend.init(&[]).status.success());
    assert_eq!((mode(&backend.dir()), mode(&backend.dir().join("authority.key"))), (0o700, 0o600));
    let again = backend.init(&[]);
    assert!(said(&again).contains("not empty"), "{}", said(&again));
}

/// Runs a command whose standard output fails in some way; nothing of it may count.
fn without_output(command: &mut Command, how: &str) -> Output {
    match how {
        "full" => command.stdout(File::options().write(true).open("/dev/full").unwrap()),
        _ => {
            let (read, write) = std::io::pipe().unwrap();
            drop(read);
            command.stdout(write)
        }
    };
    command.stderr(Stdio::piped()).output().unwrap()
}

#[test]
fn a_customer_counts_only_if_the_initial_password_could_be_shown() {
    let backend = Backend::new();
    let (taken, page) = (backend.at("taken.html"), backend.at("n.html"));
    fs::write(&taken, "a notice that nobody has printed").unwrap();
    symlink(&taken, backend.at("link.html")).unwrap();
    let add = ["customer", "add", "--name", "X", "--user-id", "kanri01"];
    for page in ["no/such/folder/n.html", "taken.html", "link.html", "backend"] {
        let page = backend.at(page);
        let said = backend.refused(&[&add[..], &["--html", page.to_str().unwrap()]].concat());
        assert!(said.contains(page.to_str().unwrap()), "{said}");
    }
    for how in ["full", "closed"] {
        for html in [false, true] {
            let mut command = backend.command(&add);
            if html {
                command.arg("--html").arg(&page);
            }
            let output = without_output(&mut command, how);
            assert_eq!(output.status.code(), Some(1), "{how}");
            assert!(said(&output).contains("nothing was changed"), "{how}: {}", said(&output));
            assert!(!page.exists(), "{how}");
        }
    }
    let full = backend.refused(&[&add[..], &["--html", "/dev/full"]].concat());
    assert!(full.contains("nothing was changed"), "{full}");
    assert_eq!((backend.customers(), backend.record().len()), (0, 1));
    assert_eq!(fs::read_to_string(&taken).unwrap(), "a notice that nobody has printed");

    let shown = backend.done(&[&add[..], &["--html", page.to_str().unwrap()]].concat());
    assert!(shown.contains("お客さま番号    10000001"), "{shown}");
    assert!(fs::read_to_string(&page).unwrap().contains("10000001"));
    assert_eq!(mode(&page), 0o600);
    assert_eq!(backend.customers(), 1);
}

#[test]
fn an_unlock_and_a_reissue_count_only_if_the_initial_password_could_be_shown() {
    let backend = Backend::new();
    let number = backend.add_customer();
    let hash = || -> String {
        let database = backend.database();
        database.query_row("SELECT password_hash FROM account", [], |row| row.get(0)).unwrap()
    };
    let (first, rows) = (hash(), backend.record().len());
    for act in ["unlock", "reissue"] {
        let who = ["user", act, "--customer", &number, "--user", "kanri01"];
        for how in ["full", "closed"] {
            let output = without_output(&mut backend.command(&who), how);
            assert_eq!(output.status.code(), Some(1), "{act} {how}");
        }
        let nowhere = backend.at("no/n.html");
        backend.refused(&[&who[..], &["--html", nowhere.to_str().unwrap()]].concat());
        assert_eq!((hash(), backend.record().len()), (first.clone(), rows), "{act}");
    }
    let notice = backend.done(&["user", "unlock", "--customer", &number, "--user", "kanri01"]);
    assert!(notice.contains("ロック解除") && notice.contains("ご利用中の電子証明書"), "{notice}");
    assert_ne!(hash(), first);
    let acts: Vec<_> = backend.record()[rows..].iter().map(|row| row["act"].clone()).collect();
    assert_eq!(acts, ["unlocked", "password-reset"]);
}

#[test]
fn what_nobody_reads_any_more_ends_quietly() {
    let backend = Backend::new();
    let number = backend.add_customer();
    let who = ["--customer", &number, "--user", "kanri01"];
    let commands: [&[&str]; 9] = [
        &["audit", "list"],
        &["audit", "list", "--json"],
        &["audit", "verify"],
        &["customer", "list"],
        &["customer", "show", &number],
        &["user", "list", "--customer", &number],
        &["profile"],
        &["mail", "status"],
        &["user", "show", who[0], who[1], who[2], who[3]],
    ];
    for arguments in commands {
        let output = without_output(&mut backend.command(arguments), "closed");
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        assert!(!said(&output).contains("panicked"), "{arguments:?}: {}", said(&output));
        // A disk that is full is another matter.
        let output = without_output(&mut backend.command(arguments), "full");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(said(&output).contains("standard output"), "{arguments:?}: {}", said(&output));
    }
    // Nor does a closed or full standard error end in a panic.
    let mut command = backend.command(&["customer", "show", "99999999"]);
    command.stderr(File::options().write(true).open("/dev/full").unwrap());
    assert_eq!(command.output().unwrap().status.code(), Some(2));
}

#[test]
fn an_export_takes_the_place_of_nothing_and_goes_into_devices() {
    let backend = Backend::new();
    let export =
        |path: &Path| backend.run(&["audit", "export", "--output", path.to_str().unwrap()]);
    let (file, link) = (backend.at("e"), backend.at("link"));
    fs::write(&file, "precious").unwrap();
    symlink("e", &link).unwrap();
    for path in [&file, &link, &backend.dir(), &backend.at("no/such/e")] {
        let output = export(path);
        assert_eq!(output.status.code(), Some(1), "{}", path.display());
        assert!(said(&output).contains(path.to_str().unwrap()), "{}", said(&output));
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(backend.record().len(), 1, "what was refused was not exported");

    let device = Path::new("/dev/null");
    assert!(export(device).status.success());
    assert!(fs::symlink_metadata(device).unwrap().file_type().is_char_device());
    for path in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let output = export(Path::new(path));
        let lines = String::from_utf8(output.stdout).unwrap();
        let whole = lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok());
        assert!(whole && lines.lines().count() > 1, "{path}: {lines}");
    }
    let new = backend.at("new");
    assert!(export(&new).status.success());
    assert_eq!(mode(&new), 0o600);
    assert_eq!(fs::read_to_string(&new).unwrap().lines().count(), backend.record().len());
}

#[test]
fn a_revocation_list_replaces_the_last_one_and_no_link() {
    let backend = Backend::new();
    let list = |path: &Path| backend.run(&["crl", "--pem", "--output", path.to_str().unwrap()]);
    let (file, link) = (backend.at("list.pem"), backend.at("link.pem"));
    assert!(list(&file).status.success());
    let first = fs::read(&file).unwrap();
    symlink("list.pem", &link).unwrap();
    assert!(!list(&link).status.success());
    assert_eq!(fs::read(&file).unwrap(), first);
    assert!(list(&file).status.success());
    assert_ne!(fs::read(&file).unwrap(), first, "each list has a number of its own");
    let output = list(Path::new("/dev/stdout"));
    assert!(output.stdout.starts_with(b"-----BEGIN X509 CRL-----"));
}

/// A backend that serves until it is dropped.
struct Serving {
    process: std::process::Child,
    list: String,
}

impl Serving {
    fn start(backend: &Backend) -> Self {
        use std::io::BufRead as _;
        let mut command = backend.command(&["serve"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut told = String::new();
        let output = process.stdout.take().unwrap();
        std::io::BufReader::new(output).read_line(&mut told).unwrap();
        let profile = backend.json(&["profile"]);
        let list = format!("{}/v1/crl", profile["enrolment_url"].as_str().unwrap());
        assert!(told.contains("enrolment"), "{told}");
        Self { process, list }
    }

    /// The head of the answer; the list goes to `file`.
    fn ask(&self, backend: &Backend, file: &Path, known: Option<&str>) -> String {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--noproxy", "*", "--dump-header", "-", "--cacert"]);
        curl.arg(backend.dir().join("authority.pem")).arg("--output").arg(file);
        if let Some(known) = known {
            curl.args(["--header", &format!("If-None-Match: {known}")]);
        }
        let output = curl.arg(&self.list).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap().to_ascii_lowercase()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("no {name}: {head}")).trim()
}

#[test]
fn the_list_is_sent_again_only_if_something_was_revoked_or_gave_way() {
    let ports: [u16; 2] = port::reserve().unwrap();
    let [enrolment, service] = ports.map(|port| format!("127.0.0.1:{port}"));
    let backend = Backend { place: tempfile::tempdir().unwrap() };
    let made = backend.init(&["--enrolment-listen", &enrolment, "--service-listen", &service]);
    assert!(made.status.success(), "{}", said(&made));
    let number = backend.add_customer();
    for (id, state, reason) in [(1, "active", "NULL"), (2, "superseded", "NULL")] {
        let sql = format!(
            "INSERT INTO certificate (id, account, serial, thumbprint, public_key, der, not_before,
                                      not_after, state, state_at, reason)
             VALUES ({id}, 1, x'0{id}', '{}', '{id}', x'05', 1, 9999999999, '{state}', 1000, {reason})",
            id.to_string().repeat(64)
        );
        backend.database().execute_batch(&sql).unwrap();
    }
    let serving = Serving::start(&backend);
    let (file, again) = (backend.at("list.der"), backend.at("again.der"));
    let first = serving.ask(&backend, &file, None);
    assert!(
        first.contains(" 200 ") && header(&first, "cache-control").contains("max-age"),
        "{first}"
    );
    let tag = header(&first, "etag").to_owned();
    let known = serving.ask(&backend, &again, Some(&tag));
    assert!(known.contains(" 304 "), "{known}");
    assert_eq!(header(&known, "etag"), tag);
    assert_eq!(fs::read(&again).unwrap_or_default(), b"");

    let who = ["--customer", &number, "--user", "kanri01"];
    backend.done(&[&["certificate", "revoke", "--reason", "key-compromise"], &who[..]].concat());
    let changed = serving.ask(&backend, &file, Some(&tag));
    assert!(changed.contains(" 200 "), "{changed}");
    assert_ne!(header(&changed, "etag"), tag);
    let text = Command::new("openssl")
        .args(["crl", "-inform", "DER", "-noout", "-text", "-CAfile"])
        .arg(backend.dir().join("authority.pem"))
        .arg("-in")
        .arg(&file)
        .output()
        .unwrap();
    let text = [text.stdout, text.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    for expected in ["verify OK", "Superseded", "Key Compromise"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert_eq!(text.matches("Serial Number:").count(), 2, "{text}");
}

#[test]
fn a_typing_error_in_a_number_takes_away_none() {
    let backend = Backend::new();
    let add = |number: Option<&str>| {
        let mut arguments =
            vec!["customer", "add", "--name", "X", "--user-id", "kanri01", "--json"];
        arguments.extend(number.iter().flat_map(|number| ["--number", number]));
        backend.run(&arguments)
    };
    assert!(add(Some("99999999")).status.success());
    for number in ["10000001", "10000002"] {
        let added: Value = serde_json::from_slice(&add(None).stdout).unwrap();
        assert_eq!(added["customer_number"], number);
    }
    let taken = add(Some("10000002"));
    assert_eq!(taken.status.code(), Some(2));
    assert!(said(&taken).contains("10000002 exists already"), "{}", said(&taken));
}

#[test]
fn who_is_not_there_is_named_as_wrong_usage() {
    let backend = Backend::new();
    let number = backend.add_customer();
    let table: [(&[&str], &str); 6] = [
        (&["user", "show", "--customer", &number, "--user", "nobody"], "no user nobody"),
        (&["user", "suspend", "--customer", "10000009", "--user", "kanri01"], "no user kanri01"),
        (&["user", "unlock", "--customer", &number, "--user", "nobody"], "no user nobody"),
        (&["user", "list", "--customer", "10000009"], "no customer 10000009"),
        (&["customer", "show", "10000009"], "no customer 10000009"),
        (&["customer", "add", "--name", "a\nb", "--user-id", "kanri01"], "--name"),
    ];
    for (arguments, named) in table {
        let output = backend.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(named), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn the_record_names_the_person_at_the_command_line() {
    let backend = Backend::new();
    let number = backend.add_customer();
    let suspend = ["user", "suspend", "--customer", &number, "--user", "kanri01"];
    let last = || {
        let row = backend.record().pop().unwrap();
        (row["actor"].clone(), row["actor_kind"].clone())
    };
    let by = |name: &str| (Value::from(name), Value::from("provider"));
    assert_eq!(last(), by("tester"));
    assert!(backend.command(&suspend).env("SUDO_USER", "sato").status().unwrap().success());
    assert_eq!(last(), by("sato"));
    assert!(backend.command(&suspend).env("WARIFU_OPERATOR", "鈴木").status().unwrap().success());
    assert_eq!(last(), by("鈴木"));
    backend.done(&[&["--operator", "山田 太郎"], &suspend[..]].concat());
    assert_eq!(last(), by("山田 太郎"));
    // The first day of a suspension stays.
    let days: i64 = backend
        .database()
        .query_row(
            "SELECT suspended_at - (SELECT min(at) FROM audit WHERE act = 'suspended') FROM account",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(days, 0);
    let refused = backend.run(&[&["--operator", "a\nb"], &suspend[..]].concat());
    assert_eq!(refused.status.code(), Some(2));
    assert!(backend.done(&["audit", "verify"]).starts_with("whole"));
}

#[test]
fn a_passphrase_is_read_from_whatever_file_keeps_it() {
    let backend = Backend::new();
    let file = backend.at("passphrase");
    let wide: Vec<u8> =
        format!("\u{feff}{PASSPHRASE}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let config = backend.dir().join("warifu.toml");
    let text = fs::read_to_string(&config).unwrap();
    let line = format!("passphrase_file = {:?}", file.to_str().unwrap());
    fs::write(&config, text.replace("# passphrase_file = \"/etc/warifu/passphrase\"", &line))
        .unwrap();
    let mut turn = 0;
    let mut list = || {
        turn += 1;
        let output = backend.at(&format!("list-{turn}"));
        backend.run(&["crl", "--output", output.to_str().unwrap()])
    };
    let contents = [
        (PASSPHRASE.as_bytes().to_vec(), true),
        (format!("{PASSPHRASE}\r\n\n").into_bytes(), true),
        (format!("\u{feff}{PASSPHRASE}\n").into_bytes(), true),
        (wide, true),
        (b"another passphrase".to_vec(), false),
        (Vec::new(), false),
        (b"\x82\xa0\x82\xa2".to_vec(), false),
    ];
    for (content, good) in contents {
        let _ = fs::remove_file(&file);
        fs::write(&file, &content).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
        let output = list();
        assert_eq!(output.status.success(), good, "{content:02x?}: {}", said(&output));
    }
    for (mode, good) in [(0o600, true), (0o604, false), (0o666, false), (0o620, false)] {
        let _ = fs::remove_file(&file);
        fs::write(&file, PASSPHRASE).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(list().status.success(), good, "{mode:o}");
    }
    // As Windows writes the configuration, or an editor on it.
    for text in [format!("\u{feff}{text}"), text.replace('\n', "\r\n")] {
        fs::write(&config, text).unwrap();
        backend.done(&["profile"]);
    }
    let wide: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    fs::write(&config, wide).unwrap();
    backend.done(&["profile"]);
    fs::write(&config, b"service_name = \"\x82\xa0\"").unwrap();
    let refused = backend.refused(&["profile"]);
    assert!(refused.contains("UTF-8"), "{refused}");
    fs::write(&config, &text).unwrap();
    let mut unset = backend.command(&["crl", "--output", "/dev/null"]);
    let unset = unset.env("WARIFU_AUTHORITY_PASSPHRASE", "").output().unwrap();
    assert!(said(&unset).contains("is missing"), "{}", said(&unset));
}

#[test]
fn the_passphrase_of_the_authority_can_be_changed() {
    let backend = Backend::new();
    let key = backend.dir().join("authority.key");
    let before = fs::read(&key).unwrap();
    let change = |next: &str| {
        let mut command = backend.command(&["authority", "passphrase"]);
        command.env("WARIFU_NEW_AUTHORITY_PASSPHRASE", next).output().unwrap()
    };
    let list = |passphrase: &str| {
        let mut command = backend.command(&["crl", "--output", "/dev/null"]);
        command.env("WARIFU_AUTHORITY_PASSPHRASE", passphrase).status().unwrap().success()
    };
    for next in ["", "short"] {
        assert!(!change(next).status.success());
    }
    let mut wrong = backend.command(&["authority", "passphrase"]);
    wrong.env("WARIFU_AUTHORITY_PASSPHRASE", "another passphrase");
    wrong.env("WARIFU_NEW_AUTHORITY_PASSPHRASE", "the next passphrase");
    assert!(!wrong.status().unwrap().success());
    assert_eq!(fs::read(&key).unwrap(), before);
    assert!(change("the next passphrase").status.success());
    assert!(list("the next passphrase") && !list(PASSPHRASE));
    assert_eq!(mode(&key), 0o600);
    assert_eq!(backend.record().pop().unwrap()["act"], "passphrase-changed");
}

#[test]
fn the_key_of_the_record_goes_with_the_passphrase_and_into_backups() {
    let backend = Backend::new();
    assert!(!backend.dir().join("record.key").exists());
    let key = backend.json(&["audit", "key", "--json"]);
    let files = ["record.key", "record.pub"].map(|name| backend.dir().join(name));
    assert_eq!(files.each_ref().map(|file| mode(file)), [0o600, 0o600]);
    assert_eq!(key["key"].as_str(), fs::read_to_string(&files[1]).ok().as_deref());
    let mut change = backend.command(&["authority", "passphrase"]);
    change.env("WARIFU_NEW_AUTHORITY_PASSPHRASE", "the next passphrase");
    assert!(change.status().unwrap().success());
    let checkpoint = |passphrase: &str, name: &str| {
        let output = backend.at(name);
        let mut command =
            backend.command(&["audit", "checkpoint", "--output", output.to_str().unwrap()]);
        command.env("WARIFU_AUTHORITY_PASSPHRASE", passphrase).status().unwrap().success()
    };
    assert!(!checkpoint(PASSPHRASE, "one") && !backend.at("one").exists());
    assert!(checkpoint("the next passphrase", "one"));
    // Never over another one.
    assert!(!checkpoint("the next passphrase", "one"));

    let backup = backend.at("backup");
    backend.done(&["backup", backup.to_str().unwrap()]);
    for name in ["record.key", "record.pub"] {
        assert_eq!(fs::read(backup.join(name)).ok(), fs::read(backend.dir().join(name)).ok());
    }
    let restored = Backend { place: tempfile::tempdir().unwrap() };
    restored.done(&["restore", backup.to_str().unwrap()]);
    assert_eq!(restored.json(&["audit", "key", "--json"]), key);
    // Half of the pair is not made anew in silence.
    fs::remove_file(&files[0]).unwrap();
    let mut lost = backend.command(&["audit", "checkpoint"]);
    let lost = lost.env("WARIFU_AUTHORITY_PASSPHRASE", "the next passphrase").output().unwrap();
    assert!(said(&lost).contains("record.key is missing beside record.pub"), "{}", said(&lost));
    assert!(!files[0].exists());
}

#[test]
fn a_backup_that_fails_leaves_nothing_and_names_the_disk() {
    let backend = Backend::new();
    backend.add_customer();
    let large = "CREATE TABLE large (content BLOB); INSERT INTO large VALUES (zeroblob(3000000))";
    backend.database().execute_batch(large).unwrap();
    let (new, empty) = (backend.at("new"), backend.at("empty"));
    fs::create_dir(&empty).unwrap();
    for target in [&new, &empty] {
        // A limit on a file's size, as a disk that is full.
        let mut limited = Command::new("sh");
        limited.args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$@\"", "sh"]);
        let backup = backend.command(&["backup", target.to_str().unwrap()]);
        limited.arg(backup.get_program()).args(backup.get_args());
        let output = limited.output().unwrap();
        assert!(!output.status.success());
        assert!(said(&output).contains(target.to_str().unwrap()), "{}", said(&output));
    }
    assert!(!new.exists());
    assert_eq!(names(&empty), Vec::<String>::new());
    for target in [&new, &empty] {
        backend.done(&["backup", target.to_str().unwrap()]);
        let files = ["authority.key", "authority.pem", "warifu.sqlite", "warifu.toml"];
        assert_eq!(names(target), files);
        assert_eq!(mode(target), 0o700);
        assert!(files.iter().all(|name| mode(&target.join(name)) == 0o600));
        assert!(backend.refused(&["backup", target.to_str().unwrap()]).contains("not empty"));
    }
}

#[test]
fn a_restore_ends_what_must_not_live_again_and_says_what_to_do() {
    let backend = Backend::new();
    backend.add_customer();
    let database = backend.database();
    database
        .execute_batch(
            "INSERT INTO session (token_hash, account, thumbprint, opened_at, last_used_at, ends_at)
             VALUES (x'01', 1, '-', 1, 1, 99999999999);
             INSERT INTO transfer (account, code_hash, failures, expires_at)
             VALUES (1, x'02', 0, 99999999999);
             INSERT INTO enrolment_grant (token_hash, account, password_generation, expires_at)
             VALUES (x'03', 1, 1, 99999999999);
             INSERT INTO certificate (id, account, serial, thumbprint, public_key, der, not_before,
                                      not_after, state, state_at)
             VALUES (1, 1, x'04', 'a', 'b', x'05', 1, 99999999999, 'active', 1);",
        )
        .unwrap();
    for (threshold, state) in [(28, "sent"), (14, "queued"), (7, "sending")] {
        database
            .execute(
                "INSERT INTO outbox (about, kind, certificate, owner, threshold, recipient, expires_at,
                                     state, state_at, queued_at, next_at)
                 VALUES ('certificate/1/1', 'certificate', 1, 1, ?1, 1, 1, ?2, 1, 1, 1)",
                (threshold, state),
            )
            .unwrap();
    }
    drop(database);
    let backup = backend.at("backup");
    let list =
        || backend.json(&["crl", "--json", "--output", backend.at("list").to_str().unwrap()]);
    list();
    backend.done(&["backup", backup.to_str().unwrap()]);
    let after = list()["number"].as_i64().unwrap();

    let restored = Backend { place: tempfile::tempdir().unwrap() };
    let told = restored.json(&["restore", backup.to_str().unwrap(), "--json"]);
    assert_eq!((&told["ended"], &told["uncertain_letters"]), (&3.into(), &2.into()));
    assert!(told["backed_up_at"].is_i64());
    let to_do = told["to_do"].to_string();
    for act in ["user reissue", "certificate revoke", "user suspend", "audit export"] {
        assert!(to_do.contains(act), "{to_do}");
    }
    let database = restored.database();
    for table in ["session", "transfer", "enrolment_grant"] {
        let left: i64 = database
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap();
        assert_eq!(left, 0, "{table}");
    }
    let sent: i64 = database
        .query_row("SELECT count(*) FROM outbox WHERE state = 'sent'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sent, 1);
    let next = restored.json(&["crl", "--json", "--output", restored.at("list").to_str().unwrap()]);
    assert!(next["number"].as_i64().unwrap() > after + 100_000);
    assert!(restored.done(&["audit", "verify"]).starts_with("whole"));
    let text = Backend { place: tempfile::tempdir().unwrap() }
        .done(&["restore", backup.to_str().unwrap()]);
    assert!(text.contains("1. Certificates that were issued after the backup"), "{text}");
}

#[test]
fn a_restore_that_fails_leaves_nothing() {
    let backend = Backend::new();
    let backup = backend.at("backup");
    backend.done(&["backup", backup.to_str().unwrap()]);
    fs::remove_file(backup.join("authority.key")).unwrap();
    let target = Backend { place: tempfile::tempdir().unwrap() };
    let refused = target.refused(&["restore", backup.to_str().unwrap()]);
    assert!(refused.contains("authority.key"), "{refused}");
    assert_eq!(names(target.place.path()), Vec::<String>::new());
}
