//! Is there a server, and does it answer?

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Only the name of the socket's file: no TCP port is opened.
pub const PORT: u16 = 5432;

/// Protocol 3.0, user and database "postgres".
const STARTUP: &[u8] = b"\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0";
const TERMINATE: &[u8] = b"X\0\0\0\x04";

/// Where the server's socket lies in `dir`.
pub fn socket(dir: &Path) -> PathBuf {
    dir.join(format!(".s.PGSQL.{PORT}"))
}

/// Whether the server lets a session begin; asks until `patience` is over. That the socket exists
/// says nothing: during crash recovery it does, and every session is turned away.
pub fn answers(sockets: &Path, patience: Duration) -> bool {
    let began = Instant::now();
    loop {
        if say_hello(sockets).unwrap_or(false) {
            return true;
        }
        if began.elapsed() >= patience {
            return false;
        }
        sleep(Duration::from_millis(20));
    }
}

fn say_hello(sockets: &Path) -> io::Result<bool> {
    let mut stream = UnixStream::connect(socket(sockets))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(STARTUP)?;
    let mut kind = [0];
    stream.read_exact(&mut kind)?;
    stream.write_all(TERMINATE).ok();
    Ok(kind == *b"R")
}

/// The live postmaster of this cluster. Its pid file may outlive it: then the number is nobody's, a
/// zombie's, or by now another program's.
pub fn postmaster(cluster: &Path) -> Option<i32> {
    let file = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let pid: i32 = file.lines().next()?.trim().parse().ok()?;
    is_live_postgres(pid).then_some(pid)
}

fn is_live_postgres(pid: i32) -> bool {
    if let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) {
        return stat.contains("(postgres)") && !stat.contains(") Z ");
    }
    if Path::new("/proc/self").exists() {
        return false;
    }
    let said = Command::new("ps").args(["-o", "stat=,comm=", "-p", &pid.to_string()]).output();
    let said = said.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    said.is_ok_and(|it| it.contains("postgres") && !it.starts_with('Z'))
}
