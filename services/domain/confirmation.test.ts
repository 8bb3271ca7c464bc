import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { confirmationChallenge, confirmedDigest } from "./confirmation.ts";
import { originStatement } from "./origin-statement.ts";

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

test("5.9.5: what an officer confirms is what proto/README.md says, octet by octet", () => {
  const holders = [{ name: "某公司", code: "1", codeType: "001" }];
  const order = { businessSerial: "S-1", itemCode: "I1", issuerCode: "U", holders, issueDate: "2026-06-01", data: {} };
  const digest = confirmedDigest(originStatement({ ...order, attachments: [] }, "app", "2026-06-01T04:00:00.000Z"));
  const statement =
    '{"app":"app","attachments":[],"businessSerial":"S-1","data":{},"holders":[{"code":"1","codeType":"001","name":"某公司"}],"issueDate":"2026-06-01","issuerCode":"U","itemCode":"I1","schema":"ecert.origin.v1","signedAt":"2026-06-01T04:00:00.000Z"}';
  expect(digest).toBe(sha256(statement));
  const other = "ab".repeat(32);
  expect(Buffer.from(confirmationChallenge("440100", [digest, other])).toString("hex")).toBe(
    sha256(`{"node":"440100","orders":["${digest}","${other}"],"schema":"ecert.confirmation.v1"}`),
  );
});
