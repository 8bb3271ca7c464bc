import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileFormat, LongTerm } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { levelOfPdf } from "../../services/document/pdf/long-term.ts";
import type { Actor } from "../../services/domain/actor.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { RunningService } from "../../services/node/runtime.ts";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { usageService } from "../../services/usage/main.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../fixtures/runtime.ts";
import { identifierOf, signedRecord } from "../fixtures/signed-record.ts";
import { openHouse, refusalOf } from "../issue/house.ts";
import { issue } from "../issue/road.ts";
import { type Bench, createBench } from "../trust/openssl.ts";
import { openStampedFaces, type StampedFace, type StampedFaces } from "./stamped-faces.ts";

const bench: Bench = createBench();
let faces: StampedFaces;
let face: StampedFace;
beforeAll(async () => {
  faces = await openStampedFaces(bench.directory, bench.read);
  face = await faces.face("P-256");
});
afterAll(async () => {
  await faces.close();
  bench.close();
});

describe("4.5.5 FetchFile with data for the long term", () => {
  const HOLDER = { name: "岭海云帆软件有限公司", code: "91440106MA9DEM2A6K", codeType: "001" };
  const caller: Actor = {
    kind: "app",
    app: "440300-zwfw",
    department: "114403000000991003",
    node: "440300",
    scopes: [],
  };
  let environment: TestRuntime;
  let running: RunningService;

  beforeAll(async () => {
    const lists = fromPem("X509 CRL", face.lists).map((der, index) => {
      writeFileSync(join(bench.directory, `list-${index}.crl`), toPem("X509 CRL", der));
      return join(bench.directory, `list-${index}.crl`);
    });
    writeFileSync(join(bench.directory, "anchors.pem"), face.root + face.signing);
    const stamps = { anchorFiles: [faces.files.rootFile], revocationListFiles: [faces.files.revocationListFile] };
    environment = await openTestRuntime({
      service: "usage",
      code: "440300",
      now: new Date().toISOString(),
      clients: {
        "ecert.catalog.v1.TermsService": {
          getUsageTerms: async () => ({
            matter: {
              node: "440300",
              items: [{ itemCode: "YYZZ", fields: ["name"], files: [FileFormat.PDF, FileFormat.OFD] }],
            },
            department: { code: caller.department },
          }),
        },
        "ecert.sync.v1.ArchiveService": {
          getCertificate: async () => ({ record: record() }),
          getFile: async ({ format }: { format: FileFormat }) => ({
            file: { format, content: new Uint8Array(face.pdf), sha256: sha256Hex(face.pdf) },
          }),
        },
      },
      config: {
        signers: {
          anchorFiles: [join(bench.directory, "anchors.pem")],
          revocationListFiles: lists,
          timeStamps: stamps,
        },
        timeStamp: { url: faces.url, required: true, timeoutMs: 5_000, hash: "sha256" },
      },
    });
    running = await usageService.start(environment.runtime);
  });
  afterAll(async () => {
    const closed = environment.close();
    await running.stop();
    await closed;
  });

  // Its authority is as new as the face.
  const issuedAt = new Date().toISOString();
  const record = () =>
    signedRecord(face.department, "own-1", {
      node: "440300",
      issuedAt,
      holders: [HOLDER],
      data: { name: HOLDER.name },
    });
  const context = {
    purpose: "归档",
    holder: HOLDER,
    itemCodes: ["YYZZ"],
    businessId: "YW-1",
    stage: "归档",
    outlet: "档案室",
    businessTime: new Date().toISOString(),
    departmentCode: caller.department,
    operator: { account: "zhangsan", name: "张示例" },
    matterCode: "M1",
  };
  const usage = () => directClient(running, UsageService, caller);
  const fetch = async (longTerm: LongTerm, format: FileFormat = FileFormat.PDF) => {
    const { usageCode } = await usage().createUsageContext({ requestId: randomUUID(), context });
    return usage().fetchFile({ usageCode, identifier: identifierOf("own-1"), format, longTerm });
  };

  test("is the signed original without a wish", async () => {
    const { file } = await fetch(LongTerm.UNSPECIFIED);
    expect(Buffer.from(file?.content ?? []).equals(face.pdf)).toBe(true);
  });

  test.each([
    ["B-LT", LongTerm.LT],
    ["B-LTA", LongTerm.LTA],
  ])(
    "begins with the original and has the level asked for; the receipt names what was given out (%s)",
    async (level, wish) => {
      const { file, receipt } = await fetch(wish);
      const content = Buffer.from(file?.content ?? []);
      expect(content.subarray(0, face.pdf.length).equals(face.pdf)).toBe(true);
      expect(levelOfPdf(content, { ...face.trust, at: new Date() })).toBe(level);
      expect(file?.sha256).toBe(sha256Hex(content));
      expect(JSON.stringify(receipt, (_, value) => (typeof value === "bigint" ? String(value) : value))).toContain(
        sha256Hex(content),
      );
    },
  );

  test("is refused for other forms than PDF", async () => {
    const { fields } = await refusalOf(fetch(LongTerm.LT, FileFormat.OFD), "INVALID_FIELD");
    expect(fields).toMatchObject([{ field: "long_term" }]);
  });
});

test("5.4.2 GetFace with data for the long term names the lists that the core lacks, and waits for the signature", async () => {
  const authorities = { anchorFiles: [faces.files.rootFile], revocationListFiles: [faces.files.revocationListFile] };
  const service = { url: faces.url, required: true, timeoutMs: 2_000, hash: "sha256" as const };
  const house = await openHouse({ stamps: { service, authorities } });
  const instance = await house.start();
  await instance.startAgent();
  const order = house.order();
  const { businessSerial } = (await instance.issue.makeCertificate(order)).certificate ?? { businessSerial: "" };
  const longTerm = LongTerm.LT;
  await refusalOf(instance.issue.getFace({ businessSerial, longTerm }), "STATE_CONFLICT");
  await issue(instance, order);
  const { fields } = await refusalOf(instance.issue.getFace({ businessSerial, longTerm }), "LONG_TERM_INCOMPLETE");
  expect(fields[0]).toMatchObject({
    field: "long_term",
    description: "revocation list of Trial signing authority: none is configured",
  });
  const ofd = { businessSerial, longTerm, format: FileFormat.OFD };
  await refusalOf(instance.issue.getFace(ofd), "INVALID_FIELD");
  await house.close();
});
