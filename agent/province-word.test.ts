import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../services/domain/canonical.ts";
import type { MessageMetadata } from "../services/domain/message.ts";
import type { ListedKey } from "../services/statement/node-key-list.ts";
import {
  catalogSignedBytes,
  catalogStatementBytes,
  catalogStatementOf,
  type PublishedVersion,
} from "../services/trust/catalog-version.ts";
import { signAsNode } from "../services/trust/node-key.ts";
import { signedNodeKeyList } from "../services/trust/node-key-list.ts";
import { createCatalogVersions } from "./catalog-versions.ts";
import { checkCatalog } from "./check-catalog.ts";
import { openIndexFile } from "./index-file.ts";
import { openNodeKeys } from "./node-keys.ts";
import type { Province } from "./province.ts";

const province = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const PROVINCE: Province = {
  node: "440000",
  verifies: (signed, signature) => verify(null, signed, province.publicKey, signature),
};

function version(changes: Partial<PublishedVersion> = {}, key: KeyObject = province.privateKey) {
  const statement = catalogStatementBytes(
    catalogStatementOf({
      ...{
        code: "I",
        version: 1,
        publisher: "440000",
        publishedAt: "2026-06-01T00:00:00Z",
        name: "证照",
        typeCode: "T",
      },
      ...{ definingAuthority: "部", holderKind: "any", holdersMin: 1, holdersMax: 1 },
      ...{
        validityRuleJson: '{"kind":"fixed","years":5}',
        dataSchemaJson: "{}",
        faceTemplateJson: "{}",
        exampleJson: "{}",
      },
      ...changes,
    }),
  );
  return {
    statement,
    signature: new Uint8Array(sign(null, catalogSignedBytes(statement), key)),
    sha256: sha256Hex(statement),
  };
}

const memory = (file = openIndexFile(":memory:")) =>
  createCatalogVersions(PROVINCE, { note: file.noteVersion, behind: file.versionBehind });
const refused = (reason: string) => expect.objectContaining({ reason });

describe("what the province signed of the catalog", () => {
  test("is believed by its signature, whoever brings it, and nothing else is", () => {
    const versions = memory();
    const [good, forged] = [version(), version({ name: "别的" }, stranger.privateKey)];
    const elsewhere = version({ publisher: "450000" });
    versions.hold([good, forged, elsewhere]);
    expect(versions.find(good.sha256)).toMatchObject({ statement: { name: "证照" }, newer: undefined });
    expect(() => versions.find(forged.sha256)).toThrow(refused("SIGNATURE_INVALID"));
    expect(() => versions.find(elsewhere.sha256)).toThrow(refused("INVALID_FIELD"));
    expect(() => versions.find("0".repeat(64))).toThrow(refused("DOCUMENT_MISSING"));
    // A core cannot take back what it showed.
    versions.hold([{ ...good, signature: forged.signature }]);
    expect(versions.find(good.sha256).statement.name).toBe("证照");
  });

  test("a newer version that was seen once is remembered over a restart", () => {
    const file = openIndexFile(":memory:");
    memory(file).hold([version({ version: 3, publishedAt: "2026-07-01T00:00:00Z" })]);
    const restarted = memory(file);
    restarted.hold([version()]);
    expect(restarted.find(version().sha256).newer).toEqual({ version: 3, publishedAt: "2026-07-01T00:00:00Z" });
  });

  const metadata = {
    ...{ itemCode: "I", itemVersion: 1, name: "证照", typeCode: "T", holders: [{}], issueDate: "2026-06-02" },
    validTo: "2031-06-01",
  } as unknown as MessageMetadata;
  const now = new Date("2026-07-02T00:00:00Z");
  const check = (changes: object, newer?: { version: number; publishedAt: string }, orderedAt = now) => {
    const versions = memory();
    versions.hold([version()]);
    const word = { ...versions.find(version().sha256), newer };
    const message = {
      metadata: { ...metadata, ...changes },
      schema: "ecert.message.v1",
      data: {},
      attachments: [],
      faces: [],
    };
    try {
      checkCatalog(message as never, word, { orderedAt, now });
      return "held";
    } catch (error) {
      const { metadata: told, message: text } = error as { metadata: { member?: string }; message: string };
      return told.member ?? text.split(":")[0];
    }
  };

  test.each<[object, string]>([
    [{}, "held"],
    [{ itemCode: "J" }, "metadata.itemCode"],
    [{ itemVersion: 2 }, "metadata.itemVersion"],
    [{ name: "别的" }, "metadata.name"],
    [{ typeCode: "U" }, "metadata.typeCode"],
    [{ holders: [] }, "metadata.holders"],
    [{ validTo: "2031-06-02" }, "valid_to"],
    [{ validTo: undefined }, "metadata.validTo"],
    [{ issueDate: "2026-07-03" }, "issue_date"],
  ])("4.3.3: %o is %s", (changes, outcome) => {
    expect(check(changes)).toBe(outcome);
  });

  test("an older version counts only for orders that were signed before the newer one was an hour old", () => {
    const newer = { version: 2, publishedAt: "2026-07-01T00:00:00Z" };
    expect(check({}, newer, new Date("2026-07-01T01:00:00Z"))).toBe("held");
    expect(check({}, newer, new Date("2026-07-01T01:00:01Z"))).toBe("metadata.itemVersion");
  });
});

describe("the nodes' keys that the province lists", () => {
  const node = generateKeyPairSync("ed25519");
  const raw = (key: KeyObject) => String(key.export({ format: "jwk" }).x);
  const now = new Date("2026-07-02T00:00:00Z");
  const list = (builtAt: string, keys: ListedKey[], signer: KeyObject = province.privateKey) =>
    signedNodeKeyList({ publisher: "440000", builtAt, nodes: { "440100": keys } }, (bytes) =>
      sign(null, bytes, signer),
    );
  const own: ListedKey = { key: raw(node.publicKey), since: "2026-01-01T00:00:00.000Z" };
  const signature = signAsNode(node.privateKey, "ecert.qr.v1", new TextEncoder().encode("text"));
  const open = (configured?: KeyObject) => {
    const file = openIndexFile(":memory:");
    const kept = { get: () => file.document("k"), set: (bytes: Uint8Array) => file.putDocument("k", bytes) };
    return { keys: openNodeKeys(PROVINCE, kept, configured), again: () => openNodeKeys(PROVINCE, kept, configured) };
  };
  const signed = (keys: ReturnType<typeof openNodeKeys>) => keys.signedByNode("440100", "text", signature, now);

  test("judge QR texts; the configured key counts as long as there is no list", async () => {
    const { keys } = open();
    await expect(signed(keys)).rejects.toEqual(refused("DOCUMENT_MISSING"));
    keys.hold(list("2026-07-01T00:00:00.000Z", [own], stranger.privateKey));
    await expect(signed(keys)).rejects.toEqual(refused("DOCUMENT_MISSING"));
    keys.hold(list("2026-07-01T00:00:00.000Z", [own]));
    expect(await signed(keys)).toBe(true);
    expect(await keys.signedByNode("440300", "text", signature, now)).toBe(false);
    const configured = open(node.publicKey);
    expect(await signed(configured.keys)).toBe(true);
    configured.keys.hold(list("2026-07-01T00:00:00.000Z", [{ ...own, until: "2026-06-01T00:00:00.000Z" }]));
    expect(await signed(configured.keys)).toBe(false);
  });

  test("a newer list is not taken back by an older one, also over a restart; a lost key signs nothing", async () => {
    const { keys, again } = open();
    keys.hold(list("2026-07-01T00:00:00.000Z", [{ ...own, compromised: true }]));
    expect(await signed(keys)).toBe(false);
    keys.hold(list("2026-06-30T00:00:00.000Z", [own]));
    expect(await signed(keys)).toBe(false);
    expect(await signed(again())).toBe(false);
  });
});
