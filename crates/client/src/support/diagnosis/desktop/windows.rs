//! Windows: the user's choice, or else what installers have registered.

use windows_registry::{CLASSES_ROOT, CURRENT_USER};

use super::{
    Opened, Opener, PROGRAM,
    invocation::{is_named, program_of},
};

/// Where Windows keeps what the user has chosen.
const CHOICES: &str = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations";

/// Who opens the links of a scheme.
#[expect(clippy::unused_async, reason = "elsewhere another program is asked")]
pub(super) async fn opener(scheme: &str) -> Opened {
    // Since 2024 the newer place counts where there is one.
    let chosen = [r"UserChoiceLatest\ProgId", "UserChoice"]
        .into_iter()
        .find_map(|choice| value(CURRENT_USER, &format!(r"{CHOICES}\{scheme}\{choice}"), "ProgId"));
    let class = chosen.unwrap_or_else(|| scheme.to_owned());
    let Some(command) = value(CLASSES_ROOT, &format!(r"{class}\shell\open\command"), "") else {
        return Opened::ByNobody;
    };
    match program_of(&command) {
        Some(program) => {
            Opened::By(Opener { shown: program.to_owned(), is_app: is_named(program, PROGRAM) })
        }
        None => Opened::Unknown,
    }
}

fn value(root: &windows_registry::Key, key: &str, name: &str) -> Option<String> {
    root.open(key).ok()?.get_string(name).ok().filter(|text| !text.is_empty())
}
