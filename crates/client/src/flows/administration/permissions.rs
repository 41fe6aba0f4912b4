//! The permissions in a cell, by name or by title, separated as people separate words.

use std::collections::HashMap;

use warifu_protocol::{Permission, PermissionView};

use crate::flows::columns::{fold, normal};

/// What the provider's permissions are called.
pub(super) struct Titles {
    /// By everything that means it; none if several permissions are meant.
    by_name: HashMap<String, Option<Permission>>,
}

/// What stands in a cell.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Read {
    /// The permissions, in the order of the cell, each once.
    pub(super) permissions: Vec<Permission>,
    /// What is none.
    pub(super) unknown: Vec<String>,
}

/// A piece of a cell, and whether only blanks part it from the one before.
struct Piece<'a> {
    text: &'a str,
    goes_on: bool,
}

impl Titles {
    pub(super) fn of(permissions: &[PermissionView]) -> Self {
        let mut by_name = HashMap::new();
        let mut add = |name: &str, permission: &Permission| {
            by_name
                .entry(joined(&[name]))
                .and_modify(|known: &mut Option<Permission>| {
                    *known = known.take().filter(|known| known == permission);
                })
                .or_insert_with(|| Some(permission.clone()));
        };
        for view in permissions {
            add(&view.title.ja, &view.permission);
            add(&view.title.en, &view.permission);
        }
        // A name always means its own permission, whatever others are titled.
        for view in permissions {
            by_name.insert(joined(&[view.permission.as_str()]), Some(view.permission.clone()));
        }
        Self { by_name }
    }

    /// Reads a cell.
    pub(super) fn read(&self, cell: &str) -> Read {
        let cell = normal(cell);
        let pieces = pieces(&cell);
        let mut read = Read::default();
        let mut rest = pieces.as_slice();
        while let [first, others @ ..] = rest {
            match self.longest(rest) {
                Some((permission, length)) => {
                    if !read.permissions.contains(&permission) {
                        read.permissions.push(permission);
                    }
                    rest = rest.get(length..).unwrap_or_default();
                }
                None => {
                    read.unknown.push(first.text.to_owned());
                    rest = others;
                }
            }
        }
        read
    }

    /// The permission that the first pieces name, and how many of them. A title may have blanks in it,
    /// and at worst what else separates; as many pieces as possible go before fewer.
    fn longest(&self, pieces: &[Piece<'_>]) -> Option<(Permission, usize)> {
        let words = 1 + pieces.iter().skip(1).take_while(|piece| piece.goes_on).count();
        let longest = pieces.len().min(LONGEST);
        let lengths = (1..=words.min(longest)).rev().chain((words + 1..=longest).rev());
        lengths.into_iter().find_map(|length| {
            let texts: Vec<_> = pieces.iter().take(length).map(|piece| piece.text).collect();
            Some((self.by_name.get(&joined(&texts))?.clone()?, length))
        })
    }
}

/// Most pieces of one title.
const LONGEST: usize = 12;

/// Pieces as one name, so that neither blanks nor separators within a title matter.
fn joined(texts: &[&str]) -> String {
    let mut name: String = texts.iter().map(|text| fold(text)).collect();
    name.retain(|c| !separates(c));
    name
}

fn pieces(cell: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut goes_on = false;
    for text in cell.split_inclusive(|c: char| separates(c) || c.is_whitespace()) {
        let name = text.trim_end_matches(|c: char| separates(c) || c.is_whitespace());
        // A hyphen alone is the bullet of a list.
        if !fold(name).is_empty() {
            pieces.push(Piece { text: name, goes_on });
            goes_on = true;
        }
        goes_on &= !text.ends_with(separates);
    }
    pieces
}

/// What separates permissions, in normal width; blanks do besides.
fn separates(c: char) -> bool {
    matches!(
        c,
        ',' | ';'
            | '、'
            | '。'
            | '/'
            | '|'
            | '・'
            | ':'
            | '+'
            | '&'
            | '\n'
            | '\r'
            | '\t'
            | '\u{b}'
            | '\u{2028}'
            | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use warifu_protocol::LocalizedText;

    use super::*;

    fn titles() -> Titles {
        let view = |name: &str, ja: &str, en: &str| PermissionView {
            permission: name.parse().unwrap(),
            title: LocalizedText { ja: ja.to_owned(), en: en.to_owned() },
            description: LocalizedText { ja: String::new(), en: String::new() },
            grantable: true,
        };
        Titles::of(&[
            view("claims.view", "債権照会", "View claims"),
            view("claims.apply", "記録請求", "Apply"),
            view("claims.approve", "承認／差戻し", "Approve or return"),
            view("user-administration", "ユーザー管理", "User administration"),
            view("a.one", "同じ名前", "One"),
            view("a.two", "同じ名前", "Two"),
            view("one.more", "債権", "One"),
        ])
    }

    fn names(cell: &str) -> (Vec<String>, Vec<String>) {
        let Read { permissions, unknown } = titles().read(cell);
        (permissions.iter().map(ToString::to_string).collect(), unknown)
    }

    #[test]
    fn permissions_are_separated_as_people_separate_them() {
        for separator in [
            ";", ",", "、", "､", "，", "；", "/", "／", "\n", "\r\n", "\r", " ", "\u{3000}", "\t",
            "・", "･", "|", "｜", " ; ", "、\n", "\u{a0}", "\u{b}", "，　", "：", "＋", "\n・",
            "\n- ",
        ] {
            let cell =
                ["claims.view", "債権照会", "User administration", "ＣＬＡＩＭＳ．ＡＰＰＬＹ"]
                    .join(separator);
            let expected = ["claims.view", "user-administration", "claims.apply"].map(String::from);
            assert_eq!(names(&cell), (expected.to_vec(), vec![]), "{separator:?}");
        }
        assert_eq!(names(""), (vec![], vec![]));
        assert_eq!(names(" 、\n"), (vec![], vec![]));
    }

    #[test]
    fn a_permission_is_known_by_its_name_and_both_titles() {
        for (cell, name) in [
            ("債権照会", "claims.view"),
            ("債権 照会", "claims.view"),
            ("View Claims", "claims.view"),
            ("view　claims", "claims.view"),
            ("Ｃｌａｉｍｓ．Ｖｉｅｗ", "claims.view"),
            ("承認／差戻し", "claims.approve"),
            ("承認/差戻し", "claims.approve"),
            ("承認・差戻し", "claims.approve"),
            ("ユーザ管理", "user-administration"),
            ("ﾕｰｻﾞｰ管理", "user-administration"),
            ("USER-ADMINISTRATION", "user-administration"),
            ("債権", "one.more"),
        ] {
            assert_eq!(names(cell), (vec![name.to_owned()], vec![]), "{cell}");
        }
        let expected = ["one.more", "claims.view", "claims.approve"].map(String::from).to_vec();
        assert_eq!(names("債権、債権照会、承認／差戻し"), (expected, vec![]));
    }

    #[test]
    fn what_is_no_permission_is_named() {
        assert_eq!(
            names("債権照会、債権取消／claims.view claims.none"),
            (
                vec![String::from("claims.view")],
                ["債権取消", "claims.none"].map(String::from).to_vec()
            )
        );
        // Two permissions of one title: which one is meant, nobody can say.
        for cell in ["同じ名前", "One"] {
            assert_eq!(names(cell), (vec![], vec![cell.to_owned()]));
        }
    }

    proptest! {
        #[test]
        fn no_cell_makes_it_panic_or_loses_a_word(cell in "[a-z照会 、/\n-]{0,40}") {
            let (permissions, unknown) = names(&cell);
            let words = pieces(&normal(&cell)).len();
            prop_assert!(permissions.len() + unknown.len() <= words);
            prop_assert_eq!(words == 0, permissions.is_empty() && unknown.is_empty());
        }
    }
}
