import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildScreens } from "../../ops/screens/build.ts";
import type { Person } from "../../ops/trial/people.ts";
import { pageOf } from "../../ops/trial/staff.ts";
import { type CertificateKey, type StaffSession, signInStaff } from "../../ops/trial/staff-session.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { type OpenedBrowser, openBrowser } from "./browser.ts";
import { type Watched, watched } from "./watched.ts";

/** The trial province with its screens, and browsers of the people who sit in front of them. */
export interface ScreensScene {
  readonly trial: Trial;
  /** Origin of 岭海's pages. */
  readonly origin: string;
  /** Origin of the province's. */
  readonly top: string;
  /** A page of somebody who has signed in at 岭海's console, with the certificate key, through the real listener. One browser for each person. */
  console(person: Pick<Person, "account">): Promise<Watched>;
  /** The same of somebody who came later than the trial, by a key of the trial's authority; `at`: the pages of another node than 岭海. */
  newcomer(person: Pick<Person, "account">, key: CertificateKey, at?: string): Promise<Watched>;
  /** A page of somebody who has a key of the trial's authority and has not signed in. */
  arriving(person: Pick<Person, "account">, key: CertificateKey): Promise<Watched>;
  /** What somebody of 岭海's staff may call without a page, signed in with the certificate key. */
  session(person: Pick<Person, "account">): Promise<StaffSession>;
  /** A page of anybody, in a browser without any certificate; `others` are origins that it may ask beside 岭海's. */
  anybody(...others: string[]): Promise<Watched>;
  close(): Promise<void>;
}

/** Starts all of it once, with the department that signs under an electronic seal where that is wanted: a browser is opened when somebody first sits down. */
export async function openScreensScene(more: { national?: boolean } = {}): Promise<ScreensScene> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-screens-"));
  const screens = await buildScreens();
  const options = {
    directory,
    layout: "one",
    store: { engine: "sqlite" },
    staff: true,
    portal: true,
    screens,
    ...more,
  } as const;
  const trial = await startTrial(options).catch((error) => {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const origin = pageOf(trial.cores.linghai);
  const browsers = new Map<string, Promise<OpenedBrowser>>();
  const browserOf = (name: string, key?: CertificateKey) => {
    const opened = browsers.get(name) ?? openBrowser({ caFile: trial.files.root, ...(key && { key }) });
    browsers.set(name, opened);
    return opened;
  };
  const arriving = async (account: string, key: CertificateKey, at = origin) => {
    const { context } = await browserOf(account, key);
    const page = watched(await context.newPage(), at);
    await page.goto(`${at}/console/`);
    return page;
  };
  const seated = async (account: string, key: CertificateKey, at = origin) => {
    const page = await arriving(account, key, at);
    await signInWhereAsked(page);
    return page;
  };
  const keyOf = (account: string) => {
    const key = trial.staff.find((member) => member.account === account);
    if (!key) throw new Error(`nobody at 岭海 has the account ${account}`);
    return key;
  };
  return {
    trial,
    origin,
    top: pageOf(trial.cores.province),
    console: async ({ account }) => seated(account, keyOf(account)),
    session: async ({ account }) => signInStaff(trial.cores.linghai, trial.files.root, keyOf(account)),
    newcomer: ({ account }, key, at) => seated(account, key, at),
    arriving: ({ account }, key) => arriving(account, key),
    async anybody(...others) {
      const { context } = await browserOf("anybody");
      return watched(await context.newPage(), origin, others);
    },
    async close() {
      for (const opened of browsers.values()) await (await opened).close();
      await trial.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Presses the button of the sign-in where it is shown; resolves when the console is there, and what its first page reads: what comes late pushes the rest away. */
export async function signInWhereAsked(page: Page): Promise<void> {
  const button = page.getByRole("button", { name: "用数字证书登录" });
  const menu = page.getByRole("navigation", { name: "主菜单" });
  await button.or(menu).waitFor();
  if (await button.isVisible()) await button.click();
  await menu.waitFor();
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: "detached" });
}
