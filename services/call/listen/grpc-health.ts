import { create, type DescMethod, fromBinary, toBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import {
  HealthCheckRequestSchema,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
  Health as HealthContract,
  HealthListResponseSchema,
} from "../../../proto/gen/grpc/health/v1/health_pb.ts";
import { methodPath } from "../chain/routes.ts";
import type { GrpcCall } from "./grpc-call.ts";
import type { OpenMethods } from "./grpc-handler.ts";

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;

/** The health service of one server. */
export interface Health {
  readonly methods: OpenMethods;
  setServing(serving: boolean): void;
}

/**
 * `grpc.health.v1.Health`, for the server as a whole and for each service. It starts as not serving. Over our generated code: the
 * official package reads its contract by a parser of `.proto` files, which takes a tenth of a start.
 */
export function openHealth(served: readonly DescMethod[]): Health {
  const names = new Set(["", ...served.map(({ parent }) => parent.typeName)]);
  const watchers = new Set<GrpcCall>();
  let state: HealthCheckResponse = answer(NOT_SERVING);
  const { check, watch, list } = HealthContract.method;

  async function serveCheck(call: GrpcCall): Promise<void> {
    const service = await asked(call);
    if (names.has(service)) call.reply(toBinary(HealthCheckResponseSchema, state));
    else call.finish({ code: status.NOT_FOUND, details: `there is no service ${service} here` });
  }

  async function serveWatch(call: GrpcCall): Promise<void> {
    const service = await asked(call);
    const gone = new Promise<void>((resolve) => call.whenGone(resolve));
    const known = names.has(service);
    if (known) watchers.add(call);
    void call.write(toBinary(HealthCheckResponseSchema, known ? state : answer(SERVICE_UNKNOWN)));
    // A name that is unknown stays so: services are mounted before the server listens.
    await gone;
    watchers.delete(call);
  }

  async function serveList(call: GrpcCall): Promise<void> {
    await call.only();
    const statuses = Object.fromEntries([...names].map((name) => [name, state]));
    call.reply(toBinary(HealthListResponseSchema, create(HealthListResponseSchema, { statuses })));
  }

  return {
    methods: new Map([
      [methodPath(check), serveCheck],
      [methodPath(watch), serveWatch],
      [methodPath(list), serveList],
    ]),
    setServing(serving) {
      state = answer(serving ? SERVING : NOT_SERVING);
      for (const call of watchers) void call.write(toBinary(HealthCheckResponseSchema, state));
    },
  };
}

const answer = (status: HealthCheckResponse["status"]) => create(HealthCheckResponseSchema, { status });

async function asked(call: GrpcCall): Promise<string> {
  return fromBinary(HealthCheckRequestSchema, await call.only()).service;
}
