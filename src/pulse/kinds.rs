//! The ways in which things that are counted may end, each with its name for machines.

/// How a call that carries a letter ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Send {
    /// Telegram accepted it.
    Accepted,
    /// Told to wait.
    TooMany,
    /// Nobody knows.
    Ambiguous,
    /// It never left.
    Unsent,
    /// The recipient is gone.
    Blocked,
    /// Telegram refuses the message, or what it refers to.
    Refused,
}

impl Send {
    /// Every way.
    pub const ALL: [Send; 6] = [
        Send::Accepted,
        Send::TooMany,
        Send::Ambiguous,
        Send::Unsent,
        Send::Blocked,
        Send::Refused,
    ];
    /// Its name, for machines.
    pub fn code(self) -> &'static str {
        match self {
            Send::Accepted => "accepted",
            Send::TooMany => "too_many",
            Send::Ambiguous => "ambiguous",
            Send::Unsent => "unsent",
            Send::Blocked => "blocked",
            Send::Refused => "refused",
        }
    }
}

/// How a request to the webhook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// An update was kept.
    Kept,
    /// An update had been kept before.
    Repeated,
    /// The secret was wrong or missing.
    WrongSecret,
    /// It was not an update.
    Malformed,
    /// It was too large.
    TooLarge,
    /// The database did not take it.
    NotKept,
}

impl Pushed {
    /// Every way.
    pub const ALL: [Pushed; 6] = [
        Pushed::Kept,
        Pushed::Repeated,
        Pushed::WrongSecret,
        Pushed::Malformed,
        Pushed::TooLarge,
        Pushed::NotKept,
    ];
    /// Its name, for machines.
    pub fn code(self) -> &'static str {
        match self {
            Pushed::Kept => "kept",
            Pushed::Repeated => "repeated",
            Pushed::WrongSecret => "wrong_secret",
            Pushed::Malformed => "malformed",
            Pushed::TooLarge => "too_large",
            Pushed::NotKept => "not_kept",
        }
    }
}
