//! The data folder: record, captures and search index, opened together.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use api::access::{VAULT_KEY_BYTES, Vault};
use crawler::secret;
use indexer::{CaptureStore, EmbeddedSearch, SearchIndex, SqlArchive};
use tempfile::NamedTempFile;

use crate::config::{Config, Data, Index};

/// The file in the data folder with the key of the vault. Backups leave it out.
pub const ACCESS_KEY: &str = "access.key";

/// The record in the data folder.
const RECORD: &str = "record.sqlite";

/// What is kept on disk.
pub struct Store {
    /// The folder itself.
    pub folder: PathBuf,
    /// The record.
    pub archive: SqlArchive,
    /// The search index, derived from it: in the folder or on a server.
    pub search: Arc<dyn SearchIndex>,
    /// Bytes as fetched.
    pub captures: CaptureStore,
}

impl Store {
    /// Opens what the configuration names, making what is missing.
    pub fn open_configured(config: &Config) -> Result<Self> {
        let folder = &config.data.dir;
        make_folder(folder)?;
        let archive = match config.data.shared_record() {
            None => SqlArchive::open(&folder.join(RECORD))?,
            Some(place) => {
                let address = secret(&place).map_err(|why| anyhow!("data.postgres: {why}"))?;
                postgres(&address)?
            }
        };
        let search = if config.index.is_remote() {
            remote_search(&config.index)?
        } else {
            embedded_search(folder)?
        };
        Self::put_together(folder, archive, search)
    }

    /// Opens the folder, with the record and the index in it.
    #[cfg(test)]
    pub fn open(folder: &Path) -> Result<Self> {
        make_folder(folder)?;
        let archive = SqlArchive::open(&folder.join(RECORD))?;
        Self::put_together(folder, archive, embedded_search(folder)?)
    }

    fn put_together(
        folder: &Path,
        archive: SqlArchive,
        search: Arc<dyn SearchIndex>,
    ) -> Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            archive,
            search,
            captures: CaptureStore::open(&folder.join("captures"))?,
        })
    }
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| {
        format!(
            "không tạo được thư mục dữ liệu / cannot make the data folder {}",
            folder.display()
        )
    })
}

fn embedded_search(folder: &Path) -> Result<Arc<dyn SearchIndex>> {
    Ok(Arc::new(EmbeddedSearch::open(&folder.join("search"))?))
}

/// The index on a server. Nothing is asked of it yet: pages are served while it is down.
fn remote_search(index: &Index) -> Result<Arc<dyn SearchIndex>> {
    let credentials = index.credentials().map(|place| secret(&place)).transpose();
    let credentials = credentials.map_err(|why| anyhow!("index.credentials: {why}"))?;
    let authorities = (index.ca.as_deref()).map(|file| {
        let read = std::fs::read(file);
        read.with_context(|| format!("không đọc được / cannot read index.ca {}", file.display()))
    });
    elastic(index, credentials, authorities.transpose()?)
}

#[cfg(feature = "elastic")]
fn elastic(
    index: &Index,
    credentials: Option<String>,
    authorities_pem: Option<Vec<u8>>,
) -> Result<Arc<dyn SearchIndex>> {
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);
    let settings = indexer::ElasticSettings {
        url: index.elastic.clone(),
        name: index.name.clone(),
        credentials,
        authorities_pem,
        n_shards: index.shards,
        n_replicas: index.replicas,
        timeout: TIMEOUT,
    };
    Ok(Arc::new(indexer::ElasticSearch::new(settings)?))
}

/// The configuration has refused it already.
#[cfg(not(feature = "elastic"))]
fn elastic(_: &Index, _: Option<String>, _: Option<Vec<u8>>) -> Result<Arc<dyn SearchIndex>> {
    bail!("this program was built without the feature `elastic`")
}

#[cfg(feature = "postgres")]
fn postgres(address: &str) -> Result<SqlArchive> {
    Ok(SqlArchive::open_postgres(address)?)
}

/// The configuration has refused it already.
#[cfg(not(feature = "postgres"))]
fn postgres(_: &str) -> Result<SqlArchive> {
    bail!("this program was built without the feature `postgres`")
}

/// Whether there is a record already: nothing is made by looking.
pub fn has_record(data: &Data) -> Result<bool> {
    let is_there = data.dir.join(RECORD).try_exists()?;
    Ok(is_there || !data.postgres.is_empty())
}

/// The key that secrets of accounts are sealed with, made at the first start: readable by this user alone,
/// and left out of backups, so that a copy of the record opens nothing. Who loses it loses the codes of
/// phones; `langnghe user reset-totp` drops them.
pub fn access_key(folder: &Path) -> Result<[u8; VAULT_KEY_BYTES]> {
    let path = folder.join(ACCESS_KEY);
    let name = path.display();
    let is_there = path.try_exists();
    if !is_there.with_context(|| format!("không đọc được khóa / cannot read the key {name}"))?
    {
        let made = NamedTempFile::new_in(folder).and_then(|mut file| {
            file.write_all(&Vault::new_key().map_err(std::io::Error::other)?)?;
            file.as_file().sync_all()?;
            Ok(file)
        });
        let made = made.with_context(|| format!("không tạo được / cannot make the file {name}"))?;
        match made.persist_noclobber(&path) {
            Ok(_) => {}
            // Another process was faster; its key counts.
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                let context = format!("không tạo được / cannot make the file {name}");
                return Err(error.error).context(context);
            }
        }
    }
    let read = std::fs::read(&path)
        .with_context(|| format!("không đọc được khóa / cannot read the key {name}"))?;
    read.as_slice().try_into().with_context(|| {
        format!(
            "khóa hỏng, cần đúng {VAULT_KEY_BYTES} byte: lấy lại từ nơi cất giữ, hoặc xóa tệp rồi dùng \
             `langnghe user reset-totp` cho người dùng mã / the key is damaged, it has {VAULT_KEY_BYTES} \
             bytes: bring it back from where it is kept, or delete it and run `langnghe user reset-totp` \
             for those who use codes ({name})"
        )
    })
}

/// Makes this process the only one that crawls for a data folder: two would each keep a host's pause
/// and together halve it. The system gives the lock back when the process ends, however it ends.
pub fn lock_crawl(folder: &Path) -> Result<File> {
    let path = folder.join("crawl.lock");
    let name = path.display();
    let file = File::create(&path)
        .with_context(|| format!("không tạo được / cannot make the file {name}"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "đang có chương trình khác thu thập vào thư mục này, hãy dừng nó trước / another \
             langnghe crawls for this folder, stop it first ({name})"
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("không khóa được / cannot lock the file {name}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_is_made_once_for_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let key = access_key(folder.path()).unwrap();
        assert_eq!(access_key(folder.path()).unwrap(), key);
        let path = folder.path().join(ACCESS_KEY);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

        std::fs::write(&path, &key[..31]).unwrap();
        let refused = format!("{:#}", access_key(folder.path()).unwrap_err());
        assert!(refused.contains("reset-totp"), "{refused}");
        assert!(refused.contains("access.key"), "{refused}");
    }
}
