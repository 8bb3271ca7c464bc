import type { Client } from "@connectrpc/connect";
import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Runtime } from "../runtime.ts";
import { followMark } from "./follow-mark.ts";
import { createKeptAnswers, type KeptAnswers } from "./kept-answers.ts";

/**
 * Terms of the catalog, kept while it tells that nothing has changed on which they rest. `most`: how much is kept, in the weight of the answers; `metric`:
 * counts where each came from.
 */
export function createKeptTerms<T>(
  client: Pick<Client<typeof TermsService>, "watchTerms">,
  runtime: Pick<Runtime, "monotonic" | "log" | "signal" | "metrics">,
  { most, metric }: { most: number; metric: string },
): KeptAnswers<T> {
  const monotonic = () => runtime.monotonic();
  const { log, signal, metrics } = runtime;
  return createKeptAnswers<T>({
    followed: followMark({
      ...{ monotonic, log, signal, service: "catalog" },
      ask: (question, options) => client.watchTerms(question, options),
    }),
    ...{ monotonic, most, onAnswer: (from) => metrics.count(metric, { from }) },
  });
}
