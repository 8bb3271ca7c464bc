import { expect, test } from "vitest";
import { MakeCertificateRequestSchema } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import { inCallersPaths } from "./caller-paths.ts";

const told = (field: string, json: boolean) => {
  const refused = refuseField("INVALID_FIELD", field, "is wrong", "mend it", "错误，请更正");
  const refusal = inCallersPaths(refused, MakeCertificateRequestSchema, json);
  expect(refusal.message).toContain(refusal.fields[0]?.field);
  expect(refusal.localized).toContain(refusal.fields[0]?.field);
  return refusal.fields[0]?.field;
};

test.each([
  ["order.issue_date", "order.issueDate", "order.issue_date"],
  ["order.holders[0].code_type", "order.holders[0].codeType", "order.holders[0].code_type"],
  ["order.issueDate", "order.issueDate", "order.issue_date"],
  ["issuer_code", "order.issuerCode", "order.issuer_code"],
  ["origin.signed_at", "origin.signedAt", "origin.signed_at"],
  ["/data/issue_date", "/data/issue_date", "/data/issue_date"],
  ["app_key", "app_key", "app_key"],
])("%s is %s in JSON and %s in protobuf", (field, json, protobuf) => {
  expect([told(field, true), told(field, false)]).toEqual([json, protobuf]);
});
