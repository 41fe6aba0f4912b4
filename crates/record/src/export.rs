//! A customer's part of the record as a file: a line with a signed checkpoint, then a line for each row.

use serde::{Deserialize, Serialize};

use crate::{Actor, Checkpoint, Fingerprint, Hash, Key, Place, Refused, Row, Signed, hash};

/// The first line.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Whose chain it is, and how far it was; of no other customer.
    pub signed: Signed,
}

/// A row.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named like the columns")]
pub struct Line {
    pub place: i64,
    pub at: i64,
    pub actor_kind: Option<String>,
    /// None for a person of the provider's.
    pub actor: Option<String>,
    /// The person's name under its veil.
    pub veiled: Option<Hash>,
    pub act: String,
    pub customer: Option<String>,
    pub subject: Option<String>,
    pub certificate: Option<String>,
    pub device: Option<String>,
    pub address: Option<String>,
    pub reason: Option<String>,
    pub times: Option<u32>,
    pub hash: Hash,
}

impl Line {
    pub(crate) fn row(&self) -> Option<Row<'_>> {
        let actor = match (&self.actor, self.veiled) {
            (Some(name), None) => Actor::Named(name),
            (None, Some(veiled)) => Actor::Veiled(veiled.0),
            (Some(_), Some(_)) | (None, None) => return None,
        };
        Some(Row {
            at: self.at,
            actor_kind: self.actor_kind.as_deref(),
            actor,
            act: &self.act,
            customer: self.customer.as_deref(),
            subject: self.subject.as_deref(),
            certificate: self.certificate.as_deref(),
            device: self.device.as_deref(),
            address: self.address.as_deref(),
            reason: self.reason.as_deref(),
            times: self.times,
        })
    }
}

/// What a whole export says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Export {
    /// The customer's number.
    pub customer: String,
    /// How many rows there are.
    pub rows: i64,
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The key that signed it.
    pub key: Key,
}

/// Why an export is not believed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotWhole {
    /// Its checkpoint is not.
    #[error(transparent)]
    Checkpoint(#[from] Refused),
    /// A line is no row, or has something that no hash covers.
    #[error("line {0} cannot be read")]
    Line(usize),
    /// A row does not follow from the one before it.
    #[error("the rows are broken at row {0}")]
    BrokenAt(i64),
    /// Rows at the end are missing.
    #[error("rows after row {0} are missing")]
    CutOffAfter(i64),
    /// There are more rows than were signed, or the last one is another.
    #[error("the rows are not those that were signed: after row {0}")]
    NotSigned(i64),
}

/// Reads a customer's export, and follows its chain from the joint to what was signed.
///
/// # Errors
///
/// [`NotWhole`].
pub fn read(bytes: &[u8], expected: Option<Fingerprint>, now: i64) -> Result<Export, NotWhole> {
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut lines = (1..).zip(body.split(|byte| *byte == b'\n'));
    let opening = lines.next().map(|(_, line)| serde_json::from_slice::<Opening>(line));
    let Some(Ok(Opening { signed })) = opening else { return Err(Refused::Unreadable.into()) };
    let checkpoint = signed.open(now)?;
    let fingerprint = signed.key().fingerprint();
    if expected.is_some_and(|expected| expected != fingerprint) {
        return Err(Refused::OtherKey(fingerprint).into());
    }
    let [head] = &checkpoint.chains[..] else { return Err(Refused::Unreadable.into()) };
    let (mut place, mut previous) = (0, checkpoint.joint.hash);
    for (number, line) in lines {
        let line: Line = serde_json::from_slice(line).map_err(|_| NotWhole::Line(number))?;
        let row = line.row().ok_or(NotWhole::Line(number))?;
        let follows = line.place == place + 1
            && line.hash == hash(Place::In(&head.chain, line.place), &row, &previous.0);
        if !follows {
            return Err(NotWhole::BrokenAt(place + 1));
        }
        (place, previous) = (line.place, line.hash);
    }
    if place < head.place {
        return Err(NotWhole::CutOffAfter(place));
    }
    if (place, previous) != (head.place, head.hash) {
        return Err(NotWhole::NotSigned(head.place));
    }
    let customer = head.chain.clone();
    Ok(Export { customer, rows: place, key: signed.key().clone(), checkpoint })
}
