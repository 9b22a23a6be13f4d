"""Puts documents of segments into moto's X-Ray API, and prints what it returns of them.

Standard input has a list of documents; standard output {"unprocessed": [...], "documents": [...], "summaries": [...]}.
"""

import datetime
import json
import logging
import sys

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").disabled = True
documents = json.load(sys.stdin)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
xray = boto3.client(
    "xray",
    region_name="us-east-1",
    endpoint_url=f"http://127.0.0.1:{port}",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
unprocessed = []
for document in documents:
    answer = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(document)])
    unprocessed += answer["UnprocessedTraceSegments"]
ids = sorted({document["trace_id"] for document in documents})
traces = xray.batch_get_traces(TraceIds=ids)["Traces"]
segments = [json.loads(it["Document"]) for trace in traces for it in trace["Segments"]]
times = [document["start_time"] for document in documents]
summaries = xray.get_trace_summaries(
    StartTime=datetime.datetime.fromtimestamp(min(times) - 60, datetime.timezone.utc),
    EndTime=datetime.datetime.fromtimestamp(max(times) + 3600, datetime.timezone.utc),
)["TraceSummaries"]
server.stop()
json.dump({"unprocessed": unprocessed, "documents": segments, "summaries": summaries}, sys.stdout, default=str)
