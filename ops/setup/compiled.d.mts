/** See `compiled.mjs`: the folder in which compiled code is kept. */
export const COMPILED: string;
