import { describe, expect, test } from "vitest";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { NodeConfig } from "../../host/config.ts";
import type { NodeRole } from "../../host/roles.ts";
import { linkedPeers, streamsOf, takesOver } from "./topology.ts";

const peer = (node: string, role: NodeRole) => ({ node, role, name: node, publicKeyFile: "", services: {} });
const config = (code: string, role: NodeRole, peers: NodeConfig["peers"]) =>
  ({ node: { code, role, name: code }, peers }) as NodeConfig;

describe("5.7.1: links run between the province and everybody else", () => {
  const province = config("440000", "province", [peer("440100", "city"), peer("44000001", "department")]);
  const city = config("440100", "city", [peer("440000", "province"), peer("440300", "city")]);

  test("the province is linked to all, a city to the province only", () => {
    expect(linkedPeers(province).map(({ node }) => node)).toEqual(["440100", "44000001"]);
    expect(linkedPeers(city).map(({ node }) => node)).toEqual(["440000"]);
  });

  test("what one end publishes is what the other consumes", () => {
    const there = linkedPeers(province)[0];
    const here = linkedPeers(city)[0];
    expect(here?.outgoing).toEqual(there?.incoming);
    expect(here?.incoming).toEqual(there?.outgoing);
    expect(here?.outgoing.stream).toBe("UP_440100");
  });

  test("the consumers of a stream share out its subjects, but for that of its probe", () => {
    for (const { subjects, consumers, probe } of linkedPeers(province).flatMap((link) => streamsOf(link, 1))) {
      const prefix = subjects[0]?.slice(0, -1);
      expect(consumers.map(({ subject }) => subject)).toEqual([`${prefix}data.>`, `${prefix}receipt.>`]);
      expect(probe).toBe(`${prefix}probe`);
    }
  });

  test("5.7.3: certificates go up, published items come down", () => {
    expect(takesOver("province", EventKind.CERTIFICATE_CHANGED)).toBe(true);
    expect(takesOver("city", EventKind.CERTIFICATE_CHANGED)).toBe(false);
    expect(takesOver("city", EventKind.CATALOG_ITEM_PUBLISHED)).toBe(true);
    expect(takesOver("province", EventKind.CATALOG_ITEM_PUBLISHED)).toBe(false);
    expect(takesOver("city", EventKind.UNSPECIFIED)).toBe(false);
  });
});
