//! swtpm, a TPM in software, and what only tests may do to it.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command as Process, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use warifu_tpm::{
    Handle, Malformed, Socket, Tpm,
    command::{Authorisation, Command},
    wire::{Reader, Writer},
};

/// A running TPM with a state of its own.
pub(crate) struct Emulator {
    child: Child,
    folder: TempDir,
}

impl Emulator {
    /// A new TPM.
    pub(crate) fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap())
    }

    /// Takes the power away from it, and gives it back.
    pub(crate) fn restart(mut self) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Self::start_in(folder)
    }

    fn start_in(folder: TempDir) -> Self {
        let socket = folder.path().join("tpm");
        let control = folder.path().join("tpm.ctrl");
        for path in [&socket, &control] {
            if path.exists() {
                fs::remove_file(path).unwrap();
            }
        }
        let child = Process::new("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
            .arg(format!("dir={}", folder.path().display()))
            .arg("--server")
            .arg(format!("type=unixio,path={}", socket.display()))
            .arg("--ctrl")
            .arg(format!("type=unixio,path={}", control.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, folder }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("tpm")
    }

    /// What programs of tpm2-tss call it.
    pub(crate) fn tcti(&self) -> String {
        format!("swtpm:path={}", self.socket().display())
    }

    /// A connection, as soon as it listens. It serves one at a time.
    pub(crate) fn tpm(&self) -> Tpm {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            match Socket::unix(self.socket()) {
                Ok(socket) => return Tpm::new(socket),
                Err(error) => assert!(Instant::now() < until, "swtpm does not listen: {error}"),
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command that the program itself never gives.
pub(crate) struct Told<const CODE: u32> {
    handles: Vec<Handle>,
    parameters: Vec<u8>,
}

fn parameters(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut out = Writer::new();
    write(&mut out);
    out.finish().unwrap().to_vec()
}

impl Told<0x126> {
    /// Clear, with the lockout's empty password: anybody may who reaches the TPM.
    pub(crate) fn clear() -> Self {
        Self { handles: vec![Handle(0x4000_000A)], parameters: Vec::new() }
    }
}

impl Told<0x129> {
    /// `HierarchyChangeAuth`.
    pub(crate) fn password_of(hierarchy: Handle, password: &[u8]) -> Self {
        let parameters = parameters(|out| {
            out.sized(password);
        });
        Self { handles: vec![hierarchy], parameters }
    }

    pub(crate) fn owner_password(password: &[u8]) -> Self {
        Self::password_of(Handle::OWNER, password)
    }
}

impl Told<0x120> {
    /// `EvictControl`.
    pub(crate) fn persist(key: Handle, handle: Handle) -> Self {
        let parameters = parameters(|out| {
            out.handle(handle);
        });
        Self { handles: vec![Handle::OWNER, key], parameters }
    }
}

impl Told<0x12A> {
    /// `NV_DefineSpace`, for whoever has the empty password.
    pub(crate) fn define(index: Handle, length: u16) -> Self {
        const AUTH_WRITE_AUTH_READ_NO_DA: u32 = 1 << 2 | 1 << 18 | 1 << 25;
        let parameters = parameters(|out| {
            out.sized(&[]).nested(|out| {
                out.handle(index)
                    .u16(0x000B)
                    .u32(AUTH_WRITE_AUTH_READ_NO_DA)
                    .sized(&[])
                    .u16(length);
            });
        });
        Self { handles: vec![Handle::OWNER], parameters }
    }
}

impl Told<0x137> {
    /// `NV_Write`, from the start.
    pub(crate) fn write_nv(index: Handle, content: &[u8]) -> Self {
        let parameters = parameters(|out| {
            out.sized(content).u16(0);
        });
        Self { handles: vec![index, index], parameters }
    }
}

impl<const CODE: u32> Command for Told<CODE> {
    const CODE: u32 = CODE;
    const NAME: &'static str = "a test's command";
    type Answer = ();

    fn handles(&self) -> Vec<Handle> {
        self.handles.clone()
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![Authorisation::Password(&[])]
    }

    fn parameters(&self, out: &mut Writer) {
        out.raw(&self.parameters);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<(), Malformed> {
        from.rest();
        Ok(())
    }
}
