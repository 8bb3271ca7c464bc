import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type RedeemAcrossRequest,
  RedeemAcrossRequestSchema,
  RedeemAcrossResponseSchema,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { openTestRuntime, type TestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import type { Actor } from "../../domain/actor.ts";
import { presentationDigest } from "../../domain/presentation-code.ts";
import type { NodeConfig } from "../../host/config.ts";
import type { NodeRole } from "../../host/roles.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";
import { createAsk } from "../ask/ask.ts";
import type { SyncContext } from "../context.ts";
import { createGrants } from "../exchange/grants.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import { redeemAcross } from "./redeem-across.ts";

const DEPARTMENT = "114403000000990007";
const [PROVINCE, USER, HOME] = ["440000", "440300", "440100"] as const;
const code = "AAAAAAAAAAAAAAAAAAAAAA";
const statementJson = '{"schema":"ecert.presentation-receipt.v1"}';

const asked = (node: string, change: object = {}): RedeemAcrossRequest =>
  create(RedeemAcrossRequestSchema, {
    ground: {
      ...{
        node: USER,
        appKey: "440300-zwfw",
        matterCode: "M1",
        purpose: "核验",
        holderCodeType: "001",
        holderCode: "X",
      },
      usageCodeDigest: presentationDigest(code),
      ...change,
    },
    presentation: `ecert:present:${node}:${code}`,
    use: { itemCodes: ["YYZZ"], departmentCode: DEPARTMENT },
  });

/** What was asked of whom: `<node>/<service>`. */
let heard: string[];
let opened: TestRuntime[];
beforeEach(() => {
  heard = [];
  opened = [];
  return async () => {
    for (const one of opened) await one.close();
  };
});

/** The part of one node; whoever it asks answers what is signed by the key that all nodes of these tests share, unless `signs` is another's. */
async function nodeAt(role: NodeRole, node: string, { signs = true, appNode = USER as string } = {}) {
  const answer = () => {
    const bytes = nodeSignedBytes("ecert.presentation-receipt.v1", new TextEncoder().encode(statementJson));
    const signature = signs ? runtime.nodeKey.sign(bytes) : new Uint8Array(64);
    return create(RedeemAcrossResponseSchema, { fields: ["name"], statementJson, signature });
  };
  const peers = (role === "province" ? [USER, HOME] : [PROVINCE]).map((peer) => ({
    node: peer,
    role: peer === PROVINCE ? "province" : "city",
  }));
  const environment = await openTestRuntime({
    ...{ service: "sync", role, code: node, peers: peers as NodeConfig["peers"] },
    config: { services: ["sync", "usage"] },
    clients: {
      "ecert.catalog.v1.TermsService": {
        getUsageTerms: async () => ({ matter: { node: appNode, departmentCode: DEPARTMENT, items: [] } }),
      },
      "ecert.usage.v1.PresentationService": {
        spendPresentation: async () => {
          heard.push(`${node}/usage`);
          return { redeemed: answer() };
        },
      },
      "ecert.sync.v1.ExchangeService": {
        redeemAcross: async (request: RedeemAcrossRequest) => {
          heard.push(`${node} asks${request.ground?.grant ? " with a grant" : ""}`);
          last = request;
          return answer();
        },
      },
    },
  });
  opened.push(environment);
  const { runtime } = environment;
  const province = role === "province" ? undefined : PROVINCE;
  const parts = { runtime, province, ask: createAsk(runtime, DEFAULT_SYNC_OPTIONS), grants: createGrants(runtime) };
  const route = redeemAcross(parts as SyncContext);
  return { environment, redeem: (request: RedeemAcrossRequest, by: Actor) => route(request, testCall(by)) };
}
let last: RedeemAcrossRequest;

const service = (node: string): Actor => ({ kind: "service", node, name: "usage" });
const peer = (node: string): Actor => ({ kind: "node", node, name: "sync" });

describe("5.7.4 a presentation of another node", () => {
  test("goes from the user's city to the province, with the ground and no grant of its own", async () => {
    const { redeem, environment } = await nodeAt("city", USER);
    expect(await redeem(asked(HOME), service(USER))).toMatchObject({ statementJson, fields: ["name"] });
    expect(heard).toEqual([`${USER} asks`]);
    const [line] = environment.evidence;
    expect(line).toMatchObject({ kind: "exchange-answered", body: { part: "forward", presentedAt: HOME } });
    expect(JSON.stringify(line)).not.toContain(code);
  });

  test("goes on from the province to the city that made it with a signed grant, or is redeemed at the province itself", async () => {
    const { redeem } = await nodeAt("province", PROVINCE);
    await redeem(asked(HOME), peer(USER));
    await redeem(asked(PROVINCE), peer(USER));
    expect(heard).toEqual([`${PROVINCE} asks with a grant`, `${PROVINCE}/usage`]);
  });

  test("is redeemed by the city that made it only against the province's grant for this very presentation", async () => {
    // All nodes of these tests have one key, so that each grant is signed well.
    const province = await nodeAt("province", PROVINCE);
    await province.redeem(asked(HOME), peer(USER));
    const granted = last;
    const { redeem } = await nodeAt("city", HOME);
    const { runtime } = opened.at(-1) as TestRuntime;
    runtime.verifyNode = () => true;
    await redeem(granted, peer(PROVINCE));
    expect(heard.at(-1)).toBe(`${HOME}/usage`);
    await expect(redeem(asked(HOME), peer(PROVINCE))).rejects.toMatchObject({ fields: [{ field: "ground.grant" }] });
    const other = create(RedeemAcrossRequestSchema, granted);
    if (other.ground) other.ground.appKey = "440300-other";
    await expect(redeem(other, peer(PROVINCE))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  test("is refused for a ground of another node, for another presentation, in the name of another department, and for an app of another node", async () => {
    const province = await nodeAt("province", PROVINCE);
    await expect(province.redeem(asked(HOME), peer(HOME))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    const foreign = asked(HOME, { usageCodeDigest: "0".repeat(64) });
    const refused = { reason: "PERMISSION_DENIED", fields: [{ field: "ground.usage_code_digest" }] };
    await expect(province.redeem(foreign, peer(USER))).rejects.toMatchObject(refused);
    const lying = asked(HOME);
    if (lying.use) lying.use.departmentCode = "11440106MB9DEM101X";
    const department = { reason: "PERMISSION_DENIED", fields: [{ field: "use.department_code" }] };
    await expect(province.redeem(lying, peer(USER))).rejects.toMatchObject(department);
    const strict = await nodeAt("province", PROVINCE, { appNode: HOME });
    const app = { reason: "PERMISSION_DENIED", fields: [{ field: "ground.app_key" }] };
    await expect(strict.redeem(asked(HOME), peer(USER))).rejects.toMatchObject(app);
    expect(heard).toEqual([]);
  });

  test("5.5.2 may name nobody, which the grant then says as well: whoever shows it is served; half of a person is refused", async () => {
    const unnamed = asked(HOME, { holderCodeType: "", holderCode: "" });
    const province = await nodeAt("province", PROVINCE);
    await province.redeem(unnamed, peer(USER));
    const granted = last;
    const { redeem } = await nodeAt("city", HOME);
    (opened.at(-1) as TestRuntime).runtime.verifyNode = () => true;
    await redeem(granted, peer(PROVINCE));
    expect(heard.at(-1)).toBe(`${HOME}/usage`);
    for (const [half, field] of [
      [{ holderCode: "" }, "ground.holder_code"],
      [{ holderCodeType: "" }, "ground.holder_code_type"],
    ] as const)
      await expect(province.redeem(asked(HOME, half), peer(USER))).rejects.toMatchObject({ fields: [{ field }] });
  });

  test("of a node that there is not is unknown; a receipt that its node has not signed is refused", async () => {
    const province = await nodeAt("province", PROVINCE);
    const unknown = { reason: "PRESENTATION_UNKNOWN", fields: [{ field: "presentation" }] };
    await expect(province.redeem(asked("450000"), peer(USER))).rejects.toMatchObject(unknown);
    for (const [role, node, at, by] of [
      ["province", PROVINCE, HOME, peer(USER)],
      ["city", USER, PROVINCE, service(USER)],
    ] as const) {
      const { redeem } = await nodeAt(role, node, { signs: false });
      await expect(redeem(asked(at), by)).rejects.toMatchObject({
        reason: "SIGNATURE_INVALID",
        metadata: { node: at },
      });
    }
  });
});
