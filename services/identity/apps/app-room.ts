import type { AttemptLimit } from "../../call/chain/attempt-limit.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import type { ChangeMark } from "../../node/marks/change-mark.ts";
import type { RefusalTally } from "../../node/refusal-tally.ts";
import type { DepartmentSource } from "../../registry/department-source.ts";
import type { RecordRoom } from "../../registry/record.ts";
import type { AppDocument } from "./app-record.ts";
import type { Departments } from "./departments.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import type { RefusedTokensDocument } from "./refused-tokens-record.ts";
import type { SecretCheck } from "./secret-check.ts";
import type { SecretEnds } from "./secret-ends.ts";
import type { SecretUses } from "./secret-use.ts";

/** What accounts of apps are kept and judged with. */
export interface AppRoom extends RecordRoom<AppDocument>, DepartmentSource {
  /** The one collection of the registry here. */
  apps: GuardedCollection<AppDocument>;
  /** Departments, as the catalog knows them. */
  departments: Departments;
  /** Raised with every change of a record of an app. */
  mark: ChangeMark;
  /** Answers of PutApp, by request id. */
  answers: KeptAnswers;
  attempts: AttemptLimit;
  secrets: SecretCheck;
  uses: SecretUses;
  ends: SecretEnds;
  guesses: RefusalTally;
  /** Tokens that apps have revoked one by one. */
  refusedTokens: GuardedCollection<RefusedTokensDocument>;
}
