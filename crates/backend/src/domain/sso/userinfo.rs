//! What a service asks about its user with an access token (OpenID Connect Core §5.3).

use warifu_protocol::Timestamp;
use warifu_store::{
    Tx,
    tables::{web_browser as browsers, web_service as services},
};

use super::{
    Secret,
    claims::UserClaims,
    standing::{alive, held, may_use},
};
use crate::{config::Config, error::Error};

/// What the service of an access token is told; none if the token, or the login that it came from, is not
/// good any more.
///
/// # Errors
///
/// The database's.
pub(crate) fn claims(
    tx: &Tx,
    config: &Config,
    access: &Secret,
    now: Timestamp,
) -> Result<Option<UserClaims>, Error> {
    let Some(service) = services::by_access(tx, &access.hash(), now)? else { return Ok(None) };
    let Some(browser) = browsers::find(tx, service.browser)? else { return Ok(None) };
    let Ok(alive) = alive(tx, config, &browser, now)? else { return Ok(None) };
    let named = config.clients.iter().find(|client| client.id.as_str() == service.client);
    let Some(client) = named.filter(|_| service.ended_at.is_none()) else { return Ok(None) };
    let held = held(tx, config, &alive.by.user)?;
    Ok(may_use(client, &held).then(|| UserClaims::new(&alive.by.user, client, &held)))
}
