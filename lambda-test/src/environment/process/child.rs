//! A child process: started with a cleared environment, frozen by signal, killed with its group.

use std::{
    cell::Cell,
    io,
    net::TcpListener,
    os::{fd::OwnedFd, unix::process::ExitStatusExt as _},
    process::Stdio,
    rc::Rc,
    time::Duration,
};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};
use tokio::{
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};

use super::{Control, ProcessEvent, Program, Start, output::Output, watchdog};
use crate::kernel::Exit;

/// How long the last lines of a process that has ended may take.
const LAST_LINES: Duration = Duration::from_millis(200);

/// A child that runs. Dropping it kills its group, and what left the group.
pub(crate) struct ChildProcess {
    group: Group,
    outputs: Vec<Rc<Output>>,
    /// The high-water mark of its resident memory, when it was last looked at.
    max_memory_used_mb: Cell<Option<u32>>,
    /// By which the watchdog knows it.
    runtime_api: String,
    /// The port of its Runtime API, which no other process gets until what it left behind is gone.
    port: Option<TcpListener>,
    /// Reads its output and waits for its end.
    _tasks: JoinSet<()>,
}

/// The group of a child, which is not signalled after its leader was reaped: its number may be
/// another's then.
#[derive(Clone)]
struct Group {
    leader: Pid,
    reaped: Rc<Cell<bool>>,
}

impl Group {
    fn signal(&self, signal: Signal) {
        if !self.reaped.get() {
            // A group that has ended needs no signal.
            let _ = kill_process_group(self.leader, signal);
        }
    }
}

impl ChildProcess {
    pub(crate) fn start(program: &Program, start: Start) -> Option<Self> {
        let Start { variables, log, events, runtime_port, .. } = start;
        let runtime_api = variables.get("AWS_LAMBDA_RUNTIME_API").unwrap_or_default().to_owned();
        watchdog::watch(&runtime_api);
        let spawned = Command::new(program.resolved())
            .args(&program.args)
            .env_clear()
            .envs(variables.iter())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let started = spawned.and_then(|mut child| {
            let leader = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
            let leader = leader.ok_or_else(|| io::Error::other("it ended at once"))?;
            let pipes = pipes(&mut child)?.into_iter();
            let outputs = pipes.map(|pipe| Ok(Rc::new(Output::new(pipe, log.clone())?)));
            Ok((child, leader, outputs.collect::<io::Result<Vec<_>>>()?))
        });
        let (mut child, leader, outputs) = match started {
            Ok(started) => started,
            Err(error) => {
                watchdog::forget(&runtime_api, runtime_port);
                let path = program.path.display();
                let reason = format!("`{path}` could not be started: {error}");
                events(ProcessEvent::Exited(Exit::NotStarted(reason.into())));
                return None;
            }
        };
        watchdog::watch_group(&runtime_api, leader);
        let group = Group { leader, reaped: Rc::default() };
        let mut reading = JoinSet::new();
        for output in &outputs {
            reading.spawn_local(output.clone().follow());
        }
        let mut tasks = JoinSet::new();
        let ending = group.clone();
        tasks.spawn_local(async move {
            let exit = wait(&mut child, &ending).await;
            // What it wrote before its end is logged before its end is told. A process that has left
            // the group may hold the output open for ever: it is not waited for.
            let rest = async { while reading.join_next().await.is_some() {} };
            let _ = tokio::time::timeout(LAST_LINES, rest).await;
            events(ProcessEvent::Exited(exit));
        });
        let max_memory_used_mb = Cell::new(None);
        Some(Self {
            group,
            outputs,
            max_memory_used_mb,
            runtime_api,
            port: runtime_port,
            _tasks: tasks,
        })
    }

    /// Linux reports it of a process that lives; one that crashed keeps what was seen last.
    fn look_at_memory(&self) {
        let status = format!("/proc/{}/status", self.group.leader.as_raw_nonzero());
        let status = std::fs::read_to_string(status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u32>().ok());
        if let Some(kib) = kib {
            self.max_memory_used_mb.set(Some(kib.div_ceil(1024)));
        }
    }
}

impl Control for ChildProcess {
    fn freeze(&self) -> usize {
        self.look_at_memory();
        self.group.signal(Signal::STOP);
        0
    }

    fn thaw(&self) {
        self.look_at_memory();
        self.group.signal(Signal::CONT);
    }

    /// What the process has started is its own affair.
    fn terminate(&self) {
        self.thaw();
        if !self.group.reaped.get() {
            // One that has ended needs no signal.
            let _ = kill_process(self.group.leader, Signal::TERM);
        }
    }

    /// Text without a line end is a line.
    fn flush(&self) {
        self.look_at_memory();
        for output in &self.outputs {
            output.flush();
        }
    }

    fn max_memory_used_mb(&self) -> Option<u32> {
        self.max_memory_used_mb.get()
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        self.group.signal(Signal::KILL);
        watchdog::forget(&self.runtime_api, self.port.take());
    }
}

fn pipes(child: &mut Child) -> io::Result<Vec<OwnedFd>> {
    let stdout = child.stdout.take().map(|stdout| stdout.into_owned_fd());
    let stderr = child.stderr.take().map(|stderr| stderr.into_owned_fd());
    stdout.into_iter().chain(stderr).collect()
}

/// Waits for its end; what it left behind in its group goes with it.
async fn wait(child: &mut Child, group: &Group) -> Exit {
    // Its end is seen before it is reaped, since its group may be signalled until then.
    if let Ok(mut children) = signal(SignalKind::child()) {
        let looked_at = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        while let Ok(None) = waitid(WaitId::Pid(group.leader), looked_at) {
            children.recv().await;
        }
        group.signal(Signal::KILL);
    }
    let ended = child.wait().await;
    group.reaped.set(true);
    match ended {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Status(code),
            (None, signal) => Exit::Signal(name_of(signal.unwrap_or_default()).into()),
        },
        Err(error) => Exit::Signal(format!("it was lost: {error}").into()),
    }
}

/// A signal in the words of the service, which are those of Go's package `syscall` on Linux.
fn name_of(signal: i32) -> String {
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        5 => "trace/breakpoint trap",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        10 => "user defined signal 1",
        11 => "segmentation fault",
        12 => "user defined signal 2",
        13 => "broken pipe",
        14 => "alarm clock",
        15 => "terminated",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}
