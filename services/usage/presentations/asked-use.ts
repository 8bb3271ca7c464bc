import type { PresentedUse, UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";

/** Who redeems a presentation, and for which case: at this node or, by the same messages, at another. */
export interface AskedUse {
  ground: Omit<UsageGround, "$typeName" | "$unknown" | "grant">;
  use: Omit<PresentedUse, "$typeName" | "$unknown">;
  /** Text of the QR code. */
  presentation: string;
}
