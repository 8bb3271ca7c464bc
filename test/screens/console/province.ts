import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../../ops/trial/connect.ts";
import { archiveEqual, replicated } from "../../../ops/trial/links.ts";
import { NODE_OPERATOR, ON_SCREEN, type Person } from "../../../ops/trial/people.ts";
import { LINGHAI, PROVINCE } from "../../../ops/trial/plan.ts";
import type { Running } from "../../../ops/trial/process.ts";
import type { CertificateKey } from "../../../ops/trial/staff-session.ts";
import { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import type { Connector } from "../../../services/client/index.ts";
import type { CertificateDocument } from "../../../services/issue/record/certificate.ts";
import { CERTIFICATES } from "../../../services/issue/record/repository.ts";
import { openStore } from "../../../services/store/open.ts";
import { ARCHIVE, type ArchivedCertificate } from "../../../services/sync/archive/archived-certificate.ts";
import { TOP } from "../../e2e/governance-people.ts";
import { eventually } from "../../node/eventually.ts";
import { standingStill } from "../../node/stand-still.ts";
import { issueMany } from "../../recovery/older-city.ts";
import { hireAtProvince } from "../province.ts";
import type { ScreensScene } from "../scene.ts";
import { coresOf, systemOf } from "../system.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const of = (id: string, name: string, role: Role): Person => ({
  ...{ account: `${PROVINCE.code}-${id}`, name, department: TOP, roles: [role] },
});
const OPERATOR = of("operator", "省试验辛", Role.OPERATOR);
const SUPERVISOR = of("supervisor", "省试验壬", Role.SUPERVISOR);
const SOON = { timeout: 60_000 };

/** What a city that went back to an older copy of itself leaves to people: at its own console, and at the province's. */
export function provinceTests(scene: () => ScreensScene): void {
  let issuer: Connector;
  let keys: Map<string, CertificateKey>;

  beforeAll(async () => {
    const { trial } = scene();
    issuer = systemOf(trial);
    keys = await hireAtProvince(trial, [OPERATOR, SUPERVISOR]);
  });
  afterAll(() => issuer?.close());

  const issued = async (serial: string) => {
    await issuer.issuing.make(orderFrom(licence, serial));
    return (await issuer.issuing.issue(serial)).identifier;
  };
  const atProvince = (person: Person) =>
    scene().newcomer(person, keys.get(person.account) as CertificateKey, scene().top);

  test("5.8.4: what an agent has signed and the node does not know keeps the department from issuing; an operator is told so, and gives it up on the page of recovery", async () => {
    const identifier = await issued("lost-1");
    const { running } = scene().trial.agents.get(ON_SCREEN.agent) ?? {};
    const { forget, restore, close } = await storeOf(scene(), identifier);
    const page = await scene().console(NODE_OPERATOR);
    try {
      await forget();
      await running?.stop();
      await running?.restart();
      await page.goto(`${scene().origin}/console/watch`);
      const alarm = page.getByRole("listitem").filter({ hasText: "签名代理已签署的 1 个证照在本系统没有记录" });
      await alarm.waitFor(SOON);
      await expect(issuer.issuing.make(orderFrom(licence, "lost-2"))).rejects.toMatchObject({ reason: "NODE_BEHIND" });
      await alarm.getByRole("link", { name: "前去处理" }).click();
      const accept = page.getByRole("button", { name: `放弃该签名：${identifier}` });
      await accept.waitFor();
      await expectAccessible(page);
      await accept.click();
      await page.getByRole("dialog").getByRole("button", { name: "放弃该签名" }).click();
      await page.getByText("没有未登记的签名").waitFor();
    } finally {
      await restore();
      await close();
    }
    await issued("lost-2");
    await page.close();
  });

  test("4.6.2, 4.6.3: of two histories of one certificate a person at the province decides which one stands, never one in which what was revoked is in force; its archive shows what stands", async () => {
    const identifier = await issued("forked-1");
    const { forget, restore, close } = await storeOf(scene(), identifier);
    await issuer.issuing.suspend(identifier, "等待核查");
    await forget();
    await restore();
    await close();
    await issuer.issuing.revoke(identifier, "登记机关依法注销");
    const page = await atProvince(OPERATOR);
    await page.goto(`${scene().top}/console/watch`);
    await page.getByText(`节点 ${LINGHAI.code} 有 1 个证照存在两份不同的记录`).waitFor(SOON);
    await page.goto(`${scene().top}/console/watch/recovery`);
    const row = page.getByRole("row").filter({ hasText: identifier });
    const decide = (state: string) =>
      row.getByRole("listitem").filter({ hasText: state }).getByRole("button", { name: "以此为准" });
    await decide("已暂扣").waitFor();
    await expectAccessible(page);
    await decide("已暂扣").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "以此为准" }).click();
    await dialog.getByRole("alert").getByText("已注销或已变更的证照不能恢复").first().waitFor();
    await dialog.getByRole("button", { name: "取消" }).click();
    await decide("已注销").click();
    await dialog.getByRole("button", { name: "以此为准" }).click();
    await row.waitFor({ state: "detached" });
    await page.getByText("没有需要裁定的记录").waitFor();
    await page.close();
    const archive = await atProvince(SUPERVISOR);
    await archive.goto(`${scene().top}/console/archive?identifier=${encodeURIComponent(identifier)}`);
    await archive
      .getByRole("row", { name: /营业执照.*已注销/ })
      .getByRole("link")
      .click();
    await archive.getByText("归集副本，由其他节点签发").waitFor();
    await archive.getByText("登记机关依法注销").waitFor();
    await archive.getByRole("button", { name: "查看证照内容" }).click();
    await archive.getByText(String(licence.example.data.legalRepresentative)).waitFor();
    await expectAccessible(archive);
    await archive.getByRole("link", { name: "与对端的差异" }).click();
    const peer = archive.getByRole("row", { name: /岭海市 .*已连接/ });
    await peer.waitFor();
    // Who supervises reads what was compared, and has no button for it.
    await archive.getByRole("button", { name: /^比对证照库/ }).waitFor({ state: "detached" });
    await expectAccessible(archive);
    await archive.close();
  });

  test("4.6.2: who keeps the province's node has its copy compared with a city's archive, is told what came of it, and it stands with the link from then on", async () => {
    await issued("compared-1");
    const page = await atProvince(OPERATOR);
    await page.goto(`${scene().top}/console/watch/links`);
    const link = page.locator(".panel").filter({ hasText: LINGHAI.code });
    await link.getByText("已连通").waitFor(SOON);
    // The city stands still, which holds the first one up until it is stopped; what begins it anew goes on with what is lacking.
    await standingStill(coresOf(scene(), LINGHAI.code), async () => {
      await page.getByRole("button", { name: `比对证照库：${LINGHAI.code}` }).click();
      await link.getByText(/正在逐日比对并补齐，已用 \d+ 秒/).waitFor();
      await link.getByRole("button", { name: "停止比对" }).click();
      await link.getByText("已停止，已补齐的保留；再次比对会接着补齐").waitFor();
    });
    await page.getByRole("button", { name: `接着比对：${LINGHAI.code}` }).click();
    await link.getByText(/^已比对 [1-9]\d* 件，补齐 \d+ 件，两份证照库一致$/).waitFor();
    await link.getByText(/^20\d\d-\d\d-\d\d \d\d:\d\d.* · .*一致/).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("4.6.2: a comparison tells how many certificates it has looked at and fetched; killed (SIGKILL) in the middle, the province tells where it was interrupted, goes on from there by itself, and lacks nothing", async () => {
    const { trial } = scene();
    const { linghai, province } = trial.cores;
    const program = trial.programs.get(`${PROVINCE.code}/core`) as Running;
    const links = trial.operators.get(PROVINCE.code)?.client(LinkService, province.mesh.sync?.[0] ?? "");
    const linked = async () => (await links?.getLinks({}))?.links.find(({ node }) => node === LINGHAI.code);
    await issueMany(issuer, new Map(), "lacking", 40);
    await replicated(trial, linghai, 120_000);
    await program.stop();
    const all = await emptyArchive(scene());
    const city = coresOf(scene(), LINGHAI.code);
    const page = await inWhichCityStands(async () => {
      await program.restart();
      const opened = await atProvince(OPERATOR);
      await opened.goto(`${scene().top}/console/watch/links`);
      await opened.getByRole("button", { name: `比对证照库：${LINGHAI.code}` }).click();
      return opened;
    });
    const link = page.locator(".panel").filter({ hasText: LINGHAI.code });
    const { comparison: last } = (await linked()) ?? {};
    // As fast as the node answers: so many are fetched, and not all.
    const hasFetched = async (least: bigint) => {
      for (let done = 0n; done < least; ) {
        const { comparing, comparison } = (await linked()) ?? {};
        expect(comparison?.at).toBe(last?.at);
        done = comparing && comparing.records > 0n ? comparing.repaired : 0n;
      }
    };
    const far = `已逐件核对 [1-9]\\d* / ${all} 件，已补齐 [1-9]\\d* 件`;
    await hasFetched(2n);
    await inWhichCityStands(() =>
      link.getByRole("progressbar", { name: new RegExp(`有差异的各日${far}`) }).waitFor(SOON),
    );
    await hasFetched(8n);
    await program.kill();
    const before = await inWhichCityStands(async () => {
      await program.restart();
      await page.reload();
      await link.getByText(new RegExp(`上次比对中断，${far}；再次比对会接着补齐`)).waitFor(SOON);
      await page.getByRole("button", { name: `接着比对：${LINGHAI.code}` }).waitFor();
      await expectAccessible(page);
      return (await linked())?.interrupted;
    });
    const went = async () => (await linked())?.comparison;
    await expect.poll(async () => (await went())?.at, SOON).not.toBe(last?.at);
    const made = await went();
    expect(made).toMatchObject({ equal: true, surplus: 0n, unrepaired: 0n });
    // What was fetched before and behind it, each once: what the second before the kill fetched, nobody has counted.
    expect(made?.repaired).toBeGreaterThan(before?.repaired ?? 0n);
    expect(made?.repaired).toBeLessThanOrEqual(BigInt(all));
    expect(await archiveEqual(trial, linghai)).toMatchObject({ equal: true, repaired: 0n, records: BigInt(all) });
    await link.getByText("上次比对中断").waitFor({ state: "detached" });
    await page.close();

    async function inWhichCityStands<T>(work: () => Promise<T>): Promise<T> {
      const done: T[] = [];
      await standingStill(city, async () => void done.push(await work()));
      return done[0] as T;
    }
  }, 240_000);
}

/** Takes what the province's archive has of 岭海 out of it, as if its disk had lost that, while the province does not run; resolves to how many certificates that were. */
async function emptyArchive({ trial }: ScreensScene): Promise<number> {
  const directory = join(trial.cores.province.directory, "data", "store");
  const store = await openStore({ engine: "sqlite", directory, name: "sync" });
  const archived = await store.collection<ArchivedCertificate>(ARCHIVE);
  const { items } = await archived.query({ index: "bucket", equals: [LINGHAI.code], limit: 500 });
  for (const { _id, revision } of items) expect(await archived.remove(_id, revision)).toBe(true);
  await store.close();
  return items.length;
}

/** A certificate in the store of 岭海, which several processes may share: taken out once nothing of it waits to be sent, and put back as it was first. */
async function storeOf({ trial }: ScreensScene, identifier: string) {
  const directory = join(trial.cores.linghai.directory, "data", "store");
  const store = await openStore({ engine: "sqlite", directory, name: "issue" });
  const certificates = await store.collection<CertificateDocument>(CERTIFICATES);
  const settled = async () => {
    await eventually(async () => expect((await certificates.get(identifier))?.pending).toBeUndefined());
    return (await certificates.get(identifier)) as CertificateDocument;
  };
  const first = await settled();
  return {
    forget: async () => void (await certificates.remove(identifier, (await settled()).revision)),
    restore: () => certificates.insert({ ...first, revision: 1 }),
    close: () => store.close(),
  };
}
