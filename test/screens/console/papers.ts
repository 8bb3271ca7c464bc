import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { IMPLEMENTER, ON_SCREEN } from "../../../ops/trial/people.ts";
import { PutPaperRequestSchema } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { PutPartRequestSchema } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import { socialCreditCheckCharacter } from "../../../services/domain/social-credit-code.ts";
import { endSessionsOf } from "../end-sessions.ts";
import { loseAnswer } from "../lose-answer.ts";
import { PATIENT } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

const PART = 128 << 10;
const FORM = "登记表.pdf";
const BODY = "11440106MB9DEM137";

/** Papers of cases on screen (材料). */
export function paperTests(scene: () => ScreensScene): void {
  test("6.4.1.1: a scanned form of 5 MB is handed in part by part: it is stopped and chosen anew, a broken line, a reload, a session that ends and a lost answer cost nothing of it, no part that has come is sent twice, and no case is saved without it", async () => {
    const page = await scene().console(IMPLEMENTER);
    const offsets: number[] = [];
    const uploads: string[] = [];
    let cut = true;
    await page.route("**/ecert.issue.v1.UploadService/PutPart", async (route) => {
      if (cut) return route.abort("internetdisconnected");
      const { offset } = fromBinary(PutPartRequestSchema, route.request().postDataBuffer() as Buffer);
      offsets.push(offset);
      cut = offsets.length === 5;
      return route.continue();
    });
    page.on("request", (request) => {
      if (!request.url().endsWith("/PutPaper")) return;
      uploads.push(fromBinary(PutPaperRequestSchema, request.postDataBuffer() as Buffer).uploadId);
    });
    await page.goto(`${scene().origin}/console/people/entries/new`);
    await page.getByLabel("统一社会信用代码").fill(BODY + socialCreditCheckCharacter(BODY));
    await page.getByLabel("名称", { exact: true }).fill("岭海市扫描局");
    await page.getByLabel("行政区划代码").fill(ON_SCREEN.division);
    await page.getByLabel("管理员姓名").fill("冯扫描");
    await page.getByRole("textbox", { name: "管理员账户" }).fill("smj-admin");
    const buffer = Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc((5 << 20) - 9, "扫描")]);
    const choose = () =>
      page.getByLabel("选择材料文件").setInputFiles({ name: FORM, mimeType: "application/pdf", buffer });
    const bar = page.getByRole("progressbar", { name: `${FORM} · 5.0 MiB` });
    const broken = page.getByText("网络中断，恢复后自动续传");
    await choose();
    await broken.waitFor();
    await page.getByRole("button", { name: `取消上传 ${FORM}` }).press("Enter");
    await bar.waitFor({ state: "detached" });
    cut = false;
    await choose();
    await broken.waitFor();
    expect(await bar.getAttribute("value")).toBe(String(5 * PART));
    await expectAccessible(page);
    await page.getByRole("button", { name: "保存登记表" }).click();
    await page.getByText("有材料尚未上传：请等待上传完成，或取消、删除后再保存").waitFor();
    await page.getByText("草稿已保存").waitFor();
    await page.reload();
    await broken.waitFor();
    await endSessionsOf(scene(), IMPLEMENTER.account);
    await page.getByRole("dialog").getByText("登录已结束").waitFor();
    await page.getByRole("button", { name: "重新登录" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await loseAnswer(page, "ecert.governance.v1.PaperService/PutPaper");
    cut = false;
    await page.getByRole("button", { name: `删除${FORM}` }).waitFor(PATIENT);
    await bar.waitFor({ state: "detached" });
    await expectAccessible(page);
    expect(offsets).toEqual(Array.from({ length: 40 }, (_, part) => part * PART));
    // After the lost answer the same upload is named once more, and becomes the same paper.
    expect(uploads.length).toBeGreaterThan(1);
    expect(new Set(uploads).size).toBe(1);
    await page.getByRole("button", { name: "保存登记表" }).click();
    await page.getByRole("button", { name: `下载 ${FORM}` }).waitFor();
    expect(await page.getByRole("button", { name: `下载 ${FORM}` }).count()).toBe(1);
    await page.close();
  });

  test("6.4.1.1: a paper that the node refuses is told at its place with the reason; by keyboard it is tried again, and another file is chosen in its place", async () => {
    const page = await scene().console(IMPLEMENTER);
    await page.goto(`${scene().origin}/console/people/entries/new`);
    const [refused, right] = ["照片改名.pdf", "盖章扫描件.pdf"];
    const file = (name: string, content: string) => ({
      ...{ name, mimeType: "application/pdf", buffer: Buffer.from(content) },
    });
    const asked = () => page.waitForResponse(/PaperService\/PutPaper$/);
    const item = page.getByRole("listitem").filter({ hasText: refused });
    await Promise.all([asked(), page.getByLabel("选择材料文件").setInputFiles(file(refused, "no PDF at all"))]);
    await item.getByText("未能上传").waitFor();
    await item.getByRole("alert").waitFor();
    await expectAccessible(page, "refused-paper");
    const again = item.getByRole("button", { name: `重试 ${refused}` });
    await Promise.all([asked(), again.press("Enter")]);
    await item.getByRole("alert").waitFor();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      item.locator("button", { hasText: "另选文件" }).press("Enter"),
    ]);
    await chooser.setFiles(file(right, "%PDF-1.4\n% with its seal\n%%EOF\n"));
    await page.getByRole("button", { name: `删除${right}` }).waitFor(PATIENT);
    await item.waitFor({ state: "detached" });
    await page.close();
  });
}
