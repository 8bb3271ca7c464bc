import type { Page } from "playwright-core";
import { openBrowser } from "../../test/screens/browser.ts";
import { openScreensScene } from "../../test/screens/scene.ts";
import { ADMINISTRATOR, MAKER, type Person } from "../trial/people.ts";
import type { BenchRun, Figure } from "./figure.ts";
import { median } from "./measure.ts";

/** Rounds of which the median is a figure, at least. */
const LEAST_ROUNDS = 5;

/** A page, and by what it shows that somebody can begin to work with it. */
interface Measured {
  readonly name: string;
  readonly path: string;
  readonly usable: (page: Page) => Promise<void>;
  /** Seconds that the project wants it to take at most. */
  readonly aim: number;
  /** Who has signed in; absent: nobody. */
  readonly person?: Person;
}

const button = (name: string) => async (page: Page) => {
  const found = page.getByRole("button", { name, exact: true });
  await found.waitFor();
  // A button that takes no press yet is not usable.
  await found.click({ trial: true });
};

const PAGES: readonly Measured[] = [
  {
    name: "console, the workbench of somebody who has signed in",
    path: "/console/",
    usable: async (page) => {
      await page.getByRole("navigation", { name: "主菜单" }).waitFor();
      await page.getByRole("heading", { level: 1 }).waitFor();
    },
    aim: 2,
    person: ADMINISTRATOR,
  },
  {
    name: "page at the counter of a maker who has signed in",
    path: "/mini/",
    usable: (page) => page.getByLabel("按名称或编码查找").waitFor(),
    aim: 1,
    person: MAKER,
  },
  { name: "verification page", path: "/verify/", usable: button("验证文件"), aim: 1 },
  { name: "page of holders, before the sign-in", path: "/mine/", usable: button("实名登录"), aim: 1 },
];

/**
 * From asking for a page until somebody can begin to work with it, in Chromium: each time a browser of its own, so that nothing is cached and no connection
 * stands. The trial province runs on the same machine.
 */
export async function benchScreens({ rounds }: BenchRun): Promise<Figure[]> {
  const scene = await openScreensScene();
  try {
    const cookiesOf = async (person: Person) => {
      const signedIn = await scene.console(person);
      const cookies = await signedIn.context().cookies();
      await signedIn.close();
      return cookies;
    };
    const figures: Figure[] = [];
    for (const { name, path, usable, aim, person } of PAGES) {
      const cookies = person ? await cookiesOf(person) : [];
      const taken: Taken[] = [];
      for (let round = 0; round < Math.max(LEAST_ROUNDS, rounds); round++) {
        const { context, close } = await openBrowser({ caFile: scene.trial.files.root });
        try {
          await context.addCookies(cookies);
          taken.push(await firstUse(await context.newPage(), `${scene.origin}${path}`, usable));
        } finally {
          await close();
        }
      }
      const seconds = taken.map((one) => one.seconds);
      const range = `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)} s in ${taken.length} rounds`;
      const fetched = `${Math.round(median(taken.map(({ bytes }) => bytes)) / 1024)} KB fetched until then`;
      figures.push({ name, value: median(seconds), unit: "s", aim, below: true, note: `${range}; ${fetched}` });
    }
    return figures;
  } finally {
    await scene.close();
  }
}

/** What one opening took. */
interface Taken {
  readonly seconds: number;
  /** Bytes on the wire of whatever had come when it was usable. */
  readonly bytes: number;
}

async function firstUse(page: Page, address: string, usable: Measured["usable"]): Promise<Taken> {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await session.send("Network.enable");
  const begun = performance.now();
  await page.goto(address, { waitUntil: "commit" });
  await usable(page);
  return { seconds: (performance.now() - begun) / 1_000, bytes };
}
