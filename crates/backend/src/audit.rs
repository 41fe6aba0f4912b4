//! The audit record: every security-relevant act, in chains of hashes (SPEC J): one for each customer, and
//! one for the provider, so that no customer's row waits for another's.
//!
//! Each row's hash covers the row and the hash of the row before it, so an edited, deleted or
//! reordered row is found; the heads, kept in a table of their own, show rows cut off at the end; signed
//! checkpoints, kept elsewhere, show a record that was rewritten whole. A row is written in the same transaction
//! as the act it records.

mod chain;
mod checkpoint;
mod export;
mod query;

use serde::{Deserialize, Serialize};
use warifu_protocol::{ActorKind, Device, ErrorCode, Thumbprint, Timestamp, UserId};
use warifu_store::{
    StoreError, Tx,
    tables::audit::{self as rows, Record},
};

pub(crate) use self::{
    chain::{Compared, Verdict, compare, verify},
    checkpoint::checkpoint,
    export::export,
    query::{device_of, page, page_about},
};
pub(crate) use warifu_protocol::AuditEvent as Act;

/// Who does something. The kind stands in a column of its own, so that no name can pass for another
/// kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Actor<'a> {
    /// A user, about the own account.
    User(&'a UserId),
    /// A user administrator.
    Administrator(&'a UserId),
    /// Whoever gave this user's name without proving it.
    Unproved(&'a UserId),
    /// The provider: the person's name, where the command line knows it.
    Provider(Option<&'a str>),
    /// The backend by itself.
    System,
}

impl Actor<'_> {
    fn kind(&self) -> ActorKind {
        match self {
            Self::User(_) => ActorKind::User,
            Self::Administrator(_) => ActorKind::Administrator,
            Self::Unproved(_) => ActorKind::Unproved,
            Self::Provider(_) => ActorKind::Provider,
            Self::System => ActorKind::System,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::User(id) | Self::Administrator(id) | Self::Unproved(id) => id.as_str(),
            Self::Provider(name) => name.unwrap_or(ActorKind::Provider.as_str()),
            Self::System => ActorKind::System.as_str(),
        }
    }
}

/// One act, before it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    /// When, on the backend's clock.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor<'a>,
    /// What was done.
    pub act: Act,
    /// The customer's number.
    pub customer: Option<&'a str>,
    /// Whom it was done to: a user ID.
    pub subject: Option<&'a str>,
    /// The certificate that was used or is meant.
    pub certificate: Option<&'a Thumbprint>,
    /// The PC, in its own words.
    pub device: Option<&'a Device>,
    /// The provider's service that is meant; it stands where the PC does.
    pub service: Option<&'a str>,
    /// The network address it came from.
    pub address: Option<String>,
    /// Why it was refused.
    pub reason: Option<ErrorCode>,
    /// How often, if it is more than one refusal that this row stands for.
    pub times: Option<u32>,
}

impl<'a> Entry<'a> {
    /// An act of which nothing but the actor is known yet.
    pub(crate) fn new(act: Act, actor: Actor<'a>, at: Timestamp) -> Self {
        Self {
            at,
            actor,
            act,
            customer: None,
            subject: None,
            certificate: None,
            device: None,
            service: None,
            address: None,
            reason: None,
            times: None,
        }
    }
}

/// What hides the name of a person of the provider's from customers who verify their chain.
fn veil(actor: &Actor<'_>) -> Result<Option<Vec<u8>>, StoreError> {
    let Actor::Provider(_) = actor else { return Ok(None) };
    let mut veil = [0; 16];
    getrandom::fill(&mut veil).map_err(|_| StoreError::Unreadable("randomness"))?;
    Ok(Some(veil.to_vec()))
}

/// How a service stands in the record.
#[derive(Deserialize, Serialize)]
struct Service {
    service: String,
}

/// Adds an act to the record: to its customer's chain, or to the provider's. Whoever adds several in one
/// transaction does so last, and in the order of [`record_all`].
///
/// # Errors
///
/// The database's.
pub(crate) fn record(tx: &Tx, entry: &Entry<'_>) -> Result<(), StoreError> {
    append(tx, rows::chain_of(tx, entry.customer)?, entry)
}

/// Adds acts of several customers. Their chains are taken in one order everywhere, so that no two wait for
/// each other.
///
/// # Errors
///
/// The database's.
pub(crate) fn record_all(tx: &Tx, entries: Vec<Entry<'_>>) -> Result<(), StoreError> {
    let chained = entries.into_iter().map(|entry| Ok((rows::chain_of(tx, entry.customer)?, entry)));
    let mut chained = chained.collect::<Result<Vec<_>, StoreError>>()?;
    chained.sort_by_key(|(chain, _)| *chain);
    chained.iter().try_for_each(|(chain, entry)| append(tx, chain, entry))
}

fn append(tx: &Tx, chain: &str, entry: &Entry<'_>) -> Result<(), StoreError> {
    let device = match (entry.device, entry.service) {
        (Some(device), _) => Some(serde_json::to_string(device)),
        (None, Some(service)) => Some(serde_json::to_string(&Service { service: service.into() })),
        (None, None) => None,
    };
    let device = device.transpose().map_err(|_| StoreError::Unreadable("device"))?;
    let (place, previous) = rows::take_place(tx, chain)?;
    let mut record = Record {
        seq: 0,
        at: entry.at,
        actor_kind: Some(entry.actor.kind().as_str().to_owned()),
        actor: entry.actor.name().to_owned(),
        act: entry.act.as_str().to_owned(),
        customer: entry.customer.map(str::to_owned),
        subject: entry.subject.map(str::to_owned),
        certificate: entry.certificate.map(|thumbprint| thumbprint.as_str().to_owned()),
        device,
        address: entry.address.clone(),
        reason: entry.reason.map(|code| code.as_str().to_owned()),
        times: entry.times,
        hash: Vec::new(),
        chain: Some(chain.to_owned()),
        place: Some(place),
        veil: veil(&entry.actor)?,
    };
    record.hash = chain::hash(&record, &previous);
    rows::append(tx, &record)
}
