"""Object storage on this machine, which answers as Amazon's does: moto's server, for one test."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

KEY, SECRET = "AKIAEXAMPLEOFATEST01", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00"


@contextmanager
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where s3:// leads, and who asks, told by the environment as it is everywhere."""
    from moto.server import ThreadedMotoServer  # slow to import

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    try:
        yield
    finally:
        server.stop()


def put(path: Path, bucket: str, key: str) -> str:
    """A file's address in the store."""
    import boto3

    client = boto3.client("s3")
    client.create_bucket(Bucket=bucket)
    client.upload_file(str(path), bucket, key)
    client.close()
    return f"s3://{bucket}/{key}"
