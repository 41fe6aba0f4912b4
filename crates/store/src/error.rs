//! What a database says when it fails.

/// The database failed, or refuses to serve this program.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer program wrote the database.
    #[error("the database has schema {found}, this program knows {known}: run the newer program")]
    Newer {
        /// The schema in the file.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// An older program wrote the database, and this is not the moment to change that.
    #[error(
        "the database has schema {found}, this program works with {known}: start `serve` of this \
         program once, which keeps a copy and brings the database up to date, or use the program \
         that wrote it"
    )]
    Older {
        /// The schema in the file.
        found: u32,
        /// The schema that this program works with.
        known: u32,
    },
    /// The database failed, in its own words.
    #[error("the database failed: {0}")]
    Database(String),
    /// A stored value is not what this program writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// The database's file is damaged; what the examination says.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// No transaction could begin, so the work was not tried.
    #[error("the database could not begin a change: {0}")]
    Begin(String),
    /// Every customer number has a customer.
    #[error("no customer number up to 99999999 is free")]
    NoNumberLeft,
    /// The commit failed, so nothing of the work is stored.
    #[error("the database could not commit: {0}")]
    Commit(String),
    /// The work panicked; the log says where.
    #[error("a piece of database work panicked")]
    Panicked,
    /// Nobody waits for the work any more.
    #[error("nobody waits for a piece of database work any more")]
    Abandoned,
    /// The writer has stopped.
    #[error("the database's writer has stopped")]
    Stopped,
    /// The database was opened to be looked at.
    #[error("the database was opened for looking at it only")]
    ReadOnly,
    /// Somebody began to write to a file that was read as one that nobody writes to.
    #[error("somebody began to write to the database while it was read: try again")]
    Disturbed,
    /// The database's address is not one that this program takes.
    #[error("the database's address does not do: {0}")]
    Address(&'static str),
    /// The database cannot be reached, or does not answer in time; nothing was stored.
    #[error("the database is not available, try again later: {0}")]
    Unavailable(String),
    /// Others changed the same again and again, so that the work was given up; nothing was stored.
    #[error("too many others are changing the same in the database, try again later")]
    Contended,
    /// The connection was lost at the commit: nobody knows whether the work is stored.
    #[error("the database did not say whether it stored the change")]
    Uncertain,
    /// A server's database has no tables yet.
    #[error(
        "the database is empty: `warifu-backend database copy` fills it from the folder that `init` made"
    )]
    Empty,
    /// A server's database is not empty, where an empty one is to be filled.
    #[error("the database is not empty: give this service one of its own")]
    NotEmpty,
    /// What the program does on its own file is another program's work on a server.
    #[error("this is not done on PostgreSQL: {0}")]
    NotOnServer(&'static str),
    /// A copy of the database could not be kept before it is changed.
    #[error("no copy of the older database can be kept at {place}: {why}")]
    Copy {
        /// Where the copy was to be.
        place: String,
        /// What the system or the database says.
        why: String,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.to_string())
    }
}
