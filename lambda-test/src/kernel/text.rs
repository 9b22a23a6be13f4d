//! Texts that are cut to a length.

/// Returns the beginning of a text: at most so many bytes, and whole characters.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
