import { sessionDigest } from "../../call/chain/sessions.ts";
import { type ConnectRequest, pathOf, textHeader } from "../../call/listen/connect-request.ts";
import {
  clearedCookie,
  cookieOf,
  isSameOrigin,
  SESSION_COOKIE,
  strictCookie,
} from "../../call/listen/session-cookie.ts";
import type { Site } from "../../call/listen/site.ts";
import { answerSite, noSuchPage, type SiteAnswer, wantsPage } from "../../call/listen/site-answer.ts";
import { readSmallBody } from "../../call/listen/small-body.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { IdentityContext } from "../context.ts";
import { faultPage, sessionPage, signInPage } from "./session-page.ts";
import { beginSession, endSession, liveSession, staffOf } from "./sessions.ts";
import { redeemCode, SECRET, stateOf } from "./sign-in-code.ts";

/** Cookie by which the browser that redeems a code is known for the one that began. */
export const NONCE_COOKIE = "__Host-ecert-sign-in";
/** Seconds from the beginning of a sign-in until it must be done. */
const NONCE_SECONDS = 300;

type Answer = (context: IdentityContext, request: ConnectRequest) => Promise<SiteAnswer>;

/** What is served, by method and path below the Connect listener. What changes something is for pages of this node alone. */
const PAGES: Readonly<Record<string, Answer>> = {
  "GET /session": shown,
  "POST /session/start": ownPages(started),
  "GET /session/redeem": (context, request) => redeemed(context, request, codeInUrl(request)),
  "POST /session": ownPages(async (context, request) => redeemed(context, request, await codeInBody(request))),
  "DELETE /session": ownPages(ended),
  "POST /session/end": ownPages(ended),
};

/**
 * The beginning and the end of a session, on the Connect listener: `POST /session/start` gives the browser a nonce and tells where to show the
 * certificate, `GET /session/redeem` or `POST /session` takes the code from there and sets the cookie, `DELETE /session` or `POST /session/end` signs
 * out. `GET /session` is a page for people.
 */
export function sessionSite(context: IdentityContext): Site {
  return {
    path: "/session",
    serve(request, response) {
      const page = PAGES[`${request.method} ${pathOf(request)}`];
      const answer = async () => {
        if (!page) throw noSuchPage(request.method, pathOf(request));
        return page(context, request);
      };
      return answerSite(request, response, answer, faultPage(context));
    },
  };
}

async function shown(context: IdentityContext, request: ConnectRequest): Promise<SiteAnswer> {
  staffOf(context);
  const live = await living(context, request);
  return { html: live ? sessionPage(live.account, live.session) : signInPage() };
}

async function started(context: IdentityContext, request: ConnectRequest): Promise<SiteAnswer> {
  const { signInOrigin } = staffOf(context);
  const nonce = Buffer.from(context.runtime.randomBytes(32)).toString("base64url");
  const signIn = `${signInOrigin}/sign-in?state=${stateOf(nonce)}`;
  const cookies = [strictCookie(NONCE_COOKIE, nonce, NONCE_SECONDS)];
  return wantsPage(request) ? { location: signIn, cookies } : { json: { signIn }, cookies };
}

/** A browser that was signed in is no longer: it has one session at a time. */
async function redeemed(context: IdentityContext, request: ConnectRequest, code: string): Promise<SiteAnswer> {
  staffOf(context);
  const nonce = cookieOf(request, NONCE_COOKIE);
  const { account, certificate } = await redeemCode(context, code, nonce);
  const before = await living(context, request);
  if (before) await endSession(context, before.session, "sign-in");
  const hints = { agent: textHeader(request, "user-agent") ?? "", address: request.socket?.remoteAddress ?? "" };
  const { secret, session } = await beginSession(context, account, certificate, hints);
  const cookies = [strictCookie(SESSION_COOKIE, secret), clearedCookie(NONCE_COOKIE)];
  if (request.method === "GET") return { location: "/session", cookies };
  return { json: { session: session._id, account: account._id, ends: session.ends }, cookies };
}

async function ended(context: IdentityContext, request: ConnectRequest): Promise<SiteAnswer> {
  const live = await living(context, request);
  if (live) await endSession(context, live.session, "owner");
  const cookies = [clearedCookie(SESSION_COOKIE)];
  return wantsPage(request) ? { location: "/session", cookies } : { json: {}, cookies };
}

/** The session of a request's cookie, if it lives. */
async function living(context: IdentityContext, request: ConnectRequest) {
  const secret = cookieOf(request, SESSION_COOKIE);
  if (secret === undefined || !SECRET.test(secret)) return undefined;
  return liveSession(context, sessionDigest(secret)).catch((error: unknown) => {
    if (error instanceof Refusal && error.reason === "SESSION_ENDED") return undefined;
    throw error;
  });
}

function ownPages(answer: Answer): Answer {
  return async (context, request) => {
    if (isSameOrigin(request)) return answer(context, request);
    throw new Refusal(
      "PERMISSION_DENIED",
      "is for pages of this node alone: send Origin with the host that is called",
      {
        localizedDetail: "仅接受本节点页面发起的请求",
        metadata: { proof: "session" },
      },
    );
  };
}

function codeInUrl(request: ConnectRequest): string {
  return new URL(request.url, "https://node").searchParams.get("code") ?? "";
}

async function codeInBody(request: ConnectRequest): Promise<string> {
  const body = await readSmallBody(request);
  try {
    const { code } = JSON.parse(body);
    if (typeof code === "string") return code;
  } catch {
    // Told below.
  }
  const localized = '请求体应为JSON：{"code": "登录码"}';
  throw refuseField("INVALID_FIELD", "code", "is missing", 'send JSON, {"code": "…"}', localized);
}
