import { create, toBinary } from "@bufbuild/protobuf";
import { StructSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { ConnectRequestSchema } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import {
  GetBlobResponseSchema,
  ListPendingEventsRequestSchema,
} from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { checkJsonStructure } from "./json-structure.ts";
import { checkStructure } from "./request-structure.ts";

const LIMITS = { fields: 50, depth: 20, textBytes: 200 };

function limitOf(check: () => void): string | undefined {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.reason).toBe("TOO_LARGE");
    expect(error.message).toContain(error.metadata.limit);
    return error.metadata.limit_name;
  }
}

const struct = (data: JsonObject) => toBinary(StructSchema, create(StructSchema, { fields: fieldsOf(data) }));
const fieldsOf = (data: JsonObject) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, toValue(value)]));
// biome-ignore lint/suspicious/noExplicitAny: any JSON
function toValue(value: any): any {
  if (value === null) return create(ValueSchema, { kind: { case: "nullValue", value: 0 } });
  if (typeof value === "string") return create(ValueSchema, { kind: { case: "stringValue", value } });
  const fields = fieldsOf(value);
  return create(ValueSchema, { kind: { case: "structValue", value: create(StructSchema, { fields }) } });
}
const nested = (depth: number): JsonObject => (depth === 0 ? {} : { a: nested(depth - 1) });

describe("a binary request", () => {
  const of = (data: JsonObject) => limitOf(() => checkStructure(StructSchema, struct(data), LIMITS));

  test("of ordinary make is taken", () => {
    expect(of({ name: "公司", address: { city: "广州" }, left: null })).toBeUndefined();
  });

  test("is held to its fields, those of maps and messages inside counted", () => {
    expect(of(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, null])))).toBe("fields");
  });

  test("is held to its depth", () => {
    expect(of(nested(6))).toBeUndefined();
    expect(of(nested(12))).toBe("depth");
  });

  test("is held to its text, but not to bytes, which are skipped", () => {
    expect(of({ text: "x".repeat(300) })).toBe("text_bytes");
    const blob = toBinary(GetBlobResponseSchema, create(GetBlobResponseSchema, { content: new Uint8Array(10_000) }));
    expect(limitOf(() => checkStructure(GetBlobResponseSchema, blob, LIMITS))).toBeUndefined();
  });

  test("with fields of a later version is taken, and they are skipped", () => {
    const later = Buffer.concat([Buffer.from([0xfa, 0x7f, 0x90, 0x4e]), Buffer.alloc(10_000)]);
    expect(limitOf(() => checkStructure(ListPendingEventsRequestSchema, later, LIMITS))).toBeUndefined();
  });

  test.each([
    "",
    "ff".repeat(400),
    `0a${"ff".repeat(399)}`,
    "0affffffff0f".repeat(100),
    "0b".repeat(400),
    "08".repeat(401),
  ])("of nonsense is read to its end or refused, and never runs on (%#)", (hex) => {
    for (const schema of [StructSchema, ConnectRequestSchema]) {
      const outcome = limitOf(() => checkStructure(schema, Buffer.from(hex, "hex"), LIMITS));
      expect([undefined, "fields", "depth", "text_bytes"]).toContain(outcome);
    }
  });
});

describe("a JSON request", () => {
  const of = (text: string) => limitOf(() => checkJsonStructure(Buffer.from(text), LIMITS));

  test("is held to members and elements, and to its depth", () => {
    expect(of(JSON.stringify({ a: [1, 2, { b: null }] }))).toBeUndefined();
    expect(of(JSON.stringify(Array(51).fill(0)))).toBe("fields");
    expect(of("[".repeat(21))).toBe("depth");
  });

  test("may hold anything inside its strings", () => {
    expect(of(JSON.stringify({ text: `[{,:"\\"`.repeat(100), [`\\"[[[[`.repeat(20)]: "\\" }))).toBeUndefined();
    expect(of(`"${"\\\\".repeat(50)}",${"[".repeat(21)}`)).toBe("depth");
    expect(of(`"${"[".repeat(100)}`)).toBeUndefined();
  });
});
