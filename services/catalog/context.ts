import type { Bell } from "../base/bell.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { OutboxCollection } from "../event/outbox.ts";
import type { RegisterSource } from "../judgement/register-source.ts";
import type { Runtime } from "../node/runtime.ts";
import type { DepartmentSource } from "../registry/department-source.ts";
import type { RecordRoom, RecordTerms, Registry } from "../registry/record.ts";
import type { RecordWatch } from "../registry/recovery/record-watch.ts";
import type { Signers } from "../trust/signers.ts";
import type { FormerRows } from "./apps/former-rows.ts";
import type { KnownApps } from "./apps/known-apps.ts";
import type { GivenTerms } from "./items/given-terms.ts";
import type { Previews } from "./items/previews.ts";
import type { ListSource } from "./lists/list-source.ts";
import type { ListChangeDocument, ListDocument } from "./lists/stored.ts";
import type { MatterParts } from "./matters/matter-parts.ts";
import type { CarriedOver } from "./openings/carried-over.ts";
import type { DelegationDocument } from "./openings/delegation-record.ts";
import type { DraftDocument } from "./stored/drafts.ts";
import type { NodeKeysDocument, OwnerDocument, RightsDocument } from "./stored/province-records.ts";
import type { ItemDocument, RegistryDocument } from "./stored/records.ts";

/** What every route of the catalog service works with: the room of its records, and what stands beside them. */
export interface CatalogContext {
  runtime: Runtime;
  /** Drafts of items: of this node's departments, and at the province copies of cities' ones. */
  drafts: GuardedCollection<DraftDocument>;
  /** Departments, seals, openings and matters, each in a collection of its own. */
  registry: Registry<RegistryDocument>;
  terms: RecordTerms<RegistryDocument>;
  /** Whether this catalog is an older copy of itself. */
  watch: RecordWatch;
  bell: Bell;
  department: DepartmentSource["department"];
  items: GuardedCollection<ItemDocument>;
  /** Whose each key is, and what the province confirmed; filled at the province alone, as the next two are. */
  owners: GuardedCollection<OwnerDocument>;
  rights: GuardedCollection<RightsDocument>;
  nodeKeys: GuardedCollection<NodeKeysDocument>;
  outbox: readonly OutboxCollection[];
  /** Apps, as the identity service knows them. */
  apps: KnownApps;
  /** What was stored of apps before that service kept them. */
  former: FormerRows;
  previews: Previews;
  /** Terms that were given, and the mark under which they count. */
  given: GivenTerms;
  /** Which apps of other departments act for a department. */
  delegations: RecordRoom<DelegationDocument>;
  carriedOver: CarriedOver;
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
