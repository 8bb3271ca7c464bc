import { cpSync, existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildScreens } from "../screens/build.ts";
import { type Mongod, startMongod } from "../servers/mongod.ts";
import { type MemoryWatch, processesFrom, watchMemory } from "../trial/memory.ts";
import { passingFolder } from "../trial/passing-folder.ts";
import type { Layout } from "../trial/plan.ts";
import { startTrial, type Trial } from "../trial/trial.ts";
import { invitation } from "./invitation.ts";
import { writeLivingTrial } from "./living.ts";
import { createNarrator, type Narrator } from "./narrator.ts";
import { type InForce, tellStory } from "./story.ts";

const HELP = `Plays the road of one certificate on real processes of this machine: 制证、签发、归集、跨市用证、备用用证、注销.

  npm run demo [-- --store sqlite|mongodb] [--layout one|mesh] [--keep] [--artefacts DIR]

  --store      where the cores keep their documents (default sqlite)
  --layout     all services of a core in one process, or one process per service with replicas (default one)
  --keep       leaves everything running, writes trial.json and context.json to the artefacts and prints addresses and
               ready-made calls; Ctrl-C ends it. Its folder with keys and logs stays; without --keep nothing outlives the
               demo but the artefacts, however it ends
  --artefacts  folder for PDF, data message, receipts and journals (default ./artefacts)
  --help       shows this text
`;

const STEPS: Record<string, [string, string]> = {
  authority: ["建立试验用认证机构", "A trial authority: mesh certificates and departments' signing certificates"],
  device: ["初始化加密设备并生成密钥", "A PKCS#11 token and key pair for"],
  portal: ["启动试验门户", "A stand-in for the government portal: an OpenID provider with invented people"],
  "time-stamps": ["启动时间戳服务", "A time stamp authority (RFC 3161): openssl ts behind HTTP"],
  broker: ["启动消息服务", "NATS for"],
  core: ["启动电子证照系统", "Core of"],
  catalog: ["省发布证照目录，各市自动同步", "The province publishes the catalog; cities receive it over NATS"],
  registry: ["登记部门、应用、印章、事项", "Departments, apps, seals, openings and matters are registered"],
  rights: ["省确认部门归属与发证权限", "The province confirms the departments and says where each issues what"],
  staff: [
    "开设工作人员账户",
    "The city's first administrator is set up with a certificate; from then on people open each other's accounts",
  ],
  agent: ["启动签名代理", "Signing agent beside the department's device:"],
};

const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    layout: { type: "string", default: "one" },
    keep: { type: "boolean", default: false },
    artefacts: { type: "string", default: "artefacts" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else process.exitCode = await play();

async function play(): Promise<number> {
  if (!["sqlite", "mongodb"].includes(values.store)) return refuse(`--store ${values.store}: choose sqlite or mongodb`);
  if (!["one", "mesh"].includes(values.layout)) return refuse(`--layout ${values.layout}: choose one or mesh`);
  const narrator = createNarrator(
    (text) => process.stdout.write(text),
    process.stdout.isTTY,
    () => performance.now(),
  );
  const passing = values.keep ? undefined : passingFolder("ecert-demo-");
  const directory = passing?.path ?? mkdtempSync(join(tmpdir(), "ecert-demo-"));
  let mongod: Mongod | undefined;
  let trial: Trial | undefined;
  const memory = process.platform === "linux" ? watchMemory() : undefined;
  const end = async () => {
    memory?.stop();
    await trial?.stop();
    await mongod?.stop();
    await passing?.remove();
  };
  try {
    mongod = values.store === "mongodb" ? await startDatabase(directory, narrator) : undefined;
    let last = "";
    trial = await startTrial({
      directory,
      layout: values.layout as Layout,
      national: true,
      timeStamps: true,
      portal: true,
      staff: true,
      screens: await builtScreens(narrator),
      store: mongod ? { engine: "mongodb", uri: mongod.uri, prefix: "ecert" } : { engine: "sqlite" },
      onStep(step, detail) {
        const [chinese, english] = STEPS[step] as [string, string];
        if (step !== last) narrator.step(chinese, english);
        last = step;
        if (detail) narrator.say(`· ${detail}`);
      },
    });
    const inForce = await tellStory(trial, narrator, values.artefacts);
    narrator.step(
      "结束",
      `${narrator.passed} checks held, ${narrator.failures} failed; artefacts in ${values.artefacts}/`,
    );
    narrator.say(took(memory));
    if (values.keep) await keepRunning(trial, inForce);
    return narrator.failures === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`\n${(error as Error).stack}\nlogs: ${keepLogs(directory)}\n`);
    return 1;
  } finally {
    await end();
    if (memory && !values.keep) narrator.say(left(directory));
  }
}

/** Time and memory, as far as they can be told. */
function took(memory: MemoryWatch | undefined): string {
  const seconds = Math.round(performance.now() / 1_000);
  if (!memory) return `用时 ${seconds} 秒 · ${seconds} s`;
  memory.look();
  const peak = (memory.peak() / 2 ** 30).toFixed(2);
  const count = processesFrom(process.pid).length;
  return (
    `用时 ${seconds} 秒，内存最多 ${peak} GiB（${count} 个进程的 PSS 之和） · ` +
    `${seconds} s, at most ${peak} GiB of memory (sum of PSS of ${count} processes)`
  );
}

/** What there still is of processes and files after the end. */
function left(directory: string): string {
  const processes = processesFrom(process.pid).length - 1;
  const files = existsSync(directory) ? readdirSync(directory, { recursive: true }).length : 0;
  return `留下进程 ${processes} 个，文件 ${files} 个（${values.artefacts}/ 除外） · left: ${processes} processes, ${files} files beside ${values.artefacts}/`;
}

/** Keeps what the programs wrote, among the artefacts, before the folder goes; the name of where. */
function keepLogs(directory: string): string {
  const [from, to] = [join(directory, "logs"), join(values.artefacts, "logs")];
  if (existsSync(from)) cpSync(from, to, { recursive: true });
  return to;
}

async function builtScreens(narrator: Narrator): Promise<string> {
  narrator.step("构建页面", "The screens of staff are built, where they have changed");
  return buildScreens();
}

async function startDatabase(directory: string, narrator: Narrator): Promise<Mongod> {
  narrator.step("启动 MongoDB", "A mongod of its own, as a replica set of one");
  return startMongod({ directory: join(directory, "mongod"), log: (line) => narrator.say(line) });
}

async function keepRunning(trial: Trial, inForce: InForce): Promise<void> {
  const written = writeLivingTrial(trial, inForce, values.artefacts);
  process.stdout.write(invitation(trial, written, values.artefacts));
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}

function refuse(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}
