import { Faulty } from "../public-page/fault.ts";
import type { Both } from "../public-page/language.ts";
import { type Token, tokenOf } from "./sign-in.ts";

/** What the page says to the portal that shows it, and what that answers: `{ type, access_token, expires_in }`. */
const WANTED = "ecert-token-wanted";
const GIVEN = "ecert-token";
/** Longest time that a portal may take to answer. */
const TIMEOUT_MS = 10_000;

const SILENT: Both = [
  "展示本页的门户没有交来登录信息。请在门户中重新登录。",
  "The portal that shows this page has handed over no token: sign in there again.",
];

/**
 * The token of whoever has signed in at the portal that shows this page in a frame. Only origins that this node's configuration names are asked, and only
 * their answer is taken. Rejects with {@link Faulty} where none comes.
 */
export function askPortal(origins: readonly string[]): Promise<Token> {
  const answered = Promise.withResolvers<Token>();
  const listening = new AbortController();
  const told = ({ source, origin, data }: MessageEvent): void => {
    if (source !== parent || !origins.includes(origin) || data?.type !== GIVEN) return;
    try {
      answered.resolve(tokenOf(data));
    } catch (error) {
      answered.reject(error);
    }
  };
  addEventListener("message", told, { signal: listening.signal });
  const timer = setTimeout(() => answered.reject(new Faulty(SILENT)), TIMEOUT_MS);
  // Where the portal is of another origin the browser does not deliver it.
  for (const origin of origins) parent.postMessage({ type: WANTED }, origin);
  return answered.promise.finally(() => {
    clearTimeout(timer);
    listening.abort();
  });
}
