//! Where things lie: the data folder, the cluster in it, the sockets, the locks.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::{At, StartError};
use super::os;
use super::run_as::RunAs;

/// A socket's path may be 104 bytes on macOS and 108 on Linux, its file name included.
const LONGEST_SOCKET_DIR: usize = 80;

/// Where root's cluster goes when no other user can enter the data folder.
const ELSEWHERE: &str = "/var/lib/guerdon";

/// A data folder and what lies in it.
#[derive(Debug, Clone)]
pub struct Place {
    /// The data folder itself.
    pub folder: PathBuf,
    /// The cluster: `pg` in the folder, or where that link points to.
    pub cluster: PathBuf,
    /// The folder of the server's socket.
    pub sockets: PathBuf,
    /// What the server says.
    pub log: PathBuf,
}

impl Place {
    /// The place at `folder`, which is made if it is missing.
    pub fn at(folder: &Path) -> Result<Place, StartError> {
        if !folder.exists() {
            fs::create_dir_all(folder).at(folder)?;
            // Root's server runs as somebody else, who must get through, not look around.
            let mode = if os::euid() == 0 { 0o711 } else { 0o700 };
            fs::set_permissions(folder, Permissions::from_mode(mode)).at(folder)?;
        }
        let folder = fs::canonicalize(folder).at(folder)?;
        let link = folder.join("pg");
        let cluster = fs::canonicalize(&link).unwrap_or(link);
        let log = folder.join("pg.log");
        Ok(Place { sockets: sockets_beside(&cluster), folder, cluster, log })
    }

    /// Which major version made the cluster; none if there is no cluster yet.
    pub fn made_by(&self) -> Option<u32> {
        fs::read_to_string(self.cluster.join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Whose the cluster is, if there is one.
    pub fn owner(&self) -> Option<u32> {
        fs::metadata(&self.cluster).ok().map(|it| it.uid())
    }

    /// The folder everything of the server lies in: the data folder, as a rule.
    pub fn home(&self) -> &Path {
        self.cluster.parent().unwrap_or(&self.folder)
    }

    /// Lays the cluster of this folder where a service account can reach it; `pg` becomes a link there.
    pub fn move_out(&self) -> Result<Place, StartError> {
        let home = Path::new(ELSEWHERE).join(format!("{:016x}", fingerprint(&self.folder)));
        let (cluster, link) = (home.join("pg"), self.folder.join("pg"));
        fs::create_dir_all(&home).at(&home)?;
        for dir in [Path::new(ELSEWHERE), &home] {
            fs::set_permissions(dir, Permissions::from_mode(0o711)).at(dir)?;
        }
        fs::remove_file(&link).ok();
        std::os::unix::fs::symlink(&cluster, &link).at(&link)?;
        tracing::warn!(
            "Postgres cannot run as root and nobody else can enter {}: its files lie in {}",
            self.folder.display(),
            home.display()
        );
        Ok(Place { sockets: sockets_beside(&cluster), cluster, ..self.clone() })
    }

    /// One of the folder's locks, not yet taken.
    pub fn lock(&self, name: &str) -> Result<File, StartError> {
        let path = self.folder.join(name);
        // Reading is enough to lock: the file may be another user's, made when root was here.
        let made =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        made.or_else(|_| File::open(&path)).at(&path)
    }

    /// Whether an open lock is still the one in the folder. It is not when the folder was deleted and
    /// made anew under us: what runs there now is not ours to stop.
    pub fn still_holds(&self, name: &str, lock: &File) -> bool {
        let found = fs::metadata(self.folder.join(name)).map(|it| it.ino());
        lock.metadata().is_ok_and(|held| found.is_ok_and(|found| found == held.ino()))
    }

    /// Takes the lock that only one serving process can hold. It stays until the file is dropped.
    pub fn lock_for_serving(&self) -> Result<File, StartError> {
        let mut lock = self.lock("serve.lock")?;
        if lock.try_lock().is_err() {
            let mut pid = String::new();
            lock.read_to_string(&mut pid).ok();
            let by = pid.trim().parse::<u32>().map(|pid| format!(" (process {pid})"));
            let by = by.unwrap_or_default();
            return Err(StartError::AlreadyServing { folder: self.folder.clone(), by });
        }
        // For the message above only; the lock is what counts.
        lock.set_len(0).ok();
        write!(lock, "{}", std::process::id()).ok();
        Ok(lock)
    }
}

/// A folder that only its owner may enter: made, or checked if it is there already.
pub fn private_folder(path: &Path, run_as: RunAs) -> Result<(), StartError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error).at(path),
        _ => {}
    }
    // Not through a link: in /tmp anybody could have laid one.
    let found = fs::symlink_metadata(path).at(path)?;
    if !found.is_dir() || ![os::euid(), run_as.owner()].contains(&found.uid()) {
        return Err(StartError::Owner { path: path.to_owned(), owner: found.uid() });
    }
    run_as.give(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o700)).at(path)
}

fn sockets_beside(cluster: &Path) -> PathBuf {
    let beside = cluster.with_file_name("pg-run");
    if beside.as_os_str().len() <= LONGEST_SOCKET_DIR {
        return beside;
    }
    // Not TMPDIR: whoever attaches must come to the same place.
    Path::new("/tmp").join(format!("guerdon-pg-{:016x}", fingerprint(cluster)))
}

/// FNV-1a: must be the same in every build, and guards nothing.
fn fingerprint(path: &Path) -> u64 {
    path.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_path_that_is_too_long_goes_to_tmp() {
        let short = sockets_beside(Path::new("/srv/guerdon/pg"));
        assert_eq!(short, Path::new("/srv/guerdon/pg-run"));
        let long = sockets_beside(&Path::new("/srv").join("x".repeat(90)).join("pg"));
        assert!(long.starts_with("/tmp") && long.as_os_str().len() < 80, "{long:?}");
    }

    #[test]
    fn a_private_folder_is_not_taken_from_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let error = private_folder(&link, RunAs::Me).unwrap_err();
        assert!(matches!(error, StartError::Owner { .. }), "{error:?}");
    }
}
