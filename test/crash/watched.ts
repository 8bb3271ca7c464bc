import type { EventLink } from "../../services/event/event-link.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../../services/store/port.ts";
import type { CrashStep } from "./rows.ts";

/**
 * The module with a runtime that tells the steps of the exchange: they are writes to a store and messages that a stream
 * has taken, so they are seen from outside, and the services carry no test code.
 */
export function watchedModule(module: ServiceModule, passed: (step: CrashStep) => void): ServiceModule {
  const start = (runtime: Runtime) =>
    module.start({
      ...runtime,
      store: watchedStore(runtime.store, passed),
      events: runtime.events && watchedEvents(runtime.events, passed),
    });
  return { ...module, start };
}

type Write = "insert" | "replace";

/** The step that a write has passed, if it is one. */
function stepOf(collection: string, write: Write, document: object): CrashStep | undefined {
  switch (collection) {
    case "certificates":
      return write === "replace" && "signed" in document && !("pending" in document) ? "event-cleared" : undefined;
    case "outgoing":
      return write === "insert" ? "event-numbered" : "receipt-noted";
    case "archive":
      return "event-applied";
    case "incoming":
      return "position-stored";
    default:
      return undefined;
  }
}

function watchedStore(store: Store, passed: (step: CrashStep) => void): Store {
  return overriding(store, {
    async collection<T extends Stored>(spec: CollectionSpec): Promise<Collection<T>> {
      const collection = await store.collection<T>(spec);
      const told = (write: Write, document: T) => {
        const step = stepOf(spec.name, write, document);
        if (step) passed(step);
      };
      return overriding(collection, {
        async insert(document: T) {
          if (spec.name === "certificates") passed("make-decided");
          await collection.insert(document);
          told("insert", document);
        },
        async insertInOrder(documents: readonly T[]) {
          const stored = await collection.insertInOrder(documents);
          const [first] = documents.slice(0, stored);
          if (first) told("insert", first);
          return stored;
        },
        async replace(document: T) {
          const stored = await collection.replace(document);
          if (stored) told("replace", document);
          return stored;
        },
      });
    },
  });
}

function watchedEvents(events: EventLink, passed: (step: CrashStep) => void): EventLink {
  return overriding(events, {
    async publish(subject: string, data: Uint8Array, id?: string) {
      await events.publish(subject, data, id);
      if (/\.data\.(event|group)\./.test(subject)) passed("event-published");
      if (subject.includes(".receipt.")) passed("receipt-sent");
    },
  });
}

/** `target` with some methods replaced; the others keep their own `this`. */
function overriding<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(whole, key) {
      if (Object.hasOwn(methods, key)) return methods[key as keyof T];
      const value: unknown = Reflect.get(whole, key, whole);
      return typeof value === "function" ? value.bind(whole) : value;
    },
  });
}
