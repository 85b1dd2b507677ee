//! A disk that loses what was not synced. It is told what the program told its own, call by call, and can be
//! asked at any call what would be found on it after the power went.
//!
//! Bytes are kept when their file is synced, names (new, changed, removed) when their folder is; a sync keeps
//! what was done before it was begun. Of the rest a disk may have kept anything: sectors in any order, names
//! in the order in which they were changed, as a journal writes them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use crate::crashes::Dice;
use crate::strace::{Call, bytes, quoted};

const SECTOR: usize = 512;

/// Made anew from the record by whoever opens it first; shared memory, of which no disk needs to know.
const NOT_MEANT_TO_LAST: &str = "-shm";

/// What was done, of what concerns the folder and those who are told something.
pub enum Step {
    Opened {
        fd: u32,
        path: PathBuf,
        empties: bool,
        appends: bool,
    },
    Written {
        fd: u32,
        at: Option<usize>,
        bytes: Vec<u8>,
    },
    Cut {
        fd: u32,
        length: usize,
    },
    Sought {
        fd: u32,
        to: usize,
    },
    Synced {
        fd: u32,
        begun: usize,
    },
    Renamed {
        from: PathBuf,
        to: PathBuf,
    },
    Removed {
        path: PathBuf,
    },
    Folder {
        path: PathBuf,
    },
    /// Told to somebody over a socket.
    Told {
        bytes: Vec<u8>,
    },
}

/// What the calls of a program that runs beside a folder did to the folder; calls that did nothing to it are steps that do nothing, so that their
/// numbers agree.
pub fn steps(calls: &[Call], root: &Path) -> Vec<Option<Step>> {
    calls.iter().map(|call| step(call, root)).collect()
}

fn step(call: &Call, root: &Path) -> Option<Step> {
    let (given, gave) = call.rest.rsplit_once(" = ")?;
    let given = given.trim_end().trim_end_matches(')').trim_end();
    let gave = gave.split(['<', ' ']).next()?;
    let gave = gave.parse::<usize>().ok()?;
    let last = || given.rsplit(", ").next().unwrap().parse::<usize>().unwrap();
    let within = |path: PathBuf| {
        let inside = path.strip_prefix(root).ok()?.to_owned();
        let lasts = !inside.to_string_lossy().ends_with(NOT_MEANT_TO_LAST);
        lasts.then_some(inside)
    };
    // A descriptor that leads into the folder. Which file it was opened on is known from the last opening that
    // gave its number; when it is closed need not be known, nor can it: another thread may have been given the
    // number before the closing is told.
    let fd = || {
        within(PathBuf::from(text(of_descriptor(given))))?;
        given.split('<').next().unwrap().parse::<u32>().ok()
    };
    let step = match call.name.as_str() {
        "openat" => {
            let [path] = &paths(given, root)[..] else {
                panic!("{given}")
            };
            Step::Opened {
                fd: gave as u32,
                path: within(path.clone())?,
                empties: given.contains("O_TRUNC"),
                appends: given.contains("O_APPEND"),
            }
        }
        "write" | "writev" | "sendto" | "sendmsg" => {
            let mut bytes = quoted(given).concat();
            bytes.truncate(gave);
            if of_descriptor(given).starts_with(b"socket:") {
                Step::Told { bytes }
            } else {
                let (fd, at) = (fd()?, None);
                Step::Written { fd, at, bytes }
            }
        }
        "pwrite64" => {
            let mut bytes = quoted(given).concat();
            bytes.truncate(gave);
            Step::Written {
                fd: fd()?,
                at: Some(last()),
                bytes,
            }
        }
        "ftruncate" => Step::Cut {
            fd: fd()?,
            length: last(),
        },
        "lseek" => Step::Sought {
            fd: fd()?,
            to: gave,
        },
        "fsync" | "fdatasync" => Step::Synced {
            fd: fd()?,
            begun: call.begun,
        },
        "rename" | "renameat" | "renameat2" => {
            let [from, to] = &paths(given, root)[..] else {
                panic!("{given}")
            };
            match (within(from.clone()), within(to.clone())) {
                (Some(from), Some(to)) => Step::Renamed { from, to },
                (None, None) => return None,
                _ => panic!("moved into the folder or out of it: {given}"),
            }
        }
        "unlink" | "unlinkat" | "rmdir" => Step::Removed {
            path: within(paths(given, root).remove(0))?,
        },
        "mkdir" | "mkdirat" => Step::Folder {
            path: within(paths(given, root).remove(0))?,
        },
        // What the disk here does not know must not be done to the folder.
        name => {
            let about = paths(given, root)
                .into_iter()
                .chain([PathBuf::from(text(of_descriptor(given)))]);
            let known = about.into_iter().all(|path| within(path).is_none());
            assert!(
                known,
                "{name} is not known to the disk of this test: {given}"
            );
            return None;
        }
    };
    Some(step)
}

/// Paths that a call was given, each whole: `AT_FDCWD</folder>, "name"`, or a name alone.
fn paths(given: &str, root: &Path) -> Vec<PathBuf> {
    let beside = root.parent().unwrap();
    let strings = quoted(given);
    let mut folders = given.split('<').skip(1).map(|rest| {
        let end = rest.find('>').unwrap_or(rest.len());
        PathBuf::from(text(bytes(&rest[..end])))
    });
    let names = strings.into_iter().map(|name| PathBuf::from(text(name)));
    names
        .map(|name| {
            folders
                .next()
                .unwrap_or_else(|| beside.to_owned())
                .join(name)
        })
        .collect()
}

/// What stands behind a descriptor: a path, `socket:[…]`.
fn of_descriptor(given: &str) -> Vec<u8> {
    let inside = given.split_once('<').map_or("", |(_, rest)| rest);
    bytes(inside.split('>').next().unwrap_or_default())
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[derive(Clone, Copy, PartialEq)]
enum Entry {
    Folder,
    File(usize),
}

type Names = BTreeMap<PathBuf, Entry>;

#[derive(Clone)]
enum Change {
    Bytes {
        file: usize,
        at: usize,
        bytes: Vec<u8>,
    },
    Length {
        file: usize,
        length: usize,
    },
    /// Names that change at once, each with what it means now.
    Names(Vec<(PathBuf, Option<Entry>)>),
}

#[derive(Clone, Default)]
struct Contents {
    files: Vec<Vec<u8>>,
    names: Names,
}

impl Contents {
    fn take(&mut self, change: &Change) {
        match change {
            Change::Bytes { file, at, bytes } => {
                let content = &mut self.files[*file];
                let end = at + bytes.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*at..end].copy_from_slice(bytes);
            }
            Change::Length { file, length } => self.files[*file].resize(*length, 0),
            Change::Names(all) => {
                for (path, entry) in all {
                    match entry {
                        Some(entry) => self.names.insert(path.clone(), *entry),
                        None => self.names.remove(path),
                    };
                }
            }
        }
    }
}

#[derive(Clone)]
struct Open {
    entry: Entry,
    path: PathBuf,
    at: usize,
    appends: bool,
}

/// What is found after the power went.
#[derive(Clone, Copy, Debug)]
pub enum Luck {
    /// Only what was synced.
    None,
    /// Some of the rest, torn.
    Some,
    /// All that was done, as after a kill.
    All,
}

/// The folder as programs see it, and what of it is sure to be there after the power went.
#[derive(Clone)]
pub struct Disk {
    now: Contents,
    kept: Contents,
    /// Done and not sure, with the number of the step.
    open_changes: Vec<(usize, Change)>,
    descriptors: HashMap<u32, Open>,
    n_steps: usize,
    /// Syncs of files whose name ends like this are promised and not done.
    lies_about: Option<&'static str>,
}

impl Disk {
    /// A disk on which the folder lies and has been synced.
    pub fn with(root: &Path) -> Self {
        let mut now = Contents::default();
        now.names.insert(PathBuf::new(), Entry::Folder);
        read(root, Path::new(""), &mut now);
        Self {
            kept: now.clone(),
            now,
            open_changes: Vec::new(),
            descriptors: HashMap::new(),
            n_steps: 0,
            lies_about: None,
        }
    }

    /// The same disk, but one that promises to have synced these files and does not.
    pub fn lying_about(mut self, ending: &'static str) -> Self {
        self.lies_about = Some(ending);
        self
    }

    /// Takes the steps it has not taken, up to this one.
    pub fn take_until(&mut self, steps: &[Option<Step>], until: usize) {
        while self.n_steps < until {
            let step = steps[self.n_steps].as_ref();
            self.n_steps += 1;
            self.take(step);
        }
    }

    fn take(&mut self, step: Option<&Step>) {
        match step {
            None | Some(Step::Told { .. }) => {}
            Some(Step::Opened {
                fd,
                path,
                empties,
                appends,
            }) => self.open(*fd, path, *empties, *appends),
            Some(Step::Written { fd, at, bytes }) => self.write(*fd, *at, bytes),
            Some(Step::Cut { fd, length }) => {
                let (file, length) = (self.file(*fd), *length);
                self.change(Change::Length { file, length });
            }
            Some(Step::Sought { fd, to }) => self.descriptors.get_mut(fd).unwrap().at = *to,
            Some(Step::Synced { fd, begun }) => self.sync(*fd, *begun),
            Some(Step::Renamed { from, to }) => self.rename(from, to),
            Some(Step::Removed { path }) => self.change(Change::Names(vec![(path.clone(), None)])),
            Some(Step::Folder { path }) => {
                self.change(Change::Names(vec![(path.clone(), Some(Entry::Folder))]));
            }
        }
    }

    fn change(&mut self, change: Change) {
        self.now.take(&change);
        self.open_changes.push((self.n_steps, change));
    }

    fn file(&self, fd: u32) -> usize {
        match self.descriptors[&fd].entry {
            Entry::File(file) => file,
            Entry::Folder => panic!("{} is a folder", self.descriptors[&fd].path.display()),
        }
    }

    fn open(&mut self, fd: u32, path: &Path, empties: bool, appends: bool) {
        let entry = self.now.names.get(path).copied().unwrap_or_else(|| {
            let file = self.now.files.len();
            self.now.files.push(Vec::new());
            self.kept.files.push(Vec::new());
            Entry::File(file)
        });
        if !self.now.names.contains_key(path) {
            self.change(Change::Names(vec![(path.to_owned(), Some(entry))]));
        } else if let (true, Entry::File(file)) = (empties, entry) {
            self.change(Change::Length { file, length: 0 });
        }
        let open = Open {
            entry,
            path: path.to_owned(),
            at: 0,
            appends,
        };
        self.descriptors.insert(fd, open);
    }

    fn write(&mut self, fd: u32, at: Option<usize>, bytes: &[u8]) {
        let file = self.file(fd);
        let length = self.now.files[file].len();
        let open = self.descriptors.get_mut(&fd).unwrap();
        let at = at.unwrap_or_else(|| {
            let at = if open.appends { length } else { open.at };
            open.at = at + bytes.len();
            at
        });
        let bytes = bytes.to_owned();
        self.change(Change::Bytes { file, at, bytes });
    }

    fn sync(&mut self, fd: u32, begun: usize) {
        let open = &self.descriptors[&fd];
        let name = open.path.to_string_lossy();
        if self.lies_about.is_some_and(|ending| name.ends_with(ending)) {
            return;
        }
        let (entry, path) = (open.entry, open.path.clone());
        let is_kept = |change: &Change| match (change, entry) {
            (Change::Bytes { file, .. } | Change::Length { file, .. }, Entry::File(synced)) => {
                *file == synced
            }
            (Change::Names(all), Entry::Folder) => {
                all.iter().any(|(name, _)| name.parent() == Some(&*path))
            }
            _ => false,
        };
        let kept = &mut self.kept;
        self.open_changes.retain(|(done, change)| {
            let keeps = *done <= begun && is_kept(change);
            if keeps {
                kept.take(change);
            }
            !keeps
        });
    }

    fn rename(&mut self, from: &Path, to: &Path) {
        let moved = |path: &PathBuf| {
            let rest = path.strip_prefix(from).ok()?;
            // `join` of nothing would add a slash.
            Some(if rest.as_os_str().is_empty() {
                to.to_owned()
            } else {
                to.join(rest)
            })
        };
        let names = self.now.names.iter();
        let all = names.filter_map(|(path, entry)| Some((path.clone(), moved(path)?, *entry)));
        let all = all.collect::<Vec<_>>();
        let gone = all.iter().map(|(from, _, _)| (from.clone(), None));
        let there = all.iter().map(|(_, to, entry)| (to.clone(), Some(*entry)));
        self.change(Change::Names(gone.chain(there).collect()));
    }

    /// What would be found if the power went now, written into an empty folder.
    pub fn after_a_cut(&self, luck: Luck, dice: &mut Dice, root: &Path) {
        let mut found = self.kept.clone();
        let is_name = |change: &Change| matches!(change, Change::Names(_));
        let n_names = self
            .open_changes
            .iter()
            .filter(|(_, change)| is_name(change));
        let mut names_left = dice.below(n_names.count() as u64 + 1);
        for (_, change) in &self.open_changes {
            match (luck, change) {
                (Luck::None, _) => {}
                (Luck::All, _) => found.take(change),
                (Luck::Some, Change::Names(_)) => {
                    if names_left > 0 {
                        names_left -= 1;
                        found.take(change);
                    }
                }
                (Luck::Some, Change::Length { .. }) => {
                    if dice.below(2) == 0 {
                        found.take(change);
                    }
                }
                (Luck::Some, Change::Bytes { file, at, bytes }) => {
                    let mut done = 0;
                    while done < bytes.len() {
                        let start = at + done;
                        let end = (start / SECTOR + 1) * SECTOR - at;
                        let part = &bytes[done..end.min(bytes.len())];
                        if dice.below(2) == 0 {
                            let bytes = part.to_owned();
                            let file = *file;
                            found.take(&Change::Bytes {
                                file,
                                at: start,
                                bytes,
                            });
                        }
                        done += part.len();
                    }
                }
            }
        }
        found.write(root);
    }

    /// Fails unless the folder is what the steps made of it: what is asked of the disk is then true of it.
    #[track_caller]
    pub fn expect_is(&self, root: &Path) {
        let mut there = Contents::default();
        there.names.insert(PathBuf::new(), Entry::Folder);
        read(root, Path::new(""), &mut there);
        let names = |of: &Contents| of.names.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&self.now), names(&there));
        for (path, entry) in &there.names {
            let (Entry::File(is), Some(Entry::File(thought))) = (entry, self.now.names.get(path))
            else {
                continue;
            };
            let (is, thought) = (&there.files[*is], &self.now.files[*thought]);
            let n_same = is.iter().zip(thought).take_while(|(a, b)| a == b).count();
            assert!(
                is == thought,
                "{} has {} bytes, {} were written, the first {n_same} are the same",
                path.display(),
                is.len(),
                thought.len(),
            );
        }
    }
}

impl Contents {
    fn write(&self, root: &Path) {
        let is_folder = |path: &Path| self.names.get(path) == Some(&Entry::Folder);
        // In the order of paths: folders before what is in them.
        for (path, entry) in &self.names {
            let reached = path.ancestors().skip(1).all(is_folder);
            match entry {
                _ if !reached => {}
                Entry::Folder => fs::create_dir_all(root.join(path)).unwrap(),
                Entry::File(file) => fs::write(root.join(path), &self.files[*file]).unwrap(),
            }
        }
    }
}

fn read(root: &Path, folder: &Path, into: &mut Contents) {
    for found in fs::read_dir(root.join(folder)).unwrap() {
        let found = found.unwrap();
        let path = folder.join(found.file_name());
        if path.to_string_lossy().ends_with(NOT_MEANT_TO_LAST) {
            continue;
        }
        if found.file_type().unwrap().is_dir() {
            into.names.insert(path.clone(), Entry::Folder);
            read(root, &path, into);
        } else {
            into.names.insert(path, Entry::File(into.files.len()));
            into.files.push(fs::read(found.path()).unwrap());
        }
    }
}
