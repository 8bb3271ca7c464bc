import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILT_SCREENS } from "../../ops/screens/build.ts";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import { MAKER } from "../../ops/trial/people.ts";
import { ISSUERS } from "../../ops/trial/plan.ts";
import { publicClient } from "../../ops/trial/staff-session.ts";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import {
  PutDocumentPartRequestSchema,
  VerifyDocumentResponseSchema,
  VerifyService,
} from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { Connector } from "../../services/client/index.ts";
import { certificateIdentifier, parseCertificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { MAX_DOCUMENT_BYTES, MAX_PART_BYTES } from "../../services/verify-page/given-files.ts";
import { type HandedFile, handOver } from "./hand-over.ts";
import { CALL_ID, PATIENT } from "./patient.ts";
import type { ScreensScene } from "./scene.ts";
import { systemOf } from "./system.ts";
import { expectAccessible, type Watched } from "./watched.ts";

/** Script and styles of the page, compressed as old browsers take them. */
const MOST_BYTES = 100 << 10;
/** A line without limits but what goes out over it, and bytes a second of a slow one: 20 MiB take 80 s. */
const LINE = { offline: false, latency: 0, downloadThroughput: -1 };
const SLOW = 256 << 10;

/** What anybody does at `/verify/` with a certificate of 岭海, without signing in. */
export function verifyTests(scene: () => ScreensScene): void {
  let directory: string;
  let issuer: Connector;
  let issued: Certificate;
  const path = (name: string) => join(directory, name);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "ecert-verify-page-"));
    const { trial } = scene();
    issuer = systemOf(trial, ISSUERS[0]?.appKey);
    const licence = readCatalogFiles().find((file) => file.name === "营业执照") as CatalogFile;
    await issuer.issuing.make(orderFrom(licence, "verify-page-1"));
    issued = await issuer.issuing.issue("verify-page-1");
    const pdf = Buffer.from((await issuer.issuing.face("verify-page-1")).content);
    const contents = /\/Contents (\d+) 0 R/.exec(pdf.toString("latin1"))?.[1];
    const altered = Buffer.from(pdf);
    const at = pdf.indexOf("stream\n", pdf.indexOf(`\n${contents} 0 obj`)) + 60;
    altered[at] = (altered[at] ?? 0) ^ 1;
    writeFileSync(path("证照.pdf"), pdf);
    const session = await scene().session(MAKER);
    const { identifier } = issued;
    const { file } = await session.client(IssueService, "issue").getFace({ identifier, format: FileFormat.OFD });
    writeFileSync(path("证照.ofd"), file?.content ?? "");
    writeFileSync(path("改动.pdf"), altered);
    writeFileSync(path("照片.jpg"), Buffer.from("ffd8ffe000104a464946", "hex"));
    writeFileSync(path("证照.json"), issued.message);
    writeFileSync(path("证照.p7s"), issued.messageCms);
    writeFileSync(path("大.pdf"), Buffer.concat([pdf, Buffer.alloc(MAX_DOCUMENT_BYTES - pdf.length)]));
    writeFileSync(path("太大.pdf"), Buffer.alloc(MAX_DOCUMENT_BYTES + 1));
  });
  afterAll(() => {
    issuer?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(): Promise<Watched> {
    const page = await scene().anybody();
    await page.goto(`${scene().origin}/verify/`);
    return page;
  }
  async function verifyFiles(page: Watched, ...names: string[]): Promise<void> {
    await page.getByLabel("证照文件", { exact: true }).setInputFiles(names.map(path));
    await page.getByRole("button", { name: "验证文件" }).click();
  }
  const verdict = (page: Watched, sentence: string | RegExp) =>
    page.getByRole("heading", { name: sentence, level: 2 }).waitFor();
  const again = (page: Watched) => page.getByRole("button", { name: "再验一份" }).click();

  test("5.8: a genuine file is told to be so: one sentence, what it rests on, what to do; experts unfold the rest", async () => {
    const page = await open();
    await expectAccessible(page);
    await verifyFiles(page, "证照.pdf");
    await verdict(page, "真实有效");
    await page.getByText("签名完好，签名后没有改动").waitFor();
    await page.getByText("签发机关有权：").waitFor();
    await page.getByText("可以采信").waitFor();
    await page.getByText("技术明细").click();
    await page.getByText("文件摘要 SHA-256").waitFor();
    await expectAccessible(page, "verdict");
    await page.emulateMedia({ media: "print" });
    await page.getByText("本报告只说明验证时刻的情况").waitFor();
    await page.getByRole("button", { name: "再验一份" }).waitFor({ state: "hidden" });
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("button", { name: "English" }).click();
    await verdict(page, "Genuine and in force");
    await page.getByRole("button", { name: "中文" }).click();
    await again(page);
    const dropped = ["证照.json", "证照.p7s"].map(
      (name): HandedFile => ({ name, mimeType: "", buffer: readFileSync(path(name)) }),
    );
    await handOver(page.getByLabel("证照文件", { exact: true }), "drop", ...dropped);
    await page.getByRole("listitem").filter({ hasText: "证照.p7s" }).waitFor();
    await page.getByRole("button", { name: "验证文件" }).click();
    await verdict(page, "真实有效");
    await page.getByText(issued.number).waitFor();
    await page.close();
  });

  test("what is altered, of an unknown format or too large is said in words, the page by its number", async () => {
    const page = await open();
    await verifyFiles(page, "改动.pdf");
    await verdict(page, "不可采信：第 1 页在签名后被改动");
    await expectAccessible(page, "altered");
    await again(page);
    await verifyFiles(page, "照片.jpg");
    await verdict(page, "这种格式本平台不能判断");
    await again(page);
    const sent: string[] = [];
    // The page looks after what it keeps for times without a network meanwhile.
    page.on("request", (request) => {
      if (request.url().includes("VerifyService")) sent.push(request.url());
    });
    await verifyFiles(page, "太大.pdf");
    await page.getByRole("alert").getByText("证照文件最大 20 MiB").waitFor();
    expect(sent).toEqual([]);
    await page.close();
  });

  test("5.8: of a genuine OFD the face is shown, drawn by the node and labelled so, its code as good as the original's; of a genuine PDF the file itself, and of no other", async () => {
    const page = await open();
    const button = page.getByRole("button", { name: "看证面" });
    const label = /^由本平台按签名数据绘制，非原文件，不含印章/;
    await verifyFiles(page, "证照.ofd");
    await verdict(page, "真实有效");
    const [answered] = await Promise.all([page.waitForResponse(/VerifyDocument$/), button.click()]);
    const drawn = fromBinary(VerifyDocumentResponseSchema, await answered.body()).face;
    const face = page.getByRole("img", { name: label });
    await face.waitFor();
    await page.locator("figcaption").getByText(label).waitFor();
    expect(await face.getAttribute("aria-label")).toContain(issued.number);
    await expectAccessible(page, "face");
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("img", { name: /^Drawn by this platform from the signed data; not the original/ }).waitFor();
    await page.getByRole("button", { name: "中文" }).click();
    await again(page);
    const picture = { name: "证面.pdf", mimeType: "application/pdf", buffer: Buffer.from(drawn?.pdf ?? []) };
    await page.getByLabel("选择图片或 PDF").setInputFiles(picture);
    await verdict(page, "二维码真实，所述证照未被注销、暂扣或换发");
    await again(page);
    await verifyFiles(page, "证照.pdf");
    await verdict(page, "真实有效");
    await button.click();
    await page.getByRole("img", { name: /^您提交的文件本身（已验证）/ }).waitFor();
    await again(page);
    await verifyFiles(page, "改动.pdf");
    await verdict(page, /^不可采信/);
    expect(await button.count()).toBe(0);
    await page.close();
  });

  test("a file that cannot be read is told to be so, and a server that is away as what it is", async () => {
    const page = await open();
    const vanishing = path("消失.pdf");
    writeFileSync(vanishing, readFileSync(path("证照.pdf")));
    await page.getByLabel("证照文件", { exact: true }).setInputFiles(vanishing);
    rmSync(vanishing);
    await page.getByRole("button", { name: "验证文件" }).click();
    await page.getByRole("alert").getByText("“消失.pdf”不能读取").waitFor();
    try {
      await page.context().setOffline(true);
      await verifyFiles(page, "证照.pdf");
      await page.getByRole("alert").getByText("未收到服务器的答复").waitFor();
      await page.getByRole("alert").getByText(CALL_ID).waitFor();
      await expectAccessible(page, "away");
    } finally {
      await page.context().setOffline(false);
    }
    // A large file over a slow line: how far it has gone, and how long it takes still.
    const line = await page.context().newCDPSession(page);
    const over = (uploadThroughput: number) =>
      line.send("Network.emulateNetworkConditions", { ...LINE, uploadThroughput });
    await over(SLOW);
    await verifyFiles(page, "大.pdf");
    await page
      .getByRole("status")
      .getByText(/^正在上传 [1-9]\d?%，约剩 \d+ 秒$/)
      .waitFor();
    const sent = page.getByRole("progressbar", { name: "正在上传" });
    expect(Number(await sent.getAttribute("value"))).toBeGreaterThan(0);
    await page.getByRole("button", { name: "停止" }).click();
    await page.getByRole("alert").getByText("已停止，未完成").waitFor();
    await over(-1);
    await verifyFiles(page, "证照.pdf");
    await verdict(page, "真实有效");
    await page.close();
  });

  test("a large file whose line breaks in the middle goes on by itself: only the part on its way goes twice, the verdict is of the whole file, and the node is told to forget it", async () => {
    const page = await open();
    const document = readFileSync(path("大.pdf"));
    const offsets: number[] = [];
    await page.route("**/ecert.usage.v1.VerifyService/PutDocumentPart", async (route) => {
      const part = fromBinary(PutDocumentPartRequestSchema, route.request().postDataBuffer() as Buffer);
      offsets.push(part.offset);
      if (offsets.length === 40) await page.context().setOffline(true);
      await route.continue();
    });
    const whole: string[] = [];
    page.on("request", (request) => {
      if (/VerifyDocument$/.test(request.url())) whole.push(`${request.postDataBuffer()?.length} bytes`);
    });
    await verifyFiles(page, "大.pdf");
    try {
      await page
        .getByRole("status")
        .getByText(/^网络中断，恢复后自动续传。已上传 4\d%$/)
        .waitFor();
      await page.getByRole("button", { name: "停止" }).waitFor();
      await expectAccessible(page, "cut");
    } finally {
      await page.context().setOffline(false);
    }
    await page.waitForRequest(/DropDocument$/);
    await verdict(page, /^不可采信/);
    await page.getByText("技术明细").click();
    await page.getByText(createHash("sha256").update(document).digest("hex")).waitFor();
    const parts = document.length / MAX_PART_BYTES;
    expect(offsets.length).toBeLessThanOrEqual(parts + 1);
    expect(new Set(offsets).size).toBe(parts);
    expect(whole).toEqual(["38 bytes"]);
    await page.close();
  });

  test("a large file goes at once where the process that answers has none of its parts, has others, or keeps no more: the verdict is of the whole file", async () => {
    const { trial } = scene();
    const node = publicClient(trial.cores.linghai, trial.files.root, VerifyService, "usage");
    const document = readFileSync(path("大.pdf")).subarray(0, 4 * MAX_PART_BYTES);
    writeFileSync(path("四段.pdf"), document);
    const bytes = document.length;
    const sha256 = createHash("sha256").update(document).digest("hex");
    const page = await open();
    // What a process knows of a document of which another process has the parts: nothing, or where it has been asked to begin, an empty one.
    let otherwise: (documentId: string) => Promise<unknown> = (documentId) => node.dropDocument({ documentId });
    let parts = 0;
    await page.route("**/ecert.usage.v1.VerifyService/PutDocumentPart", async (route) => {
      const part = fromBinary(PutDocumentPartRequestSchema, route.request().postDataBuffer() as Buffer);
      if (++parts === 3) await otherwise(part.documentId);
      await route.continue();
    });
    const asked: Promise<number>[] = [];
    page.on("request", (request) => {
      if (/VerifyDocument$/.test(request.url())) asked.push(request.sizes().then((sizes) => sizes.requestBodySize));
    });
    const verdictOfWhole = async (sentParts: number) => {
      await verifyFiles(page, "四段.pdf");
      await verdict(page, /^不可采信/);
      await page.getByText("技术明细").click();
      await page.getByText(sha256).waitFor();
      const sizes = await Promise.all(asked.splice(0));
      expect({ parts, whole: sizes.map((size) => size > bytes) }).toEqual({ parts: sentParts, whole: [true] });
      await again(page);
      parts = 0;
    };
    await verdictOfWhole(3);
    otherwise = async (documentId) => {
      await node.dropDocument({ documentId });
      await node.beginDocument({ documentId, bytes, sha256 });
    };
    await verdictOfWhole(3);
    const held = Array.from({ length: 4 }, () => randomUUID());
    for (const documentId of held) await node.beginDocument({ documentId, bytes: 1, sha256 });
    try {
      await verdictOfWhole(0);
    } finally {
      for (const documentId of held) await node.dropDocument({ documentId });
    }
    await page.close();
  });

  test("by keyboard alone: a QR code says what a node says, and one letter changed makes it worth nothing", async () => {
    const { qr } = JSON.parse(new TextDecoder().decode(issued.message)).metadata;
    const page = await open();
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const tabTo = async (name: string) => {
      for (let step = 0; step < 20; step++) {
        if (await page.evaluate(`document.activeElement?.id === "${name}"`)) return;
        await press("Tab");
      }
      throw new Error(`no way to ${name} by the keyboard`);
    };
    await tabTo("code");
    await page.keyboard.insertText(`${qr}\n`);
    await press("Tab", "Enter");
    await verdict(page, "二维码真实，所述证照未被注销、暂扣或换发");
    await page.getByText("与证面逐项核对").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement?.id"), PATIENT).toBe("verdict");
    await expectAccessible(page, "code");
    await again(page);
    await tabTo("code");
    await page.keyboard.insertText(qr.replace(issued.number, "1"));
    await press("Tab", "Enter");
    await verdict(page, /^二维码不可采信/);
    await page.close();
  });

  test("an identifier is answered alike whether or not there is such a certificate, until it is revoked; so is the file", async () => {
    const page = await open();
    const look = async (identifier: string) => {
      await page.getByLabel("证照标识", { exact: true }).fill(identifier);
      await page.getByRole("button", { name: "查询标识" }).click();
    };
    const nobodys = certificateIdentifier({ ...parseCertificateIdentifier(issued.identifier), serial: "440100999999" });
    for (const identifier of [issued.identifier, nobodys]) {
      await look(identifier);
      await verdict(page, /^没有该标识被注销、暂扣或换发的记录/);
      await again(page);
    }
    await look(`${issued.identifier.slice(0, -1)}?`);
    await page.getByRole("alert").getByText("证照标识的校验码错误").first().waitFor();
    await issuer.issuing.revoke(issued.identifier, "企业已注销登记");
    await look(issued.identifier);
    await verdict(page, /^该标识的证照已注销（.+起）$/);
    await again(page);
    await verifyFiles(page, "证照.pdf");
    await verdict(page, /^真实，但已注销（.+起）$/);
    await page.getByText("请持证人提供现行有效的证照").waitFor();
    await page.close();
  });

  test("the page loads less than 100 KB of script and styles, compressed", () => {
    const built = (file: string) => readFileSync(join(BUILT_SCREENS, file), "utf8");
    const loaded = new Set(
      [...built("verify-page/index.html").matchAll(/\/(assets\/[\w.-]+)"/g)].map(([, file]) => file),
    );
    for (const file of loaded)
      for (const [, more] of built(file as string).matchAll(/from"\.\/([\w.-]+)"/g)) loaded.add(`assets/${more}`);
    const sizes = [...loaded].map((file) => gzipSync(built(file as string)).length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });
}
