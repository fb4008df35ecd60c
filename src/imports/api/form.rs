//! The form a file comes in, and which of its columns is what.

use std::collections::BTreeMap;

use axum::extract::multipart::{Field as Part, Multipart};

use super::Part as Read;
use crate::api::{Fault, Permit, Trouble};
use crate::base::app::App;
use crate::base::csv::read::Header;
use crate::coupons::Handling;
use crate::imports::mapping::{Column, Mapping, Target};
use crate::imports::store::StoredFile;
use crate::imports::upload::Upload;

/// The longest value of the form beside the file.
const LONGEST: usize = 10_000;

/// A form that was read: its texts, and the file, which is stored already.
#[derive(Default)]
pub struct Form {
    texts: BTreeMap<String, String>,
    /// The file.
    pub file: Option<StoredFile>,
}

fn wrong(message: impl Into<std::borrow::Cow<'static, str>>) -> Trouble {
    Trouble::bad(Fault::new(400, message))
}

impl Form {
    /// Reads the form; the file goes to the store as it streams by.
    pub async fn read(app: &App, permit: &Permit, mut parts: Multipart) -> Read<Self> {
        let broken = |_| wrong("The form did not arrive whole");
        let mut form = Form::default();
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "file" {
                form.file = Some(store(app, permit, part).await?);
                continue;
            }
            let text = part.text().await.map_err(broken)?;
            if text.len() > LONGEST {
                return Err(wrong(format!("{name} is too long")).into());
            }
            form.texts.insert(name, text.trim().to_owned());
        }
        Ok(form)
    }

    fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The column of codes and identifiers: `customerIdentifier` names the one at
    /// `customerIdentifierColumn`, and the first other column is the code where the series wants one.
    pub fn of_codes(&self, header: &Header, handling: Handling) -> Result<Mapping, Trouble> {
        let field = identifier(self.text("customerIdentifier"), true)?;
        let column = match (field, self.text("customerIdentifierColumn")) {
            (None, _) => None,
            (Some(_), "") => Some(0),
            (Some(_), text) => Some(text.parse::<usize>().map_err(|_| {
                wrong("customerIdentifierColumn is the number of a column, counted from 0")
            })?),
        };
        let ready = handling == Handling::Uploaded;
        let code =
            if ready { (0..header.names.len()).find(|at| Some(*at) != column) } else { None };
        let targets = field.zip(column).map(|(field, at)| (at, field));
        let targets = targets.into_iter().chain(code.map(|at| (at, "code")));
        mapping(header, &targets.collect::<Vec<_>>())
    }

    /// The columns of redemptions, as `uploadHeaders` numbers them.
    pub fn of_redemptions(&self, header: &Header) -> Result<Mapping, Trouble> {
        identifier(self.text("customerIdentifier"), false)?;
        if !matches!(self.text("couponIdentifier"), "COUPON_ID" | "COUPON_CODE") {
            return Err(wrong("couponIdentifier must be COUPON_ID or COUPON_CODE"));
        }
        let named: BTreeMap<String, usize> = serde_json::from_str(self.text("uploadHeaders"))
            .map_err(|_| wrong("uploadHeaders must be JSON: names and numbers of columns"))?;
        let mut targets = Vec::new();
        for (name, at) in named {
            let known = HEADERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name));
            let (_, field) =
                known.ok_or_else(|| wrong(format!("uploadHeaders: what is {name}?")))?;
            targets.push((at, *field));
        }
        mapping(header, &targets)
    }
}

/// What `uploadHeaders` may name, and the field it feeds.
const HEADERS: [(&str, &str); 12] = [
    ("redeemedDateInMillis", "redeemedOn"),
    ("redeemedAt", "redeemedAt"),
    ("userId", "customerId"),
    ("mobile", "mobile"),
    ("externalId", "externalId"),
    ("email", "email"),
    ("couponId", "couponId"),
    ("couponCode", "couponCode"),
    ("billId", "billId"),
    ("billNumber", "billNumber"),
    ("billAmount", "billAmount"),
    ("details", "details"),
];

/// The field of a `customerIdentifier`; none where rows name nobody.
fn identifier(word: &str, or_nobody: bool) -> Result<Option<&'static str>, Trouble> {
    match word {
        "MOBILE" => Ok(Some("mobile")),
        "EXTERNAL_ID" => Ok(Some("externalId")),
        "EMAIL" => Ok(Some("email")),
        "USER_ID" => Ok(Some("customerId")),
        "NOT_TAGGED" if or_nobody => Ok(None),
        _ => {
            let nobody = if or_nobody { ", NOT_TAGGED" } else { "" };
            let why = "customerIdentifier must be one of MOBILE, EXTERNAL_ID, EMAIL, USER_ID";
            Err(wrong(format!("{why}{nobody}")))
        }
    }
}

/// A mapping of the columns named; all others are left out.
fn mapping(header: &Header, targets: &[(usize, &str)]) -> Result<Mapping, Trouble> {
    let columns = header.names.iter();
    let mut mapping = Mapping {
        columns: columns.map(|name| Column { header: name.clone(), to: Target::Ignore }).collect(),
        ..Mapping::default()
    };
    for (at, field) in targets {
        let width = mapping.columns.len();
        let column = mapping.columns.get_mut(*at).ok_or_else(|| {
            wrong(format!("There is no column {at}: the file has {width}, counted from 0"))
        })?;
        column.to = Target::Field((*field).to_owned());
    }
    Ok(mapping)
}

async fn store(app: &App, permit: &Permit, mut part: Part<'_>) -> Read<StoredFile> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let mut upload = Upload::begin(app, &permit.actor(), &name).await?;
    loop {
        let bytes = part.chunk().await.map_err(|_| wrong("The file did not arrive whole"))?;
        match bytes {
            Some(bytes) => upload.push(&bytes).await?,
            None => return Ok(upload.finish().await?),
        }
    }
}
