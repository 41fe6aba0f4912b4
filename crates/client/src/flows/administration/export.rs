//! Lists as files (SPEC F, J): all users, and what the record holds.

use std::borrow::Cow;

use warifu_protocol::{
    ActorKind, AuditQuery, AuditRecord, Department, EmailAddress, Permission, PersonName,
    Timestamp, UserQuery, UserView,
};

use crate::{
    Failure, Session,
    flows::{
        columns::{Column, Word},
        spreadsheet,
    },
    view::{ExportTexts, Language},
};

/// Rows of one page of an export.
const PAGE: u32 = 200;

impl Session {
    /// All users as a file, with headings that [`Session::check_import`] knows.
    ///
    /// # Errors
    ///
    /// Those of [`Session::administration`].
    pub async fn export_users(&self, language: Language) -> Result<Vec<u8>, Failure> {
        self.announce_export().await?;
        let mut users = Vec::new();
        let mut after = None;
        loop {
            let query =
                UserQuery { after: after.take(), limit: Some(PAGE), ..UserQuery::default() };
            let page = self.users(query).await?;
            users.extend(page.users);
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let headings = Column::EXPORTED.map(|column| Cow::from(column.heading(language)));
        let users = users
            .iter()
            .map(|user| Column::EXPORTED.map(|column| user_cell(user, column, language)).to_vec());
        spreadsheet::write(std::iter::once(headings.to_vec()).chain(users))
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
        let headings = texts.headings.iter().map(Cow::from).collect();
        let records = records.iter().map(|record| record_cells(record, texts));
        spreadsheet::write(std::iter::once(headings).chain(records))
    }

    async fn announce_export(&self) -> Result<(), Failure> {
        let nothing = serde_json::json!({});
        let answer =
            self.link.connection.post_for_nothing("/exports", Some(&self.token), &nothing).await;
        self.link.observe(answer).await
    }
}

fn user_cell(user: &UserView, column: Column, language: Language) -> Cow<'_, str> {
    let moment = |at: Option<Timestamp>| at.map_or(Cow::from(""), |at| local(at).into());
    match column {
        Column::UserId => user.user_id.as_str().into(),
        Column::Name => user.name.as_ref().map_or("", PersonName::as_str).into(),
        Column::Department => user.department.as_ref().map_or("", Department::as_str).into(),
        Column::Email => user.email.as_ref().map_or("", EmailAddress::as_str).into(),
        Column::Permissions => {
            let permissions: Vec<_> = user.permissions.iter().map(Permission::as_str).collect();
            permissions.join(";").into()
        }
        // Nobody is told a password a second time.
        Column::InitialPassword => "".into(),
        Column::Primary => if user.primary { Word::Yes.text(language) } else { "" }.into(),
        Column::State => {
            let state = if user.suspended_at.is_some() {
                Word::Suspended
            } else if user.locked {
                Word::Locked
            } else {
                Word::Active
            };
            state.text(language).into()
        }
        Column::CertificateExpiry => moment(user.certificate_not_after),
        Column::LastLogin => moment(user.last_login_at),
    }
}

fn record_cells<'a>(record: &'a AuditRecord, texts: &'a ExportTexts) -> Vec<Cow<'a, str>> {
    let kind = || word(texts, record.actor_kind.as_str());
    let actor = match record.actor_kind {
        ActorKind::Provider | ActorKind::System => kind(),
        ActorKind::Unproved => format!("{}{}", record.actor, kind()).into(),
        ActorKind::User | ActorKind::Administrator => record.actor.as_str().into(),
    };
    let text = |text: &'a Option<String>| Cow::from(text.as_deref().unwrap_or_default());
    // None of a user who was deleted, or has none: the ID tells who it was.
    let name =
        |name: &'a Option<PersonName>| Cow::from(name.as_ref().map_or("", PersonName::as_str));
    vec![
        record.seq.to_string().into(),
        local(record.at).into(),
        actor,
        name(&record.actor_name),
        word(texts, &record.event),
        text(&record.subject),
        name(&record.subject_name),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn record(actor_kind: ActorKind, names: [Option<&str>; 2]) -> AuditRecord {
        let [actor_name, subject_name] = names.map(|name| name.map(|name| name.parse().unwrap()));
        AuditRecord {
            seq: 7,
            at: 0,
            actor_kind,
            actor: String::from("kanri01"),
            actor_name,
            event: String::from("user-created"),
            subject: Some(String::from("tanaka")),
            subject_name,
            certificate: None,
            device: None,
            address: None,
            reason: None,
            times: 1,
        }
    }

    #[test]
    fn people_are_named_beside_their_ids_as_far_as_they_have_names() {
        let words = [("unproved", "（未確認）"), ("provider", "提供者")];
        let texts = ExportTexts {
            file_name: String::new(),
            headings: Vec::new(),
            words: words.map(|(name, word)| (name.to_owned(), word.to_owned())).into(),
        };
        let named = [Some("管理 花子"), Some("田中 太郎")];
        let table = [
            (
                record(ActorKind::Administrator, named),
                ["kanri01", "管理 花子", "tanaka", "田中 太郎"],
            ),
            // A deleted user.
            (record(ActorKind::User, [named[0], None]), ["kanri01", "管理 花子", "tanaka", ""]),
            (record(ActorKind::Unproved, [None; 2]), ["kanri01（未確認）", "", "tanaka", ""]),
            (record(ActorKind::Provider, [None; 2]), ["提供者", "", "tanaka", ""]),
        ];
        for (record, expected) in table {
            let cells = record_cells(&record, &texts);
            assert_eq!(cells.len(), 12);
            assert_eq!([2, 3, 5, 6].map(|cell| &*cells[cell]), expected);
        }
    }
}
