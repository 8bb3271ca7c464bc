import { type ChildProcess, fork } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type OfdReaderSession, openOfdReader } from "../document/ofd-reader-session.ts";
import { readQr } from "../document/qr-reader.ts";
import { setUpHouse } from "./house.ts";
import { type HousePlan, writePlan } from "./house-plan.ts";
import type { ProofSettings, ReadingOrder } from "./prove-certificate.ts";
import { add, count, newTally, type Tally } from "./tally.ts";

/** What is proved, and how. */
export interface ProofOptions extends ProofSettings {
  /** Certificates; each is issued under every key, as PDF, OFD and data message. */
  certificates: number;
  /** Processes that work side by side. */
  processes: number;
  /** Told after each certificate. */
  progress?: (done: number) => void;
  /** Ends the proof early, with what was proved until then. */
  stop?: AbortSignal;
}

type Answer = "ready" | { index: number; error: string } | { index: number; tally: Tally; readings: ReadingOrder[] };

/**
 * Issues random certificates with real keys and has each judged by our own engine, by tools that are not ours, and with
 * single bits flipped. Resolves to how often what was tried and went well; failures, those of its own processes too, are in it.
 */
export async function prove(options: ProofOptions): Promise<Tally> {
  const house = await setUpHouse();
  try {
    const reader = await openOfdReader();
    try {
      return await proveIn(house.plan, reader, options);
    } finally {
      await reader.close();
    }
  } finally {
    await house.dispose();
  }
}

async function proveIn(plan: HousePlan, reader: OfdReaderSession, options: ProofOptions): Promise<Tally> {
  const { certificates, processes, progress, stop, ...settings } = options;
  const tally = newTally();
  const args = [writePlan(plan), JSON.stringify(settings satisfies ProofSettings)];
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = fork(join(import.meta.dirname, "worker.ts"), args, { execArgv: [] });
    // The reader is at one certificate while the worker is at the next.
    let reading: Promise<unknown> = Promise.resolve();
    try {
      await answerOf(worker);
      while (next < certificates && !stop?.aborted) {
        const index = next++;
        worker.send(index);
        const answer = await answerOf(worker);
        if (answer === "ready") throw new Error("a worker started twice");
        if ("error" in answer) tally.failures.push(`certificate ${index} of seed ${settings.seed}: ${answer.error}`);
        else {
          add(tally, answer.tally);
          await reading;
          reading = Promise.all(answer.readings.map((order) => read(reader, order, tally)));
        }
        tally.certificates++;
        progress?.(tally.certificates);
      }
      await reading;
    } finally {
      if (worker.connected) worker.disconnect();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: processes }, work));
  for (const end of ends) {
    if (end.status === "rejected") tally.failures.push(`proof: ${(end.reason as Error).message}`);
  }
  return tally;
}

function answerOf(worker: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`a worker ended with ${code}`));
    worker.once("exit", gone);
    worker.once("message", (answer) => {
      worker.off("exit", gone);
      resolve(answer as Answer);
    });
  });
}

/** Has the outside reader open an OFD, and compares its text and QR code with the data and with the PDF. Removes the files then. */
async function read(reader: OfdReaderSession, order: ReadingOrder, tally: Tally): Promise<void> {
  const { name, ofd, values, text, qr, page } = order;
  const [kind = ""] = name.split(",");
  try {
    const view = await reader.view(readFileSync(ofd), page);
    const shown = view.text.replaceAll(/\s/g, "");
    count(tally, "counts", `OFD parsed and rendered by the outside reader, ${kind}`, true, () => "");
    const missing = values.filter((value) => !shown.includes(value));
    const sorted = (from: string): string => [...from].sort().join("");
    const same = sorted(shown) === sorted(text);
    count(
      tally,
      "counts",
      `text in that reader equal to the data and to the PDF's, ${kind}`,
      missing.length === 0 && same,
      () =>
        `${name}: ${missing.length > 0 ? `lacks ${JSON.stringify(missing)}` : "other characters than the PDF"}; shows ${shown}`,
    );
    const picture = join(dirname(ofd), "ofd.png");
    writeFileSync(picture, view.picture);
    const found = await readQr(picture);
    const told = () => `${name}: read ${found}`;
    count(tally, "counts", `QR code read from the OFD at 100 dpi in that reader, ${kind}`, found === qr, told);
  } catch (error) {
    count(tally, "counts", `OFD parsed and rendered by the outside reader, ${kind}`, false, () => `${name}: ${error}`);
  }
  rmSync(dirname(ofd), { recursive: true, force: true });
}
