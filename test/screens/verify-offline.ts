import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { toDataURL } from "qrcode";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import { MAKER } from "../../ops/trial/people.ts";
import { ISSUERS } from "../../ops/trial/plan.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import {
  GetNodeKeysResponseSchema,
  GetStatusBundleResponseSchema,
} from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../../services/domain/certificate-serial.ts";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { qrSignedText, qrText } from "../../services/domain/signed-qr.ts";
import { signAsNode } from "../../services/trust/node-key.ts";
import { signedNodeKeyList } from "../../services/trust/node-key-list.ts";
import { writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { readWithOfdJs } from "../document/ofd-reader.ts";
import { noisyBitmap } from "../fixtures/noisy-bitmap.ts";
import { openBrowser } from "./browser.ts";
import { handOver } from "./hand-over.ts";
import { PATIENT } from "./patient.ts";
import type { ScreensScene } from "./scene.ts";
import { systemOf } from "./system.ts";
import { expectAccessible, type Watched, watched } from "./watched.ts";

const GOOD = "二维码真实，所述证照未被注销、暂扣或换发";
const KEPT = /^已保存离线资料：状态包截至/;

/** QR codes at `/verify/`: from whatever shows them, and in airplane mode. */
export function verifyOfflineTests(scene: () => ScreensScene): void {
  let directory: string;
  let pdf: Buffer;
  let ofd: Buffer;
  let qr: string;
  const keyOf = ({ publicKeyFile }: Core) => createPrivateKey(readFileSync(publicKeyFile.replace(/\.pem$/, ".key")));
  const identifierOf = (businessSerial: string, issueDate: string) =>
    certificateIdentifier({
      typeCode: "11100000000013338W001",
      issuer: "11440100MB2C91870E",
      serial: certificateSerial({ node: "440100", issueDate, app: "440100-scjg", businessSerial }),
      version: 1,
    });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "ecert-verify-offline-"));
    const { trial } = scene();
    const issuer = systemOf(trial, ISSUERS[0]?.appKey);
    const licence = readCatalogFiles().find((file) => file.name === "营业执照") as CatalogFile;
    await issuer.issuing.make(orderFrom(licence, "verify-offline-1"));
    const { message, identifier } = await issuer.issuing.issue("verify-offline-1");
    qr = JSON.parse(new TextDecoder().decode(message)).metadata.qr;
    pdf = Buffer.from((await issuer.issuing.face("verify-offline-1")).content);
    issuer.close();
    const maker = (await scene().session(MAKER)).client(IssueService, "issue");
    const { file } = await maker.getFace({ identifier, format: FileFormat.OFD });
    ofd = Buffer.from(file?.content ?? []);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const verdict = (page: Watched, sentence: string | RegExp) =>
    page.getByRole("heading", { name: sentence, level: 2 }).waitFor();
  const again = (page: Watched) => page.getByRole("button", { name: "再验一份" }).click();
  const choose = (page: Watched, name: string, mimeType: string, buffer: Buffer) =>
    page.getByLabel("选择图片或 PDF").setInputFiles({ name, mimeType, buffer });

  test("5.7.4: from the PDF, from the OFD as a reader that is not ours shows it, from a print with noise and from a screenshot, chosen, dropped or pasted, the same code comes out, and off-line the same verdict; what cannot be read is told as that", async () => {
    const page = await scene().anybody();
    await page.goto(`${scene().origin}/verify/`);
    writeFileSync(join(directory, "face.pdf"), pdf);
    execFileSync("pdftoppm", [
      "-r",
      "150",
      "-gray",
      "-singlefile",
      join(directory, "face.pdf"),
      join(directory, "face"),
    ]);
    const printed = noisyBitmap(readFileSync(join(directory, "face.pgm")), 40);
    const sheet = await page.context().newPage();
    await sheet.setContent(`<img width="900" src="data:image/bmp;base64,${printed.toString("base64")}">`);
    const screenshot = await sheet.screenshot({ fullPage: true });
    await sheet.close();
    for (const [name, kind, content] of [
      ["证照.pdf", "application/pdf", pdf],
      ["版式文件.png", "image/png", (await readWithOfdJs(ofd)).png],
      ["打印件.bmp", "image/bmp", printed],
    ] as const) {
      await choose(page, name, kind, content);
      await verdict(page, GOOD);
      await again(page);
    }
    for (const how of ["drop", "paste"] as const) {
      const shot = { name: "截图.png", mimeType: "image/png", buffer: screenshot };
      await handOver(page.getByLabel(/^二维码文字/), how, shot);
      await verdict(page, GOOD);
      await again(page);
    }
    await page.getByText(KEPT).waitFor();
    try {
      await page.context().setOffline(true);
      // By what the province really says of this certificate: off-line as on-line.
      await choose(page, "截图.png", "image/png", screenshot);
      await verdict(page, GOOD);
      await page.getByText(/^在本机离线核验：节点密钥清单截至/).waitFor();
      await again(page);
      await choose(page, "坏图.png", "image/png", Buffer.from("no picture"));
      await page.getByText("“坏图.png”不能读取").waitFor();
    } finally {
      await page.context().setOffline(false);
    }
    await page.getByLabel(/^二维码文字/).fill("ecert:present:440100:AAAA");
    await page.keyboard.press("Enter");
    await verdict(page, /^这是持证人出示的亮证码/);
    await expectAccessible(page, "shown");
    await page.close();
  });

  test("before the camera a code is read in the browser; without a camera the page says what to do instead", async () => {
    const { origin, trial } = scene();
    // A camera of 640 × 480 that sees the code.
    const sheet = await scene().anybody();
    await sheet.setViewportSize({ width: 640, height: 480 });
    await sheet.setContent(`<img height="440" src="${await toDataURL(qr)}">`);
    const seen = join(directory, "seen.mjpeg");
    writeFileSync(seen, await sheet.screenshot({ type: "jpeg", quality: 90 }));
    await sheet.close();
    const { context, close } = await openBrowser({ caFile: trial.files.root, camera: seen });
    try {
      const page = watched(await context.newPage(), origin);
      await page.goto(`${origin}/verify/`);
      await page.getByRole("button", { name: "用摄像头扫描" }).click();
      await verdict(page, GOOD);
      expect(page.faults).toEqual([]);
    } finally {
      await close();
    }
    const page = await scene().anybody();
    await page.goto(`${origin}/verify/`);
    await page.getByRole("button", { name: "用摄像头扫描" }).click();
    await page.getByText("摄像头不能使用").waitFor();
    await page.close();
  });

  test("in airplane mode the page is there, and judges as on-line: valid, revoked, suspended, undetermined, forged; later it says that it is too old", async () => {
    const { province, linghai } = scene().trial.cores;
    const [yesterday, today] = [addDays(shanghaiDay(new Date()), -1), shanghaiDay(new Date())];
    const node = keyOf(linghai);
    const textOf = (serial: string, issueDate = yesterday, key: KeyObject = node) => {
      const identifier = identifierOf(serial, issueDate);
      const facts = { identifier, number: serial, name: "营业执照", holder: "岭**", issueDate, node: "440100" };
      return qrText(facts, signAsNode(key, "ecert.qr.v1", new TextEncoder().encode(qrSignedText(facts))));
    };
    const page = await scene().anybody();
    await page.clock.install();
    await provinceSays(page, keyOf(province), {
      publicKey: createPublicKey(node),
      revoked: [identifierOf("revoked", yesterday)],
      suspended: [identifierOf("suspended", yesterday)],
    });
    await page.goto(`${scene().origin}/verify/`);
    await page.getByText(KEPT).waitFor();
    await expect.poll(() => page.evaluate(WHOLE), PATIENT).toBe(true);
    try {
      await page.context().setOffline(true);
      await page.reload();
      await page.getByText(KEPT).waitFor();
      for (const [text, sentence] of [
        [textOf("valid"), GOOD],
        [textOf("revoked"), "二维码真实，但所述证照已注销"],
        [textOf("suspended"), "二维码真实，但所述证照已暂扣"],
        [textOf("today", today), "二维码由系统签名，暂不能确定所述证照的状态"],
        [textOf("valid", yesterday, keyOf(province)), "二维码不可采信：电子签名无效"],
      ] as const) {
        await page.getByLabel(/^二维码文字/).fill(text);
        await page.getByRole("button", { name: "验证二维码" }).click();
        await verdict(page, sentence);
        await page.getByText(/^在本机离线核验：节点密钥清单截至/).waitFor();
        await again(page);
      }
      await choose(page, "证照.pdf", "application/pdf", pdf);
      await verdict(page, GOOD);
      await page.getByText("技术明细").click();
      await page.getByText("省级系统公钥指纹 SHA-256").waitFor();
      await expectAccessible(page, "offline");
      await again(page);
      await page.clock.fastForward(8 * 86_400_000);
      await page.reload();
      await page.getByText(/^离线资料过旧/).waitFor();
      await page.getByLabel(/^二维码文字/).fill(textOf("valid"));
      await page.keyboard.press("Enter");
      await verdict(page, "二维码由系统签名，暂不能确定所述证照的状态");
      await page.getByText("节点密钥清单过旧，无法得知该密钥是否已失密或停用").first().waitFor();
    } finally {
      await page.context().setOffline(false);
    }
    await page.close();
  });

  test("what another version kept is let go of once this one is whole, and on-line the node's page is shown, never a kept one", async () => {
    const page = await scene().anybody();
    await page.goto(`${scene().origin}/verify/`);
    await expect.poll(() => page.evaluate(WHOLE), PATIENT).toBe(true);
    await page.evaluate(
      `caches.open("ecert-verify-files-0").then((cache) => cache.put("/verify/", new Response("an old page")))`,
    );
    await page.reload();
    await page.getByRole("heading", { name: "验证二维码" }).waitFor();
    await expect.poll(() => page.evaluate(`caches.has("ecert-verify-files-0")`), PATIENT).toBe(false);
    expect(await page.evaluate(WHOLE)).toBe(true);
    await page.close();
  });
}

/** Whether the browser keeps a version of the page with its document, which comes last. */
const WHOLE = `caches.keys().then(async (names) => {
  for (const name of names.filter((one) => one.startsWith("ecert-verify-files-") && one.length > 30))
    if (await (await caches.open(name)).match("/verify/", { ignoreVary: true })) return true;
  return false;
})`;

/** Answers in the node's place what the province hands out, signed with the province's real key: a day that is over is covered, as on any later day. */
async function provinceSays(
  page: Watched,
  province: KeyObject,
  { publicKey, revoked, suspended }: { publicKey: KeyObject; revoked: string[]; suspended: string[] },
): Promise<void> {
  // Newer than what the province really says, which the browser has kept before.
  const builtAt = new Date(Date.now() + 60_000).toISOString();
  const signed = (bytes: Uint8Array) => sign(null, bytes, province);
  const head = { publisher: "440000", builtAt, nodes: [{ node: "440100", records: 1, root: "0".repeat(64) }] };
  const bundle = writeStatusBundle(head, { revoked, suspended, superseded: [] }, new Uint8Array(16), signed);
  const key = publicKey.export({ format: "jwk" }).x as string;
  const nodes = { "440100": [{ key, since: "2026-01-01T00:00:00.000Z" }] };
  const keys = signedNodeKeyList({ publisher: "440000", builtAt, nodes }, signed);
  const answers = {
    GetStatusBundle: toBinary(
      GetStatusBundleResponseSchema,
      create(GetStatusBundleResponseSchema, { bundle, builtAt }),
    ),
    GetNodeKeys: toBinary(GetNodeKeysResponseSchema, create(GetNodeKeysResponseSchema, { keys, builtAt })),
  };
  for (const [method, body] of Object.entries(answers))
    await page.route(`**/ecert.sync.v1.StatusService/${method}`, (route) =>
      route.fulfill({ contentType: "application/proto", body: Buffer.from(body) }),
    );
}
