/** Pings on idle gRPC connections, so that a dead one is noticed on both sides, milliseconds. */
export const KEEPALIVE = { "grpc.keepalive_time_ms": 20_000, "grpc.keepalive_timeout_ms": 10_000 };
