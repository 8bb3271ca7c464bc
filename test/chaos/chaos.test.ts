import { describe, expect, test } from "vitest";
import { chaos } from "./run.ts";

const SEED = Number(process.env.CHAOS_SEED ?? 20_261_129);

describe.each(["sqlite", "mongodb"] as const)("chaos on %s", (engine) => {
  test("for forty seconds nothing is lost, given twice or wrong, and work goes on after every blow", async () => {
    const lines: string[] = [];
    const tell = () =>
      process.stdout.write(`chaos on ${engine}, seed ${SEED}\n${lines.map((line) => `  ${line}`).join("\n")}\n`);
    const report = await chaos({ seed: SEED, minutes: 2 / 3, engine, say: (line) => lines.push(line) }).finally(tell);
    const { acknowledged, dealt, lost, doubled, wrong, met } = report;
    expect({ lost, doubled, wrong, met }).toEqual({ lost: [], doubled: [], wrong: [], met: [] });
    expect(acknowledged).toBeGreaterThan(10);
    expect(dealt.length).toBeGreaterThan(3);
  }, 900_000);
});
