import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceCheck } from "../../agent/face-check.ts";
import { indexPath } from "../../agent/memory.ts";
import { loadPolicy } from "../../agent/policy.ts";
import { createRateLimit } from "../../agent/rate-limit.ts";
import {
  type AgentStep,
  createJobSigner,
  type JobOutcome,
  type SignerParts,
  type SignJob,
} from "../../agent/sign-job.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import { canonicalBytes, type JsonObject } from "../../services/domain/canonical.ts";
import { shanghaiDay } from "../../services/domain/civil-date.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import type { Journal } from "../../services/journal/journal.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { createFakeDevice, type FakeDevice } from "../fixtures/fake-device.ts";
import { type AgentHouse, ATTESTED_ITEM, buildHouse, CONSOLE, OFFICER_ITEM, PICTURE, TEMPLATE } from "./agent-house.ts";
import { startSigner, type TestSigner } from "./signer.ts";

let house: AgentHouse;
let device: FakeDevice;
let running: TestSigner;
let directory: string;
const entries: { kind: string; body: JsonObject }[] = [];

beforeAll(async () => {
  device = createFakeDevice([
    { label: "p256", algorithm: "ecdsa-p256-sha256" },
    { label: "rsa", algorithm: "rsa-pkcs1-sha256" },
  ]);
  const holders = (await device.keys()).map(({ label, publicKey }) => ({
    label,
    publicKey,
    sign: (bytes: Uint8Array) => device.sign(label, bytes),
  }));
  house = await buildHouse(holders);
  directory = mkdtempSync(join(tmpdir(), "ecert-sign-"));
  running = await startSigner(house, { device, directory });
});

afterAll(async () => {
  await running.close();
  rmSync(directory, { recursive: true });
  house.dispose();
});

const signer = (changes: Partial<SignerParts> = {}) => createJobSigner({ ...running.parts, ...changes });

const refusalIn = (outcome: JobOutcome) => (outcome.signed ? "signed" : outcome.refusal.reason);

/** A job whose message was altered after the department system had signed. */
function altered(message: DataMessage, alter: (message: DataMessage) => DataMessage) {
  return { ...house.job(message), message: canonicalBytes(alter(message)) };
}

/** The message with other data. */
function altersData(message: Uint8Array): Uint8Array {
  return canonicalBytes({
    ...(JSON.parse(Buffer.from(message).toString()) as DataMessage),
    data: { name: "别的公司" },
  });
}

describe("signing a job", () => {
  test.each(["p256", "rsa"])(
    "signs message and PDF with a %s key so that an independent verifier accepts both",
    async (label) => {
      const message = house.message(`ok-${label}`, { seal: `S-${label}` });
      const job = house.job(message);
      const outcome = await signer()(job, "core-a");
      if (!outcome.signed) throw outcome.refusal;
      const options = { trust: createTrustAnchors([house.authority.certificates.root]), at: new Date() };
      expect(verifyCms(outcome.messageCms, { content: job.message }, options)).toMatchObject({ ok: true });
      const contentDigest = Buffer.from(message.faces[0]?.sha256 ?? "", "hex");
      expect(verifyCms(outcome.pdfCms, { contentDigest }, { ...options, requirePades: true })).toMatchObject({
        ok: true,
      });
    },
  );

  test("journals the intent before and the result after each signature, without personal data", async () => {
    const message = house.message("journalled");
    const outcome = await signer()(house.job(message), "core-a");
    entries.length = 0;
    await verifyJournal(directory, "agent", ({ n, kind, body }) => entries.push({ kind, body: { ...body, n } }));
    const intended = entries.find(({ body }) => body.identifier === message.metadata.identifier);
    // The result says nothing anew of what stands in the intent, which it names.
    const signed = entries.find(({ body }) => body.intended !== undefined && body.intended === intended?.body.n);
    expect(intended).toMatchObject({ kind: "intended", body: { core: "core-a", origin: { keyId: "k1" } } });
    // By these a lost index knows which message was signed on the latest day.
    const day = message.metadata.preparedAt.slice(0, 10);
    expect(intended?.body).toMatchObject({ day, message: expect.any(String), shown: expect.any(String) });
    expect(signed?.kind).toBe("signed");
    expect(Object.keys(signed?.body ?? {}).sort()).toEqual(["intended", "messageCms", "n", "ofdCms", "pdfCms"]);
    expect(outcome).toMatchObject({ journalEntry: signed?.body.n });
    expect(JSON.stringify(entries)).not.toContain("小满");
  });

  test("a core that alters data after the department system signed is refused", async () => {
    const sign = signer();
    const message = house.message("altered");
    const cases = [
      altered(message, (m) => ({ ...m, data: { name: "别的公司" } })),
      altered(message, (m) => ({ ...m, metadata: { ...m.metadata, issueDate: "2030-01-01" } })),
      altered(message, (m) => ({
        ...m,
        metadata: { ...m.metadata, holders: [{ name: "别人", code: "1", codeType: "001" }] },
      })),
      altered(message, (m) => ({
        ...m,
        attachments: [{ name: "a", mediaType: "text/plain", size: 1, sha256: "0".repeat(64) }],
      })),
    ];
    for (const job of cases) expect(refusalIn(await sign(job, "core-a"))).toBe("ORIGIN_INVALID");
  });

  test("origin signatures that are missing, foreign or stale are refused", async () => {
    const sign = signer();
    const message = house.message("origin");
    expect(refusalIn(await sign(house.job(message, { origin: false }), "a"))).toBe("ORIGIN_MISSING");
    const job = house.job(message);
    const foreign = { ...job, origin: job.origin && { ...job.origin, keyId: "other" } };
    expect(refusalIn(await sign(foreign, "a"))).toBe("ORIGIN_KEY_UNKNOWN");
    const stale = house.job(message, { signedAt: new Date(Date.now() - 3_601_000) });
    expect(refusalIn(await sign(stale, "a"))).toBe("ORIGIN_STALE");
  });

  test("a face that was not drawn from the data is refused", async () => {
    const message = house.message("face");
    const forged = altered(message, (m) => ({
      ...m,
      faces: m.faces.map((face) => (face.format === "pdf" ? { ...face, sha256: "ab".repeat(32) } : face)),
    }));
    expect(refusalIn(await signer()(forged, "a"))).toBe("FACE_MISMATCH");
  });

  test.each(["p256", "rsa"])(
    "signs the OFD that it drew itself with a %s key, so that the package verifies",
    async (label) => {
      const message = house.message(`ofd-${label}`, { seal: `S-${label}` });
      const outcome = await signer()(house.job(message), "core-a");
      if (!outcome.signed) throw outcome.refusal;
      const prepared = createFaceRenderer().compile(TEMPLATE, PICTURE).prepareOfd(message);
      const suite = label === "rsa" ? "rsa-pkcs1-sha256" : "ecdsa-p256-sha256";
      const ofd = finishOfd(prepareOfdSignature(prepared, { suite }), outcome.ofdCms);
      const options = { trust: createTrustAnchors([house.authority.certificates.root]), at: new Date() };
      expect(verifyOfd(ofd, options)).toMatchObject({ ok: true, coveredSha256: message.faces[1]?.sha256 });
    },
  );

  test("an OFD that was not drawn from the data is refused, and so is a message that names one form only", async () => {
    const message = house.message("ofd-forged");
    const [pdf] = message.faces;
    const forged = altered(message, (m) => ({
      ...m,
      faces: [...(pdf ? [pdf] : []), { format: "ofd", sha256: "ab".repeat(32) }],
    }));
    expect(refusalIn(await signer()(forged, "a"))).toBe("FACE_MISMATCH");
    const plain = altered(message, (m) => ({ ...m, faces: pdf ? [pdf] : [] }));
    expect(await signer()(plain, "a")).toMatchObject({
      refusal: { reason: "POLICY_REFUSED", metadata: { member: "faces" } },
    });
  });

  test("asks for the template of a face that it does not hold, and signs once it has it", async () => {
    const faces = createFaceCheck(createRenderPool({ threads: 0 }));
    const sign = signer({ faces });
    const job = house.job(house.message("documents"));
    expect(await sign(job, "a")).toMatchObject({
      refusal: { reason: "DOCUMENT_MISSING" },
      missingDocuments: [job.templateSha256],
    });
    faces.hold(house.assets.documents);
    expect(await sign(job, "a")).toMatchObject({ signed: true });
  });

  test("an attested item is signed without an origin signature", async () => {
    const message = house.message("attested", { itemCode: ATTESTED_ITEM });
    expect(await signer()(house.job(message, { origin: false }), "a")).toMatchObject({ signed: true });
  });

  const onScreen = (serial: string) => house.message(serial, { itemCode: OFFICER_ITEM, app: CONSOLE });
  const COUNTER = "confirmation.authenticator_data.counter";

  test("5.9.5: an officer confirms a list of orders at once, and the journal names account, security key and counter", async () => {
    const messages = ["list-1", "list-2", "list-3"].map(onScreen);
    const jobs = house.confirmed(messages);
    for (const job of jobs) expect(await signer()(job, "a")).toMatchObject({ signed: true });
    const named: unknown[] = [];
    await verifyJournal(directory, "agent", ({ kind, body }) => {
      if (kind === "intended" && String(body.businessSerial).startsWith("list-")) named.push(body.origin);
    });
    const credential = house.securityKey.id.toString("base64url");
    const line = { account: "440100-li", credential, counter: 1, orders: 3, signedAt: jobs[0]?.confirmation?.signedAt };
    expect(named).toEqual([line, line, line].map((one) => ({ ...one, assertion: expect.any(String) })));
  });

  test("one confirmation is good for its orders alone, and is refused for every other", async () => {
    const sign = signer();
    const [job] = house.confirmed([onScreen("confirmed-once")]);
    const { confirmation } = job as SignJob;
    const other = { ...house.job(onScreen("confirmed-never"), { origin: false }), confirmation };
    expect(await sign(other, "a")).toMatchObject({ refusal: { metadata: { member: "confirmation.orders" } } });
    const first = await sign(job as SignJob, "a");
    const again = await sign(job as SignJob, "b");
    expect([first, again]).toMatchObject([{ signed: true }, { signed: true }]);
    expect(await sign(other, "a")).toMatchObject({ signed: false });
    const altered = altersData((job as SignJob).message);
    expect(await sign({ ...(job as SignJob), message: altered }, "a")).toMatchObject({
      refusal: { metadata: { member: "confirmation.orders" } },
    });
  });

  test("a copy of a security key, whose counter does not grow, is refused, while the list before goes on", async () => {
    const sign = signer();
    const [first, second] = house.confirmed([onScreen("counter-1"), onScreen("counter-2")], { counter: 100 });
    expect(await sign(first as SignJob, "a")).toMatchObject({ signed: true });
    for (const counter of [100, 99, 0]) {
      const [copy] = house.confirmed([onScreen(`copy-${counter}`)], { counter });
      expect(await sign(copy as SignJob, "a")).toMatchObject({
        refusal: { reason: "ORIGIN_INVALID", metadata: { member: COUNTER, seen: "100" } },
      });
    }
    expect(await sign(second as SignJob, "a")).toMatchObject({ signed: true });
  });

  test("where officers confirm, neither the core's console key nor nothing will do; where they do not, no confirmation does", async () => {
    const sign = signer();
    const message = onScreen("unconfirmed");
    const missing = { refusal: { reason: "ORIGIN_MISSING", metadata: { member: "confirmation" } } };
    expect(await sign(house.job(message), "a")).toMatchObject(missing);
    expect(await sign(house.job(message, { origin: false }), "a")).toMatchObject(missing);
    const [both] = house.confirmed([message]);
    const surplus = { refusal: { reason: "POLICY_REFUSED", metadata: { member: "confirmation" } } };
    expect(await sign({ ...(both as SignJob), origin: house.job(message).origin }, "a")).toMatchObject(surplus);
    const [plain] = house.confirmed([house.message("plain", { app: CONSOLE })]);
    expect(await sign(plain as SignJob, "a")).toMatchObject(surplus);
    const [foreign] = house.confirmed([house.message("foreign", { itemCode: OFFICER_ITEM })]);
    expect(await sign(foreign as SignJob, "a")).toMatchObject({ refusal: { reason: "ORIGIN_KEY_UNKNOWN" } });
    const bySystem = house.message("by-system", { itemCode: OFFICER_ITEM });
    expect(await sign(house.job(bySystem), "a")).toMatchObject({ signed: true });
  });

  test.each<AgentStep>(["intent-journalled", "device-signed"])(
    "killed behind %s, before the index was written, an agent knows the counter and answers the same order again",
    async (where) => {
      const place = mkdtempSync(join(tmpdir(), "ecert-confirmed-"));
      const killed = await startSigner(house, {
        ...{ device, directory: place },
        passed(step) {
          if (step === where) throw new Error("killed");
        },
      });
      const by = { counter: 1_000 };
      const [job, other] = house.confirmed([onScreen("killed"), onScreen("killed-2")], by) as [SignJob, SignJob];
      await killed.sign(job, "a");
      await killed.close();
      for (const end of ["", "-wal", "-shm"]) rmSync(`${indexPath(place)}${end}`, { force: true });
      const again = await startSigner(house, { device, directory: place });
      const [copy] = house.confirmed([onScreen("killed-copy")], by);
      expect(await again.sign(copy as SignJob, "a")).toMatchObject({ refusal: { metadata: { member: COUNTER } } });
      expect(await again.sign(other, "a")).toMatchObject({ signed: true });
      expect(await again.sign(job, "a")).toMatchObject({ signed: true });
      await again.close();
      rmSync(place, { recursive: true });
    },
  );

  test("nothing is signed for a message that is not canonical, not known or too large", async () => {
    const before = device.signed.get("p256");
    const job = house.job(house.message("strict"));
    const text = new TextDecoder().decode(job.message);
    const encode = (changed: string) => ({ ...job, message: new TextEncoder().encode(changed) });
    const sign = signer();
    expect(refusalIn(await sign(encode(` ${text}`), "a"))).toBe("INVALID_FIELD");
    expect(refusalIn(await sign(encode(text.replace('{"attachments"', '{"aside":1,"attachments"')), "a"))).toBe(
      "INVALID_FIELD",
    );
    expect(refusalIn(await sign(encode(`{"schema":"x",${text.slice(1)}`), "a"))).toBe("INVALID_FIELD");
    expect(refusalIn(await sign({ ...job, message: new Uint8Array((1 << 20) + 1) }, "a"))).toBe("TOO_LARGE");
    expect(device.signed.get("p256")).toBe(before);
  });

  test("a device that is away, or signs with another key than the certificate's, gives its reason", async () => {
    const job = house.job(house.message("device"));
    device.away = true;
    const away = await signer()(job, "a");
    device.away = false;
    expect(away).toMatchObject({ refusal: { reason: "DEVICE_AWAY", retryAfterMs: expect.any(Number) } });
    const wrong = createFakeDevice([{ label: "p256", algorithm: "ecdsa-p256-sha256" }]);
    expect(refusalIn(await signer({ device: wrong })(job, "a"))).toBe("DEVICE_FAULT");
  });

  test("beyond a seal's rate, jobs are refused with the time to wait", async () => {
    const policy = loadPolicy(house.policyFile);
    const seals = new Map([...policy.seals].map(([code, rule]) => [code, { ...rule, ratePerMinute: 2 }]));
    const sign = signer({ policy: { ...policy, seals }, rate: createRateLimit(() => 0) });
    const outcomes = await Promise.all(["r1", "r2", "r3"].map((serial) => sign(house.job(house.message(serial)), "a")));
    expect(outcomes.map(refusalIn).sort()).toEqual(["RATE_EXCEEDED", "signed", "signed"]);
    const refused = outcomes.find(({ signed }) => !signed);
    expect(refused).toMatchObject({ refusal: { retryAfterMs: 30_000 } });
  });

  test("of one certificate one message is signed on a day, and another on the next", async () => {
    const dayIn = (days: number) => shanghaiDay(new Date(Date.now() + days * 86_400_000));
    const [day, dayAfter] = [dayIn(1), dayIn(2)];
    const signed = async (preparedAt: string, now: string) => {
      const at = new Date(now);
      const message = house.message("one-a-day", { preparedAt });
      return refusalIn(await signer({ now: () => at })(house.job(message, { signedAt: at }), "a"));
    };
    const noon = `${day}T12:00:00+08:00`;
    expect(await signed(noon, noon)).toBe("signed");
    expect(await signed(`${day}T11:59:59+08:00`, noon)).toBe("POLICY_REFUSED");
    expect(await signed(noon, noon)).toBe("signed");
    const midnight = `${dayAfter}T00:00:10+08:00`;
    expect(await signed(`${dayAfter}T00:00:05+08:00`, midnight)).toBe("signed");
    expect(await signed(`${dayAfter}T00:00:06+08:00`, midnight)).toBe("POLICY_REFUSED");
    expect(await signed(`${day}T23:59:59+08:00`, midnight)).toBe("POLICY_REFUSED");
  });

  test("without a durable intent there is no signature", async () => {
    const before = device.signed.get("p256");
    const append = () => Promise.reject(new Error("no journal"));
    const full = { append } as unknown as Journal;
    const job = house.job(house.message("full"));
    expect(refusalIn(await signer({ journal: full })(job, "a"))).toBe("INTERNAL");
    expect(device.signed.get("p256")).toBe(before);
    // The serial was not taken by what nobody wrote down.
    const other = house.job(house.message("full", { issueDate: "2026-11-23" }));
    expect(refusalIn(await signer()(other, "a"))).toBe("signed");
  });
});
