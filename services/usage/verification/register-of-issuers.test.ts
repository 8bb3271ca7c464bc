import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { DocumentVerdict } from "../../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { type Issued, licence, NOW, openScene, type Scene, SIGNED_AT } from "../../../test/attacks/scene.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { DEPARTMENT } from "../../../test/trust/department.ts";
import { certificateIdentifier } from "../../domain/certificate-identifier.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { NodeConfig } from "../../host/config.ts";
import type { RunningService } from "../../node/runtime.ts";
import { registerText, signedRegister } from "../../trust/issuer-register.ts";
import type { RegisteredBody } from "../../trust/register-content.ts";
import { usageService } from "../main.ts";

/** A unit below the department of the scene, which signs for it. */
const UNIT = "11440106MB2C918806";
const { typeCode } = licence();

let scene: Scene;
let directory: string;
let environment: TestRuntime;
let running: RunningService;
let issued: Issued;
let bodies: Record<string, RegisteredBody>;
let away = false;
let forged = false;
let minutes = 0;

const clients = {
  "ecert.sync.v1.ArchiveService": {
    getCertificate: async () => ({
      record: create(CertificateRecordSchema, {
        state: CertificateState.ISSUED,
        issuedAt: SIGNED_AT.toISOString(),
        message: issued.messageBytes,
        messageCms: issued.messageCms,
      }),
    }),
  },
  "ecert.sync.v1.StatusService": {
    getIssuerRegister: async () => {
      if (away) throw new Refusal("PEER_AWAY", "the province is away");
      const builtAt = environment.runtime.now().toISOString();
      const text = registerText({ publisher: "440000", builtAt, bodies });
      const register = signedRegister(text, (bytes) => environment.runtime.nodeKey.sign(bytes));
      if (forged) register[20] = (register[20] ?? 0) ^ 1;
      return { register, builtAt };
    },
  },
};

beforeAll(async () => {
  scene = await openScene();
  directory = mkdtempSync(join(tmpdir(), "ecert-register-"));
  issued = scene.issue("2026000001", (message) => {
    const identifier = certificateIdentifier({ typeCode, issuer: UNIT, serial: "2026000001", version: 1 });
    const issuer = { name: "天河分局", code: UNIT, division: "440106" };
    return { ...message, metadata: { ...message.metadata, identifier, issuer } };
  });
  const { root, signing } = scene.authority.certificates;
  writeFileSync(join(directory, "anchors.pem"), root + signing);
  writeFileSync(join(directory, "signing.crl"), scene.authority.crl().signing);
  const config = {
    signers: {
      anchorFiles: [join(directory, "anchors.pem")],
      revocationListFiles: [join(directory, "signing.crl")],
    },
  };
  const peers = [{ node: "440000", role: "province" }] as unknown as NodeConfig["peers"];
  environment = await openTestRuntime({ service: "usage", now: NOW.toISOString(), config, peers, clients });
  running = await usageService.start(environment.runtime);
});
afterAll(async () => {
  const stopped = running.stop();
  await environment.close();
  await stopped;
  scene.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The unit, with a right from a day on. */
function unit(from: string): RegisteredBody {
  const { itemCode, node } = issued.message.metadata;
  const rights = { [itemCode]: [{ type: typeCode, node, from }] };
  return { node, superior: DEPARTMENT.organizationCode, rights };
}

/** Verifies a little later than before, so that the register is asked for again. */
async function codes(): Promise<[DocumentVerdict | undefined, string[]]> {
  minutes += 11;
  environment.setNow(new Date(NOW.getTime() + minutes * 60_000).toISOString());
  const client = directClient(running, VerifyService, { kind: "public" });
  const { report } = await client.verifyDocument({ document: issued.pdf });
  return [report?.verdict, (report?.findings ?? []).map(({ code }) => code)];
}

test("5.8.3: where the province's register could not be had yet nobody but the issuer may sign, and no right can be told", async () => {
  away = true;
  const [verdict, found] = await codes();
  expect(verdict).toBe(DocumentVerdict.INVALID);
  expect(found).toEqual(["SIGNER_FOREIGN", "REGISTER_STALE"]);
  const genuine = issued;
  issued = scene.issue("2026000002");
  expect(await codes()).toEqual([DocumentVerdict.UNDETERMINED, ["REGISTER_STALE"]]);
  issued = genuine;
  away = false;
});

test("5.8.3: a body above the issuer may sign for it where the province's register says so", async () => {
  bodies = { [DEPARTMENT.organizationCode]: { node: "440100", rights: {} }, [UNIT]: unit("2026-11-24") };
  expect(await codes()).toEqual([DocumentVerdict.VALID, []]);
});

test("5.8.3: an issuer that might not issue the type when it signed is refused, whatever it may now", async () => {
  bodies = { [UNIT]: unit("2026-11-25") };
  expect(await codes()).toEqual([DocumentVerdict.INVALID, ["ISSUER_NOT_AUTHORISED"]]);
});

test("a register that the province did not sign is not used: the last good one stays", async () => {
  forged = true;
  bodies = { [UNIT]: unit("2026-01-01") };
  expect(await codes()).toEqual([DocumentVerdict.INVALID, ["ISSUER_NOT_AUTHORISED"]]);
  forged = false;
  expect(await codes()).toEqual([DocumentVerdict.VALID, []]);
});

test("where the province signed what is no register, the last good one stays, and the report tells its age", async () => {
  bodies = { [UNIT]: { superior: DEPARTMENT.organizationCode } as RegisteredBody };
  expect(await codes()).toEqual([DocumentVerdict.VALID, []]);
  const client = directClient(running, VerifyService, { kind: "public" });
  const { report } = await client.verifyDocument({ document: issued.pdf });
  const age = Number(report?.register?.ageSeconds);
  const good = minutes - age / 60;
  expect(good).toBeLessThan(minutes);
  expect(report?.register?.asOf).toBe(new Date(NOW.getTime() + good * 60_000).toISOString());
});
