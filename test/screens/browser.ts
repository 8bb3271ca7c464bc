import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import type { CertificateKey } from "../../ops/trial/staff-session.ts";

/** Where Debian's Chromium looks for the rules of whoever keeps a machine: as a department does on its desks, one certificate is shown unasked. */
const POLICIES = "/etc/chromium/policies/managed";
const POLICY = {
  AutoSelectCertificateForUrls: [JSON.stringify({ pattern: "https://[*.]ecert.localhost", filter: {} })],
};

/** Whose browser it is. */
export interface BrowserOptions {
  caFile: string;
  key?: CertificateKey;
  /** A file (MJPEG) that its camera sees over and over, pages being allowed to look through it. */
  camera?: string;
}

/** A browser with a profile of its own. */
export interface OpenedBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/**
 * Opens Chromium for somebody: the trial's authority is trusted in its certificate store, and the person's certificate key lies there, as on a real
 * desk. No error of TLS is ignored anywhere. Without a key it is anybody's browser.
 */
export async function openBrowser({ caFile, key, camera }: BrowserOptions): Promise<OpenedBrowser> {
  const home = mkdtempSync(join(tmpdir(), "ecert-browser-"));
  const store = join(home, ".pki", "nssdb");
  mkdirSync(store, { recursive: true });
  const database = `sql:${store}`;
  run("certutil", ["-N", "-d", database, "--empty-password"]);
  run("certutil", ["-A", "-d", database, "-n", "trial", "-t", "C,,", "-i", caFile]);
  if (key) run("pk12util", ["-i", key.p12, "-d", database, "-K", "", "-W", key.p12Password]);
  mkdirSync(POLICIES, { recursive: true });
  writeFileSync(join(POLICIES, "ecert-tests.json"), JSON.stringify(POLICY));
  const context = await chromium.launchPersistentContext(join(home, "profile"), {
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", ...(camera === undefined ? [] : cameraArgs(camera))],
    env: { ...process.env, HOME: home },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1440, height: 900 },
    // What is still moving when it is pressed goes from under the pointer on a machine that has much else to do.
    reducedMotion: "reduce",
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function cameraArgs(file: string): string[] {
  return [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${file}`,
  ];
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${stdout}${stderr}`);
}
