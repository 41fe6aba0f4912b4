//! The Windows program itself: what is in it, and what it does without WebView2.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use object::{
    LittleEndian as LE,
    pe::{self, ImageNtHeaders64},
    read::pe::{
        ImageNtHeaders as _, ImageOptionalHeader as _, PeFile64, ResourceDirectoryEntryData,
    },
};
use system_tests::wait;

use crate::{packaged, said, setup_exe, wine::Wine};

/// The libraries that come with Windows 10 and 11, and the one beside the program.
const LIBRARIES: [&str; 28] = [
    "advapi32.dll",
    // PathCchStripPrefix, which Windows has since version 8 (pathcch.h).
    "api-ms-win-core-path-l1-1-0.dll",
    "api-ms-win-core-synch-l1-2-0.dll",
    "api-ms-win-core-winrt-error-l1-1-0.dll",
    "api-ms-win-core-winrt-l1-1-0.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "combase.dll",
    "comctl32.dll",
    "crypt32.dll",
    "dwmapi.dll",
    "gdi32.dll",
    "imm32.dll",
    "kernel32.dll",
    "msvcrt.dll",
    "ncrypt.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    // Only in what is built quickly for tests: optimised programs do not call it.
    "propsys.dll",
    "secur32.dll",
    "shell32.dll",
    "shlwapi.dll",
    "user32.dll",
    "userenv.dll",
    "version.dll",
    "webview2loader.dll",
    "ws2_32.dll",
];

/// What the app ends with when there is no WebView2 runtime.
const WEBVIEW2_MISSING: i32 = 3;

#[test]
fn opens_no_console_and_needs_nothing_that_windows_lacks() -> Result<()> {
    let bytes = fs::read(packaged("windows/warifu.exe")?)?;
    let file = PeFile64::parse(&*bytes)?;
    let header = file.nt_headers().optional_header();
    assert_eq!(header.subsystem(), pe::IMAGE_SUBSYSTEM_WINDOWS_GUI);
    let protected = pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE
        | pe::IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA
        | pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT;
    assert_eq!(header.dll_characteristics() & protected, protected);

    let table = file.import_table()?.context("imports nothing")?;
    let mut descriptors = table.descriptors()?;
    while let Some(descriptor) = descriptors.next()? {
        let name = String::from_utf8(table.name(descriptor.name.get(LE))?.to_vec())?;
        assert!(LIBRARIES.contains(&name.to_lowercase().as_str()), "{name}");
    }
    Ok(())
}

#[test]
fn bears_its_version_icon_and_manifest() -> Result<()> {
    let bytes = fs::read(packaged("windows/warifu.exe")?)?;
    assert!(!resource(&bytes, pe::RT_GROUP_ICON)?.is_empty());
    let version: Vec<u16> = resource(&bytes, pe::RT_VERSION)?
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let version = String::from_utf16_lossy(&version);
    for text in [env!("CARGO_PKG_VERSION"), "CompanyName", "Warifu", "Apache-2.0"] {
        assert!(version.contains(text), "no {text} in the version");
    }
    let manifest = String::from_utf8(resource(&bytes, pe::RT_MANIFEST)?.to_vec())?;
    for text in [
        "level=\"asInvoker\"",
        ">PerMonitorV2<",
        "<longPathAware xmlns=\"http://schemas.microsoft.com/SMI/2016/WindowsSettings\">true<",
        ">UTF-8<",
        // Windows 10 and 11.
        "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}",
        "Microsoft.Windows.Common-Controls",
    ] {
        assert!(manifest.contains(text), "no {text} in the manifest");
    }
    Ok(())
}

/// The first resource of a kind.
fn resource(bytes: &[u8], kind: u16) -> Result<&[u8]> {
    let header = pe::ImageDosHeader::parse(bytes)?;
    let mut offset = header.nt_headers_offset().into();
    let (headers, directories) = ImageNtHeaders64::parse(bytes, &mut offset)?;
    let sections = headers.sections(bytes, offset)?;
    let resources =
        directories.resource_directory(bytes, &sections)?.context("there are no resources")?;
    let root = resources.root()?;
    let mut entry = root
        .entries
        .iter()
        .find(|entry| entry.name_or_id().id() == Some(kind))
        .with_context(|| format!("no resource of kind {kind}"))?;
    // Kind, name, language.
    loop {
        match entry.data(resources)? {
            ResourceDirectoryEntryData::Table(table) => {
                entry = table.entries.first().context("an empty directory")?;
            }
            ResourceDirectoryEntryData::Data(data) => {
                let address = data.offset_to_data.get(LE);
                let at = sections.pe_data_at(bytes, address).context("a resource out of reach")?;
                let size = usize::try_from(data.size.get(LE))?;
                return at.get(..size).context("a resource cut short");
            }
        }
    }
}

#[test]
fn says_that_webview2_is_missing_and_ends() -> Result<()> {
    let wine = Wine::new()?;
    assert_eq!(wine.run(setup_exe::setup()?, &["/S"])?, WEBVIEW2_MISSING);
    let folder = Wine::of_user(r"AppData\Local\Programs\Warifu");
    let library = format!(r"{folder}\bcryptprimitives.dll");
    wine.compile("bcryptprimitives.c", &library, &["-shared"])?;

    let screen = Screen::start()?;
    let mut app = wine
        .command("wine")
        .arg(format!(r"{folder}\warifu.exe"))
        .env("DISPLAY", &screen.name)
        .stderr(Stdio::null())
        .spawn()?;
    let window = wait::until("the message is shown", || {
        if let Some(status) = app.try_wait()? {
            bail!("the app ended without a word ({status})");
        }
        let found = screen.xdotool(&["search", "--onlyvisible", "--name", "^Warifu$"])?;
        Ok(found.lines().next().map(str::to_owned))
    })?;
    // It holds its own file, so setup.exe sees it, though it is not at its single instance yet.
    assert_eq!(wine.run(setup_exe::setup()?, &["/S"])?, 5);

    let status = wait::until("the message is closed", || {
        // Without a window manager, nobody gives a window the focus.
        screen.xdotool(&["windowfocus", &window, "key", "Return"])?;
        Ok(app.try_wait()?)
    })?;
    assert_eq!(status.code(), Some(WEBVIEW2_MISSING));
    // Returns when no process is left.
    said(wine.command("wineserver").arg("--wait"))?;
    Ok(())
}

/// A screen that nobody sees.
struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    fn start() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let mut line = String::new();
        let output = server.stdout.take().context("no pipe from Xvfb")?;
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self { server, name: format!(":{}", line.trim()) })
    }

    fn xdotool(&self, words: &[&str]) -> Result<String> {
        // Fails when there is no such window, or none any more.
        let output = crate::output(Command::new("xdotool").env("DISPLAY", &self.name).args(words))?;
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
