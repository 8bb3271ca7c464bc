import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUILT_SCREENS } from "../../../ops/screens/build.ts";
import {
  AUDITOR,
  CERTIFICATE_USER,
  DEPARTMENT_ADMINISTRATOR,
  MAKER,
  NODE_OPERATOR,
} from "../../../ops/trial/people.ts";
import { eventually } from "../../node/eventually.ts";
import { endSessionsOf } from "../end-sessions.ts";
import { tabTo } from "../keyboard.ts";
import type { ScreensScene } from "../scene.ts";
import { signInWhereAsked } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

/** Signing in with the certificate key, who sees which part, and what happens when a session ends. */
export function groundTests(scene: () => ScreensScene): void {
  test("5.9.2: somebody without a session is asked for the certificate key, and comes to the console by it", async () => {
    const page = await scene().console(MAKER);
    expect(new URL(page.url()).pathname).toBe("/console/");
    await page.getByText("周试验 · 制证").waitFor();
    await expectAccessible(page);
    await page.close();
  });

  test("who has no certificate is told what to do, in words, and signed in as nobody", async () => {
    const page = await scene().anybody();
    await page.goto(`${scene().origin}/console/`);
    await expectAccessible(page);
    await page.getByRole("button", { name: "用数字证书登录" }).click();
    await page.getByRole("alert").getByText("请插入数字证书Key").waitFor();
    await page.close();
  });

  test("each sees the parts for which the contracts let them call anything, and no other page opens by its address", async () => {
    const page = await scene().console(CERTIFICATE_USER);
    const menu = page.getByRole("navigation", { name: "主菜单" });
    const parts = await menu.getByRole("link").allTextContents();
    expect(parts).toEqual(expect.arrayContaining(["工作台", "用证"]));
    expect(parts).not.toContain("发证");
    await page.goto(`${scene().origin}/console/certificates`);
    await page.getByText("没有这个页面").waitFor();
    await page.close();
  });

  test("an address deep in the console is opened as it is, reloaded and gone back to", async () => {
    const page = await scene().console(MAKER);
    await page.goto(`${scene().origin}/console/certificates?state=7`);
    await page.getByText("没有符合条件的记录").waitFor();
    await page.getByRole("button", { name: "清除条件" }).click();
    await page.getByText("没有符合条件的记录").waitFor({ state: "detached" });
    await page.waitForURL(({ search }) => search === "");
    await page.close();
  });

  test("WCAG 2.4.3: who narrows or sorts a list by keyboard stays where they are; another page leads to its content", async () => {
    const page = await scene().console(MAKER);
    await page.goto(`${scene().origin}/console/certificates`);
    const search = page.getByRole("searchbox").first();
    await tabTo(page, search);
    await page.keyboard.type("none-such");
    await page.keyboard.press("Enter");
    await page.getByText("没有符合条件的记录").first().waitFor();
    expect(new URL(page.url()).search).not.toBe("");
    expect(await search.and(page.locator(":focus")).count()).toBe(1);
    const sorted = page.locator("th[tabindex]").first();
    await tabTo(page, sorted);
    await page.keyboard.press("Enter");
    await page.waitForURL(({ searchParams }) => searchParams.has("sort"));
    await page.locator("th[aria-sort]").first().waitFor();
    expect(await page.locator("main:focus").count()).toBe(0);
    await page.getByRole("navigation", { name: "主菜单" }).getByRole("link", { name: "工作台" }).press("Enter");
    await page.locator("main:focus").waitFor();
    await page.close();
  });

  test("WCAG 2.3.3: nothing moves for who has asked their system for less motion; for others what opens comes in moving", async () => {
    const page = await scene().console(MAKER);
    const moved = async () => {
      await page.goto(`${scene().origin}/console/certificates`);
      await page.evaluate(
        'window.moved = 0; addEventListener("animationstart", ({ target }) => { if (target.closest(".ant-select-dropdown")) window.moved += 1; }, true)',
      );
      const choice = page.getByRole("combobox").first();
      await choice.click();
      await page.locator(".ant-select-dropdown").waitFor();
      await choice.press("Escape");
      await page.locator(".ant-select-dropdown").waitFor({ state: "hidden" });
      return page.evaluate("window.moved");
    };
    expect(await moved()).toBe(0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    expect(await moved()).toBeGreaterThan(0);
    await page.close();
  });

  test("all of it in the other language, kept for the next visit", async () => {
    const page = await scene().console(DEPARTMENT_ADMINISTRATOR);
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Workbench" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("navigation", { name: "主菜单" }).waitFor();
    await page.close();
  });

  test("WCAG 2.2: in English no main page has a finding of axe or scrolls sideways, at any width", async () => {
    const pages = [
      [MAKER, ["", "certificates", "certificates/new"]],
      [DEPARTMENT_ADMINISTRATOR, ["people", "people/matters", "openings"]],
      [NODE_OPERATOR, ["watch", "watch/links"]],
      [AUDITOR, ["audit"]],
    ] as const;
    for (const [person, paths] of pages) {
      const page = await scene().console(person);
      await page.getByRole("button", { name: "English" }).click();
      await page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Workbench" }).waitFor();
      for (const path of paths) {
        await page.goto(`${scene().origin}/console/${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await expectAccessible(page, "english");
      }
      await page.getByRole("button", { name: "中文" }).click();
      await page.close();
    }
  });

  test("a session that ends in mid-work holds the call up until its owner has signed in again in a window beside it: nothing is lost", async () => {
    const page = await scene().console(MAKER);
    await endSessionsOf(scene(), MAKER.account);
    // Processes of the node may go by what they know of a session for three seconds.
    const lost = page.getByRole("dialog").getByText("登录已结束");
    await eventually(async () => {
      // Once it is there it stands over the links.
      for (const name of ["工作台", "发证"])
        if (!(await lost.isVisible())) await page.getByRole("link", { name }).click({ timeout: 1_000 });
      await lost.waitFor({ timeout: 1_000 });
    });
    await page.getByRole("button", { name: "重新登录" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    // Whichever of the two pages stood there is answered.
    const [list, workbench] = [
      page.getByRole("columnheader", { name: "证照名称" }),
      page.getByRole("heading", { name: "已制证未签发" }),
    ];
    await list.or(workbench).first().waitFor();
    expect(page.faults).toEqual([]);
    await page.close();
  });

  test("a node that is away is told with what to do and the call's number, and the page goes on when it is back", async () => {
    const page = await scene().console(MAKER);
    const core = scene().trial.programs.get("440100/core");
    // The workbench asks again and again, and may have told the same already.
    await page.getByRole("heading", { name: "已制证未签发" }).waitFor();
    const told = page.getByRole("alert").getByText("未收到服务器的答复").first();
    await core?.kill();
    try {
      await page.getByRole("link", { name: "发证" }).click();
      await told.waitFor();
      await page
        .getByText(/^编号 [0-9a-f-]{36}$/)
        .first()
        .waitFor();
    } finally {
      await core?.restart();
    }
    const again = page.getByRole("button", { name: "再试一次" }).first();
    await eventually(async () => {
      if (await again.isVisible()) await again.click({ timeout: 1_000 });
      expect(await told.isVisible()).toBe(false);
    });
    await page.getByRole("columnheader", { name: "证照名称" }).waitFor();
    await page.close();
  });

  test("the console comes to its first usable page with 500 KB of script, compressed, at most, and nothing of it from elsewhere", async () => {
    const page = await scene().console(MAKER);
    const loaded = (await page.evaluate(
      'performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).map(({ name }) => new URL(name).pathname)',
    )) as string[];
    const sizes = loaded.map((path) => compressedSize(path));
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(500_000);
    await page.close();
  });

  test("a page whose browser somebody else has signed in with begins anew: none of its calls is made in that person's name", async () => {
    const page = await scene().console(MAKER);
    await page.evaluate("window.before = true");
    await page.evaluate(`new BroadcastChannel("ecert.session").postMessage(${JSON.stringify(MAKER.account)})`);
    expect(await page.evaluate("window.before")).toBe(true);
    await Promise.all([
      page.waitForEvent("load"),
      page.evaluate('void new BroadcastChannel("ecert.session").postMessage("somebody-else")'),
    ]);
    expect(await page.evaluate("window.before")).toBeUndefined();
    await page.close();
  });

  test("signing out ends the session: the page of the sign-in is all that is left, and no draft", async () => {
    const page = await scene().console(MAKER);
    await page.evaluate('sessionStorage.setItem("ecert.draft.somebody", "{}")');
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.getByRole("button", { name: "用数字证书登录" }).waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    await signInWhereAsked(page);
    await page.close();
  });
}

/** Bytes of a script as it is sent to those who take gzip. */
function compressedSize(path: string): number {
  const file = join(BUILT_SCREENS, path);
  return statSync(existsSync(`${file}.gz`) ? `${file}.gz` : file).size;
}
