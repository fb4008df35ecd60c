//! An import as its page shows it.

use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::base::csv::importable::Words;
use crate::imports::import::{Counts, Import, Phase, State};
use crate::imports::kinds;
use crate::imports::store::ErrorGroup;
use crate::web::time::{Stamp, count};

/// The sheet's name for a state's shape and colour.
pub const fn look(state: State) -> &'static str {
    match state {
        State::Mapping => "inactive",
        State::Checking | State::Running | State::Undoing => "busy",
        State::Checked => "upcoming",
        State::Done => "live",
        State::Failed => "revoked",
        State::Cancelled => "warn",
        State::Undone => "ended",
    }
}

/// The head of the page.
pub struct Head {
    /// Its address.
    pub path: String,
    /// The file.
    pub file_name: String,
    /// The kind.
    pub kind: &'static str,
    /// What every row is about; may be blank.
    pub about: String,
    /// The state's shape.
    pub look: &'static str,
    /// The state's word.
    pub state: &'static str,
    /// How the file is spelled: "UTF-8, semicolon".
    pub spelling: String,
    /// Its size.
    pub size: String,
    /// Who brought it.
    pub who: String,
    /// When.
    pub at: Stamp,
    /// Why it failed or stopped.
    pub message: Option<String>,
}

impl Head {
    /// Of an import.
    pub fn new(import: &Import, staff: &Staff) -> Self {
        Head {
            path: import.path(),
            file_name: import.file_name.clone(),
            kind: kinds::find(&import.kind).map_or("", |kind| kind.label()),
            about: import.options.about_label.clone(),
            look: look(import.state),
            state: import.state.label(),
            spelling: format!(
                "{}, {}",
                import.dialect.encoding.label(),
                import.dialect.delimiter_label()
            ),
            size: size(import.bytes),
            who: import.actor_name.clone(),
            at: Stamp::new(import.created_at, staff.zone),
            message: import.message.clone(),
        }
    }
}

fn size(bytes: i64) -> String {
    match bytes {
        0..=1023 => format!("{bytes} bytes"),
        1024..=1_048_575 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}

/// Work under way.
pub struct Busy {
    /// What is being done.
    pub doing: &'static str,
    /// Of a thousand; nothing while rows are being counted.
    pub thousandths: Option<i64>,
    /// "1,220,000 rows · 84,000 rows a second · about 9 s left".
    pub words: String,
    /// Whether the worker seems to be gone.
    pub stalled: bool,
    /// Whether somebody asked it to stop.
    pub stopping: bool,
    /// Whether it can be asked to.
    pub may_stop: bool,
}

impl Busy {
    /// Of an import a task is at work on.
    pub fn new(import: &Import, now: DateTime<Utc>) -> Option<Self> {
        let (doing, counts) = match import.state {
            State::Checking => ("Checking every row; nothing is written", import.will),
            State::Running => (words_of(import).doing, import.did),
            State::Undoing => ("Taking back what it brought", Counts::default()),
            _ => return None,
        };
        let done = i64::try_from(import.next.byte).unwrap_or(0);
        let moving = done > 0 && import.state != State::Undoing;
        let thousandths =
            moving.then(|| (done.saturating_mul(1000) / import.bytes.max(1)).min(1000));
        Some(Busy {
            doing,
            thousandths,
            words: words(import, counts, thousandths, now),
            stalled: import.is_stalled(now),
            stopping: import.cancel_asked,
            may_stop: import.state != State::Undoing,
        })
    }
}

fn words(import: &Import, counts: Counts, done: Option<i64>, now: DateTime<Utc>) -> String {
    let began = import.phase_began_at.unwrap_or(import.created_at);
    let elapsed = (now - began).num_milliseconds().max(1);
    let Some(done) = done else { return "Looking through the file".to_owned() };
    let of = import.rows_total.map(|total| format!(" of {}", count(total))).unwrap_or_default();
    let mut words = vec![format!("{}{of} rows", count(counts.total()))];
    if elapsed > 1500 && done > 0 {
        words.push(format!("{} rows a second", count(counts.total() * 1000 / elapsed)));
        let left = elapsed * (1000 - done) / done / 1000;
        words.push(match left {
            0..=1 => "nearly there".to_owned(),
            2..=119 => format!("about {left} s left"),
            _ => format!("about {} min left", left / 60),
        });
    }
    words.join(" · ")
}

/// What a phase came to.
pub struct Report {
    /// Whether rows were written.
    pub ran: bool,
    /// "Will create" or "Created", and how many; so on.
    pub kpis: Vec<(&'static str, String, bool)>,
    /// What was wrong, grouped.
    pub groups: Vec<Group>,
    /// Rows refused.
    pub errors: i64,
    /// Rows that change something.
    pub writes: String,
    /// What the button says.
    pub verb: &'static str,
}

/// The words of an import's kind.
pub fn words_of(import: &Import) -> Words {
    kinds::find(&import.kind).map_or(Words::IMPORT, |kind| kind.words())
}

/// All rows with the same thing wrong.
pub struct Group {
    /// What.
    pub message: String,
    /// Where.
    pub col: String,
    /// What is allowed there.
    pub allowed: &'static str,
    /// What stood there.
    pub example: String,
    /// How many.
    pub rows: String,
    /// The first of them.
    pub first_line: String,
    /// The rows themselves.
    pub href: String,
}

impl Report {
    /// Of the last phase of an import; nothing before there is one.
    pub fn new(import: &Import, groups: Vec<ErrorGroup>) -> Option<Self> {
        let ran = import.last_phase() == Phase::Run;
        let counts = if ran { import.did } else { import.will };
        if matches!(import.state, State::Mapping) || counts.total() == 0 {
            return None;
        }
        let own = words_of(import);
        let [makes, changes] = if ran { own.did } else { own.will };
        let words = [makes, changes, "Unchanged", "Errors"];
        let numbers = [counts.created, counts.updated, counts.unchanged, counts.errors];
        // What a kind never does has no word and is not counted before the reader.
        let kpis = words.into_iter().zip(numbers).filter(|(word, _)| !word.is_empty());
        Some(Report {
            ran,
            kpis: kpis.map(|(word, n)| (word, count(n), word == "Errors" && n > 0)).collect(),
            groups: groups.into_iter().map(|group| Group::new(import, group)).collect(),
            errors: counts.errors,
            writes: count(counts.writes()),
            verb: own.verb,
        })
    }
}

impl Group {
    fn new(import: &Import, group: ErrorGroup) -> Self {
        let fields = kinds::find(&import.kind).map_or(&[][..], |kind| kind.fields());
        let field = fields.iter().find(|field| field.name == group.col);
        let query = serde_json::json!([group.col, group.message]);
        let at = crate::base::list::cursor_text(&query);
        Group {
            allowed: field.map_or("", |field| field.help),
            message: group.message,
            col: group.col,
            example: group.example,
            rows: count(group.rows),
            first_line: count(group.first_line),
            href: format!("{}/lines?of={at}", import.path()),
        }
    }
}
