import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { CertificateRecordSchema } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { isPassing } from "../wire/passing.ts";
import { requireNotAhead } from "./record-time.ts";

const NOW = new Date("2026-11-24T02:00:00Z");
const record = (issuedAt: string, stateSince = issuedAt) =>
  create(CertificateRecordSchema, { identifier: "1.2.156.1", node: "440100", issuedAt, stateSince });

function refusalOf(...times: [string, string?]): unknown {
  try {
    return requireNotAhead(record(...times), NOW, 30_000);
  } catch (error) {
    return error;
  }
}

describe("a record of another node", () => {
  test("that lies ahead of this node's clock waits, and says why", () => {
    const refused = refusalOf("2026-11-24T04:00:00Z");
    expect(refused).toMatchObject({
      reason: "CLOCK_WRONG",
      message: expect.stringContaining("issued_at is 7200 s ahead of this node's clock: set the clock of node 440100"),
    });
    expect(isPassing(refused)).toBe(true);
  });

  test("whose state lies ahead waits, too", () => {
    expect(refusalOf("2026-11-24T01:00:00Z", "2026-11-24T04:00:00Z")).toMatchObject({ reason: "CLOCK_WRONG" });
  });

  test("that is ahead within the bound, or old, is taken", () => {
    expect(refusalOf("2026-11-24T02:00:29Z")).toBeUndefined();
    expect(refusalOf("2020-01-01T00:00:00Z")).toBeUndefined();
  });
});
