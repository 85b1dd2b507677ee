//! Identifiers: each kind has a type of its own, so that one cannot stand in for another.

use std::fmt;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Wraps an identifier as it is written in files and addresses.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// One mention, unique in the record; for crawled mentions a hash of the address.
    MentionId
}
text_id! {
    /// One source of `config/sources.toml`, or the `source` field of a mention line.
    SourceId
}
text_id! {
    /// One concern; it stays the same over the days the concern lives.
    ConcernId
}
text_id! {
    /// One department or utility of `config/units/agencies.csv`.
    AgencyId
}
