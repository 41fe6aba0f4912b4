//! The real app before that listener: the entries of its main menu.

use warifu_client::{
    BrowserAddress, Session,
    view::{CheckName, EntryOpening, IdentityView, Outcome, SkipReason},
};
use warifu_protocol::{BrowserName, ErrorCode, HandoffState};

use super::equipment::Site;
use crate::world::{Customer, Pc, World, code, flow};

/// A user with the app, logged in.
pub(super) struct AtPc {
    pub(super) pc: Pc,
    pub(super) user: Customer,
    pub(super) identity: IdentityView,
    pub(super) session: Session,
}

impl AtPc {
    pub(super) async fn start(world: &World, site: &Site) -> Self {
        let user = site.provider.add_customer("tanto01");
        let (pc, profile) = world.pc_with_profile("pc", &site.provider).await;
        let identity = pc.issue(profile, &user).await;
        let session = pc.log_in(&identity).await;
        Self { pc, user, identity, session }
    }

    /// The name of a handoff, and the token that the browser gets.
    async fn handoff(&self, site: &Site) -> (String, String) {
        let opened = self.session.open_entry("web").await.unwrap();
        let EntryOpening::Handoff { id, expires_in } = opened.view else { panic!("{opened:?}") };
        assert!((58..=60).contains(&expires_in), "{expires_in}");
        (id, token(&opened.address, &format!("{}/handoff#", site.issuer())))
    }

    async fn state(&self, id: &str) -> HandoffState {
        self.session.handoff(id).await.unwrap().state
    }
}

pub(super) fn token(address: &BrowserAddress, before: &str) -> String {
    let token = address.expose().strip_prefix(before);
    token.unwrap_or_else(|| panic!("another address")).to_owned()
}

#[test]
fn an_entry_opens_logged_in_and_the_app_hears_every_step() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        let entry = at.session.view().entries.iter().find(|entry| entry.id == "web").unwrap();
        assert!(entry.signs_in);

        let (id, token) = at.handoff(&site).await;
        assert_eq!(at.state(&id).await, HandoffState::Waiting);
        let mut browser = site.browser();
        assert_eq!(browser.hand(&token, None).await.outcome(), "ask");
        assert_eq!(at.state(&id).await, HandoffState::Asking);
        assert_eq!(browser.hand(&token, Some(true)).await.outcome(), "ask-app");
        let view = at.session.handoff(&id).await.unwrap();
        let seen = view.browser.unwrap();
        assert_eq!((view.state, seen.name), (HandoffState::Confirm, BrowserName::Firefox));
        assert_eq!((seen.address.as_str(), seen.same_address), ("127.0.0.1", true));
        at.session.answer_handoff(&id, true).await.unwrap();
        assert_eq!(browser.hand(&token, Some(true)).await.outcome(), "opened");
        assert_eq!(at.state(&id).await, HandoffState::Opened);
        assert_eq!(browser.authorize(&[]).await.status, 303);

        // Another browser with the same address: what it had opened has ended, and the app says so.
        let mut thief = site.browser();
        assert!(thief.hand(&token, None).await.status >= 400);
        assert_eq!(at.state(&id).await, HandoffState::Replayed);
        assert_ne!(browser.authorize(&[]).await.status, 303);
        site.provider.assert_audited(&at.user, "handoff-replayed");
    });
}

#[test]
fn who_says_no_in_the_app_keeps_the_browser_out() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        let (id, token) = at.handoff(&site).await;
        let mut browser = site.browser();
        browser.hand(&token, None).await;
        browser.hand(&token, Some(true)).await;
        at.session.answer_handoff(&id, false).await.unwrap();
        assert_eq!(at.state(&id).await, HandoffState::Declined);
        assert_ne!(browser.hand(&token, Some(true)).await.outcome(), "opened");
        assert_ne!(browser.authorize(&[]).await.status, 303);
    });
}

#[test]
fn a_handoff_is_over_after_a_minute_and_with_the_login() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        let (id, token) = at.handoff(&site).await;
        world.advance(62);
        assert_eq!(at.state(&id).await, HandoffState::Expired);
        let mut browser = site.browser();
        assert!(browser.hand(&token, None).await.status >= 400);

        let (id, token) = at.handoff(&site).await;
        let AtPc { pc, identity, session, .. } = at;
        session.logout().await.unwrap();
        assert!(browser.hand(&token, None).await.status >= 400);
        // It is nobody else's, and not that of the user's next login either.
        let session = pc.log_in(&identity).await;
        let state = session.handoff(&id).await.map(|view| view.state);
        assert!(
            matches!(&state, Ok(HandoffState::Ended))
                || matches!(&state, Err(failure) if failure.code == ErrorCode::HandoffUnknown),
            "{state:?}"
        );
    });
}

#[test]
fn nothing_is_handed_over_but_an_entry_of_the_menu_by_a_login_that_stands() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        assert_eq!(code(at.session.open_entry("nothing").await), ErrorCode::NotFound);
        for name in ["", "x", "../sessions", "AAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(code(at.session.handoff(name).await), ErrorCode::HandoffUnknown, "{name}");
        }
        let other = site.app.handoff().await;
        assert_eq!(code(at.session.handoff(&other.id).await), ErrorCode::HandoffUnknown);
        site.provider.revoke(&at.user);
        let refused = at.session.open_entry("web").await.unwrap_err();
        assert!(refused.session_ended, "{refused:?}");
    });
}

#[test]
fn a_backend_without_that_listener_opens_its_entries_as_ever() {
    flow(async |world| {
        let at = world.logged_in().await;
        let entries = &at.session.view().entries;
        assert!(!entries.is_empty() && entries.iter().all(|entry| !entry.signs_in));
        let entry = entries[0].clone();
        let opened = at.session.open_entry(&entry.id).await.unwrap();
        assert_eq!(opened.view, EntryOpening::Address);
        assert_eq!(opened.address.expose(), entry.url);
    });
}

#[test]
fn the_diagnosis_reaches_the_login_page() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        let results = at.pc.client.diagnose(|_| {}).await;
        let one = |check| results.iter().find(|result| result.check == check).unwrap();
        let page = one(CheckName::LoginPage);
        assert_eq!(page.outcome, Outcome::Passed);
        assert_eq!(page.subject.as_deref(), Some(format!("localhost:{}", site.port).as_str()));
        // It is this machine's own, and plain.
        let because = SkipReason::NotEncrypted;
        assert_eq!(one(CheckName::LoginCertificate).outcome, Outcome::Skipped { because });

        let Site { provider, .. } = site;
        provider.stop().await;
        let results = at.pc.client.diagnose(|_| {}).await;
        let page = results.iter().find(|result| result.check == CheckName::LoginPage).unwrap();
        let Outcome::Failed { failure } = &page.outcome else { panic!("{page:?}") };
        assert_eq!(failure.code, ErrorCode::BackendUnreachable);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn the_diagnosis_says_who_opens_the_links_of_pages() {
    use warifu_client::view::{FactValue, WarningReason};

    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        let found = async || {
            let results = at.pc.client.diagnose(|_| {}).await;
            assert!(results.iter().any(|result| result.check == CheckName::DefaultBrowser));
            let links = results.into_iter().find(|result| result.check == CheckName::LinkHandler);
            let links = links.unwrap();
            (links.outcome, links.facts)
        };
        let warning = |because| Outcome::Warning { because };
        assert_eq!(found().await, (warning(WarningReason::LinksLeadNowhere), Vec::new()));

        let applications = world.dir.join("data/applications");
        std::fs::create_dir_all(&applications).unwrap();
        std::fs::create_dir_all(world.dir.join("config")).unwrap();
        let open_with = |entry: &str, text: &str| {
            std::fs::write(applications.join(entry), text).unwrap();
            let choice = format!("[Default Applications]\nx-scheme-handler/warifu={entry}\n");
            std::fs::write(world.dir.join("config/mimeapps.list"), choice).unwrap();
        };
        open_with("stranger.desktop", "[Desktop Entry]\nName=Stranger\u{1b}[31m\nExec=true %u\n");
        let (outcome, facts) = found().await;
        assert_eq!(outcome, warning(WarningReason::LinksLeadElsewhere));
        let stranger = FactValue::Text(String::from("Stranger[31m (stranger.desktop)"));
        assert_eq!(facts[0].value, stranger);

        let own = include_str!("../../../packaging/debian/warifu-link.desktop");
        open_with("warifu-link.desktop", own);
        let (outcome, facts) = found().await;
        assert_eq!(outcome, Outcome::Passed);
        assert_eq!(facts[0].value, FactValue::Text(String::from("Warifu (warifu-link.desktop)")));
    });
}
