import { create, type DescMethod, fromBinary } from "@bufbuild/protobuf";
import { type Server, type ServerWritableStream, type sendUnaryData, status } from "@grpc/grpc-js";
import {
  type HealthCheckRequest,
  HealthCheckRequestSchema,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
  Health as HealthContract,
  type HealthListResponse,
  HealthListResponseSchema,
} from "../../../proto/gen/grpc/health/v1/health_pb.ts";
import { definitionOf } from "./grpc-definition.ts";

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;

/** Answers of the health service of one server. */
export interface Health {
  setServing(serving: boolean): void;
}

/**
 * Adds `grpc.health.v1.Health`, for the server as a whole and for each service. It starts as not serving. Over our generated code: the
 * official package reads its contract by a parser of `.proto` files, which takes a tenth of a start.
 */
export function addHealth(server: Server, methods: readonly DescMethod[]): Health {
  const names = new Set(["", ...methods.map(({ parent }) => parent.typeName)]);
  const watchers = new Set<Watcher>();
  let state: HealthCheckResponse = answer(NOT_SERVING);
  const { check, watch, list } = HealthContract.method;
  const definition = {
    check: { ...definitionOf(check), requestDeserialize: requestOf },
    watch: { ...definitionOf(watch), requestDeserialize: requestOf },
    list: definitionOf(list),
  };
  server.addService(definition, {
    check({ request: { service } }: { request: HealthCheckRequest }, callback: sendUnaryData<HealthCheckResponse>) {
      if (names.has(service)) callback(null, state);
      else callback({ code: status.NOT_FOUND, details: `there is no service ${service} here` });
    },
    watch(call: Watcher) {
      const { service } = call.request;
      // A name that is unknown stays so: services are mounted before the server listens.
      call.write(names.has(service) ? state : answer(SERVICE_UNKNOWN));
      if (!names.has(service)) return;
      watchers.add(call);
      call.on("cancelled", () => watchers.delete(call));
    },
    list(_: unknown, callback: sendUnaryData<HealthListResponse>) {
      const statuses = Object.fromEntries([...names].map((name) => [name, state]));
      callback(null, create(HealthListResponseSchema, { statuses }));
    },
  });
  return {
    setServing(serving) {
      state = answer(serving ? SERVING : NOT_SERVING);
      for (const call of watchers) call.write(state);
    },
  };
}

type Watcher = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>;

const answer = (status: HealthCheckResponse["status"]) => create(HealthCheckResponseSchema, { status });
const requestOf = (bytes: Buffer) => fromBinary(HealthCheckRequestSchema, bytes);
