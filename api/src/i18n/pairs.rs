//! How strings stand in both languages side by side.

/// The strings of a subject: a type with a field each, and its Vietnamese and English values. `{}` in both
/// takes the same values.
macro_rules! both_languages {
    ($of:ident: $($name:ident: $vi:literal, $en:literal;)*) => {
        /// The strings of one language.
        pub(crate) struct $of {
            $(pub(crate) $name: &'static str,)*
        }

        pub(super) static VI: $of = $of { $($name: $vi,)* };
        pub(super) static EN: $of = $of { $($name: $en,)* };

        #[cfg(test)]
        pub(super) const PAIRS: &[(&str, &str, &str)] = &[$((stringify!($name), $vi, $en),)*];
    };
}
