//! What people and their departments are called (氏名, 部署): one line that looks the same wherever it is
//! shown, and cannot look like something else.

use std::{fmt, str::FromStr};

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory},
};
use serde::{Deserialize, Deserializer, Serialize};

/// Why a text cannot be a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PersonNameError {
    /// Nothing would be seen of it.
    Empty,
    /// It has more than [`PersonName::MAX`] characters.
    TooLong,
    /// A character of it ends the line, is not seen, turns what follows, or stands where it cannot.
    Character(char),
}

impl fmt::Display for PersonNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("expected a name"),
            Self::TooLong => write!(f, "expected at most {} characters", PersonName::MAX),
            Self::Character(c) => write!(f, "no name has the character U+{:04X}", u32::from(*c)),
        }
    }
}

impl std::error::Error for PersonNameError {}

macro_rules! name_of_a_person {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 100))]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters.
            pub const MAX: usize = 100;

            /// The name as text, in NFC and without blanks around it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = PersonNameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse(text, Self::MAX).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = PersonNameError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_of_a_person!(
    /// A person's name (氏名): 1 to 100 characters on one line, in NFC, without blanks around it.
    ///
    /// What an operating system writes for a character of a company's own (外字, the private use area)
    /// is taken as it stands. So are variation selectors, because 葛󠄀 and 葛 are different people, and
    /// what joins the parts of a letter or a picture. Of marks, no more than four follow each other
    /// (UTS #39 §5.4): more would be drawn over the lines above and below.
    PersonName
);

name_of_a_person!(
    /// A department (部署): by the rules of a [`PersonName`].
    Department
);

/// The most marks in a row.
const MOST_MARKS: usize = 4;

fn parse(text: &str, most: usize) -> Result<String, PersonNameError> {
    let name = ComposingNormalizerBorrowed::new_nfc().normalize(text.trim());
    // A long text is not looked at to its end.
    let mut length = 0;
    let mut marks = 0;
    let mut seen = false;
    for c in name.chars() {
        length += 1;
        if length > most {
            return Err(PersonNameError::TooLong);
        }
        let refused = Err(PersonNameError::Character(c));
        if is_refused(c) {
            return refused;
        }
        if is_mark(c) {
            marks += 1;
            // A mark with nothing before it would be drawn onto whatever stands before the name.
            if !seen || marks > MOST_MARKS {
                return refused;
            }
        } else {
            marks = 0;
            seen |= !joins(c) && !c.is_whitespace();
        }
    }
    if seen { Ok(name.into_owned()) } else { Err(PersonNameError::Empty) }
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn is_mark(c: char) -> bool {
    matches!(category(c), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

/// What joins or parts letters and is not seen itself: names in Persian and pictures of several parts
/// have it (Unicode 16 §23.2).
const fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Which drawing of a character is meant (Unicode 16 §23.4).
const fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_refused(c: char) -> bool {
    let ends_the_line = matches!(
        category(c),
        GeneralCategory::Control
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    let unseen = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        && !joins(c)
        && !is_variation_selector(c);
    // An empty cell of braille is a blank that is not one; the last stands where a character was lost.
    let nothing = matches!(c, '\u{2800}' | '\u{fff9}'..='\u{fffd}');
    // Noncharacters (Unicode 16 §23.7).
    let none = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    ends_the_line || unseen || nothing || none || CodePointSetData::new::<BidiControl>().contains(c)
}

/// Takes what an answer says of a person as if it were missing where this version's rules do not know it:
/// one name less is better than no list.
pub(crate) fn tolerant<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
{
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// Tells `null` from a missing field: the one takes away, the other leaves as it is.
#[expect(clippy::option_option, reason = "a change that is not made, and one to nothing")]
pub(crate) fn told<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_taken_in_one_form() {
        let long = "髙".repeat(100);
        let variation = "葛\u{e0100}城 花子";
        let gaiji = "\u{e000}田 太郎";
        let table = [
            ("佐藤 花子", "佐藤 花子"),
            ("佐藤　花子", "佐藤　花子"),
            ("\u{3000} 佐藤　花子\t\r\n", "佐藤　花子"),
            ("ガ", "ガ"),
            ("カ\u{3099}", "ガ"),
            ("José", "José"),
            ("Jose\u{301}", "José"),
            ("ﾔﾏﾀﾞ ﾀﾛｳ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
            ("O'Brien, Jr.", "O'Brien, Jr."),
            ("محمد علی\u{200c}پور", "محمد علی\u{200c}پور"),
            ("👩\u{200d}💻 花子", "👩\u{200d}💻 花子"),
            ("❤\u{fe0f}", "❤\u{fe0f}"),
            ("𠮷野 家", "𠮷野 家"),
            (variation, variation),
            (gaiji, gaiji),
            // A compatibility ideograph has one canonical form.
            ("\u{fa19}田", "\u{795e}田"),
            ("a\u{316}\u{317}\u{318}\u{319}", "a\u{316}\u{317}\u{318}\u{319}"),
            (&long, &long),
        ];
        for (text, name) in table {
            let parsed = text.parse::<PersonName>().unwrap();
            assert_eq!(parsed.as_str(), name, "{text:?}");
            assert_eq!(parsed.as_str().parse::<PersonName>().unwrap(), parsed, "{text:?}");
            assert_eq!(text.parse::<Department>().unwrap().as_str(), name, "{text:?}");
        }
    }

    #[test]
    fn what_nobody_sees_or_what_turns_the_text_is_refused_and_named() {
        let empty = ["", " ", "\u{3000}\t\n", "\u{200d}"];
        for text in empty {
            assert_eq!(text.parse::<PersonName>(), Err(PersonNameError::Empty), "{text:?}");
        }
        let unseen: Vec<char> = ['\0', '\u{7}', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}']
            .into_iter()
            .chain(['\u{ad}', '\u{34f}', '\u{61c}', '\u{115f}', '\u{1160}', '\u{180e}'])
            .chain(['\u{200b}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}'])
            .chain('\u{202a}'..='\u{202e}')
            .chain('\u{2060}'..='\u{206f}')
            .chain(['\u{2800}', '\u{3164}', '\u{feff}', '\u{ffa0}', '\u{fffd}', '\u{ffff}'])
            .chain(['\u{fdd0}', '\u{1fffe}', '\u{e0001}', '\u{e0041}', '\u{e007f}'])
            .collect();
        for c in unseen {
            let text = format!("佐藤{c}花子");
            assert_eq!(text.parse::<PersonName>(), Err(PersonNameError::Character(c)), "{text:?}");
        }
    }

    #[test]
    fn a_name_has_a_hundred_characters_at_most_after_composition() {
        assert_eq!("割".repeat(101).parse::<PersonName>(), Err(PersonNameError::TooLong));
        assert_eq!(
            "か\u{3099}".repeat(100).parse::<PersonName>().unwrap().as_str(),
            "が".repeat(100)
        );
        assert_eq!("か\u{3099}".repeat(101).parse::<PersonName>(), Err(PersonNameError::TooLong));
        let huge = "a".repeat(10_000_000);
        assert_eq!(huge.parse::<PersonName>(), Err(PersonNameError::TooLong));
    }

    #[test]
    fn marks_neither_begin_a_name_nor_pile_up() {
        for text in ["\u{316}佐藤", "\u{20dd}", "\u{fe0f}", "\u{e0100}", "\u{200d}\u{316}佐藤"]
        {
            assert!(text.parse::<PersonName>().is_err(), "{text:?}");
        }
        let piled = format!("佐{}藤", "\u{316}".repeat(5));
        assert_eq!(piled.parse::<PersonName>(), Err(PersonNameError::Character('\u{316}')));
        let zalgo = format!("佐{}", "\u{316}\u{338}".repeat(49));
        assert!(zalgo.parse::<PersonName>().is_err());
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(text in "\\PC{0,120}") {
            if let Ok(name) = text.parse::<PersonName>() {
                prop_assert_eq!(&name.as_str().parse::<PersonName>().unwrap(), &name);
                prop_assert!((1..=PersonName::MAX).contains(&name.as_str().chars().count()));
            }
        }

        #[test]
        fn any_characters_are_taken_or_refused(text in proptest::collection::vec(any::<char>(), 0..120)) {
            let text = String::from_iter(text);
            if let Ok(name) = text.parse::<PersonName>() {
                prop_assert_eq!(&name.as_str().parse::<PersonName>().unwrap(), &name);
                prop_assert!(!name.as_str().contains(char::is_control));
            }
        }
    }
}
