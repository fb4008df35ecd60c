//! Files to take home: what became of each row, the rows to correct, and an example of each kind.

use axum::body::Body;
use axum::extract::{Path, State};
use bytes::Bytes;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::csv::write::{Cell, Writer};
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::imports::kinds;
use crate::imports::pages::show::find;
use crate::imports::result::{self, What};
use crate::web::{self, attachment};

/// Every row and what became of it.
pub async fn result(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    send(app, staff, id, What::All).await
}

/// The rows that were refused, to be corrected and sent again.
pub async fn errors(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    send(app, staff, id, What::Failed).await
}

async fn send(app: App, staff: Staff, id: String, what: What) -> web::Result {
    let import = find(&app, &staff, &id).await?;
    let name = result::file_name(&import, what);
    let (sender, pieces) = tokio::sync::mpsc::channel(4);
    let org = staff.org;
    let deeds = app.deeds.clone();
    deeds.spawn(async move { result::send(&app, org, &import, what, sender).await });
    let pieces = ReceiverStream::new(pieces).map(|piece: Result<Vec<u8>>| {
        piece.map(Bytes::from).map_err(|error| std::io::Error::other(error.to_string()))
    });
    Ok(attachment::csv(&name, Body::from_stream(pieces)))
}

/// A file of a kind's columns with one row that would do.
pub async fn example(staff: Staff, Path(kind): Path<String>) -> web::Result {
    staff.require(Permission::ReadImports)?;
    let name = kind.strip_suffix(".csv").unwrap_or(&kind);
    let kind = kinds::find(name)?;
    let header = kind.fields().iter().map(|field| field.name);
    let mut writer = Writer::new(header, true).map_err(Error::internal)?;
    let row: Vec<Cell> = kind.fields().iter().map(|f| Cell::Plain(f.example.to_owned())).collect();
    writer.row(&row).map_err(Error::internal)?;
    let (bytes, _) = writer.take().map_err(Error::internal)?;
    Ok(attachment::csv(&format!("{name}.csv"), Body::from(bytes)))
}
