//! The binary as an operator and a script meet it: words on stdout and stderr, exit codes, signals.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A machine of its own: a data folder, and nothing from the surroundings.
struct Machine {
    dir: TempDir,
}

impl Machine {
    fn new() -> Self {
        Machine { dir: tempfile::Builder::new().prefix("guerdon").tempdir().unwrap() }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guerdon"));
        command.args(words).env_remove("DATABASE_URL").env("GUERDON_LISTEN", "127.0.0.1:0");
        command.env("GUERDON_DATA_DIR", self.dir.path().join("data")).stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn run_with(&self, words: &[&str], input: &str) -> Output {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Starts serving; returns when it listens, with the lines before that and the address.
    fn serve(&self, word: &str) -> (Child, Vec<String>, String) {
        let mut command = self.command(&[word]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (mut lines, mut address) = (Vec::new(), None);
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        while address.is_none() {
            let line = said.next().expect("it ends before it listens");
            address = line.strip_prefix("listening on http://").map(str::to_owned);
            lines.push(line);
        }
        (child, lines, address.unwrap_or_default())
    }
}

/// Asks a server to stop and waits until it has.
#[track_caller]
fn stop(mut server: Child) {
    let term = Command::new("kill").arg(server.id().to_string()).status().unwrap();
    assert!(term.success());
    assert!(server.wait().unwrap().success());
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[track_caller]
fn refused(output: &Output, code: i32, word: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(word), "{word:?} is missing in: {said}");
    assert!(!said.contains("stack backtrace") && !said.contains("panicked"), "{said}");
}

fn get(address: &str, path: &str, cookie: &str) -> String {
    send(address, &format!("GET {path} HTTP/1.1\r\nCookie: {cookie}"), "")
}

fn send(address: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "{head}\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn serving_commands_beside_it_and_a_clean_end() {
    let machine = Machine::new();
    let (server, _, address) = machine.serve("serve");
    assert!(get(&address, "/readyz", "").starts_with("HTTP/1.1 200"));

    let second = machine.run(&["serve"]);
    refused(&second, 1, &format!("process {}", server.id()));

    let made = machine.run(&["org", "add", "--name", "Acme", "--time-zone", "Europe/Berlin"]);
    assert_eq!(out(&made), "1", "{}", String::from_utf8_lossy(&made.stderr));
    let mina = ["staff", "add", "--org", "1", "--email", "mina@acme.test", "--role", "admin"];
    let mina = [&mina[..], &["--password-stdin"]].concat();
    let added = machine.run_with(&mina, "correct horse battery\n");
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    refused(&machine.run_with(&mina, "short\n"), 1, "at least 12 characters");
    let client = machine.run(&["client", "add", "--org", "1", "--name", "Web shop"]);
    let lengths: Vec<usize> = out(&client).lines().map(str::len).collect();
    assert_eq!(lengths, [25, 40], "a key, then a secret");
    refused(
        &machine.run(&["client", "add", "--org", "1", "--name", "Web shop"]),
        1,
        "has this name",
    );
    let till = ["till", "add", "--org", "1", "--code", "till.1", "--password-stdin"];
    assert_eq!(out(&machine.run_with(&till, "server123\n")), "1");
    refused(&machine.run_with(&till, "server123\n"), 1, "Another till has this code");

    stop(server);
    // Nothing is left running: the pid file goes with a clean stop.
    assert!(!machine.dir.path().join("data/pg/postmaster.pid").exists());
}

#[test]
fn a_command_alone_starts_the_database_for_its_own_time() {
    let machine = Machine::new();
    let wrong = machine.run(&["org", "add", "--name", "Acme", "--time-zone", "Mars/Base"]);
    refused(&wrong, 1, "Europe/Berlin");
    let made = machine.run(&["org", "add", "--name", "Acme", "--time-zone", "Asia/Tokyo"]);
    assert!(made.status.success());
    assert!(!machine.dir.path().join("data/pg/postmaster.pid").exists());
    let nobody = ["staff", "add", "--org", "77", "--email", "x@y.test", "--role", "support"];
    let nobody = [&nobody[..], &["--password-stdin"]].concat();
    refused(&machine.run_with(&nobody, "correct horse battery\n"), 1, "no brand 77");
}

#[test]
fn without_postgres_it_says_what_to_install_and_ends_with_2() {
    let machine = Machine::new();
    let mut command = machine.command(&["migrate"]);
    let output = command.env("PG_BIN_DIR", Path::new("/nowhere")).output().unwrap();
    refused(&output, 2, "PG_BIN_DIR is /nowhere");
}

#[test]
fn the_demo_fills_an_empty_store_once_and_its_accounts_get_in() {
    let machine = Machine::new();
    let (server, lines, address) = machine.serve("demo");
    let told: Vec<&str> = lines.iter().filter_map(|it| it.strip_prefix("sign in: ")).collect();
    let roles: Vec<&str> = told.iter().filter_map(|it| it.split(' ').next()).collect();
    assert_eq!(roles, ["admin", "support", "marketer"], "{lines:?}");

    let [_, email, password] = told[0].split(' ').collect::<Vec<_>>()[..] else {
        panic!("{told:?}")
    };
    let form = format!("email={}&password={password}", email.replace('@', "%40"));
    let answer = send(&address, "POST /sign-in HTTP/1.1", &form);
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: __Host-sid="));
    let cookie = format!("__Host-sid={}", cookie.unwrap().split(';').next().unwrap());
    let badges = get(&address, "/badges", &cookie);
    for name in ["Spring Thaw Challenge", "Weekend Hiker"] {
        assert!(badges.contains(name), "{name} is missing");
    }
    stop(server);

    let (server, lines, _) = machine.serve("demo");
    assert!(!lines.iter().any(|line| line.starts_with("sign in: ")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("/sign-in")), "{lines:?}");
    stop(server);
}
