//! The ways to a TPM.

use std::{
    fmt,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use zeroize::Zeroizing;

use crate::command::{HEADER, announced};

/// A way to a TPM: one command goes, one answer comes.
pub trait Channel: fmt::Debug + Send {
    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    ///
    /// The channel fails. It is of no use any more.
    fn exchange(&mut self, command: &[u8]) -> io::Result<Zeroizing<Vec<u8>>>;
}

/// A TPM that Linux has found.
///
/// Each that is open has keys and sessions of its own, three of each; what is left of them when it is
/// closed, also by a kill, the kernel takes away.
#[cfg(unix)]
#[derive(Debug)]
pub struct Device(std::fs::File);

#[cfg(unix)]
impl Device {
    /// The first TPM, by way of the kernel's resource manager.
    pub const PATH: &str = "/dev/tpmrm0";

    /// Opens a TPM's device.
    ///
    /// # Errors
    ///
    /// `NotFound`: there is no TPM, or it is switched off. `PermissionDenied`: not for this user.
    pub fn open(path: impl AsRef<std::path::Path>) -> io::Result<Self> {
        std::fs::OpenOptions::new().read(true).write(true).open(path).map(Self)
    }
}

#[cfg(unix)]
impl Channel for Device {
    /// The driver takes a command in one piece and gives its answer in one.
    fn exchange(&mut self, command: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
        if self.0.write(command)? != command.len() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        let mut answer = Zeroizing::new(vec![0; crate::wire::MAX_LENGTH]);
        let length = self.0.read(&mut answer)?;
        answer.truncate(length);
        Ok(answer)
    }
}

/// A TPM in another program, swtpm, at a socket.
pub struct Socket(Box<dyn Stream>);

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

impl Socket {
    /// How long an answer may take. A slow chip needs seconds for an RSA key.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// Connects to a port.
    ///
    /// # Errors
    ///
    /// Nobody listens there.
    pub fn tcp(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Self::PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Self::PATIENCE))?;
        stream.set_write_timeout(Some(Self::PATIENCE))?;
        Ok(Self(Box::new(stream)))
    }

    /// Connects to a socket in the file system.
    ///
    /// # Errors
    ///
    /// Nobody listens there.
    #[cfg(unix)]
    pub fn unix(path: impl AsRef<std::path::Path>) -> io::Result<Self> {
        let stream = std::os::unix::net::UnixStream::connect(path)?;
        stream.set_read_timeout(Some(Self::PATIENCE))?;
        stream.set_write_timeout(Some(Self::PATIENCE))?;
        Ok(Self(Box::new(stream)))
    }
}

impl Channel for Socket {
    fn exchange(&mut self, command: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
        self.0.write_all(command)?;
        let mut header = [0; HEADER];
        self.0.read_exact(&mut header)?;
        let length = announced(&header)
            .map_err(|malformed| io::Error::new(io::ErrorKind::InvalidData, malformed))?;
        let mut answer = Zeroizing::new(vec![0; length]);
        answer[..HEADER].copy_from_slice(&header);
        self.0.read_exact(&mut answer[HEADER..])?;
        Ok(answer)
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Socket(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// Someone who answers so.
    fn answers(bytes: &'static [u8]) -> io::Result<Zeroizing<Vec<u8>>> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let other = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0; 3]).unwrap();
            stream.write_all(bytes).unwrap();
        });
        let answer = Socket::tcp(address).unwrap().exchange(b"ask");
        other.join().unwrap();
        answer
    }

    #[test]
    fn an_answer_ends_where_it_says_and_is_never_longer_than_a_tpms() {
        let whole = b"\x80\x01\0\0\0\x0c\0\0\0\0ab";
        assert_eq!(*answers(b"\x80\x01\0\0\0\x0c\0\0\0\0ab and more").unwrap(), whole);
        for (wrong, kind) in [
            (&b"\x80\x01\0\0\0\x0c\0\0\0\0a"[..], io::ErrorKind::UnexpectedEof),
            (b"\x80\x01", io::ErrorKind::UnexpectedEof),
            (b"\x80\x01\0\0\0\x09\0\0\0\0", io::ErrorKind::InvalidData),
            (b"\x80\x01\xff\xff\xff\xff\0\0\0\0", io::ErrorKind::InvalidData),
        ] {
            assert_eq!(answers(wrong).unwrap_err().kind(), kind, "{wrong:?}");
        }
    }
}
