//! Memory: the record, the capture store and the search index.
