//! This PC's own part: folder, disk, database, what was left half-done.

use std::{fs::OpenOptions, io::Write as _, path::Path, sync::Arc};

use warifu_protocol::{Details, ErrorCode};

use super::{Finding, Report};
use crate::{
    Failure,
    context::Context,
    model::identity::State,
    view::{CheckName, Fact, FactName, WarningReason},
};

/// Below so many free bytes somebody should look.
const LITTLE: u64 = 200 * 1024 * 1024;

pub(super) async fn check(context: &Arc<Context>, report: &mut Report<'_>) {
    report.check(CheckName::Folder, None, run(context, folder)).await;
    report.check(CheckName::DiskSpace, None, run(context, disk_space)).await;
    report.check(CheckName::Database, None, run(context, database)).await;
    report.check(CheckName::Leftovers, None, run(context, leftovers)).await;
}

async fn run(context: &Arc<Context>, work: fn(&Context) -> Result<Finding, Failure>) -> Finding {
    context.blocking(work).await.unwrap_or_else(Finding::from)
}

fn folder(context: &Context) -> Result<Finding, Failure> {
    let place = context.dir.display().to_string();
    let facts = vec![Fact::text(FactName::Folder, place.clone())];
    match write_and_delete(&context.dir) {
        Ok(()) => Ok(Finding::passed(facts)),
        Err(error) => {
            let failure =
                Failure::from(error).with(Details { place: Some(place), ..Details::default() });
            Ok(Finding::failed(failure, facts))
        }
    }
}

fn write_and_delete(dir: &Path) -> std::io::Result<()> {
    let file = dir.join(format!(".diagnosis-{}", std::process::id()));
    let written = OpenOptions::new().write(true).create(true).truncate(true).open(&file).and_then(
        |mut open| {
            open.write_all(b"Warifu")?;
            open.sync_all()
        },
    );
    let deleted = std::fs::remove_file(&file);
    written.and(deleted)
}

fn disk_space(context: &Context) -> Result<Finding, Failure> {
    let free = fs4::available_space(&context.dir)?;
    let facts = vec![Fact::number(FactName::FreeBytes, i64::try_from(free).unwrap_or(i64::MAX))];
    Ok(if free < LITTLE {
        Finding::warning(WarningReason::DiskSpaceLow, facts)
    } else {
        Finding::passed(facts)
    })
}

fn database(context: &Context) -> Result<Finding, Failure> {
    let (whole, version) = context.database.examine()?;
    let facts = vec![Fact::number(FactName::SchemaVersion, version)];
    // Whole as a file, and as what this version wrote into it.
    context.database.profiles()?;
    context.database.identities()?;
    Ok(if whole {
        Finding::passed(facts)
    } else {
        Finding::failed(Failure::new(ErrorCode::DatabaseDamaged), facts)
    })
}

fn leftovers(context: &Context) -> Result<Finding, Failure> {
    let identities = context.database.identities()?;
    for identity in &identities {
        match identity.state {
            State::KeyReady { .. } | State::Replacing { .. } => {
                return Ok(Finding::warning(WarningReason::IssuanceUnfinished, Vec::new()));
            }
            State::Renewing { .. } | State::Pending { .. } => {
                return Ok(Finding::warning(WarningReason::RenewalUnfinished, Vec::new()));
            }
            State::Active { .. } | State::Retired { .. } => {}
        }
    }
    let needed: Vec<_> = identities.iter().flat_map(|identity| identity.state.keys()).collect();
    let keys = context.keystore.list()?;
    let orphans = keys.iter().filter(|key| !needed.contains(&&key.to_string())).count();
    let facts =
        vec![Fact::number(FactName::OrphanedKeys, i64::try_from(orphans).unwrap_or(i64::MAX))];
    Ok(if orphans > 0 {
        Finding::warning(WarningReason::OrphanedKeys, facts)
    } else {
        Finding::passed(facts)
    })
}
