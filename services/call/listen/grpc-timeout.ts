import { Refusal } from "../../domain/refusal.ts";

const TIMEOUT = /^(\d{1,8})([HMSmun])$/;
const UNITS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 };
/** Node's timers go no further. */
const MAX_MS = 2 ** 31 - 1;

/** Milliseconds of a `grpc-timeout` header, 24 days at most; `undefined` where there is none. Throws `INVALID_FIELD` for what is no such header. */
export function grpcTimeoutMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const [, count, unit = ""] = TIMEOUT.exec(header) ?? [];
  if (count === undefined) {
    const localizedDetail = "grpc-timeout应为1至8位数字加单位H、M、S、m、u或n";
    const message = `the call is malformed: Invalid grpc-timeout value "${header.slice(0, 20)}": send up to 8 digits and a unit, one of H, M, S, m, u, n`;
    throw new Refusal("INVALID_FIELD", message, { localizedDetail });
  }
  return Math.min(Number(count) * (UNITS[unit] as number), MAX_MS);
}
