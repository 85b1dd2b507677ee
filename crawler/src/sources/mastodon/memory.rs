//! What is remembered of a timeline between visits, in the cursor of its state.

use jiff::Timestamp;

/// So many of the newest posts are looked at again, for new replies and for having been deleted.
pub(super) const RECENT_MAX: usize = 200;

/// What is remembered of a timeline between visits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// Id of the newest post read so far.
    pub(super) newest: Option<String>,
    /// When it was written.
    pub(super) newest_at: Option<Timestamp>,
    /// The first reading stopped here: older posts are still to be read.
    pub(super) older_than: Option<String>,
    /// When the newest posts were last looked at again.
    pub(super) refreshed_at: Option<Timestamp>,
    /// Ids of the newest posts, oldest first.
    pub(super) recent: Vec<String>,
}

impl Memory {
    pub(super) fn from_cursor(cursor: Option<&str>) -> Self {
        let mut parts = cursor.unwrap_or_default().split(' ');
        let mut part = || parts.next().filter(|text| !matches!(*text, "" | "-"));
        Self {
            newest: part().map(str::to_owned),
            newest_at: part().and_then(|text| text.parse().ok()),
            older_than: part().map(str::to_owned),
            refreshed_at: part().and_then(|text| text.parse().ok()),
            recent: part().map_or_else(Vec::new, |ids| ids.split(',').map(str::to_owned).collect()),
        }
    }

    /// `None` before anything was read.
    pub(super) fn to_cursor(&self) -> Option<String> {
        let newest = self.newest.as_ref()?;
        let moment = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let older_than = self.older_than.as_deref().unwrap_or("-");
        let recent = if self.recent.is_empty() {
            "-".to_owned()
        } else {
            self.recent.join(",")
        };
        let (newest_at, refreshed_at) = (moment(self.newest_at), moment(self.refreshed_at));
        Some(format!(
            "{newest} {newest_at} {older_than} {refreshed_at} {recent}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_in_a_cursor() {
        let memory = Memory {
            newest: Some("17".to_owned()),
            newest_at: "2026-11-12T05:00:00Z".parse().ok(),
            older_than: None,
            refreshed_at: "2026-11-12T06:00:00Z".parse().ok(),
            recent: vec!["16".to_owned(), "17".to_owned()],
        };
        assert_eq!(Memory::from_cursor(memory.to_cursor().as_deref()), memory);
        let bare = Memory {
            newest: Some("1".to_owned()),
            ..Memory::default()
        };
        assert_eq!(Memory::from_cursor(bare.to_cursor().as_deref()), bare);
        assert_eq!(Memory::default().to_cursor(), None);
        assert_eq!(Memory::from_cursor(None), Memory::default());
    }
}
