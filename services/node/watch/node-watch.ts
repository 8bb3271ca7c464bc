import { create } from "@bufbuild/protobuf";
import {
  type Alarm as AlarmMessage,
  type GetNodeResponse,
  GetNodeResponseSchema,
  type Process,
  ProcessSchema,
  WatchService,
} from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { createFlight } from "../../base/single-flight.ts";
import { PAGE_SERVICE } from "../../call/chain/handed-on.ts";
import type { Clients } from "../../call/client/clients.ts";
import type { NodeConfig } from "../../host/config.ts";
import { isProvince } from "../../host/place.ts";
import { SERVICE_NAMES, type ServiceName } from "../../host/services.ts";
import { createAlarmMemory, inOrder, MOST_ALARMS, type ToldAlarm } from "./alarm-list.ts";
import type { ProcessWatch } from "./process-watch.ts";

/** What one process knows of how its node stands. */
export interface NodeWatch {
  /** Asks all processes of the node now; who asks meanwhile gets the same. */
  look(): Promise<GetNodeResponse>;
  stop(): void;
}

/** Milliseconds for the answer of another service. */
const ANSWER_MS = 3_000;
/** Where pages are served the others are asked so often though nobody looks, so that it is known since when one is away. */
const LOOK_MS = 15_000;

/** Watches the node from one process: every replica of every service that its configuration names. Of processes that it does not name nothing is told. */
export function watchNode(parts: {
  config: Pick<NodeConfig, "node" | "services" | "mesh" | "siblings">;
  own: ProcessWatch;
  clients: Pick<Clients, "replicas">;
  now(): Date;
}): NodeWatch {
  const { config, own, clients, now } = parts;
  const [speaker] = config.services;
  const others = SERVICE_NAMES.filter((name) => !config.services.includes(name) && config.mesh[name] !== undefined);
  const memory = createAlarmMemory();

  /** Asks every replica of a service. */
  async function ask(name: ServiceName, addresses: readonly string[]): Promise<Asked> {
    const replicas = [...(await clients.replicas(speaker ?? name, WatchService, name, addresses))];
    const answers = await Promise.allSettled(
      replicas.map(async ([, replica]) => (await replica.getProcess({}, { timeoutMs: ANSWER_MS })).process),
    );
    const silent = replicas.filter((_, index) => answers[index]?.status === "rejected").map(([address]) => address);
    return { name, processes: answers.flatMap((answer) => answerIn(answer) ?? []), silent };
  }

  const looking = createFlight(async () => {
    const [siblings, ...asked] = await Promise.all([
      ask(speaker ?? "identity", config.siblings ?? []),
      ...others.map((name) => ask(name, config.mesh[name]?.addresses ?? [])),
    ]);
    const processes = new Map<string, Process>();
    for (const process of [
      create(ProcessSchema, await own.look()),
      ...siblings.processes,
      ...asked.flatMap((one) => one.processes),
    ])
      if (!processes.has(process.instance)) processes.set(process.instance, process);
    const away = asked.filter((one) => one.processes.length === 0).map(({ name }) => name);
    const gone = [siblings, ...asked].flatMap((one): ToldAlarm[] => {
      const kind = "SERVICE_AWAY";
      if (away.includes(one.name)) return [{ kind, urgent: true, subject: one.name, service: "" }];
      // Others serve for it.
      return one.silent.map((address) => ({ kind, urgent: false, subject: `${one.name} · ${address}`, service: "" }));
    });
    const alarms: AlarmMessage[] = [
      ...memory.view(gone, now()),
      ...[...processes.values()].flatMap((process) => process.alarms),
    ];
    return create(GetNodeResponseSchema, {
      processes: [...processes.values()],
      alarms: inOrder(alarms).slice(0, MOST_ALARMS),
      away,
      time: now().toISOString(),
      province: isProvince(config.node),
    });
  });

  const timer =
    (others.length > 0 || config.siblings) && config.services.includes(PAGE_SERVICE)
      ? setInterval(() => void looking.run().catch(() => {}), LOOK_MS).unref()
      : undefined;
  return { look: () => looking.run(), stop: () => clearInterval(timer) };
}

interface Asked {
  name: ServiceName;
  processes: Process[];
  /** Addresses at which nothing answered. */
  silent: string[];
}

function answerIn<T>(outcome: PromiseSettledResult<T>): T | undefined {
  return outcome.status === "fulfilled" ? outcome.value : undefined;
}
