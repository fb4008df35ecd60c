//! Badge groups: a name and a rank that orders the badges of a customer (spec/badges.md 9.19).

use serde::{Deserialize, Serialize};

use crate::badges::badge::Stamp;
use crate::badges::codes;
use crate::badges::fields::check_name;
use crate::base::ids::GroupId;
use crate::base::problem::{Fault, Problems};

/// A group. Disabled ones stay on their badges but count for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Unique among active groups, letter by letter.
    pub name: String,
    /// 1 comes first; ranks need not be unique.
    pub rank: i32,
    /// Whether it counts.
    pub active: bool,
    /// Rises with each change.
    pub version: i64,
    /// Who made and last changed it.
    pub stamp: Stamp,
}

/// A group as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupDraft {
    /// Its name.
    pub name: String,
    /// Its rank.
    pub rank: String,
    /// The version it was read at, when it is edited.
    pub version: String,
}

/// A group that may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedGroup {
    pub(super) name: String,
    pub(super) rank: i32,
}

impl GroupDraft {
    /// A stored group as a form shows it.
    pub fn of(group: &Group) -> Self {
        GroupDraft {
            name: group.name.clone(),
            rank: group.rank.to_string(),
            version: group.version.to_string(),
        }
    }

    /// Checks the form; the name's uniqueness is the store's to say.
    pub fn check(&self) -> Result<CheckedGroup, Problems> {
        let mut problems = Problems::default();
        let name = problems.check("name", check_name(&self.name, "group_name_blank"));
        let rank = problems.check("rank", check_rank(&self.rank));
        problems.into_result()?;
        match (name, rank) {
            (Some(name), Some(rank)) => Ok(CheckedGroup { name, rank }),
            _ => Err(Problems::none()),
        }
    }
}

fn check_rank(text: &str) -> Result<i32, Fault> {
    match text.trim() {
        "" => Err(codes::fault("group_rank_blank")),
        text => text.parse::<i32>().ok().filter(|rank| *rank >= 0).ok_or_else(|| {
            Fault::invalid("A rank is a whole number from 0 to 2147483647; 1 comes first")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_needs_a_name_and_a_whole_rank() {
        let draft = |name: &str, rank: &str| GroupDraft {
            name: name.to_owned(),
            rank: rank.to_owned(),
            version: String::new(),
        };
        let codes = |draft: GroupDraft| -> Vec<&'static str> {
            draft.check().unwrap_err().iter().map(|problem| problem.code).collect()
        };
        assert_eq!(codes(draft(" ", "")), ["group_name_blank", "group_rank_blank"]);
        assert_eq!(codes(draft("Gold", "-1")), ["invalid"]);
        assert_eq!(codes(draft("Gold", "1.5")), ["invalid"]);
        let checked = CheckedGroup { name: "Gold".to_owned(), rank: 214_748_364 };
        assert_eq!(draft(" Gold ", "214748364").check(), Ok(checked));
    }
}
