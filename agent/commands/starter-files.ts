import type { SealPicture } from "../../services/document/seal-picture.ts";
import { isSandboxNode } from "../../services/domain/sandbox.ts";
import type { SealUnit } from "../config/policy-file.ts";
import type { Mechanism } from "../device/driver-protocol.ts";

/** The device of a configuration that is begun: a PKCS#11 token, or key files on trial hosts. */
export type StarterDevice =
  | {
      module: string;
      tokenLabel: string;
      /** Whose numbers SM2 has in the device, where it is needed. */
      vendor?: string;
      /** Numbers of a vendor who is not known. */
      mechanisms?: Mechanism[];
      environment: Record<string, string>;
    }
  | "key-files";

/** Names of what a host keeps beside its configuration. */
export const STARTER_NAMES = {
  config: "agent.json",
  policy: "policy.json",
  pin: "pin",
  soPin: "so-pin",
  keys: "keys",
  passphrase: "passphrase",
  province: "province.pem",
  nodeKey: "node.pem",
} as const;

/** What a configuration is begun with. */
export interface ConfigFacts {
  agent: string;
  node: string;
  device: StarterDevice;
  /** Node of the province. */
  province: string;
  /** The node's own key stands beside the configuration. */
  nodeKey: boolean;
  /** Addresses by name. */
  cores: Record<string, string>;
  /** Where health and metrics are told, on loopback. */
  admin?: string;
}

/** The configuration that `agent init` writes. Relative paths are beside the file. */
export function starterConfig({ agent, node, province, nodeKey, device, cores, admin }: ConfigFacts) {
  const { pin, keys, passphrase } = STARTER_NAMES;
  return {
    agent,
    node,
    province: { node: province, publicKeyFile: STARTER_NAMES.province },
    ...(nodeKey && { nodeKeyFile: STARTER_NAMES.nodeKey }),
    ...(device === "key-files"
      ? {
          ...(!isSandboxNode(node) && { trial: true }),
          device: { kind: "key-file", directory: keys, passphraseFile: passphrase },
        }
      : { device: { ...device, ...inHex(device.mechanisms), pinFile: pin, processes: 1 } }),
    journalDirectory: "journal",
    policyFile: STARTER_NAMES.policy,
    tls: { certificateFile: "tls.crt.pem", privateKeyFile: "tls.key.pem", caFile: "ca.pem" },
    cores: Object.entries(cores).map(([name, address]) => ({ name, address })),
    ...(admin !== undefined && { admin: { address: admin } }),
  };
}

/** Numbers as the vendor's header has them, so that people can compare. */
function inHex(mechanisms: readonly Mechanism[] | undefined) {
  if (mechanisms === undefined) return {};
  const hex = (number: number) => `0x${number.toString(16).padStart(8, "0")}`;
  return {
    mechanisms: mechanisms.map(({ keyType, generate, sign, ...rest }) => ({
      ...rest,
      keyType: hex(keyType),
      generate: hex(generate),
      sign: hex(sign),
    })),
  };
}

/** What a policy is begun with. */
export interface PolicyFacts {
  node: string;
  seal: string;
  keyLabel: string;
  /** The department, which is the seal's first unit. */
  unit: SealUnit;
  items: readonly string[];
}

/** The seal picture that a policy is begun with: a round seal that bears the department's name; in a sandbox it says that it is a test. */
export function starterPicture(name: string, node: string): SealPicture {
  return { kind: "round", name, caption: isSandboxNode(node) ? "测试专用章" : "电子证照专用章", diameter: 42 };
}

/** The policy that `agent init` writes: one seal, and no app yet, so that nothing is signed before somebody decides. */
export function starterPolicy({ node, seal, keyLabel, unit, items }: PolicyFacts) {
  return {
    ...(isSandboxNode(node) && { sandbox: true }),
    seals: [
      {
        code: seal,
        keyLabel,
        certificateFile: `${keyLabel}.crt.pem`,
        pictureFile: pictureName(keyLabel),
        items,
        units: [unit],
        ratePerMinute: 6_000,
      },
    ],
    apps: [],
    items: items.map((item) => ({ item, origin: "required" })),
  };
}

/** Name of the file with a seal's picture. */
export function pictureName(keyLabel: string): string {
  return `${keyLabel}.picture.json`;
}
