//! The whole way of a login: a profile's file → the certificates of this PC → the password → the menu.
//!
//! `cargo run --example login provider.warifu.json < password.txt`

use std::{
    error::Error,
    io::{Write as _, stdin, stdout},
};

use warifu_client::{Client, LoginStep, folder, system_clock};
use warifu_keystore::Stores;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = folder::data_dir()?;
    let stores = Stores::software(dir.join("keys"));
    let client = Client::open_beside_app(&dir, stores, system_clock())?;

    if let Some(path) = std::env::args_os().nth(1) {
        client.add_profile(Client::profile_text(&std::fs::read(path)?)?).await?;
    }
    let identities = client.overview().await?.identities;
    for one in &identities {
        writeln!(stdout(), "{} {}: {:?}", one.service_name, one.user_id, one.standing)?;
    }
    let last_used = identities.first().ok_or("no certificate is on this PC yet")?;

    let login = client.prove_identity(last_used.id).await?;
    let mut password = String::new();
    stdin().read_line(&mut password)?;
    password.truncate(password.trim_end().len());
    match login.submit(password.into()).await? {
        LoginStep::LoggedIn(session) => {
            for entry in &session.view().entries {
                writeln!(stdout(), "{} {}", entry.title.en, entry.url)?;
            }
            session.logout().await?;
        }
        LoginStep::PasswordChangeRequired(change) => {
            writeln!(stdout(), "the password has to be changed first: {:?}", change.reason())?;
        }
    }
    Ok(())
}
