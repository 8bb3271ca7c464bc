import { dirname, resolve } from "node:path";
import { nearestKey } from "../base/nearest-key.ts";
import { type SchemaFault, schemaFaults } from "../base/schema-faults.ts";
import { type FieldViolation, Refusal, terminalFault } from "../domain/refusal.ts";
import type { NodeConfig } from "./config.ts";
import { checkConfigFiles } from "./config-files.ts";
import { CONFIG_SCHEMA } from "./config-schema.ts";
import { readJsonFile } from "./json-file.ts";
import { sandboxContradictions } from "./sandbox-config.ts";

/**
 * Reads a configuration file, fills in defaults, makes its paths absolute (they are relative to the file) and checks the
 * files that it names. Throws `INVALID_FIELD` or `UNKNOWN_FIELD` with every mistake at once, each with its path and remedy.
 */
export function loadConfig(path: string): NodeConfig {
  const config = parseConfig(readJsonFile(path));
  const absolute = withAbsolutePaths(config, dirname(resolve(path))) as NodeConfig;
  refuse(checkConfigFiles(absolute));
  return absolute;
}

/** Checks the members of a configuration, without looking at the files that it names. Fills in defaults. */
export function parseConfig(json: unknown): NodeConfig {
  const config = structuredClone(json);
  refuse(schemaFaults(CONFIG_SCHEMA, config).map(violationOf));
  refuse(contradictions(config as NodeConfig));
  return config as NodeConfig;
}

function refuse(fields: FieldViolation[]): void {
  if (fields.length === 0) return;
  const unknown = fields.every(({ description }) => description.startsWith(UNKNOWN));
  const list = fields.map(
    ({ field, description, remedy }) => `${field}: ${description}${remedy ? ` (${remedy})` : ""}`,
  );
  throw new Refusal(unknown ? "UNKNOWN_FIELD" : "INVALID_FIELD", `the configuration is refused:\n${list.join("\n")}`, {
    fields,
  });
}

const UNKNOWN = "unknown key";

function violationOf({ path, keyword, message, params, schema }: SchemaFault): FieldViolation {
  if (keyword === "additionalProperties") {
    const key = String(params.additionalProperty);
    const near = nearestKey(key, Object.keys(schema.properties ?? {}));
    const remedy = near ? `did you mean "${near}"?` : "remove it";
    return terminalFault(`${path}/${key}`, UNKNOWN, remedy);
  }
  if (keyword === "required") return terminalFault(`${path}/${params.missingProperty}`, "is missing", "add it");
  const allowed = schema.enum && keyword === "enum" ? `: ${schema.enum.join(", ")}` : "";
  return terminalFault(path || "/", message + allowed, "correct it");
}

/** What no schema can say. */
function contradictions(config: NodeConfig): FieldViolation[] {
  const found: FieldViolation[] = [];
  for (const name of config.services) {
    if (config.mesh[name]) {
      const remedy = "remove it: the service is mounted in this process";
      found.push(terminalFault(`/mesh/${name}`, "has addresses though it is mounted here", remedy));
    }
  }
  const atIdentity = config.services.includes("identity") && config.oauth !== undefined;
  if (config.services.includes("identity") && !config.tokens.privateKeyFile) {
    const remedy = "add it: the identity service signs access tokens";
    found.push(terminalFault("/tokens/privateKeyFile", "is missing", remedy));
  }
  if (atIdentity && config.listeners.mutual && !config.oauth?.certificateUrl) {
    const remedy = "add the URL of the listener mutual: at the issuer nobody is asked for a certificate then";
    found.push(terminalFault("/oauth/certificateUrl", "is missing", remedy));
  }
  if (config.timeStamp && !config.signers?.timeStamps) {
    const remedy = "add it: tokens of an authority that nobody trusts prove nothing";
    found.push(terminalFault("/signers/timeStamps", "is missing, though time stamps are asked for", remedy));
  }
  if (config.listeners.signIn && !(config.staff && config.services.includes("identity"))) {
    const remedy = "remove it: only beside the identity service, with authorities of staff, has it anybody to let in";
    found.push(terminalFault("/listeners/signIn", "has no identity service beside it, or no member staff", remedy));
  }
  if (config.staff && new URL(config.staff.origin).hostname !== new URL(config.staff.signInOrigin).hostname) {
    const remedy = "name one host with two ports: a browser sends the cookies of a sign-in back to that host alone";
    found.push(terminalFault("/staff/signInOrigin", "has another host than origin", remedy));
  }
  for (const [index, { issuer, person, organisation }] of (config.holders?.providers ?? []).entries()) {
    const at = `/holders/providers/${index}`;
    const first = config.holders?.providers.findIndex((one) => one.issuer === issuer);
    if (first !== index) found.push(terminalFault(`${at}/issuer`, "is given twice", "name each provider once"));
    if (person || organisation) continue;
    const remedy = "say by which claims a person, or an organisation, is known";
    found.push(terminalFault(`${at}/person`, "is missing, and so is organisation", remedy));
  }
  for (const [index, { node }] of config.peers.entries()) {
    if (node === config.node.code) {
      found.push(terminalFault(`/peers/${index}/node`, "is this node itself", "remove the peer"));
    }
  }
  return [...found, ...sandboxContradictions(config)];
}

/** Makes every `…File`, `…Files` and `…Directory` absolute. */
function withAbsolutePaths(value: unknown, base: string, key = ""): unknown {
  if (typeof value === "string") return /(File|Directory)$/.test(key) ? resolve(base, value) : value;
  if (Array.isArray(value)) return value.map((item) => withAbsolutePaths(item, base, key.replace(/Files$/, "File")));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withAbsolutePaths(member, base, name)]),
  );
}
