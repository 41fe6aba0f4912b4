//! The ADMX, its two ADML files and the tables of the documentation, from the one definition of the
//! managed settings.
//!
//! The format: Microsoft, "Group Policy ADMX Syntax Reference Guide".

use std::fmt::Write as _;

use warifu_managed::{Kind, MAX_TEXT, REGISTRY_KEY, SETTINGS, Setting, Text};

/// One of the languages of the files.
#[derive(Clone, Copy)]
enum Language {
    Ja,
    En,
}

impl Language {
    fn of(self, text: Text) -> &'static str {
        match self {
            Self::Ja => text.ja,
            Self::En => text.en,
        }
    }
}

/// The templates for Group Policy and the tables, by their paths from the workspace's folder.
pub(super) fn files() -> [(&'static str, String); 5] {
    [
        ("packaging/windows/policy/warifu.admx", admx()),
        ("packaging/windows/policy/ja-JP/warifu.adml", adml(Language::Ja)),
        ("packaging/windows/policy/en-US/warifu.adml", adml(Language::En)),
        ("docs/managed-settings.ja.md", table(Language::Ja)),
        ("docs/managed-settings.en.md", table(Language::En)),
    ]
}

const NAMESPACE: &str = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";

fn admx() -> String {
    let mut policies = String::new();
    for setting in SETTINGS {
        policy(&mut policies, setting);
    }
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<!-- Written by `cargo xtask codegen` from crates/managed/src/definition.rs. -->
<policyDefinitions xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="warifu" namespace="Warifu.Policies" />
  </policyNamespaces>
  <resources minRequiredRevision="1.0" />
  <supportedOn>
    <definitions>
      <definition name="Warifu" displayName="$(string.SupportedOn)" />
    </definitions>
  </supportedOn>
  <categories>
    <category name="Warifu" displayName="$(string.Category)" />
  </categories>
  <policies>
{policies}  </policies>
</policyDefinitions>
"#
    )
}

fn policy(out: &mut String, setting: &Setting) {
    let name = setting.name;
    let presentation = match setting.kind {
        Kind::Toggle => String::new(),
        Kind::Choice(_) | Kind::Text | Kind::Path => {
            format!(" presentation=\"$(presentation.{name})\"")
        }
    };
    let value_name = match setting.kind {
        Kind::Toggle => format!(" valueName=\"{name}\""),
        Kind::Choice(_) | Kind::Text | Kind::Path => String::new(),
    };
    let inner = match setting.kind {
        Kind::Toggle => String::from(
            "      <enabledValue><decimal value=\"1\" /></enabledValue>\n      \
             <disabledValue><decimal value=\"0\" /></disabledValue>\n",
        ),
        Kind::Choice(choices) => {
            let items: String = choices
                .iter()
                .map(|choice| {
                    let value = choice.value;
                    format!(
                        "          <item displayName=\"$(string.{name}_{value})\">\
                         <value><string>{value}</string></value></item>\n"
                    )
                })
                .collect();
            format!(
                "      <elements>\n        <enum id=\"{name}\" valueName=\"{name}\" \
                 required=\"true\">\n{items}        </enum>\n      </elements>\n"
            )
        }
        Kind::Text | Kind::Path => {
            let expandable = if setting.kind == Kind::Path { " expandable=\"true\"" } else { "" };
            format!(
                "      <elements>\n        <text id=\"{name}\" valueName=\"{name}\" \
                 required=\"true\" maxLength=\"{MAX_TEXT}\"{expandable} />\n      </elements>\n"
            )
        }
    };
    // Writing into a `String` cannot fail.
    let _ = write!(
        out,
        "    <policy name=\"{name}\" class=\"Machine\" displayName=\"$(string.{name})\" \
         explainText=\"$(string.{name}_Help)\" key=\"{REGISTRY_KEY}\"{value_name}{presentation}>\n      \
         <parentCategory ref=\"Warifu\" />\n      <supportedOn ref=\"Warifu\" />\n{inner}    \
         </policy>\n"
    );
}

fn adml(language: Language) -> String {
    let (about, supported) = match language {
        Language::Ja => ("Warifuの管理用テンプレート", "Windows 10以降で動作するWarifu"),
        Language::En => ("Administrative template of Warifu", "Warifu on Windows 10 and later"),
    };
    let mut strings = String::new();
    let mut presentations = String::new();
    let mut string = |id: &str, text: &str| {
        let _ = writeln!(strings, "      <string id=\"{id}\">{}</string>", escaped(text));
    };
    string("Category", "Warifu");
    string("SupportedOn", supported);
    for setting in SETTINGS {
        let name = setting.name;
        string(name, language.of(setting.title));
        string(&format!("{name}_Help"), language.of(setting.help));
        let label = escaped(language.of(setting.title));
        match setting.kind {
            Kind::Toggle => {}
            Kind::Choice(choices) => {
                for choice in choices {
                    string(&format!("{name}_{}", choice.value), language.of(choice.title));
                }
                let _ = writeln!(
                    presentations,
                    "      <presentation id=\"{name}\">\n        <dropdownList refId=\"{name}\" \
                     noSort=\"true\">{label}</dropdownList>\n      </presentation>"
                );
            }
            Kind::Text | Kind::Path => {
                let _ = writeln!(
                    presentations,
                    "      <presentation id=\"{name}\">\n        <textBox refId=\"{name}\">\
                     <label>{label}</label></textBox>\n      </presentation>"
                );
            }
        }
    }
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<!-- Written by `cargo xtask codegen` from crates/managed/src/definition.rs. -->
<policyDefinitionResources xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
  <displayName>{about}</displayName>
  <description>{about}</description>
  <resources>
    <stringTable>
{strings}    </stringTable>
    <presentationTable>
{presentations}    </presentationTable>
  </resources>
</policyDefinitionResources>
"#
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn table(language: Language) -> String {
    let mut out = match language {
        Language::Ja => String::from(
            "<!-- Written by `cargo xtask codegen` from crates/managed/src/definition.rs. -->\n\n\
             # 管理設定の一覧\n\n\
             | 名前 | 指定できる値 | 内容 |\n|---|---|---|\n",
        ),
        Language::En => String::from(
            "<!-- Written by `cargo xtask codegen` from crates/managed/src/definition.rs. -->\n\n\
             # The managed settings\n\n\
             | name | values | meaning |\n|---|---|---|\n",
        ),
    };
    for setting in SETTINGS {
        let values = match (&setting.kind, language) {
            (Kind::Toggle, Language::Ja) => {
                String::from("`REG_DWORD`：`1`（有効）、`0`（無効）<br>TOML：`true`、`false`")
            }
            (Kind::Toggle, Language::En) => {
                String::from("`REG_DWORD`: `1` (on), `0` (off)<br>TOML: `true`, `false`")
            }
            (Kind::Choice(choices), _) => {
                let values = choices.iter().map(|choice| match language {
                    Language::Ja => format!("`{}`（{}）", choice.value, choice.title.ja),
                    Language::En => format!("`{}` ({})", choice.value, choice.title.en),
                });
                format!("`REG_SZ`<br>{}", values.collect::<Vec<_>>().join("<br>"))
            }
            (Kind::Text, _) => String::from("`REG_SZ`"),
            (Kind::Path, Language::Ja) => String::from(
                "`REG_SZ`、または`REG_EXPAND_SZ`（`%ProgramFiles%`などの環境変数を含む場合）",
            ),
            (Kind::Path, Language::En) => String::from(
                "`REG_SZ`, or `REG_EXPAND_SZ` for a path with variables such as `%ProgramFiles%`",
            ),
        };
        let (title, help) = (language.of(setting.title), language.of(setting.help));
        let full_stop = if matches!(language, Language::Ja) { "。" } else { ". " };
        let _ = writeln!(out, "| `{}` | {values} | {title}{full_stop}{help} |", setting.name);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_of_the_template_has_its_text_in_both_languages() {
        let admx = admx();
        for language in [Language::Ja, Language::En] {
            let adml = adml(language);
            for (kind, tag) in [("string", "string"), ("presentation", "presentation")] {
                for reference in admx.split(&format!("$({kind}.")).skip(1) {
                    let id = reference.split(')').next().unwrap();
                    assert!(adml.contains(&format!("<{tag} id=\"{id}\">")), "{id}");
                }
            }
        }
    }
}
