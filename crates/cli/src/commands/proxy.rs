//! `proxy`: what the proxies on the way are told (SPEC L).

use serde_json::json;
use warifu_client::{Failure, view::Proxies};
use warifu_protocol::ErrorCode;

use super::{Context, Ended};
use crate::{
    arguments::PasswordArguments,
    exit::Exit,
    text::trouble,
    trouble::{Refusal, Trouble},
};

pub(super) async fn list(context: &Context<'_>) -> Ended {
    let Context { words, output, .. } = context;
    let Proxies { places, problems } = proxies(context).await?;
    if places.is_empty() && problems.is_empty() {
        output.line(words.no_proxy);
    }
    for proxy in &places {
        output.line((words.labelled)(words.proxy, proxy));
    }
    for problem in &problems {
        output.line(trouble::told(&Trouble::Failed(problem.clone()), words));
    }
    output.document(&json!({ "proxies": places, "problems": problems }));
    Ok(if problems.is_empty() { Exit::Good } else { Exit::Failed })
}

pub(super) async fn login(
    context: &Context<'_>,
    user: String,
    at: Option<String>,
    password: PasswordArguments,
) -> Ended {
    let Context { client, words, output } = context;
    let proxy = choose(proxies(context).await?, at)?;
    output.line((words.labelled)(words.proxy, &proxy));
    let password = context.input(password.password_stdin).proxy_password().await?;
    client.keep_proxy_login(proxy.clone(), user, password).await?;
    output.line(words.proxy_login_kept);
    output.document(&json!({ "proxy": proxy }));
    Ok(Exit::Good)
}

pub(super) async fn forget(context: &Context<'_>) -> Ended {
    let Context { client, words, output } = context;
    let Proxies { places, .. } = proxies(context).await?;
    client.forget_proxy_logins().await?;
    output.line(if places.is_empty() { words.no_proxy } else { words.proxy_logins_forgotten });
    output.document(&json!({ "forgotten": places }));
    Ok(Exit::Good)
}

/// The proxies on the way to the service, which a connection profile names.
async fn proxies(context: &Context<'_>) -> Result<Proxies, Trouble> {
    if context.client.overview().await?.profiles.is_empty() {
        return Err(Failure::new(ErrorCode::ProfileMissing).into());
    }
    Ok(context.client.proxies().await?)
}

/// The proxy that is meant: a password must not go to one that nobody asks.
fn choose(proxies: Proxies, at: Option<String>) -> Result<String, Trouble> {
    let Proxies { mut places, problems } = proxies;
    if let Some(at) = &at {
        places.retain(|proxy| proxy.eq_ignore_ascii_case(at));
    }
    if places.len() > 1 {
        return Err(Refusal::ProxyChoice(places).into());
    }
    // A setting that cannot be understood is no reason to say that there is no proxy.
    let problem = problems.into_iter().next().map(Trouble::from);
    places.pop().ok_or_else(|| problem.unwrap_or_else(|| Refusal::ProxyNotFound.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_proxy_is_meant_or_the_named_one() {
        let proxies = |names: &[&str]| Proxies {
            places: names.iter().map(|&name| name.to_owned()).collect(),
            problems: Vec::new(),
        };
        let code = |chosen: Result<String, Trouble>| chosen.unwrap_err().code();
        assert_eq!(choose(proxies(&["a.example:1"]), None).unwrap(), "a.example:1");
        let two = proxies(&["a.example:1", "b.example:1"]);
        assert_eq!(choose(two, Some("B.example:1".into())).unwrap(), "b.example:1");
        let two = proxies(&["a.example:1", "b.example:1"]);
        assert_eq!(code(choose(two, None)), "proxy-choice-needed");
        assert_eq!(code(choose(proxies(&[]), None)), "proxy-not-found");
        let one = proxies(&["a.example:1"]);
        assert_eq!(code(choose(one, Some("c.example:1".into()))), "proxy-not-found");
        let problems = vec![Failure::new(ErrorCode::ProxySettingInvalid)];
        let odd = Proxies { places: Vec::new(), problems };
        assert_eq!(code(choose(odd, None)), "proxy-setting-invalid");
    }
}
