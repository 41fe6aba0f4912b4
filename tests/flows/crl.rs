//! The revocation list, as OpenSSL reads it (SPEC I; RFC 5280 §5).

use std::process::Command;

use serde_json::json;

use crate::world::flow;

#[test]
fn openssl_accepts_the_list_and_finds_the_reason() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        pc.issue(profile, &user).await;
        // The certificate as support sees it, by what the user reads from the app.
        let issued = pc.client.overview().await.unwrap().identities.remove(0).certificate.unwrap();
        let thumbprint = issued.thumbprint.as_str().to_uppercase();
        let shown = provider.json(&["certificate", "show", &thumbprint, "--json"]);
        assert_eq!((&shown["user_id"], &shown["state"]), (&json!(user.user_id), &json!("active")));
        assert_eq!(shown["customer_number"], json!(user.number));
        let pem = world.dir.join("certificate.pem");
        std::fs::write(&pem, shown["pem"].as_str().unwrap()).unwrap();
        let read = Command::new("openssl")
            .args(["x509", "-noout", "-serial", "-fingerprint", "-sha256", "-in"])
            .arg(&pem)
            .output();
        let read = String::from_utf8(read.unwrap().stdout).unwrap().replace(':', "");
        let serial = shown["serial"].as_str().unwrap().to_uppercase();
        assert!(read.contains(&thumbprint) && read.contains(&serial), "{read}");
        let unknown = provider.refusal(&["certificate", "show", &"0".repeat(64)]);
        assert!(unknown.contains("no certificate has this thumbprint"), "{unknown}");

        let who = ["--customer", &user.number, "--user", &user.user_id];
        let revoke = [&["certificate", "revoke", "--reason", "key-compromise"], &who[..]].concat();
        provider.run(&revoke);

        let file = world.dir.join("list.pem");
        provider.run(&["crl", "--pem", "--output", file.to_str().unwrap()]);
        let authority = world.dir.join("authority.pem");
        let profile: serde_json::Value = serde_json::from_str(&provider.profile()).unwrap();
        std::fs::write(&authority, profile["trust_anchors"][0].as_str().unwrap()).unwrap();
        let output = Command::new("openssl")
            .args(["crl", "-noout", "-text", "-in"])
            .arg(&file)
            .arg("-CAfile")
            .arg(&authority)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("verify OK"), "{said}");
        assert!(said.contains("Key Compromise"), "{said}");
        assert_eq!(said.matches("Serial Number:").count(), 1, "{said}");

        // The number grows, also over a restart.
        let provider = provider.restart(&world).await;
        let again = world.dir.join("again.pem");
        let told = provider.json(&["crl", "--pem", "--json", "--output", again.to_str().unwrap()]);
        assert_eq!((&told["revoked"], &told["number"]), (&1.into(), &number(&again).into()));
        assert!(number(&again) > number(&file));
    });
}

fn number(file: &std::path::Path) -> i64 {
    let output =
        Command::new("openssl").args(["crl", "-noout", "-crlnumber", "-in"]).arg(file).output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    let text = said.trim().trim_start_matches("crlNumber=").trim_start_matches("0x");
    i64::from_str_radix(text, 16).unwrap()
}
