//! Why a person in front of a browser is not let in.

/// What a page says instead of what was wanted; each has its texts there.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum PageCode {
    /// The login is over, or was none.
    LoginExpired,
    /// The address was used already.
    HandoffUsed,
    /// A page opened what only the app opens.
    NotFromApp,
    /// The approval came out in another browser than the one that had asked.
    OtherBrowser,
    /// Somebody said no.
    Declined,
    /// The user lacks the right.
    PermissionMissing,
    /// The user is suspended.
    AccountSuspended,
    /// There is no such service, or it does not name that address.
    ServiceUnknown,
    /// The request is not well formed.
    RequestInvalid,
    /// Too much was asked.
    TooManyAttempts,
    /// The backend failed inside.
    BackendFailed,
}

impl PageCode {
    /// Every one.
    #[cfg(test)]
    pub(crate) const ALL: &[Self] = &[
        Self::LoginExpired,
        Self::HandoffUsed,
        Self::NotFromApp,
        Self::OtherBrowser,
        Self::Declined,
        Self::PermissionMissing,
        Self::AccountSuspended,
        Self::ServiceUnknown,
        Self::RequestInvalid,
        Self::TooManyAttempts,
        Self::BackendFailed,
    ];

    /// The code as it stands on the page, for support.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::LoginExpired => "login-expired",
            Self::HandoffUsed => "handoff-used",
            Self::NotFromApp => "not-from-app",
            Self::OtherBrowser => "other-browser",
            Self::Declined => "declined",
            Self::PermissionMissing => "permission-missing",
            Self::AccountSuspended => "account-suspended",
            Self::ServiceUnknown => "service-unknown",
            Self::RequestInvalid => "request-invalid",
            Self::TooManyAttempts => "too-many-attempts",
            Self::BackendFailed => "backend-failed",
        }
    }

    /// The HTTP status of the page.
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::LoginExpired | Self::HandoffUsed => 410,
            Self::NotFromApp
            | Self::OtherBrowser
            | Self::Declined
            | Self::PermissionMissing
            | Self::AccountSuspended => 403,
            Self::ServiceUnknown | Self::RequestInvalid => 400,
            Self::TooManyAttempts => 429,
            Self::BackendFailed => 500,
        }
    }
}
