//! The customers of Northwind Outfitters, as the file a shop system would hand over.

use chrono::{Days, NaiveDate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::base::error::{Error, Result};

/// How many there are.
pub const HOW_MANY: usize = 120;

/// Names that a console must bear: other scripts, right to left, one word, very long.
const SPECIAL: [(&str, &str); 14] = [
    ("Maximiliane-Theodora", "von und zu Hohenfels-Wallenstein-Sonnenburg"),
    ("محمد", "الشريف"),
    ("ליאור", "בן-דוד"),
    ("فاطمة الزهراء", "بنعلي"),
    ("נועה", "לוי"),
    ("さくら", "田中"),
    ("Björk", ""),
    ("Ólafur", "Þórðarson"),
    ("Zoë", "D’Angelo-O’Sullivan"),
    ("Ελένη", "Παπαδοπούλου"),
    ("Дмитрий", "Щербаков"),
    ("小明", "李"),
    ("Nguyễn Thị", "Ánh Tuyết"),
    ("María del Carmen", "Fernández de la Vega y García-Escudero"),
];

const FIRST: [&str; 32] = [
    "Anna",
    "Jonas",
    "Lea",
    "Mehmet",
    "Sophie",
    "Lukas",
    "Aylin",
    "Felix",
    "Clara",
    "Piotr",
    "Emilia",
    "Tim",
    "Katarzyna",
    "Noah",
    "Ida",
    "Marek",
    "Hannah",
    "Luca",
    "Greta",
    "Tomasz",
    "Mia",
    "Ben",
    "Frieda",
    "Elif",
    "Paul",
    "Johanna",
    "Oskar",
    "Nele",
    "Samuel",
    "Marlene",
    "Henri",
    "Charlotte",
];
const LAST: [&str; 29] = [
    "Becker", "Yılmaz", "Hoffmann", "Kowalska", "Schäfer", "Neumann", "Krüger", "Wagner",
    "Richter", "Öztürk", "Vogel", "Lindner", "Brandt", "Nowak", "Engel", "Winter", "Sommer",
    "Fuchs", "Jansen", "Petersen", "Albrecht", "Dietrich", "Busch", "Ziegler", "Kuhn", "Rossi",
    "Marchand", "Novák", "Horvat",
];
const CITIES: [&str; 8] =
    ["Berlin", "Hamburg", "München", "Köln", "Leipzig", "Wien", "Zürich", "Kraków"];
const LIKES: [&str; 4] = ["Hiking", "Climbing", "Bikepacking", "Ski touring"];

/// The number a customer is known by outside.
pub fn external_id(place: usize) -> String {
    format!("NW-{:05}", 10_001 + place * 7)
}

/// The file of customers, the same every time but for the dates.
pub fn file(today: NaiveDate) -> Result<Vec<u8>> {
    let mut random = StdRng::seed_from_u64(0x1026);
    let mut file = csv::Writer::from_writer(Vec::new());
    let columns =
        ["externalId", "mobile", "email", "cardNumber", "firstName", "lastName", "registeredOn"];
    let columns = columns.iter().chain(&["city", "likes"]);
    file.write_record(columns).map_err(Error::internal)?;
    for place in 0..HOW_MANY {
        let (first, last) = name(place);
        let id = external_id(place);
        let registered = Days::new(random.random_range(20..900));
        let registered = today.checked_sub_days(registered).unwrap_or(today).to_string();
        let mobile = format!("4915{:09}", 100_000_000 + place * 7_354_321);
        let email = format!("{}@example.com", id.to_lowercase());
        let card = format!("7004{:08}", 20_250_000 + place * 13);
        let city = CITIES[random.random_range(0..CITIES.len())];
        let likes = LIKES[random.random_range(0..LIKES.len())];
        // Not everybody has told everything.
        let mobile = if place % 9 == 4 { "" } else { mobile.as_str() };
        let card = if place % 5 == 2 { "" } else { card.as_str() };
        let row = [&id, mobile, &email, card, first, last, &registered, city, likes];
        file.write_record(row).map_err(Error::internal)?;
    }
    file.into_inner().map_err(|error| Error::internal(error.into_error()))
}

fn name(place: usize) -> (&'static str, &'static str) {
    // The unusual ones are strewn among the others.
    match (place % 8, SPECIAL.get(place / 8)) {
        (3, Some(special)) => *special,
        _ => (FIRST[place * 5 % FIRST.len()], LAST[place * 11 % LAST.len()]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_customer_has_a_row_and_identifiers_of_their_own() {
        let bytes = file(NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), HOW_MANY);
        for column in 0..4 {
            let given = rows.iter().map(|row| &row[column]).filter(|value| !value.is_empty());
            let given: Vec<&str> = given.collect();
            assert_eq!(given.iter().collect::<HashSet<_>>().len(), given.len(), "column {column}");
        }
        let names: HashSet<_> =
            rows.iter().map(|row| (row[4].to_owned(), row[5].to_owned())).collect();
        assert!(names.len() > 110, "{}", names.len());
        assert!(SPECIAL.iter().all(|(first, _)| names.iter().any(|(name, _)| name == first)));
    }
}
