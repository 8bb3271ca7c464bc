import { expect, test } from "vitest";
import { DEPARTMENT_ADMINISTRATOR, IMPLEMENTER, MAKER, ON_SCREEN } from "../../../ops/trial/people.ts";
import { createDepartment, DEPARTMENT } from "../../trust/department.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

/** Beside the seal with which the other tests issue. */
const CODE = "DZYZ-LH-SCJG-2";
const NAME = "岭海市试验用章";

/** Seals on screen (电子印章, 6.4.1.4). */
export function sealsTests(scene: () => ScreensScene): void {
  const address = () => `${scene().origin}/console/people/departments/${ON_SCREEN.code}/seals/${CODE}`;

  test("6.4.1.4: the management body prepares a seal on screen; a private key is not taken into the page, faults stand at their fields, a code that is taken changes nothing", async () => {
    const { name: organization, code: organizationCode } = ON_SCREEN;
    const subject = { ...DEPARTMENT, organization, organizationCode, commonName: NAME };
    const { certPem, keyPem } = await createDepartment(scene().trial.authority, "P-256", 365, subject);
    const page = await scene().console(IMPLEMENTER);
    await page.goto(`${scene().origin}/console/people/departments/${ON_SCREEN.code}`);
    await page.getByRole("link", { name: "准备印章" }).click();
    // The page before has fields to search by that are called alike.
    await page.getByRole("heading", { name: "准备印章" }).waitFor();
    await page.getByLabel("印章编码").fill("DZYZ-LH-SCJG");
    await page.getByLabel("印章名称").fill(NAME);
    const pem = page.getByLabel("签名证书", { exact: true });
    await pem.fill(keyPem);
    await page.getByText("这是私钥，没有读取").waitFor();
    expect(await pem.inputValue()).toBe("");
    await pem.fill(certPem);
    await page.getByRole("button", { name: "保存印章" }).click();
    await page.getByText("已有此印章，未作改动").waitFor();
    await page.getByLabel("印章编码").fill(CODE);
    const picture = page.getByLabel("印章图样（JSON）");
    const good = await picture.inputValue();
    await picture.fill(good.replace("42", "4200"));
    await page.getByRole("button", { name: "保存印章" }).click();
    await page.locator(".ant-form-item-has-error").filter({ hasText: "印章图样" }).waitFor();
    await expectAccessible(page);
    await picture.fill(good);
    await page.getByRole("button", { name: "保存印章" }).click();
    await page.getByRole("heading", { name: NAME }).waitFor();
    await page.getByText("待部门确认").first().waitFor();
    await page.locator(".seal-picture canvas[data-drawn]").waitFor();
    expect(await page.getByRole("button", { name: "确认印章" }).count()).toBe(0);
    await expectAccessible(page);
    await page.close();
  });

  test("5.8.4, 6.4.1.4: its department's administrator finds it on the workbench, sees its picture, and confirms just that: changed meanwhile it is refused and read anew; then it signs", async () => {
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.getByRole("link", { name: `${NAME} · 确认印章` }).click();
    await page.locator(".seal-picture canvas[data-drawn]").waitFor();
    await page.getByText(`organizationIdentifier=${ON_SCREEN.code}`).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "确认印章" }).click();
    const body = await scene().console(IMPLEMENTER);
    await body.goto(`${address()}/edit`);
    await body.getByLabel("印章名称").fill(`${NAME}（二）`);
    await expectAccessible(body);
    await body.getByRole("button", { name: "保存印章" }).click();
    await body.getByRole("heading", { name: `${NAME}（二）` }).waitFor();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("立即可以用此印章为本部门的证照签章").waitFor();
    await dialog.getByRole("button", { name: "确认印章" }).click();
    await dialog.getByText("印章内容与所核对的不同").first().waitFor();
    await dialog.getByRole("button", { name: "读取最新内容" }).click();
    await page.getByRole("heading", { name: `${NAME}（二）` }).waitFor();
    await page.getByRole("button", { name: "确认印章" }).click();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "确认印章" }).click();
    await page.getByText("可签章").waitFor();
    expect(await page.getByRole("button", { name: "解除绑定" }).count()).toBe(0);
    await page.close();
    await body.close();
  });

  test("5.9.4: the management body unbinds it, with the cause that it needs; who makes certificates is shown no page of seals", async () => {
    const page = await scene().console(IMPLEMENTER);
    await page.goto(address());
    await page.getByRole("button", { name: "解除绑定" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "解除绑定" }).isDisabled()).toBe(true);
    await dialog.getByLabel("原因").fill("试验结束");
    await dialog.getByRole("button", { name: "解除绑定" }).click();
    await page.getByText("已解除绑定").waitFor();
    await page.getByRole("link", { name: "重新绑定证书" }).waitFor();
    await expectAccessible(page);
    await page.close();
    const maker = await scene().console(MAKER);
    await maker.goto(address());
    await maker.getByText("没有这个页面").waitFor();
    expect(await maker.locator(".seal-picture").count()).toBe(0);
    await maker.close();
  });
}
