//! Rows picked from a list instead of a file: written down as a file of their own, so that check, run,
//! progress, result and undo are those of any import.

use uuid::Uuid;

use super::actions::{self, By};
use super::import::Options;
use super::mapping::{Column, Mapping, Target};
use super::upload::Upload;
use super::{kinds, store};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::csv::importable::{Field, Kind, Looks, Picks};
use crate::base::csv::sheet::{Exportable, Request};
use crate::base::csv::write::Writer;
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::error::{Error, Result};
use crate::base::ids::ImportId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem, Problems};
use crate::web::address::encoded;

/// The most rows of one selection: what is written while the person waits.
const MOST: usize = 1_000_000;

/// The lists that rows may be picked from.
const LISTS: [&dyn Exportable; 3] = [
    &crate::customers::CustomerNumbers,
    &crate::badges::HoldersSheet,
    &crate::badges::EnrolmentsSheet,
];

/// A selection as the form says it.
pub struct Selection {
    /// What is to be done.
    pub kind: &'static dyn Kind,
    /// What the kind takes of lists.
    pub picks: Picks,
    /// The list.
    pub list: &'static dyn Exportable,
    /// Whether all that match are meant, and not those ticked.
    pub all: bool,
    /// How many are ticked.
    pub ticked: usize,
    /// The form's own key.
    pub once: Uuid,
    /// Values for all rows, as typed, in the order of [`Picks::asks`].
    pub said: Vec<String>,
    /// The list's filter and what is ticked, as the list's address has them.
    rest: Vec<(String, String)>,
}

impl Selection {
    /// Reads a form; a kind that picks nothing, or not from this list, is not found.
    pub fn read(kind: &str, pairs: &[(String, String)], fresh: Uuid) -> Result<Self> {
        let kind = kinds::find(kind)?;
        let picks = kind.picks().ok_or(Error::NotFound)?;
        let said = |key: &str| {
            let found = pairs.iter().find(|(name, _)| name == key);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let list = LISTS.into_iter().find(|list| list.name() == said("list"));
        let list = list.filter(|list| picks.lists.contains(&list.name())).ok_or(Error::NotFound)?;
        let own = |key: &str| {
            matches!(key, "list" | "take" | "once" | "find") || key.starts_with("constant.")
        };
        let rest = pairs.iter().filter(|(key, value)| !own(key) && !value.is_empty());
        Ok(Selection {
            kind,
            picks,
            list,
            all: said("take") == "all",
            ticked: pairs.iter().filter(|(key, _)| key == "pick").count(),
            once: said("once").parse().unwrap_or(fresh),
            said: picks
                .asks
                .iter()
                .map(|ask| said(&format!("constant.{ask}")).to_owned())
                .collect(),
            rest: rest.cloned().collect(),
        })
    }

    /// Whether this person may do it.
    pub fn require(&self, staff: &Staff) -> Result<()> {
        staff.require(Permission::ReadImports)?;
        staff.require(self.list.permission())?;
        staff.require(self.kind.permission())
    }

    /// The filter and what is ticked: what the list is asked for, and what the form takes along.
    pub fn pairs(&self) -> impl Iterator<Item = &(String, String)> {
        self.rest.iter().filter(|(key, _)| match self.all {
            true => key != "pick",
            false => matches!(key.as_str(), "pick" | "badge"),
        })
    }

    /// The same with the list's filter, whatever is ticked: the way back.
    pub fn filter(&self) -> impl Iterator<Item = &(String, String)> {
        self.rest.iter().filter(|(key, _)| key != "pick")
    }

    /// The fields asked once for all rows, with what was typed.
    pub fn asks(&self) -> Vec<(&'static Field, String)> {
        let field = |ask: &&'static str| self.kind.fields().iter().find(|field| field.name == *ask);
        let asked = self.picks.asks.iter().zip(&self.said);
        asked.filter_map(|(ask, said)| Some((field(ask)?, said.clone()))).collect()
    }

    /// What is missing or cannot be read.
    fn problems(&self, staff: &Staff) -> Problems {
        let mut problems = Problems::none();
        if !self.all && self.ticked == 0 {
            let why = "Nothing is ticked: go back and tick rows, or take all that match";
            problems.push(Problem::whole("nothing_ticked", why));
        }
        for (field, said) in self.asks() {
            let name = format!("constant.{}", field.name);
            if said.trim().is_empty() {
                if self.picks.needs.contains(&field.name) {
                    let what =
                        if field.name == "badgeMetaId" { "Choose a badge" } else { "Say why" };
                    problems.add(name, Fault::blank(what));
                }
            } else if field.looks == Looks::Moment || field.name.ends_with("Date") {
                problems.check(name, parse_instant(said.trim(), staff.zone, DayMeans::Start));
            } else if said.chars().count() > 500 {
                problems.add(name, Fault::new("too_long", "Use at most 500 characters"));
            }
        }
        problems
    }

    /// Begins the check of what is selected. The same form sent again leads to the same import.
    pub async fn begin(&self, app: &App, staff: &Staff) -> Result<ImportId> {
        self.require(staff)?;
        self.problems(staff).into_result()?;
        if let Some(begun) = self.begun(app, staff).await? {
            return Ok(begun);
        }
        let (file, columns) = self.written(app, staff).await?;
        let mapping = self.mapping(columns);
        let (kind, once, whole) = (self.kind.name(), self.once, file.id);
        let done = app
            .act(staff.actor(), move |act| {
                Box::pin(async move {
                    let id = actions::create(act, kind, &file, &mapping, None).await?;
                    let org = act.org();
                    store::set_once(act.db(), org, id, once).await?;
                    let options = Options::default();
                    actions::begin_check(act, id, mapping, options, "", By::Worker).await?;
                    Ok(id)
                })
            })
            .await;
        if done.is_err() {
            discard(app, staff, whole).await?;
            if let Some(begun) = self.begun(app, staff).await? {
                return Ok(begun);
            }
        }
        done
    }

    async fn begun(&self, app: &App, staff: &Staff) -> Result<Option<ImportId>> {
        let mut db = app.read(staff.org).await?;
        Ok(store::by_once(&mut db, staff.org, self.once).await?)
    }

    /// The rows as a stored file, and its columns.
    async fn written(
        &self,
        app: &App,
        staff: &Staff,
    ) -> Result<(store::StoredFile, Vec<&'static str>)> {
        let pair = |(key, value): &(String, String)| format!("{key}={}", encoded(value));
        let query = self.pairs().map(pair).collect::<Vec<_>>().join("&");
        let now = app.clock.now();
        let (org, zone, role) = (staff.org, staff.zone, staff.role);
        let request = Request { org, now, zone, role, query };
        let mut db = app.jobs.begin(org).await?;
        let mut sheet = self.list.open(&mut db, &request).await?;
        drop(db);
        let header = sheet.header();
        let place = |column: &&'static str| {
            header.iter().position(|name| name == column).map(|at| (*column, at))
        };
        let places: Vec<(&'static str, usize)> =
            self.picks.columns.iter().filter_map(place).collect();
        let columns: Vec<&'static str> = places.iter().map(|(name, _)| *name).collect();
        let name = format!("selection_{}_{}.csv", self.kind.name(), now.format("%Y%m%d%H%M%S"));
        let mut upload = Upload::begin(app, &staff.actor(), &name).await?;
        let mut writer = Writer::new(columns.iter().copied(), false).map_err(Error::internal)?;
        let mut rows = 0;
        loop {
            let mut db = app.jobs.begin(org).await?;
            let batch = sheet.next(&mut db).await?;
            drop(db);
            for row in &batch {
                let cells = places.iter().filter_map(|(_, at)| row.get(*at));
                writer.row(cells).map_err(Error::internal)?;
            }
            let (bytes, next) = writer.take().map_err(Error::internal)?;
            writer = next;
            upload.push(&bytes).await?;
            rows += batch.len();
            if batch.is_empty() {
                break;
            }
            if rows > MOST {
                let why = "More than a million match: narrow the filter, or take a file";
                return Err(Problem::whole("too_many", why).into());
            }
        }
        if rows == 0 {
            let why = "Nothing matches any more: look at the list again";
            return Err(Problem::whole("nothing_matches", why).into());
        }
        Ok((upload.finish().await?, columns))
    }

    fn mapping(&self, columns: Vec<&'static str>) -> Mapping {
        let column = |name: &'static str| Column {
            header: name.to_owned(),
            to: Target::Field(name.to_owned()),
        };
        let said = self.asks().into_iter().filter(|(_, said)| !said.trim().is_empty());
        Mapping {
            columns: columns.into_iter().map(column).collect(),
            constants: said.map(|(field, said)| (field.name.to_owned(), said)).collect(),
            marked: true,
        }
    }
}

/// A file that became no import is not kept.
async fn discard(app: &App, staff: &Staff, file: crate::base::ids::FileId) -> Result<()> {
    app.act(staff.actor(), move |act| {
        Box::pin(async move {
            let org = act.org();
            act.bookkeeping();
            Ok(crate::base::files::remove(act.db(), org, file).await?)
        })
    })
    .await
}
