import { create } from "@bufbuild/protobuf";
import { type AppSecret, AppSecretSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { AppDocument, FormerSecret } from "./app-record.ts";

/** Days for which a secret is good where a request names none, and at most. */
export const SECRET_DAYS = 365;
export const MOST_SECRET_DAYS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What is kept of an app's secrets. */
export type KeptSecrets = Pick<AppDocument, "secretHash" | "secretTerms" | "secretUse">;
/** What of that travels, and changes as a whole. */
export type TravellingSecrets = Required<Pick<AppDocument, "secretHash" | "secretTerms">>;

/** One secret of an app. */
export interface KeptSecret {
  hash: string;
  /** RFC 3339. Absent: before that was kept. */
  made?: string | undefined;
  /** RFC 3339. Absent: it has no end. */
  ends?: string | undefined;
  /** Day on which it last gave a token here. */
  usedOn?: string | undefined;
}

/** Secrets of an app, the newest first; those too that have ended. */
export function secretsOf({ secretHash: hash, secretTerms, secretUse }: KeptSecrets): KeptSecret[] {
  if (hash === undefined) return [];
  const newest = { hash, made: secretTerms?.made, ends: secretTerms?.ends, usedOn: secretUse?.newest };
  return secretTerms?.former ? [newest, { ...secretTerms.former, usedOn: secretUse?.former }] : [newest];
}

/** Whether a secret gives tokens at a time. */
export function isGood({ ends }: Pick<KeptSecret, "ends">, at: Date): boolean {
  return ends === undefined || at.toISOString() < ends;
}

/**
 * Secrets of an app behind a rotation: the new one, and, for so many hours, the one that it replaces. Whatever else there was has ended.
 * Without `keepHours`, and where the old one had ended by itself, the new one is alone.
 */
export function rotated(
  old: KeptSecrets | undefined,
  secretHash: string,
  { at, days, keepHours }: { at: Date; days: number; keepHours: number },
): TravellingSecrets {
  const terms = { made: at.toISOString(), ends: after(at, (days || SECRET_DAYS) * DAY_MS) };
  const [replaced] = old ? secretsOf(old) : [];
  if (!replaced || keepHours === 0 || !isGood(replaced, at)) return { secretHash, secretTerms: terms };
  const { hash, made, ends: own } = replaced;
  const kept = after(at, keepHours * HOUR_MS);
  const former: FormerSecret = {
    hash,
    ...(made !== undefined && { made }),
    ends: own !== undefined && own < kept ? own : kept,
  };
  return { secretHash, secretTerms: { ...terms, former } };
}

/** Secrets of an app of which the one that is being replaced has ended; `undefined` where there is none. */
export function withoutOld({ secretHash, secretTerms }: KeptSecrets): TravellingSecrets | undefined {
  if (secretHash === undefined || !secretTerms?.former) return undefined;
  const { former: _ended, ...terms } = secretTerms;
  return { secretHash, secretTerms: terms };
}

/**
 * Secrets of an app that has none any more: in their place stands the hash of one that nobody was told, which has ended too. So no clock
 * decides at the province, and one of an older version refuses them as well. `undefined` where there is nothing to end.
 */
export function revoked(old: KeptSecrets, hashOfNobodys: string, at: Date): TravellingSecrets | undefined {
  if (!secretsOf(old).some((secret) => isGood(secret, at))) return undefined;
  const now = at.toISOString();
  return { secretHash: hashOfNobodys, secretTerms: { made: now, ends: now } };
}

/** Last use of secrets that are still there behind a change: a secret takes it along where it becomes the one that is replaced. */
export function useBehind(old: KeptSecrets | undefined, next: KeptSecrets): Pick<AppDocument, "secretUse"> {
  const before = new Map((old ? secretsOf(old) : []).map(({ hash, usedOn }) => [hash, usedOn]));
  const [newest, former] = secretsOf(next).map(({ hash }) => before.get(hash));
  if (newest === undefined && former === undefined) return {};
  return { secretUse: { ...(newest !== undefined && { newest }), ...(former !== undefined && { former }) } };
}

/** What is told of the secrets of an app: nothing that helps to guess or to compare one. */
export function toldSecrets(kept: KeptSecrets): AppSecret[] {
  return secretsOf(kept).map(({ made = "", ends = "", usedOn: lastUsedDay = "" }) =>
    create(AppSecretSchema, { made, ends, lastUsedDay }),
  );
}

function after(at: Date, ms: number): string {
  return new Date(at.getTime() + ms).toISOString();
}
