//! The columns of a list of users: what they are called where one is written, and under which names
//! they are found where one is read. One table for both, so that what is exported can be imported.

use icu_normalizer::ComposingNormalizerBorrowed;
use warifu_protocol::{Details, ErrorCode};

use crate::{
    Failure,
    flows::spreadsheet::{self, Record, is_invisible},
    view::{Language, UnusedColumn, WhyUnused},
};

/// What a column of a list of users holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Column {
    UserId,
    Name,
    Department,
    Email,
    Permissions,
    InitialPassword,
    Primary,
    State,
    CertificateExpiry,
    LastLogin,
}

/// The names of a column.
struct Names {
    column: Column,
    /// Its heading where a list is written.
    written: [&'static str; 2],
    /// What else people and their programs call it, as [`fold`] leaves it or not.
    read: &'static [&'static str],
}

const NAMES: [Names; 10] = [
    Names {
        column: Column::UserId,
        written: ["ユーザID", "User ID"],
        read: &[
            "ID",
            "ログインID",
            "利用者ID",
            "担当者ID",
            "ユーザ番号",
            "Login ID",
            "User",
            "Login",
        ],
    },
    Names {
        column: Column::Name,
        written: ["氏名", "Name"],
        read: &[
            "名前",
            "お名前",
            "姓名",
            "ユーザ氏名",
            "利用者名",
            "利用者氏名",
            "担当者名",
            "担当者氏名",
            "社員名",
            "社員氏名",
            "氏名(漢字)",
            "漢字氏名",
            "Full name",
            "Display name",
        ],
    },
    Names {
        column: Column::Department,
        written: ["部署", "Department"],
        read: &[
            "部署名",
            "所属",
            "所属部署",
            "所属名",
            "部門",
            "部門名",
            "Section",
            "Division",
            "Dept",
        ],
    },
    Names {
        column: Column::Email,
        written: ["メールアドレス", "E-mail"],
        read: &[
            "メール",
            "Eメール",
            "Eメールアドレス",
            "電子メール",
            "電子メールアドレス",
            "メアド",
            "Mail",
            "Mail address",
            "E-mail address",
        ],
    },
    Names {
        column: Column::Permissions,
        written: ["権限", "Permissions"],
        read: &[
            "権限名",
            "権限一覧",
            "権限の記号",
            "利用権限",
            "操作権限",
            "付与する権限",
            "ロール",
            "Permission",
            "Rights",
            "Roles",
            "Role",
        ],
    },
    Names {
        column: Column::InitialPassword,
        written: ["初期パスワード", "Initial password"],
        read: &[
            "初期PW",
            "初回パスワード",
            "仮パスワード",
            "パスワード",
            "PW",
            "Password",
            "Initial PW",
            "First password",
            "Temporary password",
        ],
    },
    Names {
        column: Column::Primary, written: ["管理責任者", "Primary administrator"], read: &[]
    },
    Names { column: Column::State, written: ["状態", "State"], read: &[] },
    Names {
        column: Column::CertificateExpiry,
        written: ["電子証明書の有効期限", "Certificate expires"],
        read: &[],
    },
    Names { column: Column::LastLogin, written: ["最終ログイン", "Last login"], read: &[] },
];

impl Column {
    /// The columns of an export, in their order.
    pub(crate) const EXPORTED: [Self; 9] = [
        Self::UserId,
        Self::Name,
        Self::Department,
        Self::Email,
        Self::Permissions,
        Self::Primary,
        Self::State,
        Self::CertificateExpiry,
        Self::LastLogin,
    ];

    /// The columns that an import takes, in the order in which the screens explain them.
    pub(crate) const IMPORTED: [Self; 6] = [
        Self::UserId,
        Self::Name,
        Self::Department,
        Self::Email,
        Self::Permissions,
        Self::InitialPassword,
    ];

    /// What it is called where a list is written.
    pub(crate) fn heading(self, language: Language) -> &'static str {
        let [japanese, english] = names_of(self).written;
        match language {
            Language::Ja => japanese,
            Language::En => english,
        }
    }

    /// The field of a new user that an import takes from it; none of those that it does not take.
    pub(crate) fn field(self) -> Option<&'static str> {
        match self {
            Self::UserId => Some("user_id"),
            Self::Name => Some("name"),
            Self::Department => Some("department"),
            Self::Email => Some("email"),
            Self::Permissions => Some("permissions"),
            Self::InitialPassword => Some("initial_password"),
            Self::Primary | Self::State | Self::CertificateExpiry | Self::LastLogin => None,
        }
    }

    /// The column that a heading means, if it is one of the names as people write them.
    fn named(heading: &str) -> Option<Self> {
        let wanted = fold(heading);
        NAMES
            .iter()
            .find(|names| names.all().any(|name| fold(name) == wanted))
            .map(|names| names.column)
    }

    /// The column that an unknown heading may have been meant for.
    fn like(heading: &str) -> Option<Self> {
        let wanted = fold(heading);
        if wanted.is_empty() {
            return None;
        }
        let near = |name: &str| {
            let name = fold(name);
            let length = name.chars().count().max(wanted.chars().count());
            // `ID` and `PW` are in many words.
            let part = name.len() > 2 && wanted.contains(&name);
            let distance = if part { 0 } else { strsim::osa_distance(&name, &wanted) };
            (distance * 3 <= length).then_some(distance)
        };
        NAMES
            .iter()
            .filter(|names| Self::IMPORTED.contains(&names.column))
            .filter_map(|names| Some((names.all().filter_map(near).min()?, names.column)))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, column)| column)
    }
}

impl Names {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        self.written.into_iter().chain(self.read.iter().copied())
    }
}

fn names_of(column: Column) -> &'static Names {
    match column {
        Column::UserId => &NAMES[0],
        Column::Name => &NAMES[1],
        Column::Department => &NAMES[2],
        Column::Email => &NAMES[3],
        Column::Permissions => &NAMES[4],
        Column::InitialPassword => &NAMES[5],
        Column::Primary => &NAMES[6],
        Column::State => &NAMES[7],
        Column::CertificateExpiry => &NAMES[8],
        Column::LastLogin => &NAMES[9],
    }
}

/// The headings of a file of users that an import takes, as the screens explain them: the one of the
/// user ID, of the name, of the department, of the address, of the permissions, and of the initial
/// password.
#[must_use]
pub fn import_headings(language: Language) -> [&'static str; 6] {
    Column::IMPORTED.map(|column| column.heading(language))
}

/// A word that an export writes into a column.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Yes,
    Active,
    Locked,
    Suspended,
}

impl Word {
    pub(crate) fn text(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Ja, Self::Yes) => "はい",
            (Language::Ja, Self::Active) => "利用中",
            (Language::Ja, Self::Locked) => "ロック中",
            (Language::Ja, Self::Suspended) => "停止中",
            (Language::En, Self::Yes) => "Yes",
            (Language::En, Self::Active) => "Active",
            (Language::En, Self::Locked) => "Locked",
            (Language::En, Self::Suspended) => "Suspended",
        }
    }
}

/// How many of these cells are headings of a list of users.
pub(crate) fn headings_in(cells: &[String]) -> usize {
    cells.iter().filter(|cell| Column::named(cell).is_some()).count()
}

fn names_users(record: &Record) -> bool {
    record.cells.iter().any(|cell| Column::named(cell) == Some(Column::UserId))
}

/// Where the columns of a list of users stand.
#[derive(Debug)]
pub(crate) struct Layout {
    /// What stands above the headings.
    pub(crate) above: Vec<Record>,
    pub(crate) user_id: usize,
    pub(crate) name: Option<usize>,
    pub(crate) department: Option<usize>,
    pub(crate) email: Option<usize>,
    pub(crate) permissions: Option<usize>,
    pub(crate) initial_password: Option<usize>,
    /// Every column that holds something and is not taken.
    pub(crate) unused: Vec<UnusedColumn>,
    headings: Vec<String>,
}

/// How many records at the beginning can be a title.
const TITLES: usize = 10;

impl Layout {
    /// Finds the headings in a list, and leaves the users.
    ///
    /// # Errors
    ///
    /// `heading-missing` with what was found instead; `file-unreadable` if the list is empty.
    pub(crate) fn take(records: &mut Vec<Record>) -> Result<Self, Failure> {
        let beginning = records.get(..TITLES).unwrap_or(records);
        let of_several = |record: &Record| names_users(record) && headings_in(&record.cells) > 1;
        let place = beginning
            .iter()
            .position(of_several)
            .or_else(|| beginning.iter().position(names_users))
            .or_else(|| most_headings(beginning))
            .ok_or_else(|| Failure::new(ErrorCode::FileUnreadable))?;
        let users = records.split_off(place + 1);
        let above = std::mem::replace(records, users);
        let (headings, above) = above
            .split_last()
            .map_or((&[][..], &[][..]), |(last, above)| (last.cells.as_slice(), above));
        Self::of(headings, above.to_vec(), records)
    }

    fn of(headings: &[String], above: Vec<Record>, users: &[Record]) -> Result<Self, Failure> {
        let mut taken: [Option<usize>; 6] = [None; 6];
        let mut left_out = Vec::new();
        let width = users.iter().map(|user| user.cells.len()).max().unwrap_or(0);
        for place in 0..width.max(headings.len()) {
            let heading = headings.get(place).map_or("", String::as_str);
            if heading.is_empty() && users.iter().all(|user| user.cell(place).is_empty()) {
                continue;
            }
            let column = Column::named(heading);
            let at =
                column.and_then(|column| Column::IMPORTED.iter().position(|one| *one == column));
            let (why, meant) = match (column, at.and_then(|at| taken.get_mut(at))) {
                (_, Some(free @ None)) => {
                    *free = Some(place);
                    continue;
                }
                (Some(column), Some(Some(_))) => (WhyUnused::Duplicate, Some(column)),
                (Some(_), None) => (WhyUnused::NotImported, None),
                (None, _) => (WhyUnused::Unknown, Column::like(heading)),
            };
            left_out.push(UnusedColumn {
                why,
                meant: meant.and_then(Column::field).map(str::to_owned),
                ..unused(place, heading, users)
            });
        }
        let [user_id, name, department, email, permissions, initial_password] = taken;
        let user_id = user_id.ok_or_else(|| missing(Column::UserId, headings))?;
        Ok(Self {
            above,
            user_id,
            name,
            department,
            email,
            permissions,
            initial_password,
            unused: left_out,
            headings: headings.to_vec(),
        })
    }

    /// Takes no names, which an older backend does not know: that they are left out is told like any
    /// other column.
    pub(crate) fn leave_names_out(&mut self, users: &[Record]) {
        for place in [self.name.take(), self.department.take()].into_iter().flatten() {
            let heading = self.headings.get(place).map_or("", String::as_str);
            self.unused.push(unused(place, heading, users));
        }
        self.unused.sort_by_key(|column| column.position);
    }
}

/// What is told of a column that is not taken, but for the reason.
fn unused(place: usize, heading: &str, users: &[Record]) -> UnusedColumn {
    let filled = users.iter().filter(|user| !user.cell(place).is_empty()).count();
    UnusedColumn {
        position: u32::try_from(place + 1).unwrap_or(u32::MAX),
        heading: spreadsheet::shown(heading),
        why: WhyUnused::Unknown,
        meant: None,
        filled: u32::try_from(filled).unwrap_or(u32::MAX),
    }
}

/// The first of the records with the most headings.
fn most_headings(records: &[Record]) -> Option<usize> {
    // Of equals the last one wins.
    let places = records.iter().enumerate().rev();
    places.max_by_key(|(_, record)| headings_in(&record.cells)).map(|(place, _)| place)
}

fn missing(column: Column, headings: &[String]) -> Failure {
    let found: Vec<_> = headings.iter().filter(|heading| !heading.is_empty()).collect();
    let found = found.iter().map(|heading| spreadsheet::shown(heading)).take(MENTIONED);
    Failure::new(ErrorCode::HeadingMissing).with(Details {
        field: column.field().map(str::to_owned),
        found: Some(found.collect::<Vec<_>>().join(" / ")),
        ..Details::default()
    })
}

/// How many headings a message mentions.
const MENTIONED: usize = 12;

/// What people add to a heading without meaning another column.
const REMARKS: [&str; 6] = ["(必須)", "(任意)", "(required)", "(optional)", "*", "※"];

/// A name as it is compared: in normal width and lower case (Unicode's NFKC), without blanks, hyphens,
/// long vowels (`ユーザー` and `ユーザ` are one word), invisible characters and remarks.
pub(crate) fn fold(text: &str) -> String {
    let mut text = normal(text).to_lowercase();
    text.retain(|c| !c.is_whitespace() && !is_stroke(c) && c != '_');
    for remark in REMARKS {
        text = text.replace(&normal(remark), "");
    }
    text
}

/// A text in the width that its characters normally have (NFKC), without invisible ones.
pub(crate) fn normal(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    ComposingNormalizerBorrowed::new_nfkc().normalize(&visible).into_owned()
}

/// What is written for a hyphen or a long vowel, on purpose or by a neighbouring key.
fn is_stroke(c: char) -> bool {
    matches!(
        c,
        '-' | 'ー' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '~'
                | '\u{301c}'
                | '\u{2043}'
                | '\u{207b}'
                | '\u{208b}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Vec<Record> {
        (1..)
            .zip(rows)
            .map(|(line, row)| Record {
                line,
                cells: row.iter().map(|cell| (*cell).to_owned()).collect(),
            })
            .collect()
    }

    fn layout(rows: &[&[&str]]) -> Result<Layout, Failure> {
        Layout::take(&mut table(rows))
    }

    #[test]
    fn headings_are_found_as_people_and_their_keyboards_write_them() {
        for (column, headings) in [
            (
                Column::UserId,
                &[
                    "ユーザID",
                    "ユーザＩＤ",
                    "ユーザーID",
                    "ﾕｰｻﾞID",
                    "ﾕｰｻﾞｰＩＤ",
                    " user id ",
                    "USER_ID",
                    "User-ID",
                    "userid",
                    "ユーザ ID",
                    "ユーザ－ID",
                    "ユーザ‐ＩＤ",
                    "ユーザID（必須）",
                    "ユーザID*",
                    "※ユーザID",
                    "ログインＩＤ",
                    "ＩＤ",
                    "ユ\u{200b}ーザID",
                    "ユーサ\u{3099}ID",
                    "ﾛｸﾞｲﾝID",
                    "ユーザ\r\nID",
                    "利用者ID",
                    "ユーザＩｄ",
                ][..],
            ),
            (
                Column::Email,
                &[
                    "メールアドレス",
                    "メール",
                    "ﾒｰﾙｱﾄﾞﾚｽ",
                    "E-Mail",
                    "Ｅメール",
                    "e‑mail",
                    "EMAIL",
                    "Eメールアドレス",
                    "E-mail address",
                    "mail",
                    "電子メール",
                    "メアド",
                ][..],
            ),
            (
                Column::Permissions,
                &[
                    "権限",
                    "権 限",
                    "Permission",
                    "permissions",
                    "ＰＥＲＭＩＳＳＩＯＮＳ",
                    "Role",
                    "権限（任意）",
                ][..],
            ),
            (
                Column::InitialPassword,
                &[
                    "初期パスワード",
                    "初期ＰＷ",
                    "初期ﾊﾟｽﾜｰﾄﾞ",
                    "パスワード",
                    "Initial Password",
                    "initial-password",
                    "初期パスワ－ド",
                    "仮パスワード",
                ][..],
            ),
        ] {
            for heading in headings {
                assert_eq!(Column::named(heading), Some(column), "{heading}");
            }
        }
    }

    #[test]
    fn what_is_only_similar_is_not_taken_but_suggested() {
        for (heading, meant) in [
            ("ユーザー名ID", Some(Column::UserId)),
            ("User IDs", Some(Column::UserId)),
            ("メールアドレス（会社）", Some(Column::Email)),
            ("メルアドレス2", Some(Column::Email)),
            ("Emial", Some(Column::Email)),
            ("権限区分", Some(Column::Permissions)),
            ("Permisions", Some(Column::Permissions)),
            ("初期バスワード", Some(Column::InitialPassword)),
            ("氏名（カナ）", Some(Column::Name)),
            ("Namae", Some(Column::Name)),
            ("所属部署コード", Some(Column::Department)),
            ("電話番号", None),
            ("備考", None),
            ("Video", None),
            ("", None),
        ] {
            assert_eq!(Column::named(heading), None, "{heading}");
            assert_eq!(Column::like(heading), meant, "{heading}");
        }
    }

    #[test]
    fn every_heading_that_is_written_is_read_as_the_same_column() {
        for (names, column) in NAMES.iter().zip(NAMES.iter().map(|names| names.column)) {
            assert_eq!(names_of(column).column, column);
            for name in names.all() {
                assert_eq!(Column::named(name), Some(column), "{name}");
            }
        }
    }

    #[test]
    fn what_is_not_taken_is_named() {
        let found = layout(&[
            &["ユーザID", "メール", "社員番号", "E-mail", "状態", "", "Permision"],
            &["tanaka", "a@example.jp", "T-017", "", "利用中", "", "claims.view", "9"],
            &["sato", "", "S-004", "b@example.jp"],
        ])
        .unwrap();
        let unused: Vec<_> = found
            .unused
            .iter()
            .map(|column| {
                let meant = column.meant.as_deref();
                (column.position, column.heading.as_str(), column.why, meant, column.filled)
            })
            .collect();
        assert_eq!(
            unused,
            [
                (3, "社員番号", WhyUnused::Unknown, None, 2),
                (4, "E-mail", WhyUnused::Duplicate, Some("email"), 1),
                (5, "状態", WhyUnused::NotImported, None, 1),
                (7, "Permision", WhyUnused::Unknown, Some("permissions"), 1),
                (8, "", WhyUnused::Unknown, None, 1),
            ]
        );
        assert_eq!((found.user_id, found.email, found.permissions), (0, Some(1), None));
    }

    #[test]
    fn an_older_backend_is_sent_no_names_and_that_is_told() {
        let rows: &[&[&str]] = &[
            &["部署名", "ユーザＩＤ", "お名前", "備考"],
            &["営業部", "tanaka", "田中 太郎", "x"],
            &["", "sato", "佐藤 花子", ""],
        ];
        let mut users = table(rows);
        let mut found = Layout::take(&mut users).unwrap();
        assert_eq!((found.user_id, found.name, found.department), (1, Some(2), Some(0)));
        found.leave_names_out(&users);
        assert_eq!((found.name, found.department), (None, None));
        let told: Vec<_> = found
            .unused
            .iter()
            .map(|column| (column.position, column.heading.as_str(), column.filled))
            .collect();
        assert_eq!(told, [(1, "部署名", 1), (3, "お名前", 2), (4, "備考", 1)]);
    }

    #[test]
    fn a_title_above_the_headings_is_told_and_passed_over() {
        let rows: &[&[&str]] = &[
            &["ユーザ一覧", "", "2026年度"],
            &["ユーザID"],
            &["No.", "ユーザID", "権限"],
            &["1", "tanaka", "claims.view"],
        ];
        let mut records = table(rows);
        let found = Layout::take(&mut records).unwrap();
        assert_eq!(found.above.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(records.iter().map(|record| record.line).collect::<Vec<_>>(), [4]);
        assert_eq!((found.user_id, found.permissions), (1, Some(2)));
    }

    #[test]
    fn a_missing_column_says_what_was_found() {
        for (rows, found) in [
            (&[&["氏名", "", "権限"][..], &["田中", "", ""]][..], "氏名 / 権限"),
            (&[&["title"][..], &["メール", "権限"]], "メール / 権限"),
            (&[&["tanaka", "a@example.jp"][..]], "tanaka / a@example.jp"),
        ] {
            let failure = layout(rows).unwrap_err();
            assert_eq!(failure.code, ErrorCode::HeadingMissing);
            assert_eq!(failure.details.field.as_deref(), Some("user_id"));
            assert_eq!(failure.details.found.as_deref(), Some(found));
        }
        assert_eq!(layout(&[]).unwrap_err().code, ErrorCode::FileUnreadable);
    }
}
