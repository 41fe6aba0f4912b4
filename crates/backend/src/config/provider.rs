//! How customers see the provider: the sections `[provider]` and `[support]` of `warifu.toml`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use warifu_logo::Logo;
use warifu_platform::file::read_up_to;
use warifu_protocol::{
    Colour, LocalizedText, Provider, ProviderContact, ProviderLogo, ServiceName, SupportContact,
};

/// The provider's face.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderConfig {
    name: Option<LocalizedText>,
    #[serde(default)]
    service_name_en: Option<ServiceName>,
    #[serde(default)]
    accent: Option<String>,
    #[serde(default)]
    logo_file: Option<PathBuf>,
    /// What the file holds.
    #[serde(skip)]
    logo: Option<Logo>,
}

/// Whom users turn to, in one language or in both.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Support {
    name: Words,
    phone: String,
    email: String,
    hours: Words,
}

/// A text as it is written down.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a text, or { ja = \"…\", en = \"…\" }")]
enum Words {
    Alike(String),
    Each(LocalizedText),
}

impl Default for Words {
    fn default() -> Self {
        Self::Alike(String::new())
    }
}

impl Words {
    fn both(&self) -> LocalizedText {
        match self {
            Self::Alike(text) => LocalizedText { ja: text.clone(), en: text.clone() },
            Self::Each(text) => text.clone().completed(),
        }
    }
}

impl Support {
    /// In Japanese, and in English.
    pub(super) fn contacts(&self) -> [SupportContact; 2] {
        let (name, hours) = (self.name.both(), self.hours.both());
        [(name.ja, hours.ja), (name.en, hours.en)].map(|(name, hours)| SupportContact {
            name,
            phone: self.phone.clone(),
            email: self.email.clone(),
            hours,
        })
    }
}

impl ProviderConfig {
    /// Reads the logo, and checks the rest; `dir` is the configuration's folder.
    pub(super) fn complete(&mut self, dir: &Path) -> anyhow::Result<()> {
        if let Some(name) = &self.name {
            for (key, text) in [("ja", &name.ja), ("en", &name.en)] {
                text.parse::<ServiceName>().with_context(|| format!("provider.name.{key}"))?;
            }
        }
        if let Some(accent) = &self.accent {
            accent.parse::<Colour>().with_context(|| format!("provider.accent = {accent:?}"))?;
        }
        let Some(named) = &self.logo_file else { return Ok(()) };
        // A backup takes it along under its name.
        ensure!(
            named.is_absolute() || named.file_name().is_some_and(|name| name == named.as_os_str()),
            "provider.logo_file = {:?}: the name of a file in this folder, or a whole path",
            named.display()
        );
        let path = dir.join(named);
        let what = || format!("provider.logo_file = {:?}", named.display());
        let content = read_up_to(&path, 16 * Logo::MAX_BYTES).with_context(what)?;
        self.logo = Some(Logo::read(content).with_context(what)?);
        Ok(())
    }

    /// The logo.
    pub(crate) fn logo(&self) -> Option<&Logo> {
        self.logo.as_ref()
    }

    /// The name of the logo's file, if it lies in the configuration's folder.
    pub(crate) fn own_file(&self) -> Option<&str> {
        self.logo_file.as_deref().filter(|file| file.is_relative())?.to_str()
    }

    /// The provider's colour, if people can read it.
    pub(crate) fn accent(&self) -> Option<Colour> {
        self.written_accent().filter(|colour| colour.is_readable())
    }

    fn written_accent(&self) -> Option<Colour> {
        self.accent.as_deref()?.parse().ok()
    }

    /// What is taken otherwise than it is written.
    pub(crate) fn notes(&self) -> Vec<String> {
        let unreadable = self.written_accent().filter(|colour| !colour.is_readable());
        let note = |colour: Colour| {
            format!(
                "provider.accent = \"{colour}\": nobody can read it on white (contrast {:.1}:1, at \
                 least {:.1}:1 is needed, WCAG 2.2 1.4.3); the app's own colour is used instead",
                colour.contrast(Colour::WHITE),
                Colour::LEAST_CONTRAST,
            )
        };
        unreadable.map(note).into_iter().collect()
    }
}

impl super::Config {
    /// The provider as every app is told of it.
    pub(crate) fn face(&self) -> Provider {
        let each = |text: fn(&SupportContact) -> &String| LocalizedText {
            ja: text(&self.support).clone(),
            en: text(&self.support_en).clone(),
        };
        Provider {
            name: self.provider.name.clone().unwrap_or_else(|| each(|support| &support.name)),
            service_name: LocalizedText {
                ja: self.service_name.as_str().to_owned(),
                en: self.service_name_en().to_owned(),
            },
            accent: self.provider.accent().map(|colour| colour.to_string()),
            logo: self.provider.logo().map(|logo| ProviderLogo { digest: logo.digest() }),
            contact: ProviderContact {
                name: each(|support| &support.name),
                phone: self.support.phone.clone(),
                email: self.support.email.clone(),
                hours: each(|support| &support.hours),
            },
        }
    }

    /// The service's name in English; in Japanese, if it has no other.
    pub(crate) fn service_name_en(&self) -> &str {
        self.provider.service_name_en.as_ref().unwrap_or(&self.service_name).as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, template};

    const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 32"><path d="M0 0h64v32z"/></svg>"##;

    /// What `init` writes, with other sections of these two.
    fn config(dir: &Path, provider: &str, support: Option<&str>) -> anyhow::Result<Config> {
        let listen = ["127.0.0.1:8443", "127.0.0.1:8444"].map(|place| place.parse().unwrap());
        let text =
            template("id", "見本", &[String::from("localhost")], listen[0], listen[1], None, None);
        let (before, rest) = text.split_once("\n[provider]\n").unwrap();
        let (written, rest) = rest.split_once("\n[support]\n").unwrap();
        let (own, after) = rest.split_once("\n\n").unwrap();
        assert!(written.contains("name = "), "{written}");
        let support = support.unwrap_or(own);
        let text = format!("{before}\n[provider]\n{provider}\n[support]\n{support}\n\n{after}");
        Config::parse(&text, dir)
    }

    fn refused(dir: &Path, provider: &str) -> String {
        format!("{:#}", config(dir, provider, None).unwrap_err())
    }

    #[test]
    fn the_face_is_told_in_both_languages() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("logo.svg"), SVG).unwrap();
        let section = "name = { ja = '見本銀行', en = 'Sample Bank' }\nservice_name_en = 'Claims'\n\
                       accent = '#1F5FA8'\nlogo_file = 'logo.svg'";
        let support = "name = { ja = '窓口', en = 'Desk' }\nphone = '1'\nemail = '2'\n\
                       hours = { ja = '平日', en = 'Weekdays' }";
        let config = config(dir.path(), section, Some(support)).unwrap();
        let face = config.face();
        assert_eq!((face.name.ja.as_str(), face.name.en.as_str()), ("見本銀行", "Sample Bank"));
        assert_eq!(face.service_name.ja, "見本");
        assert_eq!(face.service_name.en, "Claims");
        assert_eq!(face.accent.as_deref(), Some("#1f5fa8"));
        assert_eq!(face.logo.unwrap().digest.len(), 64);
        assert_eq!(
            (face.contact.hours.ja.as_str(), face.contact.name.en.as_str()),
            ("平日", "Desk")
        );
        // Apps that know one language only.
        assert_eq!(config.profile("", 0).support.hours, "平日");
        assert_eq!(config.provider.own_file(), Some("logo.svg"));
        assert!(config.provider.notes().is_empty());
    }

    #[test]
    fn an_older_configuration_is_taken_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let support = "name = '窓口'\nphone = '1'\nemail = '2'\nhours = '平日'";
        let face = config(dir.path(), "", Some(support)).unwrap().face();
        assert_eq!((face.name.ja.as_str(), face.contact.hours.en.as_str()), ("窓口", "平日"));
        assert_eq!((face.accent, face.logo), (None, None));
    }

    #[test]
    fn a_help_desk_that_is_named_in_one_language_has_that_name_in_both() {
        let dir = tempfile::tempdir().unwrap();
        for (ja, en, both) in [("窓口", "", "窓口"), ("", "Desk", "Desk"), ("窓口", " ", "窓口")]
        {
            let text = format!("{{ ja = '{ja}', en = '{en}' }}");
            let support = format!("name = {text}\nphone = '1'\nemail = '2'\nhours = {text}");
            let contact = config(dir.path(), "", Some(&support)).unwrap().face().contact;
            for said in [contact.name, contact.hours] {
                assert_eq!((said.ja.as_str(), said.en.as_str()), (both, both), "{ja}, {en}");
            }
        }
    }

    #[test]
    fn a_logo_that_may_not_be_shown_is_refused_and_named() {
        let dir = tempfile::tempdir().unwrap();
        let script = SVG.replace("<path d=\"M0 0h64v32z\"/>", "<script>alert(1)</script>");
        let files: [(&str, &[u8], &str); 4] = [
            ("script.svg", script.as_bytes(), "<script>"),
            ("broken.png", b"\x89PNG\r\n\x1a\n\0\0", "ends too early"),
            ("photo.jpg", b"\xff\xd8\xff\xe0", "neither a PNG nor an SVG"),
            ("large.png", &vec![0; 10 * 1024 * 1024], "at most 131072"),
        ];
        for (name, content, why) in files {
            std::fs::write(dir.path().join(name), content).unwrap();
            let refused = refused(dir.path(), &format!("logo_file = '{name}'"));
            assert!(refused.contains("provider.logo_file") && refused.contains(why), "{refused}");
        }
        let missing = refused(dir.path(), "logo_file = 'missing.svg'");
        assert!(missing.contains("missing.svg"), "{missing}");
        for elsewhere in ["../logo.svg", "folder/logo.svg", ""] {
            let refused = refused(dir.path(), &format!("logo_file = '{elsewhere}'"));
            assert!(refused.contains("provider.logo_file"), "{refused}");
        }
    }

    #[test]
    fn a_colour_that_nobody_can_read_is_said_and_not_used() {
        let dir = tempfile::tempdir().unwrap();
        for colour in ["#ffff00", "#ffffff", "#777777", "#9bd1f5"] {
            let config = config(dir.path(), &format!("accent = '{colour}'"), None).unwrap();
            assert_eq!(config.face().accent, None, "{colour}");
            let [note] = &config.provider.notes()[..] else { panic!("{colour}") };
            assert!(note.contains(colour) && note.contains("4.5:1"), "{note}");
        }
        for colour in ["yellow", "#ff0", "#ffff00ff", ""] {
            let refused = refused(dir.path(), &format!("accent = '{colour}'"));
            assert!(
                refused.contains("provider.accent") && refused.contains("#1f5fa8"),
                "{refused}"
            );
        }
    }

    #[test]
    fn a_name_is_one_line_of_usual_length() {
        let dir = tempfile::tempdir().unwrap();
        let long = "割".repeat(101);
        for name in ["", "\\n", "\\u202e銀行", &long] {
            let section = format!("name = {{ ja = \"{name}\", en = \"Bank\" }}");
            let refused = refused(dir.path(), &section);
            assert!(refused.contains("provider.name.ja"), "{refused}");
        }
        let both = format!("name = {{ ja = \"{0}\", en = \"{0}\" }}", "髙".repeat(100));
        config(dir.path(), &both, None).unwrap();
    }
}
