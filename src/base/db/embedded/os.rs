//! The few calls of the operating system that std does not offer: all `unsafe` of the house is here.
#![expect(unsafe_code, reason = "uid, kill and unshare have no safe face in std; four short calls")]

use std::process::Command;

/// The user this process acts as.
pub fn euid() -> u32 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::geteuid() }
}

/// Sends `signal` to one process. False: there is no such process, or it is not ours to signal.
pub fn signal(pid: i32, signal: i32) -> bool {
    // 0 and negative numbers would mean whole groups of processes.
    // SAFETY: plain numbers, no memory is involved.
    pid > 1 && unsafe { libc::kill(pid, signal) } == 0
}

/// Lets `command` run in a user namespace of its own, where our uid goes by the name of nobody.
/// No right is gained by it and files keep their owner; what is gained is a uid that is neither 0
/// nor unknown to `/etc/passwd`, both of which Postgres refuses.
#[cfg(target_os = "linux")]
pub fn enter_user_namespace(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    use std::{fs, io};

    // SAFETY: as above.
    let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
    let (uid_map, gid_map) = (format!("65534 {uid} 1"), format!("65534 {gid} 1"));
    let enter = move || {
        // SAFETY: this is the only thread of the forked child.
        if unsafe { libc::unshare(libc::CLONE_NEWUSER) } != 0 {
            return Err(io::Error::last_os_error());
        }
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", &uid_map)?;
        fs::write("/proc/self/gid_map", &gid_map)
    };
    // SAFETY: between fork and exec nothing may allocate or take a lock. The texts were made before
    // the fork, and std turns paths as short as these into C strings on the stack.
    unsafe { command.pre_exec(enter) };
}

/// User namespaces are Linux's; elsewhere the command is left as it is.
#[cfg(not(target_os = "linux"))]
pub fn enter_user_namespace(_: &mut Command) {}
