//! A service of another make: `tests/service/node`, where the certified `openid-client` speaks OpenID
//! Connect, and `jose` verifies what the login signs. It has a browser without a window as well.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use system_tests::{places, site::Site};

/// The client's ID at the login.
pub(crate) const CLIENT: &str = "node";

/// What the main menu opens: an address of the service's, which is asked nothing.
pub(crate) const PAGE: &str = "https://127.0.0.1:9/claims";

/// The running service; ended when dropped.
#[derive(Debug)]
pub(crate) struct OtherMake {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl OtherMake {
    /// Starts it, with the login's certificate as what it trusts.
    pub(crate) fn start(login: &Site) -> Self {
        let folder = places::workspace().join("tests/service/node");
        let mut child = Command::new("node")
            .arg(folder.join("client.mjs"))
            .env("NODE_EXTRA_CA_CERTS", login.certificate())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    /// Has it do something, which has to succeed.
    #[track_caller]
    pub(crate) fn job(&mut self, name: &str, mut arguments: Value) -> Value {
        arguments["job"] = json!(name);
        writeln!(self.input, "{arguments}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let said: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("{name}: {line:?}"));
        assert!(
            said["failed"].is_null(),
            "{name}: {}",
            said["failed"].as_str().unwrap_or_default()
        );
        said
    }

    /// Its part of the backend's configuration; `folder` gets the file with its public key.
    pub(crate) fn section(&mut self, folder: &std::path::Path) -> String {
        let told = self.job("introduce", json!({}));
        std::fs::write(folder.join("node.jwks.json"), told["jwks"].to_string()).unwrap();
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        format!(
            "[[client]]\nid = \"{CLIENT}\"\ntitle = {{ ja = \"割引申込\", en = \"Discounts\" }}\n\
             redirect_uris = [\"{redirect}\", \"{PAGE}\"]\nbackchannel_logout_uri = \"{logout}\"\n\
             authentication = \"private_key_jwt\"\njwks_file = \"node.jwks.json\"\n\
             permissions = [\"claims.view\", \"claims.apply\"]\nclaims = [\"customer_name\", \"groups\"]\n",
            redirect = text("redirectUri"),
            logout = text("logout"),
        )
    }
}

impl Drop for OtherMake {
    fn drop(&mut self) {
        // Fails only for a process that has just ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
