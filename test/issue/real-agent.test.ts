import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService, type MakeOrder } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { StaffActor } from "../../services/domain/actor.ts";
import { directClient } from "../fixtures/runtime.ts";
import { ISSUER } from "./catalog.ts";
import { openHouse } from "./house.ts";
import { type AgentHost, createAgentHost } from "./real-agent.ts";
import { issueScenarios } from "./scenarios.ts";

describe("with the real agent over SoftHSM2", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const originKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const onScreen = generateKeyPairSync("ed25519");
  let host: AgentHost;

  beforeAll(async () => {
    const pem = (key: typeof publicKey) => key.export({ type: "spki", format: "pem" }).toString();
    host = await createAgentHost(pem(publicKey), { consoleKeyPem: pem(onScreen.publicKey) });
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
});
