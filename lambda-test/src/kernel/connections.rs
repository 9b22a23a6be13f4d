//! Connections of this process that lead out of the machine, as Linux lists them.

use std::{
    cell::Cell,
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::{Duration, Instant},
};

/// How long nobody looks again: what is kept open is seen then.
const PAUSE: Duration = Duration::from_millis(5);

/// A connection: its other end, and the number of its socket.
pub(crate) type Outside = (SocketAddr, String);

thread_local! {
    static LOOKED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Returns the other ends of this process's connections that are not of this machine's loopback, unless somebody has looked a
/// moment ago. Nothing where it is not Linux.
pub(crate) fn outside_now_and_then() -> BTreeSet<Outside> {
    let now = Instant::now();
    if LOOKED.get().is_some_and(|looked| now.duration_since(looked) < PAUSE) {
        return BTreeSet::new();
    }
    LOOKED.set(Some(now));
    outside_connections()
}

/// Returns the other ends of this process's connections that are not of this machine's loopback.
pub(crate) fn outside_connections() -> BTreeSet<Outside> {
    let mut rows = Vec::new();
    for table in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
        let text = std::fs::read_to_string(table).unwrap_or_default();
        rows.extend(text.lines().skip(1).filter_map(row));
    }
    // The tables have those of other processes too.
    if rows.is_empty() {
        return BTreeSet::new();
    }
    let files = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let own: BTreeSet<String> = files
        .filter_map(|file| std::fs::read_link(file.path()).ok()?.to_str().map(str::to_owned))
        .collect();
    let own = |socket: &str| own.contains(&format!("socket:[{socket}]"));
    rows.into_iter().filter(|(_, socket)| own(socket)).collect()
}

/// The other end and the socket of an established connection that leads out.
fn row(line: &str) -> Option<Outside> {
    const ESTABLISHED: &str = "01";
    let columns: Vec<&str> = line.split_whitespace().collect();
    let (remote, state, socket) = (columns.get(2)?, columns.get(3)?, columns.get(9)?);
    let address = address(remote)?;
    let leads_out = !address.ip().to_canonical().is_loopback() && *state == ESTABLISHED;
    leads_out.then(|| (address, (*socket).to_owned()))
}

/// `0100007F:1F90`: the bytes of each word in the order of the machine, and the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let words: Option<Vec<[u8; 4]>> = (0..ip.len() / 8)
        .map(|at| u32::from_str_radix(&ip[8 * at..8 * at + 8], 16).ok().map(u32::to_ne_bytes))
        .collect();
    let ip = match words?[..] {
        [word] => IpAddr::from(Ipv4Addr::from(word)),
        [a, b, c, d] => {
            let bytes: [u8; 16] = [a, b, c, d].concat().try_into().ok()?;
            IpAddr::from(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let seen = row(line).map(|(address, socket)| format!("{address} {socket}"));
        assert_eq!(seen.as_deref(), expected, "{line}");
    }

    #[test]
    fn an_established_connection_to_another_machine_leads_out() {
        let line = |remote: &str, state: &str| {
            format!(
                "0: 0200A8C0:C350 {remote} {state} 00000000:00000000 00:00000000 00000000 0 0 4711 1"
            )
        };
        check(&line("0100A8C0:01BB", "01"), Some("192.168.0.1:443 4711"));
        check(&line("0100A8C0:01BB", "06"), None);
        check(&line("0100007F:01BB", "01"), None);
        check(&line("00000000000000000000000001000000:01BB", "01"), None);
        check(&line("0000000000000000FFFF00000100007F:01BB", "01"), None);
        check(&line("B80D0120000000000000000001000000:01BB", "01"), Some("[2001:db8::1]:443 4711"));
        check("sl local_address rem_address st", None);
        check("", None);
    }
}
