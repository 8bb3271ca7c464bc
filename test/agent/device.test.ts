import { createPublicKey, verify } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Device } from "../../agent/device/device.ts";
import { createPkcs11Device, type Pkcs11Options } from "../../agent/device/pkcs11-device.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { createFakeDevice } from "../fixtures/fake-device.ts";
import { makeSoftHsmToken, type SoftHsmToken } from "../fixtures/softhsm.ts";
import { describeDeviceContract } from "./device-contract.ts";

const KEYS = [
  { label: "p256", algorithm: "p256" },
  { label: "rsa", algorithm: "rsa2048" },
] as const;

function openDevice(token: SoftHsmToken, options: Partial<Pkcs11Options> = {}) {
  const { module, tokenLabel, pinFile, env } = token;
  return createPkcs11Device({ module, tokenLabel, pinFile, environment: env, ...options });
}

describeDeviceContract("fake", async () => {
  const device = createFakeDevice([
    { label: "p256", algorithm: "ecdsa-p256-sha256" },
    { label: "rsa", algorithm: "rsa-pkcs1-sha256" },
  ]);
  return {
    device,
    takeAway: async () => {
      device.away = true;
    },
    giveBack: async () => {
      device.away = false;
    },
    dispose: async () => undefined,
  };
});

for (const processes of [1, 2]) {
  describeDeviceContract(`SoftHSM2 with ${processes} driver process(es)`, async () => {
    const token = await makeSoftHsmToken({ keys: KEYS });
    return {
      device: openDevice(token, { processes }),
      takeAway: () => rename(token.tokenDirectory, `${token.tokenDirectory}.away`),
      giveBack: () => rename(`${token.tokenDirectory}.away`, token.tokenDirectory),
      dispose: () => token.dispose(),
    };
  });
}

/** As a core does: a job over which the driver died twice is refused with retry advice, and asked for again. */
async function signAgain(device: Device, text: Uint8Array): Promise<Uint8Array> {
  for (;;) {
    try {
      return await device.sign("p256", text);
    } catch (error) {
      if (!(error instanceof Refusal) || error.retryAfterMs === undefined) throw error;
    }
  }
}

describe("PKCS#11 device", () => {
  test("loses no answer when its driver is killed under load, and every signature holds", async () => {
    await using token = await disposable(makeSoftHsmToken({ keys: KEYS }));
    const restarts: string[] = [];
    const device = openDevice(token.it, { processes: 2, onRestart: (cause) => restarts.push(cause) });
    const keys = await device.keys();
    const spki = keys.find(({ label }) => label === "p256")?.publicKey as Uint8Array;
    const publicKey = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    let answered = 0;
    const work = Promise.all(
      Array.from({ length: 3_000 }, async (_, i) => {
        const text = Buffer.from(`certificate ${i}`);
        const good = verify("sha256", text, publicKey, await signAgain(device, text));
        answered++;
        return good;
      }),
    );
    for (const bound of [200, 900, 1_800]) {
      await expect.poll(() => answered, { interval: 1, timeout: 20_000 }).toBeGreaterThan(bound);
      await expect.poll(() => device.pids().length, { interval: 5, timeout: 5_000 }).toBeGreaterThan(0);
      const [pid] = device.pids();
      process.kill(pid as number, "SIGKILL");
    }
    const results = await work;
    expect(results).toHaveLength(3_000);
    expect(results.every(Boolean)).toBe(true);
    expect(restarts).toContain("SIGKILL");
    await device.close();
  });

  test("refuses with retry advice a request over which its driver died twice", async () => {
    await using token = await disposable(makeSoftHsmToken({ keys: KEYS }));
    // A driver that answers nothing in time is killed: one millisecond is never enough to start it.
    const device = openDevice(token.it, { answerTimeoutMs: 1 });
    await expect(device.sign("p256", Buffer.from("x"))).rejects.toMatchObject({
      reason: "DEVICE_FAULT",
      retryAfterMs: 2_000,
    });
    await device.close();
  });

  test("tries a wrong PIN once only, and goes on with the right one without a restart", async () => {
    await using token = await disposable(makeSoftHsmToken({ keys: KEYS }));
    await writeFile(token.it.pinFile, "wrong-pin");
    const device = openDevice(token.it);
    const first = await device.sign("p256", Buffer.from("x")).catch((error) => error);
    expect(first).toMatchObject({ reason: "DEVICE_FAULT", retryAfterMs: undefined, metadata: { deviceCode: "0xa0" } });
    await expect.poll(() => device.sign("p256", Buffer.from("x")).catch((error) => error.message)).toContain("before");
    await writeFile(token.it.pinFile, "24681357\n");
    await expect.poll(() => device.health(), { timeout: 3_000 }).toMatchObject({ healthy: true });
    await device.close();
  });

  test("tells a missing module, a missing PIN file and a missing token apart", async () => {
    await using token = await disposable(makeSoftHsmToken({ keys: KEYS }));
    const cases: [Partial<Pkcs11Options>, object][] = [
      [{ module: "/nowhere/lib.so" }, { reason: "DEVICE_FAULT", message: expect.stringContaining("`module`") }],
      [{ pinFile: "/nowhere/pin" }, { reason: "DEVICE_FAULT", message: expect.stringContaining("PIN file") }],
      [{ tokenLabel: "other" }, { reason: "DEVICE_AWAY", message: expect.stringContaining("other") }],
    ];
    for (const [options, refusal] of cases) {
      const device = openDevice(token.it, options);
      await expect(device.sign("p256", Buffer.from("x"))).rejects.toMatchObject(refusal);
      await device.close();
    }
  });

  test("initialises a fresh token, and never one that is there already", async () => {
    await using token = await disposable(makeSoftHsmToken({ initialize: false }));
    const device = openDevice(token.it);
    await device.initialize(token.it.soPinFile);
    await device.generateKey("seal", "rsa-pkcs1-sha256");
    await expect(device.initialize(token.it.soPinFile)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    expect(await device.keys()).toMatchObject([{ label: "seal", algorithm: "rsa-pkcs1-sha256" }]);
    await device.close();
  });
});

async function disposable(made: Promise<SoftHsmToken>) {
  const it = await made;
  return { it, [Symbol.asyncDispose]: () => it.dispose() };
}
