//! The Secret Service, over D-Bus.

use std::{collections::HashMap, sync::Arc, sync::mpsc, thread, time::Duration};

use keyring_core::CredentialStore;
use secret_service::{EncryptionType, Error as ServiceError, blocking::SecretService};
use zbus::{
    blocking::{Connection, fdo::DBusProxy},
    fdo,
    names::{BusName, WellKnownName},
};
use zbus_secret_service_keyring_store::Store;

use super::OsKeystore;
use crate::{Cause, KeyError};

/// The user's Secret Service.
pub(super) struct Keystore;

impl OsKeystore for Keystore {
    fn connect(&self) -> keyring::Result<Arc<CredentialStore>> {
        Ok(Store::new()?)
    }

    /// The label is what the system's own programs show. Nothing else to say: the Secret Service
    /// stays on the machine.
    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::from([("label", "Warifu")])
    }

    /// Makes sure that there is a default collection to store secrets in. The store only uses one
    /// that exists; for a new one (a new user, automatic login) the service asks for a password.
    fn prepare(&self) -> Result<(), KeyError> {
        let service = SecretService::connect(EncryptionType::Plain).map_err(classify)?;
        match service.get_default_collection() {
            Ok(_) => Ok(()),
            Err(ServiceError::NoResult) => {
                service.create_collection("Default", "default").map(drop).map_err(classify)
            }
            Err(error) => Err(classify(error)),
        }
    }

    /// A service that waits for its prompt to be answered still says that it is locked; one that
    /// hangs says nothing.
    fn no_answer(&self) -> KeyError {
        let (sender, receiver) = mpsc::sync_channel(1);
        let asked = thread::Builder::new().name("os-keystore".to_owned()).spawn(move || {
            // Fails if nobody waits any more.
            let _ = sender.send(is_locked());
        });
        match asked.map(|_| receiver.recv_timeout(Duration::from_secs(3))) {
            Ok(Ok(Ok(true))) => KeyError::Locked,
            Ok(_) | Err(_) => KeyError::unavailable("the Secret Service does not answer"),
        }
    }

    fn failure(&self, cause: Cause) -> KeyError {
        match cause.downcast::<ServiceError>() {
            Ok(error) => classify(*error),
            Err(cause) => KeyError::failed_because("the Secret Service failed", cause),
        }
    }
}

fn is_locked() -> Result<bool, ServiceError> {
    let service = SecretService::connect(EncryptionType::Plain)?;
    match service.get_default_collection() {
        Ok(collection) => collection.is_locked(),
        // The prompt asks for a new collection's password.
        Err(ServiceError::NoResult) => Ok(true),
        Err(error) => Err(error),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's enum, and an open one")]
fn classify(error: ServiceError) -> KeyError {
    match error {
        ServiceError::Locked => KeyError::Locked,
        ServiceError::Prompt if somebody_can_be_asked() => KeyError::Refused,
        ServiceError::Prompt => KeyError::Locked,
        ServiceError::Unavailable => KeyError::unavailable("there is no session bus"),
        ServiceError::NoResult => KeyError::unavailable("the Secret Service has no collection"),
        ServiceError::PromptDisconnected => KeyError::unavailable("the session bus went away"),
        ServiceError::Zbus(error) => classify_bus(error),
        ServiceError::ZbusFdo(error) => classify_fdo(error),
        // What the service and the library could not agree on.
        error => KeyError::failed_because("the Secret Service failed", error),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's enum, and an open one")]
fn classify_bus(error: zbus::Error) -> KeyError {
    use zbus::Error;
    match error {
        Error::FDO(error) => classify_fdo(*error),
        Error::MethodError(ref name, ..) => match name.as_str() {
            "org.freedesktop.Secret.Error.IsLocked" => KeyError::Locked,
            // The item went away between being found and being read.
            "org.freedesktop.Secret.Error.NoSuchObject" => KeyError::Missing,
            // The service was replaced by another between two calls.
            "org.freedesktop.Secret.Error.NoSession" => unavailable(error),
            _ => classify_fdo(error.into()),
        },
        Error::Address(_)
        | Error::Connection(..)
        | Error::Handshake(_)
        | Error::InputOutput(_)
        | Error::InterfaceNotFound => unavailable(error),
        // What the service and the library could not agree on.
        error => KeyError::failed_because("the Secret Service failed", error),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's enum, and an open one")]
fn classify_fdo(error: fdo::Error) -> KeyError {
    use fdo::Error;
    match error {
        Error::AccessDenied(_)
        | Error::AuthFailed(_)
        | Error::InteractiveAuthorizationRequired(_) => KeyError::Refused,
        Error::BadAddress(_)
        | Error::Disconnected(_)
        | Error::IOError(_)
        | Error::NameHasNoOwner(_)
        | Error::NoNetwork(_)
        | Error::NoReply(_)
        | Error::NoServer(_)
        | Error::ServiceUnknown(_)
        | Error::SpawnChildExited(_)
        | Error::SpawnChildSignaled(_)
        | Error::SpawnConfigInvalid(_)
        | Error::SpawnExecFailed(_)
        | Error::SpawnFailed(_)
        | Error::SpawnFailedToSetup(_)
        | Error::SpawnFileInvalid(_)
        | Error::SpawnForkFailed(_)
        | Error::SpawnNoMemory(_)
        | Error::SpawnPermissionsInvalid(_)
        | Error::SpawnServiceNotFound(_)
        | Error::SpawnServiceNotValid(_)
        | Error::TimedOut(_)
        | Error::Timeout(_)
        | Error::UnknownInterface(_)
        | Error::UnknownMethod(_)
        | Error::UnknownObject(_) => unavailable(error),
        // What the service and the library could not agree on.
        error => KeyError::failed_because("the Secret Service failed", error),
    }
}

fn unavailable(source: impl Into<Cause>) -> KeyError {
    KeyError::Unavailable { why: "no Secret Service answers", source: Some(source.into()) }
}

/// After a prompt was dismissed: whether a person can have done it.
///
/// GNOME Keyring dismisses its prompt by itself when the program that shows it cannot run, as
/// without a display. Other services show their prompts themselves.
fn somebody_can_be_asked() -> bool {
    let asked = || -> Result<bool, fdo::Error> {
        let connection = Connection::session()?;
        let bus = DBusProxy::new(&connection)?;
        let owner = |name| {
            bus.get_name_owner(BusName::from(WellKnownName::from_static_str_unchecked(name)))
        };
        let gnome = owner("org.gnome.keyring");
        if gnome.is_err() || gnome.ok() != owner("org.freedesktop.secrets").ok() {
            return Ok(true);
        }
        let prompter = WellKnownName::from_static_str_unchecked("org.gnome.keyring.SystemPrompter");
        Ok(bus.start_service_by_name(prompter, 0).is_ok())
    };
    asked().unwrap_or(false)
}
