import { Refusal } from "../../domain/refusal.ts";

/**
 * Runs rules that name fields of an order as the domain knows it, and lets their refusals name the fields of the request
 * (`issue_date` → `order.issue_date`). JSON pointers into the data stay as they are.
 */
export function inOrder<T>(rules: () => T): T {
  try {
    return rules();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason, message, metadata, retryAfterMs, cause } = error;
    const fields = error.fields.map((violation) => ({ ...violation, field: named(violation.field) }));
    throw new Refusal(reason, message, {
      fields,
      metadata,
      cause,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
}

function named(field: string): string {
  return field.startsWith("/") || field.startsWith("order.") ? field : `order.${field}`;
}
