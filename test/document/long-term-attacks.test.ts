import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareStamp, rangeDigest, writeToken } from "../../services/trust/long-term/document-stamp.ts";
import { textObject } from "../../services/trust/long-term/revision.ts";
import { appendStore } from "../../services/trust/long-term/security-store.ts";
import { fromPem } from "../../services/trust/pem.ts";
import type { VerificationReport } from "../../services/trust/verification/report.ts";
import { createMutator } from "../attacks/mutate.ts";
import { signedAnew } from "../attacks/pdf-surgery.ts";
import { codes, openScene } from "../attacks/scene.ts";
import { createStampMaker } from "../trust/stamp-maker.ts";
import { EXTENDED_AT, type LongTermScene, openLongTermScene } from "./long-term-scene.ts";
import { grownOf, lastObjects, revisionBehind, storeBehind } from "./long-term-surgery.ts";

/** A changed octet may name an algorithm that is strong and not read here. */
const REFUSED = /^(?:invalid|unsupported)$/;

let one: LongTermScene;
let lt: Buffer;
let lta: Buffer;
beforeAll(async () => {
  one = await openLongTermScene();
  lt = await one.extend(one.stamped, "B-LT");
  lta = await one.extend(lt, "B-LTA");
});
afterAll(() => one.close());

async function refused(pdf: Buffer, code: string, detail: string | RegExp): Promise<VerificationReport> {
  const report = await one.verify(pdf, EXTENDED_AT);
  expect(report.verdict).toBe("invalid");
  expect(codes(report)[0]).toBe(code);
  expect(report.findings[0]?.detail).toMatch(detail);
  return report;
}

/** Objects of the signed file by what they hold. */
function objectWith(part: string): { number: number; text: string } {
  const object = [...grownOf(one.stamped).plain.objects.values()].find(({ text }) => text.includes(part));
  if (object === undefined) throw new Error(`no object holds ${part}`);
  return object;
}

describe("a revision behind the signature may bring a security store and nothing else (EN 319 142-1 §5.4)", () => {
  test.each([
    ["page", "/Type /Page\n", "Page"],
    ["font", "/Type /FontDescriptor", "FontDescriptor"],
    ["information dictionary", "/CreationDate", ""],
    ["field of the signature", "/FT /Sig", "Annot"],
  ])("not together with another %s", async (_, part, type) => {
    const { number, text } = objectWith(part);
    const mixed = revisionBehind(one.stamped, () => [...lastObjects(lt), textObject(number, `${text} `)]);
    const report = await refused(mixed, "CONTENT_ADDED", `a revision changes object ${number}${type && ` (${type})`}`);
    expect(report.altered[0]).toMatchObject({ kind: "bytes", change: "added" });
    expect(report.altered.map(({ name }) => name).join()).toContain(`${number} 0 obj`);
  });

  test("not together with new content for the page", async () => {
    const contents = /\/Contents (\d+) 0 R/.exec(objectWith("/Type /Page\n").text)?.[1];
    const mixed = revisionBehind(one.stamped, () => [...lastObjects(lt), textObject(Number(contents), "<<>>")]);
    await refused(mixed, "CONTENT_ADDED", `a revision changes object ${contents}`);
  });

  test("not with an object that nothing needs", async () => {
    const more = revisionBehind(one.stamped, ({ size }) => [...lastObjects(lt), textObject(size + 40, "<<>>")]);
    await refused(more, "CONTENT_ADDED", "neither an addition");
  });

  test.each([
    ["an action", "/OpenAction <</S /Launch /F (x)>>"],
    ["layers", "/OCProperties <</OCGs []>>"],
    ["a second pages tree", "/Pages 3 0 R"],
    ["a comment", "% /DSS 1 0 R\n"],
  ])("not with a catalog that has %s", async (_, entry) => {
    const changed = revisionBehind(one.stamped, () =>
      lastObjects(lt).map((object, index) =>
        index === 0
          ? textObject(object.number, object.body.toString("latin1").replace(" /DSS", ` ${entry} /DSS`))
          : object,
      ),
    );
    await refused(changed, "CONTENT_ADDED", "neither an addition");
  });

  test("not with two stores, nor with octets between its objects", async () => {
    const twice = revisionBehind(one.stamped, () => [...lastObjects(lt), ...lastObjects(lt)]);
    await refused(twice, "CONTENT_ADDED", "neither an addition");
    const padded = Buffer.concat([one.stamped, Buffer.from("% hidden\n"), lt.subarray(one.stamped.length)]);
    await refused(padded, "CONTENT_ADDED", "no revision of the form allowed");
  });

  test("and cannot give a target to a reference that was signed without one", async () => {
    const prepared = signedAnew(one.plain, one.scene.department, (objects, free) => {
      objects.set(1, objects.get(1)?.replace("/Catalog", `/Catalog /Later ${free} 0 R`) ?? "");
    });
    const end = `trailer\n<</Size 9 /Prev 9>>\nstartxref\n${prepared.length}\n%%EOF\n`;
    await refused(
      Buffer.concat([prepared, Buffer.from(end)]),
      "CONTENT_ADDED",
      /refers to object \d+, which is not there/,
    );
  });
});

test("a store behind a signed file that was laid out for a shadow attack does not hide that", async () => {
  const layered = signedAnew(one.plain, one.scene.department, (objects, free) => {
    const layers = `/OCProperties <</OCGs [${free} 0 R] /D <</OFF [${free} 0 R]>>>>`;
    objects.set(1, objects.get(1)?.replace("/Catalog", `/Catalog ${layers}`) ?? "");
    objects.set(free, "<</Type /OCG /Name (layer)>>");
  });
  await refused(storeBehind(layered, grownOf(lt).state.entries), "HIDDEN_CONTENT", "/OCProperties");
  await expect(one.extend(layered, "B-T")).rejects.toMatchObject({ reason: "SIGNATURE_INVALID" });
});

describe("the chain of cross-reference tables is exact (ISO 32000-1 §7.5.6)", () => {
  const spoiled = (pattern: RegExp, to: (found: string) => string) => {
    const text = lt.toString("latin1", one.stamped.length);
    const changed = text.replace(pattern, to);
    expect(changed).not.toBe(text);
    return Buffer.concat([one.stamped, Buffer.from(changed, "latin1")]);
  };

  test.each([
    ["a loop: /Prev points to its own table", /\/Prev \d+/, () => `/Prev ${grownOf(lt).state.tableAt}`],
    ["a /Prev that skips the signed revision", /\/Prev \d+/, () => "/Prev 9"],
    ["a startxref that points elsewhere", /startxref\n\d+/, () => "startxref\n9"],
    ["an entry that points into the signed revision", /\n(\d{10}) 00000 n/, () => "\n0000000015 00000 n"],
    ["an entry that frees an object", / 00000 n/, () => " 00001 f"],
    ["another root", /\/Root \d+/, () => "/Root 3"],
    ["a cross-reference stream beside it", /\/Prev/, () => "/XRefStm 9 /Prev"],
  ])("not %s", async (_, pattern, to) => {
    await refused(spoiled(pattern, to), "CONTENT_ADDED", "neither an addition");
  });
});

describe("what a store holds is what it says", () => {
  const signing = () => Buffer.from(fromPem("CERTIFICATE", one.scene.authority.certificates.signing)[0] ?? []);

  test("not garbage in place of a certificate or a list", async () => {
    const garbage = storeBehind(one.stamped, [{ kind: "Certs", der: Buffer.from("not a certificate") }]);
    await refused(garbage, "LONG_TERM_DATA_INVALID", /object \d+ of the security store is no certificate/);
    const swapped = storeBehind(one.stamped, [{ kind: "CRLs", der: signing() }]);
    await refused(swapped, "LONG_TERM_DATA_INVALID", /object \d+ of the security store is no revocation list/);
  });

  test("not a list that none of its authorities signed", async () => {
    const other = await openScene();
    const list = Buffer.from(fromPem("X509 CRL", other.listsAt(EXTENDED_AT).signing as string)[0] ?? []);
    other.close();
    const foreign = storeBehind(one.stamped, [
      { kind: "Certs", der: signing() },
      { kind: "CRLs", der: list },
    ]);
    await refused(foreign, "LONG_TERM_DATA_INVALID", "no authority signed the revocation list");
  });

  test("a false authority of the same name, with a list of its own, is believed nothing", async () => {
    const other = await openScene();
    const chain = Buffer.from(fromPem("CERTIFICATE", other.authority.certificates.signing)[0] ?? []);
    const list = Buffer.from(fromPem("X509 CRL", other.listsAt(EXTENDED_AT).signing as string)[0] ?? []);
    other.close();
    // Everything else is there: only the list of the signer's authority was exchanged.
    const named = one.scene.department.signer.parsed.issuerDer;
    const others = grownOf(lt).state.entries.filter(({ kind, der }) => kind === "Certs" || der.indexOf(named) < 0);
    const forged = storeBehind(one.stamped, [...others, { kind: "Certs", der: chain }, { kind: "CRLs", der: list }]);
    const report = await one.verify(forged);
    expect(report).toMatchObject({ verdict: "undetermined", signature: { level: "B-T" } });
    expect(report.findings[0]).toMatchObject({
      code: "REVOCATION_UNKNOWN",
      detail: expect.stringContaining("holds no revocation list of its issuer"),
    });
  });

  test("not data for a signature that is not there", async () => {
    const { state } = grownOf(one.stamped);
    const added = [{ kind: "Certs" as const, der: signing() }];
    const stray = appendStore(state, { added, uses: [{ key: "0".repeat(40), certs: [], crls: [] }] });
    const file = Buffer.concat([one.stamped, stray?.bytes ?? Buffer.alloc(0)]);
    await refused(file, "LONG_TERM_DATA_INVALID", "serves a signature that is not there");
  });

  test("not more entries or octets than verifiers read", async () => {
    const many = Array.from({ length: 33 }, () => ({ kind: "Certs" as const, der: signing() }));
    await refused(storeBehind(one.stamped, many), "LONG_TERM_DATA_INVALID", "more than 32 /Certs");
    const large = storeBehind(one.stamped, [{ kind: "CRLs", der: Buffer.alloc(5 << 20) }]);
    await refused(large, "TOO_LARGE", "more than 4194304 bytes are appended");
  });

  test("not thousands of revisions", async () => {
    let { state } = grownOf(one.stamped);
    const parts = [one.stamped];
    for (let count = 0; count < 3_000; count++) {
      const next = appendStore(state, { added: [], uses: [] });
      if (next === undefined) throw new Error("no revision");
      parts.push(next.bytes);
      state = next.state;
    }
    await refused(Buffer.concat(parts), "TOO_LARGE", "more than 16 revisions");
  });
});

describe("a document time stamp (EN 319 142-1 §5.4.3)", () => {
  /** A file with a document time stamp over what `covered` makes of it. */
  const stampedOver = (file: Buffer, token: (whole: Buffer, digest: (hash: string) => Buffer) => Uint8Array) => {
    const pending = prepareStamp(grownOf(file).state);
    if (pending === undefined) throw new Error("no stamp fits");
    const whole = Buffer.concat([file, pending.bytes]);
    writeToken(
      whole,
      pending.byteRange,
      token(whole, (hash) => rangeDigest(whole, pending.byteRange, hash)),
    );
    return whole;
  };

  test("of another document is refused", async () => {
    const other = await openLongTermScene();
    const otherFile = other.stamped;
    const moved = stampedOver(lt, () => one.maker.token(createHash("sha256").update(otherFile).digest()));
    other.close();
    await refused(moved, "TIME_STAMP_INVALID", "document time stamp 1: the imprint is of something else");
    await expect(one.extend(moved, "B-LTA")).rejects.toMatchObject({ reason: "SIGNATURE_INVALID" });
  });

  test("of an authority that is not trusted gives no level, and the report says so", async () => {
    const stranger = createStampMaker("p256", "Foreign root");
    const file = stampedOver(lt, (_, digest) => stranger.token(digest, { time: EXTENDED_AT }));
    const report = await one.verify(file, EXTENDED_AT);
    expect(report).toMatchObject({ verdict: "valid", signature: { level: "B-LT" } });
    expect(codes(report)).toContain("TIME_STAMP_UNTRUSTED");
  });

  test("is the end: nothing stands behind it but another store or stamp", async () => {
    for (const tail of ["\n", "%%EOF\n", "9 0 obj\n<</Type /Page>>\nendobj\n"]) {
      await refused(Buffer.concat([lta, Buffer.from(tail)]), "CONTENT_ADDED", /form allowed|does not end/);
    }
    const { number, text } = objectWith("/Type /Page\n");
    const changed = revisionBehind(lta, () => [textObject(number, text.replace("/MediaBox", "/Rotate 180 /MediaBox"))]);
    const report = await refused(changed, "CONTENT_ADDED", `a revision changes object ${number} (Page)`);
    expect(report.altered[0]?.name).toBe(`${lta.length}-${changed.length}`);
  });

  test.each([
    ["a place on the page", "/Rect [0 0 0 0]", "/Rect [0 0 9 9]"],
    ["an appearance", "/F 132", "/F 132 /AP <</N 9 0 R>>"],
    ["another kind of annotation", "/Subtype /Widget /FT /Sig", "/Subtype /FreeText"],
    ["a text field", "/FT /Sig", "/FT /Tx"],
  ])("comes with a field that has not %s", async (_, from, to) => {
    const shown = revisionBehind(lt, () =>
      lastObjects(lta).map(({ number, body }) => textObject(number, body.toString("latin1").replace(from, to))),
    );
    await refused(shown, "CONTENT_ADDED", /neither an addition|changes object/);
  });

  test("comes with a page that has one more annotation and nothing else", async () => {
    const { number } = objectWith("/Type /Page\n");
    const turned = revisionBehind(lt, () =>
      lastObjects(lta).map((object) =>
        object.number === number
          ? textObject(number, object.body.toString("latin1").replace("/MediaBox", "/Rotate 90 /MediaBox"))
          : object,
      ),
    );
    await refused(turned, "CONTENT_ADDED", "neither an addition");
  });

  test("protects the store before it: any octet changed in either is refused", async () => {
    const step = 331;
    for (let at = one.stamped.length; at < lta.length; at += step) {
      const changed = Buffer.from(lta);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 7));
      expect((await one.verify(changed, EXTENDED_AT)).verdict, `octet ${at}`).toMatch(REFUSED);
    }
  });
});

test("of 400 files mutated behind the signature none passes, and none throws", async () => {
  const mutate = createMutator(12, [one.plain, one.stamped, lta]);
  const tail = lta.subarray(one.stamped.length);
  for (let index = 0; index < 400; index++) {
    const mutated = Buffer.concat([one.stamped, mutate(tail)]);
    const { verdict } = await one.verify(mutated, EXTENDED_AT);
    if (!mutated.equals(lta)) expect(verdict, `file ${index}`).toMatch(REFUSED);
  }
});
