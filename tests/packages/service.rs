//! The backend's Debian package: installed below a folder of its own, its unit examined, and its program
//! started as systemd starts it.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        net::UnixDatagram,
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};

use crate::{NEWER, debian::Root, output, package, packaged, said, sbom, words};

const UNIT: &str = "lib/systemd/system/warifu-backend.service";
const ENABLED: &str = "etc/systemd/system/multi-user.target.wants/warifu-backend.service";

/// The highest exposure that the unit may have, in tenths: of 10 for no protection at all.
const MOST_EXPOSED: &str = "20";

/// How long a message to the service manager may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn deb() -> Result<PathBuf> {
    let architecture = said(Command::new("dpkg").arg("--print-architecture"))?;
    packaged(&format!("warifu-backend_{}_{}.deb", env!("CARGO_PKG_VERSION"), architecture.trim()))
}

/// dpkg that has the maintainer scripts work on the root from outside: there are no programs in it.
fn dpkg(root: &Root) -> Command {
    let mut dpkg = root.dpkg();
    dpkg.arg("--force-script-chrootless");
    dpkg
}

fn install(root: &Root) -> Result<()> {
    said(dpkg(root).arg("--install").arg(deb()?)).map(drop)
}

#[test]
fn installs_with_a_user_and_a_folder_of_its_own() -> Result<()> {
    let root = Root::new()?;
    install(&root)?;
    for (file, mode) in [
        ("etc/warifu/backend.env", 0o644),
        (UNIT, 0o644),
        ("usr/bin/warifu-backend", 0o755),
        ("usr/lib/sysusers.d/warifu-backend.conf", 0o644),
        ("usr/lib/tmpfiles.d/warifu-backend.conf", 0o644),
        ("usr/share/bash-completion/completions/warifu-backend", 0o644),
        ("usr/share/doc/warifu-backend/THIRD-PARTY.txt.gz", 0o644),
        ("usr/share/doc/warifu-backend/changelog.gz", 0o644),
        ("usr/share/doc/warifu-backend/copyright", 0o644),
        ("usr/share/doc/warifu-backend/examples/alerts.yml", 0o644),
        ("usr/share/doc/warifu-backend/examples/dashboard.json", 0o644),
        ("usr/share/fish/vendor_completions.d/warifu-backend.fish", 0o644),
        ("usr/share/man/man1/warifu-backend.1.gz", 0o644),
        ("usr/share/zsh/vendor-completions/_warifu-backend", 0o644),
    ] {
        let found = fs::metadata(root.path(file)).with_context(|| file.to_owned())?;
        assert_eq!(found.permissions().mode() & 0o7777, mode, "{file}");
    }
    let sbom = fs::read(root.path("usr/share/doc/warifu-backend/sbom.cdx.json"))?;
    sbom::is_true_of_backend(&sbom)?;
    let copyright = fs::read_to_string(root.path("usr/share/doc/warifu-backend/copyright"))?;
    assert!(copyright.contains("/usr/share/doc/warifu-backend/THIRD-PARTY.txt.gz"), "{copyright}");

    // The scripts made a user whom nobody can log in as, and the folder that is this user's alone.
    let users = fs::read_to_string(root.path("etc/passwd"))?;
    let user = users.lines().find(|line| line.starts_with("warifu:")).context("no user")?;
    let fields: Vec<&str> = user.split(':').collect();
    assert_eq!((fields[5], fields[6]), ("/var/lib/warifu", "/usr/sbin/nologin"), "{user}");
    let folder = fs::metadata(root.path("var/lib/warifu"))?;
    assert_eq!(folder.permissions().mode() & 0o7777, 0o700);
    let credentials = fs::metadata(root.path("etc/credstore"))?;
    assert_eq!(credentials.permissions().mode() & 0o7777, 0o700);
    assert!(is_root(), "only root can give a folder to the backend's user");
    assert_eq!(folder.uid().to_string(), fields[2]);
    assert_eq!(credentials.uid(), 0);
    assert!(fs::symlink_metadata(root.path(ENABLED)).is_ok(), "the service is not enabled");
    Ok(())
}

#[test]
fn an_upgrade_keeps_what_people_changed_and_a_purge_keeps_the_authority() -> Result<()> {
    let root = Root::new()?;
    install(&root)?;
    let environment = root.path("etc/warifu/backend.env");
    fs::write(&environment, "WARIFU_LOG=debug\n")?;
    let kept = root.path("var/lib/warifu/data");
    fs::create_dir(&kept)?;
    // Somebody does not want it to start with the machine.
    let mut disable = Command::new("systemctl");
    disable.arg(format!("--root={}", root.path("").display()));
    said(disable.args(["disable", "warifu-backend.service"]))?;
    let made = tempfile::tempdir()?;
    said(package("deb", NEWER, made.path())?.args(["--only", "backend"]))?;
    let newer = fs::read_dir(made.path())?.next().context("no package was made")??.path();
    said(dpkg(&root).arg("--force-confold").arg("--install").arg(newer))?;
    assert_eq!(fs::read_to_string(&environment)?, "WARIFU_LOG=debug\n");
    assert!(fs::symlink_metadata(root.path(ENABLED)).is_err(), "the service is enabled again");

    said(dpkg(&root).args(["--remove", "warifu-backend"]))?;
    assert!(!root.path("usr/bin/warifu-backend").exists());
    assert!(environment.exists(), "what people wrote went without a purge");
    let purged = output(dpkg(&root).args(["--purge", "warifu-backend"]))?;
    assert!(purged.status.success(), "{}", words(&purged));
    assert!(words(&purged).contains("/var/lib/warifu is kept"), "{}", words(&purged));
    assert!(kept.is_dir() && !environment.exists());

    fs::remove_dir(&kept)?;
    install(&root)?;
    said(dpkg(&root).args(["--purge", "warifu-backend"]))?;
    assert!(!root.path("var/lib/warifu").exists(), "an empty folder stays");
    assert!(fs::symlink_metadata(root.path(ENABLED)).is_err());
    Ok(())
}

#[test]
fn its_unit_leaves_little_to_attack() -> Result<()> {
    let root = Root::new()?;
    install(&root)?;
    let unit = root.path(UNIT);
    let mut examine = Command::new("systemd-analyze");
    examine.args(["security", "--offline=true", "--no-pager"]).arg(&unit);
    let threshold = format!("--threshold={MOST_EXPOSED}");
    let examined = output(examine.arg(threshold))?;
    assert!(examined.status.success(), "{}", words(&examined));
    assert!(words(&examined).contains("Overall exposure level"), "{}", words(&examined));
    // That a weaker one would not pass.
    let text = fs::read_to_string(&unit)?;
    let weaker: String = text
        .lines()
        .filter(|line| !line.starts_with("Protect"))
        .flat_map(|it| [it, "\n"])
        .collect();
    fs::write(&unit, weaker)?;
    assert!(!output(&mut examine)?.status.success());
    fs::write(&unit, text)?;

    // systemd knows every word of it.
    let verified = output(
        Command::new("systemd-analyze").args(["verify", "--man=no", "--no-pager"]).arg(&unit).env(
            "SYSTEMD_UNIT_PATH",
            format!("{}:/lib/systemd/system", root.path("lib/systemd/system").display()),
        ),
    )?;
    let complaints = words(&verified);
    let of_ours = complaints.lines().filter(|line| line.contains("warifu"));
    // The program is in the folder of the test and not in this system.
    let of_ours: Vec<_> = of_ours.filter(|line| !line.contains("is not executable")).collect();
    assert!(of_ours.is_empty(), "{complaints}");
    Ok(())
}

#[test]
fn lintian_finds_nothing_in_the_backend() -> Result<()> {
    let output = output(
        Command::new("lintian").args(["--allow-root", "--fail-on", "warning", "--"]).arg(deb()?),
    )?;
    assert!(output.status.success(), "{}", words(&output));
    Ok(())
}

#[test]
fn tells_systemd_when_it_is_ready_alive_and_ending() -> Result<()> {
    let made = tempfile::tempdir()?;
    let dir = made.path().join("data");
    // As systemd hands it over: a folder with a file for each credential.
    let credentials = made.path().join("credentials");
    fs::create_dir(&credentials)?;
    let passphrase = credentials.join("authority-passphrase");
    fs::write(&passphrase, "a passphrase for samples only\n")?;
    fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o440))?;
    let program = packaged("linux-backend/warifu-backend")?;
    let backend = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(arguments).arg("--dir").arg(&dir);
        command
            .env("CREDENTIALS_DIRECTORY", &credentials)
            .env_remove("WARIFU_AUTHORITY_PASSPHRASE");
        command
    };
    said(&mut backend(&["init"])).context("init with a credential for the passphrase")?;
    // Any ports that are free: nobody reads the profile.
    let configuration = dir.join("warifu.toml");
    let text = fs::read_to_string(&configuration)?;
    let free = text
        .replace("_listen = \"127.0.0.1:8443\"", "_listen = \"127.0.0.1:0\"")
        .replace("_listen = \"127.0.0.1:8444\"", "_listen = \"127.0.0.2:0\"");
    fs::write(&configuration, free)?;

    let path = made.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut served = backend(&["serve"]);
    served.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "600000").stdout(Stdio::piped());
    let mut served = Served(served.stderr(Stdio::null()).spawn()?);
    let told = || -> Result<String> {
        let mut bytes = [0; 4096];
        let length = socket.recv(&mut bytes).context("systemd is told nothing")?;
        Ok(String::from_utf8(bytes[..length].to_vec())?)
    };
    assert_eq!(told()?, "READY=1\n");
    // Ready means: a connection is accepted.
    for listener in listening(served.0.id())? {
        std::net::TcpStream::connect(listener).context("it said READY=1")?;
    }
    for _ in 0..3 {
        assert_eq!(told()?, "WATCHDOG=1\n");
    }
    let id = rustix::process::Pid::from_child(&served.0);
    rustix::process::kill_process(id, rustix::process::Signal::TERM)?;
    while told()? != "STOPPING=1\n" {}
    assert!(served.0.wait()?.success());
    Ok(())
}

/// A started program, ended at the latest when this is dropped.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // Fails only if it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where a process listens, by the tables of the kernel; two places at least.
fn listening(process: u32) -> Result<Vec<std::net::SocketAddr>> {
    let mut own = Vec::new();
    for entry in fs::read_dir(format!("/proc/{process}/fd"))? {
        let link = fs::read_link(entry?.path()).unwrap_or_default();
        own.push(link.to_string_lossy().into_owned());
    }
    let mut found = Vec::new();
    for line in fs::read_to_string(format!("/proc/{process}/net/tcp"))?.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // 0A: it listens.
        if fields[3] == "0A" && own.contains(&format!("socket:[{}]", fields[9])) {
            let (address, port) = fields[1].split_once(':').context("no port")?;
            let address = u32::from_str_radix(address, 16)?.to_le_bytes();
            found.push((address, u16::from_str_radix(port, 16)?).into());
        }
    }
    ensure!(found.len() >= 2, "it listens at {found:?}");
    Ok(found)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
