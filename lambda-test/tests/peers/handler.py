"""Echoes its event, and fails, hangs or exits on demand."""

import os
import time


def handler(event, context):
    if event == "remaining":
        return context.get_remaining_time_in_millis()
    if event == "fail":
        raise ValueError("on demand")
    if event == "hang":
        time.sleep(60)
    if event == "exit":
        os._exit(3)
    return event


def tables(event, context):
    """Calls a service of AWS, as a function does that was given no endpoint."""
    import boto3

    return boto3.client("dynamodb").list_tables()["TableNames"]
