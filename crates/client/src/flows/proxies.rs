//! The proxies on the way to the backends, and what they are told.

use std::sync::Arc;

use warifu_protocol::SecretText;

use crate::{
    Failure,
    context::Context,
    model::proxy::{Proxies, ProxyLogin},
};

/// Keeps what the proxy at `place` is to be told.
///
/// # Errors
///
/// Those of [`ProxyLogin::new`]; the keystore's.
pub(crate) async fn save_login(
    context: &Arc<Context>,
    place: String,
    user: String,
    password: SecretText,
) -> Result<(), Failure> {
    let login = ProxyLogin::new(user, password)?;
    context.blocking(move |context| context.dialer.network.save_login(place, login)).await
}

/// The proxies on the way to the backends, and what is wrong with how they are set.
///
/// # Errors
///
/// The database's.
pub(crate) async fn proxies(context: &Arc<Context>) -> Result<Proxies, Failure> {
    context
        .blocking(|context| {
            let profiles = context.database.profiles()?;
            let urls = profiles
                .iter()
                .flat_map(|stored| [&stored.profile.enrolment, &stored.profile.service]);
            Ok(context.dialer.network.proxies(urls))
        })
        .await
}

/// Forgets what they are told.
///
/// # Errors
///
/// The database's; the keystore's.
pub(crate) async fn forget_logins(context: &Arc<Context>) -> Result<(), Failure> {
    let proxies = proxies(context).await?;
    context.blocking(move |context| context.dialer.network.forget_logins(&proxies.places)).await
}
