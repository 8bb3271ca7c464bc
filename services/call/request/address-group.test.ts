import { expect, test } from "vitest";
import { addressGroup } from "./address-group.ts";

test("an IPv4 address stands for itself, also where IPv6 sockets show it mapped", () => {
  expect(addressGroup("192.0.2.1")).toBe("192.0.2.1");
  expect(addressGroup("::ffff:192.0.2.1")).toBe("192.0.2.1");
});

test("IPv6 addresses of one network of 64 bits are one party, however they are written", () => {
  const written = [
    "2001:db8:0:1::1",
    "2001:0db8::1:ffff:0:0:2",
    "2001:DB8:0:1:aaaa:bbbb:cccc:dddd",
    "2001:db8:0:1::%eth0",
  ];
  expect(new Set(written.map(addressGroup))).toEqual(new Set(["2001:db8:0:1::/64"]));
  expect(addressGroup("2001:db8:0:2::1")).not.toBe(addressGroup("2001:db8:0:1::1"));
  expect(addressGroup("::1")).toBe("0:0:0:0::/64");
});

test("callers without an address share one place", () => {
  expect(addressGroup(undefined)).toBe("");
});
