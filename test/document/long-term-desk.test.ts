import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { extension } from "../../ops/authority/certificate-form.ts";
import { type IssuerKey, openIssuers } from "../../ops/authority/issuers.ts";
import { openRegister } from "../../ops/authority/register.ts";
import { revocationList } from "../../ops/authority/revocation-list.ts";
import { extendPdf, levelOfPdf } from "../../services/document/pdf/long-term.ts";
import { createLongTermDesk, type LongTermDesk, MAX_UNDER_WAY } from "../../services/document/pdf/long-term-desk.ts";
import type { ExtensionOptions } from "../../services/document/pdf/long-term-options.ts";
import type { SignerFiles } from "../../services/domain/authority-files.ts";
import { readRevocationList } from "../../services/trust/crl.ts";
import { bitString, derTime, octetString, sequence, smallInteger, tagged } from "../../services/trust/der-write.ts";
import { createListMemory } from "../../services/trust/list-memory.ts";
import { MAX_APPENDED_BYTES } from "../../services/trust/long-term/read-revisions.ts";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { openSigners } from "../../services/trust/signers.ts";
import { refusalOf } from "../issue/house.ts";
import { type Bench, createBench } from "../trust/openssl.ts";
import { openStampedFaces, type StampedFace, type StampedFaces } from "./stamped-faces.ts";

const HOUR = 3_600_000;
/** The longest turn of the serving loop is less than this part of what the same work takes in one turn without threads. */
const PART = 0.25;

const bench: Bench = createBench();
let faces: StampedFaces;
let face: StampedFace;
let signing: IssuerKey;
let desk: LongTermDesk;
beforeAll(async () => {
  faces = await openStampedFaces(bench.directory, bench.read);
  face = await faces.face("P-256");
  const directory = join(bench.directory, "P-256");
  signing = openIssuers(directory, openRegister(join(directory, "issued")), () => new Date(), false).keys.signing;
  writeFileSync(join(bench.directory, "anchors.pem"), face.root + face.signing);
});
afterAll(async () => {
  await faces.close();
  bench.close();
});
beforeEach(() => {
  desk = open(filesWith(signingList(0)));
});
afterEach(() => desk.close());

/** A list of the signing authority with so many revoked certificates, none of them the signer's. */
function signingList(revoked: number, made = new Date()): string {
  const at = made.toISOString();
  const entry = { issuer: "signing", subject: "", notBefore: at, notAfter: at } as const;
  const entries = Array.from({ length: revoked }, (_, index) => ({
    ...entry,
    serial: (0x10_0000 + index).toString(16),
    revoked: { at, cause: "superseded" as const },
  }));
  return revocationList(signing, entries, made, 30);
}

/** A list without entries of at least so many bytes. */
function paddedList(bytes: number): string {
  const { certificate, key } = signing;
  const [made, ends] = [new Date(), new Date(Date.now() + HOUR)];
  const padding = tagged(0, sequence(extension("1.2.3.4", octetString(new Uint8Array(bytes)))));
  const tbs = sequence(smallInteger(1), key.identifier, certificate.subjectDer, derTime(made), derTime(ends), padding);
  return toPem("X509 CRL", sequence(tbs, key.identifier, bitString(key.sign(tbs))));
}

/** As a core is configured, with this list of the signing authority. */
function filesWith(list: string): SignerFiles {
  const paths = [list, ...fromPem("X509 CRL", face.lists).slice(0, 1)].map((content, index) => {
    const path = join(bench.directory, `list-${index}.crl`);
    writeFileSync(path, typeof content === "string" ? content : toPem("X509 CRL", content));
    return path;
  });
  const { rootFile, revocationListFile } = faces.files;
  return {
    anchorFiles: [join(bench.directory, "anchors.pem")],
    revocationListFiles: paths,
    timeStamps: { anchorFiles: [rootFile], revocationListFiles: [revocationListFile] },
  };
}

function open(signers: SignerFiles, now = () => new Date()): LongTermDesk {
  return createLongTermDesk({ signers, timeStamp: { url: faces.url }, now });
}

/** The same without threads: what a desk must not do to the loop. */
async function inline(signers: SignerFiles, change: Partial<ExtensionOptions> = {}): Promise<Uint8Array> {
  const at = change.at ?? new Date();
  const trust = openSigners(signers, () => at, fail, change.readList).current();
  return extendPdf(face.pdf, { ...trust, stamp: faces.client.stamp, level: "B-LTA", at, ...change });
}

function fail(error: unknown): never {
  throw error;
}

/** Most milliseconds of processor time that this thread spends in one turn of its loop until the work is done. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let [longest, over, before] = [0, false, spent()];
  const done = work().finally(() => {
    over = true;
  });
  while (!over) {
    // A loop that spun would take a processor away from the threads.
    await new Promise((next) => setTimeout(next, 1));
    const now = spent();
    longest = Math.max(longest, now - before);
    before = now;
  }
  await done;
  return longest;
}

function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

test("a revocation list of more than a megabyte is read, verified and appended in threads, not on the serving loop", async () => {
  const list = signingList(30_000);
  expect(fromPem("X509 CRL", list)[0]?.length).toBeGreaterThan(1 << 20);
  const files = filesWith(list);
  const readList = createListMemory();
  const atOnce = await longestTurn(() => inline(files, { level: "B-LT", readList }));
  const large = open(files);
  let extended = new Uint8Array();
  expect(
    await longestTurn(async () => {
      extended = Uint8Array.from(await large.extend(face.pdf, "B-LTA"));
    }),
  ).toBeLessThan(PART * atOnce);
  expect(extended.length).toBeGreaterThan(face.pdf.length + (1 << 20));
  const trust = openSigners(files, () => new Date(), fail).current();
  expect(levelOfPdf(extended, { ...trust, at: new Date() })).toBe("B-LTA");
  await large.close();
});

test("a list is parsed once for all files that bear it", async () => {
  let parsed = 0;
  const readList = createListMemory((text) => {
    parsed += 1;
    return readRevocationList(text);
  });
  const files = filesWith(signingList(0));
  for (const level of ["B-LT", "B-LTA", "B-LTA"] as const) await inline(files, { level, readList });
  // Those of the root, the signing authority and the time stamp authority.
  expect(parsed).toBe(3);
});

test("lists beyond what is remembered are parsed again, those that are asked for last", () => {
  const [one, two, three] = [1, 2, 3].map((revoked) => signingList(revoked)) as [string, string, string];
  const read = createListMemory(readRevocationList, 900);
  const [first, second] = [read(one), read(two)];
  expect(read(one)).toBe(first);
  read(three);
  expect(read(one)).toBe(first);
  expect(read(two)).not.toBe(second);
});

test("refusals are those of extendPdf, with every field and the advice when to ask again", async () => {
  const now = new Date();
  const files = filesWith(signingList(0, new Date(now.getTime() - HOUR)));
  const old = open(files, () => now);
  const pick = ({ reason, message, fields, retryAfterMs }: Awaited<ReturnType<typeof refusalOf>>) => ({
    reason,
    message,
    fields,
    retryAfterMs,
  });
  const refused = pick(await refusalOf(old.extend(face.pdf, "B-LT"), "LONG_TERM_INCOMPLETE"));
  expect(refused).toEqual(pick(await refusalOf(inline(files, { level: "B-LT", at: now }), "LONG_TERM_INCOMPLETE")));
  expect(refused.retryAfterMs).toBeGreaterThan(0);
  await old.close();
});

test("lists that take more than verifiers read are refused with what to do", async () => {
  const files = filesWith(paddedList(MAX_APPENDED_BYTES));
  const { fields } = await refusalOf(inline(files, { level: "B-LT" }), "TOO_LARGE");
  expect(fields).toMatchObject([{ field: "long_term", remedy: expect.stringContaining("smaller revocation lists") }]);
});

test("without a time stamp authority B-LTA is refused, and one that lies is believed nothing", async () => {
  const signers = filesWith(signingList(0));
  const bare = createLongTermDesk({ signers, now: () => new Date() });
  await refusalOf(bare.extend(face.pdf, "B-LTA"), "LONG_TERM_INCOMPLETE");
  await bare.close();
  // Clocks that differ by an hour: the token is good, and not of now.
  const signed = new Date();
  let asked = 0;
  const late = open(signers, () => new Date(signed.getTime() + (asked++ === 0 ? 0 : HOUR)));
  const { retryAfterMs } = await refusalOf(late.extend(face.pdf, "B-LTA"), "TIME_STAMP_BAD");
  expect(retryAfterMs).toBeGreaterThan(0);
  await late.close();
});

test("more than eight files at a time are refused with advice when to ask again, and the others extended", async () => {
  const files = await Promise.allSettled(
    Array.from({ length: MAX_UNDER_WAY + 1 }, () => desk.extend(face.pdf, "B-LTA")),
  );
  expect(files.map(({ status }) => status)).toEqual([...Array(MAX_UNDER_WAY).fill("fulfilled"), "rejected"]);
  expect(files.at(-1)).toMatchObject({
    reason: { reason: "OVERLOADED", retryAfterMs: 500, message: expect.stringContaining("8 files") },
  });
});

test("a desk that is closed refuses the files under way and all that come later", async () => {
  const going = refusalOf(desk.extend(face.pdf, "B-LT"), "CANCELLED");
  await desk.close();
  await going;
  await refusalOf(desk.extend(face.pdf, "B-LT"), "CANCELLED");
});
