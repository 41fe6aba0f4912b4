use super::*;

fn later(blame: Blame) -> Outcome {
    Outcome::Later { why: String::new(), blame }
}

#[test]
fn a_server_is_judged_by_a_second_recipient_and_not_before() {
    let unclear = [later(Blame::Unclear), Outcome::Uncertain(String::new())];
    for outcome in &unclear {
        let mut server = Server::default();
        for _ in 0..10 {
            assert_eq!(server.hear("a@example.jp", outcome), Verdict::Doubted);
        }
        let fails = Verdict::Fails { pause: outbox::SHORTEST_PAUSE };
        assert_eq!(server.hear("b@example.jp", outcome), fails);
        // Then it begins anew.
        assert_eq!(server.hear("c@example.jp", outcome), Verdict::Doubted);
    }
}

#[test]
fn whatever_it_says_clearly_shows_that_it_works() {
    let clear =
        [Outcome::Sent(String::new()), Outcome::Refused(String::new()), later(Blame::Letter)];
    for outcome in &clear {
        let mut server = Server::default();
        assert_eq!(server.hear("a@example.jp", &later(Blame::Unclear)), Verdict::Doubted);
        assert_eq!(server.hear("b@example.jp", outcome), Verdict::Works);
        assert_eq!(server.hear("c@example.jp", &later(Blame::Unclear)), Verdict::Doubted);
    }
}

#[test]
fn a_server_that_takes_nothing_is_asked_less_and_less_until_it_works() {
    let mut server = Server::default();
    for pause in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
        let verdict = server.hear("a@example.jp", &later(Blame::Server));
        assert_eq!(verdict, Verdict::Fails { pause });
    }
    assert_eq!(server.hear("a@example.jp", &Outcome::NotBegun), Verdict::Works);
    assert_eq!(server.hear("a@example.jp", &later(Blame::Server)), Verdict::Fails { pause: 3_600 });
    server.hear("a@example.jp", &Outcome::Sent(String::new()));
    assert_eq!(server.hear("a@example.jp", &later(Blame::Server)), Verdict::Fails { pause: 60 });
}
