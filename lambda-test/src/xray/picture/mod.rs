//! Traces as pictures: SVG for people, and what Perfetto shows.

mod layout;
mod map;
mod perfetto;
mod svg;
mod timeline;

pub(super) use map::map;
pub(super) use perfetto::perfetto;
pub(super) use timeline::timeline;
