import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import { CERTIFICATE_USER } from "../../ops/trial/people.ts";
import { NATIONAL_ISSUER } from "../../ops/trial/plan.ts";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { HOLDER_CODE_TYPES } from "../../services/domain/holder-code.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { wholeMatter } from "./console/use.ts";
import { choose } from "./fill-in.ts";
import { savedFile } from "./saved-file.ts";
import { openScreensScene, type ScreensScene } from "./scene.ts";
import { systemOf } from "./system.ts";
import { expectAccessible, type Watched } from "./watched.ts";

const permit = readCatalogFiles().find(({ name }) => NATIONAL_ISSUER.certificates.includes(name)) as CatalogFile;
const [holder] = permit.example.holders;
const SEALED = "由本平台按签名数据绘制，非原文件；照片和印章取自已验证的原文件";
const BARE = "由本平台按签名数据绘制，非原文件，不含印章";
/** Pixels of a drawn face that have the colour of a seal, of 100,000; read in the page. */
const SEAL_INK = `(() => {
  const canvas = document.querySelector("figure canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let ink = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] > 160 && data[at + 1] < 90 && data[at + 2] < 90) ink++;
  return Math.round((ink * 400_000) / data.length);
})()`;
/** Of a face, what its seal alone covers at least. */
const SEAL = 200;

describe("an OFD under an electronic seal (GB/T 38540), on screen", () => {
  let scene: ScreensScene;
  let issued: Certificate;
  let ofd: Buffer;
  beforeAll(async () => {
    scene = await openScreensScene({ national: true });
    const issuer = systemOf(scene.trial, NATIONAL_ISSUER.appKey);
    await issuer.issuing.make(orderFrom(permit, "sealed-1"));
    issued = await issuer.issuing.issue("sealed-1");
    issuer.close();
  });
  afterAll(() => scene?.close());

  test("4.5.5: the console draws its face, and says who has drawn it and that the seal comes from the verified file; what is kept is the sealed file", async () => {
    const { code } = await wholeMatter(scene, permit);
    const page = await scene.console(CERTIFICATE_USER);
    await page.goto(`${scene.origin}/console/use/${encodeURIComponent(code)}`);
    await page.getByLabel("办事人名称").fill(holder?.name ?? "");
    await choose(page, "代码类型", HOLDER_CODE_TYPES[holder?.codeType ?? ""]?.name ?? "");
    await page.getByLabel("办事人代码").fill(holder?.code ?? "");
    await page.getByLabel("业务标识").fill("YW-2026-印章");
    await page.getByLabel("业务网点").fill("3 号窗口");
    await page.getByRole("button", { name: "查找证照" }).click();
    await page.getByRole("button", { name: /^核验/ }).first().click();
    await page.getByRole("button", { name: "查看 OFD" }).click();
    await page.getByText(SEALED).waitFor();
    await page.locator("canvas[data-drawn]").waitFor();
    await expectAccessible(page, "sealed");
    ofd = await savedFile(page.getByRole("button", { name: "保存 OFD" }));
    const { root, national } = scene.trial.files;
    const trust = createTrustAnchors([root, national?.root ?? ""].map((file) => readFileSync(file, "utf8")));
    expect(verifyOfd(ofd, { trust, at: new Date() })).toMatchObject({ ok: true, sealed: true });
    await page.close();
  });

  test("5.8: /verify/ draws the face with the seal of the file and names the seal; from the data message alone it draws none, and says so", async () => {
    const page = await scene.anybody();
    await page.goto(`${scene.origin}/verify/`);
    await handIn(page, { name: "居住证.ofd", buffer: ofd });
    await page.locator("figcaption").getByText(SEALED).waitFor();
    await page.getByRole("img", { name: SEALED }).waitFor();
    const sealed = await page.evaluate<number>(SEAL_INK);
    await page.getByText("技术明细").click();
    await page
      .getByRole("row", { name: "电子印章" })
      .or(page.getByText("电子印章", { exact: true }))
      .first()
      .waitFor();
    await expectAccessible(page, "sealed");
    await page.getByRole("button", { name: "再验一份" }).click();
    await handIn(
      page,
      { name: "居住证.json", buffer: Buffer.from(issued.message) },
      { name: "居住证.p7s", buffer: Buffer.from(issued.messageCms) },
    );
    await page.locator("figcaption").getByText(BARE).waitFor();
    await page.getByRole("img", { name: BARE }).waitFor();
    expect(sealed - (await page.evaluate<number>(SEAL_INK))).toBeGreaterThan(SEAL);
    await page.close();
  });
});

/** Hands files in, and looks at the face of what has verified. */
async function handIn(page: Watched, ...files: { name: string; buffer: Buffer }[]): Promise<void> {
  const handed = files.map((file) => ({ ...file, mimeType: "" }));
  await page.getByLabel("证照文件", { exact: true }).setInputFiles(handed);
  await page.getByRole("button", { name: "验证文件" }).click();
  await page.getByRole("heading", { name: "真实有效", level: 2 }).waitFor();
  await page.getByRole("button", { name: "看证面" }).click();
}
