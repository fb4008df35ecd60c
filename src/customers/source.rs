//! Where a customer is known from: each source has identifiers of its own.

use std::fmt;
use std::str::FromStr;

use crate::base::problem::Fault;
use crate::customers::identifier::Identifier;

/// A place customers come from (spec/api-conventions.md 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The store itself: the customer's own profile.
    Instore,
    /// Facebook.
    Facebook,
    /// A web engagement suite.
    WebEngage,
    /// WeChat.
    Wechat,
    /// The web shop.
    Martjack,
    /// Tmall.
    Tmall,
    /// Taobao.
    Taobao,
    /// JD.
    Jd,
    /// Another shop.
    Ecommerce,
    /// A web site.
    Website,
    /// LINE.
    Line,
    /// An app.
    MobileApp,
    /// An app's toolkit.
    MappSdk,
}

impl Source {
    /// All of them; the store's own first.
    pub const ALL: [Source; 13] = [
        Source::Instore,
        Source::Facebook,
        Source::WebEngage,
        Source::Wechat,
        Source::Martjack,
        Source::Tmall,
        Source::Taobao,
        Source::Jd,
        Source::Ecommerce,
        Source::Website,
        Source::Line,
        Source::MobileApp,
        Source::MappSdk,
    ];

    /// The word in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Source::Instore => "INSTORE",
            Source::Facebook => "FACEBOOK",
            Source::WebEngage => "WEB_ENGAGE",
            Source::Wechat => "WECHAT",
            Source::Martjack => "MARTJACK",
            Source::Tmall => "TMALL",
            Source::Taobao => "TAOBAO",
            Source::Jd => "JD",
            Source::Ecommerce => "ECOMMERCE",
            Source::Website => "WEBSITE",
            Source::Line => "LINE",
            Source::MobileApp => "MOBILE_APP",
            Source::MappSdk => "MAPP_SDK",
        }
    }

    /// Whether a brand may have several accounts there, so that one must be named.
    pub const fn has_accounts(self) -> bool {
        !matches!(self, Source::Instore)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Source {
    type Err = Fault;

    fn from_str(word: &str) -> Result<Self, Fault> {
        let word = word.trim();
        let mut all = Source::ALL.into_iter();
        all.find(|source| source.word().eq_ignore_ascii_case(word))
            .ok_or_else(|| Fault::invalid("No such source"))
    }
}

/// One account of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// The source.
    pub source: Source,
    /// The account's id there; empty for the store itself.
    pub id: String,
}

impl Account {
    /// The store's own.
    pub fn store() -> Self {
        Account { source: Source::Instore, id: String::new() }
    }
}

/// What one account knows of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountProfile {
    /// Which account.
    pub account: Account,
    /// What identifies the customer there, in the order of kind and key.
    pub identifiers: Vec<Identifier>,
}
