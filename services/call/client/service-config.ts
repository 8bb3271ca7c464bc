import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { ServiceConfig } from "@grpc/grpc-js";

/**
 * Tells whether a call may be sent again when nobody knows whether it arrived: the contract declares it a read or an idempotent
 * write. Nothing else counts, no name of a field either.
 */
export function isRepeatable(method: DescMethod): boolean {
  return method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
}

/**
 * The gRPC service config for one service: calls go round the replicas that serve; a repeatable unary call is tried up to
 * three times while the answer is `UNAVAILABLE`. Everything else is sent once.
 */
export function serviceConfigFor(service: DescService): ServiceConfig {
  const repeatable = service.methods.filter((method) => method.methodKind === "unary" && isRepeatable(method));
  return {
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig:
      repeatable.length === 0
        ? []
        : [
            {
              name: repeatable.map(({ name }) => ({ service: service.typeName, method: name })),
              retryPolicy: {
                maxAttempts: 3,
                initialBackoff: "0.05s",
                maxBackoff: "1s",
                backoffMultiplier: 2,
                retryableStatusCodes: ["UNAVAILABLE"],
              },
            },
          ],
  };
}
