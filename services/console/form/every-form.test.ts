import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const CONSOLE = resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(CONSOLE, file), "utf8");
const files = globSync("**/*.{ts,tsx}", { cwd: CONSOLE }).filter((file) => !file.endsWith(".test.ts"));
const those = (...wanted: RegExp[]) => files.filter((file) => wanted.every((one) => one.test(read(file)))).sort();
const lacking = (from: readonly string[], one: RegExp) => from.filter((file) => !one.test(read(file)));

/** Forms without a draft: a pasted certificate that is asked about when it is left, and two questions that change nothing. */
const WITHOUT_DRAFT = ["people/accounts/account-certificates.tsx", "sandbox/apps-in-sandbox.tsx", "use/scan-panel.tsx"];
/** What is asked of a key in the browser, and of no node. */
const OF_A_KEY = ["activate/read-key.tsx", "keys/keys-pages.tsx"];

test("every form keeps its draft, says when, and cannot be handed in while it is on its way", () => {
  const forms = those(/\bonFinish=/);
  expect(forms.length).toBeGreaterThan(14);
  // Its type wants the time of the draft, which `useKeptDraft` alone gives, and whether it is being sent.
  expect(lacking(forms, /<SendBar\b/)).toEqual(WITHOUT_DRAFT);
});

test("whatever is filled in beside a call is kept as a draft, or asked about before it is left", () => {
  const filled = those(/\buseMutation\(/, /<(Input|Input\.TextArea|InputNumber)\b|type="file"|<CertificateInput\b/);
  expect(filled.length).toBeGreaterThan(8);
  expect(lacking(filled, /\buse(KeptDraft|Unsaved)[<(]/)).toEqual([]);
});

test("every call that a page makes by a button tells why it was refused, and that it is under way", () => {
  const calling = those(/\buseMutation\(/);
  expect(calling.length).toBeGreaterThan(40);
  expect(lacking(calling, /<RefusalNotice\b|\berror[=,]/)).toEqual(OF_A_KEY);
  expect(lacking(calling, /\bisPending\b/)).toEqual([]);
});

test("every dialog that asks for a remark or a cause asks before that is lost, and is pressed once", () => {
  const asking = lacking(those(/<Modal\b/, /<Input\b|<Input\.TextArea\b/), /<SendBar\b/);
  expect(asking).toEqual(["shell/ask-first.tsx", "shell/take-step.tsx"]);
  expect(lacking(asking, /\buseUnsaved\(/)).toEqual([]);
  expect(lacking(asking, /okButtonProps=\{\{[^}]*\bloading\b/)).toEqual([]);
});
