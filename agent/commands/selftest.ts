import { readPublicKey } from "../../services/trust/algorithm.ts";
import { readAgentConfig } from "../config/agent-config.ts";
import type { DeviceKey } from "../device/device.ts";
import { verifySignature } from "../device/health-probe.ts";
import { describeDevice, type OpenDevice, openDevice } from "../device/open-device.ts";
import { loadPolicy } from "../policy.ts";
import { type Command, needed, parseOptions, print, progress } from "./arguments.ts";
import { type Check, type CheckList, createCheckList } from "./check.ts";
import { sealKeyChecks } from "./seal-keys.ts";

const HELP = `Adaptation test of the encryption device (5.8.2): run it before a device or certificate is used, and keep the report.

  node ops/launch.mjs agent selftest --config FILE [--seconds 3] [--json]

  --config FILE  configuration of the agent
  --seconds N    how long each key signs for its throughput figure, 1 to 600; default 3
  --json         the report as JSON

Every key signs and its signatures are verified; throughput is measured; sessions and driver are lost on purpose and must come
back without a lost answer. The wrong PIN is never tried: real tokens lock themselves. Ends with 0 if nothing failed.
`;

const IN_FLIGHT = 128;

/** `agent selftest`. */
export const selftest: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, {
      config: { type: "string" },
      seconds: { type: "string", default: "3" },
      json: { type: "boolean", default: false },
    });
    const config = readAgentConfig(needed(options.config, "config"));
    const seconds = Math.min(600, Math.max(1, Number(options.seconds) || 3));
    const list = createCheckList(options.json);
    const device = openDevice(config.device);
    const figures: { label: string; algorithm: string; signaturesPerSecond: number }[] = [];
    try {
      let keys: DeviceKey[] = [];
      await list.attempt("keys", "see `device` in the configuration", async () => {
        keys = await device.keys();
        return keysCheck(keys);
      });
      for (const key of keys) {
        progress(`key ${key.label}: signing for ${seconds} s …`);
        await list.attempt(`key ${key.label}`, "see the log of the device", async () => {
          const signaturesPerSecond = await measure(device, key, seconds);
          figures.push({ label: key.label, algorithm: key.algorithm, signaturesPerSecond });
          return { outcome: "ok", detail: `${key.algorithm}, ${signaturesPerSecond} signatures/s, all verified` };
        });
      }
      const [key] = keys;
      if (key) await losses(list, device, key);
      await list.attempt("policy", "renew the certificates that it names, or mend it", async () => {
        const checks = sealKeyChecks(loadPolicy(config.policyFile), keys);
        for (const check of checks) list.add(check);
        return { outcome: "ok", detail: `${checks.length} seal(s)` };
      });
    } finally {
      await device.close();
    }
    if (options.json) {
      const head = { passed: list.passed(), ...describeDevice(config.device) };
      print(JSON.stringify({ ...head, figures, checks: list.checks }, undefined, 2));
    } else {
      print(list.passed() ? "passed" : "FAILED");
    }
    return list.passed() ? 0 : 1;
  },
};

function keysCheck(keys: readonly DeviceKey[]): Omit<Check, "name"> {
  if (keys.length > 0) return { outcome: "ok", detail: keys.map(({ label }) => label).join(", ") };
  return { outcome: "fail", detail: "the token holds no signing key", remedy: "make one with `agent init`" };
}

/** Keeps the device busy and verifies every signature; answers that got mixed up would not verify. */
async function measure(device: OpenDevice, key: DeviceKey, seconds: number): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async (_, lane) => {
      while (performance.now() < end) {
        await signAndVerify(device, key, `${lane}.${count}`);
        count++;
      }
    }),
  );
  return Math.round((count * 1000) / (performance.now() - start));
}

async function losses(list: CheckList, device: OpenDevice, key: DeviceKey): Promise<void> {
  const afterwards = () => Promise.all(Array.from({ length: 64 }, (_, i) => signAndVerify(device, key, `after.${i}`)));
  const { loseSessions, pids } = device;
  if (loseSessions) {
    await list.attempt("lost sessions", "report this with the vendor's name and version", async () => {
      await loseSessions();
      await afterwards();
      return { outcome: "ok", detail: "64 of 64 signatures afterwards" };
    });
  }
  if (pids) {
    await list.attempt("killed driver", "report this with the vendor's name and version", async () => {
      const answers = afterwards();
      for (const pid of pids()) process.kill(pid, "SIGKILL");
      await answers;
      return { outcome: "ok", detail: "64 of 64 signatures that were in flight" };
    });
  }
}

/** Signs a text that nobody can take for anything else, and verifies the signature: over it, and not over another. */
async function signAndVerify(device: OpenDevice, key: DeviceKey, nonce: string): Promise<void> {
  const bytes = Buffer.from(`ecert.device.selftest.v1 ${nonce}`);
  const signature = await device.sign(key.label, bytes);
  const publicKey = readPublicKey(key.publicKey);
  if (!(await verifySignature(publicKey, bytes, signature)))
    throw new Error(`a signature of ${key.label} does not verify`);
}
