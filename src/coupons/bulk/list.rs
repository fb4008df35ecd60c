//! Customers named by identifier, pasted or as a file: read with the house's CSV reading, looked up like
//! the rows of an upload.

use std::collections::{BTreeSet, HashSet};
use std::io::Cursor;

use super::action::Action;
use super::draft::require;
use super::scope::Scope;
use crate::base::act::Act;
use crate::base::csv::dialect::Dialect;
use crate::base::csv::read::{Header, Reader, fold};
use crate::base::csv::write::unmark;
use crate::base::error::{Error, Result};
use crate::base::ids::{BulkListId, CustomerId, SeriesId};
use crate::base::problem::{Fault, Problem};
use crate::coupons::store::{self, bulk_lists};
use crate::coupons::upload::people::{self, FIELDS, Who};
use crate::customers::{Identifier, IdentifierKind};

/// The largest list: some hundred thousand identifiers.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The most customers of one list.
const MOST: usize = 100_000;
/// Looked up at a time.
const AT_A_TIME: usize = 5_000;
/// Characters of an identifier that is shown again.
const SHOWN: usize = 100;

/// What the identifiers of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Our own numbers.
    Number,
    /// Mobile numbers.
    Mobile,
    /// The brand's own ids.
    ExternalId,
    /// E-mail addresses.
    Email,
}

impl Naming {
    /// All, in the order of the columns that name a customer.
    pub const ALL: [Naming; 4] =
        [Naming::Number, Naming::Mobile, Naming::ExternalId, Naming::Email];

    /// The word of the form, and the column's name.
    pub fn word(self) -> &'static str {
        FIELDS[self as usize].name
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Naming::Number => "Customer numbers",
            Naming::Mobile => "Mobile numbers",
            Naming::ExternalId => "External ids",
            Naming::Email => "E-mail addresses",
        }
    }

    /// From the word.
    pub fn of(word: &str) -> Option<Self> {
        Naming::ALL.into_iter().find(|naming| naming.word() == word)
    }

    fn who(self, text: &str) -> Option<Who> {
        let kind = match self {
            Naming::Number => {
                return text.trim().parse().ok().filter(|id| *id > 0).map(Who::Number);
            }
            Naming::Mobile => IdentifierKind::Mobile,
            Naming::ExternalId => IdentifierKind::ExternalId,
            Naming::Email => IdentifierKind::Email,
        };
        Identifier::parse(kind, text).ok().map(|found| Who::Key(kind, found.key))
    }

    fn is_column(self, name: &str) -> bool {
        let field = &FIELDS[self as usize];
        let name = fold(name);
        fold(field.name) == name || field.also.iter().any(|alias| fold(alias) == name)
    }
}

/// A list as it was read: whom it names, and what names nobody.
#[derive(Debug, Default)]
pub struct Listed {
    who: Vec<(String, Who)>,
    unreadable: Vec<String>,
}

/// Reads a list: a file with a column of that name, or one identifier a line.
pub fn read(bytes: &[u8], naming: Naming) -> Result<Listed, Problem> {
    let wrong = |why: String| Fault::new("not_a_list", why).on("file");
    let broken = |_| wrong("The list cannot be read".to_owned());
    let opened = Reader::open(Cursor::new(bytes), Dialect::of(bytes)).map_err(broken)?;
    let (mut rows, header) = opened.map_err(|problem| wrong(problem.message.into_owned()))?;
    let named = header.names.iter().position(|name| naming.is_column(name));
    let column = match named {
        Some(column) => column,
        None => only_column(&header, naming)?,
    };
    let mut cells: Vec<String> = Vec::new();
    if named.is_none() {
        cells.extend(header.names.first().cloned());
    }
    while let Some(row) = rows.next_row().map_err(broken)? {
        cells.push(unmark(row.cell(column).trim()).to_owned());
        if cells.len() > MOST {
            return Err(wrong("At most 100,000 customers in one list".to_owned()));
        }
    }
    let (mut listed, mut seen) = (Listed::default(), HashSet::new());
    for text in cells.into_iter().filter(|text| !text.is_empty()) {
        match naming.who(&text) {
            Some(who) if seen.insert(who.clone()) => listed.who.push((text, who)),
            Some(_) => {}
            None => listed.unreadable.push(text),
        }
    }
    if listed.who.is_empty() && listed.unreadable.is_empty() {
        return Err(Fault::blank("Paste identifiers, one a line, or choose a file").on("pasted"));
    }
    Ok(listed)
}

/// A list without a header has one column.
fn only_column(header: &Header, naming: Naming) -> Result<usize, Problem> {
    if header.names.len() <= 1 {
        return Ok(0);
    }
    let why = format!("No column is called {}; name it so, or keep one column", naming.word());
    Err(Fault::new("no_column", why).on("file"))
}

/// Keeps a list for revoking what its customers hold of a series.
pub async fn keep(
    act: &mut Act,
    series: SeriesId,
    name: &str,
    listed: Listed,
) -> Result<BulkListId> {
    let (org, now, actor) = (act.org(), act.now(), act.actor().clone());
    let scope = Scope::series(series, "", "");
    require(|permission| actor.may(permission), Action::Revoke, &scope)?;
    store::series::find(&mut *act.db(), org, series).await?.ok_or(Error::NotFound)?;
    let (mut customers, mut unknown) = (BTreeSet::<CustomerId>::new(), listed.unreadable);
    for part in listed.who.chunks(AT_A_TIME) {
        let found = people::find(act, part.iter().map(|(_, who)| who)).await?;
        for (text, who) in part {
            match found.get(who) {
                Some(customer) => drop(customers.insert(*customer)),
                None => unknown.push(text.clone()),
            }
        }
    }
    for text in &mut unknown {
        *text = text.chars().filter(|c| *c != '\0').take(SHOWN).collect();
    }
    act.bookkeeping();
    let customers: Vec<CustomerId> = customers.into_iter().collect();
    Ok(bulk_lists::insert(act.db(), &actor, now, series, name, &customers, &unknown).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &str, naming: Naming) -> Result<(Vec<String>, Vec<String>), &'static str> {
        let read = read(bytes.as_bytes(), naming).map_err(|problem| problem.code)?;
        Ok((read.who.into_iter().map(|(text, _)| text).collect(), read.unreadable))
    }

    #[test]
    fn a_list_is_a_column_of_that_name_or_one_identifier_a_line() {
        let lines = texts("12\n 7 \n\n12\nx\n", Naming::Number).unwrap();
        assert_eq!(lines, (vec!["12".to_owned(), "7".to_owned()], vec!["x".to_owned()]));
        let file = texts("name;E-Mail Address\r\nAmara;a@x.org\r\nBo;b@x.org\r\n", Naming::Email);
        assert_eq!(file.unwrap().0, ["a@x.org", "b@x.org"]);
        assert_eq!(texts("a,b\n1,2\n", Naming::Number), Err("no_column"));
        assert_eq!(texts("", Naming::Number), Err("not_a_list"));
        assert_eq!(texts("customerId\n", Naming::Number), Err("blank"));
    }
}
