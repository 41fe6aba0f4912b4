//! What is written about the command line of `warifu-cli`, from its own arguments: the section on options
//! of the manual pages, inside of what people wrote around it, and the shells' completions.

use anyhow::{Context as _, Result, bail};
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// The program's name.
const PROGRAM: &str = "warifu-cli";

/// The manual pages, by their paths from the workspace's folder.
pub(super) const PAGES: [(&str, Language); 2] = [
    ("packaging/debian/warifu-cli.1", Language::En),
    ("packaging/debian/warifu-cli.ja.1", Language::Ja),
];

/// The language of a manual page.
#[derive(Clone, Copy)]
pub(super) enum Language {
    En,
    Ja,
}

/// The comments around what is written into a page.
const BEGIN: &str = r#".\" From here on written by `cargo xtask codegen`; the texts are in crates/cli/src/arguments.rs, the
.\" Japanese ones in crates/codegen/src/command_line.rs.
"#;
const END: &str = r#".\" Up to here.
"#;

/// A page with its options as they are.
pub(super) fn page(kept: &str, language: Language) -> Result<String> {
    let parts = kept.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let (before, after) = parts.context("the comments around the options are not there")?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", options(language)?))
}

/// The section on options: first those of every command, then each command's own.
fn options(language: Language) -> Result<String> {
    let mut all = warifu_cli::command();
    // Adds `--help` and `--version`; and each option of every command to every command.
    all.build();
    let heading = match language {
        Language::En => ".SH OPTIONS\n",
        Language::Ja => ".SH オプション\n",
    };
    let mut section = String::from(heading);
    section.push_str(&list(all, "", language)?);
    add_subcommands(&mut section, &warifu_cli::command(), "", language)?;
    Ok(section)
}

fn add_subcommands(
    section: &mut String,
    command: &Command,
    above: &str,
    language: Language,
) -> Result<()> {
    for command in command.get_subcommands() {
        let path = format!("{above} {}", command.get_name()).trim_start().to_owned();
        if command.get_arguments().next().is_some() {
            section.push_str(&format!(".SS {path}\n"));
            let own = command.clone().disable_help_flag(true).disable_version_flag(true);
            section.push_str(&list(own, &path, language)?);
        }
        add_subcommands(section, command, &path, language)?;
    }
    Ok(())
}

/// The arguments of one command, without a heading.
fn list(command: Command, path: &str, language: Language) -> Result<String> {
    let mut untold = Vec::new();
    let command = command.mut_args(|argument| {
        // They are in the value's name.
        let takes_value = argument.get_action().takes_values();
        let argument = argument.hide_possible_values(takes_value);
        match (language, japanese(path, argument.get_id().as_str())) {
            (Language::En, _) => argument,
            (Language::Ja, Some(text)) => argument.help(text).long_help(text),
            (Language::Ja, None) => {
                untold.push(argument.get_id().to_string());
                argument
            }
        }
    });
    if !untold.is_empty() {
        bail!("no Japanese text for {} of `{PROGRAM} {path}`", untold.join(", "));
    }
    let mut written = Vec::new();
    Man::new(command).render_options_section(&mut written)?;
    let written = String::from_utf8(written)?;
    // The lines before the heading define how an apostrophe looks.
    let (preamble, list) = written.split_once(".SH OPTIONS\n").context("clap_mangen's heading")?;
    Ok(if path.is_empty() { format!("{preamble}{list}") } else { list.to_owned() })
}

/// What an argument is in Japanese. The program's own help is in English.
fn japanese(path: &str, argument: &str) -> Option<&'static str> {
    Some(match (path, argument) {
        ("", "json") => "標準出力にJSON文書を1つ出力します。失敗した場合も同様です。",
        ("", "language") => "表示に使用する言語。指定しない場合は、システムの言語を使用します。",
        ("", "help") => "使用方法を表示します。",
        ("", "version") => "バージョンを表示します。",
        ("profile add", "file") => "サービスの窓口から受け取ったファイル（*.warifu.json）。",
        ("profile remove", "id") => "「profile list」で表示される番号。",
        ("proxy login", "user") => "プロキシのユーザ名。",
        ("proxy login", "at") => {
            "プロキシが複数ある場合に、「proxy list」で表示されるホスト名とポート番号を指定します。"
        }
        ("issue", "customer") => "お客さま番号。",
        ("issue", "user") => "ユーザID。",
        ("issue", "profile") => {
            "接続プロファイルが複数ある場合に、「profile list」で表示される番号を指定します。"
        }
        ("issue", "transfer_code_stdin") => {
            "旧パソコンに表示された移行コードを、標準入力の1行目から読み取ります。旧パソコンから、このパソコンへ切り替わります。"
        }
        ("doctor", "bundle") => {
            "お問い合わせ用のファイルも作成します。秘密の情報は含みません。既存のファイルは指定できません。"
        }
        (_, "certificate") => {
            "電子証明書が複数ある場合に、「status」で表示される番号または拇印を指定します。"
        }
        (_, "password_stdin") => {
            "パスワードの入力を求めず、標準入力の次の行から読み取ります。変更が必要な場合は、新しいパスワードをその次の行から読み取ります。"
        }
        _ => return None,
    })
}

/// The shells' completions, by their paths from the workspace's folder.
pub(super) fn completions() -> Result<Vec<(String, String)>> {
    let shells = [
        (Shell::Bash, "bash"),
        (Shell::Zsh, "zsh"),
        (Shell::Fish, "fish"),
        (Shell::PowerShell, "ps1"),
    ];
    let mut files = Vec::new();
    for (shell, ending) in shells {
        let mut written = Vec::new();
        clap_complete::generate(shell, &mut warifu_cli::command(), PROGRAM, &mut written);
        let path = format!("packaging/completions/{PROGRAM}.{ending}");
        files.push((path, String::from_utf8(written)?));
    }
    Ok(files)
}
