import { type DescMethod, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import { filesOf } from "./descriptor-set.ts";

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

/** Adds server reflection (v1 and v1alpha) over the generated descriptors and all that they import. */
export function addReflection(server: Server, methods: readonly DescMethod[]): void {
  const fileDescriptorProtos = filesOf(methods).map((file) =>
    Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)),
  );
  // Reflection reads nothing but the file descriptors of an entry.
  const definition = { ecert: { fileDescriptorProtos } } as unknown as ConstructorParameters<
    typeof ReflectionService
  >[0];
  const services = [...new Set(methods.map(({ parent }) => parent.typeName))];
  new ReflectionService(definition, { services }).addToServer(server);
}
