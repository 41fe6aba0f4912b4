//! Checkpoints of the record, kept where nobody who has the database can change them (SPEC O6).

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, params};
use serde_json::Value;
use system_tests::wait::{PATIENCE, until_async};
use warifu_record::{Actor, Place, Row, hash};

#[cfg(target_os = "linux")]
use crate::console::Console;
use crate::{
    provider::Provider,
    world::{Enrolled, flow},
};

const DAY: i64 = 86_400;

/// The exit codes of `audit verify`.
const WHOLE: i32 = 0;
const NOT_BELIEVED: i32 = 1;
const BROKEN: i32 = 3;

impl Provider {
    fn checkpoint(&self, path: &Path) -> Vec<u8> {
        self.run(&["audit", "checkpoint", "--output", path.to_str().unwrap()]);
        fs::read(path).unwrap()
    }

    /// The exit code of a verification with a checkpoint, and all that it says.
    fn verified(&self, checkpoint: &Path, more: &[&str]) -> (i32, String) {
        let first = ["audit", "verify", "--checkpoint", checkpoint.to_str().unwrap()];
        let output = self.output(&[&first, more].concat());
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    }

    fn database(&self) -> Connection {
        Connection::open(self.dir().join("warifu.sqlite")).unwrap()
    }
}

/// Changes a row, and hashes its chain anew as only somebody can who knows how: nothing in the database shows
/// it.
fn rewrite(database: &Connection, chain: &str, subject: &str) {
    let mut previous: Vec<u8> =
        database.query_row("SELECT hash FROM audit_joint", [], |row| row.get(0)).unwrap();
    let mut select = database
        .prepare(
            "SELECT seq, place, at, actor_kind, actor, act, customer, subject, certificate, device,
                    address, reason, times, veil FROM audit WHERE chain = ?1 ORDER BY place",
        )
        .unwrap();
    let mut rows = select.query([chain]).unwrap();
    let (mut last, mut first) = (0, true);
    while let Some(row) = rows.next().unwrap() {
        let text = |index| row.get::<_, Option<String>>(index).unwrap();
        let texts: Vec<_> = (3..12).map(text).collect();
        let texts: Vec<_> = texts.iter().map(Option::as_deref).collect();
        let [actor_kind, actor, act, customer, old, certificate, device, address, reason] =
            texts[..]
        else {
            panic!("nine texts")
        };
        let veil: Option<Vec<u8>> = row.get(13).unwrap();
        let name = actor.unwrap();
        last = row.get(1).unwrap();
        let said = Row {
            at: row.get(2).unwrap(),
            actor_kind,
            actor: veil.map_or(Actor::Named(name), |veil| Actor::veil(&veil, name)),
            act: act.unwrap(),
            customer,
            subject: if first { Some(subject) } else { old },
            certificate,
            device,
            address,
            reason,
            times: row.get(12).unwrap(),
        };
        let anew = hash(Place::In(chain, last), &said, &previous).0.to_vec();
        let sql = "UPDATE audit SET subject = ?2, hash = ?3 WHERE seq = ?1";
        let seq: i64 = row.get(0).unwrap();
        database.execute(sql, params![seq, said.subject, anew]).unwrap();
        (previous, first) = (anew, false);
    }
    let sql = "UPDATE audit_chain SET hash = ?2 WHERE chain = ?1 AND place = ?3";
    assert_eq!(database.execute(sql, params![chain, previous, last]).unwrap(), 1);
}

#[test]
fn a_record_that_was_rewritten_whole_is_found_with_an_old_checkpoint() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let kept = world.dir.join("kept.json");
        provider.checkpoint(&kept);
        pc.log_in(&identity).await;
        let provider = provider.stopped().await;
        let (code, said) = provider.verified(&kept, &[]);
        assert_eq!(code, WHOLE, "{said}");
        assert!(said.contains("go on from what was signed"), "{said}");

        rewrite(&provider.database(), &user.number, "somebody");
        assert!(provider.run(&["audit", "verify"]).starts_with("whole"));
        let (code, said) = provider.verified(&kept, &[]);
        assert_eq!(code, BROKEN, "{said}");
        let about = format!("of customer {} is not the one that was signed", user.number);
        assert!(said.contains("was rewritten: row") && said.contains(&about), "{said}");
        let (code, said) = provider.verified(&kept, &["--json"]);
        let told: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((code, &told["whole"]), (BROKEN, &false.into()));
        assert_eq!(told["rewritten"]["chain"], user.number.as_str());
    });
}

#[test]
fn a_chain_that_was_taken_away_with_its_head_is_missed() {
    flow(async |world| {
        let provider = world.provider().await;
        let [gone, stays] = ["kanri01", "kanri02"].map(|id| provider.add_customer(id));
        let kept = world.dir.join("kept.json");
        provider.checkpoint(&kept);
        let provider = provider.stopped().await;
        for table in ["audit", "audit_chain"] {
            let sql = format!("DELETE FROM {table} WHERE chain = ?1");
            assert!(provider.database().execute(&sql, [&gone.number]).unwrap() > 0);
        }
        assert!(provider.run(&["audit", "verify"]).starts_with("whole"));
        let (code, said) = provider.verified(&kept, &[]);
        assert_eq!(code, BROKEN, "{said}");
        assert!(said.contains("lacks all") && said.contains(&gone.number), "{said}");
        assert!(!said.contains(&stays.number), "{said}");
    });
}

/// Only what the key signed, of this backend, whole, is believed; the record is not blamed for the rest.
#[test]
fn a_checkpoint_that_was_forged_cut_or_made_elsewhere_is_not_believed() {
    flow(async |world| {
        let provider = world.provider().await;
        let other = Provider::start_in(&world, "other").await;
        let whole = provider.checkpoint(&world.dir.join("whole.json"));
        let foreign = other.checkpoint(&world.dir.join("foreign.json"));
        let write = |name: &str, bytes: &[u8]| -> PathBuf {
            let path = world.dir.join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let mut signature: Value = serde_json::from_slice(&whole).unwrap();
        signature["signature"] =
            serde_json::from_slice::<Value>(&foreign).unwrap()["signature"].take();
        let table = [
            (write("forged", signature.to_string().as_bytes()), "was altered"),
            (write("cut", &whole[..whole.len() / 2]), "not a checkpoint"),
            (write("empty", b""), "not a checkpoint"),
            (write("garbage", &garbage()), "not a checkpoint"),
            (write("foreign", &foreign), "another key"),
            (world.dir.join("none"), "cannot verify"),
        ];
        for (path, why) in table {
            let (code, said) = provider.verified(&path, &[]);
            assert!(code == NOT_BELIEVED && said.contains(why), "{}: {said}", path.display());
        }
        // Believed by the other's key, and still no checkpoint of this record.
        let key = other.dir().join("record.pub");
        let foreign = world.dir.join("foreign.json");
        let (code, said) = provider.verified(&foreign, &["--key", key.to_str().unwrap()]);
        assert!(code == NOT_BELIEVED && said.contains("another backend"), "{said}");
        let (code, said) = other.verified(&foreign, &["--key", key.to_str().unwrap()]);
        assert_eq!(code, WHOLE, "{said}");
    });
}

/// What the provider exports of a customer is verified on a PC that knows neither the backend nor the app.
#[cfg(target_os = "linux")]
#[test]
fn a_customer_verifies_its_own_record_offline() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let other = provider.add_customer("kanri02");
        let stranger = Provider::start_in(&world, "stranger").await;
        stranger.checkpoint(&world.dir.join("stranger.json"));
        pc.log_in(&identity).await;
        let who = ["--customer", &user.number, "--user", "kanri01", "--operator", "yamada"];
        for act in ["suspend", "resume"] {
            provider.run(&[&["user", act][..], &who].concat());
        }
        let file = world.dir.join("record.jsonl");
        let arguments =
            ["audit", "export", "--customer", &user.number, "--output", file.to_str().unwrap()];
        provider.run(&arguments);
        // That is in the record too, and no second export takes the place of the first.
        provider.assert_audited(&user, "exported");
        assert!(provider.refusal(&arguments).contains("cannot write"));
        let [key, wrong] = [&provider, &stranger].map(|of| of.dir().join("record.pub"));
        provider.stop().await;
        stranger.stop().await;

        let whole = fs::read_to_string(&file).unwrap();
        for hidden in ["yamada", &other.number, "kanri02"] {
            assert!(!whole.contains(hidden), "{hidden} is in the export");
        }
        let console = Console::on(&world, "another-pc");
        let verify = |content: &[u8], key: &Path| {
            let file = world.dir.join("received.jsonl");
            fs::write(&file, content).unwrap();
            let [file, key] = [&file, key].map(|path| path.to_str().unwrap());
            console.run(&["audit", "verify", file, "--key", key, "--json"])
        };
        let told = verify(whole.as_bytes(), &key).ends_with(0).json();
        let rows = whole.lines().count() - 1;
        assert_eq!(
            (&told["customer"], &told["rows"]),
            (&user.number.as_str().into(), &rows.into())
        );

        let lines: Vec<_> = whole.lines().collect();
        let cut = lines[..lines.len() - 1].join("\n");
        let edited = whole.replacen("\"act\":\"login\"", "\"act\":\"logout\"", 1);
        assert_ne!(edited, whole);
        let half = &whole.as_bytes()[..whole.len() - 40];
        let table: [(&[u8], &Path, &str); 6] = [
            (cut.as_bytes(), &key, "record-cut-off"),
            (edited.as_bytes(), &key, "record-broken"),
            (half, &key, "record-line-unreadable"),
            (whole.as_bytes(), &wrong, "checkpoint-of-other-key"),
            (&garbage(), &key, "record-unreadable"),
            (b"", &key, "record-unreadable"),
        ];
        for (content, key, code) in table {
            assert_eq!(verify(content, key).ends_with(1).json()["error"]["code"], code);
        }
        let said = verify(whole.as_bytes(), &file).ends_with(2).json();
        assert_eq!(said["error"]["code"], "key-unreadable");
        // Nothing of the app was made on that PC.
        assert!(!console.dir.exists());
    });
}

fn garbage() -> Vec<u8> {
    (0..10_000_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect()
}

#[test]
fn a_checkpoint_is_written_each_day_and_each_of_them_verifies() {
    flow(async |world| {
        let archive = world.dir.join("archive");
        let names = || {
            let files = fs::read_dir(&archive).unwrap();
            let files = files.map(|file| file.unwrap().path());
            // One that is being written has another name.
            let is_whole = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json");
            let mut names: Vec<_> = files.filter(is_whole).collect();
            names.sort();
            names
        };
        let written = async |count| {
            let probe = async || Ok((names().len() == count).then_some(()));
            until_async("a checkpoint is written", PATIENCE, probe).await.unwrap();
        };
        let provider = world.provider().await.stopped().await;
        let section = format!("\n[audit]\ncheckpoints = {:?}\n", archive.to_str().unwrap());
        provider.configure("", &section);
        // A disk that is not there is no folder to make.
        let said = String::from_utf8(provider.output(&["serve"]).stderr).unwrap();
        assert!(said.contains("audit.checkpoints"), "{said}");
        fs::create_dir(&archive).unwrap();
        let provider = provider.restart(&world).await;
        written(1).await;
        let provider = provider.restart(&world).await;
        world.advance(DAY - 120);
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert_eq!(names().len(), 1);
        world.advance(240);
        written(2).await;
        // The second one is from the world's tomorrow, which the command does not know.
        let verified: Vec<_> = names().iter().map(|kept| provider.verified(kept, &[])).collect();
        assert_eq!(verified[0].0, WHOLE, "{verified:?}");
        assert!(verified[1].1.contains("from the future"), "{verified:?}");
    });
}
