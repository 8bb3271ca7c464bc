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

/** A browser with a profile of its own. */
export interface OpenedBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/**
 * Opens Chromium for somebody: the trial's authority is trusted in its certificate store, and the person's certificate key lies there, as on a real
 * desk. No error of TLS is ignored anywhere. Without a key it is anybody's browser.
 */
export async function openBrowser({ caFile, key }: { caFile: string; key?: CertificateKey }): Promise<OpenedBrowser> {
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
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    env: { ...process.env, HOME: home },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1440, height: 900 },
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${stdout}${stderr}`);
}
