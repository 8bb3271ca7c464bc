import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { beforeAll, expect, test } from "vitest";
import { BUILT_SCREENS } from "../../ops/screens/build.ts";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import { consoleIssuingMatter, consoleMatter } from "../../ops/trial/console.ts";
import { signIn } from "../../ops/trial/holder.ts";
import { CERTIFICATE_USER, MAKER, ON_SCREEN, type Person, SIGNER } from "../../ops/trial/people.ts";
import { LINGHAI } from "../../ops/trial/plan.ts";
import {
  ListCatalogItemsRequestSchema,
  ListCatalogItemsResponseSchema,
} from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { PutPartRequestSchema } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import {
  CreateUsageContextRequestSchema,
  ExtractDataRequestSchema,
  ListCertificatesRequestSchema as LookUpSchema,
} from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { turned } from "../document/jpeg.ts";
import { loseAnswer } from "./lose-answer.ts";
import { CALL_ID, holds, PATIENT } from "./patient.ts";
import { phonePhoto } from "./phone-photo.ts";
import { savedFile } from "./saved-file.ts";
import type { ScreensScene } from "./scene.ts";
import { hearPhoto } from "./sent-photo.ts";
import { systemOf } from "./system.ts";
import { expectAccessible, type Watched } from "./watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
const permit = readCatalogFiles().find(({ name }) => name === "居住证") as CatalogFile;
const { data, holders } = licence.example;
const [holder] = holders;
const matter = consoleMatter(ON_SCREEN);
/** Matters out of which certificates come: the trial's own with one kind, and one with two. */
const registering = consoleIssuingMatter(ON_SCREEN);
const settling = { code: "MINI-FZ-2", name: "一件事联办", issuedItems: [licence.code, permit.code] };
/** All kinds that the department has open, from the start. */
const open = create(ListCatalogItemsRequestSchema, { madeBy: ON_SCREEN.code });
const PHONE = { width: 390, height: 844 };
/** Script and styles of the page before a scanner or a face is asked for, compressed as old browsers take them. */
const MOST_BYTES = 100 << 10;

/** More fields than the form has. */
const MOST_STEPS = 80;
/** What has the focus, and how many of its pixels lie beneath the bar. */
const UNDER_BAR = `(() => {
  const [focused, bar] = [document.activeElement, document.querySelector(".bar")];
  const hidden = bar.contains(focused) ? 0 : focused.getBoundingClientRect().bottom - bar.getBoundingClientRect().top;
  return { name: focused.id || focused.textContent, hidden: Math.max(0, hidden) };
})()`;

/** What staff do at `/mini/` on a phone (5.2.4, 5.4.4), on a line that breaks. */
export function miniTests(scene: () => ScreensScene): void {
  let serial = "";

  beforeAll(async () => {
    const { trial } = scene();
    const issuer = systemOf(trial);
    await issuer.issuing.make(orderFrom(licence, "mini-1"));
    await issuer.issuing.issue("mini-1");
    issuer.close();
    const registry = trial.operators
      .get(LINGHAI.code)
      ?.client(RegistryService, trial.cores.linghai.mesh.catalog?.[0] ?? "");
    if (!registry) throw new Error("the trial has no operator of the city");
    await registry.putMatter({ matter: { ...settling, departmentCode: ON_SCREEN.code } });
  });

  /** The page, with the session that the console has. */
  async function counter(person: Person): Promise<Watched> {
    const page = await scene().console(person);
    await page.setViewportSize(PHONE);
    await page.goto(`${scene().origin}/mini/`);
    await page.getByRole("button", { name: "退出登录" }).waitFor();
    return page;
  }
  const kindsOf = (page: Watched) =>
    page.locator("section").filter({ has: page.getByRole("heading", { name: "制证：按证照种类" }) });
  const press = (page: Watched, name: string) => page.getByRole("button", { name, exact: true }).click();
  const seen = async (page: Watched, state?: string) => {
    await expectAccessible(page, state);
    await page.setViewportSize(PHONE);
  };

  test("5.4.4: a certificate is made on a phone; the line breaks in the middle of a photo and between press and answer, and it is made once", async () => {
    const page = await counter(MAKER);
    await page.getByRole("link", { name: registering.name }).waitFor();
    // 6.4.5.1: of all that is published, what the department has open.
    await kindsOf(page).getByRole("link", { name: licence.code }).waitFor();
    expect(await kindsOf(page).getByRole("link").count()).toBe(1);
    await seen(page);
    await press(page, "English");
    await page.getByRole("heading", { name: "Make: choose the issuing matter" }).waitFor();
    await press(page, "中文");
    // What is typed is looked for by the node: a matter that no kind is called by leads to what it issues.
    await page.getByLabel("按名称或编码查找").fill("设立登记");
    await kindsOf(page).getByText("没有名称或编码含所填文字的。").waitFor();
    await page.getByRole("link", { name: registering.name }).click();
    await page.getByLabel("持证主体名称").fill(holder?.name ?? "");
    await page.getByLabel("代码类型").selectOption({ label: "统一社会信用代码" });
    await page.getByLabel("持证主体代码").fill("91440106MA9DEM0165");
    await fillIn(page);
    serial = await page.getByLabel("业务流水号").inputValue();
    const offsets: number[] = [];
    await page.route("**/ecert.issue.v1.UploadService/PutPart", async (route) => {
      offsets.push(fromBinary(PutPartRequestSchema, route.request().postDataBuffer() as Buffer).offset);
      if (offsets.length === 4) await page.context().setOffline(true);
      await route.continue();
    });
    const buffer = await phonePhoto(page);
    const parts = Math.ceil(buffer.length / (128 << 10));
    await page.getByLabel("拍照", { exact: true }).setInputFiles({ name: "现场.jpg", mimeType: "image/jpeg", buffer });
    try {
      await page.getByText("网络中断，恢复后自动续传").waitFor();
    } finally {
      await page.context().setOffline(false);
    }
    await page.getByText("已上传").waitFor();
    // The part on whose way the line broke is the only one that goes twice.
    expect(offsets.length).toBeLessThanOrEqual(parts + 1);
    expect(new Set(offsets).size).toBe(parts);
    await press(page, "制证");
    await page.getByText("校验码错误，请与持证主体核对").last().waitFor();
    await page.getByRole("alert").getByText(CALL_ID).waitFor();
    await seen(page);
    await page.getByLabel("持证主体代码").fill(holder?.code ?? "");
    await loseAnswer(page, "ecert.issue.v1.IssueService/MakeCertificate");
    let cut = true;
    await page.route("**/ecert.issue.v1.IssueService/GetCertificate", (route) =>
      cut ? route.abort("internetdisconnected") : route.continue(),
    );
    await press(page, "制证");
    await page.getByText("还不知道是否已制证").waitFor();
    // A browser that is opened again still knows that it has to ask.
    await page.reload();
    await page.getByText("还不知道是否已制证").waitFor();
    cut = false;
    await page.getByText("已制证，未签发。请核对证面。").waitFor();
    await page.getByRole("img", { name: /证面 营业执照 .*统一社会信用代码/ }).waitFor();
    await page.getByText("请核验签发人员核对证面后签发").waitFor();
    await seen(page);
    // Nothing of it stays behind for the next one.
    await page.getByRole("link", { name: "再制一件" }).click();
    await page.getByLabel("持证主体名称").waitFor();
    await holds(page.getByLabel("持证主体名称"), "");
    await expect.poll(() => page.getByLabel("业务流水号").inputValue(), PATIENT).not.toBe(serial);
    await page.close();
  });

  test("5.4.4: the face is checked on a phone and the certificate issued; a press that did not arrive and an answer that was lost are told apart, and it is issued once", async () => {
    const page = await counter(SIGNER);
    const made = page.getByRole("link", { name: serial });
    await made.waitFor();
    expect(await made.count()).toBe(1);
    await made.click();
    await page.getByRole("img", { name: /证面 营业执照/ }).waitFor();
    const issue = "**/ecert.issue.v1.IssueService/IssueCertificate";
    await page.route(issue, (route) => route.abort("internetdisconnected"), { times: 1 });
    await press(page, "核验并签发");
    await page.getByText("还没有签发，请再点“核验并签发”").waitFor();
    await loseAnswer(page, "ecert.issue.v1.IssueService/IssueCertificate");
    await press(page, "核验并签发");
    await page.getByText("已核实：证照已签发，没有重复。").waitFor();
    await seen(page, "issued");
    const kept = await savedFile(page.getByRole("button", { name: "保存文件", exact: true }));
    expect(kept.subarray(0, 5).toString()).toBe("%PDF-");
    await page.close();
  });

  test("4.4.4: an issued certificate is replaced on a phone, from what it says and with the reason; the reason is told to its holder, and to who looks at it", async () => {
    const page = await counter(MAKER);
    const one = page.getByRole("link", { name: serial });
    await page.getByLabel("按名称或编码查找").fill(serial.slice(0, -1));
    await press(page, "按流水号查找");
    await one.waitFor();
    await seen(page);
    await one.click();
    await page.getByRole("heading", { name: "换发：营业执照" }).waitFor();
    await page.getByLabel("住所").fill("岭海市天湾区试验路 3 号");
    await press(page, "换发制证");
    await page.getByText("请填写换发原因").waitFor();
    await page.getByLabel("换发原因").fill("住所变更");
    await seen(page);
    const businessSerial = await page.getByLabel("业务流水号").inputValue();
    await press(page, "换发制证");
    await page.getByText("已制证，未签发。请核对证面。").waitFor();
    await page.getByText("住所变更").waitFor();
    await seen(page);
    await page.close();
    const { trial, session } = scene();
    const issue = (await session(SIGNER)).client(IssueService, "issue");
    const { certificate } = await issue.issueCertificate({ businessSerial });
    const owner = await signIn(trial, "yunfan");
    const told = await owner.call(trial.cores.linghai, "getOwnCertificate", {
      identifier: certificate?.identifier ?? "",
    });
    expect(told.certificate?.replaceCause).toBe("住所变更");
  });

  test("5.2.4, 5.4.3: what a matter needs and what is there; an answer that was lost is asked for by the same request; the face is seen and its file kept, over a session that ended", async () => {
    const page = await counter(CERTIFICATE_USER);
    await page.getByRole("link", { name: matter.name }).click();
    await page.getByLabel("办事人名称").fill(holder?.name ?? "");
    await page.getByLabel("办事人代码").fill(holder?.code ?? "");
    await page.getByLabel("业务流水号").fill("YW-2026-小程序");
    await page.getByLabel("业务网点").fill("5 号窗口");
    await seen(page);
    const ids: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/CreateUsageContext"))
        ids.push(fromBinary(CreateUsageContextRequestSchema, request.postDataBuffer() as Buffer).requestId);
    });
    await loseAnswer(page, "ecert.usage.v1.UsageService/CreateUsageContext");
    await press(page, "查看现有证照");
    await page.getByText("仍是同一个请求，不会重复").waitFor();
    // Before the page is left the browser asks; loaded anew it still has what was filled in.
    const asks = page.waitForEvent("dialog");
    const reloaded = page.reload();
    const leaving = await asks;
    expect(leaving.type()).toBe("beforeunload");
    await leaving.accept();
    await reloaded;
    await page.getByText("仍是同一个请求，不会重复").waitFor();
    // A holder with more certificates than are listed at once: what is asked of the node is asked for one by one.
    await page.route("**/ecert.usage.v1.UsageService/ListCertificates", (route) => {
      const asked = fromBinary(LookUpSchema, route.request().postDataBuffer() as Buffer);
      return route.continue({ postData: Buffer.from(toBinary(LookUpSchema, { ...asked, pageSize: 1 })) });
    });
    await press(page, "查看现有证照");
    const one = page.getByRole("article").first();
    await one.waitFor();
    expect(await page.getByRole("article").count()).toBe(1);
    await press(page, "列出更多证照");
    await page.getByRole("article").nth(1).waitFor();
    expect(await page.evaluate("document.activeElement?.id")).toBe("found");
    await seen(page);
    await page.unroute("**/ecert.usage.v1.UsageService/ListCertificates");
    expect(ids.length).toBe(2);
    expect(new Set(ids).size).toBe(1);
    await page.context().clearCookies();
    await one.getByRole("button", { name: /^核验并查看/ }).click();
    await seen(page);
    await page.getByRole("dialog").getByRole("button", { name: "重新登录" }).click();
    await one.getByText("真实有效").waitFor();
    await one.getByRole("img", { name: /证面 营业执照/ }).waitFor();
    // The answer to the reading is lost: pressed again it is the same use.
    const uses: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/ExtractData"))
        uses.push(fromBinary(ExtractDataRequestSchema, request.postDataBuffer() as Buffer).requestId);
    });
    await loseAnswer(page, "ecert.usage.v1.UsageService/ExtractData");
    await one.getByRole("button", { name: "读取数据" }).click();
    await page.getByText("仍是同一个请求，不会重复").waitFor();
    await one.getByRole("button", { name: "读取数据" }).click();
    await one.getByRole("term").filter({ hasText: "法定代表人" }).waitFor();
    expect([uses.length, new Set(uses).size]).toEqual([2, 1]);
    await seen(page, "found");
    await one.getByRole("button", { name: "保存原件" }).waitFor();
    const kept = await savedFile(one.getByRole("button", { name: "保存加注件" }));
    expect(kept.subarray(0, 5).toString()).toBe("%PDF-");
    await press(page, "下一位");
    await holds(page.getByLabel("办事人名称"), "");
    await press(page, "扫亮证码");
    await page.getByText("请填写业务流水号").waitFor();
    // Who signs in from here comes back here, and a page that is none of ours is nobody's way back.
    await page.context().clearCookies();
    await page.goto(`${scene().origin}/mini/`);
    await press(page, "用数字证书登录");
    await page.waitForURL(`${scene().origin}/mini/`);
    await page.getByRole("link", { name: matter.name }).waitFor();
    await page.context().clearCookies();
    await page.reload();
    const form = page.locator('form[action="/session/start?page=mini"]');
    await form.evaluate((one) => one.setAttribute("action", "/session/start?page=//example.org"));
    await press(page, "用数字证书登录");
    await page.waitForURL(`${scene().origin}/console/**`);
    await page.close();
  });

  test("5.3 d: a photo of 5 MB that a phone has turned is cropped by keyboard to its place on the face, and goes upright as faces take it", async () => {
    const page = await counter(MAKER);
    // Pages of the node's list may be short: the page says that it has not all, and reads on.
    let answered = 0;
    const none = create(ListCatalogItemsResponseSchema, { nextPageToken: "GD" });
    await page.route("**/ListCatalogItems", (route) =>
      ++answered > 5
        ? route.continue({ postData: Buffer.from(toBinary(ListCatalogItemsRequestSchema, open)) })
        : route.fulfill({
            contentType: "application/proto",
            body: Buffer.from(toBinary(ListCatalogItemsResponseSchema, none)),
          }),
    );
    await page.reload();
    const kinds = kindsOf(page);
    await kinds.getByText("后面还有没列出的").waitFor();
    await press(page, "列出更多种类");
    await kinds.getByRole("link", { name: licence.name }).waitFor();
    await kinds.getByText("后面还有没列出的").waitFor({ state: "hidden" });
    await page.getByRole("link", { name: settling.name }).click();
    await page.getByText("选择要制的证照").waitFor();
    await seen(page, "kinds");
    await page.getByRole("link", { name: permit.name }).click();
    const sent = hearPhoto(page);
    const photo = turned(await phonePhoto(page), 6);
    await page
      .getByLabel("照片（拍照或选择）")
      .setInputFiles({ name: "IMG_1.jpg", mimeType: "image/jpeg", buffer: photo });
    const dialog = page.getByRole("dialog");
    await dialog.getByText("裁剪照片").first().waitFor();
    await dialog.locator("canvas:focus").waitFor();
    for (const key of ["+", "+", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
    await expect.poll(async () => Number(await page.getByLabel("缩放").inputValue()), PATIENT).toBeGreaterThan(1.1);
    await seen(page, "photo");
    await press(page, "使用这张照片");
    await page.getByText("已上传").waitFor();
    const { width, height } = sent();
    expect(width / height).toBeCloseTo(36 / 48, 2);
    await press(page, "删除照片");
    await page.close();
  });

  test("WCAG 2.2 2.4.11: by keyboard, forward and back, what has the focus is never beneath the bar at the bottom", async () => {
    const page = await counter(MAKER);
    await page.getByRole("link", { name: licence.code }).click();
    await page.getByLabel("持证主体名称").waitFor();
    const make = page.getByRole("button", { name: "制证", exact: true });
    const passed: string[] = [];
    for (const key of ["Tab", "Shift+Tab"]) {
      const last = key === "Tab" ? make : page.getByLabel("持证主体名称");
      for (let step = 0; step < MOST_STEPS && (await last.and(page.locator(":focus")).count()) === 0; step++) {
        await page.keyboard.press(key);
        const { name, hidden } = (await page.evaluate(UNDER_BAR)) as { name: string; hidden: number };
        passed.push(name);
        expect({ key, name, hidden }).toEqual({ key, name, hidden: 0 });
      }
      await last.and(page.locator(":focus")).waitFor();
    }
    expect(passed.length).toBeGreaterThan(20);
    await page.close();
  });

  test("the page is at most 100 KB of script and styles, compressed, before a scanner or a face is asked for", async () => {
    const page = await scene().anybody();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    await page.goto(`${scene().origin}/mini/`);
    await page.getByRole("button", { name: "用数字证书登录" }).waitFor();
    await seen(page, "sign-in");
    const assets = loaded.filter((path) => path.startsWith("/assets/"));
    const bytes = assets.reduce((sum, path) => sum + gzipSync(readFileSync(join(BUILT_SCREENS, path))).length, 0);
    console.info(`/mini/: ${assets.length} files, ${bytes} bytes`);
    expect(assets.length).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(MOST_BYTES);
    await page.close();
  });
}

/** Fills in the data of the example that follow from nothing else. */
async function fillIn(page: Watched): Promise<void> {
  const { properties } = licence.dataSchema as { properties: Record<string, { title?: string; enum?: unknown }> };
  const bound = licence.bindings.map(({ dataItem }) => dataItem.slice(1));
  for (const [name, { title = "", enum: choices }] of Object.entries(properties)) {
    const value = data[name];
    if (value === undefined || bound.includes(name)) continue;
    const input = page.getByLabel(new RegExp(`^${title}( \\*)?$`));
    if (choices) await input.selectOption(String(value));
    else await input.fill(String(value));
  }
}
