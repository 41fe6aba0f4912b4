//! The notice 「WEBサービスご利用に関するお知らせ」, on its way to paper.

use std::path::Path;

use serde_json::json;
use warifu_protocol::{CustomerNumber, SecretText, Timestamp, UserId};

use super::print_json;
use crate::{config::Config, folder, notice::Notice};

/// Whom a notice is for.
pub(super) struct Person {
    pub(super) number: CustomerNumber,
    /// The customer's name.
    pub(super) name: String,
    pub(super) user_id: UserId,
    pub(super) is_primary: bool,
    pub(super) initial: SecretText,
}

/// Prints the notice, as text or JSON, and writes its page to `html`.
pub(super) fn hand_out(
    config: &Config,
    person: &Person,
    html: Option<&Path>,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<()> {
    let notice = Notice {
        service_name: &config.service_name,
        support: &config.support,
        customer_name: &person.name,
        customer_number: &person.number,
        user_id: &person.user_id,
        is_primary: person.is_primary,
        initial_password: &person.initial,
        issued_at: now,
    };
    if let Some(path) = html {
        folder::write_private(path, notice.html().as_bytes())?;
    }
    if json {
        return print_json(&json!({
            "customer_number": person.number,
            "customer_name": person.name,
            "user_id": person.user_id,
            "initial_password": person.initial.expose(),
        }));
    }
    println!("{}", notice.text());
    Ok(())
}
