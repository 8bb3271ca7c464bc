import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SignedMarkSchema } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { RecoveryService } from "../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { mount } from "../../services/call/chain/service.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../../services/domain/certificate-serial.ts";
import { type LostSignatures, openLostSignatures } from "../../services/issue/agents/lost-signatures.ts";
import type { IssueContext } from "../../services/issue/context.ts";
import { openRepository } from "../../services/issue/record/repository.ts";
import { acceptLostSignatures } from "../../services/issue/routes/accept-lost-signatures.ts";
import { listLostSignatures } from "../../services/issue/routes/list-lost-signatures.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";
import { NODE } from "../node/node-files.ts";
import { type OperatedNode, openOperatedNode } from "./operated-node.ts";

const ISSUER = "11440106MB9DEM11X6";
const IDENTIFIERS = ["1", "2", "3"]
  .map((businessSerial) => {
    const serial = certificateSerial({ node: NODE, issueDate: "2026-11-24", app: "app", businessSerial });
    return certificateIdentifier({
      typeCode: "11990000MB0DEM017Y001",
      issuer: ISSUER,
      serial,
      version: 1,
    });
  })
  .sort();
const [first = "", ...others] = IDENTIFIERS;

let node: OperatedNode;
let lost: LostSignatures;

const notAsked = () => Promise.reject(new Error("is not asked here"));

/** As much of the issue service as the command speaks to. */
const issue: ServiceModule = {
  name: "issue",
  async start(runtime) {
    const certificates = await openRepository(runtime);
    lost = await openLostSignatures(runtime, certificates);
    const context = { runtime, certificates, lost } as IssueContext;
    const recovery = mount(RecoveryService, {
      listLostSignatures: listLostSignatures(context),
      acceptLostSignatures: acceptLostSignatures(context),
      restoreBlob: notAsked,
      restoreCertificate: notAsked,
      setForked: notAsked,
    });
    const services = [recovery];
    return { services, ready: async () => {}, notices: () => lost.notices(), stop: async () => lost.stop() };
  },
};

beforeAll(async () => {
  node = await openOperatedNode(issue);
  await lost.told(
    "mzj",
    IDENTIFIERS.map((identifier, n) => create(SignedMarkSchema, { identifier, journalEntry: BigInt(n + 1) })),
  );
});
afterAll(() => node?.close());

const ecert = (...args: string[]) => node.ecert("lost", ...args);

describe("an operator of a node that was started from an older copy", () => {
  test("sees what agents have signed and it does not know, by metric, readiness and command", async () => {
    const get = async (path: string) => (await fetch(`http://${node.admin}${path}`)).text();
    expect(await get("/metrics")).toMatch(/ecert_lost_signatures\{.*\} 3/);
    expect(await get("/readyz")).toContain("issue: 3 certificates that agents have signed are not known here");
    const { code, out } = await ecert("list");
    expect([code, out]).toEqual([1, expect.stringContaining(`${first}\n  签名代理 agent     mzj, 日志 entry 1`)]);
    const listed = JSON.parse((await ecert("list", "--json")).out) as { identifier: string }[];
    expect(listed.map(({ identifier }) => identifier)).toEqual(IDENTIFIERS);
  });

  test("gives up some, then all, and is told what is left", async () => {
    const some = await ecert("accept", first, "--json");
    expect([some.code, JSON.parse(some.out)]).toMatchObject([
      1,
      others.map((identifier) => ({ identifier, agent: "mzj" })),
    ]);
    await expect(lost.require(ISSUER)).rejects.toThrow(/2 certificates/);
    expect(await ecert("accept", "--all")).toMatchObject({ code: 0, out: expect.stringContaining("没有丢失的签名") });
    await lost.require(ISSUER);
  });

  test("is told in words what the command line lacks", async () => {
    for (const [args, text] of [
      [[], "say list or accept"],
      [["list", "--all"], "list takes no identifiers"],
      [["accept"], "give identifiers, or --all"],
    ] as const)
      expect(await ecert(...args)).toMatchObject({ code: 2, err: expect.stringContaining(text) });
    expect(await ecert("--help")).toMatchObject({ code: 0, out: expect.stringContaining("ecert lost accept ID") });
  });
});
