import { shanghaiDay } from "../../services/domain/civil-date.ts";
import { confirmationChallenge, confirmedDigest, MAX_CONFIRMED } from "../../services/domain/confirmation.ts";
import { consoleApp } from "../../services/domain/console-app.ts";
import { originStatementOf } from "../../services/domain/origin-statement.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { verifyAssertion } from "../../services/trust/officers/assertion.ts";
import {
  credentialIn,
  credentialsOf,
  relyingParty,
  verifyConfirmation,
} from "../../services/trust/officers/verify-confirmation.ts";
import type { OfficerLists } from "../officer-lists.ts";
import type { OfficerSession, OfficerSessions } from "./officer-sessions.ts";
import { type AssertionGiven, readAssertion, readIds, readText } from "./page-bodies.ts";
import type { WaitingOrder, WaitingOrders } from "./waiting-orders.ts";

/** What the calls of the page work with. */
export interface PageParts {
  node: string;
  /** Origin of the page. */
  page: string;
  officers: Pick<OfficerLists, "all">;
  waiting: WaitingOrders;
  sessions: OfficerSessions;
  maxAgeSeconds: number;
  clockSkewSeconds: number;
  /** Right time; throws where the clock is not to be trusted. */
  now: () => Date;
}

/** What the page asks its host, each call with its body. Sentences of refusals name the field. */
export interface PageCalls {
  /** What the security key of an account has to sign so that its owner comes in; of an account that nobody lists, no key. */
  enter(body: unknown): { challenge: string; rpId: string; credentialIds: string[] };
  /** Begins a session: returns its token, and whose it is. Throws `SIGN_IN_REFUSED`, or what is wrong with the assertion. */
  entered(body: unknown): { token: string; session: OfficerSession };
  /** What waits for the officer's department, as this host has judged it. */
  orders(session: OfficerSession): { orders: ShownOrder[] };
  /** The face of one, as it was drawn here. Throws `CERTIFICATE_UNKNOWN`. */
  face(session: OfficerSession, id: string): Uint8Array;
  /** What the security key has to sign so that orders are confirmed. */
  prepare(
    session: OfficerSession,
    body: unknown,
  ): { challenge: string; rpId: string; credentialIds: string[]; signedAt: string };
  /** Takes the confirmation of orders, all or none. Throws as {@link verifyConfirmation} does. */
  confirm(session: OfficerSession, body: unknown): { confirmed: number };
}

/** An order as the page shows it: all of it from the message that would be signed. */
export interface ShownOrder {
  id: string;
  name: string;
  holders: readonly { name: string; code: string }[];
  number: string;
  numberGiven: boolean;
  issuer: string;
  businessSerial: string;
  app: string;
  replaces?: string;
  core: string;
  since: string;
  facePdfSha256: string;
}

/** Makes the calls. */
export function createPageCalls(parts: PageParts): PageCalls {
  const { node, page, officers, waiting, sessions, maxAgeSeconds, clockSkewSeconds, now } = parts;
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
  const listOf = ({ department }: Pick<OfficerSession, "department">) => {
    const list = officers.all().find((one) => one.department === department);
    if (!list) throw new Refusal("SESSION_ENDED", "the department's list of officers is not in force any more");
    return list;
  };
  const keysOf = (account: string) => {
    const day = shanghaiDay(now());
    return officers.all().flatMap((list) => credentialsOf(list, account, day, page).map(({ id }) => id));
  };
  /** Whoever was taken out of the list meanwhile sees nothing more. */
  const waitingOf = ({ department, account }: OfficerSession) => {
    const keys = credentialsOf(listOf({ department }), account, shanghaiDay(now()), page);
    if (keys.length === 0)
      throw new Refusal("SESSION_ENDED", "the department's list has no security key of yours any more");
    return waiting.of(consoleApp(node, department));
  };
  const chosen = (session: OfficerSession, body: unknown) => {
    const own = new Map(waitingOf(session).map((order) => [order.id, order]));
    return readIds(body, MAX_CONFIRMED).map((id) => own.get(id) ?? gone());
  };
  const digests = (orders: readonly WaitingOrder[], signedAt: string) =>
    orders.map(({ message, numberGiven }) => confirmedDigest(originStatementOf(message, signedAt, numberGiven)));
  const rpId = new URL(page).hostname;

  return {
    enter(body) {
      const account = readText(body, "account", 64);
      return { challenge: base64(sessions.challenge()), rpId, credentialIds: keysOf(account) };
    },
    entered(body) {
      const { credentialId, challenge, ...assertion } = readAssertion(body);
      if (!challenge || !sessions.use(challenge)) throw bygone();
      const day = shanghaiDay(now());
      for (const list of officers.all()) {
        const listed = list.officers.some(({ credentials }) =>
          credentials.some(({ id }) => id === base64(credentialId)),
        );
        if (!listed || day < list.from || day > list.until) continue;
        const { officer, key } = credentialIn({ list, page }, base64(credentialId), day);
        verifyAssertion(assertion, { challenge, key, ...relyingParty({ list, page }) });
        const session = { account: officer.account, name: officer.name, department: list.department };
        return { token: sessions.begin(session), session };
      }
      throw notListed();
    },
    orders: (session) => ({ orders: waitingOf(session).map(shownOf) }),
    face: (session, id) => (waitingOf(session).find((order) => order.id === id) ?? gone()).pdf,
    prepare(session, body) {
      const signedAt = now().toISOString();
      const challenge = confirmationChallenge(node, digests(chosen(session, body), signedAt));
      const day = shanghaiDay(now());
      const keys = credentialsOf(listOf(session), session.account, day, page);
      return { challenge: base64(challenge), rpId, credentialIds: keys.map(({ id }) => id), signedAt };
    },
    confirm(session, body) {
      const orders = chosen(session, body);
      const signedAt = readText(body, "signedAt", 35);
      const list = listOf(session);
      const given: AssertionGiven = readAssertion(body);
      const { challenge: _, ...assertion } = given;
      const confirmation = { ...assertion, orders: digests(orders, signedAt) };
      const rules = { list, page, maxAgeSeconds, maxSkewSeconds: clockSkewSeconds };
      for (const { message, numberGiven } of orders) {
        const statement = originStatementOf(message, signedAt, numberGiven);
        const { account } = verifyConfirmation(rules, confirmation, statement, now());
        if (account !== session.account) throw another();
      }
      for (const { id, numberGiven } of orders) waiting.confirm(id, { ...confirmation, signedAt, numberGiven });
      return { confirmed: orders.length };
    },
  };
}

function shownOf({ id, message, numberGiven, core, since }: WaitingOrder): ShownOrder {
  const { name, holders, number, issuer, businessSerial, app, replaces } = message.metadata;
  return {
    ...{ id, name, number, numberGiven, businessSerial, app, core },
    holders: holders.map((holder) => ({ name: holder.name, code: holder.code })),
    issuer: issuer.name,
    ...(replaces !== undefined && { replaces }),
    since: since.toISOString(),
    facePdfSha256: message.faces.find(({ format }) => format === "pdf")?.sha256 ?? "",
  };
}

function gone(): never {
  throw new Refusal("CERTIFICATE_UNKNOWN", "ids: an order does not wait here any more: issue it again on the console", {
    localizedDetail: "该申请已不在此等候，请在经办界面再次点击签发",
  });
}

function bygone(): Refusal {
  const text = "challenge: is not one of this page, was used, or is older than two minutes";
  return new Refusal("SIGN_IN_REFUSED", `${text}: sign in anew`, { localizedDetail: "登录已超时，请重新登录" });
}

function notListed(): Refusal {
  const text = "the security key is none of the department's list of officers for this page";
  return new Refusal(
    "SIGN_IN_REFUSED",
    `${text}: register it here and have it put into the list (ecert officers add --page)`,
    {
      localizedDetail: "该安全密钥未登记为本页面的经办密钥，请在本页登记，并由部门加入名单",
    },
  );
}

function another(): Refusal {
  const text = "the security key is another officer's than the one who is signed in";
  return new Refusal("PERMISSION_DENIED", `${text}: use your own`, { localizedDetail: "请使用登录者本人的安全密钥" });
}
