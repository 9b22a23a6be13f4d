"""Starts the collector, invokes functions with the example log_shipper next to them, and reads what came."""

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jsonschema

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


def invoke(http, example, event, *options):
    """Invokes a function with the log shipper next to it, in the trace."""
    return subprocess.run(
        ["target/debug/lambda-test", "invoke", "--example", example, "--payload-file", "-",
         "--trace", f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent={PARENT};Sampled=1",
         "--env", f"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{http}",
         "--extension", "target/debug/examples/log_shipper", *options],
        input=event, check=True, timeout=300, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Collector:
    """The collector, as long as the block runs; `output` is what it printed."""

    def __init__(self, agent):
        self.agent, self.grpc, self.http = agent, free_port(), free_port()

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.log = Path(self.folder.name) / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [self.agent, "start", "--otlp-grpc-endpoint", f"127.0.0.1:{self.grpc}",
                 "--otlp-http-endpoint", f"127.0.0.1:{self.http}", "--exporter", "blackhole",
                 "--debug-log", "traces", "--debug-log", "logs", "--debug-log-verbosity", "detailed"],
                stdout=log, stderr=subprocess.STDOUT)
        wait_for("the collector listens", lambda: listens(self.http))
        return self

    def output(self):
        return self.log.read_text()

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()


def the_extension_ships_spans_and_lines(collector):
    event = subprocess.run(
        ["target/debug/lambda-test", "sample", "s3/object-created"], check=True, stdout=subprocess.PIPE).stdout
    invoke(collector.http, "s3_uploads", event)
    wait_for("spans and lines came",
             lambda: "runtimeOverhead" in collector.output() and "LogRecord #" in collector.output())
    output = collector.output()
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


def function_and_extension_are_one_trace(collector, schema):
    """Spans of the handler and of the extension, the record and the metrics of one invocation."""
    event = b'{"lines": [{"price": 7, "quantity": 2}]}'
    shown = invoke(collector.http, "traced_orders", event, "--log-json")
    wait_for("spans and lines came",
             lambda: "runtimeOverhead" in collector.output() and "CloudWatchMetrics" in collector.output())
    output = collector.output()
    received = spans(output)
    assert {span["trace"] for span in received} == {TRACE}, received
    # The extension names its span after the function too.
    names = sorted(span["name"] for span in received)
    assert names == ["init", "responseDuration", "responseLatency", "runtimeOverhead", "total",
                     "traced_orders", "traced_orders"], names
    by_id = {span["id"]: span for span in received}
    total, = (span for span in received if span["name"] == "total")
    handler = by_id[total["parent"]]
    assert handler["name"] == "traced_orders" and handler["parent"] == PARENT, handler
    # What the extension shipped of the log is in the trace too.
    # Lines may come before spans, or after them.
    parts = re.split(r"^(?=LogRecord #|Span #|Resource|Scope)", output, flags=re.M)
    records = [part for part in parts if part.startswith("LogRecord #")]
    assert len(records) == 2 and all(f"Trace ID       : {TRACE}" in record for record in records), output
    assert any("Body: Str(order received)" in record for record in records), output
    # The lines themselves.
    lines = [json.loads(line) for line in shown.stderr.decode().splitlines() if line.startswith("{")]
    record, metrics = lines
    for line in lines:
        assert line["traceId"] == f"1-{TRACE[:8]}-{TRACE[8:]}", line
        assert line["requestId"] == record["requestId"], lines
    # Of the handler's span, the extension's, and both records.
    assert output.count(f'faas.invocation_id: Str({record["requestId"]})') == 4, output
    assert record["total"] == metrics["total"] == 14, lines
    jsonschema.validate(metrics, schema)
    print(f"handler, extension, record and metrics of request {record['requestId']} are of one trace")


def main(agent, schema):
    with Collector(agent) as collector:
        the_extension_ships_spans_and_lines(collector)
    with Collector(agent) as collector:
        function_and_extension_are_one_trace(collector, json.loads(Path(schema).read_text()))


if __name__ == "__main__":
    main(sys.argv[1], Path(__file__).parent / "emf-schema.json")
