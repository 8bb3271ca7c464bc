"""The road of one licence from Python: token, make, issue, usage code, verify, extract. ../README.md has the commands."""

import json
import os
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path

import grpc
import rfc8785
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from google.protobuf import json_format, struct_pb2
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from ecert.identity.v1 import token_service_pb2, token_service_pb2_grpc
from ecert.issue.v1 import issue_service_pb2, issue_service_pb2_grpc
from ecert.type.v1 import holder_pb2
from ecert.usage.v1 import usage_context_pb2, usage_service_pb2, usage_service_pb2_grpc

ITEM = "GD-SCJG-0001"
HOLDER = holder_pb2.Holder(name="岭海云帆软件有限公司", code="91440106MA9DEM2A6K", code_type="001")
# A call without a deadline waits for ever where a network swallows packets. Issuing waits for the department's device.
SECONDS = 60


def open_channel(address):
    ca = Path(os.environ["ECERT_CA"]).read_bytes()
    return grpc.secure_channel(address.removeprefix("https://"), grpc.ssl_channel_credentials(ca))


def take_token(channel, app_key, secret_file):
    """Metadata that proves who calls. A token is good for minutes: take one for many calls, and a new one when it has ended."""
    request = token_service_pb2.IssueAccessTokenRequest(
        app_key=app_key, app_secret=Path(secret_file).read_text(encoding="utf-8").strip()
    )
    answer = token_service_pb2_grpc.TokenServiceStub(channel).IssueAccessToken(request, timeout=SECONDS)
    return [("authorization", f"Bearer {answer.access_token}")]


def statement_of(order, app, signed_at):
    """The canonical octets of what the origin signature is over.

    An order spells its members in JSON as the statement does, and leaves out the same ones; attachments, of which this order
    has none, stand in the statement by digest.
    """
    statement = json_format.MessageToDict(order)
    statement |= {"schema": "ecert.origin.v1", "app": app, "attachments": [], "signedAt": signed_at}
    return rfc8785.dumps(statement)


def sign(octets, key_file):
    """By the department system's own key: Ed25519 over the octets, P-256 over their SHA-256 with the signature in DER."""
    key = serialization.load_pem_private_key(Path(key_file).read_bytes(), password=None)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(octets)
    return key.sign(octets, ec.ECDSA(hashes.SHA256()))


def make_request(app_key, serial):
    """The order with its origin signature (来源签名)."""
    order = issue_service_pb2.MakeOrder(
        business_serial=serial,
        item_code=ITEM,
        issuer_code="11440106MB9DEM11X6",
        holders=[HOLDER],
        issue_date="2026-11-24",
        valid_from="2026-11-18",
        data=json_format.Parse(Path(os.environ["ECERT_DATA"]).read_text(encoding="utf-8"), struct_pb2.Struct()),
    )
    signed_at = datetime.now(timezone.utc).isoformat()
    signature = sign(statement_of(order, app_key, signed_at), os.environ["ECERT_ORIGIN_KEY"])
    origin = issue_service_pb2.Origin(key_id=f"{app_key}-1", signed_at=signed_at, signature=signature)
    return issue_service_pb2.MakeCertificateRequest(order=order, origin=origin)


def issue_licence():
    """发证部门: when a case is closed, its system makes and issues the licence. Both calls may be repeated."""
    app_key = "440100-scjg"
    serial = os.environ.get("ECERT_SERIAL", "PY-2026-000001")
    with open_channel(os.environ["ECERT_CITY"]) as channel:
        token = take_token(channel, app_key, os.environ["ECERT_APPROVAL_SECRET"])
        issuing = issue_service_pb2_grpc.IssueServiceStub(channel)
        issuing.MakeCertificate(make_request(app_key, serial), metadata=token, timeout=SECONDS)
        request = issue_service_pb2.IssueCertificateRequest(business_serial=serial)
        return issuing.IssueCertificate(request, metadata=token, timeout=SECONDS).certificate.identifier


def use_licence(identifier):
    """用证部门, in another city: what it is for → usage code → verify → extract."""
    with open_channel(os.environ["ECERT_OTHER_CITY"]) as channel:
        token = take_token(channel, "440300-zwfw", os.environ["ECERT_COUNTER_SECRET"])
        usage = usage_service_pb2_grpc.UsageServiceStub(channel)
        context = usage_context_pb2.UsageContext(
            purpose="核验申请人主体资格",
            holder=HOLDER,
            item_codes=[ITEM],
            business_id="YW-2026-0456",
            stage="受理",
            outlet="12 号窗口",
            business_time=datetime.now(timezone.utc).isoformat(),
            department_code="114403000000991003",
            operator=usage_context_pb2.Operator(account="zhangsan", name="张示例"),
            matter_code="440300-SPJY-01",
        )
        request = usage_service_pb2.CreateUsageContextRequest(request_id=str(uuid.uuid4()), context=context)
        code = usage.CreateUsageContext(request, metadata=token, timeout=SECONDS).usage_code
        request = usage_service_pb2.VerifyCertificateRequest(usage_code=code, identifier=identifier)
        verdict = usage.VerifyCertificate(request, metadata=token, timeout=SECONDS).verdict
        request = usage_service_pb2.ExtractDataRequest(
            usage_code=code, identifier=identifier, fields=["name", "legalRepresentative"]
        )
        extracted = usage.ExtractData(request, metadata=token, timeout=SECONDS).data
        return usage_context_pb2.Verdict.Name(verdict), json_format.MessageToDict(extracted)


def explain(error):
    """What was refused, for a log and for the person in front of the screen: reason, sentence in Chinese, fields with remedies."""
    lines = [f"{error.code().name}: {error.details()}"]
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        info = error_details_pb2.ErrorInfo()
        localized = error_details_pb2.LocalizedMessage()
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(info):
            lines.append(f"reason: {info.reason}")
        elif detail.Unpack(localized):
            lines.append(localized.message)
        elif detail.Unpack(bad):
            lines += [f"  {one.field}: {one.description}" for one in bad.field_violations]
    return "\n".join(lines)


def main():
    try:
        identifier = issue_licence()
        verdict, data = use_licence(identifier)
    except grpc.RpcError as error:
        sys.exit(explain(error))
    print(json.dumps({"identifier": identifier, "verdict": verdict, "data": data}, ensure_ascii=False))


main()
