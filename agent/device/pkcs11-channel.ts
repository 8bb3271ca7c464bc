import { fork } from "node:child_process";
import type { LaunchDriver } from "./driver.ts";
import type { DriverAnswer, DriverRequest, FromDriver, ToDriver, TokenOptions } from "./driver-protocol.ts";

const PROGRAM = new URL("./driver-process.ts", import.meta.url);
const STDIO: ("ignore" | "inherit" | "ipc")[] = ["ignore", "ignore", "inherit", "ipc"];

/** Starts driver processes that load a PKCS#11 library; `environment` is what the library needs, for example SOFTHSM2_CONF. */
export function launchPkcs11(
  token: TokenOptions,
  environment: Readonly<Record<string, string>>,
): LaunchDriver<DriverRequest, DriverAnswer> {
  return ({ answers, ended }) => {
    const { execPath } = process;
    const env = { ...process.env, ...environment };
    // Flags of the parent (test runners, inspectors) are not for the driver.
    const child = fork(PROGRAM, { serialization: "advanced", execPath, execArgv: [], env, stdio: STDIO });
    const send = (message: ToDriver) => child.connected && child.send(message, () => undefined);
    child.on("message", (message: FromDriver) => answers(message.id, message.answers));
    child.on("error", () => undefined);
    child.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
    send({ kind: "open", options: token });
    return {
      pid: child.pid,
      isOpen: () => child.connected,
      send: (id, requests) => send({ kind: "batch", id, requests: [...requests] }),
      kill: () => child.kill("SIGKILL"),
      end: () => child.connected && child.disconnect(),
    };
  };
}
