//! People have names (氏名, 部署): entered, found, ordered, filed, and told wherever a person is meant.

use warifu_client::view::{Language, UserChangeForm};
use warifu_protocol::{
    AuditQuery, ErrorCode, SortDirection, UserAction, UserCounts, UserQuery, UserSort, UserState,
};

use crate::{
    administration::{act, administrator, named},
    world::{Customer, code, flow},
};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_user_is_called_by_name_from_the_first_page_on() {
    flow(async |world| {
        let (provider, pc, session, user) = administrator(&world).await;
        // Registered before there were names.
        assert_eq!(session.view().user.name, None);
        let name = ["--customer", &user.number, "--user", &user.user_id, "--name", "管理　一郎"];
        provider.run(&[&["user", "name"], name.as_slice()].concat());

        let created = session.create_user(named("tanaka", "佐藤 花子", "営業部")).await.unwrap();
        let view = created.user.unwrap();
        assert_eq!(view.name.unwrap().as_str(), "佐藤 花子");
        assert_eq!(view.department.unwrap().as_str(), "営業部");
        let initial = created.initial_password.unwrap().expose().to_owned();
        let tanaka =
            Customer { user_id: "tanaka".to_owned(), initial_password: initial, ..user.clone() };
        let profile = pc.client.overview().await.unwrap().profiles[0].id;
        let enrolment =
            pc.start_enrolment(profile, &tanaka, tanaka.initial_password.clone()).await.unwrap();
        assert_eq!(enrolment.view().holder_name.as_ref().unwrap().as_str(), "佐藤 花子");
        drop(enrolment);
        let identity = pc.issue(profile, &tanaka).await;
        assert_eq!(identity.holder_name.as_ref().unwrap().as_str(), "佐藤 花子");
        let theirs = pc.log_in(&identity).await;
        assert_eq!(theirs.view().user.name.as_ref().unwrap().as_str(), "佐藤 花子");
        assert_eq!(theirs.view().user.department.as_ref().unwrap().as_str(), "営業部");

        // Another name is known from the next login on, and the choice before it has the one of the last.
        let seen = session.user("tanaka").await.unwrap();
        let change = UserChangeForm {
            version: seen.version,
            name: some("髙橋　花子"),
            department: some(""),
            email: None,
            permissions: Vec::new(),
        };
        let changed = session.change_user("tanaka", change).await.unwrap();
        assert_eq!(changed.name.unwrap().as_str(), "髙橋　花子");
        assert_eq!(changed.department, None);
        pc.prove(&identity).await.unwrap();
        let overview = pc.client.overview().await.unwrap();
        let names: Vec<_> = overview
            .identities
            .iter()
            .map(|each| each.holder_name.as_ref().map(ToString::to_string))
            .collect();
        assert!(names.contains(&some("髙橋　花子")), "{names:?}");

        // An older app sends no name, and takes none away.
        let change = UserChangeForm {
            version: changed.version,
            name: None,
            department: None,
            email: some("hanako@example.jp"),
            permissions: Vec::new(),
        };
        let changed = session.change_user("tanaka", change).await.unwrap();
        assert_eq!(changed.name.unwrap().as_str(), "髙橋　花子");

        // The record says who they are now, and nothing of who was deleted.
        let query = || AuditQuery { person: some("tanaka"), ..AuditQuery::default() };
        let records = session.audit(query()).await.unwrap().records;
        let made = records.iter().find(|record| record.event == "user-created").unwrap();
        assert_eq!(made.actor_name.as_ref().unwrap().as_str(), "管理　一郎");
        assert_eq!(made.subject_name.as_ref().unwrap().as_str(), "髙橋　花子");
        session.act_on_user("tanaka", act(changed.version, UserAction::Delete)).await.unwrap();
        let records = session.audit(query()).await.unwrap().records;
        assert!(records.iter().all(|record| record.subject_name.is_none()));
        let shown = provider.json(&["customer", "show", &user.number, "--json"]);
        assert_eq!(shown["users"][0]["name"], "管理　一郎");
    });
}

#[test]
fn what_cannot_be_a_name_is_refused_at_its_field() {
    flow(async |world| {
        let (provider, _pc, session, user) = administrator(&world).await;
        let long = "割".repeat(101);
        for (name, found, limit) in [
            ("佐藤\u{202e}花子", some("U+202E"), None),
            ("佐藤\n花子", some("U+000A"), None),
            ("\u{feff}佐藤", some("U+FEFF"), None),
            (long.as_str(), None, Some(100)),
        ] {
            let refused = session.create_user(named("tanaka", name, "")).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::NameMalformed, "{name:?}");
            let details = refused.details;
            assert_eq!((details.field.as_deref(), details.limit), (Some("name"), limit));
            assert_eq!(details.found, found);
            let refused = session.create_user(named("tanaka", "佐藤", name)).await.unwrap_err();
            assert_eq!(refused.details.field.as_deref(), Some("department"));
        }
        assert_eq!(code(session.user("tanaka").await), ErrorCode::UserNotFound);
        // A hundred characters, some with marks, some of the company's own, and a picture.
        let odd = format!("{}{}\u{e000}👩\u{200d}💻", "髙か\u{3099}".repeat(40), "葛\u{e0100}");
        let view = session.create_user(named("tanaka", &odd, "")).await.unwrap().user.unwrap();
        assert!(view.name.unwrap().as_str().starts_with("髙が髙が"));
        let refused = provider.refusal(&[
            "user",
            "name",
            "--customer",
            &user.number,
            "--user",
            "tanaka",
            "--name",
            "a\u{202e}b",
        ]);
        assert!(refused.contains("U+202E"), "{refused}");
    });
}

#[test]
fn a_list_is_searched_filtered_ordered_and_counted() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        for (id, name, department) in [
            ("tanto01", "佐藤 花子", "営業部"),
            ("tanto02", "スズキ タロウ", "経理部"),
            ("tanto03", "青木　一", "営業部"),
        ] {
            session.create_user(named(id, name, department)).await.unwrap();
        }
        let seen = session.user("tanto03").await.unwrap();
        session.act_on_user("tanto03", act(seen.version, UserAction::Suspend)).await.unwrap();
        let found = async |query: UserQuery| {
            let mut query = UserQuery { limit: Some(2), ..query };
            let mut ids = Vec::new();
            loop {
                let page = session.users(query.clone()).await.unwrap();
                ids.extend(page.users.into_iter().map(|user| user.user_id.to_string()));
                let Some(next) = page.next else { return ids };
                query.after = Some(next);
            }
        };
        let all = UserQuery::default;
        let search = |text: &str| UserQuery { search: some(text), ..UserQuery::default() };
        assert_eq!(found(search("佐藤花子")).await, ["tanto01"]);
        assert_eq!(found(search("すずき たろう")).await, ["tanto02"]);
        assert_eq!(found(search("ｽｽﾞｷ")).await, ["tanto02"]);
        assert_eq!(found(search("営業")).await, ["tanto01", "tanto03"]);
        let suspended = UserQuery { state: Some(UserState::Suspended), ..search("営業") };
        assert_eq!(found(suspended).await, ["tanto03"]);
        let by_name = UserQuery { sort: Some(UserSort::Name), ..all() };
        let up = found(by_name.clone()).await;
        assert_eq!(up, ["tanto02", "tanto01", "tanto03", "kanri01"]);
        let down = UserQuery { direction: Some(SortDirection::Descending), ..by_name };
        assert_eq!(found(down).await, ["tanto03", "tanto01", "tanto02", "kanri01"]);
        let unnamed = UserQuery { state: Some(UserState::Unnamed), ..all() };
        assert_eq!(found(unnamed).await, ["kanri01"]);
        let counted = UserQuery { counts: Some(true), ..all() };
        let counts = session.users(counted).await.unwrap().counts.unwrap();
        let expected = UserCounts {
            all: 4,
            suspended: 1,
            without_certificate: 3,
            initial_password: 3,
            unnamed: 1,
            ..UserCounts::default()
        };
        assert_eq!(counts, expected);
        assert_eq!(session.users(all()).await.unwrap().counts, None);
    });
}

#[test]
fn names_go_out_into_a_file_and_come_back_from_one() {
    flow(async |world| {
        let (_provider, _pc, session, _) = administrator(&world).await;
        let file = "部署名,お名前,ユーザＩＤ\r\n営業部,\"佐藤\n花子\",sato\r\n,髙﨑 一,ito\r\n\
                    x,\"a\u{202e}b\",kato\r\n";
        let checked = session.check_import("a.csv".to_owned(), file.into()).await.unwrap();
        let problems: Vec<_> = checked
            .preview()
            .problems
            .iter()
            .map(|problem| (problem.line, problem.field.as_str(), problem.code))
            .collect();
        assert_eq!(problems, [(5, "name", ErrorCode::NameMalformed)]);
        assert_eq!(checked.preview().sample[0].department.as_deref(), Some("営業部"));
        let good = file.replace('\u{202e}', "");
        let checked = session.check_import("a.csv".to_owned(), good.into()).await.unwrap();
        let created = session.import(&checked).await.unwrap();
        let names: Vec<_> =
            created.iter().map(|user| user.name.as_ref().unwrap().as_str()).collect();
        assert_eq!(names, ["佐藤 花子", "髙﨑 一", "ab"]);
        for language in [Language::Ja, Language::En] {
            let file = session.export_users(language).await.unwrap();
            let text = String::from_utf8(file.clone()).unwrap();
            assert!(text.contains("\"sato\",\"佐藤 花子\",\"営業部\""), "{text}");
            let checked = session.check_import("b.csv".to_owned(), file).await.unwrap();
            let sato = checked.preview().sample.iter().find(|row| row.user_id == "sato").unwrap();
            assert_eq!(sato.name.as_deref(), Some("佐藤 花子"));
            assert!(!checked.preview().needs_consent);
        }
    });
}
