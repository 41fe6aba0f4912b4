//! What a diagnosis shows.

use serde::Serialize;

use crate::Failure;

/// What one check found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DiagnosisResult {
    /// The check.
    pub check: CheckName,
    /// What was checked: a host and port, or a user.
    pub subject: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// What was seen.
    pub facts: Vec<Fact>,
    /// How long it took.
    pub milliseconds: u32,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// All is well.
    Passed,
    /// Nothing is broken, but somebody should look.
    Warning {
        /// Why.
        because: WarningReason,
    },
    /// Something is wrong.
    Failed {
        /// What, with who must act.
        failure: Failure,
    },
    /// It was not checked.
    Skipped {
        /// Why not.
        because: SkipReason,
    },
}

macro_rules! names {
    ($(#[$doc:meta])* $kind:ident { $($(#[$each:meta])* $name:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[serde(rename_all = "kebab-case")]
        pub enum $kind { $($(#[$each])* $name,)+ }
    };
}

names! {
    /// A check, in the order in which they are made.
    CheckName {
        /// The name of a listener leads to an address.
        NameResolution,
        /// The proxy on the way lets the connection through.
        Proxy,
        /// Something answers at the address.
        Reachability,
        /// It speaks the TLS that Warifu speaks.
        TlsVersion,
        /// Nobody opens the encrypted connection on the way.
        TlsInterception,
        /// The server's certificate is for this name and in its time.
        ServerCertificate,
        /// A Warifu backend answers.
        Backend,
        /// This PC's clock agrees with the backend's.
        Clock,
        /// Something answers at the page that browsers log in at.
        LoginPage,
        /// A browser on this PC accepts that page's certificate.
        LoginCertificate,
        /// The links by which pages in the browser call the app lead to it.
        LinkHandler,
        /// There is a browser that opens the app's links.
        DefaultBrowser,
        /// The operating system's keystore works.
        Keystore,
        /// The key of a certificate signs.
        Key,
        /// A certificate is in its time.
        CertificateValidity,
        /// The backend accepts a certificate.
        CertificateStanding,
        /// The app can write to its folder.
        Folder,
        /// There is room on the disk.
        DiskSpace,
        /// The app's database is whole.
        Database,
        /// Nothing was left half-done.
        Leftovers,
    }
}

names! {
    /// Why somebody should look.
    WarningReason {
        /// Only the proxy knows the name.
        ResolvedByProxy,
        /// This PC is set to a proxy auto-configuration script, which the app does not evaluate.
        ProxyScript,
        /// The list of what needs no proxy holds something that the app does not understand.
        ProxyExceptions,
        /// Another program opens the links by which pages in the browser call the app.
        LinksLeadElsewhere,
        /// Nothing opens them.
        LinksLeadNowhere,
        /// There is no browser that opens the app's links.
        NoBrowser,
        /// A certificate should be renewed.
        RenewSoon,
        /// An issuance was interrupted.
        IssuanceUnfinished,
        /// A renewal was interrupted.
        RenewalUnfinished,
        /// There is little room on the disk.
        DiskSpaceLow,
        /// There are keys that nothing needs.
        OrphanedKeys,
    }
}

names! {
    /// Why a check was not made.
    SkipReason {
        /// One before it failed.
        EarlierFailure,
        /// There is no connection profile.
        NoProfile,
        /// There is no certificate.
        NoCertificate,
        /// The certificate cannot be used anyway.
        CertificateUnusable,
        /// The profile names an address.
        NoName,
        /// The provider has no page that browsers log in at.
        NoLoginPage,
        /// That page is on this PC itself, and its connection is not encrypted.
        NotEncrypted,
        /// This PC does not say.
        NotSaid,
    }
}

names! {
    /// What was seen.
    FactName {
        /// An address of the listener.
        Address,
        /// `direct` or `proxy`.
        Route,
        /// The proxy's host and port.
        Proxy,
        /// The address of the proxy auto-configuration script.
        ProxyScript,
        /// What sets the proxy: a variable, a setting.
        ProxySource,
        /// Something in the list of what needs no proxy that is not understood.
        ProxyException,
        /// The proxy's answer.
        HttpStatus,
        /// The version of TLS.
        TlsVersion,
        /// Who issued the certificate that the server showed.
        PresentedIssuer,
        /// The organization that did.
        PresentedIssuerOrganization,
        /// Whom it names.
        PresentedSubject,
        /// Its SHA-256.
        PresentedThumbprint,
        /// The authority that the profile trusts.
        TrustedAuthority,
        /// Valid from.
        NotBefore,
        /// Valid until.
        NotAfter,
        /// The program that opens the links by which pages in the browser call the app.
        LinkProgram,
        /// The browser that opens the app's links.
        Browser,
        /// Whole days until then.
        DaysLeft,
        /// SHA-256 of a user's certificate.
        Thumbprint,
        /// The service's name, as the backend says it.
        ServiceName,
        /// The backend's version.
        BackendVersion,
        /// Seconds by which this PC's clock is ahead.
        ClockAheadSeconds,
        /// Seconds that make no difference.
        ClockToleranceSeconds,
        /// Where keys are held.
        Protection,
        /// Wrong passwords left.
        TriesLeft,
        /// The app's folder.
        Folder,
        /// Bytes that are free on its disk.
        FreeBytes,
        /// The version of the database's tables.
        SchemaVersion,
        /// Keys that nothing needs.
        OrphanedKeys,
        /// Keys in the keystore.
        Keys,
    }
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fact {
    /// What.
    pub name: FactName,
    /// Its value.
    pub value: FactValue,
}

/// A text, or a number in the unit that its name says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum FactValue {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

impl Fact {
    pub(crate) fn text(name: FactName, value: impl Into<String>) -> Self {
        Self { name, value: FactValue::Text(value.into()) }
    }

    pub(crate) fn number(name: FactName, value: impl Into<i64>) -> Self {
        Self { name, value: FactValue::Number(value.into()) }
    }
}
