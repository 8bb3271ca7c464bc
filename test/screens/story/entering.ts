import { test } from "vitest";
import { roleText } from "../../../services/console/shell/role-name.ts";
import { MARKET, PEOPLE, type Who } from "../../e2e/governance-people.ts";
import { examplePdf } from "../../fixtures/example-pdf.ts";
import { institution, signed } from "../institution.ts";
import { holds, reloadedUntil } from "../patient.ts";
import type { Stage } from "./stage.ts";

/** How a department that nobody knows enters, and its people come to their accounts (6.2.2.1, 6.2.4.1, 6.4.1). */
export function enteringSteps(stage: () => Stage): void {
  test("6.2.4.1: the operators set up one administrator at province and city, who import the accounts of their bodies on screen", async () => {
    // By the operators' own client: nobody can sign in at any page yet.
    await stage().scene.setUpAdministrators();
    await imports(stage(), "chief", ["deputy", "implementer", "lister", "listPublisher"]);
    await imports(stage(), "provinceChief", ["approver", "releaser"]);
  });

  test("6.2.2.1, 6.4.1.1: the department is entered on screen by one person with its sealed form, and found good by another", async () => {
    const page = await stage().console("implementer");
    await page.goto(`${stage().origins.city}/console/people/entries/new`);
    await page.getByLabel("统一社会信用代码").fill(MARKET.code);
    await page.getByLabel("名称", { exact: true }).fill(MARKET.name);
    await page.getByLabel("行政区划代码").fill(MARKET.division);
    await page.getByLabel("管理员姓名").fill(PEOPLE.head.name);
    await page.getByRole("textbox", { name: "管理员账户" }).fill(PEOPLE.head.account.replace(/^\d+-/, ""));
    const form = { name: "登记表.pdf", mimeType: "application/pdf", buffer: Buffer.from(examplePdf("A-2b").content) };
    await page.getByLabel("选择材料文件").setInputFiles(form);
    await page.getByRole("button", { name: "删除登记表.pdf" }).waitFor();
    await stage().film(page, "填写进驻登记表");
    await page.getByRole("button", { name: "保存登记表" }).click();
    await page.getByRole("button", { name: "提交" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "提交" }).click();
    await page.getByText(/核验通过：由电子证照管理机构的管理员办理/).waitFor();
    await page.close();
    const chief = await stage().console("chief");
    await chief.goto(`${stage().origins.city}/console/people/entries`);
    await chief.getByRole("link", { name: MARKET.name }).click();
    await chief.getByRole("button", { name: "核验通过" }).click();
    const dialog = chief.getByRole("dialog");
    await dialog.getByRole("button", { name: "核验通过" }).click();
    await dialog.waitFor({ state: "detached" });
    await reloadedUntil(chief, chief.getByText("待激活"));
    await stage().film(chief, "部门待激活");
    await chief.close();
  });

  test("5.8.3: its administrator signs a statement by its institution certificate, which activates the own account, and signs in", async () => {
    const { account, name } = PEOPLE.head;
    const page = await stage().arriving("head");
    await page.getByRole("link", { name: "部门首次使用？激活部门管理员账户" }).click();
    await page.getByLabel("部门统一社会信用代码").fill(MARKET.code);
    await page.getByLabel("管理员账户").fill(account);
    await page.getByLabel("管理员姓名").fill(name);
    await page.getByRole("button", { name: "读取数字证书 Key" }).click();
    await page.getByText("已读取数字证书").waitFor();
    await holds(page.getByLabel("管理员姓名"), name);
    const folder = await institution(stage().scene.trial, MARKET);
    await page.getByLabel("签名文件（.p7s）").setInputFiles(await signed(page, folder, "下载声明文件"));
    await page.getByRole("timer").waitFor();
    await stage().film(page, "机构证书激活");
    await page.getByRole("button", { name: "激活账户" }).click();
    await page.getByText(`已激活：${name}（${account}）`).waitFor();
    await page.getByRole("button", { name: "用数字证书登录" }).click();
    await page.getByText(`${name} · 部门管理员`).waitFor();
    await page.close();
  });

  test("5.9.2: it opens the first account on screen by itself, and the others by a list", async () => {
    const { keyOf } = stage().scene;
    const page = await stage().console("head");
    await page.goto(`${stage().origins.city}/console/people/accounts/new`);
    await page.getByLabel("姓名", { exact: true }).fill(PEOPLE.writer.name);
    await page.getByRole("textbox", { name: "账户" }).fill(PEOPLE.writer.account.replace(/^\d+-/, ""));
    await page.getByLabel("目录管理", { exact: true }).check();
    await page.getByLabel("登录证书", { exact: true }).fill(keyOf("writer").certificatePem);
    await page.getByRole("button", { name: "开立账户" }).click();
    await page.getByRole("heading", { name: PEOPLE.writer.name }).waitFor();
    await stage().film(page, "开立账户");
    await page.close();
    await imports(stage(), "head", ["confirmer", "maker", "signer"]);
  });
}

/** Has an administrator open accounts by a pasted list, each with the certificate by which its owner signs in. */
async function imports(stage: Stage, opener: Who, people: readonly Who[]): Promise<void> {
  const page = await stage.console(opener);
  await page.goto(new URL("/console/people/accounts/import", page.url()).href);
  const rows = people.map((who) => {
    const { account, name, department, roles } = PEOPLE[who];
    return [
      account,
      name,
      department.code,
      roles.map(roleText).join("、"),
      `"${stage.scene.keyOf(who).certificatePem}"`,
    ];
  });
  const table = [["账户", "姓名", "部门代码", "角色", "登录证书"], ...rows].map((row) => row.join("\t")).join("\n");
  await page.getByLabel("表格内容").fill(table);
  await page.getByRole("button", { name: "核对名单" }).click();
  await page.getByText(`新建 ${people.length} 个，修改 0 个，无变化 0 个`).waitFor();
  await page.getByRole("button", { name: `导入 ${people.length} 个账户` }).click();
  await page.getByText("已导入").waitFor();
  await stage.film(page, `导入账户-${opener}`);
  await page.close();
}
