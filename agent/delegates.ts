import { createPublicKey } from "node:crypto";
import { shanghaiDay } from "../services/domain/civil-date.ts";
import type { MessageMetadata } from "../services/domain/message.ts";
import { type FieldViolation, terminalFault } from "../services/domain/refusal.ts";
import type { OriginKey } from "../services/trust/origin.ts";
import type { PolicyFile } from "./config/policy-file.ts";
import { refuseMember } from "./refuse-member.ts";

/**
 * The app of another department that may ask on behalf of this one (受托应用): a unified acceptance system (5.6.2, 5.6.3), or a superior's
 * system (6.4.4.2). It may ask for what is named here and for nothing else, and its keys sign orders of its own alone.
 */
export interface Delegate {
  /** Bodies in whose name it has certificates issued, by social credit code. */
  units: ReadonlySet<string>;
  /** Codes of catalog items. */
  items: ReadonlySet<string>;
  /** Last day on which this host signs for it, `yyyy-MM-dd`. */
  until: string;
}

/** Delegates by app. One that acts for several bodies on several terms stands there several times, each body once. */
export type Delegates = ReadonlyMap<string, readonly Delegate[]>;

/** Refuses (`POLICY_REFUSED`) what a delegate asks for beyond what is named: for another body, another item, or behind its last day. */
export function requireDelegated(delegates: readonly Delegate[], metadata: MessageMetadata, now: Date): void {
  const { app, issuer, itemCode } = metadata;
  const delegate = delegates.find(({ units }) => units.has(issuer.code));
  if (!delegate)
    throw refuseMember(
      "metadata.issuer.code",
      issuer.code,
      `app ${app} may not ask on behalf of this unit`,
      "name the unit in `delegates` of the policy of this host, if it has delegated that",
      `本机策略未允许受托应用${app}代单位${issuer.code}申请，如已委托，请在策略的delegates中加入`,
    );
  if (!delegate.items.has(itemCode))
    throw refuseMember(
      "metadata.itemCode",
      itemCode,
      `app ${app} may not ask for this item on behalf of ${issuer.code}`,
      "name the item in `delegates` of the policy of this host, if it has been delegated",
      `本机策略未允许受托应用${app}代单位${issuer.code}申请目录项${itemCode}，如已委托，请在策略的delegates中加入`,
    );
  if (shanghaiDay(now) > delegate.until)
    throw refuseMember(
      "metadata.app",
      app,
      `it could ask on behalf of ${issuer.code} until ${delegate.until}`,
      "write a later last day into `delegates` of the policy of this host, if the delegation goes on",
      `受托应用${app}代单位${issuer.code}申请的期限为${delegate.until}，已到期；如继续委托，请在策略的delegates中改期`,
    );
}

/** Delegates as the policy's file has them. Adds what is wrong with them to `faults`. */
export function readDelegates(
  { delegates, apps, seals }: Pick<PolicyFile, "delegates" | "apps" | "seals">,
  faults: FieldViolation[],
): Delegates {
  const signed = {
    units: new Set(seals.flatMap(({ units }) => units.map(({ code }) => code))),
    items: new Set(seals.flatMap(({ items }) => items)),
  };
  const read = new Map<string, Delegate[]>();
  for (const [index, { app, units, items, until }] of delegates.entries()) {
    const fault = (member: string, description: string, remedy: string) =>
      faults.push(terminalFault(`delegates[${index}].${member}`, description, remedy));
    if (apps.some((one) => one.app === app))
      fault("app", `${app} stands in apps too`, "an app is the department's own, or a delegate: take one of both out");
    const before = read.get(app) ?? [];
    for (const [place, unit] of units.entries()) {
      const twice = before.some((one) => one.units.has(unit)) || units.indexOf(unit) < place;
      if (twice) fault(`units[${place}]`, `${unit} is given twice for app ${app}`, "name all its items in one place");
      if (!signed.units.has(unit))
        fault(`units[${place}]`, `no seal signs for ${unit}`, "name a unit of one of the seals");
    }
    for (const [place, item] of items.entries()) {
      if (!signed.items.has(item))
        fault(`items[${place}]`, `no seal signs ${item}`, "name an item of one of the seals");
    }
    read.set(app, [...before, { units: new Set(units), items: new Set(items), until }]);
  }
  return read;
}

/**
 * Throws where one key is both the department's own and a delegate's: who holds it would sign as an app of the department, to which the bounds
 * of a delegate do not apply.
 */
export function requireKeysApart(keys: readonly OriginKey[], delegates: Delegates): void {
  const owners = new Map<string, boolean>();
  for (const { id, publicKeyPem, apps = [] } of keys) {
    const spki = createPublicKey(publicKeyPem).export({ type: "spki", format: "der" }).toString("base64");
    for (const app of apps) {
      const delegate = delegates.has(app);
      if (owners.get(spki) === !delegate)
        throw new Error(`origin key ${id} is the department's own and a delegate's: each needs a key of its own`);
      owners.set(spki, delegate);
    }
  }
}
