//! Which inputs were seen in which states of environments: what an exploration has reached.

use std::cell::Cell;

thread_local! {
    static CELLS: Cell<u128> = const { Cell::new(0) };
}

/// How many kinds of inputs there are at most; states come behind.
const INPUTS: u32 = 18;

/// Notes an input in a state, each by its number.
pub(crate) fn note_cell(state: u32, input: u32) {
    CELLS.set(CELLS.get() | 1 << (state * INPUTS + input));
}

/// Returns what was seen on this thread, a bit for each pair.
pub(crate) fn cells() -> u128 {
    CELLS.get()
}

/// Forgets what was seen on this thread.
pub(crate) fn clear_cells() {
    CELLS.set(0);
}
