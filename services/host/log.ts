import { pino } from "pino";
import type { LogLevel } from "./config.ts";

/** Structured log, one JSON line per call. Fields never hold personal data or secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log that can name a part of the program. */
export interface RootLogger extends Logger {
  /** The same log with fields that stand on each of its lines. */
  child(fields: Record<string, string>): RootLogger;
}

/** Opens the structured log: JSON lines on standard output. `cause` fields show an error with its stack, here only. */
export function openLog(level: LogLevel, fields: Record<string, string>): RootLogger {
  return pino({
    level,
    base: fields,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { cause: errorText },
  });
}

function errorText(cause: unknown): unknown {
  if (!(cause instanceof Error)) return String(cause);
  return {
    name: cause.name,
    message: cause.message,
    stack: cause.stack,
    ...(cause.cause !== undefined && { cause: errorText(cause.cause) }),
  };
}
