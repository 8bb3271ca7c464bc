import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@connectrpc/connect";
import {
  MatterFileFormat,
  MatterImportState,
  MatterImportTarget,
} from "../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { catalogService } from "../../services/catalog/main.ts";
import { socialCreditCheckCharacter } from "../../services/domain/social-credit-code.ts";
import { bothEngines, type Engine } from "../../test/fixtures/engines.ts";
import { settled } from "../../test/fixtures/matter-import.ts";
import { directClient, openTestRuntime } from "../../test/fixtures/runtime.ts";
import type { Figure } from "./figure.ts";
import { residentBytes } from "./resident.ts";

const MATTERS = 200_000;
const DEPARTMENTS = 500;
const PART = 4 << 20;
const AIM = { seconds: 60, megabytes: 512 } as const;
const LOOKUPS = 1_000;

/** Measures a list of 200,000 matters at a city (6.2.2.2): sent, compared and stored with its events, then changed, and looked up. */
export async function* measureMatters(): AsyncGenerator<Figure> {
  for (const engine of await bothEngines()) yield* await onEngine(engine);
}

async function onEngine(engine: Engine): Promise<Figure[]> {
  const opened = await engine.open();
  const directory = mkdtempSync(join(tmpdir(), "ecert-matters-"));
  const province = { node: "440000", role: "province", name: "省", publicKeyFile: "", services: {} } as const;
  const node = await openTestRuntime({ service: "catalog", store: opened.store, peers: [province] });
  const running = await catalogService.start({ ...node.runtime, now: () => new Date() });
  try {
    const registry = directClient(running, RegistryService);
    for (let place = 0; place < DEPARTMENTS; place++) {
      const department = { code: codeOf(place), name: `部门${place}`, division: "440100" };
      await registry.putDepartment({ department });
    }
    const matters = directClient(running, MatterService);
    const [first, second] = [await fileOf(directory, "first", 0), await fileOf(directory, "second", 1)];
    const added = await measured(() => imported(matters, first));
    const same = await measured(() => previewed(matters, first));
    const changed = await measured(() => imported(matters, second));
    const started = performance.now();
    for (let place = 0; place < LOOKUPS; place++) {
      await matters.findMatters({ departmentCode: codeOf(place % DEPARTMENTS), pageSize: 20 });
    }
    const lookup = (performance.now() - started) / LOOKUPS;
    const on = `on ${engine.name}`;
    const thousands = MATTERS.toLocaleString("en-US");
    return [
      {
        name: `${thousands} new matters imported, ${on}`,
        value: added.seconds,
        unit: "s",
        aim: AIM.seconds,
        below: true,
        note: `${added.processor.toFixed(1)} s of processor; preview and store, with their events`,
      },
      {
        name: `resident memory at its most, ${on}`,
        value: added.megabytes,
        unit: "MB",
        aim: AIM.megabytes,
        below: true,
      },
      {
        name: `the same list compared again, ${on}`,
        value: same.seconds,
        unit: "s",
        note: `${same.processor.toFixed(1)} s of processor`,
      },
      {
        name: `a later list in which half have changed, ${on}`,
        value: changed.seconds,
        unit: "s",
        aim: AIM.seconds,
        below: true,
      },
      {
        name: `resident memory at its most, ${on}`,
        value: changed.megabytes,
        unit: "MB",
        aim: AIM.megabytes,
        below: true,
      },
      { name: `a page of a department's matters, ${on}`, value: lookup, unit: "ms" },
    ];
  } finally {
    // Its loops end with the signal of the runtime.
    const closed = node.close();
    await running.stop();
    await closed;
    await opened.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

type Matters = Client<typeof MatterService>;

async function previewed(matters: Matters, path: string) {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  const { import: begun } = await matters.startMatterImport({
    target: MatterImportTarget.LIST,
    format: MatterFileFormat.CSV,
    bytes: BigInt(statSync(path).size),
    sha256: hash.digest("hex"),
  });
  const importId = begun?.id ?? "";
  let part = 0;
  for await (const content of createReadStream(path, { highWaterMark: PART })) {
    await matters.putMatterImportPart({ importId, part: part++, content: content as Buffer });
  }
  await matters.previewMatterImport({ importId });
  const found = await settled(matters, importId);
  const { faulty = 0n } = found.counts ?? {};
  if (found.state === MatterImportState.PREVIEWED && faulty === 0n) return found;
  throw new Error(`the list is not what it should be: ${found.fault?.description ?? `${faulty} faulty rows`}`);
}

async function imported(matters: Matters, path: string): Promise<void> {
  const { id: importId, previewSha256 } = await previewed(matters, path);
  await matters.applyMatterImport({ importId, previewSha256 });
  const { state } = await settled(matters, importId);
  if (state !== MatterImportState.DONE) throw new Error("the list was not stored");
}

/** Seconds that work takes, and the most memory that this process has meanwhile. */
async function measured(
  work: () => Promise<unknown>,
): Promise<{ seconds: number; processor: number; megabytes: number }> {
  let most = 0;
  const look = () => {
    most = Math.max(most, residentBytes(process.pid) ?? 0);
  };
  const timer = setInterval(look, 50);
  const [started, before] = [performance.now(), process.cpuUsage()];
  try {
    await work();
    look();
  } finally {
    clearInterval(timer);
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1_000;
  return { seconds, processor: (user + system) / 1_000_000, megabytes: most / 2 ** 20 };
}

/** Writes a list; in later editions every second matter has another name. */
async function fileOf(directory: string, name: string, edition: number): Promise<string> {
  const path = join(directory, `${name}.csv`);
  const file = createWriteStream(path);
  file.write(
    "事项编码,事项名称,部门统一社会信用代码,事项类型,进驻政务服务网,核发证照,使用证照,申报材料,省事项目录编码\n",
  );
  for (let place = 0; place < MATTERS; place++) {
    const title = place % 2 === 0 ? `企业经营许可事项第${place}项` : `企业经营许可事项第${place}项（${edition}版）`;
    const guide = "身份证明=GD-GA-0001;营业执照=GD-SCJG-0001;申请表;场地证明";
    const row = `SX4401${String(place).padStart(10, "0")},${title},${codeOf(place % DEPARTMENTS)},行政许可,2024-01-01/,GD-SCJG-0001,GD-GA-0001,${guide},S-${place % 3_000}\n`;
    if (!file.write(row)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
  return path;
}

function codeOf(place: number): string {
  const body = `11440100${String(place).padStart(9, "0")}`;
  return body + socialCreditCheckCharacter(body);
}
