import { gzipSync } from "node:zlib";
import type { BadInput, BadInputs } from "../bad-input.ts";

const inPage = (members: string) => `{"pageSize":1${members}}`;
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const http = (is: string, raw: BadInput["raw"], reason: BadInput["reason"], field?: string): BadInput => ({
  is,
  ...(raw && { raw }),
  reason,
  ...(field !== undefined && { field }),
});
const body =
  (text: string | Uint8Array, headers: Record<string, string> = {}) =>
  () => ({ body: text, headers });

export const HTTP: BadInputs = {
  title: "Not a call, or not a body",
  rpc: "IssueService/ListCertificates",
  at: "linghai",
  as: "approval",
  inputs: [
    http("GET in place of POST", () => ({ method: "GET" }), "UNIMPLEMENTED"),
    http("`content-type: text/plain`", body("{}", { "content-type": "text/plain" }), "UNIMPLEMENTED"),
    http("no `content-type`", () => ({ body: "{}", headers: { "content-type": undefined } }), "UNIMPLEMENTED"),
    http(
      "`content-type` with another charset",
      body("{}", { "content-type": "application/json; charset=gbk" }),
      "UNIMPLEMENTED",
    ),
    http(
      "an RPC that there is not",
      () => ({ path: "ecert.issue.v1.IssueService/PrintCertificate", body: "{}" }),
      "UNIMPLEMENTED",
    ),
    http(
      "a service that there is not",
      () => ({ path: "ecert.print.v1.PrintService/Print", body: "{}" }),
      "UNIMPLEMENTED",
    ),
    http("half a JSON text", body('{"pageSize":'), "INVALID_FIELD"),
    http("a list in place of an object", body("[]"), "INVALID_FIELD"),
    http("a byte order mark before the JSON", body("\ufeff{}"), "INVALID_FIELD"),
    http(
      "JSON in GB 18030 (`岭海` in it)",
      body(Buffer.from([0x7b, 0x22, 0xc1, 0xeb, 0xba, 0xa3, 0x22, 0x3a, 0x31, 0x7d])),
      "INVALID_FIELD",
    ),
    http("a field in both spellings", body(inPage(',"page_size":2')), "INVALID_FIELD", "pageSize"),
    http("`content-encoding: zstd`", body("{}", { "content-encoding": "zstd" }), "UNIMPLEMENTED"),
    http("gzip that is none", body("{}", { "content-encoding": "gzip" }), "INVALID_FIELD"),
    http(
      "gzip that unpacks to more than a request may have",
      body(gzipSync(Buffer.alloc(1 << 20, " ")), { "content-encoding": "gzip" }),
      "TOO_LARGE",
    ),
    http("a body of 500,000 bytes", body(`{"pageToken":"${"a".repeat(500_000)}"}`), "TOO_LARGE"),
    http("20,000 members", body(`{${Array.from({ length: 20_000 }, (_, at) => `"a${at}":1`).join()}}`), "TOO_LARGE"),
    http("values 200 deep in each other", body(nested(200)), "TOO_LARGE"),
    http(
      "octets that are no protobuf",
      body(Buffer.from([0xff, 0xff, 0xff]), { "content-type": "application/proto" }),
      "INVALID_FIELD",
    ),
    http("`connect-timeout-ms: soon`", body("{}", { "connect-timeout-ms": "soon" }), "INVALID_FIELD"),
  ],
};
