import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { canonicalJson } from "../../services/domain/canonical.ts";
import { type FieldViolation, Refusal } from "../../services/domain/refusal.ts";
import { readJsonFile } from "../../services/host/json-file.ts";
import { loadOriginKeys } from "../../services/trust/origin.ts";
import { readAgentConfig } from "../config/agent-config.ts";
import { type PolicyFile, readPolicyFile } from "../config/policy-file.ts";
import { refuseFaults } from "../config/strict.ts";
import { loadAskers } from "../policy.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";

const HELP = `Puts an app into the policy, with the key by which its orders are known (来源签名): one of the department, or with --unit and
--until one of another department that asks on its behalf (受托应用: a unified acceptance system, a superior's system). Run again with the
same it changes nothing; with another key it adds that one; of a delegate, with the same units, items and last day take the place of those before.

  node ops/launch.mjs agent allow --config FILE --app KEY --origin-key ID=FILE [--item CODE…] [--unit CODE… --until DAY]

  --config FILE         configuration of the agent
  --app KEY             AppKey of the system
  --origin-key ID=FILE  id of the key, as the system names it in its orders, and its public half (PEM); copied beside the policy
  --item CODE           catalog item that the app may ask for; may be repeated. Default: all that the seals may sign; a delegate needs one
  --unit CODE           a delegate: unit of a seal on whose behalf it asks; may be repeated
  --until DAY           a delegate: last day on which this host signs for it, yyyy-MM-dd

Next: restart the agent, which reads its policy at start.
`;

const OPTIONS = {
  config: { type: "string" },
  app: { type: "string" },
  "origin-key": { type: "string" },
  item: { type: "string", multiple: true },
  unit: { type: "string", multiple: true },
  until: { type: "string" },
} as const;

/** `agent allow`. */
export const allow: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, OPTIONS);
    const { policyFile } = readAgentConfig(needed(options.config, "config"));
    const app = needed(options.app, "app");
    const delegated = delegatedIn(options);
    const text = needed(options["origin-key"], "origin-key");
    const [, id, file] = /^([0-9A-Za-z._-]{1,64})=(.+)$/.exec(text) ?? [];
    if (id === undefined || file === undefined) {
      throw new Refusal(
        "INVALID_FIELD",
        `--origin-key ${text}: write ID=FILE, the id of letters, digits, dots and hyphens`,
      );
    }
    const pem = publicKeyIn(file, id);
    const keyFile = `origin-${id}.pub.pem`;
    const place = join(dirname(policyFile), keyFile);
    if (existsSync(place) && readFileSync(place, "utf8") !== pem) {
      throw new Refusal(
        "ALREADY_EXISTS",
        `--origin-key ${id}: ${place} is another key; give the new one an id of its own`,
      );
    }
    const policy = readJsonFile(policyFile) as PolicyFile;
    const key = { id, publicKeyFile: keyFile };
    const after = delegated ? withDelegate(policy, app, key, delegated) : withApp(policy, app, key, options.item);
    if (after === undefined) {
      print(`${policyFile}: there already, left as it is`);
      return 0;
    }
    replaceBoth(policyFile, `${JSON.stringify(after, undefined, 2)}\n`, place, pem);
    const behalf = delegated ? ` on behalf of ${delegated.units.join(", ")} until ${delegated.until}` : "";
    print(`${policyFile}: app ${app} may ask${behalf}, by key ${id}; restart the agent`);
    return 0;
  },
};

/** What is delegated; `undefined` where the app is one of the department. */
function delegatedIn({ unit, until, item }: Partial<Record<"unit" | "item", string[]>> & { until?: string }) {
  if (unit === undefined && until === undefined) return undefined;
  return { units: needed(unit, "unit"), items: needed(item, "item"), until: needed(until, "until") };
}

function publicKeyIn(file: string, id: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `--origin-key: ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (pem.includes("PRIVATE KEY")) {
    throw new Refusal(
      "INVALID_FIELD",
      `--origin-key: ${file} holds a private key, which stays with the system: name its public half`,
    );
  }
  loadOriginKeys([{ id, publicKeyPem: pem }]);
  return pem;
}

/** The policy with the app; `undefined` where it says so already. */
function withApp(
  policy: PolicyFile,
  app: string,
  key: { id: string; publicKeyFile: string },
  items: string[] | undefined,
): object | undefined {
  const apps = policy.apps ?? [];
  const known = apps.find((one) => one.app === app);
  const keys = known?.originKeys ?? [];
  const hasKey = keys.some(({ id }) => id === key.id);
  if (known && hasKey && (items === undefined || String(known.items) === String(items))) return undefined;
  const entry = { ...known, app, originKeys: hasKey ? keys : [...keys, key], ...(items !== undefined && { items }) };
  return { ...policy, apps: known ? apps.map((one) => (one === known ? entry : one)) : [...apps, entry] };
}

/** The policy with the delegate on these terms; `undefined` where it says so already. */
function withDelegate(
  policy: PolicyFile,
  app: string,
  key: { id: string; publicKeyFile: string },
  terms: NonNullable<ReturnType<typeof delegatedIn>>,
): object | undefined {
  const delegates = policy.delegates ?? [];
  const units = (one: { units: string[] }) => String(one.units.toSorted());
  const known = delegates.find((one) => one.app === app && units(one) === units(terms));
  const keys = known?.originKeys ?? [];
  const originKeys = keys.some(({ id }) => id === key.id) ? keys : [...keys, key];
  const entry = { app, originKeys, ...terms };
  if (known && canonicalJson({ ...known }) === canonicalJson({ ...entry })) return undefined;
  return {
    ...policy,
    delegates: known ? delegates.map((one) => (one === known ? entry : one)) : [...delegates, entry],
  };
}

/** Writes key and policy so that both are there or neither; the policy is read once before it takes the old one's place. */
function replaceBoth(policyFile: string, policy: string, keyFile: string, pem: string): void {
  const draft = `${policyFile}.${process.pid}.tmp`;
  const fresh = !existsSync(keyFile);
  try {
    if (fresh) writeFileSync(keyFile, pem, { mode: 0o600 });
    writeFileSync(draft, policy, { mode: 0o600 });
    const faults: FieldViolation[] = [];
    loadAskers(readPolicyFile(draft), faults);
    refuseFaults(policyFile, faults);
    renameSync(draft, policyFile);
  } catch (error) {
    rmSync(draft, { force: true });
    if (fresh) rmSync(keyFile, { force: true });
    throw error;
  }
}
