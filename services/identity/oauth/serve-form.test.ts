import type { ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { ConnectRequest } from "../../call/listen/connect-request.ts";
import type { OauthContext } from "./open-oauth.ts";
import { formServer, MOST_AT_ONCE, MOST_OF_ADDRESS } from "./serve-form.ts";

type Serve = (request: unknown, response: ServerResponse) => Promise<void>;

/** A server over a library of the test's own. */
function serverOver(library: Serve) {
  const serve = formServer({ host: "h", library: async () => library } as unknown as OauthContext);
  return (address = "192.0.2.1") => {
    const body = new PassThrough();
    body.end("a=b");
    const socket = { remoteAddress: address, getPeerX509Certificate: () => undefined };
    return serve(Object.assign(body, { headers: {}, socket }) as unknown as ConnectRequest, "/oauth2/token", "id");
  };
}

test(`${MOST_AT_ONCE} forms are worked on at once, ${MOST_OF_ADDRESS} of one address; one more is told to come again, and has its place when one is done`, async () => {
  const end = Promise.withResolvers<void>();
  let working = 0;
  const [fullOfOne, full] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const send = serverOver(async (_request, response) => {
    if (++working === MOST_OF_ADDRESS) fullOfOne.resolve();
    if (working === MOST_AT_ONCE) full.resolve();
    await end.promise;
    response.end("{}");
  });
  const later = { reason: "OVERLOADED", retryAfterMs: 500 };
  const served = Array.from({ length: MOST_OF_ADDRESS }, () => send());
  await fullOfOne.promise;
  await expect(send()).rejects.toMatchObject(later);
  for (let at = served.length; at < MOST_AT_ONCE; at++) served.push(send(`198.51.100.${at}`));
  await full.promise;
  await expect(send("203.0.113.1")).rejects.toMatchObject(later);
  end.resolve();
  expect((await Promise.all(served)).every(({ status }) => status === 200)).toBe(true);
  expect((await send()).status).toBe(200);
});

test("an answer that is no JSON is a fault, which nobody outside is shown", async () => {
  const send = serverOver(async (_request, response) => void response.end("Internal Server Error at file.js:1"));
  await expect(send()).rejects.toThrow("the library answered 200");
});
