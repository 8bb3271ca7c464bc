import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { StatusBundleHead } from "../statement/status-bundle.ts";
import { omissionDay, readStatusBundle, writeStatusBundle } from "./status-bundle.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const keys = new Map([["440000", publicKey]]);
const head: StatusBundleHead = {
  publisher: "440000",
  builtAt: "2026-11-25T00:00:00.000Z",
  nodes: [{ node: "440100", records: 3, root: "00" }],
};
const seal = (bytes: Uint8Array) => sign(null, bytes, privateKey);
const salt = new Uint8Array(16).fill(7);
const listed = { suspended: ["s-1"], revoked: ["r-1", "r-2"], superseded: [] };

describe("a status bundle", () => {
  test("tells what is not in force, when and of which archives it was made", () => {
    const bundle = readStatusBundle(writeStatusBundle(head, listed, salt, seal), keys);
    expect(bundle.head).toEqual(head);
    expect(bundle.counts).toEqual({ suspended: 1, revoked: 2, superseded: 0 });
    expect(["s-1", "r-1", "r-2", "x"].map((one) => bundle.stateOf(one))).toEqual([
      "suspended",
      "revoked",
      "revoked",
      undefined,
    ]);
  });

  test("says before which end of validity it leaves certificates out: 30 days before it was begun, in Shanghai", () => {
    const omitsEndedBefore = omissionDay(new Date("2026-11-24T16:00:00Z"));
    expect(omitsEndedBefore).toBe("2026-10-26");
    const omitting = { ...head, omitsEndedBefore };
    expect(readStatusBundle(writeStatusBundle(omitting, listed, salt, seal), keys).head).toEqual(omitting);
    const never = writeStatusBundle({ ...head, omitsEndedBefore: "2026-02-30" }, listed, salt, seal);
    expect(() => readStatusBundle(never, keys)).toThrow(/its head is not of ecert.status-bundle.v1/);
  });

  test("with any octet changed, cut short or lengthened is refused", () => {
    const bytes = writeStatusBundle(head, listed, salt, seal);
    for (const index of bytes.keys()) {
      const changed = Uint8Array.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => readStatusBundle(changed, keys), `octet ${index}`).toThrow(/status bundle/);
    }
    expect(() => readStatusBundle(bytes.subarray(0, -1), keys)).toThrow(/status bundle/);
    expect(() => readStatusBundle(Buffer.concat([bytes, Buffer.alloc(1)]), keys)).toThrow(/status bundle/);
  });

  test("of a node without a key here, or by another node's key, is refused", () => {
    const bytes = writeStatusBundle(head, listed, salt, seal);
    expect(() => readStatusBundle(bytes, new Map())).toThrow(/no key of the node 440000/);
    const other = generateKeyPairSync("ed25519").publicKey;
    expect(() => readStatusBundle(bytes, new Map([["440000", other]]))).toThrow(/signature is wrong/);
  });

  // The whole ten million are measured by `npm run bench -- status`.
  test("takes less than 53 bits for each of 20,000 that are listed, finds each of them, and no other", () => {
    const count = 20_000;
    const name = (index: number) => `1.2.156.3005.2.T.I.${index}.001.X`;
    const identifiers = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => name(from + index));
    const lists = {
      suspended: identifiers(0, 1_000),
      revoked: identifiers(1_000, 11_000),
      superseded: identifiers(11_000, count),
    };
    const bytes = writeStatusBundle(head, lists, salt, seal);
    expect((bytes.length * 8) / count).toBeLessThan(53);
    const bundle = readStatusBundle(bytes, keys);
    for (let index = 0; index < count; index += 7) {
      const state = index < 1_000 ? "suspended" : index < 11_000 ? "revoked" : "superseded";
      expect(bundle.stateOf(name(index))).toBe(state);
    }
    for (let index = count; index < 2 * count; index++) {
      if (bundle.stateOf(name(index)) !== undefined) throw new Error(`${index} is listed`);
    }
  });
});
