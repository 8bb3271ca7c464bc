import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildScreens } from "../../../ops/screens/build.ts";
import { pageOf } from "../../../ops/trial/staff.ts";
import type { CertificateKey } from "../../../ops/trial/staff-session.ts";
import { PEOPLE, TOP, type Who } from "../../e2e/governance-people.ts";
import { type GovernanceScene, openGovernanceScene } from "../../e2e/governance-scene.ts";
import { type OpenedBrowser, openBrowser } from "../browser.ts";
import { signInWhereAsked } from "../scene.ts";
import { type Watched, watched } from "../watched.ts";

/** Where the pictures of the story go, in their order. */
const FILM = join(import.meta.dirname, "../../../artefacts/story");

/** A province that nobody has told anything yet, with screens; and everybody's browser. */
export interface Stage {
  readonly scene: GovernanceScene;
  /** Origins of the nodes' pages. */
  readonly origins: { province: string; city: string; neighbour: string };
  /** Somebody's page of the own node's console, signed in with the certificate key. */
  console(who: Who): Promise<Watched>;
  /** The same of somebody who has a certificate key and has not signed in. */
  arriving(who: Who): Promise<Watched>;
  /** A page of somebody of another city, by the own certificate key, signed in at that city's console. */
  neighbour(key: CertificateKey): Promise<Watched>;
  /** A page of anybody, in a browser without any certificate. */
  anybody(...others: string[]): Promise<Watched>;
  /** Takes a picture of a page as the next of the film. */
  film(page: Page, caption: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts it; browsers are opened when somebody first sits down. */
export async function openStage(): Promise<Stage> {
  const scene = await openGovernanceScene({ screens: await buildScreens(), portal: true });
  const { trial } = scene;
  const origins = {
    province: pageOf(trial.cores.province),
    city: pageOf(trial.cores.linghai),
    neighbour: pageOf(trial.cores.pengwan),
  };
  const browsers = new Map<string, Promise<OpenedBrowser>>();
  const browserOf = (name: string, options: Parameters<typeof openBrowser>[0]) => {
    const opened = browsers.get(name) ?? openBrowser(options);
    browsers.set(name, opened);
    return opened;
  };
  const arriving = async (name: string, key: CertificateKey, origin: string) => {
    const { context } = await browserOf(name, { caFile: trial.files.root, key });
    const page = watched(await context.newPage(), origin);
    await page.goto(`${origin}/console/`);
    return page;
  };
  const seated = async (name: string, key: CertificateKey, origin: string) => {
    const page = await arriving(name, key, origin);
    await signInWhereAsked(page);
    return page;
  };
  const homeOf = (who: Who) => (PEOPLE[who].department === TOP ? origins.province : origins.city);
  rmSync(FILM, { recursive: true, force: true });
  mkdirSync(FILM, { recursive: true });
  let shot = 0;
  return {
    ...{ scene, origins },
    console: (who) => seated(who, scene.keyOf(who).key, homeOf(who)),
    arriving: (who) => arriving(who, scene.keyOf(who).key, homeOf(who)),
    neighbour: (key) => seated("neighbour", key, origins.neighbour),
    async anybody(...others) {
      const { context } = await browserOf("anybody", { caFile: trial.files.root });
      return watched(await context.newPage(), origins.city, others);
    },
    async film(page, caption) {
      shot += 1;
      await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
      await page.screenshot({ path: join(FILM, `${String(shot).padStart(2, "0")}-${caption}.png`) });
    },
    async close() {
      for (const [name, opened] of browsers) {
        const { context, close } = await opened;
        // A page is left open where a test ended on it: its picture tells why.
        for (const page of context.pages().filter((one) => one.url() !== "about:blank"))
          await page.screenshot({ path: join(FILM, `left-open-${name}.png`), fullPage: true });
        await close();
      }
      await scene.close();
    },
  };
}
