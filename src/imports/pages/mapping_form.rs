//! The form that says which column is what.

use crate::auth::Staff;
use crate::base::csv::importable::{Field, Kind, Looks};
use crate::base::csv::read::Row;
use crate::base::dates::{DayMeans, parse_instant};
use crate::imports::import::{Import, Options};
use crate::imports::mapping::{Column, Mapping, Target};
use crate::web::parts::Choice;

/// A column as the form shows it.
pub struct ColumnRow {
    /// The name of its select.
    pub name: String,
    /// As the file calls it.
    pub header: String,
    /// What stands there in the first rows.
    pub samples: String,
    /// The value of its select.
    pub chosen: String,
    /// What may be chosen: the common choices, and its own where it feeds something else.
    pub options: Vec<Choice>,
}

/// A field that can have one value for all rows.
pub struct Constant {
    /// The name of its box.
    pub name: String,
    /// The field.
    pub label: &'static str,
    /// What it means.
    pub help: &'static str,
    /// As typed.
    pub value: String,
}

/// The form.
pub struct MappingForm {
    /// One row a column.
    pub columns: Vec<ColumnRow>,
    /// One box a field.
    pub constants: Vec<Constant>,
    /// Whether any constant is set: the part is open then.
    pub has_constants: bool,
    /// Whether cells carry the marks of our own exports.
    pub marked: bool,
    /// Whether the switch for past dates means something.
    pub has_migration: bool,
    /// Whether it is on.
    pub migration: bool,
    /// Names of saved mappings.
    pub saved: Vec<Choice>,
    /// The name it is to be saved under.
    pub save_as: String,
    /// Headers of the preview.
    pub preview_head: Vec<String>,
    /// The first rows, as they are read: moments in the brand's zone.
    pub preview: Vec<Vec<String>>,
}

impl MappingForm {
    /// Of an import and its first rows.
    pub fn new(
        import: &Import,
        kind: &dyn Kind,
        rows: &[Row],
        saved: Vec<String>,
        staff: &Staff,
    ) -> Self {
        let mapping = &import.mapping;
        let mut choices = vec![Choice::new("", "Leave out")];
        if kind.keeps_others() {
            choices.push(Choice::new("*", "Keep as a custom field"));
        }
        choices.extend(kind.fields().iter().map(|field| {
            let star = if field.required { " (required)" } else { "" };
            Choice::new(format!("={}", field.name), format!("{}{star}", field.name))
        }));
        let columns = mapping.columns.iter().enumerate();
        let columns = columns.map(|(index, column)| column_row(index, column, rows, &choices));
        MappingForm {
            columns: columns.collect(),
            constants: kind.fields().iter().map(|field| constant(field, mapping)).collect(),
            has_constants: !mapping.constants.is_empty(),
            marked: mapping.marked,
            has_migration: kind.has_migration(),
            migration: import.options.migration,
            saved: saved.into_iter().map(|name| Choice::new(name.clone(), name)).collect(),
            save_as: String::new(),
            preview_head: mapping.columns.iter().map(|column| column.header.clone()).collect(),
            preview: rows.iter().take(5).map(|row| preview(row, mapping, kind, staff)).collect(),
        }
    }
}

fn constant(field: &Field, mapping: &Mapping) -> Constant {
    Constant {
        name: format!("constant.{}", field.name),
        label: field.name,
        help: field.help,
        value: mapping.constants.get(field.name).cloned().unwrap_or_default(),
    }
}

fn column_row(index: usize, column: &Column, rows: &[Row], choices: &[Choice]) -> ColumnRow {
    let shown = rows.iter().map(|row| row.cell(index).trim()).filter(|cell| !cell.is_empty());
    let samples: Vec<String> = shown.take(3).map(|cell| cell.chars().take(40).collect()).collect();
    let chosen = match &column.to {
        Target::Ignore => String::new(),
        Target::Keep => "*".to_owned(),
        Target::Field(name) => format!("={name}"),
    };
    let mut options = choices.to_vec();
    if !options.iter().any(|choice| choice.value == chosen) {
        options.push(Choice::new(chosen.clone(), chosen.trim_start_matches('=')));
    }
    ColumnRow {
        name: format!("column.{index}"),
        header: if column.header.is_empty() {
            format!("(column {})", index + 1)
        } else {
            column.header.clone()
        },
        samples: samples.join(" · "),
        chosen,
        options,
    }
}

/// A row as it will be read.
fn preview(row: &Row, mapping: &Mapping, kind: &dyn Kind, staff: &Staff) -> Vec<String> {
    let moment = |to: &Target| {
        let Target::Field(name) = to else { return false };
        kind.fields().iter().any(|field| field.name == name && field.looks == Looks::Moment)
    };
    let columns = mapping.columns.iter().enumerate();
    columns
        .map(|(index, column)| {
            let cell = row.cell(index).trim();
            let at = parse_instant(cell, staff.zone, DayMeans::Start).ok();
            match at.filter(|_| moment(&column.to)) {
                Some(at) => {
                    at.with_timezone(&staff.zone).format("%Y-%m-%d %H:%M:%S %Z").to_string()
                }
                None => cell.chars().take(60).collect(),
            }
        })
        .collect()
}

/// What the form sent, read; a target that is nothing known leaves the column out.
pub fn read(import: &Import, pairs: &[(String, String)]) -> (Mapping, Options, String) {
    let mut mapping = import.mapping.clone();
    let mut options = Options { migration: false, ..import.options.clone() };
    let mut save_as = String::new();
    (mapping.marked, mapping.constants) = (false, Default::default());
    for (key, value) in pairs {
        if let Some(index) = key.strip_prefix("column.").and_then(|index| index.parse().ok())
            && let Some(column) = mapping.columns.get_mut::<usize>(index)
        {
            column.to = match (value.as_str(), value.strip_prefix('=')) {
                ("*", _) => Target::Keep,
                (_, Some(name)) => Target::Field(name.to_owned()),
                _ => Target::Ignore,
            };
        } else if let Some(field) = key.strip_prefix("constant.") {
            if !value.trim().is_empty() {
                mapping.constants.insert(field.to_owned(), value.trim().to_owned());
            }
        } else {
            match key.as_str() {
                "marked" => mapping.marked = value == "true",
                "migration" => options.migration = value == "true",
                "save_as" => save_as = value.trim().to_owned(),
                _ => {}
            }
        }
    }
    (mapping, options, save_as)
}
