import { createTurns } from "../../base/in-turn.ts";
import { createRowReader } from "../../event/row-reader.ts";
import type { Runtime } from "../../node/runtime.ts";
import { compareAndSet } from "../../store/compare-and-set.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** How far a long job is. */
interface StoredJob extends Stored {
  state: unknown;
}

/** Milliseconds between two writes of what changes all the time: what was done since the last is counted by nobody when the process is killed. */
const WRITE_MS = 1_000;

/** What is remembered of a long job beyond the process that does it: what it has done, and from where it goes on. */
export interface KeptJob<T> {
  /** What is stored; `undefined`: nothing, or what cannot be read and was set aside. */
  look(): Promise<T | undefined>;
  /** Stores how far it is. `false`: another process of this node has written since this one looked or wrote last. */
  write(state: T): Promise<boolean>;
  /** As `write`, but at most once a second: what is left out, a later one tells. */
  note(state: () => T): Promise<boolean>;
}

/** Opens what is remembered of jobs of one kind, by the key of a job. `read` throws at what no process has written. */
export async function openKeptJobs<T>(
  { store, setAside, monotonic }: Pick<Runtime, "store" | "setAside" | "monotonic">,
  spec: CollectionSpec,
  read: (state: unknown) => T,
): Promise<(key: string) => KeptJob<T>> {
  const collection = await store.collection<StoredJob>(spec);
  const reader = createRowReader<StoredJob, T>({
    ...{ setAside, place: "store", source: spec.name, collection },
    read: ({ state }) => read(state),
  });

  return (key) => {
    let known: StoredJob | undefined;
    let next = Number.NEGATIVE_INFINITY;

    const inTurn = createTurns();

    async function write(state: T): Promise<boolean> {
      next = monotonic() + WRITE_MS;
      const written = await compareAndSet(collection, known, { _id: key, revision: 1, state });
      if (written) known = written;
      return written !== undefined;
    }

    return {
      look: () =>
        inTurn(async () => {
          const { stored, row } = await reader.at(key);
          known = stored;
          return row;
        }),
      write: (state) => inTurn(() => write(state)),
      async note(state) {
        if (monotonic() < next) return true;
        next = monotonic() + WRITE_MS;
        return inTurn(() => write(state()));
      },
    };
  };
}
