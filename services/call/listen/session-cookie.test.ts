import { expect, test } from "vitest";
import type { ConnectRequest } from "./connect-request.ts";
import { isSameOrigin } from "./session-cookie.ts";

test("a request that names no host is from no page of this node, whatever origin it says (5.9.2)", () => {
  const from = (headers: object) => isSameOrigin({ headers } as ConnectRequest);
  expect(from({ host: "a.example", origin: "https://a.example" })).toBe(true);
  for (const origin of ["https://undefined", "https://", "null"]) expect(from({ origin })).toBe(false);
  expect(from({ host: "", origin: "https://" })).toBe(false);
});
