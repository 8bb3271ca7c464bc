import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { certificateIdentifier } from "../../domain/certificate-identifier.ts";
import { certificateSerial } from "../../domain/certificate-serial.ts";
import { type QrStatement, qrSignedText, qrText } from "../../domain/signed-qr.ts";
import { statusFromBundle } from "../../statement/bundle-status.ts";
import { judgeKept } from "../../statement/judge-kept.ts";
import type { QrReport } from "../../statement/judge-text.ts";
import type { ListedKey, NodeKeyList } from "../../statement/node-key-list.ts";
import { signAsNode } from "../node-key.ts";
import { signedNodeKeyList } from "../node-key-list.ts";
import { readStatusBundle, writeStatusBundle } from "../status-bundle.ts";
import { type QrOptions, verifyQr } from "./verify-qr.ts";

const NODE = "440100";
const AT = new Date("2026-11-25T04:00:00Z");
const BUILT = "2026-11-25T02:00:00.000Z";
const province = generateKeyPairSync("ed25519");
/** The node's keys: used until the summer of 2026, used since, and one that it never had. */
const [first, second, strange] = [1, 2, 3].map(() => generateKeyPairSync("ed25519").privateKey) as [
  KeyObject,
  KeyObject,
  KeyObject,
];

const identifierOf = (businessSerial: string, node = NODE, issueDate = "2026-11-24") =>
  certificateIdentifier({
    typeCode: "11100000000013338W001",
    issuer: "11440100MB2C91870E",
    serial: certificateSerial({ node, issueDate, app: "440100-scjg", businessSerial }),
    version: 1,
  });

function qr(key: KeyObject, change: Partial<QrStatement> = {}): string {
  const statement: QrStatement = {
    identifier: identifierOf("1"),
    number: "粤2026-1",
    name: "营业执照",
    holder: "岭**",
    issueDate: "2026-11-24",
    node: NODE,
    ...change,
  };
  const signature = signAsNode(key, "ecert.qr.v1", new TextEncoder().encode(qrSignedText(statement)));
  return qrText(statement, signature);
}

const raw = (key: KeyObject) => key.export({ format: "jwk" }).x as string;
const retired: ListedKey = {
  key: raw(first),
  since: "2026-01-01T00:00:00.000Z",
  until: "2026-07-01T02:00:00.000Z",
};
const present: ListedKey = { key: raw(second), since: "2026-07-01T02:00:00.000Z" };
const listOf = (keys: ListedKey[], builtAt = BUILT): NodeKeyList => ({
  publisher: "440000",
  builtAt,
  nodes: { [NODE]: keys },
});

function bundle({
  builtAt = BUILT,
  revoked = [],
  node = NODE,
}: {
  builtAt?: string;
  revoked?: string[];
  node?: string;
}) {
  const head = { publisher: "440000", builtAt, nodes: [{ node, records: 1, root: "0".repeat(64) }] };
  const listed = { suspended: [], revoked, superseded: [] };
  return writeStatusBundle(head, listed, new Uint8Array(16), (text) => sign(null, text, province.privateKey));
}

interface Given {
  keys?: QrOptions["keys"];
  /** `null`: without one. */
  status?: Uint8Array | null;
}

/** Every case is judged twice: in Node, by what the command line has, and by what the verification page has in a browser. Both say the same. */
async function verify(text: string, listed: ListedKey[] = [retired, present], given: Given = {}): Promise<QrReport> {
  const { keys = { list: listOf(listed), single: new Map() }, status: bytes = bundle({}) } = given;
  const status =
    bytes && statusFromBundle(readStatusBundle(bytes, new Map([["440000", province.publicKey]])), "440000");
  const report = await verifyQr(text, { keys, at: AT, ...(status && { status }) });
  // A browser has keys by the province's list alone.
  if (!keys.list) return report;
  const nodeKeys = signedNodeKeyList(keys.list, (signed) => sign(null, signed, province.privateKey));
  const kept = { nodeKeys, ...(bytes && { bundle: bytes }) };
  const trusted = { node: "440000", key: province.publicKey.export({ format: "jwk" }).x as string };
  expect(await judgeKept(text, kept, trusted, { at: AT })).toEqual(report);
  return report;
}
const outcome = async (report: ReturnType<typeof verify>) => {
  const { verdict, findings } = await report;
  return [verdict, findings[0]?.code];
};

describe("what a node's key says in a QR code", () => {
  test("of a licence that does not exist is told as the node's word, with the time of its key, and never as valid", async () => {
    const text = qr(second, { identifier: identifierOf("no such order") });
    const report = await verify(text);
    expect(report).toMatchObject({
      schema: "ecert.qr-verification.v1",
      verdict: "stated",
      certificateSeen: false,
      by: { node: NODE, key: present.key, keyFrom: "list", since: present.since, listedAt: BUILT },
      statement: { name: "营业执照", issueDate: "2026-11-24" },
      state: { state: "notListed", source: "bundle" },
    });
    expect(report.verdictText).toContain("未见证照本身");
    expect(report.findings.map(({ code }) => code)).toEqual(["CERTIFICATE_UNSEEN"]);
    expect(JSON.stringify(report)).not.toMatch(/真实有效|"valid"/);
  });

  test("is held against the status bundle, which must be fresh and of after the day of issue", async () => {
    const revoked = [identifierOf("1")];
    expect(await outcome(verify(qr(second), undefined, { status: bundle({ revoked }) }))).toEqual([
      "notInForce",
      "CERTIFICATE_REVOKED",
    ]);
    const old = bundle({ builtAt: "2026-11-10T00:00:00.000Z" });
    const october = qr(second, { issueDate: "2026-10-31" });
    for (const [text, status, code] of [
      [qr(second), null, "STATE_UNKNOWN"],
      [qr(second), bundle({ builtAt: "2026-11-24T10:00:00.000Z" }), "STATE_UNKNOWN"],
      [qr(second), bundle({ node: "440300" }), "STATE_UNKNOWN"],
      [october, old, "STATE_STALE"],
    ] as const) {
      expect(await outcome(verify(text, undefined, { status }))).toEqual(["undetermined", code]);
    }
  });

  test("is over on its last day, whatever else is known", async () => {
    const over = qr(second, { issueDate: "2026-07-02", validTo: "2026-11-01" });
    expect(await outcome(verify(over))).toEqual(["notInForce", "CERTIFICATE_EXPIRED"]);
  });

  test("is refused of an issue to come, of an identifier that is none, or that another node gave out", async () => {
    expect(await outcome(verify(qr(second, { issueDate: "2026-11-26" })))).toEqual(["invalid", "SIGNED_IN_FUTURE"]);
    for (const identifier of ["1.2.3", identifierOf("1", "440300")]) {
      expect(await outcome(verify(qr(second, { identifier })))).toEqual(["invalid", "IDENTIFIER_INVALID"]);
    }
  });
});

describe("keys of nodes rotate", () => {
  const before = qr(first, { identifier: identifierOf("1", NODE, "2026-03-01"), issueDate: "2026-03-01" });

  test("and a QR code that was printed before stays good, as does one that is printed since", async () => {
    expect(await outcome(verify(before, [{ key: retired.key, since: retired.since }]))).toEqual([
      "stated",
      "CERTIFICATE_UNSEEN",
    ]);
    expect(await verify(before)).toMatchObject({
      verdict: "stated",
      by: { key: retired.key, since: retired.since, until: retired.until },
    });
    expect((await verify(qr(second))).verdict).toBe("stated");
  });

  test("and one issued after the end of its key is refused; the day on which it ended is the key's own", async () => {
    const onDay = (issueDate: string) => qr(first, { issueDate });
    expect((await verify(onDay("2026-07-01"))).verdict).toBe("stated");
    expect(await outcome(verify(onDay("2026-07-02")))).toEqual(["invalid", "NODE_KEY_ENDED"]);
    expect(await outcome(verify(onDay("2026-11-24")))).toEqual(["invalid", "NODE_KEY_ENDED"]);
  });

  test("and one issued before its key came is not accepted: it may have been made later, by nobody knows whom", async () => {
    const onDay = (issueDate: string) => qr(second, { issueDate });
    expect((await verify(onDay("2026-07-01"))).verdict).toBe("stated");
    expect(await outcome(verify(onDay("2026-06-30")))).toEqual(["undetermined", "NODE_KEY_LATER"]);
  });

  test("and a key that was lost proves nothing, of whatever day", async () => {
    const lost: ListedKey = { ...retired, compromised: true };
    expect(await outcome(verify(before, [lost, present]))).toEqual(["undetermined", "NODE_KEY_COMPROMISED"]);
    expect((await verify(qr(second), [lost, present])).verdict).toBe("stated");
    const now: ListedKey = { ...present, compromised: true };
    expect(await outcome(verify(qr(second), [retired, now]))).toEqual(["undetermined", "NODE_KEY_COMPROMISED"]);
  });

  test("and a list that is older than a week cannot tell which keys were lost", async () => {
    const keys = { list: listOf([retired, present], "2026-11-17T00:00:00.000Z"), single: new Map() };
    expect(await outcome(verify(before, [], { keys }))).toEqual(["undetermined", "NODE_KEYS_STALE"]);
  });

  test("and a key that no list names, or that is another node's, is refused", async () => {
    expect(await outcome(verify(qr(strange)))).toEqual(["invalid", "SIGNATURE_INVALID"]);
    expect(await outcome(verify(qr(second, { node: "440300" })))).toEqual(["invalid", "SIGNATURE_INVALID"]);
    // A key that lies about beside the list counts for nothing.
    const single = new Map([[NODE, strange]]);
    const keys = { list: listOf([retired, present]), single };
    expect(await outcome(verify(qr(strange), [], { keys }))).toEqual(["invalid", "SIGNATURE_INVALID"]);
  });
});

test("without a list the one key counts that the verifier was given, and the report says that its period is unknown", async () => {
  const keys = { single: new Map([[NODE, second]]) };
  const report = await verify(qr(second), [], { keys });
  expect(report).toMatchObject({ verdict: "stated", by: { node: NODE, key: present.key, keyFrom: "single" } });
  expect(report.by?.since).toBeUndefined();
  expect(report.findings.map(({ code }) => code)).toEqual(["NODE_KEY_UNDATED", "CERTIFICATE_UNSEEN"]);
  expect(await outcome(verify(qr(first), [], { keys }))).toEqual(["invalid", "SIGNATURE_INVALID"]);
});

test("whatever else a text is, it is refused, and never thrown on", async () => {
  const text = qr(second);
  for (const other of [
    "",
    "EC1",
    "https://example.cn/x",
    text.replace("岭", "张"),
    text.slice(0, -1),
    `${text}A`,
    text.repeat(9),
  ]) {
    expect((await verify(other)).verdict, other).toBe("invalid");
  }
});
