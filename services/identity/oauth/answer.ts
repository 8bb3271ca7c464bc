/** What is answered. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** JSON text, or empty. */
  body: string;
}

/** An error as OAuth 2 words it. */
export function failed(status: number, error: string, description: string, headers = {}): Answer {
  return { status, headers, body: JSON.stringify({ error, error_description: description }) };
}

/** Seconds of a `retry-after`. */
export function seconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1_000)));
}
