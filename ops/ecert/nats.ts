import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { refuseArgument } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { loadConfig } from "../../services/host/config-load.ts";
import { isProvince } from "../../services/host/place.ts";
import { readIfPresent, writeAtomically } from "../authority/disk.ts";
import { hubConfig, leafConfig, type NatsTls } from "../nats/config.ts";
import { EXIT } from "./exit-code.ts";
import { hostAndPort, needed } from "./node-arguments.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = {
  config: { type: "string" },
  "listen-leaves": { type: "string" },
  store: { type: "string" },
  hub: { type: "string" },
  certificate: { type: "string" },
  "private-key": { type: "string" },
  out: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** `ecert nats`: writes the configuration of a node's NATS server. */
export async function nats(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [kind, surplus] = positionals;
  if ((kind !== "hub" && kind !== "leaf") || surplus !== undefined) {
    const given = surplus ?? kind ?? "nothing";
    throw refuseArgument(
      "INVALID_FIELD",
      "command",
      `没有命令 nats ${given} · there is no nats ${given}`,
      "hub or leaf",
    );
  }
  const command = `nats ${kind}`;
  const option = (name: "config" | "listen-leaves" | "store" | "hub" | "out") => needed(values[name], name, command);
  const out = resolve(option("out"));
  const config = loadConfig(option("config"));
  requirePlace(kind, config);
  const [listen] = natsOf(config).servers as [string];
  const tls = tlsOf(config, values.certificate, values["private-key"]);
  const nodes = config.peers.map((peer) => peer.node);
  const text =
    kind === "hub"
      ? hubConfig({
          province: config.node.code,
          nodes,
          listen,
          leafListen: hostAndPort(option("listen-leaves"), "listen-leaves"),
          storeDirectory: resolve(option("store")),
          tls,
        })
      : leafConfig({ node: config.node.code, listen, hub: hostAndPort(option("hub"), "hub"), tls });
  const changed = writeOwn(out, text);
  const answer = { file: out, listen, ...(kind === "hub" && { nodes }), changed };
  const said = changed ? "已生成 written" : "无变化 unchanged";
  const accounts = kind === "hub" ? `账户 accounts  ${nodes.join(" ") || "—"}\n` : "";
  process.stdout.write(values.json ? `${JSON.stringify(answer, null, 2)}\n` : `${said}  ${out}\n${accounts}`);
  return EXIT.valid;
}

function requirePlace(kind: "hub" | "leaf", { node }: NodeConfig): void {
  if (isProvince(node) === (kind === "hub")) return;
  const description = `节点 ${node.code} 是 ${node.role} · is the configuration of a ${node.role}`;
  throw refuseArgument("INVALID_FIELD", "--config", description, "the hub is the province's, all others have a leaf");
}

function natsOf({ nats: found }: NodeConfig): NonNullable<NodeConfig["nats"]> {
  if (found) return found;
  const remedy = "take the configuration of the process that mounts sync";
  throw refuseArgument("INVALID_FIELD", "/nats", "缺少 · is missing", remedy);
}

/** The server's files, which are read once so that a wrong name is told here and not by the server. */
function tlsOf(config: NodeConfig, certificate: string | undefined, privateKey: string | undefined): NatsTls {
  const { tls } = natsOf(config);
  const beside = (name: string) => join(dirname(tls.certificateFile), name);
  const certificateFile = certificate === undefined ? beside("nats.crt.pem") : resolve(certificate);
  const privateKeyFile = privateKey === undefined ? beside("nats.key.pem") : resolve(privateKey);
  for (const [option, file] of [
    ["--certificate", certificateFile],
    ["--private-key", privateKeyFile],
  ] as const) {
    try {
      readFileSync(file);
    } catch (cause) {
      const description = `无法读取 ${file} · cannot be read: ${(cause as Error).message}`;
      throw refuseArgument(
        "INVALID_FIELD",
        option,
        description,
        "name the file, or have the request beside it answered",
      );
    }
  }
  return { certificateFile, privateKeyFile, caFile: tls.caFile };
}

const HEADER = "# written by ecert nats; sha256 of what follows: ";

/** Writes a file of this command, mode 0600; tells whether it is another one than before. Throws `ALREADY_EXISTS` where another hand was at it. */
function writeOwn(file: string, text: string): boolean {
  const digest = (body: string) => createHash("sha256").update(body).digest("hex");
  const before = readIfPresent(file);
  const whole = `${HEADER}${digest(text)}\n${text}`;
  if (before === whole) return false;
  if (before !== undefined) {
    const [first = "", ...rest] = before.split("\n");
    if (first !== `${HEADER}${digest(rest.join("\n"))}`) {
      const description = `${file} 并非本命令所写，或经改动 · was not written by this command, or was changed since`;
      throw refuseArgument("ALREADY_EXISTS", "--out", description, "name another file, or take your changes away");
    }
  }
  writeAtomically(file, whole);
  return true;
}
