//! Which part of a value a search met, for marking it.

use crate::customers::identifier::{IdentifierKind, fold};

/// A value in three parts: before, what was met, after.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// Before.
    pub head: String,
    /// What was met; empty when nothing was.
    pub hit: String,
    /// After.
    pub tail: String,
}

impl Marked {
    /// A value of which nothing is marked.
    pub fn plain(value: &str) -> Self {
        Marked { head: value.to_owned(), ..Marked::default() }
    }

    /// What of an identifier, or of a name (`None`), begins with the query.
    pub fn of(kind: Option<IdentifierKind>, value: &str, query: &str) -> Self {
        let key = |text: &str| kind.map_or_else(|| fold(text), |kind| kind.key(text));
        let wanted = key(query);
        let words = value.char_indices().filter(|(_, c)| c.is_whitespace());
        let starts = words.map(|(at, space)| at + space.len_utf8()).filter(|_| kind.is_none());
        if wanted.is_empty() {
            return Marked::plain(value);
        }
        for start in std::iter::once(0).chain(starts) {
            let rest = &value[start..];
            if !key(rest).starts_with(&wanted) {
                continue;
            }
            // The shortest beginning that says it: keys drop signs and fold letters.
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
            for end in ends {
                if key(&rest[..end]).starts_with(&wanted) {
                    return Marked {
                        head: value[..start].to_owned(),
                        hit: rest[..end].to_owned(),
                        tail: rest[end..].to_owned(),
                    };
                }
            }
        }
        Marked::plain(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_met_is_marked_in_the_value_as_written() {
        let parts = |kind, value, query| {
            let marked = Marked::of(kind, value, query);
            format!("{}[{}]{}", marked.head, marked.hit, marked.tail)
        };
        let mobile = Some(IdentifierKind::Mobile);
        assert_eq!(parts(mobile, "+44 7700 900417", "447700"), "[+44 7700] 900417");
        assert_eq!(parts(mobile, "0044 7700", "+44"), "[0044] 7700");
        let email = Some(IdentifierKind::Email);
        assert_eq!(parts(email, "Amara@Example.org", "amara@ex"), "[Amara@Ex]ample.org");
        assert_eq!(parts(None, "Amara de la Cruz", "de LA"), "Amara [de la] Cruz");
        assert_eq!(parts(None, "Jörg Straßer", "strass"), "Jörg [Straß]er");
        assert_eq!(parts(None, "李 雷", "雷"), "李 [雷]");
        assert_eq!(parts(email, "a@b.c", "zz"), "a@b.c[]");
        assert_eq!(parts(email, "a@b.c", " "), "a@b.c[]");
    }
}
