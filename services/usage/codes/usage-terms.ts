import type { MessageShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type {
  GetUsageTermsResponseSchema,
  TermsService,
} from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { createKeptTerms } from "../../node/marks/kept-terms.ts";
import type { Runtime } from "../../node/runtime.ts";

/** On which terms an app may use certificates for a matter today: the catalog's decision. */
export type UsageTerms = MessageShape<typeof GetUsageTermsResponseSchema>;

/** The catalog's decisions. */
export interface UsageTermsSource {
  /**
   * Terms for a day, kept while the catalog tells that nothing has changed on which terms rest, and asked for anew otherwise: what is closed or disabled uses
   * nothing within 5 seconds, in any process. Refused as `TermsService.GetUsageTerms`; a refusal is never kept.
   */
  usageTerms(asked: { appKey: string; matterCode: string; day: string }, call: CallContext): Promise<UsageTerms>;
}

/** Items of matters in memory, of all terms that are kept. */
const KEPT_ITEMS = 50_000;

/** Creates the source. */
export function createUsageTerms(
  client: Client<typeof TermsService>,
  runtime: Pick<Runtime, "monotonic" | "log" | "signal" | "metrics">,
): UsageTermsSource {
  const kept = createKeptTerms<UsageTerms>(client, runtime, { most: KEPT_ITEMS, metric: "usage_terms" });
  return {
    async usageTerms(question, call) {
      const { appKey, matterCode, day } = question;
      const { answer } = await kept.recall(JSON.stringify([appKey, matterCode, day]), async () => {
        const terms = await client.getUsageTerms(question, onBehalf(call));
        return { answer: terms, mark: terms.mark, weight: 1 + (terms.matter?.items.length ?? 0) };
      });
      return answer;
    },
  };
}
