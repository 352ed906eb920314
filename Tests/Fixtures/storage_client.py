"""What a training container does with its storage keys, by boto3.

Settings come from the environment: ENDPOINT, ACCESS_KEY, SECRET_KEY, BUCKET and CA_FILE. Prints one JSON object.

    storage_client.py upload KEY MEGABYTES   a file, in parts (upload_file)
    storage_client.py put KEY TEXT           a small object (put_object)
    storage_client.py list                   keys and sizes (list_objects_v2)
    storage_client.py download KEY           the SHA-256 of the bytes that come back
"""

import hashlib
import io
import json
import os
import random
import sys
import tempfile

import boto3
from botocore.config import Config


def client():
    return boto3.client(
        "s3",
        endpoint_url=os.environ["ENDPOINT"],
        aws_access_key_id=os.environ["ACCESS_KEY"],
        aws_secret_access_key=os.environ["SECRET_KEY"],
        region_name="us-east-1",
        verify=os.environ["CA_FILE"],
        config=Config(connect_timeout=10, read_timeout=60),
    )


def upload(s3, bucket, key, megabytes):
    content = random.Random(key).randbytes(int(megabytes) * 1024 * 1024)
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        s3.upload_file(file.name, bucket, key)
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def put(s3, bucket, key, text):
    content = text.encode()
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def listing(s3, bucket):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}


def download(s3, bucket, key):
    target = io.BytesIO()
    s3.download_fileobj(bucket, key, target)
    content = target.getvalue()
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


COMMANDS = {"upload": upload, "put": put, "list": listing, "download": download}

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(json.dumps(COMMANDS[name](client(), os.environ["BUCKET"], *arguments)))
