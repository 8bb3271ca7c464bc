import { generateKeyPairSync } from "node:crypto";
import { rmSync } from "node:fs";
import { isIPv4 } from "node:net";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { machineUri } from "../../services/host/machine-name.ts";
import { newKey } from "../authority/issuers.ts";
import { makeTlsRequest } from "../authority/tls-request.ts";
import { EXIT } from "./exit-code.ts";
import { codeOf, hostOf, needed, noneBeside, wordOf } from "./node-arguments.ts";
import { writeNew } from "./node-card.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = {
  out: { type: "string" },
  algorithm: { type: "string", default: "p256" },
  node: { type: "string" },
  kind: { type: "string" },
  name: { type: "string", multiple: true },
  host: { type: "string", multiple: true },
  json: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parse>["values"];

const parse = (args: readonly string[]) => parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });

/** `ecert key`: makes a key with its public half, or with a request for a TLS certificate; both files or none. */
export async function key(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [action, ...surplus] = positionals;
  noneBeside(surplus, "key");
  if (action === "make") return makeKey(values);
  if (action === "request") return makeRequest(values);
  const description = `没有命令 key ${action ?? ""} · there is no key ${action ?? "without a command"}`;
  throw refuseArgument("INVALID_FIELD", "command", description, "write ecert key make or ecert key request");
}

function makeKey({ out, algorithm, json }: Values): number {
  const name = needed(out, "out", "key");
  const { privateKey, publicKey } = pairOf(algorithm);
  const [secret, open] = [
    privateKey.export({ type: "pkcs8", format: "pem" }),
    publicKey.export({ type: "spki", format: "pem" }),
  ];
  return writeBoth(name, String(secret), { member: "publicKeyFile", suffix: "pub.pem", text: String(open) }, json);
}

async function makeRequest(values: Values): Promise<number> {
  const out = needed(values.out, "out", "key");
  const node = codeOf(needed(values.node, "node", "key"), "node");
  const kind = kindOf(needed(values.kind, "kind", "key"));
  const names = (values.name ?? [needed(undefined, "name", "key")]).map((name) => wordOf(name, "name"));
  const hosts = (values.host ?? [needed(undefined, "host", "key")]).map(hostOf);
  const { keyPem } = newKey("p256");
  const asked = {
    uris: names.map((name) => machineUri({ node, kind, name })),
    dns: hosts.filter((host) => !isIPv4(host)),
    ip: hosts.filter((host) => isIPv4(host)),
  };
  const text = await makeTlsRequest(node, asked, keyPem);
  return writeBoth(out, keyPem, { member: "requestFile", suffix: "request.pem", text }, values.json);
}

function writeBoth(
  name: string,
  secret: string,
  open: { member: string; suffix: string; text: string },
  json: boolean,
): number {
  const [privateKeyFile, openFile] = [`${name}.key.pem`, `${name}.${open.suffix}`];
  writeNew(privateKeyFile, secret, 0o600);
  try {
    writeNew(openFile, open.text);
  } catch (error) {
    rmSync(privateKeyFile, { force: true });
    throw error;
  }
  const files = { privateKeyFile, [open.member]: openFile };
  const text = `私钥 private  ${privateKeyFile}\n${open.member === "requestFile" ? "请求 request" : "公钥 public "}  ${openFile}\n`;
  process.stdout.write(json ? `${JSON.stringify(files, null, 2)}\n` : text);
  return EXIT.valid;
}

function pairOf(algorithm: string) {
  if (algorithm === "p256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  if (algorithm === "ed25519") return generateKeyPairSync("ed25519");
  const description = `${algorithm} 不支持 · is not supported here`;
  throw refuseArgument("INVALID_FIELD", "--algorithm", description, "p256 or ed25519");
}

const KINDS = ["service", "agent", "operator"] as const;

function kindOf(text: string): (typeof KINDS)[number] {
  const kind = KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw refuseArgument("INVALID_FIELD", "--kind", `${text} 不是类别 · is no kind`, `one of ${KINDS.join(", ")}`);
}
