/** One version of a record, as an event told it. */
export interface RecordedVersion<T> {
  /** Grows with each change of the record. */
  revision: number;
  /** Civil day of Asia/Shanghai on which it was recorded where it happened. */
  on: string;
  /** When it came to be known here, RFC 3339, UTC, to the millisecond. */
  knownAt: string;
  value: T;
}

/**
 * What a record said at the end of a day: the last version that was recorded by then. Before the first one was, that one counts, since a record is
 * often made of what had long been in force, and names its own dates. With `knownAt` versions that came later are left out: what was told on a day
 * can be told again, whatever has come since. `undefined`: nothing was known of it.
 */
export function versionOn<T>(
  versions: readonly RecordedVersion<T>[],
  day: string,
  knownAt = "",
): RecordedVersion<T> | undefined {
  const known = versions.filter((version) => knownAt === "" || version.knownAt <= knownAt);
  const byRevision = (a: RecordedVersion<T>, b: RecordedVersion<T>) => a.revision - b.revision;
  const sorted = [...known].sort(byRevision);
  return sorted.findLast(({ on }) => on <= day) ?? sorted[0];
}

/** A period of days; an empty or absent end is none. */
export interface DayPeriod {
  from: string;
  /** Last day. */
  until?: string;
}

/** Whether a day lies within a period. */
export function isOn({ from, until = "" }: DayPeriod, day: string): boolean {
  return from !== "" && from <= day && (until === "" || day <= until);
}
