import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readTrueType } from "../../services/document/font/true-type.ts";
import type { XmlElement } from "../../services/document/ofd/xml-read.ts";
import { onlyChild, readXml } from "../../services/document/ofd/xml-read.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";

/*
 * An OFD reader that is not ours: `ofd.js` from npm, in headless Chromium. Its package brings some 30 MB and forty others
 * that its ready-made bundle does not need, so the one tarball is fetched by its digest and kept outside the tree.
 */
const READER = {
  spec: "ofd.js@0.2.6",
  file: "ofd.js-0.2.6.tgz",
  sha512: "qBC4bD5fC2e+qWg2ap6pajAU1Rl/G6+l6NUxMVgdcXTtjWcdRSYD6e63WGgmKAEuE4fjmntzIXZwODawjWmQuw==",
  member: "package/lib/ofd.umd.min.js",
};
const run = promisify(execFile);

/** What the reader made of a document. */
export interface ReaderView {
  /** Screenshot of the page as PNG, {@link PIXELS_PER_MM} pixels per mm. */
  png: Buffer;
  /** All texts of the page in the order of its elements. */
  text: string;
}

/** Resolution of {@link ReaderView}. */
export const PIXELS_PER_MM = 8;

/** The file of the reader's bundle, fetched at first use. */
export async function readerBundle(): Promise<string> {
  const base = process.env.ECERT_CACHE || process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(base, "ecert", "readers");
  const bundle = join(folder, READER.file, READER.member);
  if (existsSync(bundle)) return bundle;
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, ".fetch-"));
  try {
    await run("npm", ["pack", "--silent", "--pack-destination", work, READER.spec], { cwd: work });
    const digest = createHash("sha512").update(await readFile(join(work, READER.file)));
    if (digest.digest("base64") !== READER.sha512)
      throw new Error(`${READER.spec} has another digest than the pinned one`);
    await mkdir(join(work, "ready"));
    await run("tar", ["-xzf", join(work, READER.file), "-C", join(work, "ready"), READER.member]);
    // Whoever renames second finds the folder taken: the other's files are as good.
    await rename(join(work, "ready"), join(folder, READER.file)).catch((error: unknown) => {
      if (!existsSync(bundle)) throw error;
    });
    return bundle;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Opens a package in the reader, with the package's own fonts: the reader itself does not load embedded ones. */
export async function readWithOfdJs(ofd: Buffer): Promise<ReaderView> {
  const files = readZip(ofd);
  const box = onlyChild(
    onlyChild(onlyChild(xml(files, "Doc_0/Document.xml"), "CommonData"), "PageArea"),
    "PhysicalBox",
  );
  const [, , width = 0, height = 0] = box.text.split(" ").map(Number);
  const faces = onlyChild(xml(files, "Doc_0/PublicRes.xml"), "Fonts").children.map((font) => fontFace(font, files));
  const bundle = await readFile(await readerBundle());
  const server = createServer((request, response) => {
    const path = (request.url ?? "").slice(1);
    if (path === "") response.setHeader("content-type", "text/html; charset=utf-8").end(page(width, faces));
    else if (path === "reader.js") response.end(bundle);
    else if (path === "document.ofd") response.end(ofd);
    else response.writeHead(files.has(path) ? 200 : 404).end(files.get(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const work = await mkdtemp(join(tmpdir(), "ecert-reader-"));
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const picture = join(work, "page.png");
    const window = `${Math.floor((width * PIXELS_PER_MM) / 2)},${Math.floor((height * PIXELS_PER_MM) / 2)}`;
    const dom = await chromium(work, [`--window-size=${window}`, `--screenshot=${picture}`, "--dump-dom", address]);
    const outcome = /<title>(.*?)<\/title>/s.exec(dom)?.[1];
    if (outcome !== "opened") throw new Error(`the reader does not open the document: ${outcome}`);
    const text = /<data value="([^"]*)">/.exec(dom)?.[1] ?? "";
    return { png: await readFile(picture), text };
  } finally {
    server.close();
    await rm(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

function xml(files: ReadonlyMap<string, Buffer>, path: string): XmlElement {
  return readXml(files.get(path) as Buffer, path);
}

/** The style rule that gives a font of the package to the browser, for the characters that it has. */
function fontFace(font: XmlElement, files: ReadonlyMap<string, Buffer>): string {
  const path = `Doc_0/Res/${onlyChild(font, "FontFile").text}`;
  const { glyphOf } = readTrueType(files.get(path) as Buffer);
  const range: string[] = [];
  for (let code = 0; code < 0x30000; code++) if (glyphOf(code) !== 0) range.push(`U+${code.toString(16)}`);
  const family = font.attributes.get("FamilyName");
  return `@font-face{font-family:"${family}";src:url(/${path});unicode-range:${range.join()};font-display:block}`;
}

/** Opens the document, waits for its fonts, and says in the title how it went. The reader rounds its scale: 4 px a mm. */
function page(width: number, faces: string[]): string {
  return `<!doctype html><style>body{margin:0}${faces.join("")}</style><body><script src="/reader.js"></script><script>
const end = (text) => { document.title = String(text); };
fetch("/document.ofd").then((answer) => answer.arrayBuffer()).then((bytes) => ofd.parseOfdDocument({
  ofd: bytes,
  fail: end,
  success(documents) {
    for (const page of ofd.renderOfd(${width * (PIXELS_PER_MM / 2) + 10}, documents[0])) document.body.append(page);
    // The reader cuts characters beyond U+FFFF in two, and halves cannot be dumped.
    const texts = [...document.querySelectorAll("text")];
    const all = document.createElement("data");
    all.value = texts.map((text) => text.textContent).join("");
    document.body.append(all);
    for (const text of texts) text.textContent = text.textContent.toWellFormed();
    document.fonts.ready.then(() => {
      // A font of such characters only is never asked for.
      const failed = [...document.fonts].filter((face) => face.status === "error");
      end(failed.length === 0 ? "opened" : "fonts " + failed.map((face) => face.family + " " + face.status));
    });
  },
})).catch(end);</script>`;
}

/** How Chromium is run, without a window and without asking anything of the network by itself. */
export const CHROMIUM_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
];
const SCREEN_FLAGS = ["--force-device-scale-factor=2", "--virtual-time-budget=20000"];

/** Runs the browser to its end with a profile of its own and gives what it prints. */
async function chromium(work: string, args: string[]): Promise<string> {
  const child = spawn(
    "chromium",
    [...CHROMIUM_FLAGS, ...SCREEN_FLAGS, `--user-data-dir=${join(work, "profile")}`, ...args],
    {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 60_000,
    },
  );
  let printed = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) printed += chunk;
  return printed;
}
