//! A fast mock of the Lambda Runtime API that spawns one function, serves it events and measures it
//! from the service's side. Blocking std only: one thread per connection, pre-rendered responses.
//! Prints one JSON object on stdout. Usage: see `usage()`.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst},
        Arc,
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

extern "C" {
    fn kill(pid: i32, sig: i32) -> i32;
    fn sched_setaffinity(pid: i32, len: usize, mask: *const u64) -> i32;
}

fn usage() -> ! {
    eprintln!(
        "mock-api [options] -- FUNCTION [ARG...]
  --n N            measured invocations (10000)
  --warmup N       invocations before them (200)
  --payload FILE   the event (default: a 26-byte object)
  --chunked        send events with Transfer-Encoding: chunked (as Lambda does above 2 KiB)
  --empty-ack      answer responses with an empty 202 (Lambda's has a 16-byte body)
  --slow-us M      wait so many microseconds before each read of a response
  --late-ack-ms M  send the body of a 202 so many milliseconds after its head
  --pace-us U      wait U microseconds before answering each `next`
  --concurrency K  set AWS_LAMBDA_MAX_CONCURRENCY=K for the function
  --cold K         only measure spawn -> first `next`, K times
  --cpu C          pin this server to processor C (the function: see --child-cpu)
  --child-cpu C    pin the function to processor C
  --timeout S      give up after S seconds (120)"
    );
    std::process::exit(2)
}

struct Opts {
    n: usize,
    warmup: usize,
    payload: Vec<u8>,
    chunked: bool,
    ack: &'static [u8],
    late_ack: Duration,
    slow: Duration,
    pace: Duration,
    concurrency: usize,
    cold: usize,
    cpu: Option<u32>,
    child_cpu: Option<u32>,
    timeout: Duration,
    cmd: Vec<String>,
}

fn opts() -> Opts {
    let mut o = Opts {
        n: 10_000,
        warmup: 200,
        payload: br#"{"id":"a","count":1,"x":2}"#.to_vec(),
        chunked: false,
        ack: ACCEPTED,
        late_ack: Duration::ZERO,
        slow: Duration::ZERO,
        pace: Duration::ZERO,
        concurrency: 1,
        cold: 0,
        cpu: None,
        child_cpu: None,
        timeout: Duration::from_secs(120),
        cmd: vec![],
    };
    let mut a = std::env::args().skip(1);
    while let Some(k) = a.next() {
        if k == "--" {
            o.cmd = a.collect();
            break;
        }
        if k == "--chunked" {
            o.chunked = true;
            continue;
        }
        if k == "--empty-ack" {
            o.ack = EMPTY;
            continue;
        }
        let v = a.next().unwrap_or_else(|| usage());
        let num = || v.parse::<usize>().unwrap_or_else(|_| usage());
        match k.as_str() {
            "--n" => o.n = num(),
            "--warmup" => o.warmup = num(),
            "--payload" => o.payload = std::fs::read(&v).expect("payload file"),
            "--slow-us" => o.slow = Duration::from_micros(num() as u64),
            "--late-ack-ms" => o.late_ack = Duration::from_millis(num() as u64),
            "--pace-us" => o.pace = Duration::from_micros(num() as u64),
            "--concurrency" => o.concurrency = num(),
            "--cold" => o.cold = num(),
            "--cpu" => o.cpu = Some(num() as u32),
            "--child-cpu" => o.child_cpu = Some(num() as u32),
            "--timeout" => o.timeout = Duration::from_secs(num() as u64),
            _ => usage(),
        }
    }
    if o.cmd.is_empty() {
        usage()
    }
    o
}

/// What the connection threads and the main thread share.
struct Shared {
    epoch: Instant,
    total: usize,
    ack: &'static [u8],
    late_ack: Duration,
    slow: Duration,
    pace: Duration,
    template: Vec<u8>,
    id_at: usize,
    trace_at: usize,
    main: thread::Thread,
    first_next: AtomicU64,
    handed: AtomicUsize,
    done: AtomicUsize,
    errors: AtomicUsize,
    conns: AtomicUsize,
    resp_bytes: AtomicU64,
    stop: AtomicBool,
    start: Vec<AtomicU64>, // ns since epoch: just before the event was written
    head: Vec<AtomicU64>,  // ns from start: the response's head was read
    full: Vec<AtomicU64>,  // ns from start: the response's last byte was read
}

const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n\
Date: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";
const ACK_BODY: usize = 16;
const EMPTY: &[u8] =
    b"HTTP/1.1 202 Accepted\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n";
const ID: &str = "8476a536-e9f4-11e8-9739-";
const TRACE: &str = "Root=1-5bef4de7-ad49b0e87f6e";

/// The rendered event, and where in it the two ids are that differ from event to event (12 hex digits each).
fn template(payload: &[u8], chunked: bool) -> (Vec<u8>, usize, usize) {
    let deadline = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis()
        + 900_000;
    let mut t = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: {ID}000000000000\r\n\
         Lambda-Runtime-Deadline-Ms: {deadline}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench\r\n\
         Lambda-Runtime-Trace-Id: {TRACE}000000000000;Parent=9a9197af755a6419;Sampled=1\r\n\
         Date: Mon, 23 Nov 2026 12:00:00 GMT\r\n"
    )
    .into_bytes();
    let after = |s: &str| t.windows(s.len()).position(|w| w == s.as_bytes()).unwrap() + s.len();
    let (id_at, trace_at) = (after(ID), after(TRACE));
    if chunked {
        t.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
        for c in payload.chunks(32 * 1024) {
            t.extend_from_slice(format!("{:x}\r\n", c.len()).as_bytes());
            t.extend_from_slice(c);
            t.extend_from_slice(b"\r\n");
        }
        t.extend_from_slice(b"0\r\n\r\n");
    } else {
        t.extend_from_slice(format!("Content-Length: {}\r\n\r\n", payload.len()).as_bytes());
        t.extend_from_slice(payload);
    }
    (t, id_at, trace_at)
}

/// A connection's read buffer: `buf[at..len]` has been read and not consumed.
struct In {
    s: TcpStream,
    buf: Vec<u8>,
    at: usize,
    len: usize,
    slow: Duration,
}

impl In {
    /// Reads more; false at the end of the stream.
    fn fill(&mut self) -> bool {
        if self.at == self.len {
            (self.at, self.len) = (0, 0);
        } else if self.len == self.buf.len() {
            self.buf.copy_within(self.at..self.len, 0);
            self.len -= self.at;
            self.at = 0;
        }
        if !self.slow.is_zero() {
            thread::sleep(self.slow);
        }
        match self.s.read(&mut self.buf[self.len..]) {
            Ok(n) if n > 0 => {
                self.len += n;
                true
            }
            _ => false,
        }
    }
    /// The next bytes up to and including `end`, as a range of `buf`.
    fn until(&mut self, end: &[u8]) -> Option<std::ops::Range<usize>> {
        loop {
            if let Some(i) = self.buf[self.at..self.len]
                .windows(end.len())
                .position(|w| w == end)
            {
                let r = self.at..self.at + i + end.len();
                self.at = r.end;
                return Some(r);
            }
            if !self.fill() {
                return None;
            }
        }
    }
    fn skip(&mut self, mut n: usize) -> Option<()> {
        loop {
            let k = n.min(self.len - self.at);
            self.at += k;
            n -= k;
            if n == 0 {
                return Some(());
            }
            if !self.fill() {
                return None;
            }
        }
    }
}

fn serve(s: TcpStream, sh: &Shared) -> Option<()> {
    s.set_nodelay(true).ok()?;
    let mut out = s.try_clone().ok()?;
    let mut i = In {
        s,
        buf: vec![0; 1 << 20],
        at: 0,
        len: 0,
        slow: sh.slow,
    };
    let mut event = sh.template.clone();
    loop {
        let h = i.until(b"\r\n\r\n")?;
        let now = sh.epoch.elapsed().as_nanos() as u64;
        let (mut length, mut chunked) = (0usize, false);
        let head = std::str::from_utf8(&i.buf[h]).expect("head is UTF-8");
        let mut lines = head.split("\r\n");
        let mut rl = lines.next()?.split(' ');
        let (get, path) = (rl.next()? == "GET", rl.next()?.to_owned());
        for l in lines {
            let Some((k, v)) = l.split_once(':') else {
                continue;
            };
            if k.eq_ignore_ascii_case("content-length") {
                length = v.trim().parse().expect("content-length");
            } else if k.eq_ignore_ascii_case("transfer-encoding") {
                chunked = v.trim().eq_ignore_ascii_case("chunked");
            }
        }
        if get {
            if !path.ends_with("/runtime/invocation/next") {
                sh.errors.fetch_add(1, SeqCst);
            }
            let _ = sh.first_next.compare_exchange(0, now, SeqCst, SeqCst);
            let k = sh.handed.fetch_add(1, SeqCst);
            if k == 0 {
                sh.main.unpark();
            }
            if k >= sh.total {
                // No more events: the long poll stays open until the function is ended.
                while !sh.stop.load(Relaxed) {
                    thread::park_timeout(Duration::from_millis(50));
                }
                return None;
            }
            if !sh.pace.is_zero() {
                thread::sleep(sh.pace);
            }
            let digits = format!("{k:012x}");
            for at in [sh.id_at, sh.trace_at] {
                event[at..at + 12].copy_from_slice(digits.as_bytes());
            }
            sh.start[k].store(sh.epoch.elapsed().as_nanos() as u64, SeqCst);
            out.write_all(&event).ok()?;
            continue;
        }
        let mut body = length as u64;
        if chunked {
            loop {
                let r = i.until(b"\r\n")?;
                let size = std::str::from_utf8(&i.buf[r])
                    .ok()?
                    .trim()
                    .split(';')
                    .next()?
                    .to_owned();
                let size = usize::from_str_radix(&size, 16).expect("chunk size");
                body += size as u64;
                if size == 0 {
                    // Trailers, then an empty line.
                    while i.until(b"\r\n")?.len() > 2 {}
                    break;
                }
                i.skip(size + 2)?;
            }
        } else {
            i.skip(length)?;
        }
        let end = sh.epoch.elapsed().as_nanos() as u64;
        let mut parts = path.rsplit('/');
        match (parts.next(), parts.next()) {
            (Some("response"), Some(id)) if id.starts_with(ID) => {
                let k = usize::from_str_radix(&id[ID.len()..], 16).expect("request id");
                let t0 = sh.start[k].load(SeqCst);
                sh.head[k].store(now - t0, Relaxed);
                sh.full[k].store(end - t0, Relaxed);
            }
            _ => {
                sh.errors.fetch_add(1, SeqCst);
            }
        }
        sh.resp_bytes.store(body, Relaxed);
        let last = sh.done.fetch_add(1, SeqCst) + 1 == sh.total;
        if sh.late_ack.is_zero() {
            out.write_all(sh.ack).ok()?;
        } else {
            let head = sh.ack.len() - ACK_BODY;
            out.write_all(&sh.ack[..head]).ok()?;
            thread::sleep(sh.late_ack);
            out.write_all(&sh.ack[head..]).ok()?;
        }
        if last {
            sh.main.unpark();
        }
    }
}

/// Nanoseconds on a processor over all threads, and the number of threads.
fn cpu(pid: u32) -> (u64, usize) {
    let (mut ns, mut threads) = (0, 0);
    for t in std::fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten()
    {
        if let Ok(s) = std::fs::read_to_string(t.path().join("schedstat")) {
            ns += s
                .split(' ')
                .next()
                .and_then(|v| v.parse::<u64>().ok())
                .unwrap_or(0);
            threads += 1;
        }
    }
    (ns, threads)
}

fn peak_kib(pid: u32) -> u64 {
    let s = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    s.lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|v| v.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

fn end(child: &mut Child) {
    unsafe { kill(child.id() as i32, 15) };
    for _ in 0..2000 {
        if let Ok(Some(_)) = child.try_wait() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
}

struct Run {
    shared: Arc<Shared>,
    init_us: f64,
    cpu_ns: u64,
    threads: usize,
    peak_kib: u64,
}

fn run(o: &Opts, total: usize) -> Run {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    let addr = listener.local_addr().unwrap();
    let (template, id_at, trace_at) = template(&o.payload, o.chunked);
    let zeros = |n| (0..n).map(|_| AtomicU64::new(0)).collect::<Vec<_>>();
    let sh = Arc::new(Shared {
        epoch: Instant::now(),
        total,
        ack: o.ack,
        late_ack: o.late_ack,
        slow: o.slow,
        pace: o.pace,
        template,
        id_at,
        trace_at,
        main: thread::current(),
        first_next: AtomicU64::new(0),
        handed: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        errors: AtomicUsize::new(0),
        conns: AtomicUsize::new(0),
        resp_bytes: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        start: zeros(total),
        head: zeros(total),
        full: zeros(total),
    });
    let acceptor = sh.clone();
    thread::spawn(move || {
        for s in listener.incoming() {
            let sh = acceptor.clone();
            if sh.stop.load(SeqCst) {
                return;
            }
            sh.conns.fetch_add(1, SeqCst);
            thread::spawn(move || serve(s.expect("accept"), &sh));
        }
    });

    let mut c = Command::new(&o.cmd[0]);
    c.args(&o.cmd[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    // The function sees what Lambda sets and what a bench chooses, and nothing of the caller's shell:
    // `putenv` goes through all variables, so their number is part of what is measured.
    c.env_clear();
    let prefixes = ["BENCH_", "FLOOR_", "AWS_LAMBDA_LOG_LEVEL", "AWS_LAMBDA_LOG_FORMAT"];
    let chosen = std::env::vars().filter(|(k, _)| prefixes.iter().any(|prefix| k.starts_with(prefix)));
    c.envs(chosen);
    for (k, v) in [
        ("AWS_LAMBDA_RUNTIME_API", addr.to_string().as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/23/[$LATEST]bench"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "bench"),
        ("AWS_SECRET_ACCESS_KEY", "bench"),
        ("AWS_SESSION_TOKEN", "bench"),
        ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("_HANDLER", "bootstrap"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("TZ", ":UTC"),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        (
            "LD_LIBRARY_PATH",
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        ),
    ] {
        c.env(k, v);
    }
    if o.concurrency > 1 {
        c.env("AWS_LAMBDA_MAX_CONCURRENCY", o.concurrency.to_string());
    }
    let spawned = sh.epoch.elapsed().as_nanos() as u64;
    let mut child = c.spawn().expect("spawn the function");
    let pid = child.id();
    if let Some(cpu) = o.child_cpu {
        unsafe { sched_setaffinity(pid as i32, 8, &(1u64 << cpu)) };
    }
    let wait = |child: &mut Child, ready: &dyn Fn() -> bool| {
        while !ready() {
            thread::park_timeout(Duration::from_millis(100));
            if let Ok(Some(st)) = child.try_wait() {
                eprintln!("the function ended: {st}");
                std::process::exit(1);
            }
            if sh.epoch.elapsed() > o.timeout {
                eprintln!("timeout: {} of {total} done", sh.done.load(SeqCst));
                end(child);
                std::process::exit(1);
            }
        }
    };
    wait(&mut child, &|| sh.first_next.load(SeqCst) != 0);
    let init_us = (sh.first_next.load(SeqCst) - spawned) as f64 / 1e3;
    let before = cpu(pid).0;
    wait(&mut child, &|| sh.done.load(SeqCst) >= total);
    thread::sleep(Duration::from_millis(5)); // until the next long poll is open
    let (after, threads) = cpu(pid);
    let peak = peak_kib(pid);
    sh.stop.store(true, SeqCst);
    end(&mut child);
    let _ = TcpStream::connect(addr); // ends the acceptor
    Run {
        shared: sh,
        init_us,
        cpu_ns: after - before,
        threads,
        peak_kib: peak,
    }
}

fn quantiles(mut v: Vec<u64>) -> String {
    v.sort_unstable();
    let q = |p: f64| v[((v.len() as f64 * p) as usize).min(v.len() - 1)] as f64 / 1e3;
    let mean = v.iter().sum::<u64>() as f64 / v.len() as f64 / 1e3;
    format!(
        r#"{{"p50":{:.2},"p90":{:.2},"p99":{:.2},"max":{:.2},"mean":{mean:.2}}}"#,
        q(0.5),
        q(0.9),
        q(0.99),
        q(1.0)
    )
}

fn main() {
    let o = opts();
    if let Some(cpu) = o.cpu {
        // The function inherits this unless --child-cpu says otherwise.
        unsafe { sched_setaffinity(0, 8, &(1u64 << cpu)) };
    }
    if o.cold > 0 {
        let v: Vec<u64> = (0..o.cold)
            .map(|_| (run(&o, 0).init_us * 1e3) as u64)
            .collect();
        println!(r#"{{"cold":{},"init_us":{}}}"#, o.cold, quantiles(v));
        return;
    }
    let r = run(&o, o.n + o.warmup);
    let sh = &r.shared;
    let take = |v: &[AtomicU64]| {
        v[o.warmup..]
            .iter()
            .map(|x| x.load(Relaxed))
            .collect::<Vec<_>>()
    };
    let (start, full) = (take(&sh.start), take(&sh.full));
    let first = *start.iter().min().unwrap();
    let last = start.iter().zip(&full).map(|(s, f)| s + f).max().unwrap();
    println!(
        r#"{{"count":{},"concurrency":{},"payload_bytes":{},"response_bytes":{},"errors":{},"connections":{},"overhead_us":{},"head_us":{},"per_second":{:.1},"cpu_us_per_invocation":{:.2},"threads":{},"peak_rss_kib":{},"init_us":{:.0}}}"#,
        o.n,
        o.concurrency,
        o.payload.len(),
        sh.resp_bytes.load(Relaxed),
        sh.errors.load(SeqCst),
        sh.conns.load(SeqCst),
        quantiles(full),
        quantiles(take(&sh.head)),
        o.n as f64 / ((last - first) as f64 / 1e9),
        r.cpu_ns as f64 / 1e3 / (o.n + o.warmup) as f64,
        r.threads,
        r.peak_kib,
        r.init_us
    );
}
