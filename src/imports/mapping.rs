//! Which column of a file feeds which field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::csv::importable::{Columns, Field, Source};
use crate::base::csv::read::{Header, fold};
use crate::base::problem::{Fault, Problems};

/// What happens to a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// It is left out.
    Ignore,
    /// It feeds the field of this name.
    Field(String),
    /// It is kept under its own header, by kinds that keep what they do not know.
    Keep,
}

/// A column and what happens to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// As the file calls it.
    pub header: String,
    /// What happens to it.
    pub to: Target,
}

/// A file's columns, mapped; can be saved under a name and laid over another file by header.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// In the file's order.
    pub columns: Vec<Column>,
    /// Fields that have one value for all rows.
    pub constants: BTreeMap<String, String>,
    /// Whether text cells carry the mark our own exports put before formulas.
    pub marked: bool,
}

impl Mapping {
    /// Lays a saved mapping over another file: columns of the same header go where they went.
    /// The rest stays as `self` has it.
    pub fn overlaid(mut self, saved: &Mapping) -> Self {
        for column in &mut self.columns {
            let folded = fold(&column.header);
            if let Some(known) = saved.columns.iter().find(|known| fold(&known.header) == folded) {
                column.to = known.to.clone();
            }
        }
        self.constants.clone_from(&saved.constants);
        self.marked = saved.marked;
        self
    }

    /// Whether a field gets a value from somewhere.
    pub fn feeds(&self, field: &str) -> bool {
        let constant = self.constants.get(field).is_some_and(|value| !value.trim().is_empty());
        constant || self.columns.iter().any(|c| matches!(&c.to, Target::Field(f) if f == field))
    }

    /// Makes the mapping ready for a file, or says what stands against it. `repeats` says for which
    /// fields a template has the same header twice.
    pub fn resolve(
        &self,
        header: &Header,
        fields: &[Field],
        repeats: impl Fn(&str) -> bool,
    ) -> Result<Columns, Problems> {
        let mut problems = Problems::none();
        for (index, name) in header.repeated() {
            let target = self.columns.get(index).map(|column| &column.to);
            let allowed = match target {
                Some(Target::Field(field)) => repeats(field),
                Some(Target::Ignore) => true,
                _ => false,
            };
            if !allowed {
                let message = format!("The header “{name}” stands there twice; ignore one of them");
                problems.add(format!("column.{index}"), Fault::new("repeated_header", message));
            }
        }
        let mut columns = Columns { marked: self.marked, ..Columns::default() };
        for field in fields {
            let feeding = self.columns.iter().enumerate();
            let mut sources: Vec<Source> = feeding
                .filter(|(_, c)| matches!(&c.to, Target::Field(name) if name == field.name))
                .map(|(index, _)| Source::Column(index))
                .collect();
            if sources.len() > 1 && !repeats(field.name) {
                let message = format!("Two columns feed “{}”; ignore one of them", field.name);
                problems.add(field.name, Fault::new("mapped_twice", message));
            }
            if let Some(value) = self.constants.get(field.name).map(|value| value.trim())
                && !value.is_empty()
            {
                sources.push(Source::Constant(value.to_owned()));
            }
            if field.required && sources.is_empty() {
                let message = format!("No column feeds “{}”, which every row needs", field.name);
                problems.add(field.name, Fault::new("unmapped", message));
            }
            columns.fields.push(sources);
        }
        let known = |name: &str| fields.iter().any(|field| field.name == name);
        let others = self.columns.iter().enumerate();
        columns.others = others
            .filter_map(|(index, column)| match &column.to {
                Target::Keep => Some((column.header.clone(), index)),
                Target::Field(name) if !known(name) => Some((name.clone(), index)),
                _ => None,
            })
            .collect();
        problems.into_result().map(|()| columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::csv::dialect::Dialect;
    use crate::base::csv::importable::Entry;
    use crate::base::csv::read::Reader;

    const FIELDS: [Field; 2] =
        [Field::text("name", "x", "").needed(), Field::text("earnType", "EARN", "")];

    fn mapping(to: &[Target], header: &Header) -> Mapping {
        let columns = header.names.iter().zip(to);
        let columns = columns.map(|(header, to)| Column { header: header.clone(), to: to.clone() });
        Mapping { columns: columns.collect(), ..Mapping::default() }
    }

    #[test]
    fn a_row_knows_its_fields_constants_and_the_columns_it_keeps() {
        let file = b"who,rest,junk\n ' x ,'=1,z\n";
        let (mut reader, header) = Reader::open(&file[..], Dialect::PLAIN).unwrap().unwrap();
        let to = [Target::Field("name".into()), Target::Keep, Target::Ignore];
        let mut mapping = mapping(&to, &header);
        mapping.constants.insert("earnType".into(), "ISSUE".into());
        mapping.marked = true;
        let columns = mapping.resolve(&header, &FIELDS, |_| false).unwrap();
        let row = reader.next_row().unwrap().unwrap();
        let entry = Entry::new(&row, &columns);
        assert_eq!((entry.get(0), entry.get(1)), ("' x", "ISSUE"));
        assert_eq!(entry.others().collect::<Vec<_>>(), [("rest", "=1")]);
    }

    #[test]
    fn what_cannot_work_is_said_before_any_row_is_read() {
        let header = Header { names: vec!["earnType".into(), "EarnType".into()] };
        let twice = [Target::Field("earnType".into()), Target::Field("earnType".into())];
        let refused = mapping(&twice, &header).resolve(&header, &FIELDS, |_| false).unwrap_err();
        let codes: Vec<_> = refused.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["repeated_header", "unmapped", "mapped_twice"]);
        let mut allowed = mapping(&twice, &header);
        allowed.constants.insert("name".into(), "x".into());
        assert!(allowed.resolve(&header, &FIELDS, |field| field == "earnType").is_ok());
    }

    #[test]
    fn a_saved_mapping_follows_the_headers_not_the_order() {
        let old = Header { names: vec!["a".into(), "b".into()] };
        let saved = mapping(&[Target::Field("name".into()), Target::Ignore], &old);
        let new = Header { names: vec!["B".into(), "c".into(), "A".into()] };
        let fresh = mapping(&[Target::Keep, Target::Keep, Target::Keep], &new);
        let targets: Vec<_> = fresh.overlaid(&saved).columns.into_iter().map(|c| c.to).collect();
        assert_eq!(targets, [Target::Ignore, Target::Keep, Target::Field("name".into())]);
    }
}
