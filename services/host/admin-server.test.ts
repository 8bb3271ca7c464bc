import { expect, test } from "vitest";
import { openAdminServer } from "./admin-server.ts";

test("the admin listener has no access control, so it opens on loopback only", async () => {
  const options = { ready: async () => {}, metrics: async () => "" };
  await expect(openAdminServer({ ...options, address: "0.0.0.0:0" })).rejects.toThrow("only a loopback address");
  await expect(openAdminServer({ ...options, address: "example.org:9400" })).rejects.toThrow("only a loopback address");
});

test("what needs care soon follows on lines of its own, and does not make the process unready", async () => {
  const notices = () => ["signing certificate of seal S1 ends in 9 days"];
  const admin = await openAdminServer({
    address: "127.0.0.1:0",
    ready: async () => {},
    notices,
    metrics: async () => "",
  });
  const answer = await fetch(`http://${admin.address}/readyz`);
  expect([answer.status, await answer.text()]).toEqual([200, "ready\nsigning certificate of seal S1 ends in 9 days\n"]);
  admin.close();
});
