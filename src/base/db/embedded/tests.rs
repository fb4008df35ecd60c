//! Every start, stop and crash here is real: a cluster in a folder of its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use sqlx::{Connection, PgConnection, Row, raw_sql};
use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("guerdon").tempdir().unwrap()
}

/// Runs statements and gives the last row's first value, as text.
fn ask(options: &PgConnectOptions, sql: &'static str) -> sqlx::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect_with(options).await?;
        let rows = raw_sql(sql).fetch_all(&mut connection).await?;
        connection.close().await?;
        Ok(rows.last().map(|row| row.get_unchecked::<String, _>(0)).unwrap_or_default())
    })
}

fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "still not so: {what}");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn data_outlives_a_stop_and_nothing_keeps_running() {
    let folder = folder();
    let first = Embedded::start(folder.path(), Use::Serve).unwrap();
    ask(&first.options(), "create table kept (word text); insert into kept values ('hello')")
        .unwrap();
    let safe =
        "select concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'),
                current_setting('full_page_writes'), current_setting('listen_addresses'))";
    assert_eq!(ask(&first.options(), safe).unwrap(), "on on on ");
    let cluster = first.place.cluster.clone();
    first.stop().unwrap();
    assert_eq!(probe::postmaster(&cluster), None);

    let second = Embedded::start(folder.path(), Use::Serve).unwrap();
    assert_eq!(ask(&second.options(), "select word from kept").unwrap(), "hello");
}

#[test]
fn a_second_server_is_refused_and_told_who_is_first() {
    let folder = folder();
    let first = Embedded::start(folder.path(), Use::Serve).unwrap();

    let error = Embedded::start(folder.path(), Use::Serve).unwrap_err();
    let message = error.to_string();
    assert!(matches!(error, StartError::AlreadyServing { .. }), "{message}");
    assert!(message.contains(&format!("process {}", std::process::id())), "{message}");
    assert!(message.contains("GUERDON_DATA_DIR"), "{message}");

    first.stop().unwrap();
    Embedded::start(folder.path(), Use::Serve).unwrap();
}

#[test]
fn a_command_joins_the_server_and_the_last_one_out_stops_it() {
    let folder = folder();
    let server = Embedded::start(folder.path(), Use::Serve).unwrap();
    let command = Embedded::start(folder.path(), Use::Command).unwrap();
    assert!(server.bin_dir().is_some() && command.bin_dir().is_none());

    let cluster = server.place.cluster.clone();
    server.stop().unwrap();
    assert_eq!(ask(&command.options(), "select 'there'").unwrap(), "there");
    command.stop().unwrap();
    assert_eq!(probe::postmaster(&cluster), None);
}

#[test]
fn many_at_once_on_an_empty_folder_make_one_cluster() {
    let folder = folder();
    let starts: Vec<_> = (0..3)
        .map(|_| {
            let path = folder.path().to_owned();
            std::thread::spawn(move || Embedded::start(&path, Use::Command).unwrap())
        })
        .collect();
    let shares: Vec<_> = starts.into_iter().map(|it| it.join().unwrap()).collect();
    assert_eq!(shares.iter().filter(|it| it.bin_dir().is_some()).count(), 1);
    for share in &shares {
        assert_eq!(ask(&share.options(), "select 'there'").unwrap(), "there");
    }
}

#[test]
fn a_killed_postgres_comes_back_with_all_that_was_committed() {
    let folder = folder();
    let first = Embedded::start(folder.path(), Use::Command).unwrap();
    ask(&first.options(), "create table kept (word text); insert into kept values ('hello')")
        .unwrap();
    let pid = probe::postmaster(&first.place.cluster).unwrap();
    os::signal(pid, libc::SIGKILL);
    let cluster = first.place.cluster.clone();
    eventually("the server is gone", || probe::postmaster(&cluster).is_none());

    let second = Embedded::start(folder.path(), Use::Command).unwrap();
    assert_eq!(ask(&second.options(), "select word from kept").unwrap(), "hello");
    drop(first);
    assert_eq!(ask(&second.options(), "select word from kept").unwrap(), "hello");
}

#[test]
fn a_postgres_that_is_killed_under_a_serving_process_is_started_again() {
    let folder = folder();
    let server = Embedded::start(folder.path(), Use::Serve).unwrap();
    let killed = probe::postmaster(&server.place.cluster).unwrap();
    os::signal(killed, libc::SIGKILL);
    eventually("another server answers", || {
        probe::postmaster(&server.place.cluster).is_some_and(|pid| pid != killed)
            && ask(&server.options(), "select 'there'").is_ok()
    });
    let cluster = server.place.cluster.clone();
    server.stop().unwrap();
    sleep(Duration::from_millis(1200)); // the watch must not raise it from the dead
    assert_eq!(probe::postmaster(&cluster), None);
}

#[test]
fn a_pid_file_that_names_a_living_stranger_does_not_stop_the_start() {
    let folder = folder();
    Embedded::start(folder.path(), Use::Command).unwrap().stop().unwrap();
    let pid_file = folder.path().join("pg/postmaster.pid");
    fs::write(&pid_file, format!("{}\n", std::process::id())).unwrap();
    let server = Embedded::start(folder.path(), Use::Command).unwrap();
    assert_eq!(ask(&server.options(), "select 'there'").unwrap(), "there");
}

#[test]
fn long_folders_and_folders_that_only_their_owner_enters_are_fine() {
    let outer = folder(); // 0700
    let long = outer.path().join("l".repeat(60)).join("o".repeat(60));
    let server = Embedded::start(&long, Use::Command).unwrap();
    assert!(server.socket_dir().as_os_str().len() < 80, "{:?}", server.socket_dir());
    assert_eq!(ask(&server.options(), "select 'there'").unwrap(), "there");
    let sockets = server.socket_dir().to_owned();
    server.stop().unwrap();
    fs::remove_dir_all(sockets).unwrap();
}

#[test]
fn a_throw_away_server_is_gone_with_its_value() {
    let server = throw_away().unwrap();
    assert_eq!(ask(&server.options("postgres"), "select 'there'").unwrap(), "there");
    let dir = server.socket_dir().parent().unwrap().to_owned();
    drop(server);
    assert!(!dir.exists());
}

const HOLDER: &str = "GUERDON_TEST_HOLDER";

#[test]
fn a_throw_away_server_does_not_outlive_a_killed_process() {
    let folder = folder();
    let note = folder.path().join("note");
    let holder = "base::db::embedded::tests::holds_a_throw_away_server";
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", holder, "--ignored"]).env(HOLDER, &note);
    let mut process = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    eventually("the holder has a server", || note.exists());
    process.kill().unwrap();
    process.wait().unwrap();

    let dir = PathBuf::from(fs::read_to_string(&note).unwrap());
    assert!(dir.starts_with("/"), "{dir:?}");
    eventually("the server's folder is gone", || !dir.exists());
}

/// Not a test: the process that the test above kills.
#[test]
#[ignore = "run by another test"]
fn holds_a_throw_away_server() {
    let Some(note) = std::env::var_os(HOLDER) else { return };
    let server = throw_away().unwrap();
    let dir = server.socket_dir().parent().unwrap().to_owned();
    let unfinished = PathBuf::from(&note).with_extension("new");
    fs::write(&unfinished, dir.display().to_string()).unwrap();
    fs::rename(unfinished, note).unwrap();
    sleep(Duration::from_secs(60));
}
