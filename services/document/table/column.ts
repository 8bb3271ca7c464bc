import type { Json } from "../../domain/canonical.ts";
import type { TextFault } from "../../domain/text-rule.ts";

/** A member of a record as a file may hold it. */
export interface Column {
  /** Member, as its JSON form spells it. */
  member: string;
  /** Other names that a file may use: of the contract, and in Chinese. */
  names: readonly string[];
  /** It must be there, and is never empty. */
  required?: true;
  /** The value that a text of a table stands for. */
  parse(text: string): Json;
  /** What is stored of a value, or why it cannot be. Empty texts and lists are not asked about. */
  take(value: Json): { value: Json } | { fault: TextFault };
}
