import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { PrepareConfirmationResponse } from "../../proto/gen/ecert/issue/v1/confirmation_pb.ts";
import { IssueService, type MakeOrder } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { StaffActor } from "../../services/domain/actor.ts";
import { signOfficerList } from "../../services/trust/officers/officer-list.ts";
import { directClient } from "../fixtures/runtime.ts";
import { createSecurityKey, PAGE, RP_ID } from "../fixtures/security-key.ts";
import { ISSUER, PERMIT } from "./catalog.ts";
import { type House, type Instance, openHouse } from "./house.ts";
import { type AgentHost, createAgentHost } from "./real-agent.ts";
import { issueScenarios } from "./scenarios.ts";

describe("with the real agent over SoftHSM2", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const originKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const onScreen = generateKeyPairSync("ed25519");
  const department = generateKeyPairSync("ed25519");
  const key = createSecurityKey();
  const credential = { id: key.id.toString("base64url"), publicKey: key.publicKey, since: "2026-01-01" };
  const LIST = {
    ...{ node: "440100", department: ISSUER, version: 1, from: "2026-01-01", until: "2099-12-31" },
    ...{ rpId: RP_ID, origins: [PAGE], officers: [{ account: "440100-li", name: "李", credentials: [credential] }] },
  };
  let host: AgentHost;

  beforeAll(async () => {
    const pem = (key: typeof publicKey) => key.export({ type: "spki", format: "pem" }).toString();
    const officers = { list: signOfficerList(LIST, department.privateKey), signerPem: pem(department.publicKey) };
    host = await createAgentHost(pem(publicKey), { consoleKeyPem: pem(onScreen.publicKey), officers });
  });
  afterAll(() => host.close());

  issueScenarios(() => openHouse({ host, originKeyPem }));

  /** Makes on screen at a node that signs with a key, and issues two hours later. */
  async function madeAndIssued(key: typeof privateKey): Promise<CertificateState | undefined> {
    const directory = mkdtempSync(join(tmpdir(), "ecert-console-"));
    const originKeyFile = join(directory, "console.pem");
    writeFileSync(originKeyFile, key.export({ type: "pkcs8", format: "pem" }));
    const house = await openHouse({ host, originKeyPem, config: { console: { originKeyFile } } });
    try {
      const { running, connectAgent } = await house.start();
      await connectAgent();
      const as = (account: string, role: StaffActor["roles"][number]) =>
        directClient(running, IssueService, {
          ...{ kind: "staff", node: "440100", account, name: account, department: ISSUER },
          ...{ division: "440100", roles: [role] },
        });
      const order = house.order().order as MakeOrder;
      await as("440100-zhang", "maker").makeCertificate({ order });
      house.setNow(new Date(house.runtime.now().getTime() + 2 * 3_600_000).toISOString());
      const { businessSerial } = order;
      return (await as("440100-li", "signer").issueCertificate({ businessSerial })).certificate?.state;
    } finally {
      await house.close();
      rmSync(directory, { recursive: true });
    }
  }

  test("5.4.2: signs what staff made on screen hours before, by the node's console key that the policy lists, and by no other key", async () => {
    expect(await madeAndIssued(onScreen.privateKey)).toBe(CertificateState.ISSUED);
    const other = madeAndIssued(generateKeyPairSync("ed25519").privateKey);
    await expect(other).rejects.toMatchObject({ reason: "ORIGIN_INVALID" });
  });

  describe("where the policy of its host wants officers to confirm (5.9.2, 5.9.5)", () => {
    let house: House;
    let running: Instance;
    beforeAll(async () => {
      house = await openHouse({ host, originKeyPem });
      running = await house.start();
      await running.connectAgent();
    });
    afterAll(() => house.close());

    const as = (account: string, roles: StaffActor["roles"], at = running) =>
      directClient(at.running, IssueService, {
        ...{ kind: "staff", node: "440100", account: `440100-${account}`, name: account, department: ISSUER },
        ...{ division: "440100", roles },
      });
    const li = () => as("li", ["signer"]);
    async function made(by = as("zhang", ["maker"])): Promise<string> {
      const { order } = house.order({ itemCode: PERMIT });
      return (await by.makeCertificate({ order: order as MakeOrder })).certificate?.businessSerial ?? "";
    }
    /** What li's security key makes of what a page was told. */
    function confirmed({ challenge, signedAt, orders }: PrepareConfirmationResponse) {
      const digests = orders.map(({ sha256 }) => sha256);
      return { signedAt, orders: digests, credentialId: key.id, ...key.confirm(challenge) };
    }

    test("several certificates are issued by one confirmation of the one who issues, and evidence names account, security key and counter", async () => {
      const serials = [await made(), await made()];
      const alone = li().issueCertificate({ businessSerial: serials[0] ?? "" });
      await expect(alone).rejects.toMatchObject({ reason: "ORIGIN_MISSING", fields: [{ field: "confirmation" }] });
      const asked = await li().prepareConfirmation({ businessSerials: serials });
      expect(asked).toMatchObject({ rpId: RP_ID, credentialIds: [key.id], maxAgeSeconds: 3_600n });
      expect(asked.orders.map(({ businessSerial }) => businessSerial)).toEqual(serials);
      const confirmation = confirmed(asked);
      for (const businessSerial of serials) {
        const { certificate } = await li().issueCertificate({ businessSerial, confirmation });
        expect(certificate).toMatchObject({ state: CertificateState.ISSUED, issuedBy: { account: "440100-li" } });
      }
      const lines = house.evidence.filter(({ kind, body }) => kind === "certificate-signing" && body.confirmedBy);
      expect(lines.map(({ body }) => body)).toMatchObject(
        serials.map((businessSerial) => ({
          ...{ businessSerial, actor: "staff/440100-li", maker: "staff/440100-zhang" },
          ...{ confirmedBy: credential.id, confirmedCounter: 1 },
        })),
      );
      const another = li().issueCertificate({ businessSerial: await made(), confirmation });
      await expect(another).rejects.toMatchObject({
        reason: "ORIGIN_INVALID",
        fields: [{ field: "confirmation.orders" }],
      });
    });

    test("a replica without an agent asks nobody, and makes nothing that nobody has signed for", async () => {
      const serial = await made();
      const lonely = await house.start();
      const asked = as("li", ["signer"], lonely).prepareConfirmation({ businessSerials: [serial] });
      await expect(asked).rejects.toMatchObject({ reason: "AGENT_AWAY" });
      await expect(made(as("zhang", ["maker"], lonely))).rejects.toMatchObject({ reason: "ORIGIN_MISSING" });
    });

    test("one hour later it must be confirmed anew", async () => {
      const serial = await made();
      const confirmation = confirmed(await li().prepareConfirmation({ businessSerials: [serial] }));
      const at = house.runtime.now();
      house.setNow(new Date(at.getTime() + 3_601_000).toISOString());
      const late = li().issueCertificate({ businessSerial: serial, confirmation });
      await expect(late).rejects.toMatchObject({ reason: "ORIGIN_STALE" });
      house.setNow(at.toISOString());
    });

    test("who has no security key, whose it is not, who made it, and systems confirm nothing", async () => {
      const serial = await made();
      const asked = await li().prepareConfirmation({ businessSerials: [serial] });
      const confirmation = confirmed(asked);
      const wang = as("wang", ["signer"]);
      await expect(wang.prepareConfirmation({ businessSerials: [serial] })).rejects.toMatchObject({
        reason: "ORIGIN_KEY_UNKNOWN",
      });
      await expect(wang.issueCertificate({ businessSerial: serial, confirmation })).rejects.toMatchObject({
        reason: "PERMISSION_DENIED",
      });
      const own = await made(as("li", ["maker", "signer"]));
      await expect(li().prepareConfirmation({ businessSerials: [serial, own] })).rejects.toMatchObject({
        reason: "PERMISSION_DENIED",
      });
      const { order, origin } = house.order();
      await running.issue.makeCertificate({ order, origin } as Parameters<typeof running.issue.makeCertificate>[0]);
      const bySystem = running.issue.issueCertificate({ businessSerial: order?.businessSerial ?? "", confirmation });
      await expect(bySystem).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "confirmation" }] });
      await li().issueCertificate({ businessSerial: serial, confirmation });
      await expect(li().prepareConfirmation({ businessSerials: [serial] })).rejects.toMatchObject({
        reason: "STATE_CONFLICT",
      });
      await expect(li().prepareConfirmation({ businessSerials: ["unknown"] })).rejects.toMatchObject({
        reason: "CERTIFICATE_UNKNOWN",
      });
    });
  });
});
