import { newSecret, SECRET } from "../../base/secret.ts";
import { sessionDigest } from "../../call/chain/sessions.ts";
import { type ConnectRequest, type ConnectResponse, pathOf, textHeader } from "../../call/listen/connect-request.ts";
import {
  clearedCookie,
  cookieOf,
  isSameOrigin,
  SESSION_COOKIE,
  strictCookie,
} from "../../call/listen/session-cookie.ts";
import type { Site } from "../../call/listen/site.ts";
import { answerSite, noSuchPage, type SiteAnswer, wantsPage } from "../../call/listen/site-answer.ts";
import { STAFF_PAGES } from "../../call/pages/screens-site.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import type { IdentityContext } from "../context.ts";
import { passwordMark } from "../passwords/password-record.ts";
import { requirePasswords } from "../passwords/passwords.ts";
import { provePassword } from "../passwords/prove-password.ts";
import { faultsOf, sessionPage, signInPage } from "./session-page.ts";
import type { SignInProof } from "./session-record.ts";
import { beginSession, endSession, liveSession, staffOf } from "./sessions.ts";
import { codeInBody, passwordInBody } from "./sign-in-body.ts";
import { redeemCode, stateOf } from "./sign-in-code.ts";

/** Cookie by which the browser that redeems a code is known for the one that began. */
export const NONCE_COOKIE = "__Host-ecert-sign-in";
/** Cookie that tells from which page of ours somebody went to sign in, to come back there. */
const PAGE_COOKIE = "__Host-ecert-page";
/** Seconds from the beginning of a sign-in until it must be done. */
const NONCE_SECONDS = 300;

type Answer = (context: IdentityContext, request: ConnectRequest, response: ConnectResponse) => Promise<SiteAnswer>;

/** What is served, by method and path below the Connect listener. What changes something is for pages of this node alone. */
const PAGES: Readonly<Record<string, Answer>> = {
  "GET /session": shown,
  "POST /session/start": ownPages(started),
  "GET /session/redeem": (context, request) => redeemed(context, request, codeInUrl(request)),
  "POST /session": ownPages(async (context, request) => redeemed(context, request, await codeInBody(request))),
  "POST /session/password": ownPages(byPassword),
  "DELETE /session": ownPages(ended),
  "POST /session/end": ownPages(ended),
};

/**
 * The beginning and the end of a session, on the Connect listener: `POST /session/start` gives the browser a nonce and tells where to show the
 * certificate, `GET /session/redeem` or `POST /session` takes the code from there and sets the cookie, `POST /session/password` sets it where the node
 * has passwords, `DELETE /session` or `POST /session/end` signs
 * out. `GET /session` is a page for people.
 */
export function sessionSite(context: IdentityContext): Site {
  return {
    path: "/session",
    serve(request, response) {
      const page = PAGES[`${request.method} ${pathOf(request)}`];
      const answer = async () => {
        if (!page) throw noSuchPage(request.method, pathOf(request));
        return page(context, request, response);
      };
      return answerSite(request, response, answer, faultsOf(context));
    },
  };
}

async function shown(context: IdentityContext, request: ConnectRequest): Promise<SiteAnswer> {
  staffOf(context);
  const live = await living(context, request);
  const asked = new URL(request.url, "https://node").searchParams.get("lang");
  const language = asked === "en" ? "en" : "zh-CN";
  const html = live
    ? sessionPage(live.account, live.session, language)
    : signInPage(context.passwords !== undefined, language);
  return { html };
}

async function started(context: IdentityContext, request: ConnectRequest): Promise<SiteAnswer> {
  const { signInOrigin } = staffOf(context);
  const nonce = newSecret(context.runtime.randomBytes);
  const signIn = `${signInOrigin}/sign-in?state=${stateOf(nonce)}`;
  const cookies = [
    strictCookie(NONCE_COOKIE, nonce, NONCE_SECONDS),
    strictCookie(PAGE_COOKIE, pageAsked(request), NONCE_SECONDS),
  ];
  return wantsPage(request) ? { location: signIn, cookies } : { json: { signIn }, cookies };
}

async function redeemed(context: IdentityContext, request: ConnectRequest, code: string): Promise<SiteAnswer> {
  staffOf(context);
  const nonce = cookieOf(request, NONCE_COOKIE);
  const { account, certificate } = await redeemCode(context, code, nonce);
  const { json, cookies } = await signedIn(context, request, account, certificate);
  const all = [...cookies, clearedCookie(NONCE_COOKIE), clearedCookie(PAGE_COOKIE)];
  const home = homeOf(context, cookieOf(request, PAGE_COOKIE));
  return request.method === "GET" ? { location: home, cookies: all } : { json, cookies: all };
}

async function byPassword(
  context: IdentityContext,
  request: ConnectRequest,
  response: ConnectResponse,
): Promise<SiteAnswer> {
  requirePasswords(context);
  const claim = await passwordInBody(request);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const source = { address: request.socket?.remoteAddress, signal: gone.signal };
  const { account, record } = await provePassword(context, claim, "sign-in", source);
  const proof = { proof: "password" as const, fingerprint: passwordMark(record), certificates: [] };
  const { json, cookies } = await signedIn(context, request, account, proof);
  return wantsPage(request) ? { location: homeOf(context, pageAsked(request)), cookies } : { json, cookies };
}

/** Where people go on: the page of ours that they came from, else the console, where the node has them. */
function homeOf({ runtime }: IdentityContext, page: string | undefined): string {
  if (!runtime.config.screens) return "/session";
  return page !== undefined && Object.hasOwn(STAFF_PAGES, page)
    ? STAFF_PAGES[page as keyof typeof STAFF_PAGES]
    : STAFF_PAGES.console;
}

/** The page that a request names (`?page=mini`), of those that there are: nobody is sent anywhere else. */
function pageAsked(request: ConnectRequest): string {
  const page = new URL(request.url, "https://node").searchParams.get("page") ?? "";
  return Object.hasOwn(STAFF_PAGES, page) ? page : "console";
}

/** Begins the session of whoever has signed in. A browser that was signed in is no longer: it has one session at a time. */
async function signedIn(
  context: IdentityContext,
  request: ConnectRequest,
  account: AccountDocument,
  proof: SignInProof,
): Promise<{ json: object; cookies: string[] }> {
  const before = await living(context, request);
  if (before) await endSession(context, before.session, "sign-in");
  const hints = { agent: textHeader(request, "user-agent") ?? "", address: request.socket?.remoteAddress ?? "" };
  const { secret, session } = await beginSession(context, account, proof, hints);
  const json = { session: session._id, account: account._id, ends: session.ends };
  return { json, cookies: [strictCookie(SESSION_COOKIE, secret)] };
}

async function ended(context: IdentityContext, request: ConnectRequest): Promise<SiteAnswer> {
  const live = await living(context, request);
  if (live) await endSession(context, live.session, "owner");
  const cookies = [clearedCookie(SESSION_COOKIE)];
  return wantsPage(request) ? { location: homeOf(context, pageAsked(request)), cookies } : { json: {}, cookies };
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
  return async (context, request, response) => {
    if (isSameOrigin(request)) return answer(context, request, response);
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
