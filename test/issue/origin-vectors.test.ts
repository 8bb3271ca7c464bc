import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromJson, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import {
  IssueService,
  type MakeOrder,
  ReplaceCertificateRequestSchema,
} from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { type Order, signedOrder } from "../../services/client/order.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import { nextVersion } from "../../services/domain/message.ts";
import {
  type OriginStatement,
  originBytes,
  originStatement,
  originStatementOf,
} from "../../services/domain/origin-statement.ts";
import { readOrder } from "../../services/issue/make/order.ts";
import { loadOriginKeys, verifyOrigin } from "../../services/trust/origin.ts";

interface Vector {
  name: string;
  app: string;
  request: JsonObject;
  statement: OriginStatement;
  canonical: string;
  octetsHex: string;
  sha256: string;
  signatureHex: string;
}

const PROTO = join(import.meta.dirname, "../../proto");
const page = readFileSync(join(PROTO, "README.md"), "utf8");
const { keys, vectors } = JSON.parse(readFileSync(join(PROTO, "vectors/origin.json"), "utf8")) as {
  keys: { id: string; algorithm: string; privateKeyPem: string; publicKeyPem: string }[];
  vectors: Vector[];
};
const rules = { keys: loadOriginKeys(keys), maxAgeSeconds: 3_600, maxSkewSeconds: 30 };
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** What an agent would be sent of a vector: of all that metadata hold only what a statement is rebuilt from. */
function messageOf({ statement }: Vector): DataMessage {
  const { app, issuerCode, data, attachments, number = "given by the platform", version, ...rest } = statement;
  const metadata = {
    ...rest,
    app,
    number,
    issuer: { code: issuerCode },
    version: version ?? nextVersion(rest.replaces),
  };
  return { metadata, data, attachments } as unknown as DataMessage;
}

describe.each(vectors.map((vector) => [vector.name, vector] as const))("the vector %s", (_name, vector) => {
  const { request, app, statement, octetsHex } = vector;
  const read = fromJson(ReplaceCertificateRequestSchema, request as JsonValue);
  const order = read.order as MakeOrder;
  const origin = read.origin ?? { keyId: "", signedAt: "", signature: new Uint8Array() };
  const key = keys.find(({ id }) => id === origin.keyId) as (typeof keys)[number];

  test("has the canonical octets of its statement, their digest, and one signature in both spellings", () => {
    expect(hex(originBytes(statement))).toBe(octetsHex);
    expect(Buffer.from(octetsHex, "hex").toString("utf8")).toBe(vector.canonical);
    expect(sha256Hex(Buffer.from(octetsHex, "hex"))).toBe(vector.sha256);
    expect(hex(origin.signature)).toBe(vector.signatureHex);
  });

  test("is what the connector makes of the order", () => {
    const { $typeName: _, $unknown: __, number, validFrom, validTo, version, attachments, data, ...rest } = order;
    const given = {
      ...rest,
      ...(number && { number }),
      ...(validFrom && { validFrom }),
      ...(validTo && { validTo }),
      ...(version && { version }),
      data,
      attachments: attachments.map(({ name, mediaType, content }) => ({ name, mediaType, content })),
    } as Order;
    const signer = { keyId: key.id, privateKeyPem: key.privateKeyPem };
    const made = signedOrder(given, app, signer, new Date(origin.signedAt), read.replaces || undefined);
    expect(made.origin.signedAt).toBe(origin.signedAt);
    const octets = Buffer.from(octetsHex, "hex");
    const deterministic = key.algorithm === "Ed25519";
    if (deterministic) expect(hex(made.origin.signature)).toBe(vector.signatureHex);
    else expect(verify("sha256", octets, createPublicKey(key.publicKeyPem), made.origin.signature)).toBe(true);
  });

  test("is what the core reads in the request", async () => {
    const found = originStatement(await readOrder(order, read.replaces || undefined), app, origin.signedAt);
    expect(hex(originBytes(found))).toBe(octetsHex);
  });

  test("is what the agent rebuilds from the data message, and accepts", () => {
    const rebuilt = originStatementOf(messageOf(vector), origin.signedAt, order.number !== "");
    expect(hex(originBytes(rebuilt))).toBe(octetsHex);
    const signed = { keyId: origin.keyId, signature: origin.signature, statement: rebuilt };
    const at = (seconds: number) => new Date(Date.parse(origin.signedAt) + seconds * 1000);
    expect(() => verifyOrigin(rules, signed, at(3_600))).not.toThrow();
    expect(() => verifyOrigin(rules, signed, at(3_601))).toThrow("too old");
  });
});

describe("the page for other languages", () => {
  test("lists the members of the statement, all of them and no other, and says which may be left out", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| .* \| (never|where|in)\b.* \|$/gm)].map(([, name, left]) => [
      name,
      left,
    ]);
    const states = (name: string) => vectors.filter(({ statement }) => name in statement).length;
    const members = new Set(vectors.flatMap(({ statement }) => Object.keys(statement)));
    expect(new Set(rows.map(([name]) => name))).toEqual(members);
    expect(rows).toHaveLength(members.size);
    for (const [name = "", left] of rows)
      expect([name, states(name) === vectors.length]).toEqual([name, left === "never"]);
  });

  test("names the calls that carry a signature, and no other does", () => {
    const carrying = IssueService.methods.filter(({ input }) =>
      input.fields.some(({ message }) => message?.typeName === "ecert.issue.v1.Origin"),
    );
    expect(carrying.map(({ name }) => name)).toEqual(["MakeCertificate", "ReplaceCertificate", "ValidateOrigin"]);
    expect(page).toContain(
      "Two calls carry such a signature, in `origin`: `MakeCertificate` and `ReplaceCertificate`.",
    );
    expect(page).toContain("**`ValidateOrigin`** takes the same `order` and `origin`");
  });

  test("shows and names the vectors as they are", () => {
    expect(page).toContain(`\n${vectors[0]?.canonical}\n`);
    for (const { name } of vectors) expect(page).toContain(`- \`${name}\`: `);
  });
});
