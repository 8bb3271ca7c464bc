import { type DescMethod, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import { file_google_rpc_error_details as DETAILS } from "../../../proto/gen/google/rpc/error_details_pb.ts";
import { file_google_rpc_status } from "../../../proto/gen/google/rpc/status_pb.ts";
import { Health as HealthContract } from "../../../proto/gen/grpc/health/v1/health_pb.ts";
import { filesOf } from "../request/descriptor-set.ts";

/** Answers of the health service of one server. */
export interface Health {
  setServing(serving: boolean): void;
}

/** Adds `grpc.health.v1.Health`, for the server as a whole and for each service. It starts as not serving. */
export function addHealth(server: Server, methods: readonly DescMethod[]): Health {
  const names = ["", ...new Set(methods.map(({ parent }) => parent.typeName))];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, "NOT_SERVING"])));
  health.addToServer(server);
  return {
    setServing(serving) {
      for (const name of names) health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
    },
  };
}

/**
 * Adds server reflection (v1 and v1alpha): lists the services of the methods and health, and has their descriptors with all that
 * they import, and those of refusals' details (`google.rpc`), so that a tool that knows no contract of ours can show these too.
 */
export function addReflection(server: Server, methods: readonly DescMethod[]): void {
  const shown = new Set([...methods.map(({ parent }) => parent), HealthContract]);
  const files = filesOf([...[...shown].map(({ file }) => file), file_google_rpc_status, DETAILS]);
  const fileDescriptorProtos = files.map((file) => Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)));
  // Reflection reads nothing but the file descriptors of an entry.
  const definition = { ecert: { fileDescriptorProtos } } as unknown as ConstructorParameters<
    typeof ReflectionService
  >[0];
  const services = [...shown].map(({ typeName }) => typeName);
  new ReflectionService(definition, { services }).addToServer(server);
}
