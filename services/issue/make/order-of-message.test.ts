import { expect, onTestFinished, test } from "vitest";
import { seedItems } from "../../../test/document/seed.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { certificateIdentifier, parseCertificateIdentifier } from "../../domain/certificate-identifier.ts";
import { seededNumbers, seededText } from "../../domain/seeded.ts";
import { validityUnder } from "../../domain/validity-rule.ts";
import type { IssueContext } from "../context.ts";
import { messageOf } from "../record/certificate.ts";
import type { IssuingTerms } from "../terms/terms.ts";
import { intentOf } from "./intent.ts";
import { type Order, orderDigest } from "./order.ts";
import { orderDigestsOf } from "./order-of-message.ts";
import type { Predecessor } from "./predecessor.ts";

const TYPE_CODE = "11100000MB03271699001";
const ISSUER = "11440106MB9DEM11X6";
const FIVE_YEARS = { kind: "fixed", years: 5 } as const;

async function makes() {
  const { runtime, close } = await openTestRuntime({ service: "issue" });
  onTestFinished(close);
  const context = { runtime, signing: { drawing: () => 2 } } as unknown as IssueContext;
  const terms = {
    item: {
      code: "YYZZ",
      version: 3,
      name: "营业执照",
      typeCode: TYPE_CODE,
      template: {},
      bindings: [],
      statement: { signature: "" },
    },
    issuer: { name: "岭海市天湾区市场监督管理局", code: ISSUER, division: "440106" },
    seal: { code: "SEAL", picture: {} },
  } as unknown as IssuingTerms;
  /** The digest of the order, and those that are told by the message that is made of it, by way of the store. */
  return (order: Order, derivesEnd: boolean, predecessor?: Predecessor) => {
    const digest = orderDigest(order);
    const validity = validityUnder(derivesEnd ? FIVE_YEARS : { kind: "stated", openEnded: true }, order, "2027-01-01");
    const made = intentOf(context, { app: "app", order, digest, origin: undefined, terms, validity, predecessor });
    return { digest, told: orderDigestsOf(messageOf(JSON.parse(JSON.stringify(made)))) };
  };
}

const plain: Order = {
  businessSerial: "B-1",
  itemCode: "YYZZ",
  issuerCode: ISSUER,
  holders: [{ name: "陈岭", code: "440101199001010018", codeType: "111" }],
  issueDate: "2026-11-20",
  data: {},
  attachments: [],
};

test("each order of the seed is told by the data message that is made of it", async () => {
  const make = await makes();
  for (const { example } of seedItems().values()) {
    const { number, issueDate, validFrom, validTo, data, holders } = example;
    const order = {
      ...{ ...plain, issueDate, data, holders },
      ...(number !== undefined && { number }),
      ...(validFrom !== undefined && { validFrom }),
      ...(validTo !== undefined && { validTo }),
    };
    const { digest, told } = make(order, false);
    expect(told[0]).toBe(digest);
  }
});

test("of 500 random orders each is among those that its message tells, and the first where it has an origin signature", async () => {
  const make = await makes();
  const next = seededNumbers(20_261_129);
  const may = (chance = 0.5) => next() < chance;
  const text = () => seededText(next, '营业执照 "\\é\u{20000}az09', 1 + Math.floor(next() * 12)).toWellFormed();
  const value = (depth: number): JsonObject[string] => {
    if (depth < 3 && may(0.3)) return Object.fromEntries([1, 2].map(() => [text(), value(depth + 1)]));
    if (depth < 3 && may(0.2)) return [value(depth + 1), value(depth + 1)];
    return may() ? text() : may() ? next() * 10 ** Math.floor(next() * 20) : may() ? null : may();
  };
  for (let count = 0; count < 500; count++) {
    const signed = may();
    const own = may() ? `粤A-${count}` : undefined;
    const replaces = may() ? replaced(count, next, own) : undefined;
    const derivesEnd = may();
    // A signed order states what a core could else add: the last day, a number of its own, a version behind discarded ones.
    const skips =
      replaces !== undefined && replaces.version !== parseCertificateIdentifier(replaces.identifier).version + 1;
    const order: Order = {
      ...plain,
      businessSerial: `B-${count}`,
      holders: plain.holders.map((holder) => ({ ...holder, name: text() })),
      data: { items: value(0), [text()]: value(0) },
      attachments: may() ? [{ name: text(), mediaType: "text/plain", size: count, sha256: "ab".repeat(32) }] : [],
      ...(own !== undefined && (replaces === undefined || signed || may()) && { number: own }),
      ...(may() && { validFrom: "2026-12-01" }),
      ...((derivesEnd ? signed || may() : may()) && { validTo: "2031-11-19" }),
      ...(replaces && { replaces: replaces.identifier }),
      ...(skips && (signed || may()) && { version: replaces.version }),
    };
    const { digest, told } = make(order, derivesEnd, replaces);
    expect(told, canonicalJson(order as unknown as JsonObject)).toContain(digest);
    if (signed) expect(told[0]).toBe(digest);
  }
});

test("an order that asks for another certificate is not told: another day, number, holder or data", async () => {
  const make = await makes();
  const { told } = make({ ...plain, number: "粤A-1", validTo: "2030-01-01" }, false);
  const others: Partial<Order>[] = [
    { number: "粤A-2", validTo: "2030-01-01" },
    { validTo: "2030-01-01" },
    { number: "粤A-1", validTo: "2030-01-02" },
    { number: "粤A-1", validTo: "2030-01-01", data: { a: 1 } },
    { number: "粤A-1", validTo: "2030-01-01", validFrom: "2026-11-20" },
  ];
  for (const other of others) expect(told).not.toContain(orderDigest({ ...plain, ...other }));
});

/** A certificate that is replaced: with a number of its own, or with its serial; by the next version, or behind discarded ones. */
function replaced(count: number, next: () => number, own: string | undefined): Predecessor {
  const serial = `4401002026112000000000${String(count).padStart(4, "0")}`;
  const version = 1 + Math.floor(next() * 5);
  const identifier = certificateIdentifier({ typeCode: TYPE_CODE, issuer: ISSUER, serial, version });
  return { identifier, number: own ?? serial, version: version + 1 + (next() < 0.3 ? 2 : 0) };
}
