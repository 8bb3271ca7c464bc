import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeStampFiles, type StampFiles } from "../../ops/time-stamp/files.ts";
import { type StampServer, startStampServer } from "../../ops/time-stamp/server.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import type { AuthorityFiles } from "../../services/domain/authority-files.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { childrenOf, readDer } from "../../services/trust/der.ts";
import { octetString, oid, sequence, tagged } from "../../services/trust/der-write.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import { openSigners } from "../../services/trust/signers.ts";
import { createStampMaker, granted } from "../trust/stamp-maker.ts";
import type { FakeAgent } from "./fake-agent.ts";
import { type House, type HouseOptions, type Instance, openHouse, refusalOf } from "./house.ts";
import { issue, issued } from "./road.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-stamps-"));
let files: StampFiles;
let server: StampServer;
let house: House;
const closing: (() => void)[] = [];

beforeAll(async () => {
  files = makeStampFiles(join(directory, "tsa"));
  server = await startStampServer(files);
});
afterEach(async () => {
  await house.close();
  for (const close of closing.splice(0)) close();
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** A house that has its signatures stamped at the address; what it counts and warns of is kept. */
async function openStampedHouse(
  url: string,
  required = true,
  options: HouseOptions = {},
  authorities: AuthorityFiles = { anchorFiles: [files.rootFile], revocationListFiles: [files.revocationListFile] },
) {
  const service = { url, required, timeoutMs: 2_000, hash: "sha256" as const };
  house = await openHouse({ stamps: { service, authorities }, ...options });
  const counted: string[] = [];
  const warned: string[] = [];
  Object.assign(house.runtime, {
    metrics: {
      ...house.runtime.metrics,
      count: (name: string, labels: Record<string, string> = {}) => {
        if (name === "issue_time_stamps") counted.push(labels.outcome ?? "");
      },
    },
    log: {
      ...house.runtime.log,
      // Others have their own to warn of: this catalog is a fixture, which tells nobody of changes.
      warn: (_: object, text: string) => {
        if (text.includes("time stamps")) warned.push(text);
      },
    },
  });
  return { counted, warned };
}

async function start(): Promise<{ instance: Instance; agent: FakeAgent }> {
  const instance = await house.start();
  return { instance, agent: await instance.startAgent() };
}

/** A server in place of the authority. */
async function brokenServer(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const broken = createServer(listener);
  await once(broken.listen(0, "127.0.0.1"), "listening");
  closing.push(() => {
    broken.close();
    broken.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(broken.address() as AddressInfo).port}/`, server: broken };
}

/** What trusts the authorities of the house now. */
function trusted() {
  const timeStamps = { anchorFiles: [files.rootFile], revocationListFiles: [files.revocationListFile] };
  const { anchorFiles = [] } = house.runtime.config.signers ?? {};
  return openSigners(
    { anchorFiles, timeStamps },
    () => new Date(),
    () => {},
  ).current();
}

function outside(program: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { cwd: directory, encoding: "utf8" });
  return stdout + stderr;
}

/** Asks `openssl ts` whether the token in a CMS is over its signature value. */
function opensslTs(cms: Uint8Array): string {
  const { timeStamp = new Uint8Array(), signature } = readSignedData(cms);
  writeFileSync(join(directory, "token.der"), timeStamp);
  writeFileSync(join(directory, "value.bin"), signature);
  const paths = ["-in", "token.der", "-data", "value.bin", "-CAfile", files.rootFile];
  return outside("openssl", "ts", "-verify", "-token_in", ...paths);
}

describe("with a time stamp authority", () => {
  test.each(["P-256", "SM2"] as const)(
    "message, PDF and OFD by %s are of level B-T, to us and to others",
    async (algorithm) => {
      const { counted } = await openStampedHouse(server.url, true, { algorithm });
      const { instance } = await start();
      const { identifier, message, messageCms } = await issued(instance, house.order());
      expect(counted).toEqual(["stamped"]);
      const options = { ...trusted(), at: new Date() };
      const file = async (format: FileFormat) =>
        (await instance.archive.getFile({ identifier, format })).file?.content ?? new Uint8Array();
      const pdf = await file(FileFormat.PDF);
      for (const report of [
        verifyCms(messageCms, { content: message }, options),
        verifyPades(pdf, options),
        verifyOfd(await file(FileFormat.OFD), options),
      ]) {
        expect(report).toMatchObject({ ok: true, timeStamp: { ok: true } });
      }
      for (const cms of [messageCms, locateSignature(pdf).cms]) expect(opensslTs(cms)).toContain("Verification: OK");
      if (algorithm === "SM2") return;
      writeFileSync(join(directory, "x.pdf"), pdf);
      expect(outside("pdfsig", "x.pdf")).toMatch(
        /Signature is Valid[\s\S]*Total document signed|Total document signed[\s\S]*Signature is Valid/,
      );
      writeFileSync(join(directory, "x.json"), message);
      writeFileSync(join(directory, "x.p7s"), messageCms);
      const root = house.runtime.config.signers?.anchorFiles[0] ?? "";
      const paths = ["-in", "x.p7s", "-content", "x.json", "-CAfile", root, "-purpose", "any", "-out", "/dev/null"];
      expect(outside("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", ...paths)).toMatch(
        /successful/i,
      );
    },
  );

  test("evidence names the signature as the agent's journal has it, and as it is kept", async () => {
    await openStampedHouse(server.url);
    let plain: Uint8Array | undefined;
    const instance = await house.start();
    await instance.startAgent({
      tamper: (signatures) => {
        plain = signatures.messageCms;
        return signatures;
      },
    });
    const { messageCms } = await issued(instance, house.order());
    const line = house.evidence.find(({ kind }) => kind === "certificate-signed")?.body;
    expect(line?.messageCmsSha256).toBe(sha256Hex(plain ?? new Uint8Array()));
    expect(line?.stampedCmsSha256).toBe(sha256Hex(messageCms));
  });

  test("one that dies between the stamps and the store is finished by the repeated call", async () => {
    await openStampedHouse(server.url);
    const dying = await house.start({
      passed: (step) => {
        if (step === "stamped") throw new Error("killed");
      },
    });
    await dying.startAgent();
    const order = house.order();
    await expect(issued(dying, order)).rejects.toThrow("killed");
    const { instance } = await start();
    const certificate = await issue(instance, order);
    expect(certificate.state).toBe(CertificateState.ISSUED);
    expect(opensslTs(certificate.messageCms)).toContain("Verification: OK");
    expect((await instance.issue.listCertificates({ pageSize: 10 })).certificates).toHaveLength(1);
  });
});

describe("where stamps are required and the authority is away", () => {
  test("the certificate stays made, the caller is told to retry, and the same call finishes it later", async () => {
    let away = true;
    const { url } = await brokenServer(async (request, response) => {
      if (away) return void response.writeHead(503).end();
      const pieces = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const headers = { "content-type": "application/timestamp-query" };
      const reply = await fetch(server.url, { method: "POST", headers, body: Buffer.concat(pieces) });
      const body = Buffer.from(await reply.arrayBuffer());
      response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(body);
    });
    const { counted, warned } = await openStampedHouse(url);
    const { instance, agent } = await start();
    const order = house.order();
    const { certificate: made } = await instance.issue.makeCertificate(order);
    const refusal = await refusalOf(issue(instance, order), "TIME_STAMP_AWAY");
    expect(refusal.retryAfterMs).toBeGreaterThan(0);
    const { certificate: waiting } = await instance.issue.getCertificate({ identifier: made?.identifier ?? "" });
    expect(waiting?.state).toBe(CertificateState.MADE);
    // While the authority is known to be away no agent signs what could not be finished.
    await refusalOf(issue(instance, order), "TIME_STAMP_AWAY");
    expect(agent.signed).toHaveLength(1);
    expect([counted, warned.length]).toEqual([["TIME_STAMP_AWAY"], 1]);

    // After a rest one call finds out for all of them.
    const rested = () => house.setNow(new Date(house.runtime.now().getTime() + 2_000).toISOString());
    rested();
    const other = house.order();
    await instance.issue.makeCertificate(other);
    await Promise.all([order, other].map((one) => refusalOf(issue(instance, one), "TIME_STAMP_AWAY")));
    expect(agent.signed).toHaveLength(2);

    away = false;
    rested();
    const certificate = await issue(instance, order);
    expect(certificate).toMatchObject({
      state: CertificateState.ISSUED,
      identifier: made?.identifier,
      number: made?.number,
    });
    expect(
      verifyCms(certificate.messageCms, { content: certificate.message }, { ...trusted(), at: new Date() }),
    ).toMatchObject({
      ok: true,
      timeStamp: { ok: true },
    });
    expect(agent.signed).toHaveLength(3);
    expect(await issue(instance, order)).toEqual(certificate);
    expect(agent.signed).toHaveLength(3);
  });

  test("a token for which a PDF has no room is refused, before anything is stored", async () => {
    // RFC 3161 lets authorities put what they like into extensions that are not critical.
    const extensions = tagged(1, sequence(oid("1.2.3"), octetString(Buffer.alloc(7_000))));
    const maker = createStampMaker();
    const { url } = await brokenServer(async (request, response) => {
      const pieces = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const [, imprint, nonce] = childrenOf(readDer(Buffer.concat(pieces)));
      const more = [nonce?.raw ?? extensions, extensions];
      const token = maker.token(Buffer.alloc(0), {
        imprint: imprint?.raw ?? extensions,
        more,
        time: house.runtime.now(),
      });
      response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(granted(token));
    });
    const root = join(directory, "generous.pem");
    writeFileSync(root, maker.rootPem);
    await openStampedHouse(url, true, {}, { anchorFiles: [root] });
    const { instance } = await start();
    const order = house.order();
    await instance.issue.makeCertificate(order);
    expect((await refusalOf(issue(instance, order), "TIME_STAMP_BAD")).message).toContain("the PDF room for 8192");
  });

  test("an answer that proves nothing is refused likewise", async () => {
    const { url } = await brokenServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    });
    await openStampedHouse(url);
    const { instance } = await start();
    const order = house.order();
    await instance.issue.makeCertificate(order);
    expect((await refusalOf(issue(instance, order), "TIME_STAMP_BAD")).message).toContain("text/html");
  });
});

describe("where stamps are not required and the authority is away", () => {
  test("certificates are issued at level B-B, counted, logged once, and the authority left in peace for a while", async () => {
    let asked = 0;
    const { url } = await brokenServer((_, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    const { counted, warned } = await openStampedHouse(url, false);
    const { instance } = await start();
    const first = await issued(instance, house.order());
    const before = asked;
    const second = await issued(instance, house.order());
    expect(asked).toBe(before);
    for (const { state, message, messageCms } of [first, second]) {
      expect(state).toBe(CertificateState.ISSUED);
      const report = verifyCms(messageCms, { content: message }, { ...trusted(), at: new Date() });
      expect([report.ok, report.timeStamp]).toEqual([true, undefined]);
    }
    expect(counted).toEqual(["TIME_STAMP_AWAY", "skipped"]);
    expect(warned).toHaveLength(1);
  });
});
