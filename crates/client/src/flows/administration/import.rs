//! Users from a file (SPEC F): every line is checked before anybody is created.

use std::{str::FromStr, time::Duration};

use warifu_protocol::{
    CreatedUser, Details, ErrorCode, ImportAnswer, ImportedUser, NewUser, PersonNameError,
    UserImport as Request,
};

use super::{parse_email, parse_name, parse_user_id, permissions::Titles};
use crate::{
    Failure, Session,
    flows::{
        columns::{Layout, headings_in},
        encoding::decode,
        spreadsheet::{self, Record, shown},
    },
    view::{ImportLineProblem, ImportNote, ImportPreview, ImportRow, UnusedColumn, WhyUnused},
};

/// How many users, and how many problems, a preview shows.
const SAMPLE: usize = 5;
const PROBLEMS: usize = 100;

/// Records of a file that can stand above its users: a title, some remarks, the headings.
const ABOVE: usize = 20;

/// Bytes at the beginning of a file that tell whether it is text.
const BEGINNING: usize = 8 * 1024;

/// How often a backend that is busy is asked, and the most seconds in between. Who mends a file line by
/// line has it checked more often than the backend deals with lists of users in a row.
const TRIES: u32 = 3;
const LONGEST_PAUSE: u32 = 15;

/// A checked file of users.
#[derive(Debug)]
pub struct UserImport {
    preview: ImportPreview,
    users: Vec<ImportedUser>,
    consented: bool,
}

impl UserImport {
    /// What the screen shows of it.
    #[must_use]
    pub fn preview(&self) -> &ImportPreview {
        &self.preview
    }

    /// Somebody has seen the columns that nothing is taken from, and wants it so.
    pub fn leave_columns_out(&mut self) {
        self.consented = true;
    }
}

impl Session {
    /// The most bytes of a file of users that is read.
    #[must_use]
    pub fn max_import_bytes(&self) -> usize {
        Request::max_file_bytes(self.link.policy.import_max_users)
    }

    /// Reads a file of users and checks every line, here and at the backend; creates nobody.
    ///
    /// # Errors
    ///
    /// `text-undecodable`, `heading-missing`, `quote-open`, `file-unreadable`, `import-too-large` with
    /// the limit; those of [`Session::administration`]. What is wrong with single lines is in the
    /// preview.
    pub async fn check_import(
        &self,
        file_name: String,
        bytes: Vec<u8>,
    ) -> Result<UserImport, Failure> {
        let limit = self.link.policy.import_max_users;
        if bytes.len() > self.max_import_bytes() {
            return Err(too_long(&bytes, limit));
        }
        let most = (limit as usize).saturating_add(ABOVE);
        let mut records = spreadsheet::read(&bytes, most, headings_in)?;
        let mut layout = Layout::take(&mut records)?;
        if records.len() > limit as usize {
            return Err(too_many(limit));
        }
        let administration = self.administration().await?;
        let titles = Titles::of(&administration.permissions);
        if !administration.names {
            layout.leave_names_out(&records);
        }
        let mut lines: Vec<_> =
            records.iter().map(|record| Line::read(record, &layout, &titles)).collect();
        let users: Vec<_> = lines.iter().filter_map(Line::sent).collect();
        if !users.is_empty() {
            for problem in self.send_import(users.clone(), true).await?.problems {
                let line = lines.binary_search_by_key(&problem.row, |line| line.row.line);
                let line = line.ok().and_then(|place| lines.get_mut(place));
                let line = line.ok_or_else(|| Failure::new(ErrorCode::UnexpectedAnswer))?;
                line.problem(&problem.field, problem.code, None);
            }
        }
        let preview = preview(file_name, layout, lines);
        Ok(UserImport { preview, users, consented: false })
    }

    /// Creates the users of a checked file, all or none.
    ///
    /// # Errors
    ///
    /// `invalid-request` if the file has a problem, also one that has come up since, or a column that
    /// nobody has agreed to leave out; those of [`Session::administration`].
    pub async fn import(&self, import: &UserImport) -> Result<Vec<CreatedUser>, Failure> {
        if import.preview.problem_count > 0 {
            return Err(Failure::new(ErrorCode::InvalidRequest));
        }
        if import.preview.needs_consent && !import.consented {
            return Err(Failure::invalid_field("unused_columns"));
        }
        let answer = self.send_import(import.users.clone(), false).await?;
        match answer.problems.first() {
            None => Ok(answer.users),
            Some(problem) => Err(Failure::new(problem.code).with(Details {
                field: Some(problem.field.clone()),
                line: Some(problem.row),
                ..Details::default()
            })),
        }
    }

    async fn send_import(
        &self,
        users: Vec<ImportedUser>,
        dry_run: bool,
    ) -> Result<ImportAnswer, Failure> {
        let import = Request { users, dry_run };
        let connection = self.link.connection.patient(Request::TIME);
        let mut tries = TRIES;
        loop {
            let answer = connection.post("/imports", Some(&self.token), &import).await;
            let answer = self.link.observe(answer).await;
            tries -= 1;
            match answer {
                // Nothing was done yet: the backend only wants it slower.
                Err(Failure { code: ErrorCode::BackendBusy, details, .. }) if tries > 0 => {
                    let seconds = details.retry_after_seconds.unwrap_or(1).min(LONGEST_PAUSE);
                    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
                }
                answer => return answer,
            }
        }
    }
}

fn too_many(limit: u32) -> Failure {
    Failure::new(ErrorCode::ImportTooLarge)
        .with(Details { limit: Some(limit), ..Details::default() })
}

/// What a file that is too long to be read is: no text at all, or a list that is too long.
fn too_long(bytes: &[u8], limit: u32) -> Failure {
    // A character can be cut in two at the end, which is none of its faults.
    let beginnings =
        (BEGINNING - 4..=BEGINNING).rev().filter_map(|length| Some(decode(bytes.get(..length)?)));
    let mut failure = None;
    for beginning in beginnings {
        match beginning {
            Ok(_) => return too_many(limit),
            Err(error) => failure = Some(Failure::from(error)),
        }
    }
    failure.unwrap_or_else(|| too_many(limit))
}

fn preview(file_name: String, layout: Layout, lines: Vec<Line>) -> ImportPreview {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let above = layout
        .above
        .iter()
        .map(|record| ImportNote { line: record.line, text: shown(&record.cells.join(" ")) });
    let missed = |column: &UnusedColumn| match column.why {
        WhyUnused::NotImported => false,
        WhyUnused::Duplicate | WhyUnused::Unknown => true,
    };
    ImportPreview {
        file_name,
        above: above.collect(),
        needs_consent: layout.unused.iter().any(missed),
        unused: layout.unused,
        users: count(lines.len()),
        sample: lines.iter().take(SAMPLE).map(|line| line.row.clone()).collect(),
        problem_count: count(lines.iter().map(|line| line.problems.len()).sum()),
        problems: lines.into_iter().flat_map(|line| line.problems).take(PROBLEMS).collect(),
    }
}

/// A line of a file: what it shows, what it asks for, and what is wrong with it.
struct Line {
    row: ImportRow,
    /// What of it can be understood; none without an ID.
    user: Option<NewUser>,
    problems: Vec<ImportLineProblem>,
}

impl Line {
    fn read(record: &Record, layout: &Layout, titles: &Titles) -> Self {
        let cell = |column: Option<usize>| {
            Some(column.map_or("", |column| record.cell(column))).filter(|text| !text.is_empty())
        };
        let user_id = record.cell(layout.user_id);
        let (name, department) = (cell(layout.name), cell(layout.department));
        let (email, password) = (cell(layout.email), cell(layout.initial_password));
        let permissions = titles.read(cell(layout.permissions).unwrap_or_default());
        let mut line = Self {
            row: ImportRow {
                line: record.line,
                user_id: shown(user_id),
                name: name.map(shown),
                department: department.map(shown),
                email: email.map(shown),
                permissions: permissions.permissions.clone(),
                has_password: password.is_some(),
            },
            user: None,
            problems: Vec::new(),
        };
        let id = parse_user_id(user_id);
        if id.is_err() {
            line.problem("user_id", ErrorCode::InvalidRequest, Some(user_id));
        }
        let person = line.named("name", name);
        let department = line.named("department", department);
        let address = parse_email(email);
        if address.is_err() {
            line.problem("email", ErrorCode::InvalidRequest, email);
        }
        for unknown in &permissions.unknown {
            line.problem("permissions", ErrorCode::InvalidRequest, Some(unknown));
        }
        line.user = id.ok().map(|user_id| NewUser {
            user_id,
            name: person,
            department,
            email: address.unwrap_or_default(),
            permissions: permissions.permissions,
            initial_password: password.map(|text| text.to_owned().into()),
        });
        line
    }

    /// A name that stands in a cell, whose lines are one.
    fn named<T>(&mut self, field: &str, text: Option<&str>) -> Option<T>
    where
        T: FromStr<Err = PersonNameError>,
    {
        let one_line =
            text.map(|text| text.split(['\r', '\n', '\t']).collect::<Vec<_>>().join(" "));
        parse_name(field, one_line.as_deref()).unwrap_or_else(|failure| {
            self.problem(field, failure.code, text);
            None
        })
    }

    /// What the backend is asked about: also of a line with a problem, so that all are told at once.
    fn sent(&self) -> Option<ImportedUser> {
        self.user.clone().map(|user| ImportedUser { row: self.row.line, user })
    }

    fn problem(&mut self, field: &str, code: ErrorCode, found: Option<&str>) {
        self.problems.push(ImportLineProblem {
            line: self.row.line,
            user_id: self.row.user_id.clone(),
            field: field.to_owned(),
            code,
            found: found.map(shown),
        });
    }
}
