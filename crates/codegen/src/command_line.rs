//! What is written about the command lines of `warifu-cli` and `warifu-backend`, from their own arguments: the
//! section on options of the manual pages, inside of what people wrote around it, and the shells'
//! completions.

use anyhow::{Context as _, Result, bail};
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// A program with a command line.
#[derive(Clone, Copy)]
pub(super) struct Program {
    name: &'static str,
    command: fn() -> Command,
    /// Where its texts are.
    sources: &'static str,
    /// Whether the page says of each command what it does; else people wrote it above.
    tells_commands: bool,
    shells: &'static [(Shell, &'static str)],
}

const CONSOLE: Program = Program {
    name: "warifu-cli",
    command: warifu_cli::command,
    sources: "crates/cli/src/arguments.rs, the\n.\\\" Japanese ones in crates/codegen/src/command_line.rs",
    tells_commands: false,
    shells: &[
        (Shell::Bash, "bash"),
        (Shell::Zsh, "zsh"),
        (Shell::Fish, "fish"),
        (Shell::PowerShell, "ps1"),
    ],
};

const BACKEND: Program = Program {
    name: "warifu-backend",
    command: warifu_backend::cli::command,
    sources: "crates/backend/src/cli",
    tells_commands: true,
    shells: &[(Shell::Bash, "bash"), (Shell::Zsh, "zsh"), (Shell::Fish, "fish")],
};

/// The manual pages, by their paths from the workspace's folder.
pub(super) const PAGES: [(&str, Program, Language); 3] = [
    ("packaging/debian/warifu-cli.1", CONSOLE, Language::En),
    ("packaging/debian/warifu-cli.ja.1", CONSOLE, Language::Ja),
    ("packaging/debian/warifu-backend.1", BACKEND, Language::En),
];

/// The language of a manual page.
#[derive(Clone, Copy)]
pub(super) enum Language {
    En,
    Ja,
}

/// The comments around what is written into a page; the first goes on with where the texts are.
const BEGIN: &str = r#".\" From here on written by `cargo xtask codegen`; the texts are in "#;
const END: &str = r#".\" Up to here.
"#;

/// A page with its options as they are.
pub(super) fn page(kept: &str, program: Program, language: Language) -> Result<String> {
    let parts = kept.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let (before, after) = parts.context("the comments around the options are not there")?;
    Ok(format!("{before}{BEGIN}{}.\n{}{END}{after}", program.sources, options(program, language)?))
}

/// The section on options: first those of every command, then each command's own.
fn options(program: Program, language: Language) -> Result<String> {
    let mut all = (program.command)();
    // Adds `--help` and `--version`; and each option of every command to every command.
    all.build();
    let heading = match language {
        Language::En => ".SH OPTIONS\n",
        Language::Ja => ".SH オプション\n",
    };
    let mut section = String::from(heading);
    section.push_str(&list(program, all, "", language)?);
    add_subcommands(&mut section, program, &(program.command)(), "", language)?;
    Ok(section)
}

fn add_subcommands(
    section: &mut String,
    program: Program,
    command: &Command,
    above: &str,
    language: Language,
) -> Result<()> {
    for command in command.get_subcommands() {
        let path = format!("{above} {}", command.get_name()).trim_start().to_owned();
        let has_arguments = command.get_arguments().next().is_some();
        let is_told = program.tells_commands && !command.has_subcommands();
        if has_arguments || is_told {
            section.push_str(&format!(".SS {}\n", escaped(&path)));
        }
        if is_told {
            section.push_str(&told(command));
        }
        if has_arguments {
            let own = command.clone().disable_help_flag(true).disable_version_flag(true);
            section.push_str(&list(program, own, &path, language)?);
        }
        add_subcommands(section, program, command, &path, language)?;
    }
    Ok(())
}

/// What a command does, in its own words.
fn told(command: &Command) -> String {
    let text = command.get_long_about().or_else(|| command.get_about());
    let text = text.map(ToString::to_string).unwrap_or_default();
    let paragraphs: Vec<_> = text.split("\n\n").map(|it| format!("{}\n", escaped(it))).collect();
    paragraphs.join(".PP\n")
}

/// As roff takes a text, no line of which begins with a dot or an apostrophe.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\e").replace('-', r"\-")
}

/// The arguments of one command, without a heading.
fn list(program: Program, command: Command, path: &str, language: Language) -> Result<String> {
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
        bail!("no Japanese text for {} of `{} {path}`", untold.join(", "), program.name);
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
        ("audit verify", "file") => "サービスの窓口から受け取った操作履歴のファイル。",
        ("audit verify", "key") => "操作履歴の署名を確認する公開鍵のファイル（PEM形式）。",
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
    let mut files = Vec::new();
    for program in [CONSOLE, BACKEND] {
        for (shell, ending) in program.shells {
            let mut written = Vec::new();
            clap_complete::generate(*shell, &mut (program.command)(), program.name, &mut written);
            let path = format!("packaging/completions/{}.{ending}", program.name);
            files.push((path, String::from_utf8(written)?));
        }
    }
    Ok(files)
}
