import { Code, ConnectError } from "@connectrpc/connect";
import { Metadata } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { REASONS, type Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import { connectErrorOf, grpcStatusOf, refusalFromError, refusalOf } from "./refusal-wire.ts";

const overGrpc = (refusal: Refusal) => refusalFromError(Object.assign(new Error(), grpcStatusOf(refusal)));

describe("a refusal on the wire", () => {
  test.each(Object.keys(REASONS) as Reason[])("keeps the reason %s over every hop", (reason) => {
    const seen = overGrpc(overGrpc(new Refusal(reason, "why")));
    expect([seen.reason, seen.message]).toEqual([reason, "why"]);
    expect(connectErrorOf(seen).code).toBe(grpcStatusOf(seen).code);
  });

  test("keeps fields, remedies, retry advice and metadata", () => {
    const fields = [
      { field: "a", description: "wrong (very)", remedy: "put (it) right", localized: "" },
      { field: "b", description: "missing", remedy: "", localized: "" },
    ];
    const sent = new Refusal("DATA_INVALID", "m", { fields, retryAfterMs: 1_250, metadata: { item: "i" } });
    expect(overGrpc(sent)).toMatchObject({ fields, retryAfterMs: 1_250, metadata: { item: "i" } });
  });

  test("tells field and remedy in Chinese too, over every hop", () => {
    const violation = { field: "order.issue_date", description: "not a date", remedy: "write one" };
    const fields = [{ ...violation, localized: "日期应为yyyy-MM-dd" }];
    const seen = overGrpc(overGrpc(new Refusal("INVALID_FIELD", "m", { fields })));
    expect(seen.localized).toBe("字段不符合要求：order.issue_date 日期应为yyyy-MM-dd");
    expect(seen.fields).toEqual(fields);
  });

  test("tells a wait that was measured in fractions of a millisecond, rounded up", () => {
    const sent = new Refusal("RATE_EXCEEDED", "m", { retryAfterMs: 35_926.0207021 });
    expect(overGrpc(sent).retryAfterMs).toBe(35_927);
    expect(connectErrorOf(sent).details).toHaveLength(3);
  });

  test("fits into trailers of 8 KiB, however many fields are refused, and tells how many were left out", () => {
    const fields = Array.from({ length: 500 }, (_, index) => ({
      field: `/data/${index}`,
      description: "x".repeat(90),
      remedy: "",
      localized: "",
    }));
    const status = grpcStatusOf(new Refusal("DATA_INVALID", "长".repeat(2_000), { fields }));
    const [bytes] = status.metadata.get("grpc-status-details-bin") as Buffer[];
    expect((bytes?.length ?? 0) * (4 / 3)).toBeLessThan(8_000);
    const seen = refusalFromError(Object.assign(new Error(), status));
    expect(seen.fields.length).toBeGreaterThan(10);
    expect(Number(seen.metadata.fields_omitted)).toBe(500 - seen.fields.length);
  });

  test("leaves the Chinese of single fields out before it leaves out a field", () => {
    const fields = Array.from({ length: 40 }, (_, index) => ({
      ...{ field: `/data/${index}`, description: "missing", remedy: "fill it in", localized: "请填写".repeat(10) },
    }));
    const seen = overGrpc(new Refusal("DATA_INVALID", "m", { fields }));
    expect(seen.fields).toHaveLength(40);
    expect(seen.fields[0]).toMatchObject({ remedy: "fill it in", localized: "" });
  });

  test("can be sent with a message that holds half a character", () => {
    const { details } = grpcStatusOf(new Refusal("INTERNAL", "\ud83d"));
    expect(() => encodeURI(details)).not.toThrow();
  });

  test("tells clients not to repeat what a server has decided, unless it was merely overloaded", () => {
    const pushback = (reason: Reason) => grpcStatusOf(new Refusal(reason, "")).metadata.get("grpc-retry-pushback-ms");
    expect(pushback("AGENT_AWAY")).toEqual(["-1"]);
    expect(pushback("OVERLOADED")).toEqual([]);
  });
});

describe("a foreign error", () => {
  test("becomes INTERNAL with an id; nothing of its cause is in the message", () => {
    const refusal = refusalOf(new Error("password=secret"));
    expect(refusal.reason).toBe("INTERNAL");
    expect(refusal.message).not.toContain("secret");
    expect(refusal.message).toContain(refusal.metadata.id);
  });

  const fromGrpc = (code: number, details: string) =>
    refusalFromError(Object.assign(new Error(details), { code, details, metadata: new Metadata() })).reason;

  test.each([
    [14, "connection refused", "PEER_AWAY"],
    [1, "killed", "PEER_AWAY"],
    [13, "Received RST_STREAM with code 2", "PEER_AWAY"],
    [13, "Stream closed with error code NGHTTP2_REFUSED_STREAM", "PEER_AWAY"],
    [13, "bug", "INTERNAL"],
    [4, "", "DEADLINE_EXCEEDED"],
    [8, "Received message larger than max (5 vs 4)", "TOO_LARGE"],
    [8, "busy", "OVERLOADED"],
    [12, "", "UNIMPLEMENTED"],
    [16, "", "TOKEN_REFUSED"],
  ])("with code %i %j is taken as %s%s", (code, details, reason) => {
    expect(fromGrpc(code, details)).toBe(reason);
  });

  test("with a reason that this version does not know falls back to its code", () => {
    const error = new ConnectError("new", Code.Unavailable);
    expect(refusalFromError(error).reason).toBe("PEER_AWAY");
  });
});
