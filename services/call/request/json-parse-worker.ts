import { workerData } from "node:worker_threads";
import { createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ownBytes, serveJobs } from "../../base/serve-jobs.ts";
import { giveBackMemory } from "../../host/give-back.ts";
import type { JsonParseData, JsonParseJob } from "./json-parse-job.ts";
import { parseJsonRequest } from "./parse-request.ts";

/* Entry of the thread that parses long JSON requests for `request-parser.ts`: gives their binary form. */

const { descriptors } = workerData as JsonParseData;
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));

// The texts of files would lie here until the next ones come.
giveBackMemory();
serveJobs<JsonParseJob, Uint8Array<ArrayBuffer>>(
  ({ typeName, bytes }) => {
    const schema = registry.getMessage(typeName);
    if (!schema) throw new TypeError(`no descriptor of ${typeName}`);
    return ownBytes(toBinary(schema, parseJsonRequest(schema, bytes)));
  },
  ({ buffer }) => [buffer],
);
