//! A child process: started with a cleared environment, frozen by signal, killed with its group.

use std::{os::unix::process::ExitStatusExt as _, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
    task::JoinSet,
};

use super::{Process, Program, Said, Start, Tell};
use crate::ground::Exit;

/// How long the last lines of a process that has ended may take.
const LAST_LINES: Duration = Duration::from_millis(200);

/// A child that runs. Dropping it kills its group.
pub(crate) struct ChildProcess {
    group: Pid,
    /// Reads its output and waits for its end.
    _tasks: JoinSet<()>,
}

impl ChildProcess {
    pub(crate) fn start(program: &Program, start: Start) -> Process {
        let Start { variables, tell, .. } = start;
        let spawned = Command::new(&program.path)
            .args(&program.args)
            .env_clear()
            .envs(variables.iter())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let child = spawned.and_then(|child| {
            let id = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
            let id = id.ok_or_else(|| std::io::Error::other("it ended at once"))?;
            Ok((child, id))
        });
        let (mut child, group) = match child {
            Ok(started) => started,
            Err(error) => {
                let path = program.path.display();
                let exit =
                    Exit::NotStarted(format!("`{path}` could not be started: {error}").into());
                tell(Said::Exited(exit));
                return Process::None;
            }
        };
        let mut output = JoinSet::new();
        let streams: [Option<Box<dyn AsyncRead + Unpin>>; 2] = [
            child.stdout.take().map(|stream| Box::new(stream) as _),
            child.stderr.take().map(|stream| Box::new(stream) as _),
        ];
        for stream in streams.into_iter().flatten() {
            output.spawn_local(read_lines(stream, tell.clone()));
        }
        let mut tasks = JoinSet::new();
        tasks.spawn_local(async move {
            let exit = wait(&mut child).await;
            // What it left behind goes with it, and lets go of its output.
            let _ = kill_process_group(group, Signal::KILL);
            // What it wrote before its end is logged before its end is told. A process that has left
            // the group may hold the output open for ever: it is not waited for.
            let rest = async { while output.join_next().await.is_some() {} };
            let _ = tokio::time::timeout(LAST_LINES, rest).await;
            tell(Said::Exited(exit));
        });
        Process::Child(Self { group, _tasks: tasks })
    }

    pub(crate) fn freeze(&self) -> usize {
        self.signal(Signal::STOP);
        0
    }

    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        // A group that has ended needs no signal.
        let _ = kill_process_group(self.group, signal);
    }

    /// The high-water mark of its resident memory, as Linux tells it.
    pub(crate) fn max_memory_used_mb(&self) -> Option<u32> {
        let status = format!("/proc/{}/status", self.group.as_raw_nonzero());
        let status = std::fs::read_to_string(status).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: u32 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib.div_ceil(1024))
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

async fn wait(child: &mut Child) -> Exit {
    match child.wait().await {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Status(code),
            (None, Some(9)) => Exit::Signal("killed".into()),
            (None, Some(6)) => Exit::Signal("aborted".into()),
            (None, Some(11)) => Exit::Signal("segmentation fault".into()),
            (None, Some(15)) => Exit::Signal("terminated".into()),
            (None, signal) => Exit::Signal(signal.unwrap_or_default().to_string().into()),
        },
        Err(error) => Exit::Signal(format!("it was lost: {error}").into()),
    }
}

async fn read_lines(stream: Box<dyn AsyncRead + Unpin>, tell: Tell) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while let Ok(1..) = reader.read_until(b'\n', &mut line).await {
        let text = String::from_utf8_lossy(&line);
        tell(Said::Log(text.trim_end_matches(['\r', '\n']).into()));
        line.clear();
    }
}
