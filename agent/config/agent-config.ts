import type { FontFile } from "../../services/document/font/font-file.ts";
import { isSandboxNode, NODE_CODE } from "../../services/domain/sandbox.ts";
import { type DeviceConfig, deviceConfig } from "./device-config.ts";
import {
  fault,
  flag,
  list,
  number,
  object,
  optional,
  path,
  type Reader,
  readStrictFile,
  text,
  word,
} from "./strict.ts";

/** Configuration of an agent's host: how it reaches its device and its cores. What it may sign is the policy's matter. */
export interface AgentConfig {
  /** Name of the agent; its TLS certificate bears `ecert://<node>/agent/<agent>`. */
  agent: string;
  /** Node (division code) whose cores it serves. */
  node: string;
  /** Node of the province and its public key or certificate (Ed25519, PEM): what it signs of the catalog is believed, nothing else. */
  province: { node: string; publicKeyFile: string };
  /**
   * Public key or certificate of the node's own key, by which signed QR texts are judged until the province's list of nodes' keys has
   * come; the list counts where there is one.
   */
  nodeKeyFile: string | undefined;
  device: DeviceConfig;
  /** Lets keys in files in. Never set it where certificates count. */
  trial: boolean;
  journalDirectory: string;
  policyFile: string;
  tls: { certificateFile: string; privateKeyFile: string; caFile: string };
  /** Every replica of the issue service, or addresses behind which they are; `name` is for log and metrics. */
  cores: { name: string; address: string }[];
  /** Jobs that may be in flight on each link. */
  window: number;
  /** Threads that draw faces again; 0 draws in the main one. */
  renderThreads: number;
  /** Fonts for rare characters, as in the configuration of the cores; default: HanaMinB where it is installed. */
  fonts: FontFile[] | undefined;
  /** Loopback address of metrics and health, where wanted. */
  admin: { address: string } | undefined;
  /** This host's own page on which officers confirm, where wanted. */
  officerPage: OfficerPageConfig | undefined;
  /** Seconds by which the clocks of cores and department systems may run ahead. */
  clockSkewSeconds: number;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** Where officers look at what is to be signed as this host draws it, and confirm it. */
export interface OfficerPageConfig {
  /** Where it listens: loopback, or an address of the department's own network. */
  address: string;
  /** As officers open it, `https://HOST` or `https://HOST:PORT`: security keys are registered for this host name. */
  origin: string;
  tls: { certificateFile: string; privateKeyFile: string };
  /** The pages as `npm run build-screens` built them. */
  builtDirectory: string;
}

const address = text(/^[^\s:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i, "host:port");
const loopback = text(
  /^(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/,
  "a loopback address and port: it has no access control",
);
const name = text(/^[0-9A-Za-z._-]{1,64}$/, "1–64 letters, digits, dots, dashes or underscores");

const node = text(new RegExp(`^(?:${NODE_CODE})$`), "a division code, 6 to 12 digits, or the code of a sandbox");

const members: Reader<AgentConfig> = object({
  agent: name,
  node,
  province: object({ node, publicKeyFile: path }),
  nodeKeyFile: optional(path),
  device: deviceConfig,
  trial: optional(flag, false),
  journalDirectory: path,
  policyFile: path,
  tls: object({ certificateFile: path, privateKeyFile: path, caFile: path }),
  cores: list(object({ name, address }), 1),
  window: optional(number(1, 1024), 256),
  renderThreads: optional(number(0, 16), 1),
  fonts: optional(list(object({ fontFile: path, sha256: text(/^[0-9a-f]{64}$/, "a SHA-256 in lower-case hex") }))),
  admin: optional(object({ address: loopback })),
  officerPage: optional(
    object({
      address,
      origin: text(/^https:\/\/[a-z0-9.-]{1,253}(:[1-9]\d{0,4})?$/, "an origin as https://HOST or https://HOST:PORT"),
      tls: object({ certificateFile: path, privateKeyFile: path }),
      builtDirectory: path,
    }),
  ),
  clockSkewSeconds: optional(number(0, 600), 30),
  logLevel: optional(word("info", "debug", "warn", "error", "silent"), "info"),
});

/** Reads the configuration as a value. */
export const agentConfig: Reader<AgentConfig> = (value, place) => {
  const config = members(value, place);
  if (config?.device?.kind === "key-file" && !config.trial && !isSandboxNode(config.node)) {
    const remedy =
      "use a device; key files are for agents of a sandbox, and for hosts that set `trial` to true, whose certificates do not count";
    fault({ ...place, path: "device.kind" }, "key files are for sandboxes and trials only", remedy);
  }
  return config;
};

/** Reads the agent's configuration. Throws `INVALID_FIELD` with every fault; unknown members are faults. */
export function readAgentConfig(file: string): AgentConfig {
  return readStrictFile(file, agentConfig);
}
