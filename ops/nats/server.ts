import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ensureServer } from "../servers/fetch.mjs";
import { tied } from "../servers/tied.mjs";

/** How a NATS server is started. */
export interface NatsServerOptions {
  /** Text of its configuration, see `config.ts`. */
  config: string;
  /** Where configuration and log are written. */
  directory: string;
  /** Name of those files: `<name>.conf`, `<name>.log`. */
  name: string;
  /** `host:port` of its client listener, as in the configuration: the server is ready when it answers there. */
  listen: string;
  /** Path of the binary. Default: found or fetched. */
  binary?: string;
}

/** A running server. */
export interface NatsServer {
  readonly pid: number;
  readonly logFile: string;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL), as a crash does. */
  kill(): Promise<void>;
  /** Freezes it (SIGSTOP): it keeps its connections and answers nothing, like a broken network. */
  pause(): void;
  resume(): void;
}

/** Starts a NATS server, which ends with this process, and resolves when it accepts connections. Rejects with the end of its log if it does not start. */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { config, directory, name, listen } = options;
  const binary = options.binary ?? (await ensureServer("nats-server"));
  const configFile = join(directory, `${name}.conf`);
  const logFile = join(directory, `${name}.log`);
  await writeFile(configFile, config, { mode: 0o600 });
  await using log = await open(logFile, "a", 0o600);
  const child = spawn(...tied(binary, ["-c", configFile]), { stdio: ["ignore", log.fd, log.fd] });
  const exited = once(child, "exit");
  if (!(await ready(child, listen))) {
    child.kill("SIGKILL");
    const tail = (await readFile(logFile, "utf8")).trim().split("\n").slice(-5).join("\n");
    throw new Error(`nats-server ${name} does not start:\n${tail}`);
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGCONT");
      child.kill(signal);
    }
    await exited;
  };
  return {
    pid: child.pid as number,
    logFile,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
  };
}

async function ready(child: ChildProcess, listen: string): Promise<boolean> {
  const colon = listen.lastIndexOf(":");
  const [host, port] = [listen.slice(0, colon), Number(listen.slice(colon + 1))];
  for (let tries = 0; tries < 200 && child.exitCode === null && child.pid !== undefined; tries++) {
    if (await answers(host, port)) return child.exitCode === null;
    await delay(50);
  }
  return false;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
