import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { createPkcs11Device } from "../../agent/device/pkcs11-device.ts";
import { VENDOR_PRESETS } from "../../agent/device/vendor-presets.ts";
import { createFaceCheck } from "../../agent/face-check.ts";
import { createHello } from "../../agent/hello.ts";
import { type AgentStream, holdSession } from "../../agent/link-session.ts";
import { openMemory } from "../../agent/memory.ts";
import { createOfficerLists } from "../../agent/officer-lists.ts";
import { loadPolicy } from "../../agent/policy.ts";
import { createRateLimit } from "../../agent/rate-limit.ts";
import { createJobSigner } from "../../agent/sign-job.ts";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { openSealMaker } from "../../ops/authority/seal-maker.ts";
import {
  AgentService,
  type ConnectRequest,
  type ConnectResponse,
} from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import { consoleApp, consoleKeyId } from "../../services/domain/console-app.ts";
import { UNWATCHED } from "../../services/host/clock-watch.ts";
import { openJournal } from "../../services/journal/journal.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import type { RunningService } from "../../services/node/runtime.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { testCall } from "../fixtures/runtime.ts";
import { makeSm2Token } from "../fixtures/sm2-token.ts";
import { makeSoftHsmToken } from "../fixtures/softhsm.ts";
import { DEPARTMENT } from "../trust/department.ts";
import { APP, ISSUER, LICENCE, PERMIT, PROVINCE, RESIDENCE, SEAL, sealPicture } from "./catalog.ts";

/** A department's host: the agent's own signer, policy, journal and link session, over a SoftHSM2 token. */
export interface AgentHost {
  readonly authority: Authority;
  readonly certPem: string;
  /** National hosts: the electronic seal that the policy names, and another one for the same certificate. */
  readonly electronicSeal?: Uint8Array;
  readonly otherSeal?: Uint8Array;
  /** Connects to an instance of the core; the stream is joined in memory in place of the network. */
  start(running: RunningService, now: () => Date, nodePublicKeyPem: string): Promise<{ stop(): Promise<void> }>;
  /** Folder of journal and index. */
  readonly journalDirectory: string;
  /** Closes the journal, has `change` done with its folder, and opens what is there then. No agent may be connected. */
  withJournalClosed(change: (directory: string) => void): Promise<void>;
  /** Signatures in the journal so far. */
  signed(): Promise<number>;
  close(): Promise<void>;
}

/** What a host knows of work on screen: the node's public key for it, or the list of officers and by whose key it is signed, who confirm permits. */
export interface OnScreen {
  consoleKeyPem?: string;
  officers?: { list: string; signerPem: string };
}

/** Sets a host up: token, key, certificate, policy. `originKeyPem` is the department system's public key. */
export async function createAgentHost(
  originKeyPem: string,
  { national = false, recent = false, ...onScreen }: { national?: boolean; recent?: boolean } & OnScreen = {},
): Promise<AgentHost> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-agent-"));
  const authority = createAuthority(join(directory, "authority"), { national });
  const token = national
    ? await makeSm2Token(VENDOR_PRESETS.sansec)
    : await makeSoftHsmToken({ keys: [{ label: "seal", algorithm: "p256" }] });
  const { module, tokenLabel, pinFile, env } = token;
  const vendor = national ? ("sansec" as const) : undefined;
  const device = createPkcs11Device({ module, tokenLabel, pinFile, environment: { ...env }, vendor });
  if (national) await device.generateKey("seal", "sm2-sm3");
  const [key] = await device.keys();
  const request = await makeCertificateRequest({
    subject: DEPARTMENT,
    spki: key?.publicKey as Uint8Array,
    sign: (bytes) => device.sign("seal", bytes),
  });
  const { certPem } = authority.issueSigning(request);
  const pool = createRenderPool({ threads: 0 });
  const seals = national ? await makeSeals(join(directory, "authority"), authority, certPem) : [];
  const policy = loadPolicy(writePolicy(directory, certPem, { originKeyPem, ...onScreen }, seals[0]));
  const journalDirectory = join(directory, "journal");
  const openIt = () => openJournal({ directory: journalDirectory, name: "agent", now: () => new Date() });
  let journal = await openIt();
  const log = { error: () => {}, warn: () => {}, info: () => {} };

  return {
    authority,
    certPem,
    ...(seals[0] && seals[1] && { electronicSeal: seals[0], otherSeal: seals[1] }),

    journalDirectory,
    async withJournalClosed(change) {
      await journal.close();
      change(journalDirectory);
      journal = await openIt();
    },

    async signed() {
      let count = 0;
      await verifyJournal(journalDirectory, "agent", ({ kind }) => {
        if (kind === "signed") count++;
      });
      return count;
    },

    async start(running, now, nodePublicKeyPem) {
      const faces = createFaceCheck(pool);
      const nodeKeyFile = join(directory, "node.pem");
      writeFileSync(nodeKeyFile, nodePublicKeyPem);
      const province = { node: PROVINCE.node, publicKeyFile: join(directory, "province.pem") };
      const memory = await openMemory({ province, nodeKeyFile, journalDirectory, journal, faces, log });
      const { catalog, nodeKeys, serials } = memory;
      const officers = createOfficerLists({ ...policy, node: "440100", index: memory.index, journal, now, log });
      await officers.look();
      const sign = createJobSigner({
        node: "440100",
        policy,
        device,
        journal,
        ...{ faces, catalog, nodeKeys, serials, officers },
        rate: createRateLimit(() => now().getTime()),
        clockSkewSeconds: 30,
        clock: UNWATCHED,
        now,
        onOutcome: () => {},
        log,
      });
      // One host serves the houses of many tests: of what it has signed it tells only where a test is about that.
      const told = { standing: memory.standing, recent: () => (recent ? memory.recent() : []) };
      const hello = createHello({
        agent: "agent-a",
        version: "test",
        window: 64,
        policy,
        officers,
        clockSkewSeconds: 30,
        memory: told,
        now,
      });
      let welcomed = () => {};
      const welcome = new Promise<void>((resolve) => {
        welcomed = resolve;
      });
      const session = holdSession(streamTo(running), {
        core: "440100/a",
        hello,
        sign,
        hold: memory.hold,
        standing: memory.standing,
        onTime: () => {},
        onWelcome: welcomed,
        now,
      });
      await welcome;
      return {
        async stop() {
          await session.drain();
          memory.close();
        },
      };
    },

    async close() {
      await Promise.all([device.close(), journal.close(), pool.close()]);
      await token.dispose();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Two electronic seals for one certificate. */
async function makeSeals(directory: string, authority: Authority, certPem: string): Promise<Uint8Array[]> {
  const { makeSeal } = await openSealMaker(directory, authority);
  const [certificate = new Uint8Array()] = fromPem("CERTIFICATE", certPem);
  const picture = sealImage({ kind: "round", name: DEPARTMENT.organization, diameter: 42 });
  const common = { name: DEPARTMENT.organization, picture, signers: [certificate], now: new Date() };
  return ["44010000000001", "44010000000002"].map((id) => makeSeal({ ...common, id }));
}

function writePolicy(
  directory: string,
  certPem: string,
  { originKeyPem, consoleKeyPem, officers }: { originKeyPem: string } & OnScreen,
  electronic?: Uint8Array,
): string {
  if (electronic) writeFileSync(join(directory, "seal.esl"), electronic);
  const stamped = electronic ? { electronicSealFile: "seal.esl" } : {};
  writeFileSync(join(directory, "seal.pem"), certPem);
  writeFileSync(join(directory, "origin.pem"), originKeyPem);
  if (consoleKeyPem) writeFileSync(join(directory, "console.pem"), consoleKeyPem);
  const onScreen = consoleKeyPem ? [{ id: consoleKeyId("440100"), publicKeyFile: "console.pem" }] : [];
  if (officers) {
    writeFileSync(join(directory, "officers.json"), officers.list);
    writeFileSync(join(directory, "officers.pem"), officers.signerPem);
  }
  writeFileSync(join(directory, "province.pem"), PROVINCE.key.publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(join(directory, "picture.json"), JSON.stringify(sealPicture(DEPARTMENT.organization)));
  const file = join(directory, "policy.json");
  const policy = {
    seals: [
      {
        code: SEAL,
        keyLabel: "seal",
        certificateFile: "seal.pem",
        items: [LICENCE, PERMIT, RESIDENCE],
        units: [{ code: ISSUER, name: DEPARTMENT.organization, division: "440100" }],
        pictureFile: "picture.json",
        ...stamped,
      },
    ],
    apps: [
      { app: APP, originKeys: [{ id: "k1", publicKeyFile: "origin.pem" }] },
      ...(consoleKeyPem || officers ? [{ app: consoleApp("440100", ISSUER), originKeys: onScreen }] : []),
    ],
    ...(officers && {
      items: [{ item: PERMIT, origin: "officer" }],
      officers: [{ department: ISSUER, listFile: "officers.json", signerKeyFile: "officers.pem" }],
    }),
  };
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

/** A stream as the gRPC client gives it, joined to the handler of the core. */
function streamTo(running: RunningService): AgentStream {
  const mounted = running.services.find(({ descriptor }) => descriptor.typeName === AgentService.typeName);
  const requests = new Duplex({
    objectMode: true,
    read: () => {},
    write: (message, _encoding, done) => {
      requests.push(message);
      done();
    },
    final: (done) => {
      requests.push(null);
      done();
    },
  });
  const connect = mounted?.handlers.connect as unknown as (
    requests: AsyncIterable<ConnectRequest>,
    call: unknown,
  ) => AsyncIterable<ConnectResponse>;
  const answers = connect(requests, testCall({ kind: "agent", node: "440100", name: "agent-a" }));
  const stream = new Duplex({
    objectMode: true,
    read: () => {},
    write: (message, _encoding, done) => void requests.write(message, done),
    final: (done) => void requests.end(done),
  });
  void (async () => {
    for await (const answer of answers) stream.push(answer);
    stream.push(null);
  })();
  return Object.assign(stream, { cancel: () => void stream.destroy() }) as unknown as AgentStream;
}
