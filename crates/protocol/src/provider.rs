//! The provider's face: how its customers see it in the app, in letters and on pages.
//!
//! It comes with every [`Policy`](crate::Policy), over the connection that the profile made trusted, so
//! a change reaches everybody without a new profile. `GET /v1/provider/logo`, on both listeners, answers
//! a [`LogoAnswer`].

use serde::{Deserialize, Serialize};

use crate::LocalizedText;

/// Who provides the service.
///
/// Colour and logo are text, because the app must be able to read a policy whatever stands in it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provider {
    /// Its name, as customers know it.
    pub name: LocalizedText,
    /// The service's name.
    pub service_name: LocalizedText,
    /// Its colour, as [`Colour`](crate::Colour) reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    /// Which logo it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<ProviderLogo>,
    /// Whom users turn to.
    pub contact: ProviderContact,
}

/// Which logo a provider has: one that the app has already is not fetched again.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderLogo {
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
}

/// The provider's help desk (お問い合わせ窓口), in both languages.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProviderContact {
    /// Its name.
    pub name: LocalizedText,
    /// Telephone, as printed.
    pub phone: String,
    /// Electronic mail.
    pub email: String,
    /// When it answers, as printed.
    pub hours: LocalizedText,
}

/// The answer of `GET /v1/provider/logo`; `not-found` if the provider has none.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogoAnswer {
    /// The file, SVG or PNG, in Base64 (RFC 4648 §4).
    pub content: String,
}
