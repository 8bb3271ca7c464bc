import { REASONS, type Reason } from "./reason.ts";

/** One field that was refused: where it is, why, and what to do. */
export interface FieldViolation {
  /** Path of the field: dotted for messages (`holders[0].code`), a JSON pointer (`/data/dzdz`) for business data. */
  field: string;
  /** What is wrong with it, in one sentence. */
  description: string;
  /** What the caller can do about it. */
  remedy?: string;
}

/** What a refusal may carry beside its reason. */
export interface RefusalDetail {
  fields?: FieldViolation[];
  /** Milliseconds after which a retry may succeed. Absent where a retry cannot help. */
  retryAfterMs?: number;
  /** Everything that varies in the message, so that programs need not parse it (AIP-193). Never holds secrets. */
  metadata?: Record<string, string>;
  cause?: unknown;
}

/**
 * The one error type that leaves a rule, a service or the agent on purpose. Everything else that is thrown becomes
 * `INTERNAL` with an id, its cause only in the log.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: Reason;
  readonly fields: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;

  constructor(reason: Reason, message: string, detail: RefusalDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.reason = reason;
    this.fields = detail.fields ?? [];
    this.retryAfterMs = detail.retryAfterMs;
    this.metadata = detail.metadata ?? {};
  }

  /** The sentence for people (zh-CN). Where a character is what is wrong, it names it. */
  get localized(): string {
    const { character } = this.metadata;
    return character === undefined ? REASONS[this.reason] : `${REASONS[this.reason]}：${character}`;
  }
}

/** Shorthand for a refusal of one field. */
export function refuseField(reason: Reason, field: string, description: string, remedy?: string): Refusal {
  const violation = remedy === undefined ? { field, description } : { field, description, remedy };
  return new Refusal(reason, `${field}: ${description}`, { fields: [violation] });
}
