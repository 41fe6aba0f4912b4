//! The operator's manual (`docs/operator`): what it says to type is what the command line takes, its links lead
//! somewhere, both languages have the same pages, and each alert names one.

#![expect(clippy::unwrap_used, reason = "all of this program is tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const PROGRAM: &str = "warifu-backend";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pages by name, with their text.
fn pages() -> Vec<(String, String)> {
    let folder = fs::read_dir(workspace().join("docs/operator")).unwrap();
    let mut pages: Vec<_> = folder
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    pages.sort();
    assert!(pages.len() > 30, "only {} pages", pages.len());
    pages
}

/// The lines between fences, those that go on after a backslash as one.
fn typed(page: &str) -> Vec<String> {
    let blocks = page.split("```").skip(1).step_by(2);
    blocks
        .flat_map(|block| {
            let joined = block.replace("\\\n", " ");
            joined.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// The arguments of a command line of the program's, up to what the shell does with its output; none for another
/// line.
fn arguments(line: &str) -> Option<Vec<String>> {
    let rest = match line.strip_prefix("runuser -u warifu -- ") {
        Some(rest) => rest,
        None => line,
    };
    let rest = rest.strip_prefix(PROGRAM)?.strip_prefix(' ')?;
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in rest.chars() {
        match letter {
            '\'' => quoted = !quoted,
            '>' | '|' if !quoted => break,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    Some(words)
}

#[test]
fn what_it_says_to_type_is_what_the_command_line_takes() {
    let mut subcommands = BTreeSet::new();
    for (name, page) in pages() {
        for line in typed(&page) {
            let Some(words) = arguments(&line) else {
                let is_said = line.starts_with(&format!("{PROGRAM}: "));
                assert!(
                    is_said
                        || !line.contains(&format!("{PROGRAM} "))
                        || line.starts_with("journalctl")
                        || line.starts_with("systemctl"),
                    "{name}: {line}"
                );
                continue;
            };
            let whole = std::iter::once(PROGRAM).chain(words.iter().map(String::as_str));
            if let Err(error) = warifu_backend::cli::command().try_get_matches_from(whole) {
                panic!("{name}: {line}\n{error}");
            }
            subcommands.insert(words.first().unwrap().clone());
        }
    }
    for wanted in ["init", "check", "serve", "backup", "restore", "audit", "authority", "user"] {
        assert!(subcommands.contains(wanted), "nobody is told of {wanted}");
    }
}

#[test]
fn what_it_names_in_a_sentence_is_a_command() {
    for (name, page) in pages() {
        for span in page.split('`') {
            let Some(words) = arguments(span) else { continue };
            let mut command = warifu_backend::cli::command();
            for word in words.iter().take_while(|word| !word.starts_with('-')) {
                let Some(next) = command.find_subcommand(word) else { break };
                command = next.clone();
            }
            let is_known =
                command.get_name() != PROGRAM || words.iter().all(|word| word == "--version");
            assert!(
                is_known && !command.has_subcommands() || words == ["--version"],
                "{name}: {span}"
            );
        }
    }
}

#[test]
fn its_links_lead_somewhere() {
    for (name, page) in pages() {
        let targets: Vec<_> =
            page.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
        assert!(!targets.is_empty(), "{name} leads nowhere, not even to its contents");
        for target in targets {
            let file = target.split('#').next().unwrap();
            let place = workspace().join("docs/operator").join(file);
            assert!(place.exists(), "{name}: {target}");
        }
    }
}

#[test]
fn both_languages_have_the_same_pages_commands_and_parts() {
    let all = pages();
    for (name, page) in &all {
        let other = match name.strip_suffix(".en.md") {
            Some(stem) => format!("{stem}.ja.md"),
            None => format!("{}.en.md", name.strip_suffix(".ja.md").unwrap()),
        };
        let (_, translated) = all.iter().find(|(name, _)| *name == other).unwrap();
        assert_eq!(typed(page), typed(translated), "{name}");
        let parts = |page: &str| page.lines().filter(|line| line.starts_with("## ")).count();
        assert_eq!(parts(page), parts(translated), "{name}");
        if name.starts_with("incident-") {
            assert_eq!(parts(page), 5, "{name}");
        }
        assert!(page.lines().count() <= 300, "{name} is too long");
    }
}

#[test]
fn each_page_is_in_the_contents() {
    let all = pages();
    for language in ["en", "ja"] {
        let contents = format!("README.{language}.md");
        let (_, text) = all.iter().find(|(name, _)| *name == contents).unwrap();
        for (name, _) in all.iter().filter(|(name, _)| name.ends_with(&format!(".{language}.md"))) {
            assert!(*name == contents || text.contains(&format!("({name})")), "{name}");
        }
    }
}

#[test]
fn each_alert_names_its_page_and_the_manual_names_each_alert() {
    let rules = fs::read_to_string(workspace().join("packaging/monitoring/alerts.yml")).unwrap();
    let all = pages();
    let alerts: Vec<_> = rules.split("- alert: ").skip(1).collect();
    assert!(alerts.len() >= 8, "{} alerts", alerts.len());
    for alert in alerts {
        let name = alert.lines().next().unwrap();
        let runbook = alert.lines().find_map(|line| line.trim().strip_prefix("runbook: "));
        let page = runbook.unwrap_or_else(|| panic!("{name} has no runbook"));
        assert!(workspace().join(page).is_file(), "{name}: {page}");
        let file = page.rsplit('/').next().unwrap();
        let level = alert.split("severity: ").nth(1).unwrap().split('}').next().unwrap();
        for (language, link) in [("en", file.to_owned()), ("ja", file.replace(".en.", ".ja."))] {
            let (_, watching) =
                all.iter().find(|(name, _)| *name == format!("watching.{language}.md")).unwrap();
            let row = watching.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
            let row = row.unwrap_or_else(|| panic!("{name} is not in watching.{language}.md"));
            assert!(row.contains(&format!("| {level} |")) && row.contains(&link), "{name}: {row}");
            let (_, named) = all.iter().find(|(name, _)| *name == link).unwrap();
            assert!(named.contains(&format!("`{name}`")), "{link} does not name {name}");
        }
    }
}
