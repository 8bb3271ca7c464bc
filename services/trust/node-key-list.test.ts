import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { canonicalBytes } from "../domain/canonical.ts";
import {
  keysAt,
  keysOf,
  type ListedKey,
  MAX_NODE_KEYS_BYTES,
  NODE_KEYS_SCHEMA,
  type NodeKeyList,
  readNodeKeyList,
} from "../statement/node-key-list.ts";
import { nodeSignedBytes } from "../statement/node-signed.ts";
import { listedKey, signedNodeKeyList } from "./node-key-list.ts";

const PROVINCE = "440000";
const CITY = "440100";
const province = generateKeyPairSync("ed25519");
const [first, second] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];

const raw = (key: KeyObject) => key.export({ format: "jwk" }).x as string;
const retired: ListedKey = {
  key: raw(first.publicKey),
  since: "2026-01-01T00:00:00.000Z",
  until: "2026-06-01T00:00:00.000Z",
};
const present: ListedKey = { key: raw(second.publicKey), since: "2026-05-31T00:00:00.000Z" };
const list: NodeKeyList = {
  publisher: PROVINCE,
  builtAt: "2026-11-24T02:00:00.000Z",
  nodes: { [CITY]: [retired, present] },
};
const written = signedNodeKeyList(list, (bytes) => sign(null, bytes, province.privateKey));

function read(bytes: Uint8Array, publisher = PROVINCE): NodeKeyList {
  return readNodeKeyList(bytes, publisher, (signed, value) => verify(null, signed, province.publicKey, value));
}

/** A list that the province signs, whatever it says. */
function signedAnyhow(text: Uint8Array): Uint8Array {
  const signature = sign(null, nodeSignedBytes(NODE_KEYS_SCHEMA, text), province.privateKey).toString("base64url");
  return Buffer.concat([text.subarray(0, -1), Buffer.from(`,"signature":"${signature}"}`)]);
}

test("a list is read as it was written, and its keys are usable", () => {
  expect(read(written)).toEqual(list);
  expect(listedKey(present).equals(second.publicKey)).toBe(true);
});

test("no octet of a list can be altered, added or left out", () => {
  for (let at = 0; at < written.length; at++) {
    for (const bit of [0x01, 0x20]) {
      const altered = Uint8Array.from(written);
      altered[at] = (altered[at] ?? 0) ^ bit;
      expect(() => read(altered), `octet ${at} ^ ${bit}`).toThrow(/list of nodes' keys/);
    }
  }
  for (const other of [written.subarray(0, -1), written.subarray(1), Buffer.concat([written, Buffer.from("\n")])]) {
    expect(() => read(other)).toThrow(/list of nodes' keys/);
  }
  expect(() => read(new Uint8Array())).toThrow(/not in the form/);
});

test("the last character of its signature has one spelling", () => {
  const last = String.fromCharCode(written.at(-3) ?? 0);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // The same octets, and other bits that mean nothing.
  const twin = alphabet.charAt(alphabet.indexOf(last) ^ 1);
  const other = Buffer.from(written);
  other.write(twin, written.length - 3, "latin1");
  expect(() => read(other)).toThrow(expect.objectContaining({ reason: "SIGNATURE_INVALID" }));
});

test("only the province's list counts", () => {
  const own = signedNodeKeyList({ ...list, publisher: CITY }, (bytes) => sign(null, bytes, province.privateKey));
  expect(() => read(own)).toThrow(/not published by the province 440000/);
  const forged = signedNodeKeyList(list, (bytes) => sign(null, bytes, first.privateKey));
  expect(() => read(forged)).toThrow(expect.objectContaining({ reason: "SIGNATURE_INVALID" }));
});

test("a list that is larger than any is not looked at", () => {
  const large = new Uint8Array(MAX_NODE_KEYS_BYTES + 1);
  expect(() => read(large)).toThrow(expect.objectContaining({ reason: "TOO_LARGE" }));
  const just = new Uint8Array(MAX_NODE_KEYS_BYTES);
  expect(() => read(just)).toThrow(expect.objectContaining({ reason: "INVALID_FIELD" }));
});

test("what the province has signed is held to the form all the same", () => {
  const keys = (...all: unknown[]) => ({ ...list, nodes: { [CITY]: all } });
  const cases: [string, object][] = [
    ["another form", { ...list, schema: "ecert.node-keys.v2" }],
    ["a member that is not known", { ...list, except: [] }],
    ["no publisher", { ...list, publisher: "" }],
    ["a time in another spelling", { ...list, builtAt: "2026-11-24T10:00:00+08:00" }],
    ["nodes that are none", { ...list, nodes: [] }],
    ["a node without a code", { ...list, nodes: { city: [present] } }],
    ["keys that are no list", { ...list, nodes: { [CITY]: present } }],
    ["a key that is too short", keys({ ...present, key: "AAAA" })],
    ["a key in another spelling", keys({ ...present, key: `${"A".repeat(42)}B` })],
    ["a key without a first time", keys({ key: present.key })],
    ["a key that ended before it began", keys({ ...retired, until: "2025-01-01T00:00:00.000Z" })],
    ["a mark that is no mark", keys({ ...present, compromised: false })],
    ["a member of a key that is not known", keys({ ...present, only: "receipts" })],
    ["the newest key first", keys(present, retired)],
    ["a key twice, once as lost", keys({ ...retired, compromised: true }, { ...retired, since: present.since })],
  ];
  for (const [what, value] of cases) {
    const bytes = signedAnyhow(canonicalBytes({ schema: NODE_KEYS_SCHEMA, ...value }));
    expect(() => read(bytes), what).toThrow(expect.objectContaining({ reason: "INVALID_FIELD" }));
  }
  const spaced = Buffer.from(JSON.stringify({ schema: NODE_KEYS_SCHEMA, ...list }));
  expect(() => read(signedAnyhow(spaced))).toThrow(/canonical/);
});

test("the keys of a time are those in use then, the newest first", () => {
  const at = (time: string) => keysAt(list, CITY, new Date(time)).map(({ key }) => key);
  expect(at("2025-12-31T23:59:59Z")).toEqual([]);
  expect(at("2026-03-01T00:00:00Z")).toEqual([retired.key]);
  expect(at("2026-05-31T12:00:00Z")).toEqual([present.key, retired.key]);
  expect(at("2027-01-01T00:00:00Z")).toEqual([present.key]);
  expect(keysOf(list, CITY)).toEqual([retired, present]);
  for (const node of ["440300", "constructor", "__proto__"]) expect(keysAt(list, node, new Date())).toEqual([]);
});
