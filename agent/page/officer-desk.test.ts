import { expect, test } from "vitest";
import type { ItemRule } from "../policy.ts";
import { createAddressRate } from "./address-rate.ts";
import { createOfficerDesk, type OfficerDeskParts } from "./officer-desk.ts";
import { LIMITS } from "./page-server.ts";

const officerPage = {
  ...{ address: "127.0.0.1:0", origin: "https://sign.example:8443", builtDirectory: "/nowhere" },
  tls: { certificateFile: "page.pem", privateKeyFile: "page.key" },
};

function desk(rule: ItemRule["origin"], page: typeof officerPage | undefined) {
  const parts: OfficerDeskParts = {
    policy: { items: new Map([["I1", { origin: rule }]]), originMaxAgeSeconds: 60 },
    officers: { all: () => [] },
    clock: { require: () => {} },
    now: () => new Date(0),
    monotonic: () => 0,
    log: { error: () => {}, info: () => {} },
  };
  return createOfficerDesk({ node: "440100", officerPage: page, clockSkewSeconds: 0 }, parts);
}

test("5.9.5: there is a page where it is configured, and an agent whose policy needs one does not start without", () => {
  expect(desk("officer", undefined)).toBeUndefined();
  expect(desk("officer", officerPage)?.page).toBe(officerPage.origin);
  expect(() => desk("officer-here", undefined)).toThrow(/officerPage/);
});

test("requests are counted by address; with a thousand addresses all begin anew", () => {
  const rate = createAddressRate(() => 0);
  for (let one = 0; one < LIMITS.perMinute; one++) rate("a");
  expect(() => rate("a")).toThrow(expect.objectContaining({ reason: "RATE_EXCEEDED" }));
  for (let one = 0; one < 1_000; one++) rate(`b${one}`);
  expect(() => rate("a")).not.toThrow();
});
