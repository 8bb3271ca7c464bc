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
export const STARTER_NAMES = { pin: "pin", keys: "keys", passphrase: "passphrase" } as const;

/** What a configuration is begun with. */
export interface ConfigFacts {
  agent: string;
  node: string;
  device: StarterDevice;
  /** Addresses by name. */
  cores: Record<string, string>;
}

/** The configuration that `agent init` writes. Relative paths are beside the file. */
export function starterConfig({ agent, node, device, cores }: ConfigFacts) {
  const { pin, keys, passphrase } = STARTER_NAMES;
  return {
    agent,
    node,
    ...(device === "key-files"
      ? { trial: true, device: { kind: "key-file", directory: keys, passphraseFile: passphrase } }
      : { device: { ...device, ...inHex(device.mechanisms), pinFile: pin, processes: 1 } }),
    journalDirectory: "journal",
    policyFile: "policy.json",
    tls: { certificateFile: "tls.crt.pem", privateKeyFile: "tls.key.pem", caFile: "ca.pem" },
    cores: Object.entries(cores).map(([name, address]) => ({ name, address })),
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
  seal: string;
  keyLabel: string;
  organizationCode: string;
  items: readonly string[];
}

/** The policy that `agent init` writes: one seal, and no app yet, so that nothing is signed before somebody decides. */
export function starterPolicy({ seal, keyLabel, organizationCode, items }: PolicyFacts) {
  return {
    seals: [
      {
        code: seal,
        keyLabel,
        certificateFile: `${keyLabel}.crt.pem`,
        items,
        units: [organizationCode],
        ratePerMinute: 6_000,
      },
    ],
    apps: [],
    items: items.map((item) => ({ item, origin: "required", render: "always" })),
  };
}
