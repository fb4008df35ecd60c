//! Settings, from the environment and the command line, checked once at start.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// What an operator may set.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Where to listen for browsers and API clients.
    #[arg(long, env = "GUERDON_LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: SocketAddr,

    /// The Postgres server to use; without it Guerdon runs one of its own in the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,

    /// The folder for everything Guerdon keeps on this machine.
    #[arg(long, env = "GUERDON_DATA_DIR", default_value = "./guerdon-data", global = true)]
    pub data_dir: PathBuf,

    /// The address people see in front of a proxy, such as https://console.example.org.
    #[arg(long, env = "GUERDON_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,

    /// Believe the last X-Forwarded-For entry: only behind a proxy that sets it.
    #[arg(long, env = "GUERDON_TRUST_PROXY", global = true)]
    pub trust_proxy: bool,

    /// Send the session cookie over plain http to other machines than this one: for trials only.
    #[arg(long, env = "GUERDON_INSECURE_COOKIE", global = true)]
    pub insecure_cookie: bool,
}

impl Config {
    /// Settings for tests: nothing from the environment.
    pub fn for_tests() -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database_url: None,
            data_dir: PathBuf::from("unused"),
            public_url: None,
            trust_proxy: false,
            insecure_cookie: false,
        }
    }
}
