//! What to write at a service's side. Each text is for one engine as its maker documents it; what was tried
//! here is Debian's mod_auth_openidc and npm's openid-client.

use anyhow::Context as _;
use clap::ValueEnum;
use url::Url;

use crate::config::{
    Config,
    web::{ClientAuthentication, ClientConfig, ClientId},
};

/// What a service uses.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum Engine {
    /// Apache's module.
    #[value(name = "mod_auth_openidc")]
    ModAuthOpenidc,
    /// The proxy that stands before a service, behind nginx for example.
    #[value(name = "oauth2-proxy")]
    Oauth2Proxy,
    /// Keycloak, as a broker.
    Keycloak,
    /// Spring Security.
    Spring,
    /// Node.js.
    #[value(name = "openid-client")]
    OpenidClient,
}

/// What the texts are made of.
struct Facts<'c> {
    issuer: &'c str,
    id: &'c str,
    redirect_uri: &'c str,
    /// Scheme, host and port of it.
    origin: String,
    path: String,
    permission: String,
    has_key: bool,
}

/// The text for one client.
pub(super) fn text(config: &Config, engine: Engine, id: &ClientId) -> anyhow::Result<String> {
    let client = super::client(config, id)?;
    let web = config.web.as_ref().context("there is no [web] in warifu.toml")?;
    let facts = facts(web.url.as_str(), client)?;
    Ok(match engine {
        Engine::ModAuthOpenidc => mod_auth_openidc(&facts),
        Engine::Oauth2Proxy => oauth2_proxy(&facts),
        Engine::Keycloak => keycloak(&facts),
        Engine::Spring => spring(&facts),
        Engine::OpenidClient => openid_client(&facts),
    })
}

fn facts<'c>(issuer: &'c str, client: &'c ClientConfig) -> anyhow::Result<Facts<'c>> {
    let redirect_uri = client.redirect_uris.first().context("redirect_uris")?;
    let url = Url::parse(redirect_uri)?;
    let permission = client.require_permission.first().or_else(|| client.permissions.first());
    Ok(Facts {
        issuer,
        id: client.id.as_str(),
        redirect_uri,
        origin: url.origin().ascii_serialization(),
        path: url.path().to_owned(),
        permission: permission.map_or_else(|| String::from("claims.view"), ToString::to_string),
        has_key: matches!(client.authentication, ClientAuthentication::PrivateKeyJwt { .. }),
    })
}

fn mod_auth_openidc(facts: &Facts<'_>) -> String {
    let Facts { issuer, id, redirect_uri, origin, path, permission, has_key } = facts;
    let proof = if *has_key {
        format!(
            "# The module takes RSA keys alone: assertion_algorithm = \"RS256\" in warifu.toml. Both lines are\n\
             # needed, with the same name before the #.\n\
             OIDCPrivateKeyFiles {id}#/etc/warifu-rp/{id}.key\n\
             OIDCPublicKeyFiles {id}#/etc/warifu-rp/{id}.pem\n\
             # Behind those two: the module refuses it before them.\n\
             OIDCProviderTokenEndpointAuth private_key_jwt"
        )
    } else {
        String::from(
            "# The secret itself: the module does not read it from elsewhere. Keep this line in a file of root's\n\
             # alone (chmod 600) and Include it.\n\
             OIDCClientSecret \"THE SECRET\"\n\
             OIDCProviderTokenEndpointAuth client_secret_basic",
        )
    };
    format!(
        r#"# Apache with mod_auth_openidc, from 2.4.12 on. In warifu.toml:
#   redirect_uris = ["{redirect_uri}"]
#   initiate_login_uri = "{redirect_uri}"
#   backchannel_logout_uri = "{redirect_uri}?logout=backchannel"
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {id}
{proof}
OIDCRedirectURI {redirect_uri}
# Any long random text, the same on each node.
OIDCCryptoPassphrase "exec:/bin/cat /etc/warifu-rp/passphrase"
OIDCPKCEMethod S256
OIDCResponseType code
# Whom the service knows a user by: sub, which never changes and is never given to somebody else.
OIDCRemoteUserClaim sub
# Sessions where each node finds them: a logout reaches one node alone. With several nodes, memcache or redis.
OIDCSessionType server-cache
OIDCCacheType shm
# Eight tabs at once are no error.
OIDCStateMaxNumberOfCookies 7 true
# Asks this provider again before a minute is left; whoever was logged out meanwhile is logged out here.
OIDCRefreshAccessTokenBeforeExpiry 60 logout_on_error
OIDCDefaultURL {origin}/
# Behind a reverse proxy: OIDCXForwardedHeaders X-Forwarded-Proto X-Forwarded-Host
# If this provider's certificate is of a private authority: OIDCCABundlePath /etc/warifu-rp/authority.pem

<Location {path}>
  AuthType openid-connect
  Require valid-user
</Location>
<Location /protected>
  AuthType openid-connect
  # A missing permission is 403, not a login without end.
  AuthzSendForbiddenOnFailure On
  <RequireAll>
    Require valid-user
    Require claim permissions:{permission}
  </RequireAll>
</Location>
"#
    )
}

fn oauth2_proxy(facts: &Facts<'_>) -> String {
    let Facts { issuer, id, redirect_uri, has_key, .. } = facts;
    let key = if *has_key {
        "# It has no private_key_jwt: use authentication = \"client_secret_basic\" in warifu.toml.\n"
    } else {
        ""
    };
    format!(
        r#"# oauth2-proxy, from 7.15 on (oauth2-proxy.cfg). In warifu.toml:
#   redirect_uris = ["{redirect_uri}"]
#   claims = ["groups"]
#   accept_undelivered = true      # it takes no back-channel logout; instead it asks every four minutes
{key}provider = "oidc"
oidc_issuer_url = "{issuer}"
client_id = "{id}"
client_secret_file = "/etc/warifu-rp/secret"
redirect_url = "{redirect_uri}"
scope = "openid profile"
code_challenge_method = "S256"
# It wants an e-mail address to name the user by; this provider tells none. sub stands in for it.
oidc_email_claim = "sub"
insecure_oidc_allow_unverified_email = true
email_domains = ["*"]
oidc_groups_claim = "groups"
# Asks this provider again every four minutes; whoever was logged out meanwhile is logged out here.
cookie_refresh = "4m"
cookie_expire = "8h"
cookie_secure = true
cookie_samesite = "lax"
session_store_type = "redis"
reverse_proxy = true
"#
    )
}

fn keycloak(facts: &Facts<'_>) -> String {
    let Facts { issuer, id, origin, has_key, .. } = facts;
    let (method, more) = if *has_key {
        ("private_key_jwt", "\n    \"clientAssertionSigningAlg\": \"ES256\",")
    } else {
        ("client_secret_basic", "\n    \"clientSecret\": \"THE SECRET\",")
    };
    format!(
        r#"# Keycloak as a broker: kcadm.sh create identity-provider/instances -r REALM -f warifu.json, with what
# stands below in the file. In warifu.toml:
#   redirect_uris = ["{origin}/realms/REALM/broker/warifu/endpoint"]
#   backchannel_logout_uri = "{origin}/realms/REALM/protocol/openid-connect/logout/backchannel-logout"
# Users are linked by sub alone: no trust in e-mail addresses, no automatic linking.
{{
  "alias": "warifu",
  "providerId": "oidc",
  "enabled": true,
  "trustEmail": false,
  "storeToken": false,
  "linkOnly": false,
  "firstBrokerLoginFlowAlias": "first broker login",
  "config": {{
    "issuer": "{issuer}",
    "validateSignature": "true",
    "useJwksUrl": "true",
    "jwksUrl": "{issuer}/jwks",
    "authorizationUrl": "{issuer}/authorize",
    "tokenUrl": "{issuer}/token",
    "userInfoUrl": "{issuer}/userinfo",
    "logoutUrl": "{issuer}/logout",
    "backchannelSupported": "true",
    "pkceEnabled": "true",
    "pkceMethod": "S256",
    "defaultScope": "openid profile",
    "syncMode": "FORCE",
    "clientAuthMethod": "{method}",{more}
    "clientId": "{id}"
  }}
}}
"#
    )
}

fn spring(facts: &Facts<'_>) -> String {
    let Facts { issuer, id, redirect_uri, origin, has_key, .. } = facts;
    let proof = if *has_key {
        "            client-authentication-method: private_key_jwt"
    } else {
        "            client-secret: ${WARIFU_SECRET}\n            client-authentication-method: \
         client_secret_basic"
    };
    format!(
        r#"# Spring Boot with Spring Security, from 6.4 on (application.yml). In warifu.toml:
#   redirect_uris = ["{redirect_uri}"]        # usually {origin}/login/oauth2/code/warifu
#   backchannel_logout_uri = "{origin}/logout/connect/back-channel/warifu"
# The entry of the main menu: {origin}/oauth2/authorization/warifu
spring:
  security:
    oauth2:
      client:
        registration:
          warifu:
            provider: warifu
            client-id: {id}
{proof}
            authorization-grant-type: authorization_code
            redirect-uri: "{redirect_uri}"
            scope: openid, profile
        provider:
          warifu:
            issuer-uri: {issuer}
            user-name-attribute: sub

# And in the configuration of the filter chain; PKCE is not on by itself for clients with a secret:
#   var resolver = new DefaultOAuth2AuthorizationRequestResolver(registrations, "/oauth2/authorization");
#   resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
#   http.oauth2Login(login -> login.authorizationEndpoint(e -> e.authorizationRequestResolver(resolver)))
#       .oidcLogout(logout -> logout.backChannel(Customizer.withDefaults()));
"#
    )
}

fn openid_client(facts: &Facts<'_>) -> String {
    let Facts { issuer, id, redirect_uri, permission, has_key, .. } = facts;
    let proof = if *has_key {
        "client.PrivateKeyJwt(await importPKCS8(process.env.WARIFU_KEY, \"ES256\"))"
    } else {
        "client.ClientSecretBasic(process.env.WARIFU_SECRET)"
    };
    format!(
        r#"// Node.js with openid-client, from 6 on. In warifu.toml:
//   redirect_uris = ["{redirect_uri}"]
import * as client from "openid-client";

const config = await client.discovery(
  new URL("{issuer}"),
  "{id}",
  undefined,
  {proof},
);

// The login: keep the three values in the user's session, and send the browser to the address.
const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const address = client.buildAuthorizationUrl(config, {{
  redirect_uri: "{redirect_uri}",
  scope: "openid profile",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
}});

// Where the browser comes back: a state that is not the session's own is refused.
const tokens = await client.authorizationCodeGrant(config, currentUrl, {{
  pkceCodeVerifier: verifier,
  expectedState: state,
  expectedNonce: nonce,
  idTokenExpected: true,
}});
const {{ sub, permissions }} = tokens.claims();
if (!permissions.includes("{permission}")) throw new Error("403");

// Every four minutes at most: whoever was logged out meanwhile is refused here.
const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
"#
    )
}

#[cfg(test)]
mod tests;
