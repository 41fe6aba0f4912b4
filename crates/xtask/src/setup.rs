//! Installing what is missing, and nothing else.

use std::{
    env, fs,
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::run::{
    ask, cargo, check_node, is_debian, is_installed, npm, step, target, tools, ui, workspace,
};

/// What a command needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Need {
    /// To build the app and the backend.
    Build,
    /// To run tests.
    Runner,
    /// To drive the app's window on a screen of its own.
    Desktop,
    /// What the tests start.
    Tests,
    /// The sample service that the login opens, and the browser that shows it.
    Service,
    /// To check dependencies.
    Lint,
    /// What is measured beside, and a screen to measure the app on.
    Bench,
    /// To package for Windows.
    PackageWindows,
    /// To package for Debian.
    PackageDeb,
}

impl Need {
    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Build => &[
                "build-essential",
                "pkg-config",
                "libdbus-1-dev",
                "libwebkit2gtk-4.1-dev",
                // Opened when the app starts: the tray's icon.
                "libayatana-appindicator3-1",
            ],
            Self::Desktop => &[
                "at-spi2-core",
                "dbus",
                "dunst",
                "faketime",
                "fonts-noto-cjk",
                "gnome-keyring",
                "imagemagick",
                "openbox",
                "webkit2gtk-driver",
                "x11-utils",
                "x11-xserver-utils",
                "xfce4-panel",
                "xfconf",
                "xvfb",
            ],
            Self::Tests => &[
                "curl",
                // What a double click does on Linux.
                "desktop-file-utils",
                "firefox-esr",
                // A load balancer in front of the backend.
                "haproxy",
                "libglib2.0-bin",
                "lintian",
                // What else speaks with the authority's token, and a token in software.
                "opensc",
                "openssl",
                // The tests start it themselves.
                "postgresql-15",
                // What reads the metrics and the rules about them.
                "prometheus",
                "shared-mime-info",
                "softhsm2",
                "squid-openssl",
                // A TPM in software, and what else reads its key files.
                "swtpm",
                "tpm2-openssl",
                // What examines the backend's unit, and what its package makes its user with. Nothing of it
                // is started.
                "systemd",
                // The packages for Windows are installed in it.
                "wine",
                "xdg-utils",
                "xdotool",
            ],
            // Apache's program and modules without the package apache2, which would run it as a service
            // of this machine.
            Self::Service => &[
                "apache2-bin",
                "chromium",
                "chromium-driver",
                "libapache2-mod-auth-openidc",
                "xdg-utils",
            ],
            Self::Runner => &[],
            Self::Bench => &["dbus", "fonts-noto-cjk", "golang-cfssl", "nginx", "xvfb"],
            Self::Lint => &["codespell"],
            Self::PackageWindows => &[
                "gcc-mingw-w64-x86-64",
                "msitools",
                "nasm",
                "nsis",
                "osslsigncode",
                // A compiler, and the standard library's source beside it.
                "rust-web-src",
                "rustc-web",
                "wixl",
            ],
            Self::PackageDeb => &["appstream", "desktop-file-utils", "dpkg-dev"],
        }
    }

    /// Programs from crates.io: name and version.
    fn cargo_tools(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Bench | Self::Build | Self::Service | Self::Tests => &[],
            Self::Runner => &[("cargo-nextest", "0.9.143")],
            Self::Desktop => &[("tauri-driver", "2.1.0")],
            Self::PackageWindows | Self::PackageDeb => &[("cargo-about", "0.9.3")],
            Self::Lint => &[("cargo-deny", "0.20.2")],
        }
    }

    /// Folders with packages from npm, beside the screens'.
    fn npm_folders(self) -> &'static [&'static str] {
        match self {
            // A service of another make: OpenID Connect and JOSE by others.
            Self::Tests => &["tests/service/node"],
            Self::Bench
            | Self::Build
            | Self::Desktop
            | Self::Lint
            | Self::PackageDeb
            | Self::PackageWindows
            | Self::Runner
            | Self::Service => &[],
        }
    }
}

/// Installs what any command needs.
pub(crate) fn everything() -> Result<ExitCode> {
    install(&[
        Need::Build,
        Need::Runner,
        Need::Desktop,
        Need::Tests,
        Need::Service,
        Need::Lint,
        Need::PackageWindows,
        Need::PackageDeb,
    ])?;
    println!("Everything is installed.");
    Ok(ExitCode::SUCCESS)
}

/// Installs what is missing of `needs`.
pub(crate) fn install(needs: &[Need]) -> Result<()> {
    check_node()?;
    let packages: Vec<_> = needs.iter().flat_map(|need| need.debian_packages()).copied().collect();
    if is_debian() {
        install_debian_packages(&packages)?;
    } else {
        tell_what_is_needed(&packages);
    }
    install_npm_packages(&ui())?;
    for folder in needs.iter().flat_map(|need| need.npm_folders()) {
        install_npm_packages(&workspace().join(folder))?;
    }
    for (tool, version) in needs.iter().flat_map(|need| need.cargo_tools()) {
        install_cargo_tool(tool, version)?;
    }
    Ok(())
}

fn install_debian_packages(wanted: &[&str]) -> Result<()> {
    let missing = missing_debian_packages(wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing Debian packages: {}", missing.join(" "));
    step("Refreshing the list of Debian packages", apt_get()?.args(["update", "-q"]))?;
    step(
        "Installing the missing Debian packages",
        as_root("sh")?.args(["-c", INSTALL, "install"]).args(&missing),
    )
}

/// Packages that bring a service would start it; the tests start what they need themselves, and nothing
/// of it is this machine's. A machine's own rules (invoke-rc.d(8)) stay; ours go however this ends, and
/// those of a run that was killed go with the next.
const INSTALL: &str = r##"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ] || grep --quiet "Warifu's set-up" "$policy"; then
    trap 'rm --force "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    {
        echo '#!/bin/sh'
        echo "# Of Warifu's set-up, while it installs packages: no service is started."
        echo 'exit 101'
    } >"$policy"
    chmod 755 "$policy"
fi
apt-get install -q -y --no-install-recommends "$@"
"##;

fn missing_debian_packages<'a>(wanted: &[&'a str]) -> Result<Vec<&'a str>> {
    const INSTALLED: &str = "install ok installed";
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${Package} ${Status}\\n"]).args(wanted);
    // Fails when it does not know one of them, and tells the rest all the same.
    let said = ask(&mut query)?;
    let said = String::from_utf8_lossy(&said.stdout);
    let installed: Vec<_> = said
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(package, status)| (status == INSTALLED).then_some(package))
        .collect();
    Ok(wanted.iter().filter(|package| !installed.contains(package)).copied().collect())
}

fn apt_get() -> Result<Command> {
    as_root("apt-get")
}

/// A program that root runs, and that asks nothing.
fn as_root(program: &str) -> Result<Command> {
    let user = ask(Command::new("id").arg("-u"))?;
    let mut command = if user.stdout == b"0\n" {
        Command::new(program)
    } else {
        ensure!(
            is_installed("sudo"),
            "installing Debian packages needs root or sudo; install the packages named above"
        );
        let mut command = Command::new("sudo");
        command.args(["--", "env", "DEBIAN_FRONTEND=noninteractive", program]);
        command
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

fn tell_what_is_needed(debian_packages: &[&str]) {
    match env::consts::OS {
        "windows" => println!(
            "Needed on Windows: Visual Studio Build Tools with “Desktop development with C++”, NASM, \
             NSIS to package, and the WebView2 runtime (part of Windows 11)."
        ),
        "macos" => {
            println!("Needed on macOS: the Xcode command line tools (xcode-select --install).")
        }
        _ => println!(
            "This is not Debian. Needed are your system's counterparts of these packages:\n  {}",
            debian_packages.join(" ")
        ),
    }
}

/// `npm ci` is slow and starts by deleting everything: only when the lock file is not the one that
/// was installed from.
fn install_npm_packages(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let installed_from = folder.join("node_modules/.installed-from-lock.json");
    if fs::read(&installed_from).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let shown = folder.strip_prefix(workspace()).unwrap_or(folder).display();
    step(
        &format!("Installing the npm packages of {shown}"),
        npm().current_dir(folder).args(["ci", "--no-audit", "--no-fund"]),
    )?;
    fs::write(&installed_from, wanted)
        .with_context(|| format!("cannot write {}", installed_from.display()))
}

fn install_cargo_tool(tool: &str, version: &str) -> Result<()> {
    let record = fs::read_to_string(tools().join(".crates.toml")).unwrap_or_default();
    if record.contains(&format!("\"{tool} {version} ")) || (is_own(tool) && is_installed(tool)) {
        return Ok(());
    }
    step(
        &format!("Installing {tool} {version}"),
        cargo()
            .args(["install", tool, "--version", version, "--locked", "--quiet", "--root"])
            .arg(tools())
            .args(if tool == "cargo-about" { &["--features", "cli"][..] } else { &[] })
            // They work for seconds: what optimising them costs does not come back.
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "none")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            // A folder that stays, so that an interrupted installation goes on where it was.
            .arg("--target-dir")
            .arg(target().join("tools-build")),
    )?;
    if !is_installed(tool) {
        bail!("{tool} was installed, but is not in {}", tools().join("bin").display());
    }
    // Large, and not needed any more.
    let _ = fs::remove_dir_all(target().join("tools-build"));
    Ok(())
}

/// Whether any version that the developer has installed will do.
fn is_own(tool: &str) -> bool {
    tool.starts_with("cargo-")
}
