//! What an address or a form asks for: the deed, and the coupons as the list they come from has them.

use uuid::Uuid;

use crate::auth::Staff;
use crate::base::app::{App, Reading};
use crate::base::error::{Error, Result};
use crate::base::ids::{BulkListId, BulkRunId, CouponId, CustomerId, SeriesId};
use crate::base::problem::Problem;
use crate::coupons::bulk::{Action, Draft, List, MOST_IDS, Run, Scope, Until, require};
use crate::coupons::holdings::{HoldingFilter, Holdings};
use crate::coupons::series::{Series, Totals};
use crate::coupons::store::{self, bulk, bulk_lists};
use crate::web::address::address;

/// Keys and values, as an address or a form sends them.
pub type Pairs = Vec<(String, String)>;

/// What is asked for.
pub struct Asked {
    pairs: Pairs,
}

/// What was found for it.
pub struct Found {
    /// The run as typed.
    pub draft: Draft,
    /// Of codes of one series: the series and its totals.
    pub series: Option<(Series, Totals)>,
    /// Of listed customers: the list.
    pub list: Option<List>,
    /// Of an undo: the run it takes back.
    pub undone: Option<Run>,
}

impl Asked {
    /// Reads an address or a form.
    pub fn new(pairs: Pairs) -> Self {
        Asked { pairs }
    }

    /// The first value of a key; blank where there is none.
    pub fn said(&self, key: &str) -> &str {
        let found = self.pairs.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.trim()).unwrap_or_default()
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.said(key).parse().ok()
    }

    /// What leads to the same coupons again: for the form.
    pub fn scope_pairs(&self) -> impl Iterator<Item = &(String, String)> {
        let own = ["until", "date", "time", "reason", "sure", "once"];
        self.pairs
            .iter()
            .filter(move |(key, value)| !own.contains(&key.as_str()) && !value.is_empty())
    }

    /// The list the coupons were picked from.
    pub fn back(&self) -> String {
        let filter = |skip: &[&str]| -> Vec<(&str, &str)> {
            let pairs = self.scope_pairs().map(|(key, value)| (key.as_str(), value.as_str()));
            pairs.filter(|(key, _)| !skip.contains(key) && *key != "pick").collect()
        };
        match (self.number("series"), self.number("customer"), self.number("run")) {
            (_, _, Some(run)) => format!("/coupons/bulk/{run}"),
            (Some(series), None, _) => {
                let codes = format!("/coupons/{series}/codes");
                address(&codes, &filter(&["action", "series", "list"]))
            }
            (_, Some(customer), _) => {
                let tab = format!("/customers/{customer}/coupons");
                address(&tab, &filter(&["action", "customer"]))
            }
            _ => "/coupons/bulk".to_owned(),
        }
    }

    /// Finds what is meant; another brand's is not there.
    pub async fn find(&self, app: &App, staff: &Staff) -> Result<Found> {
        let action = Action::of(self.said("action")).ok_or(Error::NotFound)?;
        let mut db = app.read(staff.org).await?;
        let (mut series, mut list, mut undone) = (None, None, None);
        let scope = if let Some(run) = self.number("run") {
            let run = BulkRunId::new(run);
            undone = bulk::find(&mut *db, staff.org, run).await?;
            undone.as_ref().filter(|run| run.may_undo()).ok_or(Error::NotFound)?;
            Scope::Run { run }
        } else if let Some(id) = self.number("series").filter(|_| self.said("customer").is_empty())
        {
            let id = SeriesId::new(id);
            let found = store::series::find(&mut *db, staff.org, id).await?;
            let found = found.ok_or(Error::NotFound)?;
            let totals = store::totals::totals(&mut *db, staff.org, &[id]).await?.remove(&id);
            series = Some((found, totals.unwrap_or_default()));
            if let Some(of) = self.number("list") {
                let of = BulkListId::new(of);
                list = bulk_lists::find(&mut *db, staff.org, of).await?;
                list.as_ref().filter(|list| list.series == id).ok_or(Error::NotFound)?;
                Scope::Customers { series: id, list: of }
            } else {
                let job = action == Action::Revoke && self.said("wanted").is_empty();
                let wanted = if job { "UNREDEEMED" } else { self.said("wanted") };
                Scope::series(id, wanted, self.said("q"))
            }
        } else {
            self.coupons(app, &mut db, staff).await?
        };
        if (action == Action::Restore) != undone.is_some() {
            return Err(Error::NotFound);
        }
        require(|permission| staff.may(permission), action, &scope)?;
        let draft = Draft {
            action,
            scope,
            until: Until {
                until: self.said("until").to_owned(),
                date: self.said("date").to_owned(),
                time: self.said("time").to_owned(),
            },
            reason: self.said("reason").to_owned(),
            sure: self.said("sure") == "true",
            once: self.said("once").parse().unwrap_or_else(|_| Uuid::new_v4()),
        };
        Ok(Found { draft, series, list, undone })
    }

    /// Coupons that were ticked, or all of a customer's that match the filter of their tab. A filter that
    /// cannot be read is refused: it must not come to mean more than was asked for.
    async fn coupons(&self, app: &App, db: &mut Reading, staff: &Staff) -> Result<Scope> {
        let ticked = self.pairs.iter().filter(|(key, _)| key == "pick");
        let ticked: Vec<CouponId> =
            ticked.filter_map(|(_, value)| value.parse().ok().map(CouponId::new)).collect();
        let customer = self.number("customer").map(CustomerId::new);
        let ids = match (customer, ticked.is_empty()) {
            (None, true) => return Err(Error::NotFound),
            (_, false) => ticked,
            (Some(customer), true) => {
                let pairs: Vec<(&str, &str)> =
                    self.scope_pairs().map(|(key, value)| (key.as_str(), value.as_str())).collect();
                let (filter, problems) = HoldingFilter::of_query(&address("", &pairs));
                problems.into_result()?;
                let (org, now) = (staff.org, app.clock.now());
                let held = Holdings::of(db, org, customer, staff.zone, now).await?;
                held.numbers(db, &filter, None, MOST_IDS + 1).await?.items
            }
        };
        if ids.len() > MOST_IDS {
            return Err(Problem::whole("too_many", "Too many coupons: narrow the filter").into());
        }
        Ok(Scope::coupons(ids, customer))
    }
}
