import { describe, expect, test } from "vitest";
import {
  ListPendingEventsRequestSchema,
  ListPendingEventsResponseSchema,
} from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import type { Refusal } from "../domain/refusal.ts";
import { parseJsonRequest, parseRequest } from "./parse-request.ts";

function refusalOf(parse: () => unknown): Refusal {
  try {
    parse();
  } catch (error) {
    return error as Refusal;
  }
  throw new Error("it was taken");
}

describe("a JSON request", () => {
  test("may name fields in either form, and may be empty", () => {
    const json = (text: string) => parseJsonRequest(ListPendingEventsRequestSchema, Buffer.from(text));
    expect(json('{"pageSize":3}')).toEqual(json('{"page_size":3}'));
    expect(json("")).toEqual(json("{}"));
  });

  test("is told every unknown field with its whole path", () => {
    const text = '{"x":1,"events":[{"key":"a"},{"kee":"b","key":"c"}],"nextPageTokn":""}';
    const { reason, fields } = refusalOf(() => parseJsonRequest(ListPendingEventsResponseSchema, Buffer.from(text)));
    expect(reason).toBe("UNKNOWN_FIELD");
    expect(fields.map(({ field }) => field)).toEqual(["x", "events[1].kee", "nextPageTokn"]);
  });

  test.each([["[]"], ["null"], ["3"], ['{"pageSize":1.5}'], ['{"pageSize":99999999999}'], ["{"], ["\ufffd"]])(
    "is refused where it is %j",
    (text) => {
      expect(refusalOf(() => parseJsonRequest(ListPendingEventsRequestSchema, Buffer.from(text))).reason).toBe(
        "INVALID_FIELD",
      );
    },
  );
});

describe("a binary request", () => {
  test("may hold fields of a later version", () => {
    expect(parseRequest(ListPendingEventsRequestSchema, Uint8Array.of(0x78, 1), 100)).toMatchObject({ pageSize: 0 });
  });

  test("is refused where it is broken off or over the limit", () => {
    const broken = Uint8Array.of(0x12, 9, 1);
    expect(refusalOf(() => parseRequest(ListPendingEventsRequestSchema, broken, 100)).reason).toBe("INVALID_FIELD");
    const refusal = refusalOf(() => parseRequest(ListPendingEventsRequestSchema, new Uint8Array(101), 100));
    expect(refusal).toMatchObject({ reason: "TOO_LARGE", metadata: { size: "101", limit: "100" } });
  });
});
