//! The command line by which Windows starts what opens a link, out of the registry. Any program may have
//! written it.

#![cfg_attr(
    not(any(windows, test, feature = "fuzzing")),
    expect(dead_code, reason = "only Windows has such command lines")
)]

/// Most characters of a path (the longest that Windows knows).
const LONGEST: usize = 32_767;

/// The program that a command line starts: between its first quotation marks, or else up to the first
/// `.exe` that ends a word, as Windows looks for it.
pub(crate) fn program_of(command: &str) -> Option<&str> {
    let command = command.trim_start();
    let program = match command.strip_prefix('"') {
        Some(rest) => rest.split_once('"').map(|(program, _)| program)?,
        None => {
            let lower = command.to_ascii_lowercase();
            let ends = lower.match_indices(".exe").map(|(at, ending)| at + ending.len());
            let end = ends
                .into_iter()
                .find(|end| command[*end..].chars().next().is_none_or(char::is_whitespace));
            match end {
                Some(end) => &command[..end],
                None => command.split_whitespace().next()?,
            }
        }
    };
    let usable =
        !program.is_empty() && program.len() <= LONGEST && !program.chars().any(char::is_control);
    usable.then_some(program)
}

/// Whether that program has this name, in whatever folder.
pub(crate) fn is_named(program: &str, name: &str) -> bool {
    let file = program.rsplit(['\\', '/']).next().unwrap_or_default();
    let stem = file.len().checked_sub(4).and_then(|at| file.split_at_checked(at));
    stem.is_some_and(|(stem, ending)| {
        stem.eq_ignore_ascii_case(name) && ending.eq_ignore_ascii_case(".exe")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_the_program_as_windows_does() {
        for (command, expected) in [
            (
                r#""C:\Program Files\Warifu\warifu.exe" --link "%1""#,
                Some(r"C:\Program Files\Warifu\warifu.exe"),
            ),
            (r"C:\Program Files\A B\a.exe -- %1", Some(r"C:\Program Files\A B\a.exe")),
            (r"C:\a.EXE", Some(r"C:\a.EXE")),
            (r"C:\a.exes\b.exe %1", Some(r"C:\a.exes\b.exe")),
            ("rundll32 url.dll,Open %1", Some("rundll32")),
            (r#""C:\割符 太郎\warifu.exe" --link"#, Some(r"C:\割符 太郎\warifu.exe")),
            (r#""C:\never closed"#, None),
            (r#""""#, None),
            ("", None),
            ("   ", None),
            ("a\u{1b}.exe", None),
        ] {
            assert_eq!(program_of(command), expected, "{command}");
        }
    }

    #[test]
    fn knows_the_app_by_the_name_of_its_program() {
        for own in [r"C:\Program Files\Warifu\warifu.exe", "WARIFU.EXE", "C:/x/Warifu.exe"] {
            assert!(is_named(own, "warifu"), "{own}");
        }
        for other in
            [r"C:\warifu.exe\evil.exe", "xwarifu.exe", "warifu", "warifu.exe.com", "", "割"]
        {
            assert!(!is_named(other, "warifu"), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_command_line_makes_it_panic(command in "[ -~割\"\\\\.exeEX]{0,80}") {
            if let Some(program) = program_of(&command) {
                prop_assert!(command.contains(program) && !program.is_empty());
                let _ = is_named(program, "warifu");
            }
        }
    }
}
