import { expect, test } from "vitest";
import type { ReadToken } from "../../call/chain/token-verifier.ts";
import { Refusal } from "../../domain/refusal.ts";
import { withTokenId } from "./revoked-token.ts";

const ENDS = Date.UTC(2026, 10, 24, 2, 10);
const good: ReadToken = {
  caller: { kind: "app", app: "440100-scjg", department: "d", node: "440100", scopes: [] },
  ...{ id: "one", issuedAt: ENDS - 600_000, ends: ENDS, until: ENDS + 5_000, boundTo: undefined },
};
const asked = async (body: string, read: () => Promise<ReadToken> = async () => good) => {
  const found = await withTokenId(Buffer.from(body), { read });
  return { ...found, body: found.body.toString() };
};

test("a token is named by its id, the rest of the form stays", async () => {
  expect(await asked("token=a.b.c&token_type_hint=access_token")).toEqual({
    body: "token=one&token_type_hint=access_token",
    revoked: { id: "one", app: "440100-scjg", ends: new Date(ENDS) },
  });
});

test("one that is not good, or from before tokens had ids, names nothing", async () => {
  const refused = () => Promise.reject(new Refusal("TOKEN_EXPIRED", "over"));
  expect(await asked("token=a.b.c", refused)).toEqual({ body: "token=none" });
  expect(await asked("token=a.b.c", async () => ({ ...good, id: undefined }))).toEqual({ body: "token=none" });
  await expect(asked("token=a.b.c", () => Promise.reject(new TypeError("fault")))).rejects.toThrow("fault");
});

test("a form without a token, or with two, is left to the library to refuse", async () => {
  for (const body of ["x=y", "token=", "token=a&token=b"]) expect(await asked(body)).toEqual({ body });
});
