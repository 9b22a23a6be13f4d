//! Child processes end with this one, also where it is killed and can do nothing more.
//!
//! A shell of its own waits at the end of a pipe that only this process holds. When the pipe ends it
//! kills the groups that it was told of, and, on Linux, every process that has the address of one of
//! their Runtime APIs among its variables: those are what the functions started, in sessions of their
//! own too. Each address is that of one process, since each has a port of its own, which stays bound until the
//! watchdog has looked for what is left: otherwise the next process that gets the port would be killed in its place.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpListener,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use rustix::process::Pid;

/// `+ API` before a process starts, `+ API GROUP` when it has, `- API` when it has ended; what it left
/// behind is killed then, and `API` written. A group that has ended is signalled by nobody.
const SCRIPT: &str = r#"
trap '' HUP INT TERM PIPE
sweep() {
    grep -lzxF "AWS_LAMBDA_RUNTIME_API=$1" /proc/[0-9]*/environ 2>/dev/null |
        while IFS=/ read -r _ _ process _; do kill -KILL "$process" 2>/dev/null; done
}
while read -r word api group; do
    for entry do
        shift
        [ "${entry%% *}" = "$api" ] || set -- "$@" "$entry"
    done
    case $word in
        +) set -- "$@" "$api $group" ;;
        -) sweep "$api"; printf '%s\n' "$api" ;;
    esac
done
for entry do
    group=${entry#* }
    [ -z "$group" ] || kill -KILL "-$group" 2>/dev/null
    sweep "${entry%% *}"
    sweep "${entry%% *}"
done
"#;

static WATCHDOG: Mutex<Watchdog> =
    Mutex::new(Watchdog { shell: None, held: Vec::new(), read: Vec::new() });

struct Watchdog {
    shell: Option<Child>,
    /// Ports of processes that have ended, until the shell has looked for what they left behind.
    held: Vec<(String, TcpListener)>,
    /// What the shell wrote since the last end of a line.
    read: Vec<u8>,
}

/// A process starts that finds the Runtime API there.
pub(super) fn watch(api: &str) {
    tell(&format!("+ {api}\n"), None);
}

/// It leads this group.
pub(super) fn watch_group(api: &str, group: Pid) {
    tell(&format!("+ {api} {}\n", group.as_raw_nonzero()), None);
}

/// It has ended, or is about to. Its port is held for as long as others may be killed in its name.
pub(super) fn forget(api: &str, port: Option<TcpListener>) {
    tell(&format!("- {api}\n"), port.map(|port| (api.to_owned(), port)));
}

/// A shell that is gone is replaced. Where none can be had, everything works but for the end by `kill -9`.
fn tell(line: &str, hold: Option<(String, TcpListener)>) {
    let mut watchdog = WATCHDOG.lock().unwrap_or_else(PoisonError::into_inner);
    watchdog.let_go();
    watchdog.held.extend(hold);
    for _ in 0..2 {
        if watchdog.shell.is_none() {
            watchdog.shell = start().ok();
        }
        let pipe = watchdog.shell.as_mut().and_then(|shell| shell.stdin.as_mut());
        match pipe.map(|pipe| pipe.write_all(line.as_bytes())) {
            Some(Ok(())) => return,
            // It is waited for, so that it leaves no entry in the table of processes.
            Some(Err(_)) => drop(watchdog.shell.take().map(|mut gone| gone.wait())),
            None => {}
        }
        // Nobody looks for what it was asked for.
        watchdog.held.clear();
    }
}

impl Watchdog {
    /// Lets go of the ports that the shell is done with.
    fn let_go(&mut self) {
        let Self { shell, held, read } = self;
        let Some(pipe) = shell.as_mut().and_then(|shell| shell.stdout.as_mut()) else { return };
        let mut bytes = [0; 1024];
        // It does not block: there is nothing more to read then.
        while let Ok(count @ 1..) = pipe.read(&mut bytes) {
            read.extend_from_slice(&bytes[..count]);
        }
        while let Some(end) = read.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = read.drain(..=end).collect();
            held.retain(|(api, _)| api.as_bytes() != &line[..end]);
        }
    }
}

fn start() -> io::Result<Child> {
    let shell = Command::new("/bin/sh")
        .args(["-c", SCRIPT, "lambda-test-watchdog"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    if let Some(pipe) = &shell.stdout {
        rustix::io::ioctl_fionbio(pipe, true)?;
    }
    Ok(shell)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise the process that gets the port next is killed for what the one before left behind.
    #[test]
    fn a_port_is_held_until_what_was_left_behind_is_gone() {
        let port = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = port.local_addr().expect("it is bound");
        let api = address.to_string();
        let left_behind = Command::new("sleep")
            .arg("60")
            .env("AWS_LAMBDA_RUNTIME_API", &api)
            .stdin(Stdio::null())
            .spawn();
        let mut left_behind = left_behind.expect("a process");
        forget(&api, Some(port));
        assert!(TcpListener::bind(address).is_err(), "it is held until somebody asks");
        let ended = left_behind.wait().expect("it is killed");
        assert_eq!(ended.code(), None, "it has ended by a signal");
        // The shell has written it, or is about to; each word to the watchdog looks.
        while TcpListener::bind(address).is_err() {
            watch("nobody");
            forget("nobody", None);
        }
    }
}
