//! From the initial password to the certificate (SPEC A, FAQ 1-1③, 2-2, 4-3, 4-4).

use std::sync::Mutex;

use warifu_client::view::{IssuanceStep, Standing};
use warifu_protocol::{ErrorCode, NextStep, PasswordRule};

use crate::world::{DAY, PASSWORD, code, flow};

#[test]
fn a_new_user_obtains_a_certificate() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;

        let mut enrolment =
            pc.start_enrolment(profile, &user, user.initial_password.clone()).await.unwrap();
        assert_eq!(enrolment.view().customer_name, "株式会社サンプル商事");
        let NextStep::ChangePassword { expires_in, .. } = enrolment.view().next else {
            panic!("an initial password has to be changed first");
        };
        assert!((170..=180).contains(&expires_in), "{expires_in}");
        assert_eq!(code(enrolment.issue(|_| {}).await), ErrorCode::PasswordChangeRequired);

        enrolment.change_password(PASSWORD.to_owned().into()).await.unwrap();
        let steps = Mutex::new(Vec::new());
        let issued = enrolment.issue(|step| steps.lock().unwrap().push(step)).await.unwrap();
        let all = [
            IssuanceStep::MakeKey,
            IssuanceStep::Request,
            IssuanceStep::Verify,
            IssuanceStep::Store,
        ];
        assert_eq!(*steps.lock().unwrap(), all);
        assert!(matches!(issued.standing, Standing::Usable { days_left: 364..=365 }));
        assert_eq!(pc.client.overview().await.unwrap().identities, [issued]);
    });
}

#[test]
fn a_second_pc_is_told_that_the_first_has_the_certificate() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (first, second) = (world.pc("first"), world.pc("second"));
        let profile = first.add_profile(provider.profile()).await;
        first.issue(profile, &user).await;

        let profile = second.add_profile(provider.profile()).await;
        let start = second.start_enrolment(profile, &user, PASSWORD.to_owned()).await;
        assert_eq!(code(start), ErrorCode::AlreadyIssued);
        // Nor does the first PC get a second one.
        let again = first.start_enrolment(profile, &user, PASSWORD.to_owned()).await;
        assert_eq!(code(again), ErrorCode::AlreadyIssued);
    });
}

#[test]
fn wrong_customer_user_and_password_get_one_answer() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let attempts = [
            ("99999999", user.user_id.as_str(), user.initial_password.as_str()),
            (&user.number, "nobody", &user.initial_password),
            (&user.number, &user.user_id, "Wrong#123"),
        ];
        let mut failures = Vec::new();
        for (number, id, password) in attempts {
            let start = pc
                .client
                .start_enrolment(profile, number, id, password.to_owned().into(), None)
                .await;
            failures.push(start.unwrap_err());
        }
        assert_eq!(failures[0].code, ErrorCode::AuthenticationFailed);
        assert!(failures.iter().all(|failure| *failure == failures[0]), "{failures:?}");
    });
}

#[test]
fn a_badly_formed_field_is_named_before_anything_is_sent() {
    flow(async |world| {
        let provider = world.provider().await;
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let long = "9".repeat(10_000);
        let table = [
            ("1234567", "kanri01", "x", "customer_number"),
            ("１２３４５６７８", "kanri01", "x", "customer_number"),
            (long.as_str(), "kanri01", "x", "customer_number"),
            ("10000001", "k\0nri01", "x", "user_id"),
            ("10000001", long.as_str(), "x", "user_id"),
            ("10000001", "kanri01", "", "password"),
        ];
        for (number, id, password, field) in table {
            let start = pc
                .client
                .start_enrolment(profile, number, id, password.to_owned().into(), None)
                .await;
            let failure = start.unwrap_err();
            assert_eq!(failure.code, ErrorCode::InvalidRequest);
            assert_eq!(failure.details.field.as_deref(), Some(field));
        }
        // What can be nobody's password is not sent either.
        for password in [long.clone(), String::from("nul\0nul")] {
            let start = pc
                .client
                .start_enrolment(profile, "10000001", "kanri01", password.into(), None)
                .await;
            assert_eq!(code(start), ErrorCode::PasswordMalformed);
        }
    });
}

#[test]
fn a_weak_new_password_is_refused_with_its_rules() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let mut enrolment =
            pc.start_enrolment(profile, &user, user.initial_password.clone()).await.unwrap();
        let table = [
            (String::from("abc"), vec![PasswordRule::Length, PasswordRule::Digit]),
            (String::from("abc=1234"), vec![PasswordRule::Characters]),
            (user.initial_password.clone(), vec![PasswordRule::NotRecent]),
        ];
        for (candidate, rules) in table {
            let failure = enrolment.change_password(candidate.into()).await.unwrap_err();
            assert_eq!(failure.code, ErrorCode::PasswordRejected);
            assert_eq!(failure.details.rules, Some(rules));
        }
        enrolment.change_password(PASSWORD.to_owned().into()).await.unwrap();
    });
}

#[test]
fn an_initial_password_changed_meanwhile_is_told_apart() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let start = || {
            let password = user.initial_password.clone();
            pc.start_enrolment(profile, &user, password)
        };
        let mut first = start().await.unwrap();
        let mut second = start().await.unwrap();
        first.change_password(PASSWORD.to_owned().into()).await.unwrap();
        let change = second.change_password(String::from("Momiji2026#").into()).await;
        assert_eq!(code(change), ErrorCode::PasswordNotInitial);
        first.issue(|_| {}).await.unwrap();
    });
}

#[test]
fn wrong_passwords_are_slowed_and_never_lock() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let mut codes = Vec::new();
        for _ in 0..8 {
            let guess = String::from("Wrong#123");
            let start = pc.start_enrolment(profile, &user, guess).await;
            codes.push(start.unwrap_err());
        }
        assert_eq!(codes[0].code, ErrorCode::AuthenticationFailed);
        let last = codes.last().unwrap();
        assert_eq!(last.code, ErrorCode::TooManyAttempts);
        let wait = i64::from(last.details.retry_after_seconds.unwrap());
        assert!((1..=60).contains(&wait), "{wait}");

        world.advance(wait + 1);
        pc.issue(profile, &user).await;
    });
}

#[test]
fn a_wrong_clock_is_told_before_the_password_is_used() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        for ahead in [DAY, -DAY] {
            let dir = world.dir.join(format!("pc{ahead}"));
            let pc = crate::world::Pc::start(dir, world.clock_ahead(ahead));
            let profile = pc.add_profile(provider.profile()).await;
            let password = user.initial_password.clone();
            let start = pc.start_enrolment(profile, &user, password).await;
            let failure = start.unwrap_err();
            assert_eq!(failure.code, ErrorCode::ClockWrong);
            let seen = failure.details.clock_ahead_seconds.unwrap();
            assert!((seen - ahead).abs() < 60, "{seen}");
        }
    });
}
