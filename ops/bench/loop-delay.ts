import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { ECHO, type LoopReport } from "./loop.ts";

const SECONDS = 20;
/** Milliseconds that the loop which serves calls is blocked at most, as README.md aims for ("Figures"). */
const MOST_MS = 20;

/**
 * Prints what drawing in worker threads does to the loop that serves calls: of a process that draws as fast as it can, and, since
 * other programs delay timers as well, of one beside it that does not.
 */
export async function benchLoop(print: (line: string) => void): Promise<void> {
  print(`the loop of a process that serves calls, ${SECONDS} s each; ms`);
  for (const mode of ["quiet", "drawing"]) {
    const { report, calls, slowest } = await observe(mode);
    const { drawn, delay, turn, collection, each } = report;
    const work =
      mode === "quiet"
        ? "draws nothing"
        : `draws, signs and packs ${(drawn / (SECONDS / 2)).toFixed(0)} certificates/s (PDF and OFD), ${each.toFixed(2)} of its own processor time each`;
    print(`  ${work}`);
    print(
      `    longest turn of the loop ${turn.toFixed(1)} of processor time (aim ≤ ${MOST_MS})${turn <= MOST_MS ? " ✓" : " ✗"}`,
    );
    print(
      `    delay of timers by the clock: 99 of 100 ≤ ${delay.p99.toFixed(1)}, 999 of 1000 ≤ ${delay.p999.toFixed(1)}, most ${delay.max.toFixed(1)}; longest collection of garbage ${collection.toFixed(1)}`,
    );
    print(`    meanwhile ${calls} calls answered one after the other, the slowest in ${slowest.toFixed(1)}`);
  }
}

async function observe(mode: string): Promise<{ report: LoopReport; calls: number; slowest: number }> {
  const child = fork(join(import.meta.dirname, "loop.ts"), [mode, String(SECONDS)]);
  const gone = once(child, "exit");
  const [port] = (await once(child, "message")) as [number];
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = () =>
    new Promise<void>((resolve, reject) =>
      client.makeUnaryRequest(ECHO.path, ECHO.requestSerialize, ECHO.responseDeserialize, Buffer.from("x"), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  let report: LoopReport | undefined;
  child.once("message", (message) => {
    report = message as LoopReport;
  });
  let calls = 0;
  let slowest = 0;
  while (report === undefined && child.exitCode === null) {
    const from = performance.now();
    await call().catch(() => {});
    slowest = Math.max(slowest, performance.now() - from);
    calls++;
  }
  client.close();
  await gone;
  if (report === undefined) throw new Error("the process whose loop was watched ended without a report");
  return { report, calls, slowest };
}
