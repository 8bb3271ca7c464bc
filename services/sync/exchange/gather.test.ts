import { beforeEach, describe, expect, test } from "vitest";
import { testCall } from "../../../test/fixtures/runtime.ts";
import { identifierOf } from "../../../test/sync/records.ts";
import { certificateIdentifier } from "../../domain/certificate-identifier.ts";
import { certificateSerial } from "../../domain/certificate-serial.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { createAsk } from "../ask/ask.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import { createGather } from "./gather.ts";
import type { JudgedRecords } from "./judged-records.ts";

const [PROVINCE, CITY, USER, THIRD] = ["440000", "440100", "440300", "440700"];
const peers = [CITY, USER, THIRD].map((node) => ({ node, role: "city" }));
const issuedAt = (node: string) =>
  certificateIdentifier({
    ...{ typeCode: "11100000000013338W001", issuer: "11440100MB2C91870E", version: 1 },
    serial: certificateSerial({ node, issueDate: "2026-11-24", app: "440100-scjg", businessSerial: "1" }),
  });

describe("5.7.4: what the province's archive does not hold yet", () => {
  let asked: string[];
  let away: string[];
  beforeEach(() => {
    asked = [];
    away = [];
  });

  /** Asks for a certificate that nobody has, on behalf of a city. */
  function look(identifier: string): Promise<unknown> {
    const runtime = {
      config: { node: { code: PROVINCE, role: "province" }, peers },
      monotonic: () => 0,
      client: (_: unknown, { peer }: { peer: string }) => {
        asked.push(peer);
        if (away.includes(peer)) throw new Refusal("PEER_AWAY", "no answer");
        return {};
      },
    } as unknown as Runtime;
    const records = { archived: async () => undefined } as unknown as JudgedRecords;
    const own = { get: async () => undefined } as never;
    const gather = createGather({ runtime, records, own, ask: createAsk(runtime, DEFAULT_SYNC_OPTIONS) });
    const call = testCall({ kind: "node", node: USER, name: "sync" });
    return gather
      .one(
        identifier,
        call,
        async () => undefined,
        () => {},
      )
      .catch((error: Refusal) => error.reason);
  }

  test("is asked of the node that its serial names, and of no other: who is away beside it hides nothing", async () => {
    away = [THIRD];
    expect(await look(issuedAt(CITY))).toBe("CERTIFICATE_UNKNOWN");
    expect(asked).toEqual([CITY]);
    away = [CITY];
    expect(await look(issuedAt(CITY))).toBe("PEER_AWAY");
  });

  test("is asked of nobody where it names the node that asks, or none of the province", async () => {
    for (const node of [USER, PROVINCE, "450100"]) expect(await look(issuedAt(node))).toBe("CERTIFICATE_UNKNOWN");
    expect(asked).toEqual([]);
  });

  test("is asked of everybody where its serial was counted and names no node", async () => {
    expect(await look(identifierOf("x-1"))).toBe("CERTIFICATE_UNKNOWN");
    expect(asked).toEqual([CITY, THIRD]);
  });
});
