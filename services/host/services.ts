/** Where events of a kind go, every link of nodes having the province at one end (5.7.1); `any`: who takes them decides whose. */
export type Direction = "up" | "down" | "any";

/** What all else needs to know of a service. */
export interface ServiceDescription {
  /**
   * Its folder below `services`, whose `main.ts` exports the module `<name>Service`; its name in configurations, certificates and the
   * permissions of contracts.
   */
  readonly name: string;
  /** Collections that it keeps, by name; the platform's own for every service (its mark, what it set aside) are not among them. */
  readonly collections: readonly string[];
  /** Kinds of event (`EventKind`) that it makes, with where they go. Who makes any serves `OutboxService`. */
  readonly makes: Readonly<Record<string, Direction>>;
  /** Kinds of event that it takes over. Who takes any serves `InboxService`, but for the one that relays. */
  readonly takes: readonly string[];
  /**
   * Kinds that it takes of its own node as well, some of {@link takes}: the relay hands them over beside what goes to other nodes
   * (`sync/send/home.ts`). Absent: none.
   */
  readonly takesOwn?: readonly string[];
  /** Services of its own node that it calls; see also {@link callsOf}. That the launcher tells of every service what was done there is not among them. */
  readonly calls: readonly string[];
  /** Services of other nodes that it calls. */
  readonly callsAcross: readonly string[];
  /** Whether a department's edition has it, which makes and issues only (5.2.3). */
  readonly inDepartment: boolean;
}

/**
 * The services that a core is made of. Configuration, launcher, relay, inbox, trial, commands and pictures follow from this list;
 * `test/services.test.ts` compares it with code and contracts.
 */
export const SERVICES = [
  {
    name: "catalog",
    collections: [
      "catalog_items",
      "catalog_lists",
      "catalog_list_changes",
      "catalog_drafts",
      "catalog_departments",
      "catalog_seals",
      "catalog_openings",
      "catalog_matters",
      "catalog_registry",
      "catalog_owners",
      "catalog_rights",
      "catalog_node_keys",
      "catalog_answers",
      "catalog_refused_tokens",
      "catalog_matter_imports",
      "catalog_matter_import_pieces",
      "catalog_matter_directory",
      "catalog_delegations",
      "catalog_carried_over",
      "catalog_terms_mark",
      "issuer_register",
    ],
    makes: {
      CATALOG_ITEM_PUBLISHED: "down",
      REGISTRY_CHANGED: "up",
      LIST_PUBLISHED: "any",
      DELEGATION_CHANGED: "up",
      ITEM_DRAFT_CHANGED: "up",
      ITEM_DRAFT_DECIDED: "down",
    },
    takes: [
      ...["CATALOG_ITEM_PUBLISHED", "REGISTRY_CHANGED", "LIST_PUBLISHED", "DELEGATION_CHANGED"],
      ...["ITEM_DRAFT_CHANGED", "ITEM_DRAFT_DECIDED"],
    ],
    calls: ["identity", "sync"],
    callsAcross: ["catalog", "sync"],
    inDepartment: true,
  },
  {
    name: "identity",
    collections: [
      "identity_accounts",
      "identity_passwords",
      "identity_sessions",
      "identity_codes",
      "identity_assertions",
      "identity_apps",
      "identity_apps_mark",
      "identity_answers",
      "identity_refused_tokens",
      "identity_carried",
    ],
    makes: { APP_CHANGED: "up" },
    takes: ["APP_CHANGED"],
    calls: ["catalog"],
    callsAcross: ["identity"],
    inDepartment: true,
  },
  {
    name: "governance",
    collections: [
      "governance_divisions",
      "governance_changes",
      "governance_opening_requests",
      "governance_entries",
      "governance_hand_ins",
      "governance_papers",
      "governance_plans",
      "governance_sandbox_calls",
      "governance_sandbox_apps",
    ],
    makes: {},
    takes: [],
    calls: ["catalog", "identity", "issue", "supervision"],
    callsAcross: [],
    inDepartment: false,
  },
  {
    name: "issue",
    collections: [
      "certificates",
      "issue_counters",
      "agent_heads",
      "issue_agents",
      "lost_signatures",
      "issue_hours",
      "forked",
      "issue_uploads",
      "issue_upload_parts",
      "issuer_register",
    ],
    makes: { CERTIFICATE_CHANGED: "up", REFUSED_MAKES_COUNTED: "up" },
    takes: [],
    calls: ["catalog", "extension", "sync"],
    callsAcross: [],
    inDepartment: true,
  },
  {
    name: "usage",
    collections: [
      "usage_hours",
      "usage_codes",
      "usage_counters",
      "holder_uses",
      "presentations",
      "error_reports",
      "issuer_register",
    ],
    makes: { USES_COUNTED: "up" },
    takes: [],
    calls: ["catalog", "identity", "issue", "sync"],
    callsAcross: [],
    inDepartment: false,
  },
  {
    name: "sync",
    collections: [
      "archive",
      "migrations",
      "outgoing",
      "delivered-blobs",
      "confirmed",
      "incoming",
      "received",
      "quarantine",
      "standing",
      "recoveries",
      "comparisons",
      "forks",
      "published",
      "issuer_register",
    ],
    makes: {},
    takes: ["CERTIFICATE_CHANGED"],
    calls: ["catalog", "identity", "issue", "usage"],
    callsAcross: ["sync"],
    inDepartment: true,
  },
  {
    name: "supervision",
    collections: [
      "supervision_facts",
      "supervision_issued",
      "supervision_tallies",
      "supervision_rates",
      "supervision_months",
      "supervision_sums",
      "supervision_days",
      "supervision_indicators",
      "supervision_inspections",
      "supervision_bulletins",
      "supervision_nodes",
      "supervision_history",
      "supervision_calendars",
      "supervision_acts",
      "supervision_streams",
    ],
    makes: {},
    takes: ["CERTIFICATE_CHANGED", "REGISTRY_CHANGED", "LIST_PUBLISHED", "USES_COUNTED", "REFUSED_MAKES_COUNTED"],
    takesOwn: ["CERTIFICATE_CHANGED", "REGISTRY_CHANGED", "LIST_PUBLISHED", "USES_COUNTED", "REFUSED_MAKES_COUNTED"],
    calls: ["catalog", "governance", "identity", "issue", "sync", "usage"],
    callsAcross: [],
    inDepartment: false,
  },
  {
    name: "extension",
    collections: ["extension_deliveries"],
    makes: {},
    takes: ["CERTIFICATE_CHANGED"],
    takesOwn: ["CERTIFICATE_CHANGED"],
    calls: [],
    callsAcross: [],
    inDepartment: false,
  },
] as const satisfies readonly ServiceDescription[];

/** Name of a service. */
export type ServiceName = (typeof SERVICES)[number]["name"];

/** Names of all services, in the order of the list. */
export const SERVICE_NAMES: readonly ServiceName[] = SERVICES.map(({ name }) => name);

/** The service that carries events between nodes: it calls whoever makes or takes them, and needs no inbox itself. */
export const RELAY: ServiceName = "sync";

/** Services that other nodes call, so that a peer's addresses are of these. */
export const CALLED_ACROSS: readonly ServiceName[] = SERVICE_NAMES.filter((name) =>
  SERVICES.some(({ callsAcross }: ServiceDescription) => callsAcross.includes(name)),
);

/** Services whose events are relayed. */
export const EVENT_MAKERS: readonly ServiceName[] = SERVICES.filter(
  ({ makes }: ServiceDescription) => Object.keys(makes).length > 0,
).map(({ name }) => name);

/** Services that take events over. */
export const EVENT_TAKERS: readonly ServiceName[] = SERVICES.filter(({ takes }) => takes.length > 0).map(
  ({ name }) => name,
);

/** Services that take over events of a kind from other nodes, by its name in `EventKind`, in the order of the list. */
export function takersOf(kind: string): ServiceName[] {
  return SERVICES.filter(({ takes }: ServiceDescription) => takes.includes(kind)).map(({ name }) => name);
}

/** Services that take events of their own node. */
export const OWN_TAKERS: readonly ServiceName[] = SERVICES.filter(
  ({ takesOwn = [] }: ServiceDescription) => takesOwn.length > 0,
).map(({ name }) => name);

/** Services that take over events of a kind of their own node. */
export function ownTakersOf(kind: string): ServiceName[] {
  return SERVICES.filter(({ takesOwn }: ServiceDescription) => takesOwn?.includes(kind)).map(({ name }) => name);
}

/** Where events of a kind go, by its name in `EventKind`; `undefined` where no service makes any. */
export function directionOf(kind: string): Direction | undefined {
  return SERVICES.map(({ makes }: ServiceDescription) => makes[kind]).find((direction) => direction !== undefined);
}

/** Services of the own node that a service calls: those that it names, and for the relay whoever makes or takes events. */
export function callsOf({ name, calls }: ServiceDescription): string[] {
  const others: string[] = name === RELAY ? [...EVENT_MAKERS, ...EVENT_TAKERS] : [];
  return [...new Set([...calls, ...others])].filter((other) => other !== name);
}
