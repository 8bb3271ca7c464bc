import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CertificateRecord,
  CertificateRecordSchema,
  CertificateState,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { DocumentVerdict } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { createRecordJudge } from "../../services/judgement/record-judge.ts";
import { openRegisterSource } from "../../services/judgement/register-source.ts";
import type { RunningService } from "../../services/node/runtime.ts";
import { openArchive } from "../../services/sync/archive/archive.ts";
import { createIntake } from "../../services/sync/archive/intake.ts";
import { openForks } from "../../services/sync/forks/forks.ts";
import { registerText, signedRegister } from "../../services/trust/issuer-register.ts";
import type { RegisteredBody } from "../../services/trust/register-content.ts";
import { openSigners } from "../../services/trust/signers.ts";
import { usageService } from "../../services/usage/main.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../fixtures/runtime.ts";
import { createDepartment, DEPARTMENT, type Department } from "../trust/department.ts";
import { caller, context } from "../usage/scene.ts";
import { type Issued, licence, NOW, openScene, type Scene, SIGNED_AT } from "./scene.ts";

/*
 * A town's weather station has a signing certificate of the same authority as everybody. What it signs for another department, and
 * what a department issues at a node where it may not, is judged by each of the four who judge: documents on-line, certificates on-line, the
 * intake of an archive, and the command.
 */

const ROOT = join(import.meta.dirname, "../..");
const PROVINCE = "440000";
const STATION = { ...DEPARTMENT, organization: "云台镇气象站", organizationCode: "11440100MB2C91871C" };
const { typeCode } = licence();
const APP = { ...caller, node: PROVINCE, app: "440000-zwfw" };

let scene: Scene;
let directory: string;
let environment: TestRuntime;
let usage: RunningService;
let issued: Issued;
let bodies: Record<string, RegisteredBody> = {};
/** When the test looks; the register is then made anew. */
let minutes = 0;

/** The record that a node keeps of a certificate. */
function recordOf({ message, messageBytes, messageCms }: Issued): CertificateRecord {
  const { metadata } = message;
  const { identifier, node, itemCode, itemVersion, name, number, holders, validFrom = "", validTo = "" } = metadata;
  return create(CertificateRecordSchema, {
    ...{ identifier, node, itemCode, itemVersion, name, number, holders, validFrom, validTo, revision: 1n },
    state: CertificateState.ISSUED,
    issuedAt: SIGNED_AT.toISOString(),
    stateSince: SIGNED_AT.toISOString(),
    issuerCode: metadata.issuer.code,
    issuerName: metadata.issuer.name,
    message: messageBytes,
    messageCms,
  });
}

function registerBytes(): Uint8Array {
  const text = registerText({ publisher: PROVINCE, builtAt: environment.runtime.now().toISOString(), bodies });
  return signedRegister(text, (bytes) => environment.runtime.nodeKey.sign(bytes));
}

beforeAll(async () => {
  scene = await openScene();
  directory = mkdtempSync(join(tmpdir(), "ecert-foreign-"));
  const { root, signing } = scene.authority.certificates;
  mkdirSync(join(directory, "trust"));
  writeFileSync(join(directory, "trust/authorities.pem"), root + signing);
  const lists = scene.authority.crl();
  for (const kind of ["root", "signing"] as const) writeFileSync(join(directory, `trust/${kind}.crl`), lists[kind]);
  const signers = {
    anchorFiles: [join(directory, "trust/authorities.pem")],
    revocationListFiles: [join(directory, "trust/signing.crl")],
  };
  environment = await openTestRuntime({
    ...{ service: "usage", role: "province", code: PROVINCE, now: NOW.toISOString(), config: { signers } },
    clients: {
      "ecert.catalog.v1.TermsService": {
        getUsageTerms: async () => ({
          matter: {
            node: PROVINCE,
            items: [{ itemCode: issued.message.metadata.itemCode, fields: [], files: [FileFormat.PDF] }],
          },
          department: { code: caller.department },
        }),
      },
      "ecert.sync.v1.ArchiveService": {
        getCertificate: async () => ({ record: recordOf(issued) }),
        getFile: async () => ({ file: { format: FileFormat.PDF, content: issued.pdf } }),
      },
      "ecert.sync.v1.StatusService": {
        getIssuerRegister: async () => {
          const builtAt = environment.runtime.now().toISOString();
          return { register: registerBytes(), builtAt, asOf: builtAt };
        },
      },
    },
  });
  writeFileSync(join(directory, `trust/province-${PROVINCE}.pem`), environment.nodePublicKeyPem);
  usage = await usageService.start(environment.runtime);
});
afterAll(async () => {
  const closed = environment.close();
  await usage.stop();
  await closed;
  scene.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Somebody issues a licence of the department while the register says something. */
function attack(register: Record<string, RegisteredBody>, signer?: Department): void {
  bodies = register;
  issued = scene.issue(`20260000${10 + minutes}`, undefined, signer);
  minutes += 11;
  environment.setNow(new Date(NOW.getTime() + minutes * 60_000).toISOString());
}

const right = (node: string) => {
  const { itemCode } = scene.issue("2026000001").message.metadata;
  return { [itemCode]: [{ type: typeCode, node, from: "2026-01-01" }] };
};
const body = (node: string, rights: RegisteredBody["rights"] = {}) => ({ node, rights });

/** What each of the four finds. */
async function judged() {
  const { identifier, holders } = issued.message.metadata;
  const { report } = await directClient(usage, VerifyService, { kind: "public" }).verifyDocument({
    document: issued.pdf,
  });
  const client = directClient(usage, UsageService, APP);
  const { usageCode } = await client.createUsageContext({
    requestId: `r-${minutes}`,
    context: {
      ...{ ...context, holder: holders[0] as (typeof holders)[number], itemCodes: [issued.message.metadata.itemCode] },
      businessTime: environment.runtime.now().toISOString(),
    },
  });
  const { verdict } = await client.verifyCertificate({ usageCode, identifier });
  const fetched = await client.fetchFile({ usageCode, identifier, format: FileFormat.PDF }).then(
    () => "released",
    (error) => error.reason,
  );
  return {
    document: report?.verdict,
    certificate: verdict,
    file: fetched,
    archive: await intake(),
    command: await command(),
  };
}

async function intake(): Promise<string> {
  const peers = [{ node: PROVINCE, role: "province" }] as unknown as NodeConfig["peers"];
  const { runtime } = environment;
  const source = await openRegisterSource({ ...runtime, config: { ...runtime.config, peers } });
  const signers = openSigners(runtime.config.signers ?? { anchorFiles: [] }, runtime.now, () => {});
  const judge = createRecordJudge({ signers, source, now: runtime.now, revocation: "known" });
  const archive = await openArchive(runtime);
  const record = recordOf(issued);
  const { how } = (await createIntake(runtime, archive, judge, await openForks(runtime, archive, []))
    .take(record.node, toBinary(CertificateRecordSchema, record))
    .catch((error) => ({ how: error.reason }))) as { how?: string };
  expect((await archive.get(record.identifier)) !== undefined).toBe(how === "new");
  return how ?? "";
}

async function command(): Promise<string> {
  writeFileSync(join(directory, "trust/issuers.json"), registerBytes());
  writeFileSync(join(directory, "licence.pdf"), issued.pdf);
  const at = environment.runtime.now().toISOString();
  const args = ["ops/ecert/main.ts", "verify", join(directory, "licence.pdf"), "--offline", "--json", "--at", at];
  const ran = spawnSync(process.execPath, [...args, "--trust", join(directory, "trust")], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const { findings } = JSON.parse(ran.stdout) as { findings: { code: string; weight: string }[] };
  return findings
    .filter(({ weight }) => weight === "invalid")
    .map(({ code }) => code)
    .join();
}

describe("5.8.3: nobody signs for whom he may not, whoever is asked", () => {
  test("what the department signed that issues it, at its node, is genuine", async () => {
    attack({ [DEPARTMENT.organizationCode]: body("440100", right("440100")) });
    expect(await judged()).toEqual({
      document: DocumentVerdict.VALID,
      certificate: Verdict.VALID,
      file: "released",
      archive: "new",
      command: "",
    });
  });

  test("what a town's weather station signed for it, under the same authority, is not", async () => {
    const station = await createDepartment(scene.authority, "P-256", 365, STATION);
    const register = { [DEPARTMENT.organizationCode]: body("440100", right("440100")) };
    attack({ ...register, [STATION.organizationCode]: body("440100") }, station);
    expect(await judged()).toEqual({
      document: DocumentVerdict.INVALID,
      certificate: Verdict.ISSUER_NOT_AUTHORISED,
      file: "ISSUER_NOT_AUTHORISED",
      archive: "ISSUER_NOT_AUTHORISED",
      command: "SIGNER_FOREIGN",
    });
  });

  test("5.6.2: what the department itself signed is not, where it issues the item at another node", async () => {
    attack({ [DEPARTMENT.organizationCode]: body("440100", right("440300")) });
    expect(await judged()).toEqual({
      document: DocumentVerdict.INVALID,
      certificate: Verdict.ISSUER_NOT_AUTHORISED,
      file: "ISSUER_NOT_AUTHORISED",
      archive: "ISSUER_NOT_AUTHORISED",
      command: "ISSUER_NOT_AUTHORISED",
    });
  });

  test("what a department signed that the province has not confirmed is not", async () => {
    attack({});
    expect(await judged()).toMatchObject({
      document: DocumentVerdict.INVALID,
      certificate: Verdict.ISSUER_NOT_AUTHORISED,
      archive: "ISSUER_NOT_AUTHORISED",
      command: "ISSUER_NOT_AUTHORISED",
    });
  });
});
