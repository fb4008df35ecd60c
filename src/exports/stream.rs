//! A list as bytes, for a browser and for the command line alike.

use chrono_tz::Tz;
use serde_json::json;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use super::kinds;
use crate::base::act::{Act, Actor, Entry};
use crate::base::app::App;
use crate::base::csv::sheet::Request;
use crate::base::csv::write::Writer;
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;

/// Asks for the right to take a list out and notes that it was. `query` is the list's query string.
pub async fn begin(act: &mut Act, kind: &str, query: &str) -> Result<()> {
    let sheet = kinds::find(kind)?;
    act.require(Permission::Export)?;
    act.require(sheet.permission())?;
    act.record(
        Entry::new("exported", "export", sheet.name(), sheet.label())
            .with(json!({ "filter": query })),
    );
    Ok(())
}

/// Sends a list piece by piece; says how many rows. Ends quietly when nobody listens any more.
pub async fn send(
    app: &App,
    kind: &str,
    request: &Request,
    to: mpsc::Sender<Result<Vec<u8>>>,
) -> Result<u64> {
    let sheet = kinds::find(kind)?;
    let mut db = app.jobs.begin(request.org).await?;
    let mut open = sheet.open(&mut db, request).await?;
    drop(db);
    let header = open.header();
    let mut writer =
        Writer::new(header.iter().map(String::as_str), true).map_err(Error::internal)?;
    let mut count = 0;
    loop {
        let mut db = app.jobs.begin(request.org).await?;
        let rows = open.next(&mut db).await?;
        drop(db);
        count += rows.len() as u64;
        for row in &rows {
            writer.row(row).map_err(Error::internal)?;
        }
        let (bytes, next) = writer.take().map_err(Error::internal)?;
        writer = next;
        if !bytes.is_empty() && to.send(Ok(bytes)).await.is_err() {
            return Ok(count);
        }
        if rows.is_empty() {
            return Ok(count);
        }
    }
}

/// Writes a whole list; says how many rows. What the command line calls.
pub async fn write(
    app: &App,
    actor: &Actor,
    zone: Tz,
    kind: &str,
    query: &str,
    out: &mut (impl AsyncWrite + Unpin),
) -> Result<u64> {
    let (noted, filter) = (kind.to_owned(), query.to_owned());
    app.act(actor.clone(), move |act| Box::pin(async move { begin(act, &noted, &filter).await }))
        .await?;
    let now = app.clock.now();
    let request = Request { org: actor.org, now, zone, role: actor.role, query: query.to_owned() };
    let (sender, mut pieces) = mpsc::channel::<Result<Vec<u8>>>(4);
    let writing = async {
        while let Some(piece) = pieces.recv().await {
            let piece: Vec<u8> = piece?;
            out.write_all(&piece).await.map_err(Error::internal)?;
        }
        out.flush().await.map_err(Error::internal)
    };
    let (written, sent) = tokio::join!(writing, send(app, kind, &request, sender));
    written?;
    sent
}
