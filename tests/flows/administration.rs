//! User administration (SPEC F; FAQ 1-3, 1-5, 2-6): two administrators, their limits, and files.

use std::time::Instant;

use system_tests::wait::PATIENCE;
use warifu_client::{
    Session,
    view::{Language, NewUserForm, UserChangeForm},
};
use warifu_protocol::{
    AuditQuery, ErrorCode, Permission, UserAction, UserActionRequest, UserQuery,
};

use crate::{
    provider::Provider,
    world::{Customer, LoggedIn, PASSWORD, Pc, World, code, flow},
};

#[test]
fn a_created_user_gets_a_certificate_at_once() {
    flow(async |world| {
        let (provider, pc, session, user) = administrator(&world).await;
        let created = session.create_user(form("tanaka", &["claims.view"])).await.unwrap();
        let initial = created.initial_password.unwrap().expose().to_owned();
        let tanaka =
            Customer { user_id: "tanaka".to_owned(), initial_password: initial, ..user.clone() };
        let profile = pc.client.overview().await.unwrap().profiles[0].id;
        let identity = pc.issue(profile, &tanaka).await;
        let theirs = pc.log_in(&identity).await;
        let permissions: Vec<_> =
            theirs.view().permissions.iter().map(Permission::as_str).collect();
        assert_eq!(permissions, ["claims.view"]);
        assert_eq!(code(theirs.administration().await), ErrorCode::PermissionMissing);
        provider.assert_audited(&user, "user-created");
    });
}

#[test]
fn of_two_administrators_the_second_is_told() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        session.create_user(form("tanaka", &[])).await.unwrap();
        let seen = session.user("tanaka").await.unwrap();
        let change = |email: &str| UserChangeForm {
            version: seen.version,
            name: None,
            department: None,
            email: Some(email.to_owned()),
            permissions: Vec::new(),
        };
        session.change_user("tanaka", change("a@example.jp")).await.unwrap();
        assert_eq!(
            code(session.change_user("tanaka", change("b@example.jp")).await),
            ErrorCode::UserChanged
        );
        let now = session.user("tanaka").await.unwrap();
        assert_eq!(now.email.unwrap().as_str(), "a@example.jp");
    });
}

#[test]
fn nobody_grants_or_touches_what_they_do_not_hold() {
    flow(async |world| {
        let (_provider, pc, session, user) = administrator(&world).await;
        let all = ["user-administration", "claims.view", "claims.approve"];
        session.create_user(form("suzuki", &all)).await.unwrap();
        let created = session
            .create_user(form("tanaka", &["user-administration", "claims.view"]))
            .await
            .unwrap();
        let tanaka = Customer {
            user_id: "tanaka".to_owned(),
            initial_password: created.initial_password.unwrap().expose().to_owned(),
            ..user.clone()
        };
        let profile = pc.client.overview().await.unwrap().profiles[0].id;
        let theirs = pc.log_in(&pc.issue(profile, &tanaka).await).await;
        assert_eq!(
            code(theirs.create_user(form("sato", &["claims.approve"])).await),
            ErrorCode::BeyondOwnPermissions
        );
        let suzuki = theirs.user("suzuki").await.unwrap();
        assert!(suzuki.beyond_reach);
        assert_eq!(
            code(theirs.act_on_user("suzuki", act(suzuki.version, UserAction::Suspend)).await),
            ErrorCode::BeyondOwnPermissions
        );
        let primary = theirs.user("kanri01").await.unwrap();
        assert_eq!(
            code(theirs.act_on_user("kanri01", act(primary.version, UserAction::Delete)).await),
            ErrorCode::PrimaryAdministrator
        );
        let own = theirs.user("tanaka").await.unwrap();
        assert!(own.yourself);
        for forbidden in [UserAction::Suspend, UserAction::Delete, UserAction::Reissue] {
            assert_eq!(
                code(theirs.act_on_user("tanaka", act(own.version, forbidden)).await),
                ErrorCode::OwnAccount
            );
        }
    });
}

#[test]
fn an_id_is_never_given_to_somebody_else() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        session.create_user(form("tanaka", &[])).await.unwrap();
        assert_eq!(code(session.create_user(form("TANAKA", &[])).await), ErrorCode::UserExists);
        let version = session.user("tanaka").await.unwrap().version;
        session.act_on_user("tanaka", act(version, UserAction::Delete)).await.unwrap();
        assert_eq!(code(session.user("tanaka").await), ErrorCode::UserNotFound);
        assert_eq!(code(session.create_user(form("tanaka", &[])).await), ErrorCode::UserExists);
        let file = "ユーザID\r\ntanaka\r\n".into();
        let checked = session.check_import("a.csv".to_owned(), file).await.unwrap();
        let problems: Vec<_> =
            checked.preview().problems.iter().map(|problem| problem.code).collect();
        assert_eq!(problems, [ErrorCode::UserExists]);
    });
}

#[test]
fn suspension_reissue_and_deletion_end_a_session_at_once() {
    flow(async |world| {
        let (provider, pc, session, user) = administrator(&world).await;
        let profile = pc.client.overview().await.unwrap().profiles[0].id;
        for (id, ending) in [
            ("sato", UserAction::Suspend),
            ("tanaka", UserAction::Reissue),
            ("ito", UserAction::Delete),
        ] {
            let created = session.create_user(form(id, &["claims.view"])).await.unwrap();
            let them = Customer {
                user_id: id.to_owned(),
                initial_password: created.initial_password.unwrap().expose().to_owned(),
                ..user.clone()
            };
            let identity = pc.issue(profile, &them).await;
            let mut theirs = pc.log_in(&identity).await;
            let version = session.user(id).await.unwrap().version;
            session.act_on_user(id, act(version, ending)).await.unwrap();
            let ended = code(theirs.refresh().await.map(drop));
            assert!(
                matches!(
                    ended,
                    ErrorCode::AccountSuspended
                        | ErrorCode::CertificateRevoked
                        | ErrorCode::SessionEnded
                ),
                "{ending:?}: {ended:?}"
            );
        }
        assert_eq!(code(session.user("ito").await), ErrorCode::UserNotFound);
        // Another's certificate is never affected (FAQ 2-6).
        let version = session.user("sato").await.unwrap().version;
        session.act_on_user("sato", act(version, UserAction::Resume)).await.unwrap();
        for done in ["suspended", "resumed", "reissued", "certificate-revoked", "user-deleted"] {
            provider.assert_audited(&user, done);
        }
    });
}

#[test]
fn a_reissued_user_obtains_a_certificate_on_any_pc() {
    flow(async |world| {
        let (provider, pc, session, user) = administrator(&world).await;
        let profile = pc.client.overview().await.unwrap().profiles[0].id;
        let created = session.create_user(form("tanaka", &[])).await.unwrap();
        let tanaka = Customer {
            user_id: "tanaka".to_owned(),
            initial_password: created.initial_password.unwrap().expose().to_owned(),
            ..user.clone()
        };
        pc.issue(profile, &tanaka).await;
        let version = session.user("tanaka").await.unwrap().version;
        session.act_on_user("tanaka", act(version, UserAction::Reissue)).await.unwrap();
        let (new, profile) = world.pc_with_profile("new", &provider).await;
        // The password stays unless a reset was asked for (SPEC G1).
        let enrolment = new.start_enrolment(profile, &tanaka, PASSWORD.to_owned()).await.unwrap();
        let identity = enrolment.issue(|_| {}).await.unwrap();
        new.log_in(&identity).await;
    });
}

#[test]
fn a_file_of_users_goes_in_whole_or_not_at_all() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        let bad = "ユーザID,メールアドレス,権限,初期パスワード\r\n\
                   sato,sato@example.jp,claims.view,\r\n\
                   SATO,x,claims.view,\r\n\
                   kanri01,,claims.none,short\r\n";
        let checked = session.check_import("bad.csv".to_owned(), bad.into()).await.unwrap();
        let lines: Vec<_> = checked.preview().problems.iter().map(|problem| problem.line).collect();
        assert!(lines.iter().all(|line| [3, 4].contains(line)), "{:?}", checked.preview());
        assert!(checked.preview().problem_count >= 4);
        session.import(&checked).await.unwrap_err();
        assert_eq!(code(session.user("sato").await), ErrorCode::UserNotFound);

        let good = encode_shift_jis(
            "ユーザID,メールアドレス,権限,初期パスワード\r\nsato,sato@example.jp,claims.view,\r\n\
             ito,,,Initial#2026\r\n",
        );
        let checked = session.check_import("担当者.csv".to_owned(), good).await.unwrap();
        assert_eq!(checked.preview().problem_count, 0, "{:?}", checked.preview());
        let created = session.import(&checked).await.unwrap();
        assert_eq!(created.len(), 2);
        assert_eq!(created[1].initial_password.expose(), "Initial#2026");
        assert!(session.user("sato").await.unwrap().may_issue);
    });
}

#[test]
fn a_file_of_more_users_than_one_import_takes_is_told_its_limit() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        let mut file = String::from("ユーザID,メールアドレス\r\n");
        for number in 0..50_000 {
            file.push_str(&format!("tanto{number:05},tanto{number:05}@example.jp\r\n"));
        }
        let begun = Instant::now();
        let refused = session.check_import("all.csv".to_owned(), file.into()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::ImportTooLarge);
        assert_eq!(refused.details.limit, Some(1000));
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    });
}

#[test]
fn an_export_opens_in_a_spreadsheet_and_injects_nothing() {
    flow(async |world| {
        let (provider, _pc, session, user) = administrator(&world).await;
        let mut dangerous = form("sato", &["claims.view"]);
        dangerous.email = Some(String::from("=cmd@example.jp"));
        session.create_user(dangerous).await.unwrap();
        let file = session.export_users(Language::Ja).await.unwrap();
        assert!(file.starts_with("\u{feff}".as_bytes()));
        let text = String::from_utf8(file).unwrap();
        assert!(text.contains("'=cmd@example.jp"), "{text}");
        assert_eq!(text.lines().count(), 3);
        provider.assert_audited(&user, "exported");
    });
}

#[test]
fn what_is_exported_is_known_to_an_import_in_both_languages() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        let mut sato = form("sato", &["claims.view", "claims.approve"]);
        sato.email = Some(String::from("sato@example.jp"));
        session.create_user(sato).await.unwrap();
        for (language, expected) in [(Language::Ja, "利用中"), (Language::En, "Active")] {
            let file = session.export_users(language).await.unwrap();
            assert!(String::from_utf8_lossy(&file).contains(expected));
            let checked = session.check_import("export.csv".to_owned(), file).await.unwrap();
            let preview = checked.preview();
            // Both are there already; nothing else of the file is a problem.
            let problems: Vec<_> =
                preview.problems.iter().map(|problem| (problem.line, problem.code)).collect();
            assert_eq!(problems, [(2, ErrorCode::UserExists), (3, ErrorCode::UserExists)]);
            assert!(!preview.needs_consent, "{:?}", preview.unused);
            let row = &preview.sample[1];
            assert_eq!(
                (row.user_id.as_str(), row.email.as_deref()),
                ("sato", Some("sato@example.jp"))
            );
            assert_eq!(row.permissions.len(), 2);
        }
    });
}

#[test]
fn a_file_is_taken_as_people_and_spreadsheets_write_it() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        let written = "ユーザＩＤ,メール,権 限,初期ＰＷ\r\n\
            one{},a@example.jp,債権照会、claims.approve,Initial#2026\r\n";
        let files: [&Writing; 7] = [
            &|text| encode_shift_jis(text),
            &|text| format!("sep=,\r{}", text.replace("\r\n", "\r")).into(),
            &|text| format!("ユーザ一覧\r\n,,,\r\n\r\n{text}\x1a").into(),
            &|text| text.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            &|text| text.replace(',', ";").replace('、', "／").into(),
            &|text| {
                let cell = "\"claims.view\nView Claims\r\nｃｌａｉｍｓ．approve\"";
                text.replace("債権照会、claims.approve", cell).into()
            },
            &|text| {
                let text = text.replace('、', "\u{3000}").replace("ユーザＩＤ", "ﾕｰｻﾞｰID");
                text.replace("a@example.jp", "=\"a@example.jp\"").replace("メール", "E-Mail").into()
            },
        ];
        for (number, file) in files.iter().enumerate() {
            let bytes = file(&written.replace("{}", &number.to_string()));
            let checked = session.check_import(format!("{number}.csv"), bytes).await.unwrap();
            let preview = checked.preview();
            assert_eq!((preview.users, preview.problem_count), (1, 0), "{number}: {preview:?}");
            assert!(!preview.needs_consent, "{number}: {preview:?}");
            let row = &preview.sample[0];
            let permissions: Vec<_> = row.permissions.iter().map(Permission::as_str).collect();
            assert_eq!(permissions, ["claims.view", "claims.approve"], "{number}");
            assert_eq!(row.email.as_deref(), Some("a@example.jp"), "{number}");
            if number == 0 {
                let created = session.import(&checked).await.unwrap();
                assert_eq!(created[0].initial_password.expose(), "Initial#2026");
                let user = session.user("one0").await.unwrap();
                assert_eq!(user.permissions.len(), 2);
            }
        }
    });
}

#[test]
fn no_column_and_no_word_of_a_file_is_dropped_in_silence() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        let file = "title\r\nユーザID,社員番号,メールアドレス,E-mail,権限\r\nsato,佐藤,a@example.jp,b@example.jp,債権照会\r\n";
        let mut checked = session.check_import("a.csv".to_owned(), file.into()).await.unwrap();
        let preview = checked.preview();
        let unused: Vec<_> = preview
            .unused
            .iter()
            .map(|column| (column.position, column.heading.as_str(), column.meant.as_deref()))
            .collect();
        assert_eq!(unused, [(2, "社員番号", None), (4, "E-mail", Some("email"))]);
        assert_eq!((preview.above[0].line, preview.above[0].text.as_str()), (1, "title"));
        let refused = session.import(&checked).await.unwrap_err();
        assert_eq!(refused.details.field.as_deref(), Some("unused_columns"));
        assert_eq!(code(session.user("sato").await), ErrorCode::UserNotFound);
        checked.leave_columns_out();
        session.import(&checked).await.unwrap();
        assert_eq!(session.user("sato").await.unwrap().email.unwrap().as_str(), "a@example.jp");

        let file = "ユーザID\tメールアドレス\t権限\r\r\rito\ta＠b\t債権照会、債権取消／claims.none\rkanri01\t\tclaims.view\r";
        let checked = session.check_import("b.csv".to_owned(), file.into()).await.unwrap();
        let problems: Vec<_> = checked
            .preview()
            .problems
            .iter()
            .map(|problem| (problem.line, problem.field.as_str(), problem.found.as_deref()))
            .collect();
        assert_eq!(
            problems,
            [
                (4, "email", Some("a＠b")),
                (4, "permissions", Some("債権取消")),
                (4, "permissions", Some("claims.none")),
                (5, "user_id", None),
            ]
        );
    });
}

#[test]
fn a_file_that_cannot_be_read_says_where_and_what_stands_there() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        let mut broken = "ユーザID,氏名\r\nsato,佐藤\r\n".as_bytes().to_vec();
        broken.remove(broken.len() - 3);
        let huge = [b"PK\x03\x04\0\0\0\0".to_vec(), vec![0x81; 20 << 20]].concat();
        for (file, code, line, found) in [
            (broken, ErrorCode::TextUndecodable, Some(2), Some("E8 97")),
            (b"\x83\x86,\xfd\r\n".to_vec(), ErrorCode::TextUndecodable, Some(1), Some("FD")),
            (b"User ID\r\na\0b\r\n".to_vec(), ErrorCode::TextUndecodable, Some(2), Some("00")),
            (
                b"User ID,x\nsato,\"y\nito,z\n".to_vec(),
                ErrorCode::QuoteOpen,
                Some(2),
                Some("y ito,z "),
            ),
            ("氏名,メール\r\n佐藤,".into(), ErrorCode::HeadingMissing, None, Some("氏名 / メール")),
            (Vec::new(), ErrorCode::FileUnreadable, None, None),
            (huge, ErrorCode::TextUndecodable, Some(1), None),
        ] {
            let failure = session.check_import("x.csv".to_owned(), file).await.unwrap_err();
            assert_eq!(failure.code, code);
            assert_eq!(failure.details.line, line, "{code:?}");
            if found.is_some() {
                assert_eq!(failure.details.found.as_deref(), found, "{code:?}");
            }
        }
    });
}

#[test]
fn the_search_finds_parts_and_pages_go_on() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        for index in 0..5 {
            session.create_user(form(&format!("tanto{index}"), &[])).await.unwrap();
        }
        let query = |search: &str, after: Option<String>, limit| UserQuery {
            search: Some(search.to_owned()),
            after,
            limit: Some(limit),
            ..UserQuery::default()
        };
        let page = session.users(query("ANTO", None, 2)).await.unwrap();
        assert_eq!(page.users.len(), 2);
        let rest = session.users(query("anto", page.next, 200)).await.unwrap();
        assert_eq!((rest.users.len(), rest.next), (3, None));
        // What SQL's LIKE treats specially is looked for as it stands.
        for odd in ["%", "_", "\\", "'"] {
            assert_eq!(session.users(query(odd, None, 10)).await.unwrap().users, [], "{odd}");
        }
    });
}

#[test]
fn the_history_filters_and_shows_no_other_customer() {
    flow(async |world| {
        let (provider, _pc, session, _) = administrator(&world).await;
        provider.add_customer("other");
        session.create_user(form("tanaka", &[])).await.unwrap();
        let all = session.audit(AuditQuery::default()).await.unwrap();
        assert!(all.records.iter().all(|record| record.subject.as_deref() != Some("other")));
        assert!(all.records.windows(2).all(|pair| pair[0].seq > pair[1].seq));
        let query = AuditQuery { person: Some("tanaka".to_owned()), ..AuditQuery::default() };
        let found = session.audit(query).await.unwrap().records;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].event, "user-created");
    });
}

/// Writes a text as some program does.
type Writing = dyn Fn(&str) -> Vec<u8>;

/// A primary administrator who is logged in.
pub(crate) async fn administrator(world: &World) -> (Provider, Pc, Session, Customer) {
    let LoggedIn { provider, user, pc, session, .. } = world.logged_in().await;
    (provider, pc, session, user)
}

pub(crate) fn form(id: &str, permissions: &[&str]) -> NewUserForm {
    NewUserForm {
        user_id: id.to_owned(),
        name: None,
        department: None,
        email: None,
        permissions: permissions.iter().map(|name| name.parse().unwrap()).collect(),
        initial_password: None,
    }
}

/// With a name and a department.
pub(crate) fn named(id: &str, name: &str, department: &str) -> NewUserForm {
    NewUserForm {
        name: Some(name.to_owned()),
        department: Some(department.to_owned()),
        ..form(id, &[])
    }
}

pub(crate) fn act(version: u32, act: UserAction) -> UserActionRequest {
    UserActionRequest { version, action: act, reset_password: false, initial_password: None }
}

/// As Excel on a Japanese Windows saves a CSV file.
fn encode_shift_jis(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}
