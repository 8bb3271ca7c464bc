import { X509Certificate } from "node:crypto";
import { type ConnectRequest, certificateOf, textHeader } from "../../call/listen/connect-request.ts";
import { addressGroup } from "../../call/request/address-group.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type Answer, seconds } from "./answer.ts";
import { askLibrary } from "./ask-library.ts";
import { type Exchange, exchanges } from "./exchange.ts";
import type { OauthContext } from "./open-oauth.ts";
import { PATHS } from "./paths.ts";
import { readForm } from "./read-form.ts";
import { withTokenId } from "./revoked-token.ts";

/** Forms that are worked on at once. */
export const MOST_AT_ONCE = 256;
/** Forms of one address among them: who guesses is kept waiting, and must not keep the places of everybody else meanwhile. */
export const MOST_OF_ADDRESS = 32;

/** Serves a form that was sent to an endpoint. Throws what {@link readForm} throws, and `OVERLOADED`. */
export type ServeForm = (request: ConnectRequest, path: string, requestId: string) => Promise<Answer>;

/** Makes the server of token endpoint and revocation endpoint. */
export function formServer(context: OauthContext): ServeForm {
  let working = 0;
  const ofAddress = new Map<string, number>();
  return async (request, path, requestId) => {
    const form = await readForm(request);
    const group = addressGroup(request.socket?.remoteAddress);
    const own = ofAddress.get(group) ?? 0;
    if (working >= MOST_AT_ONCE || own >= MOST_OF_ADDRESS) {
      throw new Refusal("OVERLOADED", "too many requests are being served", { retryAfterMs: 500 });
    }
    working++;
    ofAddress.set(group, own + 1);
    try {
      return await answerTo(form, request, path, requestId, context);
    } finally {
      working--;
      const left = (ofAddress.get(group) ?? 1) - 1;
      if (left === 0) ofAddress.delete(group);
      else ofAddress.set(group, left);
    }
  };
}

async function answerTo(
  form: Buffer,
  request: ConnectRequest,
  path: string,
  requestId: string,
  context: OauthContext,
): Promise<Answer> {
  const certificate = certificateOf(request);
  const { body, ...revoked } = path === PATHS.revoke ? await withTokenId(form, context.verifier) : { body: form };
  const exchange: Exchange = {
    requestId,
    address: request.socket?.remoteAddress ?? "",
    certificate: certificate && new X509Certificate(certificate),
    ...revoked,
  };
  const callback = await context.library();
  const { authorization } = request.headers;
  const contentType = textHeader(request, "content-type");
  const asked = { path, host: context.host, authorization, contentType, body };
  const answer = await exchanges.run(exchange, () => askLibrary(callback, asked));
  // Whatever it says itself is JSON; what it is made of answers in words where it fails.
  if (answer.body !== "" && !answer.body.startsWith("{")) throw new Error(`the library answered ${answer.status}`);
  return {
    status: answer.status,
    headers: {
      "cache-control": "no-store",
      ...(answer.wwwAuthenticate !== undefined && { "www-authenticate": answer.wwwAuthenticate }),
      ...(exchange.retryAfterMs !== undefined && { "retry-after": seconds(exchange.retryAfterMs) }),
    },
    body: answer.body,
  };
}
