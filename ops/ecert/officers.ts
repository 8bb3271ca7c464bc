import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isCivilDate, shanghaiDay } from "../../services/domain/civil-date.ts";
import { Refusal, refuseArgument } from "../../services/domain/refusal.ts";
import { fingerprint } from "../../services/trust/officers/credential.ts";
import {
  OFFICERS_SCHEMA,
  type OfficerList,
  readOfficerList,
  signOfficerList,
  unsignedOfficerList,
} from "../../services/trust/officers/officer-list.ts";
import { readRegistration } from "../../services/trust/officers/registration.ts";
import { EXIT } from "./exit-code.ts";
import { needed, noneBeside } from "./node-arguments.ts";
import { writeNew } from "./node-card.ts";
import { officerListText } from "./officers-text.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = {
  node: { type: "string" },
  department: { type: "string" },
  "rp-id": { type: "string" },
  origin: { type: "string", multiple: true },
  from: { type: "string" },
  until: { type: "string" },
  out: { type: "string" },
  account: { type: "string" },
  name: { type: "string" },
  registration: { type: "string" },
  page: { type: "string" },
  fingerprint: { type: "string" },
  item: { type: "string", multiple: true },
  since: { type: "string" },
  "key-until": { type: "string" },
  credential: { type: "string" },
  on: { type: "string" },
  key: { type: "string" },
  "passphrase-file": { type: "string" },
  "public-key": { type: "string" },
  at: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parse>["values"];

const parse = (args: readonly string[]) =>
  parsedBy({ args: credentialTaken(args), options: OPTIONS, allowPositionals: true });

/** One id in 64 begins with a dash (Base64url), which would be read as an option. */
function credentialTaken(args: readonly string[]): string[] {
  const at = args.indexOf("--credential");
  const id = args[at + 1];
  return at < 0 || id === undefined ? [...args] : [...args.slice(0, at), `--credential=${id}`, ...args.slice(at + 2)];
}

const ACTIONS: Readonly<Record<string, (file: string, values: Values) => number>> = {
  add: addKey,
  end: endKey,
  sign: signList,
  check: checkList,
  show: showList,
};

/** `ecert officers`: makes, changes, signs, verifies and shows a department's list of officers' security keys. Asks no node. */
export async function officers(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [action = "", file, ...surplus] = positionals;
  noneBeside(surplus, "officers");
  if (action === "new" && file === undefined) return newList(values);
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (run) return run(needed(file, "FILE", "officers"), values);
  const description = `没有命令 officers ${action} · there is no officers ${action}`;
  throw refuseArgument("INVALID_FIELD", "command", description, "see ecert officers --help");
}

function newList(values: Values): number {
  const list: OfficerList = {
    node: needed(values.node, "node", "officers"),
    department: needed(values.department, "department", "officers"),
    version: 1,
    from: values.from ?? today(),
    until: needed(values.until, "until", "officers"),
    rpId: needed(values["rp-id"], "rp-id", "officers"),
    origins: values.origin ?? [],
    officers: [],
  };
  const out = needed(values.out, "out", "officers");
  writeNew(out, textOf(list));
  process.stdout.write(`名单 list  ${out}\n`);
  return EXIT.valid;
}

function addKey(file: string, values: Values): number {
  const list = listIn(file);
  const account = needed(values.account, "account", "officers");
  const name = needed(values.name, "name", "officers");
  const { page } = values;
  const demand = page === undefined ? list : { rpId: hostIn(page), origins: [page] };
  const registration = readRegistration(read(needed(values.registration, "registration", "officers")), demand);
  const print = fingerprint(registration);
  if (values.fingerprint === undefined) {
    process.stdout.write(
      `指纹 fingerprint  ${print}\n与本人核对后加 --fingerprint · compare it, then add --fingerprint "${print}"\n`,
    );
    return EXIT.invalid;
  }
  if (values.fingerprint.replaceAll(" ", "").toLowerCase() !== print.replaceAll(" ", "")) {
    const description = `与登记的密钥不符 · is not that of the registered key, ${print}`;
    throw refuseArgument(
      "INVALID_FIELD",
      "--fingerprint",
      description,
      "register the key anew where the officer sees it",
    );
  }
  const until = values["key-until"];
  const credential = {
    ...registration,
    since: values.since ?? today(),
    ...(until !== undefined && { until }),
    ...(page !== undefined && { page }),
  };
  const before = list.officers.find((one) => one.account === account);
  const items = values.item ?? before?.items;
  const officer = { account, name, ...(items && { items }), credentials: [...(before?.credentials ?? []), credential] };
  const others = list.officers.filter((one) => one !== before);
  replace(file, { ...list, version: list.version + 1, officers: [...others, officer] });
  return EXIT.valid;
}

function hostIn(page: string): string {
  if (URL.canParse(page)) return new URL(page).hostname;
  throw refuseArgument(
    "INVALID_FIELD",
    "--page",
    "不是页面地址 · is no origin",
    "write https://HOST or https://HOST:PORT",
  );
}

function endKey(file: string, values: Values): number {
  const list = listIn(file);
  const id = needed(values.credential, "credential", "officers");
  const until = needed(values.on, "on", "officers");
  if (!list.officers.some(({ credentials }) => credentials.some((one) => one.id === id)))
    throw refuseArgument(
      "INVALID_FIELD",
      "--credential",
      "名单中没有 · is not in the list",
      "see ecert officers show FILE",
    );
  const ended = list.officers.map((officer) => ({
    ...officer,
    credentials: officer.credentials.map((one) => (one.id === id ? { ...one, until } : one)),
  }));
  replace(file, { ...list, version: list.version + 1, officers: ended });
  return EXIT.valid;
}

/** The agent takes no list back, so neither does this: a version that is there already is refused. */
function signList(file: string, values: Values): number {
  const list = listIn(file);
  const out = needed(values.out, "out", "officers");
  const key = privateKeyIn(needed(values.key, "key", "officers"), values["passphrase-file"]);
  const before = existsSync(out) ? listIn(out) : undefined;
  if (before && before.version >= list.version) {
    const description = `${out} 已是版本 ${before.version} · is version ${before.version} already, ${file} is ${list.version}`;
    throw refuseArgument("ALREADY_EXISTS", "--out", description, `write a higher version into ${file}`);
  }
  place(out, signOfficerList(withoutSchema(list), key));
  process.stdout.write(`已签名 signed  ${out}  版本 version ${list.version}\n`);
  return EXIT.valid;
}

function checkList(file: string, values: Values): number {
  const key = keyIn(needed(values["public-key"], "public-key", "officers"), (text) => createPublicKey(text));
  const day = values.at ?? today();
  if (!isCivilDate(day)) throw refuseArgument("INVALID_FIELD", "--at", "不是日期 · is no day", "write yyyy-MM-dd");
  try {
    const list = readOfficerList(read(file), key);
    const holds = day >= list.from && day <= list.until;
    const when = holds ? "有效 valid" : "不在有效期内 not in force";
    process.stdout.write(`${when}  版本 version ${list.version}  ${list.from} – ${list.until}\n`);
    return holds ? EXIT.valid : EXIT.invalid;
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== "SIGNATURE_INVALID") throw error;
    process.stdout.write("签名无效 the department's key has not signed it\n");
    return EXIT.invalid;
  }
}

function showList(file: string, { json }: Values): number {
  const list = listIn(file);
  process.stdout.write(json ? `${JSON.stringify(list, null, 2)}\n` : officerListText(list));
  return EXIT.valid;
}

function textOf(list: OfficerList): string {
  const text = `${JSON.stringify({ schema: OFFICERS_SCHEMA, ...list }, null, 2)}\n`;
  unsignedOfficerList(text);
  return text;
}

/** Refused is a list with faults before anything is written. */
function replace(file: string, list: OfficerList): void {
  place(file, textOf(list));
  process.stdout.write(`名单 list  ${file}  版本 version ${list.version}\n`);
}

/** Whoever reads the file sees the old list or the new one, never a part. */
function place(file: string, text: string): void {
  try {
    writeFileSync(`${file}.part`, text);
    renameSync(`${file}.part`, file);
  } catch (cause) {
    const description = `无法写入 ${file} · cannot be written: ${(cause as Error).message}`;
    throw refuseArgument("INVALID_FIELD", file, description, "see that the folder is there and writable");
  }
}

const listIn = (file: string) => withoutSchema(unsignedOfficerList(read(file)));

/** The list alone: what is written anew names its form itself. */
function withoutSchema(list: OfficerList & { schema?: unknown }): OfficerList {
  const { schema: _, ...alone } = list;
  return alone;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const description = `无法读取 · cannot be read: ${(cause as Error).message}`;
    throw refuseArgument("INVALID_FIELD", file, description, "name a file that is there");
  }
}

function privateKeyIn(file: string, passphraseFile: string | undefined): KeyObject {
  const passphrase = passphraseFile === undefined ? undefined : read(passphraseFile).replace(/\r?\n$/, "");
  return keyIn(file, (key) => createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) }));
}

function keyIn(file: string, load: (text: string) => KeyObject): KeyObject {
  const text = read(file);
  try {
    const key = load(text);
    const p256 = key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
    if (p256 || key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Told below.
  }
  const description = "不是可用的 Ed25519 或 P-256 密钥（PEM） · is no usable Ed25519 or P-256 key in PEM";
  throw refuseArgument(
    "INVALID_FIELD",
    file,
    description,
    "see ecert key make; of an encrypted key name --passphrase-file",
  );
}

function today(): string {
  return shanghaiDay(new Date());
}
