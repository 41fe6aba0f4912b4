//! A text as searches and lists compare it: whatever its width, its case, its kana and its blanks.

use icu_normalizer::ComposingNormalizerBorrowed;

/// A text in normal width (Unicode's NFKC), in lower case and in katakana, without blanks, without what
/// only says how a character is drawn, and with the usual form of a character that many names have in
/// another one.
#[must_use]
pub(crate) fn folded(text: &str) -> String {
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let lower = normal.chars().flat_map(char::to_lowercase);
    lower.filter(|c| !c.is_whitespace() && !draws(*c)).map(|c| usual(katakana(c))).collect()
}

/// The katakana of a hiragana; both blocks have the same order (U+3041 and U+30A1).
fn katakana(c: char) -> char {
    match c {
        '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309e}' => {
            char::from_u32(u32::from(c) + 0x60).unwrap_or(c)
        }
        _ => c,
    }
}

/// Variation selectors, and what joins or parts letters: nobody types it who searches.
const fn draws(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The form in which a keyboard offers a character first that stands otherwise in family registers.
const fn usual(c: char) -> char {
    match c {
        '髙' => '高',
        '﨑' | '嵜' => '崎',
        '𠮷' => '吉',
        '邊' | '邉' => '辺',
        '齋' => '斎',
        '齊' => '斉',
        '濵' | '濱' => '浜',
        '澤' => '沢',
        '廣' => '広',
        '德' => '徳',
        '眞' => '真',
        '嶋' => '島',
        '國' => '国',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_take_for_the_same_is_the_same() {
        let groups: [&[&str]; 8] = [
            &["佐藤 花子", "佐藤　花子", "佐藤花子", " 佐藤\u{a0}花子 "],
            &["サトウ ハナコ", "さとう　はなこ", "ｻﾄｳ ﾊﾅｺ", "さとうハナコ"],
            &["ヴェーダ", "ゔぇーだ", "ｳﾞｪｰﾀﾞ"],
            &["髙橋", "高橋"],
            &["渡邊", "渡邉", "渡辺", "渡邉\u{e0100}"],
            &["ＡＢＣ株式会社", "abc株式会社", "Abc 株式会社"],
            &["いすゞ", "イスヾ"],
            &["José", "JOSE\u{301}"],
        ];
        for group in groups {
            for text in group {
                assert_eq!(folded(text), folded(group[0]), "{text}");
            }
        }
        assert_ne!(folded("佐藤"), folded("左藤"));
    }

    proptest! {
        #[test]
        fn what_is_added_before_or_after_is_found_within(text in "\\PC{0,20}", more in "[ぁ-ヶa-z]{1,5}") {
            let whole = folded(&[text.as_str(), more.as_str()].join(" "));
            prop_assert!(whole.contains(&folded(&more)));
            prop_assert!(!folded(&text).contains(char::is_whitespace));
        }
    }
}
