//! What a room says about the files it takes in, and how a row is read through a mapping.
//!
//! A room's kind names its [`Field`]s once. The desk guesses which column feeds which field, lets a
//! person correct that, and hands the room [`Entry`]s: rows that know their fields, so that the room
//! never sees a column number.
//!
//! Why one `write` and not one deed a row for every kind: two million rows at a round trip each take
//! an hour. A kind whose rows are few and rich (badges) runs its form's deed for each row inside
//! `write`, each in a savepoint, and leaves `judge` as it is; a kind of bulk (customers, earned
//! badges) judges and writes a chunk by a handful of statements, and proves by test that both agree.

use async_trait::async_trait;
use chrono_tz::Tz;

use super::read::Row;
use super::write::unmark;
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::ImportId;
use crate::base::permission::Permission;
use crate::base::problem::Problems;

/// What a person writes to empty a field: a blank cell leaves it as it is.
pub const CLEAR: &str = "<clear>";

/// What a cell of a field looks like, for guessing a column by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// Nothing in particular.
    Text,
    /// Something with an `@` in it.
    Email,
    /// A telephone number.
    Phone,
    /// A moment, in any of the spellings of [`crate::base::dates`].
    Moment,
}

/// One thing a row of a kind can say.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The header that maps by itself, and the name in messages.
    pub name: &'static str,
    /// Other headers people use for it.
    pub also: &'static [&'static str],
    /// Whether each row needs it. "One of several" is the kind's own rule.
    pub required: bool,
    /// What it looks like.
    pub looks: Looks,
    /// A value that would do.
    pub example: &'static str,
    /// What it means and what is allowed, in one sentence.
    pub help: &'static str,
}

impl Field {
    /// A field of plain text that may be blank.
    pub const fn text(name: &'static str, example: &'static str, help: &'static str) -> Self {
        Field { name, also: &[], required: false, looks: Looks::Text, example, help }
    }

    /// The same, with other names.
    pub const fn or(self, also: &'static [&'static str]) -> Self {
        Field { also, ..self }
    }

    /// The same, needed.
    pub const fn needed(self) -> Self {
        Field { required: true, ..self }
    }

    /// The same, looking like something.
    pub const fn like(self, looks: Looks) -> Self {
        Field { looks, ..self }
    }
}

/// Where a field's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A column of the file.
    Column(usize),
    /// The same for every row.
    Constant(String),
}

/// A mapping made ready for one file: for each name of a field or kept column, its sources.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// By the kind's fields, in their order; several when a template repeats a header.
    pub fields: Vec<Vec<Source>>,
    /// What is kept under a name that is no field: `(name, column)`.
    pub others: Vec<(String, usize)>,
    /// Whether cells carry the mark of our own exports.
    pub marked: bool,
}

/// A row as a kind sees it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    row: &'a Row,
    columns: &'a Columns,
    /// How many rows with the same identity stand above it in the file.
    pub nth: u32,
    /// The line of the first row with the same identity, when that is another row.
    pub first: Option<u64>,
    /// Whether it says the same as that row.
    pub alike: bool,
}

impl<'a> Entry<'a> {
    /// A row through a mapping, the first of its identity.
    pub const fn new(row: &'a Row, columns: &'a Columns) -> Self {
        Entry { row, columns, nth: 0, first: None, alike: false }
    }

    /// The line the row begins on.
    pub const fn line(&self) -> u64 {
        self.row.start.line
    }

    /// The value of a field by its position among the kind's fields: trimmed; blank when absent.
    /// Of several sources the first that says something.
    pub fn get(&self, field: usize) -> &'a str {
        self.all(field).find(|text| !text.is_empty()).unwrap_or("")
    }

    /// All values of a field whose header a template repeats.
    pub fn all(&self, field: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let (row, columns) = (self.row, self.columns);
        let sources = columns.fields.get(field).map_or(&[][..], Vec::as_slice);
        sources.iter().map(move |source| match source {
            Source::Column(index) => cell(row, columns, *index),
            Source::Constant(text) => text.as_str(),
        })
    }

    /// What the file says beyond the fields: kept columns by name.
    pub fn others(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let (row, columns) = (self.row, self.columns);
        columns.others.iter().map(move |(name, index)| (name.as_str(), cell(row, columns, *index)))
    }
}

fn cell<'a>(row: &'a Row, columns: &Columns, index: usize) -> &'a str {
    let text = row.cell(index).trim();
    if columns.marked { unmark(text) } else { text }
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A new thing.
    Create,
    /// A thing that is there, changed.
    Update,
    /// A thing that is there and already as the row says.
    Unchanged,
    /// Nothing, because of these.
    Refused(Problems),
}

/// How a file is to be taken.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// The zone of times without an offset: the brand's.
    pub zone: Tz,
    /// Whether past dates are allowed, as when a brand moves house.
    pub migration: bool,
    /// On whose behalf rows are written.
    pub import: ImportId,
    /// What every row is about, where the kind asks for it ([`Kind::subject`]).
    pub about: Option<i64>,
    /// In a check: how many rows above these were found to create something. What a check writes is
    /// rolled back chunk by chunk, so a kind with limits must count what it cannot see.
    pub above: Option<i64>,
}

/// What all rows of a file are about, chosen once when it is brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// What it is called in a sentence: "number of the offer".
    pub noun: &'static str,
    /// Where to find it, in one sentence.
    pub hint: &'static str,
}

/// Why an import cannot be undone: a thing it brought that is in use or was changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// What the thing is called.
    pub label: String,
    /// Why it must stay.
    pub why: &'static str,
}

/// The words a kind has for its work.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// On the button: "Import".
    pub verb: &'static str,
    /// While it goes on: "Importing".
    pub doing: &'static str,
    /// What rows will do: make, change; blank where they never do.
    pub will: [&'static str; 2],
    /// What rows did.
    pub did: [&'static str; 2],
    /// What the same file does once more.
    pub again: &'static str,
    /// What undo does to what was made and to what was changed: "rows it created are removed".
    pub undo: [&'static str; 2],
}

impl Words {
    /// Of files that bring things in.
    pub const IMPORT: Words = Words {
        verb: "Import",
        doing: "Importing",
        will: ["Will create", "Will update"],
        did: ["Created", "Updated"],
        again: "Importing it again changes nothing that is already there.",
        undo: ["rows it created are removed", "rows it changed go back to how they were"],
    };
}

/// Lists whose rows may be picked for a kind instead of a file.
#[derive(Debug, Clone, Copy)]
pub struct Picks {
    /// The sheets' names.
    pub lists: &'static [&'static str],
    /// The columns taken of them; each is a field of the kind.
    pub columns: &'static [&'static str],
    /// The fields asked once for all rows.
    pub asks: &'static [&'static str],
    /// Which of those must be said.
    pub needs: &'static [&'static str],
}

/// One kind of file.
#[async_trait]
pub trait Kind: Send + Sync {
    /// Its word in addresses and on the command line: `earned-badges`.
    fn name(&self) -> &'static str;

    /// Its words on the screen: "Earned badges".
    fn label(&self) -> &'static str;

    /// What one may do who brings such a file.
    fn permission(&self) -> Permission;

    /// What a row can say, in the order of the template.
    fn fields(&self) -> &'static [Field];

    /// The name, among [`Entry::others`], of a header that is known beyond the fields: a path of the
    /// API, `CF:colour`.
    fn field_named(&self, _header: &str) -> Option<String> {
        None
    }

    /// Whether columns nobody knows are kept, each under its header.
    fn keeps_others(&self) -> bool {
        false
    }

    /// Whether the template has this field's header more than once.
    fn may_repeat(&self, _field: &str) -> bool {
        false
    }

    /// Whether the switch for past dates means something.
    fn has_migration(&self) -> bool {
        false
    }

    /// What a file of this kind is about, when that is one thing for all rows.
    fn subject(&self) -> Option<Subject> {
        None
    }

    /// What that thing is called; a problem on `about` when files cannot be about it.
    async fn named_subject(&self, _act: &mut Act, _about: i64) -> Result<String> {
        Ok(String::new())
    }

    /// The words for its work.
    fn words(&self) -> Words {
        Words::IMPORT
    }

    /// The lists whose rows may be picked for it.
    fn picks(&self) -> Option<Picks> {
        None
    }

    /// Rows of one transaction.
    fn chunk(&self) -> usize {
        10_000
    }

    /// What makes two rows of a file the same thing, as bytes; nothing when rows cannot repeat.
    /// Rows that cannot be read have none.
    fn identity(&self, _entry: &Entry<'_>, _terms: &Terms, _into: &mut Vec<u8>) {}

    /// What would become of each row. The act is never committed.
    async fn judge(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        self.write(act, entries, terms).await
    }

    /// Writes the rows that can be written; says for each what became of it.
    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>>;

    /// What stands against undoing an import: at most `most`, none when nothing does.
    async fn blockers(&self, act: &mut Act, import: ImportId, most: i64) -> Result<Vec<Blocker>>;

    /// Takes back at most `most` things the import brought; says how many, none when all are gone.
    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64>;
}
