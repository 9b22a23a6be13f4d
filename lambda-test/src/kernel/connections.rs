//! Connections of this process that lead out of the machine, as Linux lists them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

/// How often a service looks whenever it is asked; then it looks one time in so many.
const ALWAYS: u32 = 64;
const THEN: u32 = 16;

/// How often a socket is looked for among the connections: one that is not there may be connected later. The system's
/// tables take milliseconds to read, so a socket of another kind is not looked for again and again.
const LOOKS: u8 = 3;

/// The sockets of this process that are known not to lead out of the machine, or were reported, and how often the others
/// were looked for. Nothing where it is not Linux.
pub(crate) struct KnownSockets {
    looks: BTreeMap<String, u8>,
    /// How often the service has looked.
    count: u32,
}

impl KnownSockets {
    /// Those that are open now are not looked for.
    pub(crate) fn now() -> Self {
        let looks = open_sockets().into_iter().map(|socket| (socket, LOOKS)).collect();
        Self { looks, count: 0 }
    }

    /// Returns the other ends of connections that are new and lead out of the machine. Nothing where other threads of this
    /// process run, of which one may have made them for another test, since files are the process's; and mostly nothing
    /// where it was asked very often.
    pub(crate) fn new_outside(&mut self) -> Vec<SocketAddr> {
        self.count = self.count.wrapping_add(1);
        if ALWAYS < self.count && self.count % THEN != 0 {
            return Vec::new();
        }
        let mut sockets = open_sockets();
        sockets.retain(|socket| self.looks.get(socket).is_none_or(|looks| *looks < LOOKS));
        if sockets.is_empty() || others_run() {
            return Vec::new();
        }
        let mut outside = Vec::new();
        for table in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
            let text = std::fs::read_to_string(table).unwrap_or_default();
            for (address, socket) in text.lines().skip(1).filter_map(row) {
                if sockets.remove(&socket) {
                    outside.extend(leads_out(&address).then_some(address));
                    self.looks.insert(socket, LOOKS);
                }
            }
        }
        for socket in sockets {
            *self.looks.entry(socket).or_default() += 1;
        }
        outside
    }
}

/// Whether this process has threads other than this one and those that it has started, which have its name, the first one,
/// which waits for it, and those of tokio.
fn others_run() -> bool {
    let name = |thread: &Path| std::fs::read_to_string(thread.join("comm")).unwrap_or_default();
    let own = name(Path::new("/proc/thread-self"));
    let first = std::process::id().to_string();
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    threads.into_iter().any(|thread| {
        let name = name(&thread.path());
        name != own && *thread.file_name() != *first && !name.starts_with("tokio-")
    })
}

/// The numbers of the sockets among the open files of this process.
fn open_sockets() -> BTreeSet<String> {
    let files = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let links = files.filter_map(|file| std::fs::read_link(file.path()).ok());
    links
        .filter_map(|link| {
            let number = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
            Some(number.to_owned())
        })
        .collect()
}

fn leads_out(address: &SocketAddr) -> bool {
    !address.ip().to_canonical().is_loopback()
}

/// The other end and the socket of an established connection.
fn row(line: &str) -> Option<(SocketAddr, String)> {
    const ESTABLISHED: &str = "01";
    let columns: Vec<&str> = line.split_whitespace().collect();
    let (remote, state, socket) = (columns.get(2)?, columns.get(3)?, columns.get(9)?);
    let address = address(remote)?;
    (*state == ESTABLISHED).then(|| (address, (*socket).to_owned()))
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
        let seen = row(line).filter(|(address, _)| leads_out(address));
        let seen = seen.map(|(address, socket)| format!("{address} {socket}"));
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
