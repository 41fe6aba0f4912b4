//! macOS: LaunchServices says it, asked in the system's own scripting language.

use std::{path::Path, process::Stdio};

use tokio::process::Command;

use super::{Opened, Opener, PROGRAM};

/// Prints the path of the application that opens the address in its first argument.
const SCRIPT: &str = "ObjC.import('AppKit');
function run(argv) {
  const url = $.NSURL.URLWithString(argv[0]);
  const app = $.NSWorkspace.sharedWorkspace.URLForApplicationToOpenURL(url);
  return app.isNil() ? '' : ObjC.unwrap(app.path);
}";

/// Who opens the links of a scheme.
pub(super) async fn opener(scheme: &str) -> Opened {
    let asked = Command::new("/usr/bin/osascript")
        .args(["-l", "JavaScript", "-e", SCRIPT, &format!("{scheme}://example.invalid/")])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await;
    let Some(answer) = asked.ok().filter(|answer| answer.status.success()) else {
        return Opened::Unknown;
    };
    let answer = String::from_utf8_lossy(&answer.stdout);
    let path = answer.lines().next().unwrap_or_default().trim();
    if path.is_empty() {
        return Opened::ByNobody;
    }
    let stem = Path::new(path).file_stem().unwrap_or_default();
    Opened::By(Opener { is_app: stem.eq_ignore_ascii_case(PROGRAM), shown: path.to_owned() })
}
