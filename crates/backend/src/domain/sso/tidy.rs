//! What happens by itself when time passes.

use warifu_protocol::Timestamp;
use warifu_store::{
    Tx,
    tables::{
        account, web_assertion as assertions, web_browser as browsers, web_code as codes,
        web_handoff as handoffs, web_known as known, web_request as requests,
        web_service as services,
    },
};

use super::{
    authorize,
    browsers::{Why, end, entry},
    entering::MEMORY,
};
use crate::{
    audit::{self, Act},
    config::Config,
    error::Error,
};

/// Logins and codes that are looked at in one go: nobody waits long for it.
const BATCH: u32 = 100;

/// Seconds for which a code is kept after its end, so that a second use is known for what it is.
const SPENT: i64 = 3600;

/// For how long what has ended is kept, in seconds: for the provider's questions.
const PAST: i64 = 7 * 86_400;

/// Ends the browsers' logins that have run out, records the codes that nobody came for, and forgets what is
/// long over. To be called every few seconds.
///
/// # Errors
///
/// The database's.
pub(crate) fn tidy(tx: &Tx, config: &Config, now: Timestamp) -> Result<(), Error> {
    let Some(web) = &config.web else { return Ok(()) };
    let used_before = now - i64::from(web.idle_seconds);
    for found in browsers::run_out(tx, now, used_before, BATCH)? {
        account::lock(tx, found.account)?;
        let Some(browser) = browsers::lock(tx, found.id)? else { continue };
        let why = if browser.ends_at < now {
            Why::Limit
        } else if browser.last_used_at < used_before {
            Why::Idle
        } else {
            continue;
        };
        end(tx, &browser, why, None, now)?;
    }
    for unclaimed in codes::unclaimed(tx, now - authorize::LIFE, BATCH)? {
        if let Some(browser) = browsers::find(tx, unclaimed.browser)? {
            let user = account::get(tx, browser.account)?;
            let unused = entry(&user, &browser, Act::ServiceCodeUnused, &unclaimed.client, now);
            audit::record(tx, &unused)?;
        }
        codes::delete(tx, &unclaimed.code_hash)?;
    }
    codes::delete_spent(tx, now - SPENT)?;
    services::delete_ended_access(tx, now)?;
    assertions::delete_ended(tx, now)?;
    handoffs::delete_ended(tx, now - PAST)?;
    requests::delete_ended(tx, now - SPENT)?;
    known::delete_unused(tx, now - MEMORY)?;
    browsers::delete_ended(tx, now - PAST)?;
    Ok(())
}
