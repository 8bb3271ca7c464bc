import { expect, test } from "vitest";
import { DEPARTMENT_ADMINISTRATOR, ON_SCREEN, type Person } from "../../../ops/trial/people.ts";
import { issueKey } from "../../../ops/trial/staff-key.ts";
import { institution, signed } from "../institution.ts";
import { holds } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

const CHIEF: Person = { ...DEPARTMENT_ADMINISTRATOR, account: "440100-scjg-chief", name: "冯试验" };

/** A department names its administrator by its institution certificate (机构证书激活, 5.8.3). */
export function activateTests(scene: () => ScreensScene): void {
  test("5.8.3: who has no account is led from the sign-in to a statement, signs it with the command that stands there and the department's own certificate, is told at the field what is wrong, and signs in", async () => {
    const { trial } = scene();
    const { key } = issueKey(CHIEF, trial.directory, trial.authority);
    const page = await scene().arriving(CHIEF, key);
    await page.getByRole("link", { name: "部门首次使用？激活部门管理员账户" }).click();
    await page.getByLabel("部门统一社会信用代码").fill(ON_SCREEN.code);
    await page.getByLabel("管理员账户").fill("440300-scjg-chief");
    await page.getByLabel("管理员姓名").fill(CHIEF.name);
    await page.getByRole("button", { name: "读取数字证书 Key" }).click();
    await page.getByText("已读取数字证书").waitFor();
    // What was filled in has outlived the way to the listener and back, and the certificate stands in no address.
    await holds(page.getByLabel("管理员姓名"), CHIEF.name);
    await page.waitForURL(`${scene().origin}/console/activate`);
    await expectAccessible(page);
    const folder = await institution(trial, ON_SCREEN);
    await page.getByLabel("签名文件（.p7s）").setInputFiles(await signed(page, folder, "下载声明文件"));
    await page.getByRole("timer").waitFor();
    await page.getByRole("button", { name: "激活账户" }).click();
    await page.locator(".ant-form-item-explain-error").getByText("440100-").waitFor();
    await expectAccessible(page);
    await page.getByLabel("管理员账户").fill(CHIEF.account);
    await page.getByText("填写内容已改动，原声明不再适用").waitFor();
    expect(await page.getByRole("button", { name: "激活账户" }).isDisabled()).toBe(true);
    await page.getByLabel("签名文件（.p7s）").setInputFiles(await signed(page, folder, "重新下载声明文件"));
    await page.getByRole("button", { name: "激活账户" }).click();
    await page.getByText(`已激活：${CHIEF.name}（${CHIEF.account}）`).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "用数字证书登录" }).click();
    await page.getByText(`${CHIEF.name} · 部门管理员`).waitFor();
    await page.close();
  });

  test("a certificate that a link brings to the page is taken for nobody's, and a browser that has none is told what to do", async () => {
    const { origin } = scene();
    const page = await scene().anybody();
    await page.goto(`${origin}/console/activate#state=${"A".repeat(43)}&certificates=AAAA`);
    // It is gone from the address once the page has read it.
    await page.waitForURL(({ hash }) => hash === "");
    await page.getByRole("button", { name: "读取数字证书 Key" }).waitFor();
    expect(await page.getByLabel("管理员本人的登录证书").inputValue()).toBe("");
    await page.getByRole("button", { name: "读取数字证书 Key" }).click();
    await page.getByText("浏览器没有出示证书").waitFor();
    await page.close();
  });
}
