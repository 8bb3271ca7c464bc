import type { Intake } from "./body-account.ts";
import type { CallChain } from "./call-chain.ts";
import type { Limits } from "./limits.ts";
import type { IntakeMetrics } from "./metrics.ts";
import type { Authenticator } from "./proof.ts";
import type { RequestParser } from "./request-parser.ts";
import type { RouteTable } from "./routes.ts";

/** What the listeners of a process have in common. */
export interface ListenerShare {
  routes: RouteTable;
  chain: CallChain;
  authenticate: Authenticator;
  limits: Limits;
  intake: Intake;
  parser: RequestParser;
  metrics: IntakeMetrics;
}
