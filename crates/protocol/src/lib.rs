//! What Warifu's app and its backend say to each other.
//!
//! Plain data and the rules that both sides must agree on: identifiers, the
//! password rule, requests and answers, error codes, the connection profile.
//! Nothing here reads a clock, a file or a socket.
//!
//! Every instant is a [`Timestamp`]: whole seconds since 1970-01-01T00:00:00Z.
//! Every span is whole seconds and says so in its name, but for `expires_in` (RFC 6749 §5.1).

mod actor;
mod address;
mod administration;
mod audit;
mod colour;
mod enrolment;
mod error;
mod identifier;
mod kind;
mod own;
mod password;
mod person;
mod policy;
mod profile;
mod protection;
mod provider;
mod renewal;
mod revocation;
mod secret;
mod session;
mod web;

pub use actor::Actor;
pub use address::{AddressError, ListenerUrl, ServerName, ServiceName};
pub use administration::{
    AdministrationView, CreatedUser, ImportAnswer, ImportProblem, ImportedUser, NewUser,
    PermissionView, SortDirection, UserAction, UserActionRequest, UserAnswer, UserChange,
    UserCounts, UserImport, UserPage, UserQuery, UserSort, UserState, UserView,
};
pub use audit::{ActorKind, AuditEvent, AuditPage, AuditQuery, AuditRecord};
pub use colour::{Colour, ColourError};
pub use enrolment::{
    CertificateAnswer, Device, EnrolmentAnswer, EnrolmentRequest, IssuanceRequest, NextStep,
    PasswordChangeReason, PasswordChangeRequest,
};
pub use error::{Details, ErrorCode, Problem};
pub use identifier::{
    CustomerNumber, EmailAddress, IdentifierError, Permission, Thumbprint, TransferCode, UserId,
};
pub use kind::Kind;
pub use own::{HistoryQuery, OwnEmailChange};
pub use password::{
    ALLOWED_SYMBOLS, INITIAL_PASSWORD_ENTROPY, PasswordPolicy, PasswordRule, RuleCheck,
    check_password, generate_initial, impossible,
};
pub use person::{Department, PersonName, PersonNameError};
pub use policy::{AppVersions, Health, OLDEST_APP, Policy};
pub use profile::{ConnectionProfile, ProfileError, SupportContact};
pub use protection::Protection;
pub use provider::{LogoAnswer, Provider, ProviderContact, ProviderLogo};
pub use renewal::{OwnPasswordChange, PasswordTicket, TransferAnswer};
pub use revocation::RevocationReason;
pub use secret::SecretText;
pub use session::{
    CertificateSummary, IdentityAnswer, LocalizedText, LoginAnswer, LoginRequest, ServiceEntry,
    SessionAnswer, SessionView, UserSummary,
};
pub use web::{
    ApprovalAnswer, ApprovalRequest, AuthorizationRequest, AuthorizationView, BrowserName,
    BrowserView, CONTINUE_PATH, HANDOFF_PATH, HandoffAnswer, HandoffConfirmation, HandoffRequest,
    HandoffState, HandoffView, ProofAnswer, ProofRequest,
};

/// Seconds since 1970-01-01T00:00:00Z.
pub type Timestamp = i64;

/// The path under which every endpoint of this version lives.
pub const API_PREFIX: &str = "/v1";

/// The media type of every error answer (RFC 9457 §3).
pub const PROBLEM_JSON: &str = "application/problem+json";
