import { afterAll, beforeAll, expect, test } from "vitest";
import { SIGNER } from "../../../ops/trial/people.ts";
import { eventually } from "../../node/eventually.ts";
import { pressedUntil } from "../patient.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible, type Watched, watched } from "../watched.ts";
import { askOfficers, type ListOnHost, makeOnScreen, openAgentPage, plugIn, type VirtualKey } from "./confirm-scene.ts";

/** An officer confirms with a security key what is issued on screen, where the department's agent asks for that (5.9.2, 5.9.5). */
export function confirmTests(scene: () => ScreensScene): void {
  let list: ListOnHost;
  let made: string[];
  let page: Watched;
  let key: VirtualKey;
  const open = (identifier = "") =>
    page.goto(`${scene().origin}/console/certificates/${encodeURIComponent(identifier)}`);
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  /** Beside its name it says that it works. */
  const issue = () => page.getByRole("button", { name: "核验并签发" });
  const alert = (text: string) => page.getByRole("alert").getByText(text).waitFor();
  beforeAll(async () => {
    list = await askOfficers(scene());
    made = await makeOnScreen(scene(), ["confirm-1", "confirm-2", "confirm-3", "confirm-4"]);
    page = await scene().console(SIGNER);
    await page.getByRole("link", { name: "安全密钥" }).click();
    key = await plugIn(page);
  });
  afterAll(() => page?.close());

  test("5.9.5: without a security key in the department's list nothing is issued, and the page says what to do; with one it confirms exactly the face that is shown", async () => {
    await open(made[0]);
    await page.locator("canvas[data-drawn]").waitFor();
    await press("核验并签发");
    await alert(`账户${SIGNER.account}今日有效的安全密钥`);
    await list.add(key.registration);
    await key.touched(false);
    const touch = page.getByRole("status").filter({ hasText: "请触碰安全密钥" });
    // The agent looks at its list every two seconds.
    await pressedUntil(issue(), touch);
    await touch.getByText("与所示证面一致").waitFor();
    await expectAccessible(page);
    await press("放弃确认");
    await page.getByText("已放弃确认，没有签发").waitFor();
    await key.touched(true);
    await key.verified(false);
    await press("核验并签发");
    await alert("安全密钥没有确认");
    await page.getByText("已制证未签发").first().waitFor();
    await key.verified(true);
    await press("核验并签发");
    await page.getByText("核验签发人").waitFor();
    expect(await key.counted()).toBeGreaterThan(0);
  });

  test("5.9.5: several that were chosen in the list are confirmed at once and issued one by one: stopped and gone on with by the same confirmation, and after a reload by a new one over the rest", async () => {
    await page.goto(`${scene().origin}/console/certificates?state=2`);
    await page.getByRole("checkbox", { name: "选择本页全部" }).check();
    await page.getByText(/^已选 \d+ 件$/).waitFor();
    await expectAccessible(page);
    await press("核验所选证照");
    await page.getByRole("heading", { name: /^批量核验签发/ }).waitFor();
    await page
      .getByRole("button", { name: /^看证面/ })
      .first()
      .click();
    await page.locator("canvas[data-drawn]").waitFor();
    let calls = 0;
    let release = () => {};
    await page.route("**/ecert.issue.v1.IssueService/IssueCertificate", async (route) => {
      // Each time that is begun anew, the first call is held until the page was asked to stop.
      if (calls++ < 2) await new Promise<void>((resolve) => (release = resolve));
      await route.continue();
    });
    const before = await key.counted();
    const stopAt = async (many: number) => {
      await eventually(() => expect(calls).toBe(many));
      await press("暂停签发");
      release();
      await page.getByText("已暂停。已签发的不受影响").waitFor();
    };
    await press("核验并签发全部");
    await stopAt(1);
    await page.getByText("已签发 1 / 3").waitFor();
    await expectAccessible(page);
    await press("继续签发");
    await stopAt(2);
    expect(await key.counted()).toBe(before + 1);
    await page.reload();
    await press("核验并签发全部");
    await page.getByText("全部已签发").waitFor();
    expect(await key.counted()).toBe(before + 2);
    await page.unroute("**/ecert.issue.v1.IssueService/IssueCertificate");
    await expectAccessible(page);
  });

  test("5.4.4, 5.9.5: on the phone at the counter the security key confirms the face that is shown, and without PIN or finger nothing is issued", async () => {
    await makeOnScreen(scene(), ["confirm-mini"]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${scene().origin}/mini/#/made/confirm-mini`);
    try {
      await page.getByRole("img", { name: /证面 营业执照/ }).waitFor();
      const before = await key.counted();
      await key.verified(false);
      await press("核验并签发");
      await alert("安全密钥没有确认");
      await expectAccessible(page);
      await key.verified(true);
      await press("核验并签发");
      await page.getByText("已签发", { exact: true }).waitFor();
      expect(await key.counted()).toBeGreaterThan(before);
    } finally {
      await key.verified(true);
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });

  test("5.9.5: another security key than those in the list, and one that the department has ended, confirm nothing", async () => {
    const [identifier] = await makeOnScreen(scene(), ["confirm-5"]);
    await open(identifier);
    await page.locator("canvas[data-drawn]").waitFor();
    await key.swap();
    await press("核验并签发");
    await alert("安全密钥没有确认");
    await list.end(key.registration);
    await pressedUntil(issue(), page.getByRole("alert").getByText(`账户${SIGNER.account}今日有效的安全密钥`));
    await page.getByText("已制证未签发").first().waitFor();
  });

  test("5.9.5: where the agent's own page is asked for, the order waits there with the face that the agent drew; confirmed there, it is issued on the console", async () => {
    const [identifier] = await makeOnScreen(scene(), ["confirm-here"]);
    const origin = await openAgentPage(scene());
    await open(identifier);
    await page.locator("canvas[data-drawn]").waitFor();
    await press("核验并签发");
    await page
      .getByRole("alert")
      .getByRole("link", { name: `打开确认页面 ${origin}` })
      .waitFor();
    await expectAccessible(page);
    await page.goto(`${scene().origin}/mini/#/made/confirm-here`);
    await page.getByRole("img", { name: /证面 营业执照/ }).waitFor();
    await press("核验并签发");
    await page.getByRole("alert").getByRole("link", { name: origin }).waitFor();
    await expectAccessible(page, "elsewhere");
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(identifier);
    await page.locator("canvas[data-drawn]").waitFor();
    const here = watched(await page.context().newPage(), origin);
    await here.goto(origin);
    await here.getByRole("button", { name: "English" }).click();
    await here.getByLabel("Account").waitFor();
    await here.getByRole("button", { name: "中文" }).click();
    await here.getByLabel("账户").fill(SIGNER.account);
    const own = await plugIn(here);
    await here.getByText("指纹").first().waitFor();
    await expectAccessible(here, "sign-in");
    await list.add(own.registration, origin);
    const order = here.getByRole("article", { name: "营业执照 confirm-here" });
    await pressedUntil(here.getByRole("button", { name: "用安全密钥登录" }), order);
    const choose = order.getByLabel("已查看证面，确认签发这一件");
    expect(await choose.isDisabled()).toBe(true);
    await order.getByRole("button", { name: "查看证面" }).click();
    const face = order.getByRole("img", { name: /confirm-here/ });
    await face.waitFor();
    await expectAccessible(here, "order");
    await choose.check();
    await here.getByRole("button", { name: "用安全密钥确认所选" }).click();
    await here.getByText("已确认。请回到经办界面").waitFor();
    await expectAccessible(here, "confirmed");
    await press("核验并签发");
    await page.getByText("核验签发人").waitFor();
    await here.close();
  });
}
