//! Three people of the demo brand, each with a random password that is told once.

use rand::RngExt;

use crate::auth;
use crate::base::act::Actor;
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::permission::Role;

/// Letters and digits that cannot be taken for one another.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Somebody who may sign in.
#[derive(Debug, Clone)]
pub struct Account {
    /// What they may do.
    pub role: Role,
    /// What they sign in with.
    pub email: String,
    /// Their password.
    pub password: String,
}

const PEOPLE: [(Role, &str, &str); 3] = [
    (Role::Admin, "Mina Adler", "admin@northwind.example"),
    (Role::Support, "Jonas Okafor", "support@northwind.example"),
    (Role::Marketer, "Léa Brandt", "marketer@northwind.example"),
];

/// Adds the three.
pub async fn add(app: &App, org: OrgId) -> Result<Vec<Account>> {
    let mut accounts = Vec::new();
    for (role, name, email) in PEOPLE {
        let password = password();
        let phc = app.hasher.hash(password.clone()).await?;
        let member = auth::NewMember {
            email: email.to_owned(),
            name: name.to_owned(),
            role: role.word().to_owned(),
        };
        app.act(Actor::operator(org), move |act| {
            Box::pin(async move {
                let added = auth::add_member(act, &member).await?;
                auth::set_password(act, added.staff, &phc).await
            })
        })
        .await?;
        accounts.push(Account { role, email: email.to_owned(), password });
    }
    Ok(accounts)
}

/// Four groups of four: 79 bits, and easy to type off a screen.
fn password() -> String {
    let mut random = rand::rng();
    let mut group = || -> String {
        (0..4).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
    };
    [group(), group(), group(), group()].join("-")
}
