//! What spreadsheets write, and what they should not.

use proptest::prelude::*;

use super::*;

type Cells = Vec<Vec<String>>;

fn open(bytes: &[u8]) -> (Reader<&[u8]>, Header) {
    Reader::open(bytes, Dialect::of(bytes)).unwrap().unwrap()
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let (mut reader, _) = open(bytes);
    std::iter::from_fn(|| reader.next_row().unwrap()).collect()
}

fn cells(rows: &[Row]) -> Cells {
    rows.iter().map(|row| row.cells().map(str::to_owned).collect()).collect()
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let lead = mark.then_some(0xFEFF);
    let units = lead.into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn one_table_reads_alike_in_every_spelling_of_excel() {
    let text = "Name;Ort;Notiz\r\nJürgen;Köln;\"zwei\r\nZeilen; wirklich\"\r\nÉva;Győr→;\"sagt \"\"ja\"\"\"\r\n";
    let plain = text.replace(['ő', '→'], "o");
    let want = |text: &str| cells(&rows(text.as_bytes()));
    assert_eq!(want(text)[0], ["Jürgen", "Köln", "zwei\r\nZeilen; wirklich"]);
    assert_eq!(want(text)[1], ["Éva", "Győr→", "sagt \"ja\""]);

    let latin = encoding_rs::WINDOWS_1252.encode(&plain).0.into_owned();
    assert_eq!(cells(&rows(&latin)), want(&plain));
    for (little, mark) in [(true, true), (true, false), (false, true), (false, false)] {
        assert_eq!(cells(&rows(&utf16(text, little, mark))), want(text));
    }
    let marked = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
    assert_eq!(open(&marked).1.names, ["Name", "Ort", "Notiz"]);
    for ending in ["\n", "\r"] {
        let text = "a,b\r\n1,2\r\n3,4\r\n".replace("\r\n", ending);
        assert_eq!(cells(&rows(text.as_bytes())), [["1", "2"], ["3", "4"]]);
    }
    let declared = rows(b"sep=|\r\na|b\r\n1,5|2\r\n");
    assert_eq!(cells(&declared), [["1,5", "2"]]);
    assert_eq!(declared[0].start.line, 3);
}

#[test]
fn lines_are_those_of_the_editor() {
    let found = rows(b"a,b\n\n1,\"x\ny\"\n,\n   \n2,z\n");
    assert_eq!(found.iter().map(|row| row.start.line).collect::<Vec<_>>(), [3, 7]);
}

#[test]
fn a_row_of_another_width_is_refused_with_both_numbers_but_trailing_delimiters_are_not() {
    let found = rows(b"a,b\n1\n1,2,3\n1,2,,\n1,2\n");
    let damage: Vec<_> = found.iter().map(|row| row.damage).collect();
    assert_eq!(
        damage,
        [
            Some(Damage::Ragged { want: 2, got: 1 }),
            Some(Damage::Ragged { want: 2, got: 3 }),
            None,
            None
        ]
    );
    assert_eq!(found[2].len(), 2);
    assert!(found[0].damage.unwrap().fault().message.contains("1 cells, the header has 2"));
}

#[test]
fn a_stray_quote_costs_one_line() {
    for stray in ["2,\"x", "2,\"x\" y", "\"2,x"] {
        let found = rows(format!("a,b\n1,x\n{stray}\n3,y\n4,\"z\"\n").as_bytes());
        let hurt: Vec<_> = found.iter().map(|row| (row.start.line, row.damage)).collect();
        assert_eq!(hurt, [(2, None), (3, Some(Damage::Quote)), (4, None), (5, None)], "{stray}");
        assert_eq!(found[1].cell(0), stray);
    }
}

#[test]
fn a_quote_never_closed_in_a_big_file_costs_one_line_and_no_memory() {
    let mut file = b"a,b\n1,\"open\n".to_vec();
    (0..30_000).for_each(|n| file.extend_from_slice(format!("{n},fine\n").as_bytes()));
    let found = rows(&file);
    assert_eq!(found.len(), 30_001);
    assert_eq!(found[0].damage, Some(Damage::TooLong));
    assert!(found[1..].iter().all(|row| row.damage.is_none()));
}

#[test]
fn limits_and_zero_bytes_hurt_their_row_only() {
    let long = "x".repeat(MAX_CELL + 1);
    let endless = "y".repeat(5 * MAX_RECORD);
    let file = format!("a,b\n1,{long}\n{endless}\r\n2,z\0z\n3,ok\n");
    let found = rows(file.as_bytes());
    let damage: Vec<_> = found.iter().map(|row| (row.start.line, row.damage)).collect();
    assert_eq!(
        damage,
        [
            (2, Some(Damage::CellTooLong(1))),
            (3, Some(Damage::TooLong)),
            (4, Some(Damage::Nul(1))),
            (5, None)
        ]
    );
    let wide = vec!["c"; MAX_COLUMNS + 1].join(",");
    let refused = Reader::open(wide.as_bytes(), Dialect::PLAIN).unwrap().err().unwrap();
    assert_eq!(refused.code, "too_many_columns");
    assert_eq!(Reader::open(&b"\n \n"[..], Dialect::PLAIN).unwrap().err().unwrap().code, "empty");
}

#[test]
fn bytes_that_are_no_letters_hurt_their_row_when_a_mark_says_utf8() {
    let found = rows(b"\xEF\xBB\xBFa,b\n1,Andr\xE9\n2,ok\n");
    assert_eq!(found[0].damage, Some(Damage::NotText));
    assert_eq!((found[0].cell(1), found[1].damage), ("Andr\u{FFFD}", None));
}

#[test]
fn repeated_headers_are_found_whatever_their_case() {
    let (_, header) = open(b"eMail,x,E-Mail,y,,\n1,2,3,4\n");
    assert_eq!(header.names.len(), 4);
    assert_eq!(header.repeated().collect::<Vec<_>>(), [(2, "E-Mail")]);
}

/// Rows as damaged and as foreign as they come.
fn any_file() -> impl Strategy<Value = (String, u8)> {
    let piece = prop_oneof![
        8 => "[a-z]{0,4}".prop_map(String::from),
        2 => "[äß→𝄞]{1,3}".prop_map(String::from),
        2 => "\"([a-z,]|\"\"|\r\n|\n|𝄞){0,6}\"".prop_map(String::from),
        1 => Just("\"".to_owned()),
        1 => Just("\0".to_owned()),
    ];
    let joint = prop_oneof![4 => Just(","), 2 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    let body = prop::collection::vec((piece, joint), 0..60);
    (body, 0..4u8).prop_map(|(body, encoding)| {
        let body: String = body.into_iter().map(|(piece, joint)| piece + joint).collect();
        (format!("a,b\r\n{body}"), encoding)
    })
}

proptest! {
    #[test]
    fn resuming_anywhere_equals_reading_on((text, encoding) in any_file()) {
        use crate::base::csv::dialect::Encoding::*;
        let (encoding, bytes) = match encoding {
            0 => (Utf8, text.into_bytes()),
            1 => (Utf16Le, utf16(&text, true, false)),
            2 => (Utf16Be, utf16(&text, false, false)),
            _ => {
                let latin: String = text.chars().filter(|c| (*c as u32) < 256).collect();
                (Windows1252, encoding_rs::WINDOWS_1252.encode(&latin).0.into_owned())
            }
        };
        let dialect = Dialect { encoding, ..Dialect::PLAIN };
        let (mut reader, header) = Reader::open(&bytes[..], dialect).unwrap().unwrap();
        let mut all = Vec::new();
        let mut places = vec![reader.place()];
        while let Some(row) = reader.next_row().unwrap() {
            all.push(row);
            places.push(reader.place());
        }
        prop_assert_eq!(reader.place().byte, bytes.len() as u64);
        for (index, place) in places.iter().enumerate() {
            let rest = &bytes[usize::try_from(place.byte).unwrap()..];
            let mut again = Reader::resume(rest, dialect, header.names.len(), *place);
            let tail: Vec<Row> = std::iter::from_fn(|| again.next_row().unwrap()).collect();
            prop_assert_eq!(&tail[..], &all[index..]);
        }
    }
}
