import { readPublicKey } from "../../services/trust/algorithm.ts";
import { readAgentConfig } from "../config/agent-config.ts";
import type { Device, DeviceKey } from "../device/device.ts";
import { verifySignature } from "../device/health-probe.ts";
import { openDevice } from "../device/open-device.ts";
import { loadPolicy } from "../policy.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";

const HELP = `Lists the keys of the device with algorithm, seals and health: each signs once, and the signature is verified.

  node ops/launch.mjs agent keys --config FILE [--json]

  --config FILE  configuration of the agent
  --json         the list as JSON

Ends with 0 if every key that a seal uses is there and signs.
`;

interface KeyState {
  label: string;
  algorithm: string;
  /** Codes of the seals whose policy names the key. */
  seals: string[];
  healthy: boolean;
  latencyMs?: number;
  fault?: string;
}

/** `agent keys`. */
export const keys: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, { config: { type: "string" }, json: { type: "boolean", default: false } });
    const config = readAgentConfig(needed(options.config, "config"));
    const wanted = [...loadPolicy(config.policyFile).seals.values()];
    const sealsOf = (label: string) => wanted.filter(({ keyLabel }) => keyLabel === label).map(({ code }) => code);
    const device = openDevice(config.device);
    try {
      const found = await device.keys();
      const states: KeyState[] = [];
      for (const key of found) states.push({ ...(await probe(device, key)), seals: sealsOf(key.label) });
      for (const { keyLabel, signer } of wanted) {
        if (states.some(({ label }) => label === keyLabel)) continue;
        const fault = "is not in the device";
        states.push({ label: keyLabel, algorithm: signer.algorithm, seals: sealsOf(keyLabel), healthy: false, fault });
      }
      if (options.json) print(JSON.stringify(states, undefined, 2));
      else for (const state of states) print(lineOf(state));
      return states.every(({ healthy, seals }) => healthy || seals.length === 0) ? 0 : 1;
    } finally {
      await device.close();
    }
  },
};

async function probe(device: Device, key: DeviceKey): Promise<Omit<KeyState, "seals">> {
  const { label, algorithm } = key;
  const bytes = Buffer.from("ecert.device.keys.v1");
  const start = performance.now();
  try {
    const signature = await device.sign(label, bytes);
    const latencyMs = Math.round((performance.now() - start) * 10) / 10;
    const healthy = await verifySignature(readPublicKey(key.publicKey), bytes, signature);
    return { label, algorithm, healthy, latencyMs, ...(!healthy && { fault: "its signature does not verify" }) };
  } catch (error) {
    return { label, algorithm, healthy: false, fault: (error as Error).message };
  }
}

function lineOf({ label, algorithm, seals, healthy, latencyMs, fault }: KeyState): string {
  const use = seals.length === 0 ? "no seal" : `seal ${seals.join(", ")}`;
  return `${healthy ? "ok  " : "fail"}  ${label}  ${algorithm}  ${use}  ${fault ?? `signs in ${latencyMs} ms`}`;
}
