"""Starts the collector, invokes a function with the example log_shipper beside it, and reads what came."""

import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TRACE, PARENT = "5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
SECONDS = 20


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(what, holds):
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {SECONDS} s")
        time.sleep(0.05)


def listens(port):
    with socket.socket() as stream:
        return stream.connect_ex(("127.0.0.1", port)) == 0


def spans(output):
    """Name, trace, parent and id of each span, as the collector prints them."""
    fields = {"Trace ID": "trace", "Parent ID": "parent", "ID": "id", "Name": "name"}
    found = []
    for line in output.splitlines():
        if re.match(r"Span #\d+", line.strip()):
            found.append({})
        field, colon, value = line.partition(":")
        if colon and found and field.strip() in fields:
            found[-1].setdefault(fields[field.strip()], value.strip())
    return found


def main(agent):
    grpc, http = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "log"
        with written.open("w") as log:
            collector = subprocess.Popen(
                [agent, "start", "--otlp-grpc-endpoint", f"127.0.0.1:{grpc}",
                 "--otlp-http-endpoint", f"127.0.0.1:{http}", "--exporter", "blackhole",
                 "--debug-log", "traces", "--debug-log", "logs", "--debug-log-verbosity", "detailed"],
                stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for("the collector listens", lambda: listens(http))
            event = subprocess.run(
                ["target/debug/lambda-test", "sample", "s3/object-created"],
                check=True, stdout=subprocess.PIPE).stdout
            subprocess.run(
                ["target/debug/lambda-test", "invoke", "--example", "s3_uploads", "--payload-file", "-",
                 "--trace", f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent={PARENT};Sampled=1",
                 "--env", f"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{http}",
                 "--extension", "target/debug/examples/log_shipper"],
                input=event, check=True, timeout=300)
            wait_for("spans and lines came",
                     lambda: "runtimeOverhead" in written.read_text() and "LogRecord #" in written.read_text())
        finally:
            collector.kill()
            collector.wait()
        output = written.read_text()
    received = spans(output)
    roots = [span for span in received if span["name"] == "s3_uploads"]
    assert len(roots) == 1, received
    root = roots[0]
    assert root["trace"] == TRACE and root["parent"] == PARENT, root
    parts = {span["name"] for span in received if span["parent"] == root["id"] and span["trace"] == TRACE}
    assert parts == {"init", "responseLatency", "responseDuration", "runtimeOverhead"}, parts
    lines = output[output.index("LogRecord #"):]
    assert TRACE in lines and root["id"] in lines, lines
    print(f"the collector received {len(received)} spans of trace {TRACE} below {PARENT}, and lines of the log")


main(sys.argv[1])
