import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { REASONS } from "../../services/domain/reason.ts";
import { BAD_INPUTS } from "./cases/all.ts";
import { type Row, run } from "./run.ts";
import { openScene, type Scene } from "./scene.ts";
import { rowsOf } from "./stored.ts";
import { REWRITE, tableOf } from "./table.ts";

const PAGE = join(import.meta.dirname, "../../services/call/BAD-INPUTS.md");
const CASES = BAD_INPUTS.flatMap((group) =>
  group.inputs.map((input) => [`${group.title}: ${input.is}`, group, input] as const),
);

/** A path of a refusal over gRPC as a caller in JSON spells it. */
const inJson = (path: string) => {
  const [, fields = "", pointer = ""] = /^([^/]*)(.*)$/s.exec(path) ?? [];
  return fields.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) + pointer;
};

describe("every kind of bad input is refused with reason, field and remedy, in English and Chinese (5.9.3)", () => {
  let scene: Scene;
  let before: Record<string, number>;
  const rows: Row[] = [];

  beforeAll(async () => {
    scene = await openScene();
    before = rowsOf(scene.trial);
  }, 900_000);
  afterAll(() => scene?.close());

  test.each(CASES)("%s", async (_name, group, input) => {
    const row = await run(scene, group, input);
    rows.push(row);
    const { refusal, text } = row.answered;
    expect([refusal.reason, refusal.fields[0]?.field]).toEqual([input.reason, input.field]);
    expect(text).not.toMatch(/\bat (?:file:|node:|async |Object\.)|node_modules|\.ts:\d/);
    for (const { remedy, description } of refusal.fields) expect([remedy, description]).not.toContain(undefined);
    // Behind the sentence of the reason stands what is wrong here, in Chinese and with more than the field's name.
    const told = refusal.localized.replace(REASONS[refusal.reason], "");
    expect(told).toMatch(/^[：，](?:.*?\p{Script=Han}){4}/su);
    if (!row.grpc) return;
    expect(row.grpc.code).toBe(row.answered.code);
    expect(row.grpc.refusal.reason).toBe(refusal.reason);
    expect(row.grpc.refusal.fields.map(({ field }) => inJson(field))).toEqual(refusal.fields.map(({ field }) => field));
  });

  test("nothing of all that is stored anywhere", () => {
    expect(withoutTold(rowsOf(scene.trial))).toEqual(withoutTold(before));
  });

  test(`the page says what was answered; \`${REWRITE}\` writes it anew`, () => {
    expect(rows.length).toBe(CASES.length);
    const page = tableOf(rows);
    if (process.env.ECERT_WRITE_BAD_INPUTS === "1") writeFileSync(PAGE, page);
    expect(page).toBe(readFileSync(PAGE, "utf8"));
  });
});

/** Nodes that are asked for their certificates keep, as their evidence does, that they told of them, also where the asking node refuses its app afterwards (5.9.5). */
function withoutTold<T extends object>(rows: T) {
  return Object.fromEntries(Object.entries(rows).filter(([name]) => !/^(440000|440100)\b.*\bholder_uses\b/.test(name)));
}
