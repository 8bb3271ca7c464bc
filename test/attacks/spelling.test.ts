import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { childrenOf, expectTag, onlyChildOf, readDer, TAG } from "../../services/trust/der.ts";
import { derElement, derNull, oid, sequence, setOf, tagged } from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import { openLongTermScene } from "../document/long-term-scene.ts";
import { codes, type Issued, openScene, type Scene } from "./scene.ts";

/** A change of the envelope of a CMS, which nothing signs: its meaning stays, and by the standards it stays a good signature. */
type Respelling = (cms: Uint8Array) => Uint8Array;

/** Takes a CMS apart and puts it together again with other certificates or other members of SignerInfo. */
function rebuilt(
  cms: Uint8Array,
  change: {
    digests?: Uint8Array;
    bag?: (all: Uint8Array[]) => Uint8Array[];
    signer?: (all: Uint8Array[]) => Uint8Array[];
  },
): Uint8Array {
  const [type, wrapper] = childrenOf(readDer(cms), TAG.sequence);
  const [version, digests, content, bag, signers] = childrenOf(onlyChildOf(expectTag(wrapper, 0xa0)), TAG.sequence);
  const raws = (element: typeof bag) => childrenOf(expectTag(element, element?.tag ?? 0)).map(({ raw }) => raw);
  const signer = childrenOf(onlyChildOf(expectTag(signers, TAG.set)), TAG.sequence).map(({ raw }) => raw);
  const { bag: certificates = (all) => all, signer: members = (all) => all } = change;
  return sequence(
    expectTag(type, TAG.oid).raw,
    tagged(
      0,
      sequence(
        ...[version, digests, content].map((one, at) => (at === 1 && change.digests) || (one?.raw ?? new Uint8Array())),
        derElement(0xa0, ...certificates(raws(bag))),
        setOf([sequence(...members(signer))]),
      ),
    ),
  );
}

const replaced = (at: number, by: Uint8Array) => (all: Uint8Array[]) =>
  all.map((one, index) => (index === at ? by : one));
const withNull = sequence(oid(OID.sha256), derNull);
const COMMON: [string, Respelling][] = [
  [
    "a digest algorithm with parameters",
    (cms) => rebuilt(cms, { digests: setOf([withNull]), signer: replaced(2, withNull) }),
  ],
  ["certificates in another order", (cms) => rebuilt(cms, { bag: (all) => all.toReversed() })],
  ["a certificate twice", (cms) => rebuilt(cms, { bag: (all) => [...all, ...all.slice(0, 1)] })],
];
const RSA: [string, Respelling][] = [
  ...COMMON,
  [
    "another identifier of the same algorithm",
    (cms) => rebuilt(cms, { signer: replaced(4, sequence(oid(OID.sha256WithRsa), derNull)) }),
  ],
];

let scenes: { scene: Scene; issued: Issued; kind: "P-256" | "RSA"; spellings: [string, Respelling][] }[];
beforeAll(async () => {
  const open = async (kind: "P-256" | "RSA", spellings: [string, Respelling][]) => {
    const scene = await openScene(kind);
    return { scene, issued: scene.issue("2026000001"), kind, spellings };
  };
  scenes = [await open("P-256", COMMON), await open("RSA", RSA)];
});
afterAll(() => {
  for (const { scene } of scenes) scene.close();
});

/** The PDF with other octets between the angle brackets of its signature. */
function withContents(pdf: Buffer, change: (hex: string) => string): Buffer {
  const [, a, b] = locateSignature(pdf).byteRange;
  const copy = Buffer.from(pdf);
  copy.write(change(pdf.toString("latin1", a + 1, b - 1)).padEnd(b - a - 2, "0"), a + 1, "latin1");
  return copy;
}
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

async function refused(scene: Scene, bytes: Uint8Array, what: string, beside: object = {}) {
  const report = await scene.verify(bytes, beside);
  expect([what, report.verdict, codes(report)[0]]).toEqual([what, "invalid", "CONTENT_ALTERED"]);
}

describe("a signature has one spelling, though nothing signs its envelope", () => {
  test("hex of /Contents in capitals, all or one of them, is refused as an alteration", async () => {
    for (const { scene, issued, kind } of scenes) {
      expect((await scene.verify(issued.pdf)).verdict).toBe("valid");
      for (const [what, change] of [
        ["all", (hex: string) => hex.toUpperCase()],
        ["one", (hex: string) => hex.replace("a", "A")],
        ["last", (hex: string) => hex.replace(/[a-f](?=[^a-f]*$)/, (one) => one.toUpperCase())],
      ] as const) {
        await refused(scene, withContents(issued.pdf, change), `${kind}: ${what}`);
      }
    }
  });

  test("white space and shorter padding in /Contents are refused", async () => {
    const [{ scene, issued }] = scenes as [(typeof scenes)[number]];
    for (const change of [(hex: string) => ` ${hex.slice(0, -1)}`, (hex: string) => `${hex.slice(0, -2)}\n\n`]) {
      const report = await scene.verify(withContents(issued.pdf, change));
      expect([report.verdict, codes(report)[0]]).toEqual(["invalid", "BYTE_RANGE_INVALID"]);
    }
  });

  test("another envelope around the same signature is refused in PDF and data message", async () => {
    for (const { scene, issued, kind, spellings } of scenes) {
      const { cms } = locateSignature(issued.pdf);
      for (const [what, respell] of spellings) {
        expect(hexOf(respell(cms)), what).not.toBe(hexOf(cms));
        const twice = what === "a certificate twice";
        const message = { messageSignature: respell(issued.messageCms) };
        if (twice) {
          for (const report of [
            await scene.verify(withContents(issued.pdf, () => hexOf(respell(cms)))),
            await scene.verify(issued.messageBytes, message),
          ]) {
            expect([report.verdict, codes(report)[0]]).toEqual(["invalid", "SIGNATURE_INVALID"]);
          }
          continue;
        }
        await refused(
          scene,
          withContents(issued.pdf, () => hexOf(respell(cms))),
          `${kind} PDF: ${what}`,
        );
        await refused(scene, issued.messageBytes, `${kind} message: ${what}`, message);
      }
    }
  });

  test("and in an OFD", async () => {
    for (const [what, respell] of COMMON) {
      const scene = await openScene("P-256", respell);
      const report = await scene.verify(scene.issue("2026000001").ofd);
      const code = what === "a certificate twice" ? "SIGNATURE_INVALID" : "CONTENT_ALTERED";
      expect([what, report.verdict, codes(report)[0]]).toEqual([what, "invalid", code]);
      scene.close();
    }
  });

  test("and around a signature by electronic seal, whose algorithm has three names in the field", async () => {
    const names = [OID.sm2Signature, "1.2.156.10197.501"];
    for (const name of names) {
      const scene = await openScene("SM2", (value) => {
        const members = childrenOf(readDer(value), TAG.sequence).map(({ raw }) => raw);
        return sequence(...replaced(2, oid(name))(members));
      });
      await refused(scene, scene.issue("2026000001").ofd, name);
      scene.close();
    }
  });

  test("the token of a document time stamp behind the signature has one too, and a file that was respelt is not extended", async () => {
    const long = await openLongTermScene();
    const pdf = await long.extend(long.stamped, "B-LTA");
    expect((await long.verify(pdf)).verdict).toBe("valid");
    const at = pdf.lastIndexOf("/Contents <") + "/Contents <".length;
    const recased = Buffer.from(pdf);
    recased.write(pdf.toString("latin1", at, at + 64).toUpperCase(), at, "latin1");
    expect(recased.equals(pdf)).toBe(false);
    const report = await long.verify(recased);
    expect([report.verdict, codes(report)[0]]).toEqual(["invalid", "CONTENT_ADDED"]);
    const respelt = withContents(long.stamped, (hex) => hex.toUpperCase());
    await expect(long.extend(respelt, "B-LTA")).rejects.toMatchObject({ name: "Refusal" });
    long.close();
  });
});
