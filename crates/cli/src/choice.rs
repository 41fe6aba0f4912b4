//! Which certificate and which profile are meant.

use std::str::FromStr;

use warifu_client::{
    Failure,
    view::{IdentityView, ProfileView, RenewalState, Standing},
};
use warifu_protocol::{ErrorCode, Thumbprint};

use crate::trouble::{Refusal, Trouble};

/// A certificate, as somebody names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum CertificateName {
    /// By its number on this PC.
    Id(i64),
    /// By the SHA-256 of it.
    Thumbprint(Thumbprint),
}

impl FromStr for CertificateName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Other programs show a thumbprint in capitals, with colons or spaces in between.
        let plain = text.replace([':', ' '], "").to_lowercase();
        if let Ok(thumbprint) = plain.parse() {
            return Ok(Self::Thumbprint(thumbprint));
        }
        text.parse().map(Self::Id).map_err(|_| "neither a number nor a SHA-256 thumbprint")
    }
}

impl CertificateName {
    fn names(&self, identity: &IdentityView) -> bool {
        match self {
            Self::Id(id) => identity.id == *id,
            Self::Thumbprint(thumbprint) => {
                identity.certificate.as_ref().is_some_and(|one| one.thumbprint == *thumbprint)
            }
        }
    }
}

/// The certificate that is named; without a name, the only one that can be used, or the only one.
pub(crate) fn certificate(
    identities: Vec<IdentityView>,
    name: Option<&CertificateName>,
) -> Result<IdentityView, Trouble> {
    if let Some(name) = name {
        let found = identities.into_iter().find(|identity| name.names(identity));
        return found.ok_or_else(|| Refusal::CertificateNotFound.into());
    }
    let (mut usable, mut others): (Vec<_>, Vec<_>) = identities
        .into_iter()
        .filter(|identity| identity.certificate.is_some())
        .partition(is_of_use);
    match (usable.pop(), others.pop()) {
        (Some(one), _) if usable.is_empty() => Ok(one),
        (None, Some(one)) if others.is_empty() => Ok(one),
        (None, None) => Err(Failure::new(ErrorCode::CertificateMissing).into()),
        (Some(last), _) => {
            usable.push(last);
            Err(Refusal::CertificateChoice(usable).into())
        }
        (None, Some(last)) => {
            others.push(last);
            Err(Refusal::CertificateChoice(others).into())
        }
    }
}

/// The profile that is named; without a name, the only one.
pub(crate) fn profile(
    mut profiles: Vec<ProfileView>,
    name: Option<i64>,
) -> Result<ProfileView, Trouble> {
    if let Some(id) = name {
        profiles.retain(|profile| profile.id == id);
    }
    match profiles.pop() {
        None => Err(Failure::new(ErrorCode::ProfileMissing).into()),
        Some(one) if profiles.is_empty() => Ok(one),
        Some(last) => {
            profiles.push(last);
            Err(Refusal::ProfileChoice(profiles).into())
        }
    }
}

/// Whether one can log in with it, or finish its renewal.
fn is_of_use(identity: &IdentityView) -> bool {
    matches!(identity.standing, Standing::Usable { .. } | Standing::RenewSoon { .. })
        || identity.renewal == Some(RenewalState::Stored)
}

#[cfg(test)]
pub(crate) mod tests {
    use warifu_client::view::CertificateView;
    use warifu_protocol::Protection;

    use super::*;

    /// A certificate of that standing, whose thumbprint is made of its number.
    pub(crate) fn identity(id: u8, standing: Standing) -> IdentityView {
        IdentityView {
            id: id.into(),
            profile_id: 1,
            service_name: String::from("サンプル電子債権サービス"),
            customer_number: "10000001".parse().unwrap(),
            customer_name: String::from("株式会社サンプル商事"),
            user_id: "kanri01".parse().unwrap(),
            holder_name: None,
            protection: Protection::Software,
            certificate: (standing != Standing::Incomplete).then(|| CertificateView {
                thumbprint: Thumbprint::from([id; 32]),
                serial: String::from("0102"),
                issuer: String::from("Sample CA"),
                not_before: 1_790_000_000,
                not_after: 1_821_536_000,
            }),
            standing,
            renewal: None,
            last_used: false,
            password: None,
        }
    }

    const GOOD: Standing = Standing::Usable { days_left: 365 };

    fn chosen(all: &[(u8, Standing)], name: Option<&str>) -> Result<i64, &'static str> {
        let identities = all.iter().map(|(id, standing)| identity(*id, *standing)).collect();
        let name = name.map(|name| name.parse().unwrap());
        certificate(identities, name.as_ref())
            .map(|identity| identity.id)
            .map_err(|trouble| trouble.code())
    }

    #[test]
    fn the_only_certificate_that_can_be_used_needs_no_name() {
        assert_eq!(chosen(&[(1, GOOD)], None), Ok(1));
        assert_eq!(chosen(&[(1, Standing::Revoked), (2, GOOD)], None), Ok(2));
        // The login says why it cannot be used.
        assert_eq!(chosen(&[(1, Standing::Expired)], None), Ok(1));
        assert_eq!(chosen(&[(1, Standing::Expired), (2, Standing::Incomplete)], None), Ok(1));
    }

    #[test]
    fn of_several_one_must_be_named() {
        let several = [(1, GOOD), (2, Standing::RenewSoon { days_left: 3 })];
        assert_eq!(chosen(&several, None), Err("certificate-choice-needed"));
        assert_eq!(chosen(&several, Some("2")), Ok(2));
        assert_eq!(chosen(&several, Some(&"02".repeat(32))), Ok(2));
        assert_eq!(chosen(&several, Some("3")), Err("certificate-not-found"));
        let none_of_use = [(1, Standing::Expired), (2, Standing::Revoked)];
        assert_eq!(chosen(&none_of_use, None), Err("certificate-choice-needed"));
        assert_eq!(chosen(&[], None), Err("certificate-missing"));
        assert_eq!(chosen(&[(1, Standing::Incomplete)], None), Err("certificate-missing"));
    }

    #[test]
    fn a_thumbprint_is_read_as_other_programs_show_it() {
        let expected = CertificateName::Thumbprint(Thumbprint::from([0xab; 32]));
        for text in ["ab".repeat(32), "AB".repeat(32), vec!["AB"; 32].join(":")] {
            assert_eq!(text.parse(), Ok(expected.clone()));
        }
        assert!("abc".parse::<CertificateName>().is_err());
    }

    #[test]
    fn of_several_profiles_one_must_be_named() {
        let one = |id| ProfileView {
            id,
            service_name: String::from("service"),
            host: String::from("localhost"),
            support: warifu_protocol::SupportContact::default(),
            provider: warifu_client::view::ProviderView::default(),
            policy: None,
            app_code: None,
            update: None,
        };
        let choose = |ids: &[i64], name| {
            let profiles = ids.iter().map(|id| one(*id)).collect();
            profile(profiles, name).map(|profile| profile.id).map_err(|trouble| trouble.code())
        };
        assert_eq!(choose(&[7], None), Ok(7));
        assert_eq!(choose(&[7, 8], None), Err("profile-choice-needed"));
        assert_eq!(choose(&[7, 8], Some(8)), Ok(8));
        assert_eq!(choose(&[7], Some(9)), Err("profile-missing"));
        assert_eq!(choose(&[], None), Err("profile-missing"));
    }
}
