//! What typst may see: the template, the sheet, the fonts. Every other file is refused.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::Fonts;

const TEMPLATE: &str = include_str!("digest.typ");

/// What all sheets share.
pub(crate) struct Desk {
    pub(crate) fonts: Fonts,
    book: LazyHash<FontBook>,
    library: LazyHash<Library>,
    template: Source,
    data: FileId,
}

/// One sheet.
pub(crate) struct SheetWorld<'a> {
    desk: &'a Desk,
    json: Bytes,
}

impl Desk {
    pub(crate) fn new(fonts: Fonts) -> Self {
        Self {
            book: LazyHash::new(fonts.book()),
            library: LazyHash::new(Library::default()),
            template: Source::new(file("digest.typ"), TEMPLATE.to_owned()),
            data: file("sheet.json"),
            fonts,
        }
    }
}

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl<'a> SheetWorld<'a> {
    pub(crate) fn new(desk: &'a Desk, json: String) -> Self {
        Self {
            desk,
            json: Bytes::from_string(json),
        }
    }
}

impl World for SheetWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.desk.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.desk.book
    }

    fn main(&self) -> FileId {
        self.desk.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() {
            Ok(self.desk.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.desk.data {
            Ok(self.json.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.desk.fonts.get(index)
    }

    /// A sheet says its own date.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
