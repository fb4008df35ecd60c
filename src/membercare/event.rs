//! The date of an event as support types it: a day and a time of day, each of which may be left empty.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use crate::badges::times::{date_box, read, read_pair, time_box};
use crate::base::problem::{Fault, Problems};

/// As typed.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct When {
    /// The day; an address may hold a whole instant here.
    pub on: String,
    /// The time of day.
    pub at: String,
}

impl When {
    /// The instant meant, read in the brand's zone. A day alone is its beginning, as in files; nothing at
    /// all is `None`: now.
    pub fn read(&self, zone: Tz) -> Result<Option<DateTime<Utc>>, Problems> {
        let (on, at) = (self.on.trim(), self.at.trim());
        let problem = |field: &'static str, fault: Fault| Problems::from(fault.on(field));
        match (on, at) {
            ("", "") => return Ok(None),
            ("", _) => return Err(problem("on", Fault::blank("Give the day as well"))),
            _ => {}
        }
        read(on, zone).map_err(|fault| problem("on", fault))?;
        let event = read_pair(on, at, zone).map_err(|fault| problem("at", fault))?;
        Ok(Some(event.start(zone)))
    }

    /// How the two boxes show an instant.
    pub fn shown(at: DateTime<Utc>, zone: Tz) -> Self {
        When { on: date_box(at, zone), at: time_box(at, zone) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(on: &str, at: &str) -> Result<Option<String>, String> {
        let when = When { on: on.to_owned(), at: at.to_owned() };
        let said = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        when.read(Tz::Europe__Berlin)
            .map(|event| event.map(said))
            .map_err(|problems| problems.iter().filter_map(|p| p.field.clone()).collect())
    }

    #[test]
    fn what_is_typed_is_read_in_the_brands_zone() {
        let at = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(read("", " "), Ok(None));
        assert_eq!(read("2026-11-12", ""), at("2026-11-11T23:00:00Z"));
        assert_eq!(read("2026-11-12", "18:20"), at("2026-11-12T17:20:00Z"));
        assert_eq!(read("2026-11-12T18:20", ""), at("2026-11-12T17:20:00Z"));
        assert_eq!(read("2026-11-12T17:20:00Z", ""), at("2026-11-12T17:20:00Z"));
        // The hour that the clocks skip is the moment they jumped to.
        assert_eq!(read("2026-03-29", "02:30"), at("2026-03-29T01:00:00Z"));
        assert_eq!(read("", "18:20"), Err("on".to_owned()));
        assert_eq!(read("soon", "18:20"), Err("on".to_owned()));
        assert_eq!(read("2026-11-12", "25:00"), Err("at".to_owned()));
    }

    #[test]
    fn an_instant_comes_back_from_its_boxes() {
        let at: DateTime<Utc> = "2026-11-12T17:20:07Z".parse().unwrap();
        let shown = When::shown(at, Tz::Europe__Berlin);
        assert_eq!((shown.on.as_str(), shown.at.as_str()), ("2026-11-12", "18:20:07"));
        assert_eq!(shown.read(Tz::Europe__Berlin), Ok(Some(at)));
    }
}
