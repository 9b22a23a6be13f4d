//! Child processes end with this one, also where it is killed and can do nothing more.
//!
//! A shell of its own waits at the end of a pipe that only this process holds. When the pipe ends it
//! kills the groups that it was told of, and, on Linux, every process that has the address of one of
//! their Runtime APIs among its variables: those are what the functions started, in sessions of their
//! own too. Each address is that of one process, since each has a port of its own.

use std::{
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use rustix::process::Pid;

/// `+ API` before a process starts, `+ API GROUP` when it has, `- API` when it has ended; what it left
/// behind is killed then. A group that has ended is signalled by nobody.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
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
        -) sweep "$api" ;;
    esac
done
for entry do
    group=${entry#* }
    [ -z "$group" ] || kill -KILL "-$group" 2>/dev/null
    sweep "${entry%% *}"
    sweep "${entry%% *}"
done
"#;

static WATCHDOG: Mutex<Option<Child>> = Mutex::new(None);

/// A process starts that finds the Runtime API there.
pub(super) fn watch(api: &str) {
    tell(&format!("+ {api}\n"));
}

/// It leads this group.
pub(super) fn watch_group(api: &str, group: Pid) {
    tell(&format!("+ {api} {}\n", group.as_raw_nonzero()));
}

/// It has ended, or is about to.
pub(super) fn forget(api: &str) {
    tell(&format!("- {api}\n"));
}

/// One that is gone is replaced. Where none can be had, everything works but for the end by `kill -9`.
fn tell(line: &str) {
    let mut watchdog = WATCHDOG.lock().unwrap_or_else(PoisonError::into_inner);
    for _ in 0..2 {
        if watchdog.is_none() {
            *watchdog = start().ok();
        }
        let pipe = watchdog.as_mut().and_then(|watchdog| watchdog.stdin.as_mut());
        match pipe.map(|pipe| pipe.write_all(line.as_bytes())) {
            Some(Ok(())) => return,
            // It is waited for, so that it leaves no entry in the table of processes.
            Some(Err(_)) => drop(watchdog.take().map(|mut gone| gone.wait())),
            None => return,
        }
    }
}

fn start() -> io::Result<Child> {
    Command::new("/bin/sh")
        .args(["-c", SCRIPT, "lambda-test-watchdog"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}
