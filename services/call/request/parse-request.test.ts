import { describe, expect, test } from "vitest";
import {
  ListPendingEventsRequestSchema,
  ListPendingEventsResponseSchema,
} from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import {
  ListCertificatesRequestSchema,
  MakeCertificateRequestSchema,
} from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Refusal } from "../../domain/refusal.ts";
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

  test("is told every field that cannot be read with its whole path, what it takes, and the values of an enum", () => {
    const text = '{"state":"MADE","pageSize":"many"}';
    const { reason, fields } = refusalOf(() => parseJsonRequest(ListCertificatesRequestSchema, Buffer.from(text)));
    expect(reason).toBe("INVALID_FIELD");
    expect(fields).toMatchObject([
      { field: "state", remedy: expect.stringMatching(/^use one of CERTIFICATE_STATE_.*CERTIFICATE_STATE_MADE/) },
      { field: "pageSize", remedy: "send a whole number", localized: "形式错误，应为范围内的整数" },
    ]);
    const order = '{"order":{"holders":[{"name":"a"},{"name":7}],"attachments":{}}}';
    const deep = refusalOf(() => parseJsonRequest(MakeCertificateRequestSchema, Buffer.from(order)));
    expect(deep.fields.map(({ field }) => field)).toEqual(["order.holders[1].name", "order.attachments"]);
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

describe("a JSON request in another encoding than UTF-8", () => {
  test("is refused, and nothing is put in the place of what cannot be read", () => {
    // 张 in GB 18030.
    const bytes = Buffer.concat([Buffer.from('{"pageToken":"'), Buffer.of(0xd5, 0xc5), Buffer.from('"}')]);
    const { reason, message } = refusalOf(() => parseJsonRequest(ListPendingEventsRequestSchema, bytes));
    expect([reason, message]).toEqual(["INVALID_FIELD", "the body is not UTF-8: encode the JSON in UTF-8"]);
  });
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
