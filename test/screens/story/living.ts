import { expect, test } from "vitest";
import { ACCOUNTS, type Account } from "../../../ops/portal/people.ts";
import { replicated } from "../../../ops/trial/links.ts";
import { LINGHAI, USER } from "../../../ops/trial/plan.ts";
import type { TrialPortal } from "../../../ops/trial/portal.ts";
import type { CertificateKey } from "../../../ops/trial/staff-session.ts";
import { PEOPLE } from "../../e2e/governance-people.ts";
import { askOfficers, plugIn } from "../console/confirm-scene.ts";
import { choose, fillInData } from "../fill-in.ts";
import { pressedUntil } from "../patient.ts";
import { expectAccessible } from "../watched.ts";
import { openNeighbour, THEIR_MATTER } from "./neighbour.ts";
import type { Stage } from "./stage.ts";

/** A certificate from its making to its revocation, as an officer, an officer of another city, its holder and anybody see it. */
export function livingSteps(stage: () => Stage): void {
  let identifier = "";
  let neighbour: CertificateKey;

  test("5.4.2, 5.9.2: one officer makes the licence on screen, another one checks its face and issues it with a security key that the department has listed", async () => {
    const { licence } = stage().scene;
    const [holder] = licence.example.holders;
    const page = await stage().console("maker");
    await page.getByRole("link", { name: "发证" }).click();
    await page.getByRole("link", { name: "制证" }).click();
    await choose(page, "证照种类", licence.name);
    await page.getByLabel("持证主体名称").fill(holder?.name ?? "");
    await choose(page, "代码类型", "统一社会信用代码");
    await page.getByLabel("持证主体代码").fill(holder?.code ?? "");
    await fillInData(page, licence);
    await stage().film(page, "填写制证单");
    await page.getByRole("button", { name: "制证" }).click();
    await page.getByText("已制证未签发").first().waitFor();
    await page.locator("canvas[data-drawn]").waitFor();
    await stage().film(page, "已制证");
    const address = page.url();
    identifier = decodeURIComponent(address.split("/").at(-1) ?? "");
    await page.close();
    const signer = await stage().console("signer");
    await signer.getByRole("link", { name: "安全密钥" }).click();
    const list = await askOfficers({ trial: stage().scene.trial, origin: stage().origins.city }, PEOPLE.signer);
    const key = await plugIn(signer);
    await stage().film(signer, "登记安全密钥");
    await list.add(key.registration);
    await signer.goto(address);
    await signer.locator("canvas[data-drawn]").waitFor();
    await key.touched(false);
    const touch = signer.getByRole("status").filter({ hasText: "请触碰安全密钥" });
    // The agent looks at the department's list every two seconds.
    await pressedUntil(signer.getByRole("button", { name: "核验并签发" }), touch);
    await stage().film(signer, "请触碰安全密钥");
    await signer.getByRole("button", { name: "放弃确认" }).click();
    await key.touched(true);
    await signer.getByRole("button", { name: "核验并签发" }).click();
    await signer.getByText("核验签发人").waitFor();
    expect(await key.counted()).toBeGreaterThan(0);
    await stage().film(signer, "已签发");
    await signer.close();
  });

  test("5.4.3, 5.7.3: an officer of another city finds it for a matter, checks it and reads what that matter may see", async () => {
    const { scene } = stage();
    const [holder] = scene.licence.example.holders;
    neighbour = await openNeighbour(scene);
    await replicated(scene.trial, scene.trial.cores.linghai);
    const page = await stage().neighbour(neighbour);
    await page.getByRole("link", { name: "用证", exact: true }).click();
    await page.getByRole("link", { name: THEIR_MATTER.name }).click();
    await page.getByLabel("办事人名称").fill(holder?.name ?? "");
    await page.getByLabel("办事人代码").fill(holder?.code ?? "");
    await page.getByLabel("业务标识").fill("YW-2026-0001");
    await page.getByLabel("业务网点").fill("鹏湾市政务服务中心 8 号窗口");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^核验/ }).click();
    await page.getByRole("heading", { name: "真实有效" }).waitFor();
    await stage().film(page, "鹏湾用证");
    await page.close();
  });

  test("4.5.1, 4.6.2: with the issuing city away the province's archive stands in, and the page tells as of when its data are", async () => {
    const page = await stage().neighbour(neighbour);
    const city = stage().scene.trial.programs.get(`${LINGHAI.code}/core`);
    await city?.kill();
    try {
      await page.goto(`${stage().origins.neighbour}/console/use/${encodeURIComponent(THEIR_MATTER.code)}`);
      const [holder] = stage().scene.licence.example.holders;
      await page.getByLabel("办事人名称").fill(holder?.name ?? "");
      await page.getByLabel("办事人代码").fill(holder?.code ?? "");
      await page.getByLabel("业务标识").fill("YW-2026-0002");
      await page.getByLabel("业务网点").fill("鹏湾市政务服务中心 8 号窗口");
      await page.keyboard.press("Enter");
      await page.getByText(/未能联系 440100（数据截至 20\d\d-\d\d-\d\d \d\d:\d\d）/).waitFor();
      await page.getByRole("button", { name: /^核验/ }).click();
      await page.getByText(/签发节点 440100 离线，以上来自省级证照库，数据截至 20\d\d-\d\d-\d\d \d\d:\d\d/).waitFor();
      await expectAccessible(page);
      await stage().film(page, "签发城市离线");
    } finally {
      await city?.restart();
    }
    await page.close();
  });

  test("5.5.2, 5.9.5: its holder sees it, and who used it for what", async () => {
    const { trial } = stage().scene;
    const portal = trial.portal as TrialPortal;
    const yunfan = ACCOUNTS.find(({ account }) => account === "yunfan") as Account;
    const { city, neighbour: elsewhere } = stage().origins;
    const page = await stage().anybody(portal.url, elsewhere);
    await page.goto(`${city}/mine/`);
    await page.getByRole("button", { name: "实名登录" }).click();
    await page.getByLabel("账户").fill(yunfan.account);
    await page.getByLabel("密码").fill(yunfan.password);
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByRole("heading", { name: "证照", level: 2 }).waitFor();
    await page.getByRole("link", { name: /营业执照/ }).click();
    await page.getByRole("heading", { name: "营业执照", level: 2 }).waitFor();
    await page.getByRole("button", { name: "看证面" }).click();
    await page.getByRole("img", { name: /证面 营业执照/ }).waitFor();
    await stage().film(page, "我的证照");
    // Each node tells of the uses at its own windows.
    await page.goto(`${elsewhere}/mine/#/uses`);
    await page.getByRole("button", { name: "实名登录" }).click();
    await page
      .getByRole("listitem")
      .filter({ hasText: `${USER.name} · ${USER.code}` })
      .first()
      .waitFor();
    await stage().film(page, "谁用了我的证照");
    await page.close();
  });

  test("5.5.2: at the province its holder finds the certificate of the city, and reports an error there; it arrives on the worklist of the department that issued it, and the answer is read at the province", async () => {
    const { trial } = stage().scene;
    const { province } = stage().origins;
    const page = await stage().anybody((trial.portal as TrialPortal).url, province);
    await page.goto(`${province}/mine/`);
    await page.getByRole("button", { name: "实名登录" }).click();
    await page.getByRole("link", { name: /营业执照/ }).click();
    await page.getByRole("link", { name: "报错" }).click();
    await page.getByLabel("错在哪里").fill("住所已变更");
    const [send, sent] = [page.getByRole("button", { name: "提交报错" }), page.getByText("已送达颁发机构")];
    // The city was away a moment ago, and its link may be dialled anew; what was typed stays.
    await pressedUntil(send, sent);
    await expectAccessible(page, "province");
    const maker = await stage().console("maker");
    await maker.getByRole("link", { name: /住所已变更/ }).click();
    await maker.getByRole("button", { name: "答复持证人" }).click();
    const dialog = maker.getByRole("dialog");
    await dialog.getByLabel("答复").fill("请先办理变更登记");
    await dialog.getByRole("button", { name: "答复持证人" }).click();
    await maker.getByText("没有等待答复的报错").waitFor();
    await maker.close();
    await page.getByRole("link", { name: "使用记录" }).click();
    await page.getByRole("heading", { name: "使用记录", level: 2 }).waitFor();
    await page.goBack();
    await page.getByText("请先办理变更登记").waitFor();
    await stage().film(page, "在省级报错");
    await page.close();
  });

  test("5.8: once it is revoked, the page for anybody says so", async () => {
    const signer = await stage().console("signer");
    await signer.goto(`${stage().origins.city}/console/certificates/${identifier}`);
    await signer.getByRole("button", { name: "注销" }).click();
    const dialog = signer.getByRole("dialog");
    await dialog.getByLabel("原因").fill("企业已注销登记");
    await dialog.getByRole("button", { name: "注销" }).click();
    await signer.getByText("已注销").first().waitFor();
    await stage().film(signer, "已注销");
    await signer.close();
    const page = await stage().anybody();
    await page.goto(`${stage().origins.city}/verify/`);
    await page.getByLabel("证照标识", { exact: true }).fill(identifier);
    await page.getByRole("button", { name: "查询标识" }).click();
    await page.getByRole("heading", { name: /已注销/ }).waitFor();
    await stage().film(page, "验证：已注销");
    expect(page.faults).toEqual([]);
    await page.close();
  });
}
