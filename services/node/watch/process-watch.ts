import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ProcessSchema, ServiceStateSchema } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { createFlight } from "../../base/single-flight.ts";
import { type Alarm, endingAlarm } from "../../domain/alarm.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { ProcessClock } from "../../host/clock-watch.ts";
import type { NodeConfig, ServiceName } from "../../host/config.ts";
import { type DiskFree, noticeOf } from "../../host/disk-free.ts";
import { createAlarmMemory, inOrder, type ToldAlarm } from "./alarm-list.ts";
import { readNodeCertificates } from "./node-certificates.ts";

/** What the watch needs of a service of its process. */
export interface WatchedService {
  readonly name: ServiceName;
  readonly engine: string;
  /** Throws the refusal of a service that cannot serve. */
  ready(): Promise<void>;
  /** Bytes of its documents. */
  size(): Promise<number>;
  /** What it has set aside. */
  setAside(): number;
  alarms(): Promise<Alarm[]>;
}

/** What a process knows of how it stands. */
export interface ProcessWatch {
  /** Looks now; who asks meanwhile gets the same. */
  look(): Promise<MessageInitShape<typeof ProcessSchema>>;
  stop(): void;
}

/** What it looks at. */
export interface ProcessWatchParts {
  config: Pick<NodeConfig, "replica" | "dataDirectory" | "tls" | "listeners" | "nats">;
  services: readonly WatchedService[];
  clock: Pick<ProcessClock, "notices">;
  disk: Pick<DiskFree, "room">;
  now(): Date;
}

/** So often it looks though nobody asks, so that "since" is when something began, not when somebody asked. */
const LOOK_MS = 15_000;

interface Standing {
  serving: boolean;
  reason: string;
  detail: string;
  since: string;
}

/** Starts watching a process. */
export function watchProcess({ config, services, clock, disk, now }: ProcessWatchParts): ProcessWatch {
  const [instance, startedAt] = [randomUUID(), now().toISOString()];
  const memory = createAlarmMemory();
  const standings = new Map<ServiceName, Standing>();

  async function standingOf({ name, ready }: WatchedService): Promise<Standing> {
    const fault = await ready().then(
      () => undefined,
      (error: unknown) => (error instanceof Refusal ? error : new Refusal("INTERNAL", String(error))),
    );
    const before = standings.get(name);
    const since = before?.serving === !fault ? before.since : before ? now().toISOString() : startedAt;
    const standing = { serving: !fault, reason: fault?.reason ?? "", detail: fault?.message ?? "", since };
    standings.set(name, standing);
    return standing;
  }

  async function stateOf(service: WatchedService): Promise<MessageInitShape<typeof ServiceStateSchema>> {
    const { name, engine } = service;
    const [standing, bytes] = await Promise.all([standingOf(service), service.size().catch(() => -1)]);
    return { name, engine, ...standing, storeBytes: BigInt(bytes), setAside: BigInt(service.setAside()) };
  }

  /** A service whose store is away tells no alarms beside that. */
  async function alarmsOf(service: WatchedService): Promise<ToldAlarm[]> {
    const { name } = service;
    const own = await service.alarms().catch((): Alarm[] => []);
    const standing = standings.get(name);
    const fault: Alarm[] =
      standing && !standing.serving
        ? [
            {
              kind: "SERVICE_FAULT",
              urgent: true,
              subject: name,
              since: standing.since,
              told: { reason: standing.reason },
            },
          ]
        : [];
    return [...fault, ...own].map((alarm) => ({ ...alarm, service: name }));
  }

  async function ownAlarms(certificates: Awaited<ReturnType<typeof readNodeCertificates>>): Promise<ToldAlarm[]> {
    const room = disk.room();
    const low = room !== undefined && noticeOf(config.dataDirectory, room) !== undefined;
    const wrong = clock.notices().length > 0;
    const found: Alarm[] = [
      ...(low ? [{ kind: "DISK_LOW", urgent: true, subject: config.dataDirectory } as const] : []),
      ...(wrong ? [{ kind: "CLOCK_WRONG", urgent: true, subject: config.replica } as const] : []),
      ...certificates.flatMap(
        ({ file, subject, notAfter }) =>
          endingAlarm("CERTIFICATE_ENDING", `${file} · ${subject}`, notAfter, now()) ?? [],
      ),
    ];
    return found.map((alarm) => ({ ...alarm, service: "" }));
  }

  const looking = createFlight(async () => {
    const states = await Promise.all(services.map(stateOf));
    const certificates = await readNodeCertificates(config);
    const alarms = await Promise.all([ownAlarms(certificates), ...services.map(alarmsOf)]);
    const room = disk.room();
    return {
      ...{ instance, replica: config.replica, startedAt, services: states },
      ...(room && {
        disk: { path: config.dataDirectory, freeBytes: BigInt(room.free), totalBytes: BigInt(room.total) },
      }),
      certificates: certificates.map(({ notAfter, ...rest }) => ({ ...rest, notAfter: notAfter.toISOString() })),
      alarms: inOrder(memory.view(alarms.flat(), now())),
    } satisfies MessageInitShape<typeof ProcessSchema>;
  });

  const timer = setInterval(() => void looking.run().catch(() => {}), LOOK_MS).unref();
  return { look: () => looking.run(), stop: () => clearInterval(timer) };
}
