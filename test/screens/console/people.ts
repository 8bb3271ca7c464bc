import { join } from "node:path";
import { expect, test } from "vitest";
import {
  ADMINISTRATOR,
  CERTIFICATE_USER,
  DEPARTMENT_ADMINISTRATOR,
  IMPLEMENTER,
  MAKER,
  ON_SCREEN,
  type Person,
} from "../../../ops/trial/people.ts";
import { issueKey } from "../../../ops/trial/staff-key.ts";
import { publicClient } from "../../../ops/trial/staff-session.ts";
import { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { IMPORTS, type ImportDocument } from "../../../services/catalog/matters/import-record.ts";
import { socialCreditCheckCharacter } from "../../../services/domain/social-credit-code.ts";
import { openStore } from "../../../services/store/open.ts";
import { choose } from "../fill-in.ts";
import { holds, PATIENT, reloadedUntil } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible, type Watched } from "../watched.ts";

const BODY = "11440106MB9DEM129";
const ENTERING = BODY + socialCreditCheckCharacter(BODY);
/** Processes of a node may go by what they know for some seconds. */
const SOON = { timeout: 60_000 };
const NEWCOMER: Person = { ...CERTIFICATE_USER, account: "440100-scjg-newcomer", name: "钱试验", roles: [Role.USER] };

/** Departments and people on screen (部门与人员). */
export function peopleTests(scene: () => ScreensScene): void {
  let own: Watched;

  test("6.2.4.1, 5.9.2: the department's administrator opens an account with its certificate, by which its owner signs in; roles that are not his to give are refused at their field, and an account that is there is not changed", async () => {
    const { trial } = scene();
    const issued = issueKey(NEWCOMER, trial.directory, trial.authority);
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.getByRole("link", { name: "部门与人员" }).click();
    await page.getByRole("link", { name: "人员", exact: true }).click();
    await page.getByRole("row", { name: /周试验 440100-scjg-maker 制证 .*可以登录/ }).waitFor();
    await sortedByKeyboard(page);
    await expectAccessible(page);
    await page.getByRole("link", { name: "新建账户" }).click();
    await page.getByLabel("姓名", { exact: true }).fill(NEWCOMER.name);
    await page.getByRole("textbox", { name: "账户" }).fill("scjg-maker");
    await page.getByLabel("用证", { exact: true }).check();
    await page.getByLabel("登录证书", { exact: true }).fill(issued.certificatePem);
    await page.getByRole("button", { name: "开立账户" }).click();
    await page.getByText("已有此账户，未作改动").waitFor();
    await page.getByRole("textbox", { name: "账户" }).fill("scjg-newcomer");
    await page.getByLabel("实施员", { exact: true }).check();
    await page.getByRole("button", { name: "开立账户" }).click();
    await page.getByText("角色实施员由电子证照管理机构授予，请向其申请").waitFor();
    await page.getByLabel("实施员", { exact: true }).uncheck();
    await expectAccessible(page);
    await page.getByRole("button", { name: "开立账户" }).click();
    await page.getByRole("heading", { name: NEWCOMER.name }).waitFor();
    await page.getByRole("row", { name: /CN=钱试验/ }).waitFor();
    await expectAccessible(page);
    own = await scene().newcomer(NEWCOMER, issued.key);
    await own.getByText("钱试验 · 用证").waitFor();
    await page.getByRole("link", { name: "修改账户" }).click();
    await page.getByRole("heading", { name: "修改账户" }).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("5.9.4: a lost certificate is ended by keyboard, which ends its session; who administers nobody is shown no such part", async () => {
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.goto(`${scene().origin}/console/people/accounts/${NEWCOMER.account}`);
    const end = page.getByRole("button", { name: "注销证书" });
    await end.waitFor();
    await end.focus();
    await page.keyboard.press("Enter");
    const confirm = page.getByRole("dialog").getByRole("button", { name: "注销证书" });
    await confirm.focus();
    await page.keyboard.press("Enter");
    await page.getByText("没有登记证书").waitFor();
    const signedOut = own.getByRole("button", { name: "用数字证书登录" });
    await expect
      .poll(async () => {
        await own.reload();
        await own.getByRole("navigation", { name: "主菜单" }).or(signedOut).waitFor();
        return signedOut.isVisible();
      }, SOON)
      .toBe(true);
    await own.close();
    await page.close();
    const maker = await scene().console(MAKER);
    await maker.getByRole("link", { name: "发证", exact: true }).waitFor();
    expect(await maker.getByRole("link", { name: "部门与人员" }).count()).toBe(0);
    await maker.close();
  });

  test("6.2.4.1: a pasted list is refused whole with each fault at its line, and mended it is imported once it was checked", async () => {
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.goto(`${scene().origin}/console/people/accounts/import`);
    const head = "账户\t姓名\t部门代码\t角色";
    const good = `scjg-li\t李试验\t${ON_SCREEN.code}\t制证、用证`;
    await page.getByLabel("表格内容").fill(`${head}\n${good}\nscjg-zhao\t赵试验\t${ON_SCREEN.code}\t管理员`);
    await page.getByRole("button", { name: "核对名单" }).click();
    await page.getByRole("row", { name: "3 角色管理员由电子证照管理机构授予，请向其申请" }).waitFor();
    expect(await page.getByRole("button", { name: /^导入/ }).count()).toBe(0);
    await expectAccessible(page);
    await page.getByLabel("表格内容").fill(`${head}\n${good}`);
    await page.getByRole("button", { name: "核对名单" }).click();
    await page.getByText("新建 1 个，修改 0 个，无变化 0 个").waitFor();
    await page.getByRole("button", { name: "导入 1 个账户" }).click();
    await page.getByText("已导入").waitFor();
    await page.getByRole("link", { name: "返回人员账户" }).click();
    await page.getByRole("row", { name: /李试验 440100-scjg-li 制证、用证 .*无登录证书/ }).waitFor();
    await page.close();
  });

  test("6.2.4.1: an app is registered and its secret shown once: it gets a token by it, and once the page is left the browser has it nowhere; where the secret is changed, the old one goes on for the hours that are chosen; revoked, it gets none", async () => {
    const { trial, origin } = scene();
    const page = await scene().console(ADMINISTRATOR);
    await page.goto(`${origin}/console/people/apps`);
    await page.getByRole("row", { name: /审批系统 440100-scjg 可以调用/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "登记业务系统" }).click();
    await page.getByLabel("系统名称", { exact: true }).fill("窗口系统");
    await page.getByRole("textbox", { name: "AppKey" }).fill("scjg");
    await page.getByRole("checkbox", { name: "用证" }).check();
    await page.getByRole("button", { name: "登记并生成密钥" }).click();
    await page.getByText("已有此 AppKey，未作改动").waitFor();
    await page.getByRole("textbox", { name: "AppKey" }).fill("window");
    await expectAccessible(page);
    await page.getByRole("button", { name: "登记并生成密钥" }).click();
    await page.getByText("只在此处显示这一次").waitFor();
    await expectAccessible(page);
    const appSecret = (await page.locator("[data-secret]").textContent()) ?? "";
    expect(page.url()).not.toContain(appSecret);
    const tokens = publicClient(trial.cores.linghai, trial.files.root, TokenService, "identity");
    const asked = { appKey: "440100-window", appSecret };
    await expect(tokens.issueAccessToken(asked)).resolves.toMatchObject({ accessToken: expect.any(String) });
    await page.getByRole("link", { name: "查看该业务系统" }).click();
    await page.getByRole("heading", { name: "窗口系统" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "登记业务系统" }).waitFor();
    const left =
      "document.documentElement.outerHTML + JSON.stringify([{ ...sessionStorage }, { ...localStorage }, history.state])";
    expect(await page.evaluate(left)).not.toContain(appSecret);
    await page.goto(`${origin}/console/people/apps/440100-window`);
    await page.getByRole("row", { name: /现用/ }).waitFor();
    const dialog = page.getByRole("dialog");
    await page.getByRole("button", { name: "更换密钥" }).click();
    await choose(page, "旧密钥", "继续使用 24 小时");
    await page.getByRole("listbox").waitFor({ state: "hidden" });
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "更换密钥" }).click();
    const changed = (await page.locator("[data-secret]").textContent()) ?? "";
    await page.getByRole("row", { name: /更换中的旧密钥.*剩余/ }).waitFor();
    for (const secret of [appSecret, changed])
      await expect(tokens.issueAccessToken({ ...asked, appSecret: secret })).resolves.toMatchObject({});
    await page.getByRole("button", { name: "吊销密钥" }).click();
    expect(await dialog.getByRole("button", { name: "吊销密钥" }).isDisabled()).toBe(true);
    await dialog.getByLabel("原因").fill("密钥外泄");
    await dialog.getByRole("button", { name: "吊销密钥" }).click();
    await page.getByText("没有密钥，系统不能取得令牌").waitFor();
    for (const secret of [appSecret, changed])
      await expect(tokens.issueAccessToken({ ...asked, appSecret: secret })).rejects.toMatchObject({
        reason: "CREDENTIAL_REFUSED",
      });
    await expectAccessible(page);
    await page.getByRole("link", { name: "修改业务系统" }).click();
    await page.getByRole("heading", { name: "修改业务系统" }).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("6.2.2.1, 6.4.1.1: a department is entered on screen: faults at their rows, the sealed form attached, mended once more, submitted by one person and found good by another; then the node sets it up", async () => {
    const page = await scene().console(IMPLEMENTER);
    await page.goto(`${scene().origin}/console/people/entries/new`);
    await page.getByLabel("统一社会信用代码").fill(ENTERING);
    await page.getByLabel("名称", { exact: true }).fill("岭海市试验局");
    await page.getByLabel("行政区划代码").fill(ON_SCREEN.division);
    await page.getByLabel("管理员姓名").fill("冯试验");
    await page.getByRole("textbox", { name: "管理员账户" }).fill("syj-admin");
    await page.getByRole("button", { name: "添加下属单位" }).click();
    await page.getByRole("button", { name: "保存登记表" }).click();
    await page.getByText("统一社会信用代码应为18位").first().waitFor();
    await page.getByRole("button", { name: "删除下属单位 1" }).click();
    const form = { name: "登记表.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") };
    await page.getByLabel("选择材料文件").setInputFiles(form);
    await page.getByRole("button", { name: "删除登记表.pdf" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "保存登记表" }).click();
    await page.getByRole("link", { name: "修改登记表" }).click();
    await holds(page.getByLabel("统一社会信用代码"), ENTERING);
    await page.getByRole("button", { name: "删除登记表.pdf" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "添加内设机构" }).click();
    await page.getByLabel("名称 1", { exact: true }).fill("登记注册科");
    await page.getByRole("button", { name: "保存登记表" }).click();
    await page.getByText("登记注册科").waitFor();
    await page.getByRole("button", { name: "提交" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "提交" }).click();
    await page.getByText("核验通过：由电子证照管理机构的管理员办理，填写、提交的人不能办理").waitFor();
    expect(await page.getByRole("button", { name: "核验通过" }).count()).toBe(0);
    await page.close();
    const other = await scene().console(ADMINISTRATOR);
    await other.getByRole("link", { name: "岭海市试验局 · 核验通过" }).click();
    await other.getByRole("button", { name: "核验通过" }).click();
    const asks = other.getByRole("dialog");
    await asks.getByRole("button", { name: "核验通过" }).click();
    await asks.waitFor({ state: "detached" });
    await reloadedUntil(other, other.getByText("待激活"));
    await expectAccessible(other);
    await other.getByRole("link", { name: "部门进驻", exact: true }).click();
    const find = other.getByLabel("按部门名称或统一社会信用代码查找");
    await find.fill("试验局");
    await other.keyboard.press("Enter");
    await other.waitForURL(/search=/);
    await find.and(other.locator(":focus")).waitFor();
    await expect.poll(() => other.locator("tbody tr.ant-table-row").count(), PATIENT).toBe(1);
    await other.getByRole("link", { name: "岭海市试验局" }).waitFor();
    await expectAccessible(other);
    await other.goto(`${scene().origin}/console/people/accounts?department=${ENTERING}`);
    await other.getByRole("row", { name: /冯试验 440100-syj-admin 部门管理员 .*无登录证书/ }).waitFor();
    await other.close();
  });

  test("6.4.1.4: a department's page tells its seals with their ends and what it issues; a change of its name is written there, needs the decision that orders it to be submitted, and is withdrawn with a word (4.2)", async () => {
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.goto(`${scene().origin}/console/people/departments?search=${encodeURIComponent("市场监督")}`);
    await page.getByRole("link", { name: ON_SCREEN.name }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: ON_SCREEN.name }).click();
    await page.getByRole("row", { name: /电子证照专用章 DZYZ-LH-SCJG 可签章 20\d\d-/ }).waitFor();
    await page.getByRole("row", { name: /营业执照 开通中 440100-scjg / }).waitFor();
    const field = page.getByRole("searchbox", { name: "按印章名称或编码查找" });
    await field.fill("没有这枚印章");
    await field.press("Enter");
    await page.waitForURL(/seals-search=/);
    await page.getByText("没有符合条件的记录").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "清除条件" }).click();
    await page.getByRole("row", { name: /电子证照专用章 DZYZ-LH-SCJG / }).waitFor();
    await page.getByRole("link", { name: "办理部门变更" }).click();
    await page.getByLabel("生效日期").fill("2099-01-01");
    await page.getByLabel("新名称").fill(ON_SCREEN.name);
    await page.getByRole("button", { name: "保存变更" }).click();
    await page.getByRole("alert").first().waitFor();
    await page.getByLabel("新名称").fill("岭海市天湾区市场局");
    await expectAccessible(page);
    await page.getByRole("button", { name: "保存变更" }).click();
    await page.getByRole("heading", { name: `更名 · ${ON_SCREEN.name}` }).waitFor();
    await page.getByRole("button", { name: "提交" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "提交" }).click();
    await dialog.getByRole("alert").getByText("材料").first().waitFor();
    await dialog.getByRole("button", { name: "取消" }).click();
    await page.getByRole("button", { name: "撤回" }).click();
    await dialog.getByLabel("意见").fill("暂不更名");
    await dialog.getByRole("button", { name: "撤回" }).click();
    await page.getByText("已撤回").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "部门变更", exact: true }).click();
    await page.getByRole("row", { name: /已撤回/ }).waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("6.4.1.4: a split names who takes over which units, matters and apps; what is wrong with a successor is told in its row, and mended it is kept", async () => {
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.goto(`${scene().origin}/console/people/changes/new`);
    await choose(page, "变更种类", "拆分");
    await page.getByLabel("生效日期").fill("2099-01-01");
    await page.getByRole("button", { name: "添加接续部门" }).click();
    await page.getByLabel("接续部门 1", { exact: true }).fill("11440106");
    await page.getByLabel("划转事项编码 1", { exact: true }).fill(`${ON_SCREEN.division}-SPJY-02`);
    await page.getByRole("button", { name: "保存变更" }).click();
    await page.locator(".ant-form-item-explain-error").first().waitFor();
    await expectAccessible(page);
    await page.getByLabel("接续部门 1", { exact: true }).fill(ENTERING);
    await page.getByRole("button", { name: "保存变更" }).click();
    await page.getByRole("heading", { name: `拆分 · ${ON_SCREEN.name}` }).waitFor();
    await page.getByText(`${ON_SCREEN.division}-SPJY-02`).waitFor();
    await page.getByText("岭海市试验局").first().waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "修改变更" }).click();
    await page.getByLabel("接续部门 1", { exact: true }).waitFor();
    await expectAccessible(page);
    // Nothing was changed: the form is left without a question, and the change ends as it began, by a person's word.
    await page.goBack();
    await page.getByRole("button", { name: "撤回" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("意见").fill("暂不拆分");
    await dialog.getByRole("button", { name: "撤回" }).click();
    await page.getByText("已撤回").waitFor();
    await page.close();
  });

  test("6.2.2.2: a list of matters is uploaded in parts, compared, its differences told member by member and its faults at their rows, and what is good stored as it was compared; a certificate that no catalog knows stands among the differences", async () => {
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.goto(`${scene().origin}/console/people/matters/import`);
    const { code, division } = ON_SCREEN;
    const row = (matter: string, name: string, item = "") => `${division}-${matter},${name},${code},${item}\n`;
    const filler = `${division}-F,${"备".repeat(900)},无部门,\n`.repeat(250);
    const list = `事项编码,事项名称,部门统一社会信用代码,核发证照\n${row("SPJY-02", "食品经营许可变更登记")}${row("NEW-01", "新增事项", "NONE-01")}${filler}`;
    const file = { name: "清单.csv", mimeType: "text/csv", buffer: Buffer.from(list) };
    await page.getByLabel("选择清单文件").setInputFiles(file);
    await expectAccessible(page);
    // The line is cut behind the first part: the page says what has come, and goes on there.
    let parts = 0;
    await page.route("**/PutMatterImportPart", (route) => (parts++ === 1 ? route.abort() : route.continue()));
    await page.getByRole("button", { name: "上传并核对" }).click();
    await page.getByText("上传中断，已上传的部分保留").waitFor();
    await page.getByRole("button", { name: "继续上传" }).click();
    await page.getByText("已核对，尚未导入").waitFor();
    expect(parts).toBe(3);
    await page
      .getByRole("row", { name: /^2 修改/ })
      .getByText("名称：食品经营许可变更 → 食品经营许可变更登记")
      .waitFor();
    await page.getByRole("row", { name: /^3 新增/ }).waitFor();
    await page.getByText("新增 1，修改 1，终止 0，无变化 0，有误 250").waitFor();
    await expectAccessible(page);
    const midway = await plantStoring(scene(), decodeURIComponent(page.url().split("/").at(-1) ?? ""));
    await page.reload();
    await page.getByText("正在导入，可以离开本页").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "停止导入" }).click();
    await page.getByText(`导入已停止：已处理 ${midway} 行`).waitFor();
    await page.getByRole("button", { name: "核对清单" }).click();
    await page.getByText("新增 1，修改 1，终止 0，无变化 0，有误 250").waitFor();
    await page.getByRole("button", { name: "导入无误的行" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "导入无误的行" }).click();
    const done = page.getByText("已导入", { exact: true });
    // Where it is refused, the refusal is what fails here.
    await done.or(dialog.getByRole("alert")).first().waitFor();
    expect(await dialog.getByRole("alert").allTextContents()).toEqual([]);
    await done.waitFor();
    await page.getByRole("link", { name: "返回事项清单" }).click();
    await page.getByRole("row", { name: /新增事项 .*-NEW-01/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "差异清单" }).click();
    await page.getByRole("row", { name: /-NEW-01 .*NONE-01/ }).waitFor();
    await expectAccessible(page);
    await page.close();
  });
}

/** Has an import of 岭海 stand as one that another process of the node is just storing; resolves to the rows that are said to be done. */
async function plantStoring({ trial }: ScreensScene, id: string): Promise<number> {
  const directory = join(trial.cores.linghai.directory, "data", "store");
  const store = await openStore({ engine: "sqlite", directory, name: "catalog" });
  const imports = await store.collection<ImportDocument>(IMPORTS);
  const found = await imports.get(id);
  if (!found) throw new Error(`no import ${id}`);
  const worker = { name: "another", until: new Date(Date.now() + 600_000).toISOString() };
  const storing = { state: "applying", open: "applying", gate: "applying", applied: 1, doneRows: 100, worker } as const;
  expect(await imports.replace({ ...found, ...storing })).toBeDefined();
  await store.close();
  return storing.doneRows;
}

/** Sorts people by their names, the last first, and finds them so again by the address. */
async function sortedByKeyboard(page: Watched): Promise<void> {
  const heading = page.getByRole("columnheader", { name: "姓名" });
  const isSorted = (way: string) => expect.poll(() => heading.getAttribute("aria-sort"), PATIENT).toBe(way);
  await heading.focus();
  await page.keyboard.press("Enter");
  await isSorted("ascending");
  await page.keyboard.press("Enter");
  await isSorted("descending");
  await page.waitForURL(({ searchParams }) => searchParams.get("sort") === "-name");
  await page.reload();
  await page.getByRole("row").nth(1).getByText("周试验").waitFor();
  await isSorted("descending");
}
