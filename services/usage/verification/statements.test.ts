import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { StatementVerdict } from "../../../proto/gen/ecert/usage/v1/statement_report_pb.ts";
import { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { type Issued, NOW, openScene, type Scene, SIGNED_AT } from "../../../test/attacks/scene.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { qrSignedText, qrStatementOf, qrText } from "../../domain/signed-qr.ts";
import type { NodeConfig } from "../../host/config.ts";
import type { RunningService } from "../../node/runtime.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";
import { signedNodeKeyList } from "../../trust/node-key-list.ts";
import { usageService } from "../main.ts";
import { VERIFICATIONS } from "./verifications.ts";

let scene: Scene;
let directory: string;
let environment: TestRuntime;
let running: RunningService;
let issued: Issued;
let text: string;
/** What the node of the certificate says of it; `none`: that there is none. */
let state: CertificateState | "none" | "away";
let keysForged = false;

const clients = {
  "ecert.sync.v1.ArchiveService": {
    getCertificate: async () => {
      if (state === "none") throw new Refusal("CERTIFICATE_UNKNOWN", "not of this node");
      if (state === "away") throw new Refusal("PEER_AWAY", "away");
      const issuedAt = SIGNED_AT.toISOString();
      const told = { state, issuedAt, stateSince: issuedAt, message: issued.messageBytes };
      return { record: create(CertificateRecordSchema, told) };
    },
  },
  "ecert.sync.v1.ExchangeService": {
    getStatusAcross: async () => {
      throw new Refusal(state === "away" ? "PEER_AWAY" : "CERTIFICATE_UNKNOWN", "nowhere");
    },
  },
  "ecert.sync.v1.StatusService": {
    getNodeKeys: async () => {
      const key = { key: publicKey(), since: "2026-01-01T00:00:00.000Z" };
      const list = { publisher: "440000", builtAt: NOW.toISOString(), nodes: { "440100": [key] } };
      const keys = signedNodeKeyList(list, (bytes) => environment.runtime.nodeKey.sign(bytes));
      if (keysForged) keys[40] = (keys[40] ?? 0) ^ 1;
      return { keys, builtAt: list.builtAt };
    },
  },
};

const publicKey = () => Buffer.from(environment.runtime.nodeKey.publicKey).toString("base64url");

beforeAll(async () => {
  scene = await openScene();
  directory = mkdtempSync(join(tmpdir(), "ecert-statements-"));
  issued = scene.issue("2026000001");
  const { root, signing } = scene.authority.certificates;
  writeFileSync(join(directory, "anchors.pem"), root + signing);
  const config = { signers: { anchorFiles: [join(directory, "anchors.pem")] } };
  const peers = [{ node: "440000", role: "province" }] as unknown as NodeConfig["peers"];
  environment = await openTestRuntime({ service: "usage", now: NOW.toISOString(), config, peers, clients });
  running = await usageService.start(environment.runtime);
  const statement = qrStatementOf(issued.message.metadata);
  const content = nodeSignedBytes("ecert.qr.v1", new TextEncoder().encode(qrSignedText(statement)));
  text = qrText(statement, Buffer.from(environment.runtime.nodeKey.sign(content)).toString("base64url"));
});
beforeEach(() => {
  state = CertificateState.ISSUED;
  keysForged = false;
});
afterAll(async () => {
  const stopped = running.stop();
  await environment.close();
  await stopped;
  scene.close();
  rmSync(directory, { recursive: true, force: true });
});

const client = () => directClient(running, VerifyService, { kind: "public" });
const verify = async (code: string) => (await client().verifyQrCode({ text: code })).report;
const lookUp = async (identifier: string) => (await client().lookUpIdentifier({ identifier })).state;

test("the text of a QR code is told as what its node says, and never as valid", async () => {
  expect(await verify(text)).toMatchObject({
    verdict: StatementVerdict.STATED,
    statement: { identifier: issued.message.metadata.identifier, node: "440100" },
    key: { node: "440100", key: publicKey(), listedAt: NOW.toISOString() },
    state: { state: "notListed", source: "issuer" },
  });
  state = CertificateState.REVOKED;
  expect(await verify(text)).toMatchObject({
    verdict: StatementVerdict.NOT_IN_FORCE,
    state: { state: "revoked", since: SIGNED_AT.toISOString() },
  });
  state = "none";
  expect((await verify(text))?.findings[0]).toMatchObject({ code: "CERTIFICATE_UNRECORDED" });
  state = "away";
  expect(await verify(text)).toMatchObject({ verdict: StatementVerdict.UNDETERMINED, state: { state: "unknown" } });
});

test("a text that its node did not sign as it is tells nothing: neither what it says nor any state", async () => {
  for (const changed of [text.replace(issued.message.metadata.number, "1"), "EC1|nothing"]) {
    const report = await verify(changed);
    expect(report?.verdict).toBe(StatementVerdict.INVALID);
    expect(report?.statement).toBeUndefined();
    expect(report?.state).toMatchObject({ state: "unknown", source: "none" });
  }
  // A list of keys that the province did not sign judges nothing.
  keysForged = true;
  await expect(verify(text)).rejects.toMatchObject({ reason: "PEER_AWAY" });
});

test("an identifier in force and one that there is not are answered alike; what has ended one is told", async () => {
  const { identifier } = issued.message.metadata;
  const inForce = await lookUp(identifier);
  state = "none";
  expect(await lookUp(identifier)).toEqual(inForce);
  expect(inForce).toMatchObject({ state: "notListed", source: "none", asOf: "", since: "" });
  for (const [ended, told] of [
    [CertificateState.SUSPENDED, "suspended"],
    [CertificateState.REVOKED, "revoked"],
    [CertificateState.SUPERSEDED, "superseded"],
  ] as const) {
    state = ended;
    expect(await lookUp(identifier)).toMatchObject({ state: told, source: "issuer", since: SIGNED_AT.toISOString() });
  }
  state = "away";
  await expect(lookUp(identifier)).rejects.toMatchObject({ reason: "PEER_AWAY" });
  await expect(lookUp(`${identifier.slice(0, -1)}?`)).rejects.toMatchObject({ reason: "CODE_INVALID" });
});

test("documents, codes and identifiers are counted together", async () => {
  const call = async () => lookUp(issued.message.metadata.identifier);
  const left = Array.from({ length: VERIFICATIONS.perProcess }, call);
  expect((await Promise.allSettled(left)).some(({ status }) => status === "rejected")).toBe(true);
  await expect(verify(text)).rejects.toMatchObject({ reason: "RATE_EXCEEDED" });
});
