//! Plain data for `templates/parts/`: what a select offers, what a chip removes, where a tab leads.

/// One of several values a field may take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// What it means; may be empty. Shown by radio cards and check boxes.
    pub hint: String,
}

impl Choice {
    /// A value and what it is called.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// With a sentence on what it means.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Whether this is the value in the form.
    pub fn is(&self, value: &str) -> bool {
        self.value == value
    }

    /// Whether this is among the values in the form.
    pub fn among(&self, values: &[String]) -> bool {
        values.contains(&self.value)
    }
}

/// A filter that is on, and the address without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// What is filtered: "Status".
    pub label: String,
    /// By what: "Live, Upcoming".
    pub value: String,
    /// The list without this filter.
    pub href: String,
}

impl Chip {
    /// What, by what, and the address without it.
    pub fn new(
        label: impl Into<String>,
        value: impl Into<String>,
        href: impl Into<String>,
    ) -> Self {
        Chip { label: label.into(), value: value.into(), href: href.into() }
    }
}

/// One of several views of the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// How many there are behind it.
    pub count: Option<String>,
    /// Whether it is the one on screen.
    pub current: bool,
}

impl Tab {
    /// A tab without a count.
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        Tab { label: label.into(), href: href.into(), count: None, current }
    }

    /// With how many there are behind it.
    #[must_use]
    pub fn count(mut self, count: impl Into<i64>) -> Self {
        self.count = Some(super::time::count(count));
        self
    }
}
