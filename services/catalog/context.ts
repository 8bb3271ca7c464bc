import type { Bell } from "../base/bell.ts";
import type { AttemptLimit } from "../call/chain/attempt-limit.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { OutboxCollection } from "../event/outbox.ts";
import type { RegisterSource } from "../judgement/register-source.ts";
import type { GuessTally } from "../node/guess-tally.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Signers } from "../trust/signers.ts";
import type { KeptAnswers } from "./apps/kept-answers.ts";
import type { SecretCheck } from "./apps/secret-check.ts";
import type { SecretEnds } from "./apps/secret-ends.ts";
import type { SecretUses } from "./apps/secret-use.ts";
import type { Previews } from "./items/previews.ts";
import type { ListSource } from "./lists/list-source.ts";
import type { ListChangeDocument, ListDocument } from "./lists/stored.ts";
import type { MatterParts } from "./matters/matter-parts.ts";
import type { CatalogWatch } from "./recovery/catalog-watch.ts";
import type { DraftDocument } from "./stored/drafts.ts";
import type { NodeKeysDocument, OwnerDocument, RightsDocument } from "./stored/province-records.ts";
import type { ItemDocument, RegistryDocument } from "./stored/records.ts";
import type { RefusedTokensDocument } from "./stored/refused-tokens.ts";

/** What every route of the catalog service works with. */
export interface CatalogContext {
  runtime: Runtime;
  items: GuardedCollection<ItemDocument>;
  /** Drafts of items: of this node's departments, and at the province copies of cities' ones. */
  drafts: GuardedCollection<DraftDocument>;
  registry: GuardedCollection<RegistryDocument>;
  /** Whose each key is, and what the province confirmed; filled at the province alone, as the next two are. */
  owners: GuardedCollection<OwnerDocument>;
  rights: GuardedCollection<RightsDocument>;
  nodeKeys: GuardedCollection<NodeKeysDocument>;
  /** Whether this catalog is an older copy of itself. */
  watch: CatalogWatch;
  outbox: readonly OutboxCollection[];
  bell: Bell;
  /** Answers of PutApp, by request id. */
  answers: KeptAnswers;
  attempts: AttemptLimit;
  secrets: SecretCheck;
  uses: SecretUses;
  ends: SecretEnds;
  guesses: GuessTally;
  /** Tokens that apps have revoked one by one. */
  refusedTokens: GuardedCollection<RefusedTokensDocument>;
  previews: Previews;
  /** Lists of matters, and the province's directory. */
  matters: MatterParts;
  /** Obligatory lists of this node and of those above it, or below; changes of its own; and all in memory. */
  lists: GuardedCollection<ListDocument>;
  listChanges: GuardedCollection<ListChangeDocument>;
  listSource: ListSource;
  /** What the province says of who issues what. */
  register: RegisterSource;
  /** Whose electronic seals may be bound; absent where the node's configuration names no authorities. */
  signers: Signers | undefined;
}
