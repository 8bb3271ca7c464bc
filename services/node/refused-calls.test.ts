import { expect, test } from "vitest";
import type { CallLine } from "../call/chain/call-log.ts";
import type { Actor, StaffActor } from "../domain/actor.ts";
import { countRefusedCalls } from "./refused-calls.ts";

const STAFF: StaffActor = {
  ...{ kind: "staff", node: "440100", account: "440100-li", name: "李", session: "digest" },
  ...{ department: "11440106MB9DEM11X6", division: "440106", roles: ["maker"] },
};
const LINE: CallLine = {
  ...{ time: "2026-11-24T02:00:00.000Z", requestId: "one", traceId: "t", caller: "staff/440100-li" },
  ...{ method: "ecert.issue.v1.IssueService/RevokeCertificate", outcome: "PERMISSION_DENIED", ms: 1 },
};

function counted(line: Partial<CallLine>, caller: Actor = STAFF) {
  const found: unknown[] = [];
  countRefusedCalls({ count: (...of) => found.push(of) })({ ...LINE, ...line }, { caller, fields: [] });
  return found;
}

test("5.9.5: a call that was refused for lack of permission counts for its caller and method, and tells the last call", () => {
  const { department, division } = STAFF;
  const call = { id: "one", by: "staff/440100-li", department, division };
  const told = { method: LINE.method, reason: "PERMISSION_DENIED", call };
  expect(counted({})).toEqual([[`staff/440100-li ${LINE.method}`, told]]);
});

test("nothing else counts: another refusal, a caller without proof, and what another process has refused and counts", () => {
  expect(counted({ outcome: "CERTIFICATE_UNKNOWN" })).toEqual([]);
  expect(counted({}, { kind: "public" })).toEqual([]);
  expect(counted({ notes: { handedTo: "issue" } })).toEqual([]);
});
