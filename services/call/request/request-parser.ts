import { create, type DescMethod, type Message, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ownBytes } from "../../base/serve-jobs.ts";
import { createThreadPool, type ThreadPool } from "../../base/thread-pool.ts";
import { filesOf } from "./descriptor-set.ts";
import type { JsonParseData, JsonParseJob } from "./json-parse-job.ts";
import { parseJsonRequest, parseRequest } from "./parse-request.ts";
import { JSON_ON_LOOP, type RequestSize } from "./request-limits.ts";

/** Long JSON requests that wait for the thread at most; one more is refused with `OVERLOADED`. */
const MAX_WAITING = 16;
/** Milliseconds and memory for one of them. */
const MAX_MS = 10_000;
const MAX_HEAP_MB = 256;

/** Parses the requests of a process. */
export interface RequestParser {
  /**
   * Parses the JSON form. Up to 64 KiB that is done at once, longer texts go to a thread: Base64 of a file of 20 MiB takes longer
   * than the loop that serves may be away.
   */
  json(method: DescMethod, bytes: Uint8Array, size: RequestSize): Message | Promise<Message>;
  close(): Promise<void>;
}

/** Makes a parser. Its thread starts with the first long JSON request. */
export function createRequestParser(methods: readonly DescMethod[]): RequestParser {
  let pool: ThreadPool<JsonParseJob, Uint8Array> | undefined;

  return {
    json(method, bytes, size) {
      if (bytes.length <= JSON_ON_LOOP) return parseJsonRequest(method.input, bytes);
      pool ??= start(methods);
      const own = ownBytes(bytes);
      return pool
        .run({ typeName: method.input.typeName, bytes: own }, [own.buffer])
        .then((binary) => parseRequest(method.input, binary, size.binary));
    },
    close: async () => pool?.close(),
  };
}

function start(methods: readonly DescMethod[]): ThreadPool<JsonParseJob, Uint8Array> {
  const files = filesOf(methods.map(({ parent }) => parent.file));
  const descriptors = create(FileDescriptorSetSchema, { file: files.map(({ proto }) => proto) });
  return createThreadPool<JsonParseJob, Uint8Array>({
    entry: new URL("./json-parse-worker.ts", import.meta.url),
    what: "the JSON of a request",
    threads: 1,
    maxWaiting: MAX_WAITING,
    maxMs: MAX_MS,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    workerData: { descriptors: toBinary(FileDescriptorSetSchema, descriptors) } satisfies JsonParseData,
  });
}
