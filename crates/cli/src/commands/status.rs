//! `status`: what is on this PC, and how it stands.

use serde::Serialize;
use warifu_client::{
    folder,
    view::{IdentityView, Overview, RenewalState, Standing},
};

use super::{Context, Ended};
use crate::exit::Exit;

/// How the certificates of this PC stand, taken together.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    /// Every one can be used.
    Good,
    /// Every one can be used, but something expires soon or is unfinished.
    Attention,
    /// One cannot be used, or there is none.
    Unusable,
}

#[derive(Debug, Serialize)]
struct Status {
    verdict: Verdict,
    folder: String,
    app_open: bool,
    #[serde(flatten)]
    overview: Overview,
}

pub(super) async fn run(context: &Context<'_>) -> Ended {
    let Context { client, words, output } = context;
    let overview = client.overview().await?;
    let mut verdict = Verdict::of(&overview.identities);
    if !overview.managed.problems.is_empty() {
        verdict = verdict.max(Verdict::Attention);
    }
    let folder = folder::data_dir()?.display().to_string();
    let status = Status { verdict, folder, app_open: client.app_is_open(), overview };
    output.line((words.labelled)(words.folder, &status.folder));
    if status.app_open {
        output.line(words.app_open);
    }
    if status.overview.profiles.is_empty() {
        output.line(words.no_profile);
    }
    for problem in &status.overview.managed.problems {
        let setting = problem.setting.as_deref().unwrap_or_default();
        let found = format!("{} {setting}", problem.place);
        let why = (words.managed_trouble)(problem.why);
        output.line((words.labelled)(words.managed_problem, found.trim_end()));
        context.fact(words.why, why);
    }
    for profile in &status.overview.profiles {
        super::profile::show(context, profile);
    }
    if status.overview.identities.is_empty() {
        output.line(words.no_certificate);
    }
    for identity in &status.overview.identities {
        context.identity(identity);
        match identity.renewal {
            Some(RenewalState::KeyReady) => output.line(format!("  {}", words.renewal_key_ready)),
            Some(RenewalState::Stored) => output.line(format!("  {}", words.renewal_stored)),
            None => {}
        }
    }
    output.document(&status);
    Ok(match verdict {
        Verdict::Good => Exit::Good,
        Verdict::Attention => Exit::Attention,
        Verdict::Unusable => Exit::Unusable,
    })
}

impl Verdict {
    /// The worst of all; one that another PC has taken over is nobody's trouble while there are
    /// others.
    fn of(identities: &[IdentityView]) -> Self {
        identities
            .iter()
            .filter(|identity| identity.standing != Standing::Superseded)
            .map(Self::of_one)
            .max()
            .unwrap_or(Self::Unusable)
    }

    fn of_one(identity: &IdentityView) -> Self {
        match identity.standing {
            Standing::Usable { .. } if identity.renewal.is_none() => Self::Good,
            Standing::Usable { .. } | Standing::RenewSoon { .. } | Standing::Incomplete => {
                Self::Attention
            }
            Standing::Expired
            | Standing::NotYetValid
            | Standing::Revoked
            | Standing::Superseded => Self::Unusable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choice::tests::identity;

    #[test]
    fn the_worst_certificate_decides() {
        let good = Standing::Usable { days_left: 365 };
        let soon = Standing::RenewSoon { days_left: 3 };
        let table: [(&[Standing], Verdict); 9] = [
            (&[good], Verdict::Good),
            (&[good, good], Verdict::Good),
            (&[good, soon], Verdict::Attention),
            (&[good, Standing::Incomplete], Verdict::Attention),
            (&[soon, Standing::Expired, good], Verdict::Unusable),
            (&[good, Standing::Revoked], Verdict::Unusable),
            (&[good, Standing::Superseded], Verdict::Good),
            (&[Standing::Superseded], Verdict::Unusable),
            (&[], Verdict::Unusable),
        ];
        for (standings, verdict) in table {
            let identities: Vec<_> =
                standings.iter().map(|standing| identity(1, *standing)).collect();
            assert_eq!(Verdict::of(&identities), verdict, "{standings:?}");
        }
    }

    #[test]
    fn an_unfinished_renewal_needs_attention() {
        let mut unfinished = identity(1, Standing::Usable { days_left: 100 });
        unfinished.renewal = Some(RenewalState::Stored);
        assert_eq!(Verdict::of(&[unfinished]), Verdict::Attention);
    }
}
