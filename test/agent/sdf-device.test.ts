import { rename, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createSdfDevice, type SdfOptions } from "../../agent/device/sdf/sdf-device.ts";
import { toPem } from "../../services/trust/pem.ts";
import { makeSdfDevice, type TestSdfDevice } from "../fixtures/sdf-device.ts";
import { createBench } from "../trust/openssl.ts";
import { describeDeviceContract } from "./device-contract.ts";

function open({ driver, library, keys, env }: TestSdfDevice, options: Partial<SdfOptions> = {}) {
  return createSdfDevice({ driver, library, keys, environment: env, ...options });
}

for (const processes of [1, 2]) {
  describeDeviceContract(
    `SDF (GM/T 0018) with ${processes} driver process(es)`,
    async () => {
      const made = await makeSdfDevice(["seal", "second"]);
      return {
        device: open(made, { processes }),
        takeAway: () => rename(made.deviceDirectory, `${made.deviceDirectory}.away`),
        giveBack: () => rename(`${made.deviceDirectory}.away`, made.deviceDirectory),
        dispose: () => made.dispose(),
      };
    },
    { held: { seal: "sm2-sm3", second: "sm2-sm3" }, makesKeys: false },
  );
}

describe("an SDF device (GM/T 0018)", () => {
  test("signs so that openssl accepts it", async () => {
    const made = await makeSdfDevice(["seal"]);
    const device = open(made);
    const bench = createBench();
    const [key] = await device.keys();
    bench.file("public.pem", toPem("PUBLIC KEY", key?.publicKey ?? new Uint8Array()));
    bench.file("message", "电子证照");
    bench.file("signature", await device.sign("seal", Buffer.from("电子证照")));
    const args = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-digest", "sm3"];
    const files = ["-in", "message", "-sigfile", "signature"];
    const text = bench.openssl(...args, "-pkeyopt", "distid:1234567812345678", ...files);
    expect(text).toContain("Verified Successfully");
    await device.close();
    await made.dispose();
    bench.close();
  });

  test("makes no keys, and leaves numbers without a key out of its list", async () => {
    const made = await makeSdfDevice(["seal"]);
    const [seal] = made.keys;
    const keys = [...made.keys, { label: "nothing", index: 9, passwordFile: seal?.passwordFile ?? "" }];
    const device = open(made, { keys });
    expect((await device.keys()).map(({ label }) => label)).toEqual(["seal"]);
    await expect(device.sign("nothing", Buffer.from("x"))).rejects.toMatchObject({
      reason: "DEVICE_FAULT",
      retryAfterMs: undefined,
      metadata: { deviceCode: "0x01000008" },
    });
    await expect(device.generateKey("other", "sm2-sm3")).rejects.toMatchObject({ reason: "UNIMPLEMENTED" });
    await device.close();
    await made.dispose();
  });

  test("tries a wrong password once only, and goes on with the right one without a restart", async () => {
    const made = await makeSdfDevice(["seal"]);
    const file = made.keys[0]?.passwordFile ?? "";
    await writeFile(file, "wrong");
    const device = open(made);
    for (let round = 0; round < 3; round++) {
      await expect(device.sign("seal", Buffer.from("x"))).rejects.toMatchObject({
        reason: "DEVICE_FAULT",
        retryAfterMs: undefined,
        message: expect.stringContaining("password file"),
      });
    }
    expect(await made.refusals()).toBe(1);
    await writeFile(file, "secret-seal");
    expect((await device.sign("seal", Buffer.from("x")))[0]).toBe(0x30);
    await device.close();
    await made.dispose();
  });

  test("loses no answer when a driver is killed", async () => {
    const made = await makeSdfDevice(["seal"]);
    const restarts: string[] = [];
    const device = open(made, { processes: 2, onRestart: (cause) => restarts.push(cause) });
    await device.keys();
    const work = Promise.all(Array.from({ length: 500 }, (_, i) => device.sign("seal", Buffer.from(`${i}`))));
    process.kill(device.pids()[0] as number, "SIGKILL");
    expect((await work).every((signature) => signature[0] === 0x30)).toBe(true);
    expect(restarts).toEqual(["SIGKILL"]);
    await device.close();
    await made.dispose();
  });

  test("tells a missing library, a missing driver and a missing password file apart", async () => {
    const made = await makeSdfDevice(["seal"]);
    const [seal] = made.keys;
    const cases: [Partial<SdfOptions>, object][] = [
      [{ library: "/nowhere/libsdf.so" }, { reason: "DEVICE_FAULT", message: expect.stringContaining("`library`") }],
      [
        { keys: [{ label: "seal", index: seal?.index ?? 0, passwordFile: "/nowhere/password" }] },
        { reason: "DEVICE_FAULT", message: expect.stringContaining("/nowhere/password") },
      ],
      [{ driver: "/nowhere/sdf-driver" }, { reason: "DEVICE_FAULT", retryAfterMs: expect.any(Number) }],
    ];
    for (const [options, refusal] of cases) {
      const device = open(made, options);
      await expect(device.sign("seal", Buffer.from("x"))).rejects.toMatchObject(refusal);
      await device.close();
    }
    await made.dispose();
  });
});
