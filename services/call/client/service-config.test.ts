import { describe, expect, test } from "vitest";
import { AgentService } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { serviceConfigFor } from "./service-config.ts";

describe("a service config", () => {
  test("repeats reads and writes that are idempotent by contract, and nothing else", () => {
    expect(serviceConfigFor(OutboxService).methodConfig).toMatchObject([
      {
        name: OutboxService.methods.map(({ name }) => ({ service: "ecert.event.v1.OutboxService", method: name })),
        retryPolicy: { maxAttempts: 3, retryableStatusCodes: ["UNAVAILABLE"] },
      },
    ]);
    const repeated = serviceConfigFor(TokenService).methodConfig.flatMap(({ name }) =>
      name.map(({ method }) => method),
    );
    expect(repeated).toEqual(["GetAppAccount", "RevokeAppToken", "ListRefusedApps"]);
  });

  test("sends a stream once", () => {
    expect(serviceConfigFor(AgentService).methodConfig).toEqual([]);
  });
});
