import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { AUDITOR, MAKER, ON_SCREEN, SIGNER } from "../../../ops/trial/people.ts";
import { eventually } from "../../node/eventually.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible, type Watched } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const { data, holders } = licence.example;
const [holder] = holders;

/** Making, issuing and looking after certificates on screen (5.4.2). */
export function certificatesTests(scene: () => ScreensScene): void {
  let address = "";

  test("5.3: a form of the kind's own data items; what follows from the order is filled in by itself; a draft outlives a reload", async () => {
    const page = await scene().console(MAKER);
    await page.getByRole("link", { name: "发证" }).click();
    await page.getByRole("link", { name: "制证" }).click();
    await choose(page, "证照种类", licence.name);
    await page.getByLabel("持证主体名称").fill(holder?.name ?? "");
    await choose(page, "代码类型", "统一社会信用代码");
    await page.getByLabel("持证主体代码").fill("91440106MA9DEM0165");
    expect(await page.getByLabel("名称", { exact: true }).inputValue()).toBe(holder?.name);
    await page.getByText("草稿已保存").waitFor();
    await expectAccessible(page);
    await page.reload();
    await page.getByLabel("持证主体代码").waitFor();
    expect(await page.getByLabel("持证主体代码").inputValue()).toBe("91440106MA9DEM0165");
    const serial = await page.getByLabel("业务流水号").inputValue();
    await page.getByRole("button", { name: "清空重填" }).click();
    await eventually(async () => expect(await page.getByLabel("持证主体代码").inputValue()).toBe(""));
    expect(await page.getByLabel("业务流水号").inputValue()).not.toBe(serial);
    await page.close();
  });

  test("4.4.2, 5.4.2: what the node refuses is told at its field, in Chinese; mended, the certificate is made, and its face is looked at", async () => {
    const page = await scene().console(MAKER);
    await page.goto(`${scene().origin}/console/certificates/new?item=${licence.code}`);
    await page.getByLabel("持证主体名称").fill(holder?.name ?? "");
    await choose(page, "代码类型", "统一社会信用代码");
    await page.getByLabel("持证主体代码").fill("91440106MA9DEM0165");
    await fillIn(page);
    const make = page.getByRole("button", { name: "制证" });
    await make.click();
    await page.getByText("校验码错误，请与持证主体核对").first().waitFor();
    await page.getByLabel("持证主体代码").fill(holder?.code ?? "");
    await make.click();
    await page.getByText("已制证未签发").first().waitFor();
    await page.locator("canvas[data-drawn]").waitFor();
    const face = page.getByRole("img", { name: /营业执照 证面/ });
    expect(await face.getAttribute("aria-label")).toContain(String(data.businessScope).slice(0, 10));
    await expectAccessible(page);
    address = page.url();
    expect(await page.getByRole("button", { name: "核验并签发" }).count()).toBe(0);
    await page.close();
  });

  test("5.4.2, 5.9.2: an agent that is away is told with what to do; it is issued when it is back, by another officer, once", async () => {
    const page = await scene().console(SIGNER);
    const agent = scene().trial.agents.get(ON_SCREEN.agent)?.running;
    await page.getByText(`营业执照 · ${holder?.name}`).click();
    expect(page.url()).toBe(address);
    await agent?.stop();
    await page.getByRole("button", { name: "核验并签发" }).click();
    await page.getByRole("alert").waitFor();
    await agent?.restart();
    await page.getByRole("button", { name: "核验并签发" }).click();
    await page.getByText("已签发").first().waitFor();
    await page.getByText("核验签发人").waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("4.5.5: the files of an issued certificate are kept under the names that the node gives them", async () => {
    const page = await scene().console(SIGNER);
    await page.goto(address);
    for (const [button, magic] of [
      ["下载 PDF", "%PDF-"],
      ["下载 OFD", "PK"],
    ] as const) {
      const waiting = page.waitForEvent("download");
      await page.getByRole("button", { name: button }).click();
      const file = await (await waiting).path();
      expect(readFileSync(file).subarray(0, magic.length).toString("latin1")).toBe(magic);
    }
    await page.close();
  });

  test("4.4.5: it is suspended, resumed and revoked, each with its reason, by whoever may; a code is masked until it is asked for", async () => {
    const page = await scene().console(SIGNER);
    await page.goto(address);
    for (const [action, state] of [
      ["暂扣", "已暂扣"],
      ["恢复", "已签发"],
      ["注销", "已注销"],
    ] as const) {
      await page.getByRole("button", { name: action }).click();
      const dialog = page.getByRole("dialog");
      expect(await dialog.getByRole("button", { name: action }).isDisabled()).toBe(true);
      await dialog.getByLabel("原因").fill(`试验：${action}`);
      await dialog.getByRole("button", { name: action }).click();
      await page.getByText(state).first().waitFor();
      await dialog.waitFor({ state: "detached" });
    }
    const code = page.getByText(/^9144\*{10}/);
    await code.waitFor();
    await page.getByRole("button", { name: `显示${holder?.name}的代码` }).click();
    await page
      .getByText(holder?.code ?? "", { exact: false })
      .first()
      .waitFor();
    await page.close();
  });

  test("an auditor sees the certificate and its face, and can change nothing", async () => {
    const page = await scene().console(AUDITOR);
    await page.goto(address);
    await page.locator("canvas[data-drawn]").waitFor();
    for (const action of ["暂扣", "注销", "核验并签发"])
      expect(await page.getByRole("button", { name: action }).count()).toBe(0);
    await page.close();
  });
}

async function choose(page: Watched, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.locator(".ant-select-dropdown:visible").getByTitle(option, { exact: true }).click();
}

/** Fills in the data of the example that follow from nothing else. */
async function fillIn(page: Watched): Promise<void> {
  const { properties } = licence.dataSchema;
  const bound = licence.bindings.map(({ dataItem }) => dataItem.slice(1));
  for (const [name, { title = "" }] of Object.entries(properties)) {
    const value = data[name];
    if (value === undefined || bound.includes(name)) continue;
    if (name === "copy") await choose(page, title, String(value));
    else await page.getByLabel(title, { exact: true }).fill(String(value));
  }
}
