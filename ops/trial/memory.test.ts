import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { memoryAlone, memoryOf, processesFrom } from "./memory.ts";

const MIB = 1 << 20;
const program = (mib: number) =>
  `globalThis.kept = Buffer.alloc(${mib} * 1024 * 1024, 1); console.log("ready"); setInterval(() => {}, 1e6)`;

test.skipIf(process.platform !== "linux")(
  "memory counts what a process and those below it hold, and shared code once",
  async () => {
    const children = [64, 1].map((mib) =>
      spawn(process.execPath, ["-e", program(mib)], { stdio: ["ignore", "pipe", "ignore"] }),
    );
    try {
      await Promise.all(children.map(({ stdout }) => once(stdout, "data")));
      const [large, small] = children.map(({ pid }) => pid as number) as [number, number];
      expect(processesFrom(process.pid)).toEqual(expect.arrayContaining([process.pid, large, small]));
      expect(processesFrom(large)).toEqual([large]);
      expect(memoryOf([large]) - memoryOf([small])).toBeGreaterThan(55 * MIB);
      expect(memoryAlone([large])).toBeGreaterThanOrEqual(memoryOf([large]));
      // The second brings what is its own: its code is that of the first.
      expect(memoryAlone([large, small]) - memoryAlone([large])).toBeLessThan(memoryAlone([small]) - 20 * MIB);
      expect(memoryOf([2 ** 30])).toBe(0);
    } finally {
      for (const child of children) child.kill("SIGKILL");
    }
  },
);
