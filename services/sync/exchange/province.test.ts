import { expect, test } from "vitest";
import { openTestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import type { Actor } from "../../domain/actor.ts";
import type { NodeConfig } from "../../host/config.ts";
import type { NodeRole } from "../../host/roles.ts";
import { archiveAskedFor } from "./province.ts";

const peer = (node: string, role: NodeRole) => ({ node, role }) as NodeConfig["peers"][number];
const asks = (kind: "node" | "service", node: string): Actor => ({ kind, node, name: "sync" });

/** The node whose archive is given; `undefined` where it is refused. */
async function given(role: NodeRole, code: string, peers: NodeConfig["peers"], caller: Actor) {
  const { runtime, close } = await openTestRuntime({ service: "sync", role, code, peers });
  try {
    return archiveAskedFor(runtime, testCall(caller));
  } catch (error) {
    expect(error).toMatchObject({ reason: "PERMISSION_DENIED" });
    return undefined;
  } finally {
    await close();
  }
}

test("4.6.2 records, blobs and digests of a node are for the province's archive, and of that archive its own are for each node", async () => {
  const ofCity = [peer("440000", "province"), peer("440300", "city")];
  expect(await given("city", "440100", ofCity, asks("node", "440000"))).toBe("440100");
  expect(await given("city", "440100", ofCity, asks("node", "440300"))).toBeUndefined();
  expect(await given("city", "440100", ofCity, asks("service", "440100"))).toBeUndefined();
  const ofProvince = [peer("440100", "city"), peer("440300", "city")];
  expect(await given("province", "440000", ofProvince, asks("node", "440100"))).toBe("440100");
  // What the province itself issued is archived by nobody else.
  expect(await given("province", "440000", ofProvince, asks("service", "440000"))).toBeUndefined();
  expect(await given("province", "440000", ofProvince, asks("node", "440700"))).toBeUndefined();
});
