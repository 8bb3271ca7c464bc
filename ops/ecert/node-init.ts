import { join, resolve } from "node:path";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { ROLES } from "../../services/host/roles.ts";
import { makeNode } from "../install/make-node.ts";
import { NODE_FILES, type NodeFacts, tlsFilesOf, tlsOf } from "../install/starter.ts";
import { EXIT } from "./exit-code.ts";
import { codeOf, hostAndPort, hostOf, needed, noneBeside, sandboxOf, wordOf } from "./node-arguments.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = {
  role: { type: "string" },
  code: { type: "string" },
  name: { type: "string" },
  host: { type: "string", multiple: true },
  directory: { type: "string" },
  data: { type: "string" },
  "mongodb-uri-file": { type: "string" },
  "listen-mesh": { type: "string", default: "0.0.0.0:7400" },
  "listen-public": { type: "string", default: "0.0.0.0:7443" },
  "listen-connect": { type: "string", default: "0.0.0.0:8443" },
  "listen-admin": { type: "string", default: "127.0.0.1:9400" },
  "listen-sign-in": { type: "string" },
  nats: { type: "string", default: "127.0.0.1:4222" },
  operator: { type: "string", default: "admin" },
  sandbox: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

const COMMAND = "node init";

/** `ecert node init`: makes a node's folder, and tells what is to do next. */
export async function initNode(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  noneBeside(positionals, COMMAND);
  const directory = resolve(needed(values.directory, "directory", COMMAND));
  const uriFile = values["mongodb-uri-file"];
  const listening = (name: "mesh" | "public" | "connect" | "admin") =>
    hostAndPort(values[`listen-${name}`], `listen-${name}`);
  const signIn = values["listen-sign-in"];
  const facts: NodeFacts = {
    ...placeOf(values),
    name: needed(values.name, "name", COMMAND),
    hosts: (values.host ?? [needed(undefined, "host", COMMAND)]).map(hostOf),
    operator: wordOf(values.operator, "operator"),
    listeners: {
      mesh: listening("mesh"),
      public: listening("public"),
      connect: listening("connect"),
      admin: listening("admin"),
      ...(signIn !== undefined && { signIn: hostAndPort(signIn, "listen-sign-in") }),
    },
    nats: hostAndPort(values.nats, "nats"),
    dataDirectory: values.data === undefined ? "data" : resolve(values.data),
    ...(uriFile !== undefined && { mongodbUriFile: resolve(uriFile) }),
  };
  await makeNode(directory, facts);
  const requests = tlsOf(facts.code).map((name) => join(directory, tlsFilesOf(name).request));
  const awaited = [
    ...tlsOf(facts.code).map((name) => tlsFilesOf(name).certificate),
    NODE_FILES.meshAuthority,
    NODE_FILES.signerRoot,
    NODE_FILES.signerAuthority,
    NODE_FILES.signerRootList,
    NODE_FILES.signerList,
    ...(signIn === undefined ? [] : [NODE_FILES.staffAuthority, NODE_FILES.staffList]),
  ].map((name) => join(directory, name));
  const config = join(directory, NODE_FILES.config);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ directory, config, requests, awaited }, null, 2)}\n`
      : told(config, requests, awaited, values),
  );
  return EXIT.valid;
}

function told(
  config: string,
  requests: readonly string[],
  awaited: readonly string[],
  { sandbox }: { sandbox: boolean },
): string {
  return [
    `已生成 made  ${config}`,
    "下一步 next:",
    "  1. 请认证机构按请求签发 TLS 证书 · have TLS certificates issued for the requests:",
    ...requests.map((file) => `       ${file}`),
    "  2. 将以下文件放到位 · put these files there:",
    ...awaited.map((file) => `       ${file}`),
    `  3. 检查 check:  ecert node doctor --config ${config}`,
    ...(sandbox
      ? []
      : ["  4. 与对方节点互换名片 · exchange cards with the other node: ecert node card, ecert node join"]),
    "",
  ].join("\n");
}

/** A sandbox (6.2.4) is named by its division, and is its own province. */
function placeOf(values: { role?: string; code?: string; sandbox: boolean }): Pick<NodeFacts, "role" | "code"> {
  const code = codeOf(needed(values.code, "code", COMMAND), "code");
  if (!values.sandbox) return { role: roleOf(needed(values.role, "role", COMMAND)), code };
  if (values.role !== undefined && values.role !== "province") {
    const description = "沙箱自成一省 · a sandbox is its own province";
    throw refuseArgument("INVALID_FIELD", "--role", description, "leave it out");
  }
  return { role: "province", code: sandboxOf(code, "code") };
}

function roleOf(text: string): NodeFacts["role"] {
  const role = ROLES.find((known) => known === text);
  if (role !== undefined) return role;
  throw refuseArgument("INVALID_FIELD", "--role", `${text} 不是节点类别 · is no role`, `one of ${ROLES.join(", ")}`);
}
