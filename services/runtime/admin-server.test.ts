import { expect, test } from "vitest";
import { openAdminServer } from "./admin-server.ts";

test("the admin listener has no access control, so it opens on loopback only", async () => {
  const options = { ready: async () => {}, metrics: async () => "" };
  await expect(openAdminServer({ ...options, address: "0.0.0.0:0" })).rejects.toThrow("only a loopback address");
  await expect(openAdminServer({ ...options, address: "example.org:9400" })).rejects.toThrow("only a loopback address");
});
