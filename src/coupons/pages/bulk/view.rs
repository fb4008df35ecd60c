//! What a preview says.

use crate::coupons::bulk::{Action, Group, List, Preview, Scope, expected};
use crate::coupons::series::Totals;
use crate::web::time::count;

/// Identifiers shown that nobody has.
const UNKNOWN: usize = 20;

/// Coupons with one fate, as a row.
pub struct Reason {
    /// Why they are left alone.
    pub why: String,
    /// How many.
    pub count: String,
    /// The first few: address and code.
    pub examples: Vec<(String, String)>,
}

impl Reason {
    fn new(group: &Group) -> Self {
        let example = |(id, code): &(_, String)| (format!("/coupons/codes/{id}"), code.clone());
        Reason {
            why: group.why.clone(),
            count: count(group.count),
            examples: group.examples.iter().map(example).collect(),
        }
    }
}

/// A preview in words.
pub struct View {
    /// "1,200 coupons would be revoked".
    pub would: String,
    /// "14 would be left alone"; nothing when none.
    pub left: Option<String>,
    /// Whether nothing at all would be done.
    pub nothing: bool,
    /// The first few that would be done.
    pub done: Reason,
    /// The rest, by reason.
    pub reasons: Vec<Reason>,
    /// That there are more than were looked at.
    pub more: Option<String>,
    /// Identifiers nobody has: how many, and the first few.
    pub unknown: Option<(String, String)>,
}

impl View {
    /// Of what was looked at.
    pub fn new(
        (action, scope): (Action, &Scope),
        preview: &Preview,
        totals: Option<&Totals>,
        list: Option<&List>,
    ) -> Self {
        let noun = if preview.done.count == 1 { "coupon" } else { "coupons" };
        let least = if preview.more { "At least " } else { "" };
        let left = preview.left_alone();
        let about = totals.and_then(|totals| match scope {
            Scope::Series { wanted, begins, .. } if begins.is_empty() => expected(*wanted, totals),
            _ => None,
        });
        let of = about.map_or_else(String::new, |about| format!(" of about {}", count(about)));
        let looked = count(preview.looked);
        View {
            would: format!("{least}{} {noun} {}", count(preview.done.count), action.would()),
            left: (left > 0).then(|| format!("{least}{} would be left alone", count(left))),
            nothing: preview.done.count == 0 && !preview.more,
            done: Reason::new(&preview.done),
            reasons: preview.skipped.iter().map(Reason::new).collect(),
            more: preview.more.then(|| format!("The first {looked}{of} were looked at; all that match are dealt with, and the result says what became of each.")),
            unknown: list.filter(|list| !list.unknown.is_empty()).map(|list| {
                let number = list.unknown.len();
                let mut some = list.unknown[..number.min(UNKNOWN)].join(", ");
                if number > UNKNOWN {
                    some.push_str(" …");
                }
                (count(i64::try_from(number).unwrap_or(i64::MAX)), some)
            }),
        }
    }
}
