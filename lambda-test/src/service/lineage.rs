//! How often a chain of invocations has come to a function: the field `Lineage` of the trace header.
//!
//! Source: AWS Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops".

use super::function_state::FunctionState;

/// "About 16 times": a chain that has come so often is stopped.
const MOST: u32 = 16;

/// Returns the header that the function receives, and how often the chain had come to it before. A header without `Lineage`
/// begins a chain; it is a list of `hash:count`, joined by bars.
fn counted(header: &str, hash: &str) -> (String, u32) {
    let (mut fields, mut items): (Vec<&str>, Vec<(String, u32)>) = (Vec::new(), Vec::new());
    for field in header.split(';') {
        match field.strip_prefix("Lineage=") {
            Some(lineage) => {
                let read = lineage.split('|').filter_map(|item| {
                    let (hash, count) = item.rsplit_once(':')?;
                    Some((hash.to_owned(), count.parse().ok()?))
                });
                items.extend(read);
            }
            None => fields.push(field),
        }
    }
    let before = match items.iter_mut().find(|(other, _)| other == hash) {
        Some((_, count)) => {
            *count += 1;
            *count - 1
        }
        None => {
            items.push((hash.to_owned(), 1));
            0
        }
    };
    let items: Vec<String> = items.iter().map(|(hash, count)| format!("{hash}:{count}")).collect();
    (format!("{};Lineage={}", fields.join(";"), items.join("|")), before)
}

impl FunctionState {
    /// Returns the trace header of an invocation whose caller sends one, and whether it comes from a loop that is to be
    /// stopped.
    pub(super) fn lineage(&self, header: &str) -> (String, bool) {
        let hash = self
            .unqualified
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let (header, before) = counted(header, &format!("{hash:08x}"));
        (header, MOST <= before && !self.allows_recursion.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, hash: &str, expected: &str, before: u32) {
        assert_eq!(counted(header, hash), (expected.to_owned(), before));
    }

    #[test]
    fn each_function_of_a_chain_is_counted() {
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0";
        check(root, "a", &format!("{root};Lineage=a:1"), 0);
        check(&format!("{root};Lineage=a:1"), "a", &format!("{root};Lineage=a:2"), 1);
        check(&format!("{root};Lineage=a:1"), "b", &format!("{root};Lineage=a:1|b:1"), 0);
        let middle = "Root=1;Lineage=a87bd80c:1|68fd508a:5;Sampled=1";
        check(middle, "68fd508a", "Root=1;Sampled=1;Lineage=a87bd80c:1|68fd508a:6", 5);
        check("Root=1;Lineage=x", "a", "Root=1;Lineage=a:1", 0);
    }
}
