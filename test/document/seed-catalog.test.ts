import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bindingFaults } from "../../services/document/bound-items.ts";
import { compileDataSchema } from "../../services/document/data-schema.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import { parseTemplate } from "../../services/document/parse-template.ts";
import { requireBound } from "../../services/domain/data-binding.ts";
import { requireHolders } from "../../services/domain/holder-code.ts";
import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import { typeCodeFault } from "../../services/domain/type-code.ts";
import { parseValidityRule, validityUnder } from "../../services/domain/validity-rule.ts";
import { exampleMessage, heldBy, seedItems } from "./seed.ts";

const items = seedItems();
const renderer = createFaceRenderer();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ecert-faces-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("4.3.3 the seed catalog has the five kinds of certificates", () => {
  expect([...items.values()].map((item) => item.name).sort()).toEqual(
    ["营业执照", "食品经营许可证", "居住证", "不动产权证书", "结婚证"].sort(),
  );
});

describe.each([...items])("4.3.3 seed item %s", (name, item) => {
  test("has codes with right check characters, and an example that its rules accept", () => {
    const { example } = item;
    expect(typeCodeFault(item.typeCode)).toBeUndefined();
    expect(socialCreditCodeFault(example.issuer.code)).toBeUndefined();
    requireHolders(example.holders, heldBy(item.content));
    expect(example.holders.length).toBeGreaterThanOrEqual(item.content.holdersMin);
    expect(example.holders.length).toBeLessThanOrEqual(item.content.holdersMax);
    const { validTo } = validityUnder(
      parseValidityRule(JSON.parse(item.content.validityRuleJson)),
      example,
      example.issueDate,
    );
    expect(validTo).toBe(example.validTo);
  });

  test("has a data schema with Chinese titles that accepts the example and refuses unknown members", () => {
    const check = compileDataSchema(JSON.stringify(item.dataSchema));
    expect(check(item.example.data)).toEqual([]);
    expect(check({ ...item.example.data, more: 1 })).toMatchObject([{ field: "/data/more", reason: "UNKNOWN_FIELD" }]);
    for (const property of Object.values(item.dataSchema.properties)) expect(property.title).toMatch(/\p{Script=Han}/u);
  });

  test("binds every data item that says who holds it, or which number it has, to the metadata", () => {
    const { bindings, dataSchema, content } = item;
    const template = parseTemplate(JSON.stringify(item.template));
    expect(bindingFaults(bindings, { dataSchema, template, holdersMax: content.holdersMax })).toEqual([]);
    const message = exampleMessage(item);
    requireBound(bindings, message, (member) => member);
    const { number, holders, issuer } = message.metadata;
    const said = new Set([number, issuer.name, issuer.code, ...holders.flatMap(({ name, code }) => [name, code])]);
    const twice = Object.keys(message.data).filter((key) => said.has(String(message.data[key])));
    expect(bindings.map(({ dataItem }) => dataItem)).toEqual(twice.map((key) => `/${key}`));
  });

  test("has a face that shows every value of the example, drawn without a complaint", () => {
    const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
    const message = exampleMessage(item);
    const file = join(folder, `${name}.pdf`);
    writeFileSync(file, face.preparePdf(message).bytes);

    const drawn = spawnSync("mutool", ["draw", "-q", "-o", join(folder, `${name}.png`), "-r", "72", file], {
      encoding: "utf8",
    });
    expect(drawn.status).toBe(0);
    // The build of mutool in Debian has no colour management and says so.
    expect(drawn.stderr.replace(/warning: ICC support is not available\n/, "")).toBe("");
    execFileSync("qpdf", ["--check", file]);

    const shown = execFileSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" }).replaceAll(/\s/g, "");
    for (const value of shownValues(item.example.data)) expect(shown).toContain(value);
    for (const holder of item.example.holders) expect(shown).toContain(holder.name);
    expect(shown).toContain(item.name);
    expect(shown).toContain(item.example.number);
    expect(shown).toContain(item.example.issuer.name);
    expect(shown).toContain(message.metadata.identifier);
    expect(shown).toContain("2026年11月24日");
  });
});

/** Every text of the data as the face writes it: dates in Chinese form, no white space. */
function shownValues(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(shownValues);
  const text = String(value).replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$1年$2月$3日");
  return [text.replaceAll(/\s/g, "")];
}
