import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { originKey } from "../../ops/trial/connect.ts";
import { ISSUERS, type IssuingDepartment, USER } from "../../ops/trial/plan.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";

const run = promisify(execFile);

describe("README", () => {
  let trial: Trial;
  const directory = mkdtempSync(join(tmpdir(), "ecert-readme-"));
  // Inside the project, so that `ecert/client` is found; ignored by git.
  const place = join("artefacts", `readme-${process.pid}`);

  beforeAll(async () => {
    trial = await startTrial({ directory, layout: "one", store: { engine: "sqlite" } });
    mkdirSync(place, { recursive: true });
  });
  afterAll(async () => {
    await trial?.stop();
    rmSync(directory, { recursive: true, force: true });
    rmSync(place, { recursive: true, force: true });
  });

  test("the sample of a department system runs as it stands", async () => {
    const [, sample = ""] = /```ts\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8")) ?? [];
    const script = join(place, "sample.ts");
    writeFileSync(script, sample);
    const scjg = ISSUERS[0] as IssuingDepartment;
    const licence = readCatalogFiles().find((file) => file.name === "营业执照") as CatalogFile;
    const keep = (name: string, text: string) => {
      const file = join(directory, name);
      writeFileSync(file, text, { mode: 0o600 });
      return file;
    };
    const { linghai, pengwan, province } = trial.cores;
    const env = {
      ...process.env,
      ECERT_CA: trial.files.root,
      ECERT_CITY: linghai.public.issue?.[0],
      ECERT_OTHER_CITY: pengwan.public.usage?.[0],
      ECERT_PROVINCE: province.public.usage?.[0],
      ECERT_APPROVAL_SECRET: keep("approval-secret", trial.secrets.get(scjg.appKey) ?? ""),
      ECERT_COUNTER_SECRET: keep("counter-secret", trial.secrets.get(USER.appKey) ?? ""),
      ECERT_ORIGIN_KEY: originKey(directory, scjg.appKey).privateKeyFile,
      ECERT_DATA: keep("data.json", JSON.stringify(licence.example.data)),
    };
    const { stdout } = await run(process.execPath, [script], { env });
    const printed = JSON.parse(stdout);
    expect(printed).toMatchObject({ data: { name: licence.example.data.name }, place: "home" });
    expect(printed.bytes).toBeGreaterThan(10_000);
  });
});
