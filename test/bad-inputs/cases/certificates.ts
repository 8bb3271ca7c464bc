import { certificateIdentifier, parseCertificateIdentifier } from "../../../services/domain/certificate-identifier.ts";
import type { BadInput, BadInputs } from "../bad-input.ts";
import { SERIALS } from "../issued.ts";
import { order } from "../requests.ts";

type Identified = {
  certificates: { inForce: string; permit: string; revoked: string; suspended: string; made: string };
};

const change = (
  is: string,
  rpc: string,
  identifier: (scene: Identified) => string,
  reason: BadInput["reason"],
  field?: string,
): BadInput => ({
  is,
  rpc: `IssueService/${rpc}`,
  send: (scene) => ({ requestId: "bad-change", identifier: identifier(scene), cause: "试验" }),
  reason,
  ...(field !== undefined && { field }),
});
/** The same identifier as the sandbox of the node would give one. */
const ofSandbox = (identifier: string) => {
  const { serial, ...parts } = parseCertificateIdentifier(identifier);
  return certificateIdentifier({ ...parts, serial: `TEST${serial}` });
};
const wrongCheck = (identifier: string) => `${identifier.slice(0, -1)}${identifier.endsWith("0") ? "1" : "0"}`;
const replace = (
  is: string,
  replaces: (scene: Identified) => string,
  reason: BadInput["reason"],
  field?: string,
  made: Parameters<typeof order>[1] = {},
  of = "营业执照",
): BadInput => ({
  is,
  rpc: "IssueService/ReplaceCertificate",
  send: (scene) =>
    order(
      scene,
      { number: `${scene.item(of).example.number}-${SERIALS.inForce}`, ...made },
      { of, replaces: replaces(scene) },
    ),
  reason,
  ...(field !== undefined && { field }),
});
const inForce = ({ certificates }: Identified) => certificates.inForce;
const serial = (is: string, rpc: string, request: object, reason: BadInput["reason"], field?: string): BadInput => ({
  is,
  rpc: `IssueService/${rpc}`,
  send: () => request as never,
  reason,
  ...(field !== undefined && { field }),
});

export const CERTIFICATES: BadInputs = {
  title: "Certificates and their states",
  rpc: "IssueService/GetCertificate",
  at: "linghai",
  as: "approval",
  inputs: [
    serial("neither serial nor identifier", "GetCertificate", {}, "INVALID_FIELD", "businessSerial"),
    serial(
      "an unknown serial to be read",
      "GetCertificate",
      { businessSerial: "nobody" },
      "CERTIFICATE_UNKNOWN",
      "businessSerial",
    ),
    serial("an identifier of another form", "GetCertificate", { identifier: "1.2.3" }, "INVALID_FIELD", "identifier"),
    {
      is: "an identifier with a wrong check character",
      send: ({ certificates }) => ({ identifier: wrongCheck(certificates.inForce) }),
      reason: "CODE_INVALID",
      field: "identifier",
    },
    {
      is: "a sandbox's certificate",
      send: ({ certificates }) => ({ identifier: ofSandbox(certificates.inForce) }),
      reason: "SANDBOX_CERTIFICATE",
      field: "identifier",
    },
    {
      is: "another app's certificate",
      as: "estate",
      send: ({ certificates }) => ({ identifier: certificates.inForce }),
      reason: "CERTIFICATE_UNKNOWN",
      field: "identifier",
    },
    serial(
      "an unknown serial to be issued",
      "IssueCertificate",
      { businessSerial: "nobody" },
      "CERTIFICATE_UNKNOWN",
      "businessSerial",
    ),
    serial(
      "a discarded certificate to be issued",
      "IssueCertificate",
      { businessSerial: SERIALS.discarded },
      "STATE_CONFLICT",
      "businessSerial",
    ),
    serial(
      "an issued certificate to be discarded",
      "DiscardCertificate",
      { requestId: "r", businessSerial: SERIALS.inForce, cause: "试验" },
      "STATE_CONFLICT",
      "businessSerial",
    ),
    serial(
      "no request id",
      "DiscardCertificate",
      { businessSerial: SERIALS.made, cause: "试验" },
      "INVALID_FIELD",
      "requestId",
    ),
    serial(
      "no cause",
      "DiscardCertificate",
      { requestId: "r", businessSerial: SERIALS.made },
      "INVALID_FIELD",
      "cause",
    ),
    serial(
      "the OFD before it is issued",
      "GetFace",
      { businessSerial: SERIALS.made, format: "FILE_FORMAT_OFD" },
      "STATE_CONFLICT",
      "format",
    ),
    serial(
      "data for the long term before it is issued",
      "GetFace",
      { businessSerial: SERIALS.made, longTerm: "LONG_TERM_LT" },
      "STATE_CONFLICT",
      "longTerm",
    ),
    serial(
      "data for the long term behind an OFD",
      "GetFace",
      { businessSerial: SERIALS.inForce, format: "FILE_FORMAT_OFD", longTerm: "LONG_TERM_LT" },
      "INVALID_FIELD",
      "longTerm",
    ),
    serial(
      "the face of a discarded certificate",
      "GetFace",
      { businessSerial: SERIALS.discarded },
      "STATE_CONFLICT",
      "businessSerial",
    ),
    change(
      "a revoked certificate to be suspended",
      "SuspendCertificate",
      ({ certificates }) => certificates.revoked,
      "STATE_CONFLICT",
      "identifier",
    ),
    change(
      "a revoked certificate to be resumed",
      "ResumeCertificate",
      ({ certificates }) => certificates.revoked,
      "STATE_CONFLICT",
      "identifier",
    ),
    change("a certificate in force to be resumed", "ResumeCertificate", inForce, "STATE_CONFLICT", "identifier"),
    change(
      "a certificate that is only made to be revoked",
      "RevokeCertificate",
      ({ certificates }) => certificates.made,
      "STATE_CONFLICT",
      "identifier",
    ),
    change(
      "another form of identifier to be revoked",
      "RevokeCertificate",
      () => "GD-1",
      "INVALID_FIELD",
      "identifier",
    ),
    change(
      "an identifier of the older root",
      "RevokeCertificate",
      ({ certificates }) => certificates.inForce.replace("1.2.156.3005.2", "1.2.156.3003.2"),
      "INVALID_FIELD",
      "identifier",
    ),
    replace("an identifier of another form to be replaced", () => "GD-1", "INVALID_FIELD", "replaces"),
    replace(
      "a revoked certificate to be replaced",
      ({ certificates }) => certificates.revoked,
      "STATE_CONFLICT",
      "replaces",
    ),
    replace("another item for a replacement", inForce, "INVALID_FIELD", "order.itemCode", {}, "食品经营许可证"),
    replace("another number for a replacement", inForce, "INVALID_FIELD", "order.number", { number: "another" }),
    replace("another version than the next", inForce, "INVALID_FIELD", "order.version", { version: 7 }),
    {
      ...replace("a reason of 501 characters for a replacement", inForce, "INVALID_FIELD", "cause"),
      send: (scene) => ({ ...order(scene, {}, { replaces: inForce(scene) }), cause: "因".repeat(501) }),
    },
  ],
};
