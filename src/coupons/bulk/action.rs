//! What may be done to many coupons at once, and how it is said.

/// A deed on many coupons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Take them back for good.
    Revoke,
    /// Move their end to one instant.
    Expiry,
    /// Send their codes again.
    Resend,
    /// Take back the last redemption of each.
    Reactivate,
    /// Give back the ends that a run moved.
    Restore,
}

impl Action {
    const ALL: [Action; 5] =
        [Action::Revoke, Action::Expiry, Action::Resend, Action::Reactivate, Action::Restore];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Action::Revoke => "REVOKE",
            Action::Expiry => "EXPIRY",
            Action::Resend => "RESEND",
            Action::Reactivate => "REACTIVATE",
            Action::Restore => "RESTORE",
        }
    }

    /// From the word, whatever its case; `undo` is said for the last.
    pub fn of(word: &str) -> Option<Self> {
        let word = if word.eq_ignore_ascii_case("undo") { "RESTORE" } else { word };
        Action::ALL.into_iter().find(|action| action.word().eq_ignore_ascii_case(word.trim()))
    }

    /// The word in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Action::Revoke => "revoke",
            Action::Expiry => "expiry",
            Action::Resend => "resend",
            Action::Reactivate => "reactivate",
            Action::Restore => "undo",
        }
    }

    /// The title of its page, and what the log calls a run of it.
    pub const fn title(self) -> &'static str {
        match self {
            Action::Revoke => "Revoke coupons",
            Action::Expiry => "Change expiry",
            Action::Resend => "Send codes again",
            Action::Reactivate => "Take back redemptions",
            Action::Restore => "Undo change of expiry",
        }
    }

    /// What is going on while it runs.
    pub const fn doing(self) -> &'static str {
        match self {
            Action::Revoke => "Revoking coupons",
            Action::Expiry => "Changing expiry",
            Action::Resend => "Sending codes again",
            Action::Reactivate => "Taking back redemptions",
            Action::Restore => "Putting expiry back",
        }
    }

    /// What was done to a coupon.
    pub const fn did(self) -> &'static str {
        match self {
            Action::Revoke => "Revoked",
            Action::Expiry => "Expiry changed",
            Action::Resend => "Sent again",
            Action::Reactivate => "Taken back",
            Action::Restore => "Expiry put back",
        }
    }

    /// What will be done to so many: "would be revoked".
    pub const fn would(self) -> &'static str {
        match self {
            Action::Revoke => "would be revoked",
            Action::Expiry => "would get the new expiry",
            Action::Resend => "would be sent again",
            Action::Reactivate => "would have their last redemption taken back",
            Action::Restore => "would get their expiry back",
        }
    }

    /// What becomes of it afterwards.
    pub const fn undo_words(self) -> &'static str {
        match self {
            Action::Revoke => {
                "Redeemed coupons cannot be revoked. Revoking cannot be undone; the text of a revoked code is free to be used again."
            }
            Action::Expiry => {
                "This can be undone: coupons whose expiry nobody changed since get the old one back."
            }
            Action::Resend => "Messages cannot be called back.",
            Action::Reactivate => {
                "The coupons can be used again until they end. What was taken back cannot be put back."
            }
            Action::Restore => "Coupons whose expiry was changed again since keep it.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Action;

    #[test]
    fn words_and_keys_lead_back() {
        for action in Action::ALL {
            assert_eq!(Action::of(action.word()), Some(action));
            assert_eq!(Action::of(action.key()), Some(action));
        }
        assert_eq!(Action::of("delete"), None);
    }
}
