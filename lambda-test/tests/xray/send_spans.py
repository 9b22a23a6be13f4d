"""Sends spans by OTLP over HTTP to the endpoint that is the first argument, below the trace header that is the second."""

import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

endpoint, header = sys.argv[1:]
fields = dict(field.split("=") for field in header.split(";"))
parent = trace.SpanContext(
    trace_id=int(fields["Root"].replace("-", "")[1:], 16),
    span_id=int(fields["Parent"], 16),
    is_remote=True,
    trace_flags=trace.TraceFlags(1),
)
provider = TracerProvider(resource=Resource.create({"service.name": "shop"}))
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces")))
tracer = provider.get_tracer("shop")
context = trace.set_span_in_context(trace.NonRecordingSpan(parent))
with tracer.start_as_current_span("pay", context, trace.SpanKind.CLIENT, {"server.address": "pay.example.com"}) as span:
    span.record_exception(ValueError("declined"))
    span.set_status(trace.StatusCode.ERROR, "declined")
provider.shutdown()
