import { expect, test } from "vitest";
import { openTestRuntime, testCall } from "../../test/fixtures/runtime.ts";
import type { Caller } from "../runtime/caller.ts";
import type { NodeConfig, NodeRole } from "../runtime/config.ts";
import { requireAskedByProvince } from "./province.ts";

const peer = (node: string, role: NodeRole) => ({ node, role }) as NodeConfig["peers"][number];
const asks = (kind: "node" | "service", node: string): Caller => ({ kind, node, name: "sync" });

async function admits(role: NodeRole, code: string, peers: NodeConfig["peers"], caller: Caller): Promise<boolean> {
  const { runtime, close } = await openTestRuntime({ service: "sync", role, code, peers });
  try {
    requireAskedByProvince(runtime, testCall(caller));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ reason: "PERMISSION_DENIED" });
    return false;
  } finally {
    await close();
  }
}

test("4.6.2 records, blobs and digests of a node are for the province's archive: no city gets them, of nobody", async () => {
  const ofCity = [peer("440000", "province"), peer("440300", "city")];
  expect(await admits("city", "440100", ofCity, asks("node", "440000"))).toBe(true);
  expect(await admits("city", "440100", ofCity, asks("node", "440300"))).toBe(false);
  expect(await admits("city", "440100", ofCity, asks("service", "440100"))).toBe(false);
  // What the province itself issued is archived by nobody else.
  const ofProvince = [peer("440100", "city"), peer("440300", "city")];
  expect(await admits("province", "440000", ofProvince, asks("node", "440100"))).toBe(false);
  expect(await admits("province", "440000", ofProvince, asks("service", "440000"))).toBe(false);
});
