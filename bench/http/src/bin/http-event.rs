//! Prints the event that is measured.

fn main() {
    print!("{}", http_bench::event(None));
}
