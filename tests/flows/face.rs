//! How customers see the provider: it comes with the policy, a change reaches every PC without a new
//! profile, and what may not be shown is refused where it is written down.

use std::fs;

use system_tests::backend::LOGO;
use warifu_client::view::ProviderView;

use crate::{
    provider::Provider,
    world::{Pc, World, flow},
};

const OTHER: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3"/></svg>"##;

async fn seen(pc: &Pc) -> ProviderView {
    pc.client.overview().await.unwrap().profiles.remove(0).provider
}

/// Changes the configuration and has the backend read it.
async fn rewritten(provider: Provider, world: &World, from: &str, to: &str) -> Provider {
    let provider = provider.stopped().await;
    let path = provider.dir().join("warifu.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(&path, text.replace(from, to)).unwrap();
    provider.restart(world).await
}

#[test]
fn the_face_is_kept_and_a_change_reaches_a_pc_without_a_new_profile() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let pc = Pc::start(world.dir.join("pc"), world.clock());
        let profile = pc.add_profile(provider.profile()).await;
        let unheard = seen(&pc).await;
        assert_eq!((unheard.accent, unheard.logo), (None, None));
        assert_eq!(unheard.name.ja, "サンプルお問い合わせ窓口");

        // Without a login, over the listener that knows nobody.
        pc.client.refresh_policy(profile).await.unwrap();
        let face = seen(&pc).await;
        assert_eq!(
            (face.name.ja.as_str(), face.name.en.as_str()),
            ("サンプルファクター", "Sample Factor")
        );
        assert_eq!(face.service_name.en, "Sample Recorded Claims");
        assert_eq!(face.contact.hours.en, "Weekdays 9:00–17:00 (Japan)");
        assert_eq!(face.accent.as_deref(), Some("#1f5fa8"));
        let logo = face.logo.clone().unwrap();
        assert!(logo.starts_with("data:image/svg+xml;base64,"), "{logo}");

        // Kept, also while the provider cannot be reached.
        let provider = provider.stopped().await;
        let pc = pc.updated(world.clock(), warifu_client::Options::default().version.as_str());
        assert_eq!(seen(&pc).await, face);

        fs::write(provider.dir().join("logo.svg"), OTHER).unwrap();
        let provider = rewritten(provider, &world, "\"サンプルファクター\"", "\"見本銀行\"").await;
        let identity = pc.issue(profile, &user).await;
        pc.log_in(&identity).await;
        let changed = seen(&pc).await;
        assert_eq!(changed.name.ja, "見本銀行");
        assert_ne!(changed.logo, Some(logo));

        // A colour that nobody can read leaves the app's own, and a logo that is taken away goes.
        let provider = rewritten(provider, &world, "\"#1f5fa8\"", "\"#ffee00\"").await;
        let provider = rewritten(provider, &world, "logo_file", "# logo_file").await;
        pc.log_in(&identity).await;
        let plain = seen(&pc).await;
        assert_eq!((plain.accent, plain.logo), (None, None));
        assert_eq!(plain.name.ja, "見本銀行");
        drop(provider);
    });
}

#[test]
fn a_logo_that_may_not_be_shown_is_refused_before_anybody_is_served() {
    flow(async |world| {
        let provider = world.provider().await.stopped().await;
        let file = provider.dir().join("logo.svg");
        let said: serde_json::Value =
            serde_json::from_str(&provider.told(&["check", "--json"]).unwrap()).unwrap();
        assert_eq!(said["provider"]["name"]["en"], "Sample Factor");
        assert_eq!(said["notes"], serde_json::json!([]));

        let script = String::from_utf8_lossy(LOGO).replace("<title>", "<script>1</script><title>");
        let long = vec![b' '; 10 * 1024 * 1024];
        let files: [(&[u8], &str); 3] = [
            (script.as_bytes(), "<script>"),
            (b"<svg", "not a usable SVG"),
            (&long, "at most 131072"),
        ];
        for (content, why) in files {
            fs::write(&file, content).unwrap();
            let backup = world.dir.join("backup").display().to_string();
            for command in [&["check"][..], &["serve"], &["backup", &backup]] {
                let refused = provider.told(command).unwrap_err();
                assert!(
                    refused.contains("provider.logo_file") && refused.contains(why),
                    "{refused}"
                );
            }
        }
        fs::write(&file, LOGO).unwrap();
        let said = provider.told(&["check"]).unwrap();
        assert!(said.contains("image/svg+xml, 64 by 64"), "{said}");
    });
}
