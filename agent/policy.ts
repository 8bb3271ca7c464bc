import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseSealPicture } from "../services/document/parse-template.ts";
import { canonicalJson, sha256Hex } from "../services/domain/canonical.ts";
import { type FieldViolation, Refusal, terminalFault } from "../services/domain/refusal.ts";
import { isSandboxNode } from "../services/domain/sandbox.ts";
import { loadOriginKeys, type OriginKey, type OriginKeys } from "../services/trust/origin.ts";
import { originHash } from "../services/trust/origin-sign.ts";
import { readSeal } from "../services/trust/seal/read-seal.ts";
import { maySign } from "../services/trust/seal/seal-algorithm.ts";
import { loadSigningCertificate, type SigningCertificate } from "../services/trust/signing-certificate.ts";
import { type PolicyFile, readPolicyFile, type SealUnit } from "./config/policy-file.ts";
import { refuseFaults } from "./config/strict.ts";
import { type Delegates, readDelegates, requireKeysApart } from "./delegates.ts";

/** What a seal (电子印章) may sign, and with which key. */
export interface SealRule {
  code: string;
  /** Label of the key in the device. */
  keyLabel: string;
  signer: SigningCertificate;
  /** Electronic seal (SESeal of GB/T 38540, DER) that is stamped on OFDs, the same that the core has bound to the seal. */
  electronic?: Uint8Array;
  /** Codes of catalog items. */
  items: ReadonlySet<string>;
  /** The bodies for which it signs, by social credit code: the department and its subordinate units (5.8.4), named as on certificates. */
  units: ReadonlyMap<string, SealUnit>;
  /** What is drawn on faces (印章图样): canonical JSON, and its digest. */
  picture: { text: string; sha256: string };
  ratePerMinute: number;
}

/** How certificates of one catalog item are checked. */
export interface ItemRule {
  /**
   * `required`: a department system must have signed the data, so that no core can forge. `officer`: so it must, or an officer must have confirmed
   * them with his security key; what comes from a console needs that. `officer-here`: the same, on this host's own page alone. `attested`: the core vouches for the officer who issued on
   * screen; a hostile core could forge certificates of such an item.
   */
  origin: "required" | "officer" | "officer-here" | "attested";
}

/** What this host allows its device to sign. Checked and loaded; nothing in it changes while it is used. */
export interface Policy {
  /** The seals are test seals of a sandbox (6.2.4): certificates of sandboxes alone are signed, else those of production alone. */
  sandbox: boolean;
  seals: ReadonlyMap<string, SealRule>;
  /** Items that each app may ask for; `undefined` stands for all that the seal allows. */
  apps: ReadonlyMap<string, ReadonlySet<string> | undefined>;
  /** Apps of other departments that may ask on behalf of units of the seals. */
  delegates: Delegates;
  /** Rules of items that have their own; {@link itemRule} gives the default for others. */
  items: ReadonlyMap<string, ItemRule>;
  originKeys: OriginKeys;
  /** Departments whose lists of officers count: where each stands, and the key by which it is the department's. By social credit code. */
  officers: ReadonlyMap<string, OfficerSource>;
  /** How old an origin signature may be, or a confirmation. */
  originMaxAgeSeconds: number;
}

/** Where a department puts its list of officers, and whose signature it must bear. */
export interface OfficerSource {
  listFile: string;
  key: KeyObject;
}

const DEFAULT_ITEM: ItemRule = { origin: "required" };

/** Whether an officer's word is asked for what comes from a console. */
export const asksOfficers = ({ origin }: ItemRule): boolean => origin === "officer" || origin === "officer-here";

/** The rule of a catalog item: the strictest one where the policy does not name it. */
export function itemRule(policy: Pick<Policy, "items">, item: string): ItemRule {
  return policy.items.get(item) ?? DEFAULT_ITEM;
}

/**
 * Reads a policy and the certificates and keys that it names. Throws `INVALID_FIELD` with every fault; one is that it is not for a `node` of
 * this kind: test seals sign at sandboxes alone, and no others do.
 */
export function loadPolicy(file: string, node?: string): Policy {
  const read = readPolicyFile(file);
  const faults: FieldViolation[] = [];
  if (node !== undefined && isSandboxNode(node) !== read.sandbox) {
    const remedy = read.sandbox
      ? "take a policy with real seals"
      : "take a policy with `sandbox` that has test seals alone";
    faults.push(terminalFault("sandbox", `must be ${!read.sandbox} at node ${node}`, remedy));
  }
  const seals = unique(read.seals, "seals", byCode, faults).map((seal, index): [string, SealRule] => {
    const signer = attempt(faults, `seals[${index}].certificateFile`, () =>
      loadSigningCertificate(
        [seal.certificateFile, ...seal.chainFiles].map((one) => readFileSync(one, "utf8")).join("\n"),
      ),
    ) as SigningCertificate;
    const { code, keyLabel, ratePerMinute, electronicSealFile, pictureFile } = seal;
    const picture = attempt(faults, `seals[${index}].pictureFile`, () =>
      loadPicture(pictureFile),
    ) as SealRule["picture"];
    const electronic =
      electronicSealFile &&
      attempt(faults, `seals[${index}].electronicSealFile`, () => loadElectronicSeal(electronicSealFile, signer));
    const rule = { code, keyLabel, signer, ratePerMinute, picture, ...(electronic && { electronic }) };
    const units = new Map(unique(seal.units, `seals[${index}].units`, byCode, faults).map((unit) => [unit.code, unit]));
    return [code, { ...rule, items: new Set(seal.items), units }];
  });
  requireOneSeal(read.seals, faults);
  const items = unique(read.items, "items", ({ item }) => item, faults).map(({ item, origin }): [string, ItemRule] => [
    item,
    { origin },
  ]);
  const apps = unique(read.apps, "apps", ({ app }) => app, faults);
  const { delegates, originKeys } = loadAskers(read, faults);
  const officers = loadOfficers(read, faults);
  refuseFaults(file, faults);
  return {
    sandbox: read.sandbox,
    seals: new Map(seals),
    apps: new Map(apps.map(({ app, items: own }) => [app, own && new Set(own)])),
    delegates,
    items: new Map(items),
    originKeys,
    officers,
    originMaxAgeSeconds: read.originMaxAgeSeconds,
  };
}

/** Who may ask beside the department itself, and the keys of all who may. Adds what is wrong with them to `faults`. */
export function loadAskers(
  read: Pick<PolicyFile, "apps" | "delegates" | "seals">,
  faults: FieldViolation[],
): Pick<Policy, "delegates" | "originKeys"> {
  const delegates = readDelegates(read, faults);
  const originKeys = attempt(faults, "apps", () => {
    const keys = loadOriginKeys(collectKeys([...read.apps, ...read.delegates]));
    requireKeysApart(keys.given, delegates);
    return keys;
  });
  return { delegates, originKeys: originKeys as OriginKeys };
}

/** Lists of officers, at most: all of them go to each core in one message. */
const MAX_OFFICER_LISTS = 16;

/** The lists themselves are read by whoever holds them up to date. Adds what is wrong to `faults`. */
function loadOfficers({ officers, items }: PolicyFile, faults: FieldViolation[]): Policy["officers"] {
  for (const [index, { item, origin }] of items.entries()) {
    if (!asksOfficers({ origin }) || officers.length > 0) continue;
    const remedy = "name the department's list, and the key by which it is signed, in `officers`";
    faults.push(
      terminalFault(`items[${index}].origin`, `no officer can confirm item ${item}: there is no list`, remedy),
    );
  }
  if (officers.length > MAX_OFFICER_LISTS)
    faults.push(terminalFault("officers", `are ${officers.length} lists, at most ${MAX_OFFICER_LISTS} are held`));
  const sources = unique(officers, "officers", ({ department }) => department, faults).map(
    ({ department, listFile, signerKeyFile }, index) => {
      const key = attempt(faults, `officers[${index}].signerKeyFile`, () => loadSignerKey(signerKeyFile)) as KeyObject;
      return [department, { listFile, key }] as const;
    },
  );
  return new Map(sources);
}

function loadSignerKey(file: string): KeyObject {
  const key = createPublicKey(readFileSync(file, "utf8"));
  // Throws on kinds of keys that sign no lists.
  originHash(key);
  return key;
}

const byCode = ({ code }: { code: string }) => code;

/** For an item and a unit one seal signs: else a core would choose between two. */
function requireOneSeal(seals: PolicyFile["seals"], faults: FieldViolation[]): void {
  const owners = new Map<string, string>();
  for (const [index, { code, items, units }] of seals.entries()) {
    for (const item of items) {
      for (const unit of units) {
        const key = JSON.stringify([item, unit.code]);
        const owner = owners.get(key) ?? code;
        owners.set(key, owner);
        if (owner === code) continue;
        const description = `item ${item} is signed for ${unit.code} by seal ${owner} too: one seal for an item and a unit`;
        faults.push(terminalFault(`seals[${index}]`, description, "take the item or the unit from one of them"));
      }
    }
  }
}

function loadPicture(file: string): SealRule["picture"] {
  const text = canonicalJson(parseSealPicture(readFileSync(file, "utf8")));
  return { text, sha256: sha256Hex(text) };
}

function loadElectronicSeal(file: string, signer: SigningCertificate | undefined): Uint8Array {
  const der = readFileSync(file);
  const { signers, name } = readSeal(der);
  if (signer && !maySign(signers, signer.certificate)) {
    throw new Refusal("INVALID_FIELD", `the electronic seal "${name}" does not list the signing certificate`);
  }
  return der;
}

/** Several apps of one department may share a key; it is then listed with each of them under the same id and file. */
function collectKeys(apps: readonly Pick<PolicyFile["apps"][number], "app" | "originKeys">[]): OriginKey[] {
  const keys = new Map<string, OriginKey & { apps: string[] }>();
  for (const { app, originKeys } of apps) {
    for (const { id, publicKeyFile } of originKeys) {
      const publicKeyPem = readFileSync(publicKeyFile, "utf8");
      const known = keys.get(id);
      if (known && known.publicKeyPem !== publicKeyPem)
        throw new Error(`origin key ${id} stands for two different keys`);
      if (known && !known.apps.includes(app)) known.apps.push(app);
      if (!known) keys.set(id, { id, publicKeyPem, apps: [app] });
    }
  }
  return [...keys.values()];
}

function unique<T>(entries: T[], where: string, keyOf: (entry: T) => string, faults: FieldViolation[]): T[] {
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const key = keyOf(entry);
    if (seen.has(key)) faults.push(terminalFault(`${where}[${index}]`, `${key} is given twice`));
    seen.add(key);
  }
  return entries;
}

function attempt<T>(faults: FieldViolation[], field: string, load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    const description = error instanceof Refusal || error instanceof Error ? error.message : String(error);
    faults.push(terminalFault(field, description));
    return undefined;
  }
}
