import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { GetNodeRequestSchema, Urgency } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { alarmsOf, createAlarmMemory, inOrder } from "./alarm-list.ts";

const at = new Date("2026-11-24T02:00:00Z");
const alarms = inOrder(
  createAlarmMemory().view(
    [
      { kind: "LINK_CUT", urgent: true, subject: "440000", service: "sync" },
      { kind: "AGENT_AWAY", urgent: true, subject: "a-1", service: "issue", since: "2026-11-24T01:00:00Z" },
      { kind: "SECRET_ENDING", urgent: false, subject: "app", service: "identity", since: "2026-11-20T01:00:00Z" },
      { kind: "AGENT_AWAY", urgent: true, subject: "a-2", service: "issue" },
    ],
    at,
  ),
);
const of = (request: object) => {
  const { items, next } = alarmsOf(alarms, create(GetNodeRequestSchema, request));
  return { subjects: items.map(({ subject }) => subject), next };
};

test("5.7.2: alarms come a page at a time, what is urgent first and then what began first, and each once", () => {
  const first = of({ pageSize: 3 });
  expect(first.subjects).toEqual(["a-1", "a-2", "440000"]);
  expect(of({ pageSize: 3, pageToken: first.next })).toEqual({ subjects: ["app"], next: undefined });
  expect(of({}).subjects).toEqual(["a-1", "a-2", "440000", "app"]);
});

test("alarms are narrowed by how soon they need care, and by cause, subject and service in either language", () => {
  expect(of({ urgency: Urgency.SOON }).subjects).toEqual(["app"]);
  expect(of({ search: "A-1" }).subjects).toEqual(["a-1"]);
  expect(of({ search: "签名代理" }).subjects).toEqual(["a-1", "a-2"]);
  expect(of({ search: "the link", urgency: Urgency.NOW }).subjects).toEqual(["440000"]);
});

test("a token that no page has given is refused with its field", () => {
  expect(() => of({ pageToken: "x" })).toThrow(
    expect.objectContaining({ reason: "INVALID_FIELD", fields: [expect.objectContaining({ field: "page_token" })] }),
  );
});
