import type { JsonValue } from "@bufbuild/protobuf";
import type { BadInput, BadInputs } from "../bad-input.ts";
import { altered, order } from "../requests.ts";

const shape = (
  is: string,
  path: string,
  value: JsonValue,
  field: string,
  reason: BadInput["reason"] = "INVALID_FIELD",
): BadInput => ({
  is,
  send: (scene) => altered(order(scene), path, value),
  jsonOnly: true,
  reason,
  field,
});
const list = (is: string, request: JsonValue, field: string, jsonOnly = false): BadInput => ({
  is,
  rpc: "IssueService/ListCertificates",
  send: () => request,
  reason: "INVALID_FIELD",
  field,
  ...(jsonOnly && { jsonOnly }),
});

export const SHAPES: BadInputs = {
  title: "Shapes of JSON, numbers and enums",
  rpc: "IssueService/MakeCertificate",
  at: "linghai",
  as: "approval",
  inputs: [
    { is: "an empty request", send: () => ({}), reason: "INVALID_FIELD", field: "order" },
    shape("a number for a text", "order.businessSerial", 7, "order.businessSerial"),
    shape("a text for an object", "order", "all of it", "order"),
    shape("an object for a list", "order.holders", { name: "x" }, "order.holders"),
    shape("a text in a list of objects", "order.holders", ["x"], "order.holders[0]"),
    shape("`null` in a list", "order.holders", [null], "order.holders[0]"),
    shape("a text for a number", "order.version", "two", "order.version"),
    shape("a fraction for a whole number", "order.version", 1.5, "order.version"),
    shape("a number beyond 32 bits", "order.version", 4_294_967_296, "order.version"),
    shape("what is not Base64 for octets", "origin.signature", "签名", "origin.signature"),
    shape("a text for business data", "order.data", "{}", "order.data"),
    shape("a field that the contract does not have", "orders", {}, "orders", "UNKNOWN_FIELD"),
    shape("an unknown field inside another", "order.holders.0.phone", "1", "order.holders[0].phone", "UNKNOWN_FIELD"),
    shape("a field spelt with other capitals", "order.issuedate", "2026-01-01", "order.issuedate", "UNKNOWN_FIELD"),
    list("an enum by a name that it does not have", { state: "CERTIFICATE_STATE_GONE" }, "state", true),
    list("an enum by a number that it does not have", { state: 99 }, "state"),
    list("a page of -1", { pageSize: -1 }, "pageSize"),
    list("a page of 201", { pageSize: 201 }, "pageSize"),
    list("a page token that no list gave", { pageToken: "前一页" }, "pageToken"),
    list("a page token of 501 characters", { pageToken: "a".repeat(501) }, "pageToken"),
    {
      is: "a form that the call does not give",
      rpc: "IssueService/GetFace",
      send: () => ({ businessSerial: "bad-in-force", format: "FILE_FORMAT_MESSAGE" }),
      reason: "INVALID_FIELD",
      field: "format",
    },
  ],
};
