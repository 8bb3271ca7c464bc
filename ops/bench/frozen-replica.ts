import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@connectrpc/connect";
import { Client, credentials } from "@grpc/grpc-js";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { OWN_USER, openPairScene, ownContext, type PairScene } from "../../test/client/scene.ts";
import { standingStill } from "../../test/node/stand-still.ts";
import { startMongod } from "../servers/mongod.ts";
import { orderFrom } from "../trial/connect.ts";
import type { BenchRun, Figure } from "./figure.ts";
import { median } from "./measure.ts";
import { lostSeconds, rateOf, startPaced } from "./paced.ts";

const WORKERS = 10;
/** What a frozen replica may cost, seconds' worth of calls. */
const AIM = 2;
/** Share of the pace that must be kept before: a machine that is busy otherwise tells nothing of a replica. */
const KEPT = 0.95;
/** A loss is over by then. */
const LEAST_SECONDS = 5;

interface Load {
  name: string;
  /** The processes of which the first stands still. */
  frozen: "catalog" | "issue";
  /** Milliseconds between two calls of a worker. */
  periodMs: number;
  call: () => Promise<unknown>;
}

/**
 * Throughput that is lost when one of two replicas stands still (SIGSTOP): calls of connectors to it, and calls of the services behind
 * them. Each load runs before, while and after, at one pace. On MongoDB: of two processes that share SQLite one that stands still in a
 * write keeps the other out for as long, whatever callers do.
 */
export async function benchFrozenReplica({ seconds, rounds }: Pick<BenchRun, "seconds" | "rounds">): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-frozen-"));
  const mongod = await startMongod({ directory });
  const scene = await openPairScene({ engine: "mongodb", uri: mongod.uri, prefix: "frozen" });
  try {
    const figures: Figure[] = [];
    for (const load of await loadsOf(scene)) figures.push(await measure(scene, load, seconds, rounds));
    return figures;
  } finally {
    await scene.close();
    await mongod.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function loadsOf(scene: PairScene): Promise<Load[]> {
  const [issuer, user] = [scene.issuer(), scene.user()];
  await issuer.issuing.make(orderFrom(scene.licence, "frozen"));
  const { identifier } = await issuer.issuing.issue("frozen");
  return [
    { name: "connector, reads", frozen: "issue", periodMs: 200, call: () => issuer.issuing.get({ identifier }) },
    {
      name: "mesh, reads of the catalog by the usage service",
      frozen: "catalog",
      periodMs: 200,
      call: await appUse(scene),
    },
    {
      name: "connector, uses",
      frozen: "issue",
      // Each is written durably.
      periodMs: 1_000,
      call: () => user.use(ownContext(scene.licence, "frozen")).verify(identifier),
    },
  ];
}

/** Asks one usage service, which asks the catalogs of its node each time. */
async function appUse({ trial, secrets }: PairScene): Promise<() => Promise<unknown>> {
  const { identity = [], usage = [] } = trial.cores.linghai.public;
  const ca = readFileSync(trial.files.root);
  const channel = (address = "") =>
    new Client(address.replace("https://", ""), credentials.createSsl(ca), {
      "grpc.ssl_target_name_override": "localhost",
    });
  const { appKey } = OWN_USER;
  const tokens = createClient(TokenService, grpcTransport(channel(identity[0]), {}));
  const { accessToken } = await tokens.issueAccessToken({ appKey, appSecret: secrets.get(appKey) ?? "" });
  const service = createClient(
    UsageService,
    grpcTransport(channel(usage[0]), { authorization: `Bearer ${accessToken}` }),
  );
  return () => service.getAppUse({});
}

async function measure(scene: PairScene, load: Load, seconds: number, rounds: number): Promise<Figure> {
  const ms = Math.max(seconds, LEAST_SECONDS) * 1_000;
  const found: { before: number; frozen: number; after: number; lost: number; refused: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const paced = startPaced(WORKERS, load.periodMs, load.call);
    // What only the first calls cost.
    await pause(ms / 2);
    const marks = [performance.now()];
    await pause(ms);
    marks.push(performance.now());
    await standingStill([scene.replica(load.frozen, round % 2 === 0 ? "a" : "b").pid], () => pause(ms));
    marks.push(performance.now());
    await pause(ms);
    marks.push(performance.now());
    await paced.stop();
    const [begin, freeze, thaw, end] = marks as [number, number, number, number];
    const before = rateOf(paced.answered, begin, freeze);
    found.push({
      before,
      frozen: rateOf(paced.answered, freeze, thaw),
      after: rateOf(paced.answered, thaw, end),
      lost: lostSeconds(paced.answered, freeze, end, before),
      refused: paced.refused.length,
    });
  }
  const middle = (pick: (one: (typeof found)[number]) => number) => median(found.map(pick));
  const worst = Math.max(...found.map(({ lost }) => lost));
  const rates = [middle(({ before }) => before), middle(({ frozen }) => frozen), middle(({ after }) => after)];
  const refused = found.reduce((sum, one) => sum + one.refused, 0);
  const kept = Math.min(...found.map(({ before }) => before)) >= (KEPT * WORKERS * 1_000) / load.periodMs;
  const told = `${rates.map((rate) => rate.toFixed(0)).join(" → ")} calls/s before, while and after; ${refused} refused`;
  return {
    name: load.name,
    value: middle(({ lost }) => lost),
    unit: "s lost",
    ...(kept ? { aim: AIM, below: true } : {}),
    note: `${told}; most ${worst.toFixed(2)} s${kept ? "" : "; tells nothing, since this machine did not keep the pace before"}`,
  };
}
