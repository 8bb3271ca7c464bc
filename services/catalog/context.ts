import type { RegisterSource } from "../judgement/register-source.ts";
import type { GuardedCollection } from "../runtime/guarded-collection.ts";
import type { OutboxBell } from "../runtime/outbox.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Signers } from "../trust/signers.ts";
import type { AttemptLimit } from "./attempt-limit.ts";
import type { GuessTally } from "./guess-tally.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import type { Previews } from "./previews.ts";
import type { NodeKeysDocument, OwnerDocument, RightsDocument } from "./province-records.ts";
import type { ItemDocument, RegistryDocument } from "./records.ts";
import type { SecretCheck } from "./secret-check.ts";

/** What every route of the catalog service works with. */
export interface CatalogContext {
  runtime: Runtime;
  items: GuardedCollection<ItemDocument>;
  registry: GuardedCollection<RegistryDocument>;
  /** Whose each key is, and what the province confirmed; filled at the province alone, as the next two are. */
  owners: GuardedCollection<OwnerDocument>;
  rights: GuardedCollection<RightsDocument>;
  nodeKeys: GuardedCollection<NodeKeysDocument>;
  bell: OutboxBell;
  /** Answers of PutApp, by request id. */
  answers: KeptAnswers;
  attempts: AttemptLimit;
  secrets: SecretCheck;
  guesses: GuessTally;
  previews: Previews;
  /** What the province says of who issues what. */
  register: RegisterSource;
  /** Whose electronic seals may be bound; absent where the node's configuration names no authorities. */
  signers: Signers | undefined;
}
