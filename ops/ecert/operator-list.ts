import { EXIT } from "./exit-code.ts";

/** Elements of one page of a list. */
const PAGE = 200;

/** Reads a list whole, page by page. */
export async function allPages<T>(
  read: (page: { pageSize: number; pageToken: string }) => Promise<{ items: readonly T[]; nextPageToken: string }>,
): Promise<T[]> {
  const found: T[] = [];
  for (let pageToken = ""; ; ) {
    const { items, nextPageToken } = await read({ pageSize: PAGE, pageToken });
    found.push(...items);
    if (nextPageToken === "") return found;
    pageToken = nextPageToken;
  }
}

/** Prints what is left to an operator, as JSON or in words; resolves to the exit code, which tells whether anything is. */
export function printLeft<T>(
  left: readonly T[],
  { json, viewOf, textOf, none }: { json: boolean; viewOf(one: T): unknown; textOf(one: T): string; none: string },
): number {
  if (json) process.stdout.write(`${JSON.stringify(left.map(viewOf), null, 2)}\n`);
  else process.stdout.write(left.length === 0 ? none : `${left.map(textOf).join("\n")}\n`);
  return left.length === 0 ? EXIT.valid : EXIT.invalid;
}
