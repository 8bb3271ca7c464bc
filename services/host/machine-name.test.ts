import { describe, expect, test } from "vitest";
import { callerOfNames } from "../call/chain/caller.ts";
import { machineNames, machineUri } from "./machine-name.ts";

const SYNC = { node: "440100", kind: "service", name: "sync" } as const;

describe("names in a certificate", () => {
  test("are read in order, among entries of other types", () => {
    const text =
      "DNS:localhost, URI:ecert://440100/service/sync, IP Address:127.0.0.1, URI:ecert://440100/service/issue";
    expect(machineNames(text)).toEqual([SYNC, { ...SYNC, name: "issue" }]);
    expect(machineUri(SYNC)).toBe("ecert://440100/service/sync");
  });

  test.each([
    'URI:"http://x, URI:ecert://440100/service/sync"',
    'DNS:"a\\", URI:ecert://440100/service/sync, \\"b"',
    "DNS:ecert://440100/service/sync",
    "URI:ecert://440100/service/sync/more",
    "URI:ecert://440100/king/sync",
    "URI:xecert://440100/service/sync",
    "",
    undefined,
  ])("are none in %j: text that only looks like a name is passed over", (text) => {
    expect(machineNames(text)).toEqual([]);
  });
});

describe("the caller that names prove", () => {
  test("is a service at home and a node from elsewhere", () => {
    expect(callerOfNames([SYNC], "440100", undefined)).toEqual({ kind: "service", node: "440100", name: "sync" });
    expect(callerOfNames([SYNC], "440300", undefined)).toEqual({ kind: "node", node: "440100", name: "sync" });
  });

  test("is the name that it speaks as, if that is certified, and nobody otherwise", () => {
    const names = [SYNC, { ...SYNC, name: "issue" }];
    expect(callerOfNames(names, "440100", "issue")?.kind).toBe("service");
    expect(callerOfNames(names, "440100", "usage")).toBeUndefined();
    expect(callerOfNames([{ ...SYNC, kind: "agent" }], "440100", "sync")).toBeUndefined();
  });
});
