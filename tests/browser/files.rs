//! A file brought in: upload, map, check, run, look, take back.

use guerdon::base::permission::Role;
use thirtyfour::prelude::*;

use crate::browser::{Kind, Tab, journey};

/// Three customers, one of them with a slip.
const CUSTOMERS: &str = "externalId,email,firstName,lastName,Lieblingsfarbe\n\
    NW-1,amara@example.org,Amara,Reyes,rot\n\
    NW-2,jonas@example.org,Jonas,Weber,\n\
    NW-3,no address,Li,雷,blau\n";

/// Chooses the file and sends it.
async fn upload(tab: &Tab, kind: &str, name: &str, text: &str) -> WebDriverResult<()> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    tab.open("/imports").await?;
    tab.press(&format!("input[name=kind][value={kind}]")).await?;
    tab.find("input[type=file]").await?.send_keys(file.display().to_string()).await?;
    tab.press_words("Upload and map columns").await?;
    // The browser reads the file as it sends it.
    tab.sees("main h1", name).await
}

#[tokio::test]
async fn customers_come_in_by_file_and_are_taken_back() {
    journey(Kind::Plain, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        upload(&tab, "customers", "customers.csv", CUSTOMERS).await?;
        tab.sees("main h2", "Which column is what").await?;
        tab.is_accessible().await?;
        tab.press_words("Check all rows").await?;
        tab.sees("main .kpis", "Will create").await?;
        tab.sees("main tbody", "no address").await?;
        tab.is_accessible().await?;
        tab.fits().await?;
        tab.press("input[name=errors][value=good]").await?;
        tab.press_words("Import 2 rows").await?;
        tab.sees("main .tag", "Done").await?;
        tab.is_accessible().await?;
        let import = tab.path().await?;

        tab.open("/customers").await?;
        tab.sees("main tbody", "Amara Reyes").await?;
        tab.is_accessible().await?;
        // The search asks while one types, and leaves its question in the address.
        tab.keys("/").await?;
        tab.keys("jonas").await?;
        tab.loses("#results", "Amara").await?;
        tab.sees("#results", "Jonas Weber").await?;
        tab.open("/activity?kind=customer").await?;
        tab.is_accessible().await?;

        tab.open(&import).await?;
        tab.press_words("Undo…").await?;
        tab.sees("#dialog h1", "Undo").await?;
        tab.is_accessible().await?;
        tab.press("#dialog form .buttons button").await?;
        tab.sees("main .tag", "Undone").await?;
        tab.is_accessible().await?;
        tab.open("/customers").await?;
        tab.sees(".empty h2", "No customers yet").await
    })
    .await;
}

#[tokio::test]
async fn a_file_comes_in_without_scripts() {
    journey(Kind::NoScript, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        upload(&tab, "customers", "customers.csv", CUSTOMERS).await?;
        tab.press_words("Check all rows").await?;
        tab.refreshes_until("main .kpis", "Will create").await?;
        tab.press("input[name=errors][value=good]").await?;
        tab.press_words("Import 2 rows").await?;
        tab.refreshes_until("main .tag", "Done").await?;
        tab.open("/customers?q=amara").await?;
        tab.sees("main tbody", "Amara Reyes").await
    })
    .await;
}
