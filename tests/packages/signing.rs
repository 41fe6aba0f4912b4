//! Signatures, with a certificate made for the occasion.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::{NEWER, output, package, packaged, said, time_stamper::TimeStamper, wine::Wine, words};

const PASSWORD: &str = "合言葉 & \"quotes\"";

struct Certificate {
    folder: TempDir,
}

impl Certificate {
    fn new() -> Result<Self> {
        let certificate = Self { folder: tempfile::tempdir()? };
        let (key, pem) = (certificate.file("key.pem"), certificate.pem());
        said(
            Command::new("openssl")
                .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
                .args(["-subj", "/CN=Warifu test", "-addext", "extendedKeyUsage=codeSigning"])
                .args(["-addext", "keyUsage=digitalSignature"])
                .arg("-keyout")
                .arg(&key)
                .arg("-out")
                .arg(&pem),
        )?;
        said(
            Command::new("openssl")
                .args(["pkcs12", "-export", "-passout", "env:PASSWORD"])
                .env("PASSWORD", PASSWORD)
                .arg("-inkey")
                .arg(&key)
                .arg("-in")
                .arg(&pem)
                .arg("-out")
                .arg(certificate.pfx()),
        )?;
        Ok(certificate)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pem(&self) -> PathBuf {
        self.file("certificate.pem")
    }

    fn pfx(&self) -> PathBuf {
        self.file("it's ours.pfx")
    }

    /// Whether a file bears a good signature of this certificate, at a time that was confirmed.
    fn has_signed(&self, file: &Path, time_stamper: &TimeStamper) -> Result<bool> {
        let mut osslsigncode = Command::new("osslsigncode");
        osslsigncode.arg("verify").arg("-CAfile").arg(self.pem());
        osslsigncode.arg("-TSA-CAfile").arg(time_stamper.pem()).arg("-in").arg(file);
        let output = output(&mut osslsigncode)?;
        let said = words(&output);
        ensure!(file.is_file(), "{} is not there", file.display());
        let confirmed = said.contains("Timestamp Server Signature verification: ok");
        Ok(output.status.success() && confirmed && said.contains("Warifu test"))
    }
}

#[test]
fn signs_programs_installers_and_the_uninstaller() -> Result<()> {
    let certificate = Certificate::new()?;
    let time_stamper = TimeStamper::start()?;
    let made = tempfile::tempdir()?;
    said(
        package("windows", NEWER, made.path())?
            .arg("--sign-with")
            .arg(certificate.pfx())
            .args(["--timestamp", &time_stamper.url()])
            .env("WARIFU_SIGNING_PASSWORD", PASSWORD),
    )?;
    let setup = made.path().join(format!("Warifu-{NEWER}-x64-setup.exe"));
    let msi = made.path().join(format!("Warifu-{NEWER}-x64.msi"));
    for file in [&setup, &msi, &made.path().join("windows-staged/warifu.exe")] {
        let signed = certificate.has_signed(file, &time_stamper)?;
        assert!(signed, "{} is not signed", file.display());
    }
    let original = packaged("windows/warifu.exe")?;
    assert!(!certificate.has_signed(&original, &time_stamper)?, "the original was changed");

    let wine = Wine::new()?;
    wine.pretend_webview2()?;
    assert_eq!(wine.run(&setup, &["/S"])?, 0);
    for name in ["warifu.exe", "uninstall.exe"] {
        let installed = Wine::of_user(&format!(r"AppData\Local\Programs\Warifu\{name}"));
        let signed = certificate.has_signed(&wine.path(&installed), &time_stamper)?;
        assert!(signed, "{name} is not signed");
    }
    Ok(())
}

#[test]
fn a_wrong_password_leaves_no_installers() -> Result<()> {
    let certificate = Certificate::new()?;
    let made = tempfile::tempdir()?;
    let mut command = package("windows", NEWER, made.path())?;
    command.arg("--sign-with").arg(certificate.pfx()).env("WARIFU_SIGNING_PASSWORD", "wrong");
    let output = output(&mut command)?;
    assert!(!output.status.success(), "{}", words(&output));
    // With the first of the programs, whichever that is.
    assert!(words(&output).contains("Signing warifu"), "{}", words(&output));
    for name in [format!("Warifu-{NEWER}-x64-setup.exe"), format!("Warifu-{NEWER}-x64.msi")] {
        assert!(!made.path().join(name).exists());
    }
    Ok(())
}
