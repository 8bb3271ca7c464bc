/** How far the time of a statement by which an institution certificate activates an administrator (5.8.3) may lie from now, both ways, milliseconds. */
export const STATEMENT_GOOD_MS = 600_000;
