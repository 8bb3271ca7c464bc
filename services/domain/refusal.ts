import { REASONS, REMEDIES, type Reason } from "./reason.ts";

/** Fields that the sentence for people names, and characters that it has, at most. */
const LOCALIZED_FIELDS = 3;
const LOCALIZED_LENGTH = 400;

/** One field that was refused: where it is, why, and what to do. */
export interface FieldViolation {
  /** Path of the field: dotted for messages (`holders[0].code`), a JSON pointer (`/data/dzdz`) for business data. */
  field: string;
  /** What is wrong with it, in one sentence. */
  description: string;
  /** What the caller can do about it. Empty where whoever refused has not said. */
  remedy: string;
  /** What is wrong and what to do about it, in Chinese, without the name of the field. Empty where it came from elsewhere. */
  localized: string;
}

/** What a refusal may carry beside its reason. */
export interface RefusalDetail {
  fields?: FieldViolation[];
  /** Milliseconds after which a retry may succeed. Absent where a retry cannot help. */
  retryAfterMs?: number;
  /** Everything that varies in the message, so that programs need not parse it (AIP-193). Never holds secrets. */
  metadata?: Record<string, string>;
  /** The sentence for people, where another node has composed it. */
  localized?: string;
  /** What is wrong and what to do about it, in Chinese, where no field is at fault; stands behind the sentence of the reason. */
  localizedDetail?: string;
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
  readonly #localized: string | undefined;
  readonly #localizedDetail: string | undefined;

  constructor(reason: Reason, message: string, detail: RefusalDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.reason = reason;
    this.fields = detail.fields ?? [];
    this.retryAfterMs = detail.retryAfterMs;
    this.metadata = detail.metadata ?? {};
    this.#localized = detail.localized;
    this.#localizedDetail = detail.localizedDetail;
  }

  /**
   * The sentence for people (zh-CN): the reason, and of the first fields what is wrong and what to do. Where a character is what is wrong, it
   * names that; where two fields differ, both.
   */
  get localized(): string {
    if (this.#localized !== undefined) return this.#localized;
    const sentence = REASONS[this.reason];
    const { character, differing } = this.metadata;
    if (differing !== undefined) {
      const pairs = differing.split(" ").map((pair) => `${pair.replace("=", " 应与 ")} 相同`);
      return `${sentence}：${pairs.join("，")}`;
    }
    if (character !== undefined) return `${sentence}：${character}，${REMEDIES[this.reason]}`;
    if (this.#localizedDetail !== undefined) return `${sentence}：${this.#localizedDetail}`;
    if (this.fields.length === 0) return `${sentence}，${REMEDIES[this.reason]}`;
    const told = this.fields.slice(0, LOCALIZED_FIELDS).map(({ field, localized }) => `${field} ${localized}`.trim());
    const more = this.fields.length > LOCALIZED_FIELDS ? `（共${this.fields.length}处）` : "";
    return `${sentence}：${told.join("；")}`.slice(0, LOCALIZED_LENGTH).toWellFormed() + more;
  }
}

/** Shorthand for a refusal of one field: what is wrong, what to do about it, and both in Chinese without the name of the field. */
export function refuseField(
  reason: Reason,
  field: string,
  description: string,
  remedy: string,
  localized: string,
): Refusal {
  return new Refusal(reason, `${field}: ${description}`, { fields: [{ field, description, remedy, localized }] });
}

/** A fault in a configuration or on a command line: told at the terminal by `description`, which says it in the languages that it needs. */
export function terminalFault(field: string, description: string, remedy = ""): FieldViolation {
  return { field, description, remedy, localized: "" };
}

/**
 * Shorthand for a refusal of an option or a file of a command line, for the person at the terminal alone: what is printed is `description`, which
 * says it in the languages that it needs.
 */
export function refuseArgument(reason: Reason, field: string, description: string, remedy = "see --help"): Refusal {
  return new Refusal(reason, `${field}: ${description}`, { fields: [terminalFault(field, description, remedy)] });
}

/** The refusal of a page token that the list which is asked has not given. */
export function foreignPageToken(): Refusal {
  const remedy = "take next_page_token of the page before, or leave it empty to begin anew";
  const localized = "不是本列表的翻页标记，请使用上一页的next_page_token，或留空从头开始";
  return refuseField("INVALID_FIELD", "page_token", "is no token of this list", remedy, localized);
}
