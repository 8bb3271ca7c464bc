import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { ensureServer } from "./fetch.mjs";
import { tied } from "./tied.mjs";

/** A running `mongod`: a replica set of one on loopback, without authentication, for trials and tests. */
export interface Mongod {
  /** Connection string with the replica set's name. */
  readonly uri: string;
  readonly pid: number;
  readonly port: number;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
  /** Kills it as a power cut would (SIGKILL) and waits until it is gone. A later start in the same folder recovers. */
  kill(): Promise<void>;
}

/** How to start a `mongod`. */
export interface MongodOptions {
  /** Folder of its data and log; made where missing. */
  directory: string;
  /** A free one by default. Starting again in the same folder MUST name the port of the first time. */
  port?: number;
  /** Leaves it running when this process ends without stopping it, for whoever else uses it. Default: it ends too. */
  outlives?: boolean;
  /** Hears what is fetched or installed. */
  log?: (line: string) => void;
}

const REPLICA_SET = "ecert";
/** Milliseconds from start to primary; a recovery after a kill is included. */
const START_MS = 60_000;
/** Milliseconds that an orderly stop may take before it is killed. */
const STOP_MS = 15_000;

/** Starts a `mongod` and resolves when it is the primary of its set. Rejects with the reason from its log otherwise. */
export async function startMongod(options: MongodOptions): Promise<Mongod> {
  const binary = await ensureServer("mongod", options.log ? { log: options.log } : {});
  const port = options.port ?? (await freePort());
  await mkdir(options.directory, { recursive: true });
  const logFile = join(options.directory, "mongod.log");
  const flags = ["--replSet", REPLICA_SET, "--bind_ip", "127.0.0.1", "--nounixsocket", "--port", String(port)];
  const place = ["--dbpath", options.directory, "--logpath", logFile, "--logappend"];
  const frugal = ["--wiredTigerCacheSizeGB", "0.25", "--setParameter", "diagnosticDataCollectionEnabled=false"];
  const args = [...flags, ...place, ...frugal];
  const started: [string, string[]] = options.outlives ? [binary, args] : tied(binary, args);
  const child = spawn(...started, { stdio: "ignore", detached: true });
  child.unref();
  await once(child, "spawn");
  try {
    await untilPrimary(port, child);
  } catch (error) {
    await end(child, "SIGKILL");
    throw new Error(`mongod did not start: ${await lastComplaint(logFile)}`, { cause: error });
  }
  return {
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`,
    pid: child.pid as number,
    port,
    stop: () => end(child, "SIGTERM"),
    kill: () => end(child, "SIGKILL"),
  };
}

async function untilPrimary(port: number, child: ChildProcess): Promise<void> {
  const until = performance.now() + START_MS;
  while (!(await isPrimary(port))) {
    if (child.exitCode !== null) throw new Error(`exited with code ${child.exitCode}`);
    if (performance.now() > until) throw new Error(`not primary after ${START_MS} ms`);
    await pause(50);
  }
}

/** Asks once; a server that does not know its set yet is told. A client whose first connection failed is of no more use. */
async function isPrimary(port: number): Promise<boolean> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 300,
  });
  try {
    const admin = client.db("admin");
    const hello = await admin.command({ hello: 1 });
    if (hello.isWritablePrimary === true) return true;
    const config = { _id: REPLICA_SET, members: [{ _id: 0, host: `127.0.0.1:${port}` }] };
    if (hello.setName === undefined) await admin.command({ replSetInitiate: config });
    return false;
  } catch {
    // Not listening yet, or initiated before and still reading its own configuration.
    return false;
  } finally {
    await client.close();
  }
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await gone;
  clearTimeout(timer);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function lastComplaint(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, "utf8").catch(() => "")).split("\n");
  const severe = lines.filter((line) => /"s":"[EF]"/.test(line));
  return severe.at(-1) ?? "it left no error in its log";
}
