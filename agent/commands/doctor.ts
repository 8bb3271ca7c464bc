import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { machineNames, machineUri } from "../../services/host/machine-name.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { type AgentConfig, readAgentConfig } from "../config/agent-config.ts";
import { openDevice, secretFilesOf } from "../device/open-device.ts";
import { readDocument } from "../index-file.ts";
import { undecidedHead } from "../journal-standing.ts";
import { indexPath, JOURNAL_NAME } from "../memory.ts";
import { loadPolicy, type Policy } from "../policy.ts";
import { loadNodeKey, loadProvince } from "../province.ts";
import { SOON_DAYS } from "../seal-terms.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";
import { type Check, type CheckList, createCheckList } from "./check.ts";
import { probeCore } from "./core-probe.ts";
import { checkFonts } from "./font-check.ts";
import { checkOfficerPage, checkOfficers } from "./officers-check.ts";
import { expiryCheck, sealKeyChecks, sealTermChecks } from "./seal-keys.ts";

const HELP = `Checks everything that an agent needs, and tells the remedy for what is wrong (6.2.1.2). Changes nothing; the agent may run.

  node ops/launch.mjs agent doctor --config FILE [--json]

  --config FILE  configuration of the agent
  --json         the checks as JSON

Each line begins with ok, warn or fail. Ends with 0 if nothing failed, else with 1.
`;

const LEAST_FREE_BYTES = 1 << 30;

/** `agent doctor`. */
export const doctor: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, { config: { type: "string" }, json: { type: "boolean", default: false } });
    const file = needed(options.config, "config");
    const list = createCheckList(options.json);
    const now = () => new Date();
    let config: AgentConfig | undefined;
    let policy: Policy | undefined;
    await list.attempt("configuration", "mend the file", async () => {
      config = readAgentConfig(file);
      const detail = `agent ${config.agent} of node ${config.node}`;
      if (!config.trial) return { outcome: "ok", detail };
      const remedy = "take `trial` out where certificates count";
      return { outcome: "warn", detail: `${detail}, a trial host`, remedy };
    });
    if (config) {
      const { policyFile, node } = config;
      await list.attempt("policy", "mend the file, or the files that it names", async () => {
        policy = loadPolicy(policyFile, node);
        return describePolicy(policy, now());
      });
      await checkOfficers(list, policy, node, now());
      await checkOfficerPage(list, config, policy, now());
      await checkProvince(list, config);
      checkFiles(list, config);
      await checkFonts(list, config);
      await checkOwnCertificate(list, config, now());
      await checkDevice(list, config, policy, now());
      for (const core of config.cores) await checkCore(list, config, core, now);
      await checkJournal(list, config);
    }
    if (options.json) print(JSON.stringify({ passed: list.passed(), checks: list.checks }, undefined, 2));
    return list.passed() ? 0 : 1;
  },
};

function describePolicy({ seals, apps, items, delegates }: Policy, now: Date): Omit<Check, "name"> {
  const attested = [...items].flatMap(([item, { origin }]) => (origin === "attested" ? [item] : []));
  const detail = `${seals.size} seal(s), ${apps.size} app(s), ${delegates.size} delegate(s)`;
  if (attested.length > 0) {
    const remedy = "keep `attested` to items that are issued on screen only: a hostile core could forge these";
    return { outcome: "warn", detail: `${detail}; without origin signature: ${attested.join(", ")}`, remedy };
  }
  const soon = addDays(shanghaiDay(now), SOON_DAYS);
  const ending = [...delegates].flatMap(([app, terms]) =>
    terms.filter(({ until }) => until < soon).map(({ until }) => `${app} until ${until}`),
  );
  if (ending.length > 0) {
    const remedy =
      "where the delegation goes on, write a later last day (agent allow); else take it out of `delegates`";
    return { outcome: "warn", detail: `${detail}; on behalf of units: ${ending.join(", ")}`, remedy };
  }
  if (apps.size + delegates.size === 0)
    return { outcome: "warn", detail, remedy: "name the apps that may ask, with their origin keys" };
  return { outcome: "ok", detail };
}

/** By whose word the agent takes the catalog and the signed texts of QR codes. */
async function checkProvince(list: CheckList, { province, nodeKeyFile }: AgentConfig): Promise<void> {
  const remedy =
    "put the key there that the province (or the node) has told you, over a way of your own and not through a core";
  await list.attempt("key of the province", remedy, async () => {
    loadProvince(province);
    return { outcome: "ok", detail: `node ${province.node}, ${province.publicKeyFile}` };
  });
  if (nodeKeyFile === undefined) return;
  await list.attempt("key of the node", remedy, async () => {
    loadNodeKey(nodeKeyFile);
    return { outcome: "ok", detail: `${nodeKeyFile}; counts until the province's list of nodes' keys has come` };
  });
}

/** Secrets must be readable by the agent's user alone; what steers it must not be writable by others. */
function checkFiles(list: CheckList, { device, tls, officerPage, policyFile, province }: AgentConfig): void {
  const files: [string, number][] = [
    ...secretFilesOf(device).map((file): [string, number] => [file, 0o077]),
    [tls.privateKeyFile, 0o077],
    ...(officerPage ? [[officerPage.tls.privateKeyFile, 0o077] as [string, number]] : []),
    [policyFile, 0o022],
    [province.publicKeyFile, 0o022],
  ];
  for (const [file, forbidden] of files) {
    const name = `file ${file}`;
    const stat = statSync(file, { throwIfNoEntry: false });
    const mode = stat ? (stat.mode & 0o777).toString(8).padStart(3, "0") : "";
    if (!stat) list.add({ name, outcome: "fail", detail: "is missing", remedy: "put it there" });
    else if (stat.mode & forbidden)
      list.add({ name, outcome: "warn", detail: `mode ${mode}`, remedy: `chmod 600 ${file}` });
    else list.add({ name, outcome: "ok", detail: `mode ${mode}` });
  }
}

async function checkOwnCertificate(list: CheckList, { agent, node, tls }: AgentConfig, now: Date): Promise<void> {
  const uri = machineUri({ node, kind: "agent", name: agent });
  const name = "TLS certificate";
  await list.attempt(name, `have one made that bears ${uri}`, async () => {
    const certificate = new X509Certificate(readFileSync(tls.certificateFile));
    const names = machineNames(certificate.subjectAltName).map(machineUri);
    if (!names.includes(uri)) throw new Error(`it bears ${names.join(", ") || "no name of the mesh"}, not ${uri}`);
    return expiryCheck(name, certificate.validFromDate, certificate.validToDate, now);
  });
}

async function checkDevice(list: CheckList, config: AgentConfig, policy: Policy | undefined, now: Date): Promise<void> {
  const device = openDevice(config.device);
  try {
    await list.attempt("device", "see `device` in the configuration", async () => {
      const keys = await device.keys();
      for (const check of policy ? sealKeyChecks(policy, keys) : []) list.add(check);
      const health = await device.health();
      if (!health.healthy) throw new Error(`it does not sign: ${health.reason}`);
      return { outcome: "ok", detail: `${keys.length} key(s), signs in ${health.latencyMs.toFixed(1)} ms` };
    });
  } finally {
    await device.close();
  }
  for (const check of policy ? sealTermChecks(policy, now) : []) list.add(check);
}

async function checkCore(
  list: CheckList,
  config: AgentConfig,
  core: { name: string; address: string },
  now: () => Date,
): Promise<void> {
  const remedy = "see that the core runs, that the way to it is open and that both sides trust the same authority";
  await list.attempt(`core ${core.name} at ${core.address}`, remedy, async () => {
    const aheadMs = await probeCore(config, core.address, now);
    if (aheadMs === undefined) return { outcome: "ok", detail: "reached; it does not tell its time" };
    const detail = `reached; its clock differs by ${(aheadMs / 1000).toFixed(0)} s`;
    const skewed = Math.abs(aheadMs) > config.clockSkewSeconds * 1000 + 1000;
    return skewed ? { outcome: "warn", detail, remedy: "set both clocks by NTP" } : { outcome: "ok", detail };
  });
}

async function checkJournal(list: CheckList, { journalDirectory }: AgentConfig): Promise<void> {
  await list.attempt("journal", "keep it as it is and ask for help: it is evidence", async () => {
    const verdict = await verifyJournal(journalDirectory, JOURNAL_NAME);
    if (!verdict.ok) return { outcome: "fail", detail: `broken at entry ${verdict.entry}: ${verdict.why}` };
    return { outcome: "ok", detail: `${verdict.entries} entries, the chain holds` };
  });
  await list.attempt("cores' word of it", "put the index aside", async () => {
    const path = indexPath(journalDirectory);
    const seen = undecidedHead({ document: (name) => readDocument(path, name) });
    if (!seen) return { outcome: "ok", detail: "no core has seen an entry that the journal lacks" };
    const remedy = "put the right journal back; where there is none, `journal accept`";
    return { outcome: "fail", detail: `core ${seen.core} has seen entry ${seen.n}, which the journal lacks`, remedy };
  });
  await list.attempt("disk", "free space, or move the journal", async () => {
    const place = existsSync(journalDirectory) ? journalDirectory : dirname(journalDirectory);
    const { bavail, bsize } = statfsSync(place);
    const free = bavail * bsize;
    return { outcome: free < LEAST_FREE_BYTES ? "warn" : "ok", detail: `${(free / 2 ** 30).toFixed(1)} GiB free` };
  });
}
