import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Request } from "playwright-core";
import { expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../../ops/trial/connect.ts";
import { ADMINISTRATOR, MAKER, NODE_OPERATOR, ON_SCREEN } from "../../../ops/trial/people.ts";
import { LINGHAI, PROVINCE } from "../../../ops/trial/plan.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { AgentRollService } from "../../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { rowOf, SET_ASIDE, type SetAsideRow } from "../../../services/event/set-aside-row.ts";
import { DELIVERIES, type DeliveryDocument } from "../../../services/extension/deliveries/delivery-record.ts";
import { openStore } from "../../../services/store/open.ts";
import type { Stored } from "../../../services/store/port.ts";
import { CODES } from "../../../services/usage/codes/code-record.ts";
import { refusalOf } from "../../issue/house.ts";
import { eventually } from "../../node/eventually.ts";
import { standingStill } from "../../node/stand-still.ts";
import type { ScreensScene } from "../scene.ts";
import { coresOf, systemOf } from "../system.ts";
import { expectAccessible } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;

/** What changes by itself is on the page within this time: agents dial again with pauses, links are tried again with longer ones. */
const SOON = { timeout: 60_000 };

/** Operations on screen (运维, 5.7.2, 6.2.1.2): what needs care, since when, why, and what to do. */
export function watchTests(scene: () => ScreensScene): void {
  test("5.7.2: services, store, disk and certificates are told, and who does not keep the node running is shown no such page", async () => {
    const page = await scene().console(NODE_OPERATOR);
    await page.getByRole("link", { name: "运维" }).click();
    const services = page.getByRole("table").first();
    for (const name of ["catalog", "issue", "sync"])
      await services.getByRole("row", { name: new RegExp(`${name} 正常 20\\d\\d-\\d\\d-\\d\\d`) }).waitFor();
    await page.getByText(/可用 [\d.]+ [GTM]iB，共/).waitFor();
    // One reading of the node serves all of the page.
    const asked = new Set<string>();
    const reading = (request: Request) => {
      if (request.url().endsWith("/GetNode")) asked.add(String(request.postData()));
    };
    page.on("request", reading);
    for (let read = 0; read < 2; read++) await page.waitForResponse(/\/GetNode$/);
    expect(asked.size).toBe(1);
    page.off("request", reading);
    await page.getByRole("row", { name: /本系统 20\d\d-\d\d-\d\d .*core\.pem/ }).waitFor();
    await expectAccessible(page);
    // 5.8.2: the device of each agent, with the keys in use.
    await page.getByRole("link", { name: "加密设备" }).click();
    const device = page.getByRole("row").filter({ hasText: ON_SCREEN.agent });
    await device.getByText(ON_SCREEN.seal).waitFor(SOON);
    await device.getByText(/PKCS#11 设备|密钥文件，仅供试用/).waitFor(SOON);
    await device.getByText("能签名").waitFor(SOON);
    await expectAccessible(page);
    await page.close();
    const maker = await scene().console(MAKER);
    await maker.goto(`${scene().origin}/console/watch`);
    await maker.getByText("没有这个页面").waitFor();
    await maker.close();
  });

  test("5.8.4: an agent that is away is told on the workbench with cause, since when and what to do, and is well again without a reload", async () => {
    const { agent } = ON_SCREEN;
    const page = await scene().console(NODE_OPERATOR);
    const running = scene().trial.agents.get(agent)?.running;
    await page.getByText("系统运行正常").waitFor(SOON);
    await running?.kill();
    try {
      const alarm = page.getByRole("listitem").filter({ hasText: `签名代理 ${agent} 不在线：连接中断` });
      await alarm.getByText("请立即处理").waitFor(SOON);
      await alarm.getByText("请在其主机启动签名代理并检查网络").waitFor();
      await alarm.getByText(/自 20\d\d-\d\d-\d\d \d\d:\d\d/).waitFor();
      await expectAccessible(page);
      await alarm.getByRole("link", { name: "前去处理" }).click();
      const row = page.getByRole("row").filter({ hasText: agent });
      await row.getByText("不在线").waitFor();
      await row.getByText(ON_SCREEN.seal).waitFor();
      await expectAccessible(page);
    } finally {
      await running?.restart();
    }
    await page.getByRole("row").filter({ hasText: agent }).getByText("在线，可签名").waitFor(SOON);
    await page.close();
  });

  test("what was set aside is told with its cause; a retry says why it stays, and takes it away once it is mended", async () => {
    const planted = await plantUnreadable(scene());
    const page = await scene().console(NODE_OPERATOR);
    try {
      await page.goto(`${scene().origin}/console/watch/set-aside?service=usage`);
      const row = page.getByRole("row").filter({ hasText: planted.key });
      await row.getByText("存储的记录无法读取").waitFor();
      await expectAccessible(page);
      const retry = row.getByRole("button", { name: `重试该项：${planted.key}` });
      await retry.click();
      await page.getByRole("status").getByText(`${planted.key} 仍不能办理`).waitFor();
      await planted.mend();
      await retry.click();
      await page.getByRole("status").getByText("从清单移除").waitFor();
      await row.waitFor({ state: "detached" });
    } finally {
      await planted.mend();
      await planted.close();
    }
    await page.close();
  });

  test("5.7.2: a link that is cut is told with its fault and what waits behind it, on the workbench too, until it is whole again and nothing waits; then what it was", async () => {
    const { trial } = scene();
    const page = await scene().console(NODE_OPERATOR);
    await page.goto(`${scene().origin}/console/watch/links`);
    const link = page.locator(".panel").filter({ hasText: PROVINCE.code });
    const waiting = link.locator("dl > div").filter({ hasText: "待对方确认" });
    const issuer = systemOf(trial);
    await link.getByText("已连通").waitFor(SOON);
    await trial.brokers.get(LINGHAI.code)?.stop();
    try {
      await link.getByText("不通").waitFor(SOON);
      await link.getByText("对方系统不可用").first().waitFor();
      await issuer.issuing.make(orderFrom(licence, "backlog-1"));
      await issuer.issuing.issue("backlog-1");
      await waiting.getByText(/^[1-9]\d* 个事件，最久的已等待 (刚刚|\d+ 分钟)$/).waitFor(SOON);
      await expectAccessible(page);
      await page.getByRole("link", { name: "总览" }).click();
      const alarm = page
        .getByRole("listitem")
        .filter({ hasText: `与节点 ${PROVINCE.code} 的链路不通：对方系统不可用` });
      await alarm.waitFor(SOON);
      // Looked for at the node; what one looks for stands in the address.
      await page.getByRole("searchbox", { name: "按原因、对象或服务查找告警" }).fill("没有这样的告警");
      await page.getByRole("searchbox", { name: "按原因、对象或服务查找告警" }).press("Enter");
      await page.getByText("没有符合条件的记录").waitFor();
      await page.goto(`${scene().origin}/console/watch?urgency=now&search=${PROVINCE.code}`);
      await alarm.waitFor(SOON);
      await page.goto(`${scene().origin}/console/watch?urgency=soon&search=${PROVINCE.code}`);
      await page.getByText("没有符合条件的记录").waitFor();
      await page.getByRole("button", { name: "清除条件" }).click();
      await alarm.waitFor(SOON);
      await expectAccessible(page);
      await page.getByRole("link", { name: "工作台" }).click();
      await page.getByRole("heading", { name: "系统告警" }).waitFor();
      await alarm.getByText("请立即处理").waitFor();
      await alarm.getByRole("link", { name: "前去处理" }).click();
    } finally {
      issuer.close();
      await trial.restartBroker(LINGHAI.code);
    }
    await link.getByText("已连通").waitFor(SOON);
    await waiting.getByText("0", { exact: true }).waitFor(SOON);
    const last = link.locator("dl > div").filter({ hasText: "最近的故障" });
    await last.getByText("对方系统不可用").waitFor();
    // 4.6.2: the province compares; the city knows when it was asked, and what it answered.
    const province = trial.operators.get(PROVINCE.code)?.client(LinkService, trial.cores.province.mesh.sync?.[0] ?? "");
    const { root } = (await province?.compareArchive({ node: LINGHAI.code })) ?? { root: "none" };
    const compared = link.locator("dl > div").filter({ hasText: "最近比对" });
    await compared.getByText("由省级节点比对，结果见省级节点").waitFor(SOON);
    await compared.getByText(root.slice(0, 16), { exact: true }).waitFor(SOON);
    await expectAccessible(page);
    await page.close();
  });

  test("5.7.2: a delivery that was given up is told with its receiver and why; tried again it leaves that list, and waits with what came of it", async () => {
    const planted = await plantGivenUp(scene());
    const page = await scene().console(NODE_OPERATOR);
    try {
      await page.goto(`${scene().origin}/console/watch/deliveries`);
      const row = page.getByRole("row").filter({ hasText: planted.event });
      await row.getByText("trial / office").waitFor();
      await row.getByText("answers 500").waitFor();
      await expectAccessible(page);
      await row.getByRole("button", { name: `重新投递：${planted.id}` }).click();
      await page.getByRole("status").getByText(`已重新投递：${planted.event}`).waitFor();
      await row.waitFor({ state: "detached" });
      await page.goto(`${scene().origin}/console/watch/deliveries?state=waiting`);
      // Its receiver is none of this node's, which is what the attempt finds.
      await row.getByText("has this receiver no more").waitFor(SOON);
    } finally {
      await planted.remove();
    }
    await page.close();
  });

  test("6.2.4.1, 5.9.2: the secret of an app and a colleague's certificate that end soon stand on the workbench of who can renew them, with the days that are left", async () => {
    const { trial } = scene();
    const address = trial.cores.linghai.mesh.identity?.[0] ?? "";
    const apps = trial.operators.get(LINGHAI.code)?.client(AppService, address);
    const accounts = trial.operators.get(LINGHAI.code)?.client(AccountService, address);
    const { name: organization, code: organizationCode } = ADMINISTRATOR.department;
    const colleague = {
      id: `${LINGHAI.code}-colleague`,
      name: "钱试验",
      departmentCode: organizationCode,
      roles: [Role.AUDITOR],
    };
    const order = { name: colleague.name, organization, organizationCode, days: 9 };
    const { certPem: certificatePem } = trial.authority.issueStaff(order);
    const app = {
      key: `${LINGHAI.code}-ending`,
      name: "即将到期系统",
      departmentCode: ON_SCREEN.code,
      scopes: ["issue.read"],
    };
    await apps?.putApp({ requestId: randomUUID(), app, secretDays: 5 });
    await accounts?.putAccount({ account: colleague });
    await accounts?.bindCertificate({ id: colleague.id, certificatePem });
    const page = await scene().console(ADMINISTRATOR);
    try {
      const row = page.getByRole("listitem").filter({ hasText: app.key });
      await row.getByText(/剩余 [45] 天/).waitFor();
      const person = page.getByRole("listitem").filter({ hasText: colleague.id });
      await person.getByText(/剩余 [89] 天/).waitFor();
      await person.getByRole("link", { name: colleague.name }).waitFor();
      await expectAccessible(page);
      await row.getByRole("link", { name: app.name }).click();
      await page.getByRole("heading", { name: app.name }).waitFor();
    } finally {
      await apps?.putApp({ requestId: randomUUID(), app: { ...app, disabled: true } });
      await accounts?.putAccount({ account: { ...colleague, disabled: true } });
    }
    await page.close();
  });

  test("recovery is looked at before it is begun: a look tells what it would bring back, and changes nothing; one that runs is stopped, and begun again", async () => {
    const page = await scene().console(NODE_OPERATOR);
    await page.goto(`${scene().origin}/console/watch/recovery`);
    await page.getByText("没有未登记的签名").waitFor();
    await page.getByRole("button", { name: "预演恢复" }).click();
    await page.getByText(/^预演 · 20/).waitFor(SOON);
    await page.getByRole("row", { name: /登记记录/ }).waitFor(SOON);
    await expectAccessible(page);
    // The province stands still: one that asks it runs until it is stopped, and the next one ends.
    await standingStill(coresOf(scene(), PROVINCE.code), async () => {
      await page.getByRole("button", { name: "预演恢复" }).click();
      await page.getByText(/^预演 · 20.*正在进行$/).waitFor(SOON);
      await page.getByText(/^正在处理.*，剩余时间尚不能估计$/).waitFor(SOON);
      await expectAccessible(page);
      await page.getByRole("button", { name: "停止恢复" }).click();
      await page.getByText("已停止，已补回的保留；再次开始会接着补回其余内容").waitFor(SOON);
    });
    await page.getByRole("button", { name: "预演恢复" }).click();
    await page.getByText(/^预演 · 20.* 至 20/).waitFor(SOON);
    await page.getByText("已停止，已补回的保留").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "停止恢复" }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "投递" }).click();
    await page.getByText("没有这种状态的投递").waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("pages beyond the limit, places that nobody gave out and agents without a name are refused with their field", async () => {
    const session = await scene().session(NODE_OPERATOR);
    const roll = session.client(AgentRollService, "issue");
    for (const [call, field] of [
      [() => roll.listAgents({ pageSize: 201 }), "page_size"],
      [() => roll.listAgents({ pageToken: "x".repeat(501) }), "page_token"],
      [() => roll.forgetAgent({}), "name"],
    ] as const)
      expect((await refusalOf(call(), "INVALID_FIELD")).fields.map((one) => one.field)).toEqual([field]);
  });
}

/** Plants an event in the store of 岭海 that a receiver was not told of, as it is after the last attempt. */
async function plantGivenUp({ trial }: ScreensScene) {
  const directory = join(trial.cores.linghai.directory, "data", "store");
  const store = await openStore({ engine: "sqlite", directory, name: "extension" });
  const deliveries = await store.collection<DeliveryDocument>(DELIVERIES);
  const [id, event] = ["trial/office/given-up", "given-up@1"];
  const at = new Date().toISOString();
  await deliveries.insert({
    ...{ _id: id, revision: 1, extension: "trial", receiver: "office", event, body: "{}" },
    ...{ state: "given-up", attempts: 40, occurredAt: at, endedAt: at, lastFault: "answers 500" },
  });
  return {
    id,
    event,
    async remove() {
      // The node may be about to write what came of an attempt.
      await eventually(async () => {
        const left = await deliveries.get(id);
        if (left) expect(await deliveries.remove(id, left.revision)).toBe(true);
      });
      await store.close();
    },
  };
}

/** Plants a usage code that cannot be read into the store of 岭海, which several processes may share, as set aside by its service. */
async function plantUnreadable({ trial }: ScreensScene) {
  const directory = join(trial.cores.linghai.directory, "data", "store");
  const store = await openStore({ engine: "sqlite", directory, name: "usage" });
  const key = "code-that-cannot-be-read";
  const codes = await store.collection<Stored>(CODES);
  await codes.insert({ _id: key, revision: 1 });
  const aside = await store.collection<SetAsideRow>(SET_ASIDE);
  const why = { reason: "RECORD_UNREADABLE", detail: "planted by a test" } as const;
  await aside.insert(rowOf({ place: "store", source: CODES.name, key, ...why }, new Date(), false));
  return { key, mend: () => codes.remove(key, 1), close: () => store.close() };
}
