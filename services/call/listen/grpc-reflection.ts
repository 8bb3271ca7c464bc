import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { type DescMethod, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { MethodDefinition, Server, ServerDuplexStream } from "@grpc/grpc-js";
import type { ReflectionService } from "@grpc/reflection";
import { file_google_rpc_error_details as DETAILS } from "../../../proto/gen/google/rpc/error_details_pb.ts";
import { file_google_rpc_status } from "../../../proto/gen/google/rpc/status_pb.ts";
import { Health } from "../../../proto/gen/grpc/health/v1/health_pb.ts";
import { filesOf } from "../request/descriptor-set.ts";
import type { GrpcCall } from "./grpc-call.ts";
import type { OpenMethods } from "./grpc-handler.ts";

const require = createRequire(import.meta.url);

/** The one method of reflection, in both versions of its contract. */
const METHOD = "ServerReflectionInfo";

/** A version of reflection as the library serves it. */
interface Served {
  definition: MethodDefinition<unknown, unknown>;
  handler: (call: ServerDuplexStream<unknown, unknown>) => void;
}

/**
 * Server reflection (v1 and v1alpha): lists the services of the methods and health, and has their descriptors with all that
 * they import, and those of refusals' details (`google.rpc`), so that a tool that knows no contract of ours can show these too.
 * Library and descriptors are loaded at the first question: they take a tenth of a start, and few processes are ever asked.
 */
export function reflectionMethods(methods: readonly DescMethod[]): OpenMethods {
  let loaded: ReadonlyMap<string, Served> | undefined;
  return new Map(
    ["v1", "v1alpha"].map((version) => {
      const path = `/grpc.reflection.${version}.ServerReflection/${METHOD}`;
      const serve = (call: GrpcCall) => {
        loaded ??= load(methods);
        return answerAll(call, loaded.get(path) as Served);
      };
      return [path, serve];
    }),
  );
}

/** Lets the library answer one question after the other, as if on a stream of grpc-js. */
async function answerAll(call: GrpcCall, { definition, handler }: Served): Promise<void> {
  const questions = new EventEmitter();
  let sent = Promise.resolve();
  const stream = Object.assign(questions, {
    write(answer: unknown) {
      sent = call.write(definition.responseSerialize(answer));
    },
    end() {},
  });
  handler(stream as unknown as ServerDuplexStream<unknown, unknown>);
  for (let bytes = await call.read(); bytes; bytes = await call.read()) {
    questions.emit("data", definition.requestDeserialize(bytes));
    // The next question is read when this one's answer has left.
    await sent;
    call.served();
  }
  questions.emit("end");
  call.end();
}

/** What the library would add to a server, by path. */
function load(methods: readonly DescMethod[]): ReadonlyMap<string, Served> {
  const { ReflectionService: Library } = require("@grpc/reflection") as { ReflectionService: typeof ReflectionService };
  const shown = new Set([...methods.map(({ parent }) => parent), Health]);
  const files = filesOf([...[...shown].map(({ file }) => file), file_google_rpc_status, DETAILS]);
  const fileDescriptorProtos = files.map((file) => Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)));
  // Reflection reads nothing but the file descriptors of an entry.
  const definition = { ecert: { fileDescriptorProtos } } as unknown as ConstructorParameters<typeof Library>[0];
  const added = new Map<string, Served>();
  const addService: Server["addService"] = (service, implementation) => {
    const [definition, handler] = [service[METHOD], implementation[METHOD]];
    if (definition && handler) added.set(definition.path, { definition, handler: handler as Served["handler"] });
  };
  const services = [...shown].map(({ typeName }) => typeName);
  new Library(definition, { services }).addToServer({ addService } as Server);
  return added;
}
