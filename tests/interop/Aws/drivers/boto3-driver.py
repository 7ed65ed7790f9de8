"""Calls operations of AWS IoT through boto3: a line of JSON in, a line of JSON out."""

import datetime
import json
import sys

import boto3
import botocore.config
import botocore.exceptions
from botocore import xform_name

client = boto3.client(
    "iot",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    config=botocore.config.Config(retries={"max_attempts": 0}),
)


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    raise TypeError(type(value))


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = getattr(client, xform_name(request["operation"]))(**request["parameters"])
        answer.pop("ResponseMetadata", None)
        reply = {"answer": answer}
    except botocore.exceptions.ClientError as error:
        reply = {
            "error": error.response["Error"]["Code"],
            "message": error.response["Error"]["Message"],
            "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
        }
    except botocore.exceptions.HTTPClientError as error:
        reply = {"error": "Connection", "message": str(error), "status": 0}
    except botocore.exceptions.ParamValidationError as error:
        reply = {"error": "ParamValidation", "message": str(error), "status": 0}
    print(json.dumps(reply, default=plain), flush=True)
