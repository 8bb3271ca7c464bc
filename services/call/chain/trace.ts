import {
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TraceFlags,
  trace,
} from "@opentelemetry/api";
import { randomHex } from "../../base/random-hex.ts";

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const tracer = trace.getTracer("ecert");

/** The span of one served call, and the W3C header that continues it. */
export interface CallTrace {
  traceId: string;
  traceparent: string;
  end(outcome: string): void;
}

/**
 * Starts the span of a call that is served. Continues the caller's `traceparent`, or begins a trace. Spans go to whatever
 * OpenTelemetry SDK the process has registered; without one only the ids travel.
 */
export function startTrace(method: string, traceparent: string | undefined): CallTrace {
  const match = TRACEPARENT.exec(traceparent ?? "");
  const parent = match && {
    traceId: match[1] as string,
    spanId: match[2] as string,
    traceFlags: Number.parseInt(match[3] as string, 16) as TraceFlags,
    isRemote: true,
  };
  const span: Span = tracer.startSpan(
    method,
    { kind: SpanKind.SERVER, attributes: { "rpc.system": "grpc", "rpc.method": method } },
    parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
  );
  const known = span.spanContext();
  const { traceId, spanId, traceFlags } = isSpanContextValid(known)
    ? known
    : { traceId: randomHex(16), spanId: randomHex(8), traceFlags: 0 };
  return {
    traceId,
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
    end(outcome) {
      if (outcome !== "OK") span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
      span.end();
    },
  };
}
