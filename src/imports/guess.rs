//! Guessing a mapping: by the template's own headers, then by other names for the same thing, then
//! by what the first rows hold.

use chrono_tz::Tz;

use super::mapping::{Column, Mapping, Target};
use super::result::ADDED;
use crate::base::csv::importable::{Field, Looks};
use crate::base::csv::read::{Header, Row, fold};
use crate::base::dates::{DayMeans, parse_instant};

/// A guess for a file with this header and these first rows. `known` names the field a header means
/// beyond the fields' own names, such as a path of the API; `keeps` says what becomes of the rest.
pub fn guess(
    header: &Header,
    rows: &[Row],
    fields: &[Field],
    known: impl Fn(&str) -> Option<String>,
    keeps: bool,
) -> Mapping {
    let rest = if keeps { Target::Keep } else { Target::Ignore };
    let mut columns: Vec<Column> = header
        .names
        .iter()
        .map(|name| Column {
            header: name.clone(),
            to: match by_name(name, fields).or_else(|| known(name)) {
                Some(field) => Target::Field(field),
                None if is_result_column(name) || name.is_empty() => Target::Ignore,
                None => rest.clone(),
            },
        })
        .collect();
    by_content(&mut columns, rows, fields, keeps);
    let result = header.names.iter().rev().take(2).all(|name| is_result_column(name));
    let marked = is_own_sheet(header, fields) || (result && header.names.len() > 2);
    Mapping { columns, marked, ..Mapping::default() }
}

/// What our own result files add; correcting one and bringing it in again must work.
fn is_result_column(name: &str) -> bool {
    ADDED.contains(&name)
}

fn by_name(name: &str, fields: &[Field]) -> Option<String> {
    let folded = fold(name);
    let exact = fields.iter().find(|field| field.name == name);
    let alike = || fields.iter().find(|field| fold(field.name) == folded);
    let other = || fields.iter().find(|f| f.also.iter().any(|other| fold(other) == folded));
    exact.or_else(alike).or_else(other).map(|field| field.name.to_owned())
}

/// Our own exports begin with the fields in their order, and carry marks before formulas.
fn is_own_sheet(header: &Header, fields: &[Field]) -> bool {
    let own = fields.iter().take(4).map(|field| field.name);
    header.names.len() >= fields.len().min(4)
        && header.names.iter().map(String::as_str).zip(own).all(|(a, b)| a == b)
}

/// A field nobody feeds yet takes the one unknown column that looks like it. Two that look so are
/// a question for a person.
fn by_content(columns: &mut [Column], rows: &[Row], fields: &[Field], keeps: bool) {
    for field in fields.iter().filter(|field| field.looks != Looks::Text) {
        // A kind that keeps unknown columns loses nothing by not guessing at moments.
        let taken = |c: &Column| matches!(&c.to, Target::Field(name) if name == field.name);
        if columns.iter().any(taken) || (keeps && field.looks == Looks::Moment) {
            continue;
        }
        let looks_so = |index: usize| {
            let mut cells = rows.iter().map(|row| row.cell(index).trim()).filter(|c| !c.is_empty());
            let first = cells.next();
            first.is_some_and(|cell| looks(cell, field.looks))
                && cells.all(|c| looks(c, field.looks))
        };
        let mut alike = (0..columns.len())
            .filter(|index| !matches!(columns[*index].to, Target::Field(_)) && looks_so(*index));
        if let (Some(only), None) = (alike.next(), alike.next()) {
            drop(alike);
            columns[only].to = Target::Field(field.name.to_owned());
        }
    }
}

fn looks(cell: &str, like: Looks) -> bool {
    match like {
        Looks::Text => false,
        Looks::Email => cell.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !cell.contains(' ')
        }),
        Looks::Phone => {
            let digits = cell.bytes().filter(u8::is_ascii_digit).count();
            cell.starts_with('+') && (8..=15).contains(&digits)
        }
        Looks::Moment => parse_instant(cell, Tz::UTC, DayMeans::Start).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::csv::dialect::Dialect;
    use crate::base::csv::read::Reader;

    const FIELDS: [Field; 5] = [
        Field::text("externalId", "C-1", "").or(&["customer number", "user_id"]),
        Field::text("mobile", "+49", "").like(Looks::Phone),
        Field::text("email", "a@b.c", "").like(Looks::Email).or(&["mail"]),
        Field::text("firstName", "Mina", "").or(&["Vorname"]),
        Field::text("registeredOn", "2024-01-01", "").like(Looks::Moment),
    ];

    fn targets(file: &str, keeps: bool) -> (Vec<String>, bool) {
        let bytes = file.as_bytes();
        let (mut reader, header) = Reader::open(bytes, Dialect::of(bytes)).unwrap().unwrap();
        let rows: Vec<Row> = std::iter::from_fn(|| reader.next_row().unwrap()).collect();
        let known = |name: &str| (name == "path.email").then(|| "email".to_owned());
        let mapping = guess(&header, &rows, &FIELDS, known, keeps);
        let shown = mapping.columns.into_iter().map(|column| match column.to {
            Target::Field(name) => name,
            Target::Keep => "keep".into(),
            Target::Ignore => "-".into(),
        });
        (shown.collect(), mapping.marked)
    }

    #[test]
    fn template_headers_map_by_themselves_and_mean_our_own_sheet() {
        let file = "externalId,mobile,email,firstName,registeredOn\nC-1,,,,\n";
        let (found, marked) = targets(file, true);
        assert_eq!(found, ["externalId", "mobile", "email", "firstName", "registeredOn"]);
        assert!(marked);
    }

    #[test]
    fn other_names_and_then_content_are_tried() {
        let file = "User ID;Vorname;Kontakt;Telefon;seit;status\n7;Mina;m@x.org;+49 151 2345678;2024-01-05;created\n";
        let (found, marked) = targets(file, false);
        assert_eq!(found, ["externalId", "firstName", "email", "mobile", "registeredOn", "-"]);
        assert!(!marked);
        // Two candidates are nobody's guess, and a kind that keeps columns keeps them.
        assert_eq!(targets("a,b\nm@x.org,n@x.org\n", true).0, ["keep", "keep"]);
        assert_eq!(targets("path.email,x\nm@x.org,\n", true).0, ["email", "keep"]);
    }
}
