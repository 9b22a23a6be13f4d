//! See `src/bin`.
