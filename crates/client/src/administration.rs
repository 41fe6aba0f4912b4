//! User administration over an open session, and the files that go with it (SPEC F, J).

use std::{borrow::Cow, time::Duration};

use warifu_protocol::{
    ActorKind, AdministrationView, AuditPage, AuditQuery, AuditRecord, CreatedUser, Details,
    EmailAddress, ErrorCode, ImportAnswer, NewUser, Permission, Timestamp, UserActRequest,
    UserAnswer, UserChange, UserId, UserPage, UserQuery, UserView,
};

use crate::{
    Failure, Session,
    table::{self, Row, Table},
    view::{ExportTexts, ImportLineProblem, ImportPreview, ImportRow, NewUserForm, UserChangeForm},
};

/// How many users, and how many problems, a preview shows.
const SAMPLE: usize = 5;
const PROBLEMS: usize = 100;

/// Rows of one page of an export.
const PAGE: u32 = 200;

/// Each user's password is hashed, which is slow on purpose.
const IMPORT_LIMIT: Duration = Duration::from_secs(180);

/// The headings of a file of users, as an export writes them, first the Japanese ones.
const USER_ID: [&str; 2] = ["ユーザID", "User ID"];
const EMAIL: [&str; 2] = ["メールアドレス", "E-mail"];
const PERMISSIONS: [&str; 2] = ["権限", "Permissions"];
const INITIAL_PASSWORD: [&str; 2] = ["初期パスワード", "Initial password"];

/// A checked file of users.
#[derive(Debug)]
pub struct UserImport {
    preview: ImportPreview,
    users: Vec<NewUser>,
}

impl UserImport {
    /// What the screen shows of it.
    #[must_use]
    pub fn preview(&self) -> &ImportPreview {
        &self.preview
    }
}

impl Session {
    /// What this administrator may do.
    ///
    /// # Errors
    ///
    /// `permission-missing`; those of [`Session::refresh`].
    pub async fn administration(&self) -> Result<AdministrationView, Failure> {
        let answer = self.link.connection.get("/administration", Some(&self.token)).await;
        self.link.heard(answer).await
    }

    /// A page of users.
    ///
    /// # Errors
    ///
    /// Those of [`Session::administration`].
    pub async fn users(&self, query: UserQuery) -> Result<UserPage, Failure> {
        let answer = self.link.connection.get_with("/users", &query, &self.token).await;
        self.link.heard(answer).await
    }

    /// One user.
    ///
    /// # Errors
    ///
    /// `user-not-found`; those of [`Session::administration`].
    pub async fn user(&self, user_id: &str) -> Result<UserView, Failure> {
        let answer = self.link.connection.get(&path(user_id, "")?, Some(&self.token)).await;
        self.link.heard(answer).await
    }

    /// Creates a user.
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field, `user-exists`, `beyond-own-permissions`,
    /// `password-rejected`; those of [`Session::administration`].
    pub async fn create_user(&self, form: NewUserForm) -> Result<UserAnswer, Failure> {
        let NewUserForm { user_id, email, permissions, initial_password } = form;
        let new = NewUser {
            user_id: parse_user_id(&user_id)?,
            email: parse_email(email.as_deref())?,
            permissions,
            initial_password,
        };
        let answer = self.link.connection.post("/users", Some(&self.token), &new).await;
        self.link.heard(answer).await
    }

    /// Changes what of a user can be edited.
    ///
    /// # Errors
    ///
    /// `user-changed` if somebody else did meanwhile; those of [`Session::create_user`].
    pub async fn change_user(
        &self,
        user_id: &str,
        form: UserChangeForm,
    ) -> Result<UserView, Failure> {
        let UserChangeForm { version, email, permissions } = form;
        let change = UserChange { version, email: parse_email(email.as_deref())?, permissions };
        let path = path(user_id, "")?;
        let answer = self.link.connection.put(&path, Some(&self.token), &change).await;
        self.link.heard(answer).await
    }

    /// Does something to a user.
    ///
    /// # Errors
    ///
    /// `own-account`, `primary-administrator`; those of [`Session::change_user`].
    pub async fn act_on_user(
        &self,
        user_id: &str,
        request: UserActRequest,
    ) -> Result<UserAnswer, Failure> {
        let path = path(user_id, "/acts")?;
        let answer = self.link.connection.post(&path, Some(&self.token), &request).await;
        self.link.heard(answer).await
    }

    /// Reads a file of users and checks every line, here and at the backend; creates nobody.
    ///
    /// # Errors
    ///
    /// `file-unreadable` with the heading that is missing, `import-too-large` with the limit; those of
    /// [`Session::administration`]. What is wrong with single lines is in the preview.
    pub async fn check_import(
        &self,
        file_name: String,
        bytes: Vec<u8>,
    ) -> Result<UserImport, Failure> {
        let table = Table::read(&bytes)?;
        let limit = self.link.policy.import_max_users;
        if table.rows.len() > limit as usize {
            let details = Details { limit: Some(limit), ..Details::default() };
            return Err(Failure::new(ErrorCode::ImportTooLarge).with(details));
        }
        let mut lines = read_lines(&table)?;
        let good: Vec<_> =
            lines.iter().enumerate().filter(|(_, line)| line.user.is_some()).collect();
        let places: Vec<_> = good.iter().map(|(place, _)| *place).collect();
        let users: Vec<_> = good.iter().filter_map(|(_, line)| line.user.clone()).collect();
        drop(good);
        if !users.is_empty() {
            for problem in self.send_import(&users, true).await?.problems {
                let line =
                    places.get(problem.index as usize).and_then(|place| lines.get_mut(*place));
                let line = line.ok_or_else(|| Failure::new(ErrorCode::UnexpectedAnswer))?;
                line.problem(&problem.field, problem.code);
            }
        }
        let sample = lines.iter().take(SAMPLE).map(|line| line.row.clone()).collect();
        let problems: Vec<_> = lines.iter().flat_map(|line| line.problems.clone()).collect();
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let preview = ImportPreview {
            file_name,
            users: count(lines.len()),
            sample,
            problem_count: count(problems.len()),
            problems: problems.into_iter().take(PROBLEMS).collect(),
        };
        Ok(UserImport { preview, users })
    }

    /// Creates the users of a checked file, all or none.
    ///
    /// # Errors
    ///
    /// `invalid-request` if the file has a problem, also one that has come up since; those of
    /// [`Session::administration`].
    pub async fn import(&self, import: &UserImport) -> Result<Vec<CreatedUser>, Failure> {
        if import.preview.problem_count > 0 {
            return Err(Failure::new(ErrorCode::InvalidRequest));
        }
        let answer = self.send_import(&import.users, false).await?;
        match answer.problems.first() {
            None => Ok(answer.users),
            Some(problem) => Err(Failure::new(problem.code)
                .with(Details { field: Some(problem.field.clone()), ..Details::default() })),
        }
    }

    /// All users as a file; the columns are those that `ui/src/backend` documents.
    ///
    /// # Errors
    ///
    /// Those of [`Session::administration`].
    pub async fn export_users(&self, texts: &ExportTexts) -> Result<Vec<u8>, Failure> {
        self.announce_export().await?;
        let mut users = Vec::new();
        let mut after = None;
        loop {
            let query = UserQuery { search: None, after: after.take(), limit: Some(PAGE) };
            let page = self.users(query).await?;
            users.extend(page.users);
            match page.next {
                Some(next) => after = Some(next.to_string()),
                None => break,
            }
        }
        Ok(table::write(&texts.headings, users.iter().map(|user| user_cells(user, texts))))
    }

    /// A page of the customer's audit record.
    ///
    /// # Errors
    ///
    /// Those of [`Session::administration`].
    pub async fn audit(&self, query: AuditQuery) -> Result<AuditPage, Failure> {
        let answer = self.link.connection.get_with("/audit", &query, &self.token).await;
        self.link.heard(answer).await
    }

    /// Every record that the query finds, as a file; the columns are those that `ui/src/backend`
    /// documents.
    ///
    /// # Errors
    ///
    /// Those of [`Session::administration`].
    pub async fn export_audit(
        &self,
        query: AuditQuery,
        texts: &ExportTexts,
    ) -> Result<Vec<u8>, Failure> {
        self.announce_export().await?;
        let mut records = Vec::new();
        let mut before = None;
        loop {
            let page = AuditQuery { before: before.take(), limit: Some(PAGE), ..query.clone() };
            let page = self.audit(page).await?;
            records.extend(page.records);
            match page.next {
                Some(next) => before = Some(next),
                None => break,
            }
        }
        Ok(table::write(&texts.headings, records.iter().map(|record| record_cells(record, texts))))
    }

    async fn announce_export(&self) -> Result<(), Failure> {
        let nothing = serde_json::json!({});
        let answer =
            self.link.connection.post_for_nothing("/exports", Some(&self.token), &nothing).await;
        self.link.heard(answer).await
    }

    async fn send_import(&self, users: &[NewUser], dry_run: bool) -> Result<ImportAnswer, Failure> {
        let import = warifu_protocol::UserImport { users: users.to_vec(), dry_run };
        let connection = self.link.connection.patient(IMPORT_LIMIT);
        let answer = connection.post("/imports", Some(&self.token), &import).await;
        self.link.heard(answer).await
    }
}

fn read_lines(table: &Table) -> Result<Vec<Line>, Failure> {
    let columns = Columns {
        user_id: table.needed(&USER_ID)?,
        email: table.column(&EMAIL),
        permissions: table.column(&PERMISSIONS),
        initial_password: table.column(&INITIAL_PASSWORD),
    };
    Ok(table.rows.iter().map(|row| Line::read(row, &columns)).collect())
}

struct Columns {
    user_id: usize,
    email: Option<usize>,
    permissions: Option<usize>,
    initial_password: Option<usize>,
}

/// A line of a file: what it shows, what it asks for, and what is wrong with it.
struct Line {
    row: ImportRow,
    user: Option<NewUser>,
    problems: Vec<ImportLineProblem>,
}

impl Line {
    fn read(row: &Row, columns: &Columns) -> Self {
        let user_id = row.cell(Some(columns.user_id)).to_owned();
        let email = Some(row.cell(columns.email)).filter(|text| !text.is_empty());
        let password = Some(row.cell(columns.initial_password)).filter(|text| !text.is_empty());
        let names = row.cell(columns.permissions).split([';', ',', '、', ' ']).map(str::trim);
        let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
        let permissions: Vec<Permission> =
            names.iter().filter_map(|name| name.to_lowercase().parse().ok()).collect();
        let shown = ImportRow {
            line: row.line,
            user_id: user_id.clone(),
            email: email.map(str::to_owned),
            permissions: permissions.clone(),
            has_password: password.is_some(),
        };
        let mut line = Self { row: shown, user: None, problems: Vec::new() };
        let id = parse_user_id(&user_id);
        if id.is_err() {
            line.problem("user_id", ErrorCode::InvalidRequest);
        }
        let address = parse_email(email);
        if address.is_err() {
            line.problem("email", ErrorCode::InvalidRequest);
        }
        if permissions.len() < names.len() {
            line.problem("permissions", ErrorCode::InvalidRequest);
        }
        if let (Ok(user_id), Ok(email), true) = (id, address, line.problems.is_empty()) {
            let initial_password = password.map(|text| text.to_owned().into());
            line.user = Some(NewUser { user_id, email, permissions, initial_password });
        }
        line
    }

    fn problem(&mut self, field: &str, code: ErrorCode) {
        self.problems.push(ImportLineProblem {
            line: self.row.line,
            user_id: self.row.user_id.clone(),
            field: field.to_owned(),
            code,
        });
    }
}

fn parse_user_id(text: &str) -> Result<UserId, Failure> {
    text.trim().parse().map_err(|_| Failure::invalid_field("user_id"))
}

fn parse_email(text: Option<&str>) -> Result<Option<EmailAddress>, Failure> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| Failure::invalid_field("email")),
    }
}

/// An ID is made of characters that an address takes as they are.
fn path(user_id: &str, rest: &str) -> Result<String, Failure> {
    let id: UserId = user_id.parse().map_err(|_| Failure::new(ErrorCode::UserNotFound))?;
    Ok(format!("/users/{id}{rest}"))
}

fn user_cells<'a>(user: &'a UserView, texts: &'a ExportTexts) -> Vec<Cow<'a, str>> {
    let state = if user.suspended_at.is_some() {
        "suspended"
    } else if user.locked {
        "locked"
    } else {
        "active"
    };
    let permissions: Vec<_> = user.permissions.iter().map(Permission::as_str).collect();
    vec![
        user.user_id.as_str().into(),
        user.email.as_ref().map_or("", EmailAddress::as_str).into(),
        permissions.join(";").into(),
        if user.primary { word(texts, "yes") } else { "".into() },
        word(texts, state),
        user.certificate_not_after.map_or(Cow::from(""), |at| local(at).into()),
        user.last_login_at.map_or(Cow::from(""), |at| local(at).into()),
    ]
}

fn record_cells<'a>(record: &'a AuditRecord, texts: &'a ExportTexts) -> Vec<Cow<'a, str>> {
    let kind = || word(texts, record.actor_kind.as_str());
    let actor = match record.actor_kind {
        ActorKind::Provider | ActorKind::System => kind(),
        ActorKind::Unproved => format!("{}{}", record.actor, kind()).into(),
        ActorKind::User | ActorKind::Administrator => record.actor.as_str().into(),
    };
    let text = |text: &'a Option<String>| Cow::from(text.as_deref().unwrap_or_default());
    vec![
        record.seq.to_string().into(),
        local(record.at).into(),
        actor,
        word(texts, &record.act),
        text(&record.subject),
        text(&record.certificate),
        text(&record.device),
        text(&record.address),
        text(&record.reason),
        record.times.to_string().into(),
    ]
}

/// A word in the app's language, or its name if the window knows none.
fn word<'a>(texts: &'a ExportTexts, name: &str) -> Cow<'a, str> {
    match texts.words.get(name) {
        Some(word) => word.as_str().into(),
        None => name.to_owned().into(),
    }
}

/// A moment in this PC's time zone, as a spreadsheet reads it.
fn local(at: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::system();
    let moment = jiff::Timestamp::from_second(at).unwrap_or_default().to_zoned(zone);
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
