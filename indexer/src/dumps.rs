//! Daily dumps on disk: a folder a day and revision, written whole or not at all and never changed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// Lists the other files of a dump with their checksums, as `sha256sum` reads them.
pub const SUMS: &str = "SHA256SUMS";

/// Where it stands how many removals the dumps have heeded.
const HEEDED: &str = ".removals";

/// Where dumps stand.
#[derive(Clone, Debug)]
pub struct DumpStore {
    folder: PathBuf,
}

/// One dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dump {
    /// Of which day.
    pub day: Date,
    /// 1 for the first, one more with each that said something else.
    pub revision: u32,
    /// Its files by name.
    pub files: Vec<DumpFile>,
}

/// One file of a dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DumpFile {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256 in hex.
    pub sha256: String,
}

impl DumpStore {
    /// Dumps under a folder, which need not exist yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Writes the files of a day as its next revision and gives its number, unless the latest holds the
    /// same but for those in `passing`: what such a file says changes without anybody having published
    /// anything.
    pub fn write(
        &self,
        day: Date,
        files: &[(String, Vec<u8>)],
        passing: &[&str],
    ) -> Result<Option<u32>> {
        let latest = self.revisions(day)?.last().copied();
        let mut sums = files
            .iter()
            .map(|(name, bytes)| (hex(&Sha256::digest(bytes)), name.as_str()))
            .collect::<Vec<_>>();
        sums.sort_by_key(|(_, name)| *name);
        if let Some(latest) = latest {
            let known = self.dump(day, latest)?;
            let known = known.iter().flat_map(|dump| &dump.files);
            let known = known.map(|file| (file.sha256.as_str(), file.name.as_str()));
            let lasting = |name: &str| !passing.contains(&name);
            let known = known.filter(|(_, name)| lasting(name));
            let now = sums.iter().map(|(sum, name)| (sum.as_str(), *name));
            if known.eq(now.filter(|(_, name)| lasting(name))) {
                return Ok(None);
            }
        }
        let revision = latest.unwrap_or(0) + 1;
        let of_day = self.folder.join(day.to_string());
        let partial = of_day.join(format!(".{revision}.{}", std::process::id()));
        fs::create_dir_all(&partial).map_err(broken(&partial))?;
        for (name, bytes) in files {
            write_synced(&partial.join(name), bytes)?;
        }
        let lines = sums.iter().map(|(sum, name)| format!("{sum}  {name}\n"));
        write_synced(&partial.join(SUMS), lines.collect::<String>().as_bytes())?;
        fs::rename(&partial, of_day.join(revision.to_string())).map_err(broken(&partial))?;
        File::open(&of_day)
            .and_then(|folder| folder.sync_all())
            .map_err(broken(&of_day))?;
        Ok(Some(revision))
    }

    /// Days with a dump, the newest first.
    pub fn days(&self) -> Result<Vec<Date>> {
        let mut days = names(&self.folder)?
            .iter()
            .filter_map(|name| name.parse::<Date>().ok())
            .collect::<Vec<_>>();
        days.sort_unstable_by(|a, b| b.cmp(a));
        Ok(days)
    }

    /// Revisions of a day, oldest first.
    pub fn revisions(&self, day: Date) -> Result<Vec<u32>> {
        let mut revisions = names(&self.folder.join(day.to_string()))?
            .iter()
            .filter_map(|name| name.parse::<u32>().ok())
            .collect::<Vec<_>>();
        revisions.sort_unstable();
        Ok(revisions)
    }

    /// One dump; `None` where there is none.
    pub fn dump(&self, day: Date, revision: u32) -> Result<Option<Dump>> {
        let folder = self.folder_of(day, revision);
        let sums = match fs::read_to_string(folder.join(SUMS)) {
            Ok(sums) => sums,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(other) => return Err(broken(&folder)(other)),
        };
        let mut files = Vec::new();
        for (sha256, name) in sums.lines().filter_map(|line| line.split_once("  ")) {
            let about = fs::metadata(folder.join(name)).map_err(broken(&folder))?;
            files.push(DumpFile {
                name: name.to_owned(),
                bytes: about.len(),
                sha256: sha256.to_owned(),
            });
        }
        Ok(Some(Dump {
            day,
            revision,
            files,
        }))
    }

    /// The bytes of a file; `None` where there is none of that name. No name leads out of the dump: only
    /// those that it lists are read.
    pub fn read(&self, day: Date, revision: u32, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(dump) = self.dump(day, revision)? else {
            return Ok(None);
        };
        if name != SUMS && !dump.files.iter().any(|file| file.name == name) {
            return Ok(None);
        }
        let path = self.folder_of(day, revision).join(name);
        let bytes = fs::read(&path).map_err(broken(&path))?;
        Ok(Some(bytes))
    }

    /// Deletes the revisions of a day before one: their words were taken down.
    pub fn forget_revisions_before(&self, day: Date, revision: u32) -> Result<()> {
        let old = self.revisions(day)?.into_iter();
        for known in old.filter(|known| *known < revision) {
            let folder = self.folder_of(day, known);
            fs::remove_dir_all(&folder).map_err(broken(&folder))?;
        }
        Ok(())
    }

    /// How many removals the dumps have heeded, as [`heeded`](Self::heeded) was last told.
    pub fn n_heeded(&self) -> Result<u64> {
        let path = self.folder.join(HEEDED);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.trim().parse().unwrap_or(0)),
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(other) => Err(broken(&path)(other)),
        }
    }

    /// Remembers how many removals the dumps have heeded.
    pub fn heeded(&self, n_removed: u64) -> Result<()> {
        fs::create_dir_all(&self.folder).map_err(broken(&self.folder))?;
        write_synced(&self.folder.join(HEEDED), n_removed.to_string().as_bytes())
    }

    /// Deletes the dumps of days before one, and what a stop left half written; says how many days went.
    pub fn forget_before(&self, day: Date) -> Result<usize> {
        let old = self.days()?.into_iter().filter(|known| *known < day);
        let mut n_gone = 0;
        for known in old {
            let folder = self.folder.join(known.to_string());
            fs::remove_dir_all(&folder).map_err(broken(&folder))?;
            n_gone += 1;
        }
        for known in self.days()? {
            let folder = self.folder.join(known.to_string());
            for name in names(&folder)?.iter().filter(|name| name.starts_with('.')) {
                fs::remove_dir_all(folder.join(name)).map_err(broken(&folder))?;
            }
        }
        Ok(n_gone)
    }

    fn folder_of(&self, day: Date, revision: u32) -> PathBuf {
        self.folder.join(day.to_string()).join(revision.to_string())
    }
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(other) => return Err(broken(folder)(other)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(broken(folder))?.file_name();
        names.extend(name.to_str().map(str::to_owned));
    }
    Ok(names)
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = File::create(path).map_err(broken(path))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(broken(path))
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

fn broken(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, source }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn files(digests: &str, sources: &str) -> Vec<(String, Vec<u8>)> {
        vec![
            ("digests.csv".to_owned(), digests.as_bytes().to_vec()),
            ("sources.csv".to_owned(), sources.as_bytes().to_vec()),
        ]
    }

    #[test]
    fn the_same_again_is_no_revision_and_something_else_is_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let store = DumpStore::new(&folder.path().join("dumps"));
        let day = date(2026, 11, 12);
        let passing = ["sources.csv"];
        let write = |digests, sources| {
            let written = store.write(day, &files(digests, sources), &passing);
            written.unwrap()
        };
        assert_eq!(store.days().unwrap(), []);
        assert_eq!(write("a", "x"), Some(1));
        assert_eq!(write("a", "y"), None);
        assert_eq!(write("b", "y"), Some(2));
        assert_eq!(store.revisions(day).unwrap(), [1, 2]);
        let read = |revision, name| store.read(day, revision, name).unwrap();
        assert_eq!(read(1, "digests.csv").unwrap(), b"a", "never changed");
        assert_eq!(read(2, "sources.csv").unwrap(), b"y");
        let sums = String::from_utf8(read(1, SUMS).unwrap()).unwrap();
        let first = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  digests.csv";
        assert_eq!(sums.lines().next(), Some(first));
        assert_eq!(sums.lines().count(), 2);
    }

    #[test]
    fn no_name_leads_out_of_a_dump() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "x").unwrap();
        let store = DumpStore::new(&folder.path().join("dumps"));
        let day = date(2026, 11, 12);
        store.write(day, &files("a", "x"), &[]).unwrap();
        for name in ["../../../secret", "/etc/passwd", "", ".", "..", "nothing"] {
            assert_eq!(store.read(day, 1, name).unwrap(), None, "{name}");
        }
        assert_eq!(store.read(day, 2, "digests.csv").unwrap(), None);
    }

    #[test]
    fn old_days_go_and_so_does_what_was_left_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = DumpStore::new(folder.path());
        for day in [10, 11, 12] {
            let day = date(2026, 11, day);
            store.write(day, &files("a", "x"), &[]).unwrap();
        }
        let half = folder.path().join("2026-11-12/.2.4711");
        fs::create_dir(&half).unwrap();
        assert_eq!(store.forget_before(date(2026, 11, 12)).unwrap(), 2);
        assert_eq!(store.days().unwrap(), [date(2026, 11, 12)]);
        assert!(!fs::exists(half).unwrap());
        assert_eq!(store.revisions(date(2026, 11, 12)).unwrap(), [1]);
    }

    #[test]
    fn words_that_were_taken_down_leave_no_revision_behind() {
        let folder = tempfile::tempdir().unwrap();
        let store = DumpStore::new(folder.path());
        let day = date(2026, 11, 12);
        assert_eq!(store.n_heeded().unwrap(), 0);
        for words in ["a", "b", "c"] {
            store.write(day, &files(words, "x"), &[]).unwrap();
        }
        store.forget_revisions_before(day, 3).unwrap();
        store.heeded(7).unwrap();
        assert_eq!(store.revisions(day).unwrap(), [3]);
        assert_eq!(store.days().unwrap(), [day]);
        assert_eq!(store.n_heeded().unwrap(), 7);
        assert_eq!(store.write(day, &files("d", "x"), &[]).unwrap(), Some(4));
    }
}
